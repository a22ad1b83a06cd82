"""Lines that a host repeats on many of its pages, as far as its pages have taught it.

A line is a 64-bit key, never text (``pipelines.repeated`` makes and uses them). Of each line the first three
pages it stood on are kept; with the third it is known. Bounded: so many lines a host, the oldest go first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select

from storewatch.db import models as m
from storewatch.db.columns import upsert
from storewatch.types import HostLines

PAGES = 3
"""Pages on which a line must stand to count as repeated; with two, articles lose lines of their own."""
LINES_PER_HOST = 2_000
KNOWN_PER_HOST = 500
"""Most lines that are handed to the cleaning of a page, the latest seen first."""
FORGET_AFTER = timedelta(days=180)
_SLACK = 200
"""Lines above the limit before some are taken away: counting is cheap, deleting is not."""

_t = m.host_lines


def known(connection: Connection, host: str, before: datetime) -> frozenset[int]:
    """The lines that were known to be repeated on ``host`` at the time ``before``: later pages do not count, so that
    what a run does with a page does not depend on the order in which its pages arrived."""
    statement = (
        select(_t.c.line)
        .where(_t.c.host == host, _t.c.known_at <= before)
        .order_by(_t.c.seen_at.desc(), _t.c.line)
        .limit(KNOWN_PER_HOST)
    )
    return frozenset(connection.execute(statement).scalars())


def learn(connection: Connection, page_id: int, found: HostLines, now: datetime) -> None:
    """Remember that the lines of ``found`` stand on a page. Learning a page twice changes nothing but the time."""
    host = connection.scalar(select(m.pages.c.host).where(m.pages.c.page_id == page_id))
    if not found.keys or not host:
        return
    statement = select(_t).where(_t.c.host == host, _t.c.line.in_(found.keys))
    there = {row.line: row for row in connection.execute(statement)}
    rows = []
    for line in sorted(found.keys):
        row = there.get(line)
        pages = _seen(row.pages if row is not None else [], page_id, found.mark)
        known_at = row.known_at if row is not None else None
        if known_at is None and len(pages) >= PAGES:
            known_at = now
        rows.append({"host": host, "line": line, "pages": pages, "seen_at": now, "known_at": known_at})
    insert = upsert(connection, _t)
    changed = {name: insert.excluded[name] for name in ("pages", "seen_at", "known_at")}
    connection.execute(insert.on_conflict_do_update(index_elements=[_t.c.host, _t.c.line], set_=changed), rows)
    if len(there) < len(rows):
        _prune(connection, host, now)


def _seen(pages: Sequence[Any], page_id: int, mark: int) -> list[list[int]]:
    """The pages on which a line stood, as pairs of id and mark; no page and no copy of one counts twice."""
    kept = [[int(i), int(k)] for i, k in pages]
    if len(kept) >= PAGES or any(page_id == i or mark == k for i, k in kept):
        return kept
    return [*kept, [page_id, mark]]


def _prune(connection: Connection, host: str, now: datetime) -> None:
    count = connection.scalar(select(func.count()).where(_t.c.host == host)) or 0
    if count <= LINES_PER_HOST + _SLACK:
        return
    connection.execute(delete(_t).where(_t.c.host == host, _t.c.seen_at < now - FORGET_AFTER))
    # Those still on trial go before those known to be repeated.
    oldest = (
        select(_t.c.line)
        .where(_t.c.host == host)
        .order_by(_t.c.known_at.is_(None), _t.c.seen_at.desc(), _t.c.line)
        .offset(LINES_PER_HOST)
    )
    lines = connection.execute(oldest).scalars().all()
    if lines:
        connection.execute(delete(_t).where(_t.c.host == host, _t.c.line.in_(lines)))
