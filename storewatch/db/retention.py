"""What is let go when it is old: pages as they came, texts of rejected pages, polls, runs, messages of watches that
were sent, manners of hosts.

What watches have found stays (``watch_items``), so that nothing is told twice; so do messages that wait or are dead.
Articles, their revisions, events, copies and labels are never removed here, nor is a page forgotten: what was seen once
is not fetched again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, select

from storewatch.db import models as m


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSince:
    """Older than these moments goes: HTML and text of stored pages (``pages``), texts of rejected ones, rows of polls,
    of runs, messages that were sent, and what hosts and robots.txt said."""

    pages: datetime
    rejected: datetime
    polls: datetime
    runs: datetime
    deliveries: datetime
    hosts: datetime


def expire(connection: Connection, since: KeptSince, *, dry_run: bool = False) -> dict[str, int]:
    """Let go of what is old, or (``dry_run``) only count it; rows by what they are."""
    counts: dict[str, int] = {}
    for name, table, old in _old(since):
        if dry_run:
            number = int(connection.scalar(select(func.count()).select_from(table).where(old)) or 0)
        else:
            number = connection.execute(delete(table).where(old)).rowcount
        counts[name] = counts.get(name, 0) + number
    return counts


def _old(since: KeptSince) -> Iterator[tuple[str, Table, ColumnElement[bool]]]:
    """What goes: its name, the table, and which of its rows."""
    b, p, r = m.page_bodies, m.polls, m.runs
    rejected = b.c.page_id.in_(select(m.pages.c.page_id).where(m.pages.c.state == "rejected"))
    yield "rejected texts", b, and_(rejected, b.c.kept_at < since.rejected)
    yield "pages as they came", b, and_(~rejected, b.c.kept_at < since.pages)
    # By source and outcome, because that is how they are indexed.
    outcomes = and_(p.c.source_id.in_(select(m.sources.c.source_id)), p.c.outcome.in_(("ok", "unchanged", "failed")))
    yield "polls", p, and_(outcomes, p.c.polled_at < since.polls)
    # With a run its polls would go.
    yield "runs", r, and_(r.c.started_at < min(since.runs, since.polls), r.c.exit_code.is_not(None))
    d = m.deliveries
    yield "sent messages", d, and_(d.c.state == "sent", d.c.sent_at < since.deliveries)
    h, t = m.hosts, m.robots
    times = (func.coalesce(h.c.next_at, h.c.not_before), func.coalesce(h.c.not_before, h.c.next_at))
    yield "manners of hosts", h, and_(times[0] < since.hosts, times[1] < since.hosts)
    yield "manners of hosts", t, t.c.expires_at < since.hosts
