"""Telling people what their watches find: by mail, web address, or any service that apprise knows.

What is new is noted and put into letters in one transaction each; a letter is sent, then marked as sent. A process that
dies between the two sends it again, with the same id. One process at a time sends (the alert lock).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import TYPE_CHECKING
from uuid import uuid4
from zoneinfo import ZoneInfo

from scheduler.alerts import ailing, facts, timing
from scheduler.alerts.ailing import Ill
from storewatch.errors import ConfigError, DatabaseLocked, InputError
from storewatch.search.language import Node, parse
from storewatch.types import Attempt, Digest, Fact, Letter, News, Watch

if TYPE_CHECKING:
    from scheduler.alerts.sending import Send
    from storewatch.config import Config, Loaded
    from storewatch.db.lock import Renew
    from storewatch.db.store import Store
    from storewatch.db.watch_rows import StoredWatch

__all__ = ["Delivery", "deliver_due", "query_of", "sample", "send_samples", "synchronise"]

#: A busy database is asked so often to record what was sent, each time for as long as any writer waits.
RECORDING_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What came of one round: how many letters were ``sent``, have ``failed`` and are tried again, or are ``dead``;
    ``problems`` name the watch and the target."""

    sent: int = 0
    failed: int = 0
    dead: int = 0
    problems: tuple[str, ...] = field(default=())


def deliver_due(
    store: Store,
    loaded: Loaded,
    *,
    clock: Callable[[], datetime],
    environ: Mapping[str, str] = os.environ,
    send: Send | None = None,
    holder: str = "storewatch watch run",
) -> Delivery:
    """Find what is new for every watch, put together the digests that are due, and send what is to be sent.

    What cannot be delivered is tried again later, or is dead; it is told in the result, not raised.

    :param send: how a letter is sent; by default as the configuration says.
    :param holder: says who delivers, for another process that wants to.
    :raises RunLocked: when another process is delivering, or has begun to since the connection to PostgreSQL broke.
    :raises DatabaseError: for any trouble with the database; nothing is lost.
    """
    from scheduler.alerts.sending import sender
    from storewatch.db import watching
    from storewatch.db.lock import alert_lock

    if not loaded.watches and not watching.watches(store):
        return Delivery()
    with alert_lock(loaded.config.database.url, holder=holder) as renew:
        problems = synchronise(store, loaded.watches, clock())
        problems += _note_all(store, loaded.config, clock())
        return _send_all(store, send or sender(loaded.config, environ), clock, problems, renew)


def query_of(watch: Watch, now: datetime) -> Node | None:
    """What a watch's query asks for; None where it has none.

    :raises InputError: for a query that cannot be meant.
    """
    return None if watch.query is None else parse(watch.query, now=now)


def synchronise(store: Store, watches: Mapping[str, Watch], now: datetime) -> list[str]:
    """Bring the watches of the configuration file into the database. One that the file names no more is switched off,
    not forgotten; a query that cannot be meant is a problem, and the watch stays as it was."""
    from storewatch.db import watching

    stored = {one.watch.name: one for one in watching.watches(store)}
    problems = []
    for name, watch in watches.items():
        try:
            node = query_of(watch, now)
        except InputError as error:
            problems.append(str(ConfigError(f"watches.{name}.query ({watch.origin})", str(error))))
            continue
        if name not in stored:
            watching.add(store, watch, node, now)
        elif stored[name].watch != watch or not stored[name].enabled:
            watching.change(store, stored[name], watch, (_former(stored[name].watch, now), node), facts.news, now)
    for name, one in stored.items():
        if name not in watches and one.watch.origin != "command" and one.enabled:
            watching.switch_off(store, one.watch_id)
    return problems


def _former(watch: Watch, now: datetime) -> Node | None:
    """The query that a watch had; None where an older storewatch understood it and this one does not."""
    try:
        return query_of(watch, now)
    except InputError:
        return None


def _note_all(store: Store, config: Config, now: datetime) -> list[str]:
    from storewatch.db import watching

    stored = [one for one in watching.watches(store) if one.enabled]
    ill = _ailing(store, config, now) if any(one.watch.health for one in stored) else {}
    problems = []
    for one in stored:
        try:
            _note(store, one, config, ill, now)
        except InputError as error:
            problems.append(f"watch {one.watch.name}: {error}")
    return problems


def _ailing(store: Store, config: Config, now: datetime) -> Mapping[str, Ill]:
    """The sources that are not well, and what else is wrong."""
    from scheduler.reporting import current

    return ailing.of_report(current(store, config, now))


