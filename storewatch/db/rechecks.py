"""Looking again at stored articles: which are young, and what the look brought where that was no text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, and_, func, select, update

from storewatch.db import models as m
from storewatch.db.frontier import page_rows
from storewatch.db.records import AnyRow, Values, moment_of, pending_page
from storewatch.types import PendingPage, YoungArticle

#: So many young articles at most are looked through for those that are due, the newest first.
MAX_YOUNG = 20_000
#: What a server answers for a page that it has no more.
GONE = frozenset({404, 410})

_p, _a = m.pages, m.articles


def young_articles(
    connection: Connection, since: datetime, source_ids: Sequence[int] | None = None
) -> tuple[YoungArticle, ...]:
    """The relevant and uncertain articles dated at or after ``since`` that stand for their copies."""
    labelled = m.labels.c
    wanted = [
        _a.c.dated_at >= since,
        _a.c.verdict != "rejected",
        _a.c.kinship.in_(("canonical", "update")),
        func.coalesce(labelled.relevant, True),
        _p.c.state == "stored",
    ]
    if source_ids is not None:
        wanted.append(_p.c.source_id.in_(source_ids))
    statement = (
        select(_p.c.page_id, _p.c.host, _p.c.fetched_at, _p.c.checked_at, _p.c.checks)
        .add_columns(_a.c.first_seen_at, _a.c.published_at, _a.c.published_offset_min, _a.c.published_precision)
        .add_columns(_a.c.revision, _a.c.changed_at)
        .join(_p, and_(_p.c.page_id == _a.c.page_id, _p.c.article_id == _a.c.article_id))
        .outerjoin(m.labels, labelled.article_id == _a.c.shown_id)
        .where(*wanted)
        .order_by(_a.c.dated_at.desc(), _a.c.shown_id.desc())
        .limit(MAX_YOUNG)
    )
    return tuple(_young(row) for row in connection.execute(statement))


def _young(row: AnyRow) -> YoungArticle:
    looks = [at for at in (row.fetched_at, row.checked_at) if at is not None]
    looked_at = max(looks, default=row.first_seen_at)
    return YoungArticle(
        page_id=row.page_id,
        host=row.host,
        first_seen_at=row.first_seen_at,
        looked_at=looked_at,
        published=moment_of(row.published_at, row.published_offset_min, row.published_precision),
        checks=row.checks,
        edited=row.revision > 1 and row.changed_at >= looked_at,
    )


def begin(connection: Connection, page_ids: Sequence[int], now: datetime) -> tuple[PendingPage, ...]:
    """Note that pages are looked at, and give them in this order. Noted before it happens: what breaks a run is not
    asked for by the next one, and a look that is lost is made up for at the next age."""
    noted: Values = {"checks": _p.c.checks + 1, "checked_at": now}
    connection.execute(update(_p).where(_p.c.page_id.in_(page_ids)).values(noted))
    rows = page_rows(connection, page_ids)
    return tuple(_recheck(rows[page_id]) for page_id in page_ids if page_id in rows)


def _recheck(row: AnyRow) -> PendingPage:
    page = pending_page(row)
    # The feed's full text stands in for a page that was never had; it must not replace the text of one that was.
    entry = replace(page.entry, content_html=None) if page.entry is not None else None
    return replace(page, entry=entry, recheck=True, etag=row.etag, last_modified=row.last_modified)


def addresses(connection: Connection, page_ids: Sequence[int]) -> tuple[str, ...]:
    """The addresses of pages, in this order."""
    rows = page_rows(connection, page_ids)
    return tuple(rows[page_id].url for page_id in page_ids if page_id in rows)


def answered(connection: Connection, page_id: int, *, status: int | None, now: datetime) -> bool:
    """Note a look that brought no text: an unchanged page, an error, or one that is gone. The article stays.

    Returns whether the page is known to be gone since just now.
    """
    values: Values = {} if status is None else {"last_status": status}
    known = connection.scalar(select(_p.c.gone_at).where(_p.c.page_id == page_id))
    if status in GONE:
        values["gone_at"] = known or now
    elif status == 304:
        values["gone_at"] = None
    if values:
        connection.execute(update(_p).where(_p.c.page_id == page_id).values(values))
    return status in GONE and known is None
