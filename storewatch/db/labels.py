"""People's decisions about articles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from storewatch.db import models as m

if TYPE_CHECKING:
    from storewatch.db.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRow:
    """One decision: which article, what, when (UTC), by whom and why."""

    article_id: int
    relevant: bool
    labelled_at: datetime
    labelled_by: str | None
    note: str | None


def labelled(store: Store) -> tuple[LabelRow, ...]:
    """All decisions, the earliest first."""
    t = m.labels.c
    statement = select(m.labels).order_by(t.labelled_at, t.article_id)
    with store.reading() as connection:
        return tuple(
            LabelRow(
                article_id=row.article_id,
                relevant=row.relevant,
                labelled_at=row.labelled_at,
                labelled_by=row.labelled_by,
                note=row.note,
            )
            for row in connection.execute(statement)
        )
