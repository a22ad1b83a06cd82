"""Manners that outlive a run and bind all processes: when a host may be asked again, and what its robots.txt said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from storewatch.db import models as m
from storewatch.db.columns import upsert
from storewatch.db.records import Values
from storewatch.types import RobotsTxt

#: A host that asks to be left alone for longer, or a clock that was wrong, is not believed.
MAX_AHEAD = timedelta(days=1)
#: So long no queue of requests is: whoever waits for a turn gives up after minutes. Further ahead, but for the delay
#: itself, is a moment that was reserved by a clock that was wrong.
LONGEST_QUEUE_S = 600.0
#: Values in one IN list; SQLite's own limit is 32,766.
_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnWanted:
    """One request that wants to go to ``host``, which is then busy for ``delay_s`` seconds.

    ``unused`` is a moment that was reserved for it before and passed by; it is given back where nobody has reserved
    after it. A moment more than ``patience_s`` seconds away is not reserved.
    """

    host: str
    delay_s: float
    patience_s: float = MAX_AHEAD.total_seconds()
    unused: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The moment at which a host is free; ``reserved`` for the request, or only told because it is too far away."""

    at: datetime
    reserved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferral:
    """A host that has refused us: ask it for nothing before ``until`` (None: it may be asked), after ``refusals``
    refusals in a row."""

    until: datetime | None
    refusals: int


def reserve_hosts(connection: Connection, wanted: Sequence[TurnWanted], now: datetime) -> tuple[Turn, ...]:
    """Reserve the next free moment of each request's host, in the order of ``wanted``.

    What a host asks beyond :data:`MAX_AHEAD` is ignored, and what a wrong clock has reserved beyond
    :data:`LONGEST_QUEUE_S`.
    """
    t = m.hosts
    names = sorted({one.host for one in wanted})
    rows = connection.execute(select(t.c.host, t.c.next_at, t.c.not_before).where(t.c.host.in_(names)))
    queues = {one.host: max(LONGEST_QUEUE_S, one.patience_s) + 2 * one.delay_s for one in wanted}
    free: dict[str, datetime | None] = {}
    closed: dict[str, datetime | None] = {}
    for host, next_at, not_before in rows:
        free[host] = _unless_beyond(next_at, now + timedelta(seconds=queues[host]))
        closed[host] = _unless_beyond(not_before, now + MAX_AHEAD)
    turns = []
    changed: dict[str, datetime] = {}
    for one in wanted:
        next_at = free.get(one.host)
        if one.unused is not None and next_at == one.unused + timedelta(seconds=one.delay_s):
            next_at = None
        at = max(time for time in (now, next_at, closed.get(one.host)) if time is not None)
        reserved = at <= now + timedelta(seconds=one.patience_s)
        if reserved:
            free[one.host] = changed[one.host] = at + timedelta(seconds=one.delay_s)
        turns.append(Turn(at=at, reserved=reserved))
    if changed:
        statement = upsert(connection, t)
        statement = statement.on_conflict_do_update(
            index_elements=[t.c.host], set_={"next_at": statement.excluded.next_at}
        )
        connection.execute(statement, [{"host": host, "next_at": at} for host, at in changed.items()])
    return tuple(turns)


def _unless_beyond(at: datetime | None, latest: datetime) -> datetime | None:
    return at if at is not None and at <= latest else None


def defer_host(connection: Connection, host: str, until: datetime | None, refusals: int) -> None:
    """Note that ``host`` has refused us ``refusals`` times in a row and wants nothing before ``until`` (its
    Retry-After, or our own back-off); an earlier ``until`` than known changes nothing."""
    t = m.hosts
    known = connection.execute(select(t.c.not_before).where(t.c.host == host)).scalar_one_or_none()
    values: Values = {"host": host, "refusals": refusals}
    if until is not None and (known is None or known < until):
        values["not_before"] = until
    statement = upsert(connection, t).values(values)
    connection.execute(statement.on_conflict_do_update(index_elements=[t.c.host], set_=values))


def readmit_host(connection: Connection, host: str) -> None:
    """Note that ``host`` answers again: the next refusal counts as the first."""
    t = m.hosts
    connection.execute(update(t).where(t.c.host == host).values(refusals=0))


def deferred_hosts(connection: Connection, now: datetime) -> dict[str, Deferral]:
    """The hosts whose last answer was a refusal, or that must not be asked yet (at most :data:`MAX_AHEAD`)."""
    t = m.hosts
    closed = (t.c.not_before > now) & (t.c.not_before <= now + MAX_AHEAD)
    statement = select(t.c.host, t.c.not_before, t.c.refusals).where(closed | (t.c.refusals > 0))
    found = {}
    for host, not_before, refusals in connection.execute(statement):
        still = not_before is not None and now < not_before <= now + MAX_AHEAD
        found[host] = Deferral(until=not_before if still else None, refusals=refusals or 0)
    return found


def robots(connection: Connection, sites: Sequence[str]) -> dict[str, RobotsTxt]:
    """What is kept of the robots.txt of ``sites`` (``https://www.golem.de``), fresh or not."""
    t = m.robots
    columns = (t.c.site, t.c.status, t.c.reason, t.c.rules, t.c.fetched_at, t.c.expires_at)
    found = {}
    for start in range(0, len(sites), _CHUNK):
        statement = select(*columns).where(t.c.site.in_(sites[start : start + _CHUNK]))
        for site, status, reason, rules, fetched_at, expires_at in connection.execute(statement):
            found[site] = RobotsTxt(
                site=site, status=status, reason=reason, rules=rules, fetched_at=fetched_at, expires_at=expires_at
            )
    return found


def save_robots(connection: Connection, copies: Sequence[RobotsTxt]) -> None:
    """Keep what robots.txt files said, in the place of what was kept of the same sites."""
    t = m.robots
    names = ("status", "reason", "rules", "fetched_at", "expires_at")
    statement = upsert(connection, t)
    new = {name: statement.excluded[name] for name in names}
    statement = statement.on_conflict_do_update(index_elements=[t.c.site], set_=new)
    rows = [{"site": copy.site, **{name: getattr(copy, name) for name in names}} for copy in copies]
    connection.execute(statement, rows)