def _note(store: Store, one: StoredWatch, config: Config, now_ill: Mapping[str, Ill], now: datetime) -> None:
    """Note what is new for one watch and, if its digest is due, make letters of it: in one transaction."""
    from storewatch.db import letters, watching

    node = query_of(one.watch, now)
    ill = ailing.changes(one.ailing, now_ill) if one.watch.health else ()
    due = timing.is_due(one.watch.every, one.digested_at, now, timetable(config))
    with store.reading() as connection:
        look = watching.look(connection, one, now)
        found = node is not None and look is not None and watching.finds(connection, one, node, look)
        waits = found or bool(ill) or (due and letters.waits(connection, one))
    # An instant watch is always due, and must not take the write lock every minute for nothing.
    due = due and (waits or one.watch.every != "instant")
    if not (waits or due or look):
        return
    with store.writing() as connection:
        if found and node is not None:
            look = watching.look(connection, one, now)
            watching.note(connection, one, node, facts.news, now, after=look.after if look else None)
        if look is not None:
            watching.looked(connection, one, look, now)
        watching.note_health(connection, one, ill, now)
        if due:
            letters.bundle(connection, one, uuid4().hex, facts.settled, now)


def timetable(config: Config) -> timing.Timetable:
    from storewatch.config.when import WEEKDAYS

    alerts = config.alerts
    return timing.Timetable(
        at=time.fromisoformat(alerts.at), weekday=WEEKDAYS.index(alerts.weekday), zone=ZoneInfo(alerts.timezone)
    )


def _send_all(
    store: Store, send: Send, clock: Callable[[], datetime], problems: Sequence[str], renew: Renew
) -> Delivery:
    """Send what is due. After a failure that is not the letter's fault its target is left alone until the next
    round. Receivers may be slow, and the lock may be lost meanwhile: whoever has it then sends the rest."""
    from storewatch.db import letters

    done = Delivery(problems=tuple(problems))
    silent: set[tuple[str, str]] = set()
    for delivery_id in letters.due(store, clock(), at_most=timing.MOST):
        renew()
        letter = letters.letter(store, delivery_id)
        if letter is None or (letter.watch, letter.target) in silent:
            continue
        attempt = send(letter)
        if not attempt.ok and not attempt.permanent:
            silent.add((letter.watch, letter.target))
        done = _settle(store, letter, attempt, clock(), done)
    return done


def _settle(store: Store, letter: Letter, attempt: Attempt, now: datetime, done: Delivery) -> Delivery:
    from storewatch.db import letters

    if attempt.ok:
        _record_sent(store, letter, now)
        return replace(done, sent=done.sent + 1)
    state, next_try_at = timing.after_failure(letter.failures, attempt, now)
    letters.failed(store, letter, state, next_try_at, attempt.problem)
    problem = f"watch {letter.watch}, {letter.target}: {attempt.problem}"
    if state == "dead":
        return replace(done, dead=done.dead + 1, problems=(*done.problems, f"{problem} (given up)"))
    return replace(done, failed=done.failed + 1, problems=(*done.problems, problem))


def _record_sent(store: Store, letter: Letter, now: datetime) -> None:
    """Mark a letter as sent; tried a few times, for what is not recorded is sent again."""
    from storewatch.db import letters

    for left in reversed(range(RECORDING_TRIES)):
        try:
            letters.sent(store, letter.delivery_id, now)
            return
        except DatabaseLocked:
            if not left:
                raise


def sample(watch: Watch, target: str, now: datetime) -> Letter:
    """A letter that shows what a watch's messages look like. Pure but for its id."""
    fact = Fact(
        article_id=0,
        revision_id=0,
        event_id=0,
        url="https://example.org/",
        outlet="example.org",
        title=f"This is a test of the watch {watch.name}",
        vendor="Example",
        action="open",
        store_count=1,
        count_is="exact",
        store_type="own_store",
        certainty="confirmed",
        evidence="Nothing has happened; a person asked for this message to see whether it arrives.",
    )
    digest = Digest(watch=watch.name, query=watch.query, every=watch.every, news=(News(kind="new", fact=fact),))
    return Letter(
        delivery_id=0,
        message_id=f"{uuid4().hex}.test@storewatch.invalid",
        watch=watch.name,
        target=target,
        digest=digest,
        created_at=now,
    )


def send_samples(
    watch: Watch, loaded: Loaded, *, now: datetime, environ: Mapping[str, str] = os.environ
) -> dict[str, Attempt]:
    """Send a sample to each target of a watch, past the outbox; what came of it by target."""
    from scheduler.alerts.sending import sender

    send = sender(loaded.config, environ)
    return {target: send(sample(watch, target, now)) for target in watch.targets}
