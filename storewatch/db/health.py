"""Reads what the health of all sources is judged by, in a few grouped queries that an index answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, func, literal, select

from storewatch.db import gaps
from storewatch.db import models as m
from storewatch.db.columns import UtcTime
from storewatch.db.records import AnyRow, source_of
from storewatch.types import Gap, PageFact, PollFact, SourceFacts

if TYPE_CHECKING:
    from storewatch.db.store import Store

#: How many polls of each outcome and pages of each state are read of a source, and how far back volume and hits go.
LAST_POLLS = 20
LAST_PAGES = 15
DAYS = timedelta(days=43)
HITS = timedelta(days=180)
_STATES = ("pending", "leased", "stored", "rejected", "failed")
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def source_facts(store: Store, *, now: datetime, names: Sequence[str] = ()) -> tuple[SourceFacts, ...]:
    """Facts about the enabled sources that were not removed, those of a ``--feeds`` file too, by name; about ``names``
    only, whether enabled or not, where there are any."""
    with store.reading() as connection:
        rows = _sources(connection, names)
        ids = [row.source_id for row in rows]
        ok, failed = (_polls(connection, ids, outcome, now - DAYS) for outcome in ("ok", "failed"))
        pages, days = _pages(connection, ids), _days(connection, ids, now - DAYS)
        hits = _hits(connection, ids, now - HITS)
        found: dict[int, list[Gap]] = defaultdict(list)
        for gap in gaps.gaps(connection, since=now - DAYS, source_ids=ids):
            found[gap.source_id].append(gap)
    return tuple(
        SourceFacts(
            source=source_of(row),
            added_at=row.added_at,
            ok=tuple(ok[row.source_id]),
            failed=tuple(failed[row.source_id]),
            pages=tuple(pages[row.source_id]),
            days=days[row.source_id],
            gaps=tuple(found[row.source_id]),
            **hits.get(row.source_id, {}),
        )
        for row in rows
    )


def _sources(connection: Connection, names: Sequence[str]) -> Sequence[AnyRow]:
    t = m.sources
    statement = select(t).where(~t.c.removed).order_by(t.c.name)
    if names:
        return connection.execute(statement.where(t.c.name.in_(names))).all()
    return connection.execute(statement.where(t.c.enabled)).all()


def _polls(connection: Connection, ids: Sequence[int], outcome: str, since: datetime) -> Mapping[int, list[PollFact]]:
    """The last polls of one outcome of each source."""
    t, one = m.polls, m.polls.alias()
    mine = select(one.c.polled_at).where(one.c.source_id == m.sources.c.source_id, one.c.outcome == outcome)
    names = ("polled_at", "outcome", "status", "reason", "error", "url", "items", "new_pages", "newest_at")
    statement = (
        select(t.c.source_id, t.c.skipped_by, *(t.c[name] for name in names))
        .join(m.sources, m.sources.c.source_id == t.c.source_id)
        .where(t.c.source_id.in_(ids), t.c.outcome == outcome, t.c.polled_at >= since)
        .where(t.c.polled_at >= _nth(mine, one.c.polled_at, LAST_POLLS))
        .order_by(t.c.source_id, t.c.polled_at.desc())
    )
    found: dict[int, list[PollFact]] = defaultdict(list)
    for row in connection.execute(statement):
        values = {name: getattr(row, name) for name in names}
        found[row.source_id].append(PollFact(**values, skipped_by=row.skipped_by or {}))
    return found


def _nth(mine: Select[Any], time: Any, number: int) -> Any:
    """The time of the ``number``-th newest row of ``mine``; long ago where there are fewer."""
    nth = mine.order_by(time.desc()).limit(1).offset(number - 1).correlate(m.sources).scalar_subquery()
    return func.coalesce(nth, literal(_LONG_AGO, UtcTime))


def _pages(connection: Connection, ids: Sequence[int]) -> Mapping[int, list[PageFact]]:
    """The last pages of each source that were read or could not be had."""
    found: dict[int, list[PageFact]] = defaultdict(list)
    for state in ("stored", "rejected", "failed", "pending"):
        for row in connection.execute(_pages_of(state, ids)):
            found[row.source_id].append(
                PageFact(
                    first_seen_at=row.first_seen_at,
                    state=state,
                    reason=row.reason,
                    access=row.access,
                    last_status=row.last_status,
                    length=row.length,
                )
            )
    for pages in found.values():
        pages.sort(key=lambda page: page.first_seen_at, reverse=True)
    return found


def _pages_of(state: str, ids: Sequence[int]) -> Select[Any]:
    t, one, body = m.pages, m.pages.alias(), m.page_bodies
    mine = select(one.c.first_seen_at).where(one.c.source_id == m.sources.c.source_id, one.c.state == state)
    statement = (
        select(
            t.c.source_id, t.c.first_seen_at, t.c.reason, t.c.access, t.c.last_status,
            func.length(body.c.text).label("length"),
        )
        .join(m.sources, m.sources.c.source_id == t.c.source_id)
        .outerjoin(body, body.c.page_id == t.c.page_id)
        .where(t.c.source_id.in_(ids), t.c.state == state)
        .where(t.c.first_seen_at >= _nth(mine, one.c.first_seen_at, LAST_PAGES))
    )  # fmt: skip
    return statement.where(t.c.attempts > 0) if state == "pending" else statement


def _days(connection: Connection, ids: Iterable[int], since: datetime) -> Mapping[int, dict[date, int]]:
    t = m.pages
    # A date on PostgreSQL, text on SQLite.
    day = func.date(t.c.first_seen_at).label("day")
    statement = (
        select(t.c.source_id, day, func.count().label("pages"))
        .where(t.c.source_id.in_(ids), t.c.state.in_(_STATES), t.c.first_seen_at >= since)
        .group_by(t.c.source_id, day)
    )
    found: dict[int, dict[date, int]] = defaultdict(dict)
    for row in connection.execute(statement):
        found[row.source_id][date.fromisoformat(str(row.day))] = row.pages
    return found


def _hits(connection: Connection, ids: Iterable[int], since: datetime) -> Mapping[int, Mapping[str, Any]]:
    t = m.pages
    hits = (
        select(t.c.source_id, func.max(t.c.first_seen_at).label("last"), func.count().label("hits"))
        .where(t.c.source_id.in_(ids), t.c.state == "stored", t.c.first_seen_at >= since)
        .group_by(t.c.source_id)
    )
    last, one = hits.subquery(), m.pages.alias()
    # Counted by ranges of the index, one for each source: a join would look at every page by itself.
    rejected = select(func.count()).where(one.c.source_id == last.c.source_id, one.c.state == "rejected")
    before = rejected.where(one.c.first_seen_at >= since, one.c.first_seen_at <= last.c.last)
    after = rejected.where(one.c.first_seen_at > last.c.last)
    statement = select(
        last,
        before.correlate(last).scalar_subquery().label("before"),
        after.correlate(last).scalar_subquery().label("missed"),
    )
    return {
        row.source_id: {
            "hits": row.hits,
            "judged": row.hits + row.before,
            "missed": row.missed,
            "last_hit_at": row.last,
        }
        for row in connection.execute(statement)
    }
