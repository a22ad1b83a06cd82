"""Gaps: items that a feed dropped between two of our polls, and what a repair brought back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from storewatch.db import models as m
from storewatch.types import Gap

_t = m.gaps
_FIELDS = tuple(field.name for field in fields(Gap))


def add(connection: Connection, gap: Gap) -> None:
    connection.execute(insert(_t).values(asdict(gap)))


def settle(connection: Connection, gap: Gap) -> None:
    """Write what came of a repair; a gap is known by its source and the moment it was found."""
    statement = update(_t).where(_t.c.source_id == gap.source_id, _t.c.found_at == gap.found_at)
    connection.execute(statement.values(asdict(gap)))


def gaps(
    connection: Connection, *, since: datetime | None = None, source_ids: Sequence[int] | None = None, state: str = ""
) -> tuple[Gap, ...]:
    """Gaps found at or after ``since``, the oldest first; ``state`` and ``source_ids`` narrow the choice."""
    statement = select(*(_t.c[name] for name in _FIELDS)).order_by(_t.c.found_at, _t.c.gap_id)
    if since is not None:
        statement = statement.where(_t.c.found_at >= since)
    if state:
        statement = statement.where(_t.c.state == state)
    if source_ids is not None:
        statement = statement.where(_t.c.source_id.in_(source_ids))
    return tuple(Gap(**row._mapping) for row in connection.execute(statement))
