"""The outbox: what was found becomes letters, one a target, and each stays until it is sent or has failed for good."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, case, func, insert, or_, select, update

from storewatch.db import models as m
from storewatch.db.watch_rows import StoredWatch, digest_json, digest_of, news_of
from storewatch.types import Digest, Letter, LetterState, News, Undelivered

if TYPE_CHECKING:
    from storewatch.db.store import Store

#: What is left to be told: ``scheduler.alerts.facts.settled``.
Settle = Callable[[Sequence[News]], Sequence[News]]

#: Things a message tells at most; a longer digest is told in several messages.
MOST = 100
#: The right half of message ids. RFC 2606 keeps .invalid for names that never are a host's.
DOMAIN = "storewatch.invalid"
_w, _i, _d = m.watches, m.watch_items, m.deliveries


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a watch's messages are doing: things that wait for the next digest, letters by state."""

    waiting: int = 0
    pending: int = 0
    sent: int = 0
    dead: int = 0
    sent_at: datetime | None = None


def waits(connection: Connection, stored: StoredWatch) -> bool:
    """Is there anything for the next digest?"""
    waiting = select(_i.c.item_id).where(_i.c.watch_id == stored.watch_id, _i.c.digest.is_(None))
    return connection.scalar(waiting.where(_i.c.kind != "known").limit(1)) is not None


def bundle(connection: Connection, stored: StoredWatch, digest_id: str, settle: Settle, now: datetime) -> None:
    """Make letters of all that waits, one a target for each ``MOST`` things; nothing waits: no letter.

    ``digest_id`` is unique among all digests; the letters' message ids are made of it. ``settle`` says what is left to
    be told of things that came one after the other.
    """
    watch = stored.watch
    connection.execute(update(_w).where(_w.c.watch_id == stored.watch_id).values(digested_at=now))
    waiting = _i.c.watch_id == stored.watch_id, _i.c.digest.is_(None), _i.c.kind != "known"
    rows = connection.execute(select(_i.c.content).where(*waiting).order_by(_i.c.item_id)).all()
    news = settle([news_of(row.content) for row in rows])
    portions = [news[start : start + MOST] for start in range(0, len(news), MOST)]
    for number, portion in enumerate(portions, start=1):
        digest = Digest(
            watch=watch.name,
            query=watch.query,
            every=watch.every,
            news=tuple(portion),
            number=number,
            of=len(portions),
        )
        for place, target in enumerate(watch.targets, start=1):
            values = {
                "watch_id": stored.watch_id,
                "message_id": f"{digest_id}.{number}.{place}@{DOMAIN}",
                "target": target,
                "content": digest_json(digest),
                "items": len(portion),
                "state": "pending",
                "failures": 0,
                "created_at": now,
                "next_try_at": now,
            }
            connection.execute(insert(_d).values(values))
    connection.execute(update(_i).where(*waiting).values(digest=digest_id))


def due(store: Store, now: datetime, *, at_most: timedelta) -> tuple[int, ...]:
    """The letters to be sent now, the oldest first, by their numbers.

    No letter is put off for longer than ``at_most``: a later time is that of a clock which went wrong.
    """
    statement = (
        select(_d.c.delivery_id)
        .join(_w, _w.c.watch_id == _d.c.watch_id)
        .where(_w.c.enabled, _d.c.state == "pending")
        .where(or_(_d.c.next_try_at <= now, _d.c.next_try_at > now + at_most))
        .order_by(_d.c.delivery_id)
    )
    with store.reading() as connection:
        return tuple(connection.scalars(statement))


def letter(store: Store, delivery_id: int) -> Letter | None:
    """One letter to be sent; None when it is not there any more, or sent."""
    statement = select(_d, _w.c.name).join(_w, _w.c.watch_id == _d.c.watch_id)
    with store.reading() as connection:
        row = connection.execute(
            statement.where(_d.c.delivery_id == delivery_id, _d.c.state == "pending")
        ).one_or_none()
    if row is None:
        return None
    return Letter(
        delivery_id=row.delivery_id,
        message_id=row.message_id,
        watch=row.name,
        target=row.target,
        digest=digest_of(row.content),
        created_at=row.created_at,
        failures=row.failures,
    )


def sent(store: Store, delivery_id: int, now: datetime) -> None:
    """The receiver has taken it."""
    values = {"state": "sent", "sent_at": now, "next_try_at": None, "error": None, "content": None}
    _update(store, delivery_id, values)


def failed(store: Store, letter: Letter, state: LetterState, next_try_at: datetime | None, problem: str) -> None:
    """It was not taken: ``pending`` until ``next_try_at``, or ``dead``."""
    values = {"state": state, "next_try_at": next_try_at, "error": problem, "failures": letter.failures + 1}
    _update(store, letter.delivery_id, values)


def _update(store: Store, delivery_id: int, values: Mapping[str, object]) -> None:
    with store.writing() as connection:
        connection.execute(update(_d).where(_d.c.delivery_id == delivery_id).values(**values))


def revive(store: Store, now: datetime) -> int:
    """Give every dead letter, and every one that has failed, another chance at once; returns how many."""
    failed_so_far = or_(_d.c.state == "dead", (_d.c.state == "pending") & (_d.c.failures > 0))
    with store.writing() as connection:
        values = {"state": "pending", "failures": 0, "next_try_at": now}
        return connection.execute(update(_d).where(failed_so_far).values(values)).rowcount


def undelivered(store: Store) -> tuple[Undelivered, ...]:
    """Letters that have failed so far or for good, the oldest first."""
    statement = (
        select(_d, _w.c.name.label("watch"))
        .join(_w, _w.c.watch_id == _d.c.watch_id)
        .where(or_(_d.c.state == "dead", (_d.c.state == "pending") & (_d.c.failures > 0)))
        .order_by(_d.c.delivery_id)
    )
    names = ("delivery_id", "message_id", "watch", "target", "state", "items", "failures", "created_at", "next_try_at")
    with store.reading() as connection:
        return tuple(
            Undelivered(**{name: getattr(row, name) for name in names}, error=row.error)
            for row in connection.execute(statement)
        )


def standings(store: Store) -> dict[int, Standing]:
    """How each watch's messages are doing, by the watch's number."""

    def of_state(state: str) -> ColumnElement[int]:
        return func.count(case((_d.c.state == state, 1))).label(state)

    letters = select(
        _d.c.watch_id, *map(of_state, ("pending", "sent", "dead")), func.max(_d.c.sent_at).label("sent_at")
    )
    waiting = select(_i.c.watch_id, func.count().label("waiting")).where(_i.c.kind != "known", _i.c.digest.is_(None))
    with store.reading() as connection:
        waits = {row.watch_id: row.waiting for row in connection.execute(waiting.group_by(_i.c.watch_id))}
        rows = {row.watch_id: row for row in connection.execute(letters.group_by(_d.c.watch_id))}
    found = {}
    for watch_id in {*waits, *rows}:
        row, number = rows.get(watch_id), waits.get(watch_id, 0)
        found[watch_id] = Standing(waiting=number) if row is None else Standing(
            waiting=number, pending=row.pending, sent=row.sent, dead=row.dead, sent_at=row.sent_at
        )  # fmt: skip
    return found
