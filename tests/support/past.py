"""The past of sources, made up: what a crawl would have written, had it polled them for weeks.

``follow`` goes through polls as ``crawler.polls`` does and gives what they bring; ``write`` puts that into a store
through its API, ``Told`` makes of it what health reads, without a database.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from crawler import policy, rhythm
from crawler.gaps import sift
from storewatch.db.health import DAYS, LAST_POLLS
from storewatch.db.store import Store
from storewatch.types import Feed, FeedEntry, Moment, NewSource, Poll, PollFact, Source, SourceFacts

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def item(base: str, number: int, at: datetime | None, *, title: str = "", folder: str = "news") -> FeedEntry:
    published = Moment(at=at) if at else None
    return FeedEntry(url=f"{base}/{folder}/{number}", title=title or f"Report {number} of the day", published=published)


def items(base: str, times: Iterable[datetime]) -> tuple[FeedEntry, ...]:
    """Items published at ``times``, the oldest first."""
    return tuple(item(base, number, at) for number, at in enumerate(sorted(times)))


# --- rhythms: when items were published, from ``start`` to ``end`` ---------------------------------------------------


def steady(start: datetime, end: datetime, every: timedelta, *, seed: str, jitter: float = 0.2) -> list[datetime]:
    """One item ``every`` so often, a bit earlier or later."""
    dice, times, at = Random(seed), [], start
    while at < end:
        times.append(at + every * dice.uniform(-jitter, jitter))
        at += every
    return [time for time in times if time < end]


def working_days(start: datetime, end: datetime, a_day: float, *, seed: str, weekend: float = 0.0) -> list[datetime]:
    """So many items a day by day and week: from 6 to 20 o'clock UTC, at weekends that share of them."""
    dice, times = Random(seed), []
    day = start.replace(hour=0, minute=0, second=0, microsecond=0)
    while day < end:
        wanted = a_day * (weekend if day.weekday() >= 5 else 1.0)
        often = int(wanted) + (dice.random() < wanted % 1)
        # As chance has it: a third more or less.
        often = max(0, round(often * dice.uniform(0.67, 1.33))) if often > 2 else often
        times += [day + 6 * HOUR + dice.random() * 14 * HOUR for _ in range(often)]
        day += DAY
    return sorted(time for time in times if start <= time < end)


# --- polls -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """One poll with the entries it brought, and the source as it is after it."""

    poll: Poll
    entries: tuple[FeedEntry, ...]
    source: Source


def follow(
    source: Source,
    published: Sequence[FeedEntry],
    polls_at: Iterable[datetime],
    *,
    run_id: int = 1,
    window: int = 20,
) -> Iterator[Polled]:
    """Poll a feed that holds the ``window`` newest of ``published`` (the oldest first, all dated)."""
    last: tuple[str, ...] = ()
    times = [entry.published.at for entry in published if entry.published]
    for at in polls_at:
        until = bisect_right(times, at)
        feed = Feed(url=source.url, format="rss", entries=tuple(reversed(published[max(until - window, 0) : until])))
        urls = tuple(entry.url for entry in feed.entries)
        done = unchanged(source, at, run_id) if urls == last else read(source, feed, at, run_id)
        source, last = done.source, urls
        yield done


def read(source: Source, feed: Feed, at: datetime, run_id: int = 1) -> Polled:
    """A poll that brought a feed."""
    sifted = sift(source, feed)
    times = rhythm.item_times(sifted.fresh, now=at, last_poll_at=source.last_ok_at)
    learned = rhythm.load(source.history).after(times, now=at, window=sifted.items)
    dates = [entry.published.at for entry in sifted.feed.entries if entry.published]
    poll = Poll(
        source_id=source.source_id,
        run_id=run_id,
        polled_at=at,
        outcome="ok",
        next_poll_at=policy.next_poll(now=at, name=source.name, rhythm=learned),
        status=200,
        url=source.url,
        items=sifted.items,
        skipped=sum(sifted.feed.skipped.values()),
        skipped_by=sifted.feed.skipped,
        seen_items=sifted.seen_items,
        gap_since=source.last_ok_at if sifted.gap else None,
        newest_at=max(dates, default=None),
        history=learned.dump(),
    )
    return Polled(poll=poll, entries=sifted.feed.entries, source=_after(source, poll))


def unchanged(source: Source, at: datetime, run_id: int = 1) -> Polled:
    learned = rhythm.load(source.history)
    next_poll_at = policy.next_poll(now=at, name=source.name, rhythm=learned)
    values: dict[str, Any] = {"source_id": source.source_id, "run_id": run_id, "polled_at": at, "status": 304}
    poll = Poll(**values, outcome="unchanged", next_poll_at=next_poll_at)
    return Polled(poll=poll, entries=(), source=_after(source, poll))


def failed(source: Source, at: datetime, reason: str, run_id: int = 1, **more: Any) -> Polled:
    weight = policy.failure_weight(reason)
    poll = Poll(
        source_id=source.source_id, run_id=run_id, polled_at=at, outcome="failed", next_poll_at=at + HOUR,
        reason=reason, error=policy.sentence_of(reason), failure_weight=weight, **more,
    )  # fmt: skip
    return Polled(poll=poll, entries=(), source=_after(source, poll))


def _after(source: Source, poll: Poll) -> Source:
    """The source as the store would have it after ``poll``."""
    source = replace(source, last_polled_at=poll.polled_at, next_poll_at=poll.next_poll_at)
    if poll.outcome == "failed":
        return replace(
            source,
            failures=source.failures + 1,
            failure_weight=source.failure_weight + poll.failure_weight,
            failing_since=source.failing_since or poll.polled_at,
            last_reason=poll.reason,
        )
    return replace(
        source,
        failures=0,
        failure_weight=0.0,
        failing_since=None,
        last_reason=None,
        last_ok_at=poll.polled_at,
        newest_at=poll.newest_at or source.newest_at,
        history=poll.history or source.history,
        seen_items=source.seen_items if poll.seen_items is None else poll.seen_items,
    )


def polls_until(end: datetime, *, days: int, every: timedelta) -> list[datetime]:
    """Poll times, the last of them ``end``."""
    return [end - number * every for number in range(int(days * DAY / every), -1, -1)]


# --- where it goes ---------------------------------------------------------------------------------------------------


def add(store: Store, name: str, url: str, *, at: datetime, **more: Any) -> Source:
    return store.add_source(NewSource(name=name, url=url, **more), at)


def write(store: Store, polled: Iterable[Polled]) -> Source | None:
    """Put polls into the database; returns the source as it is then."""
    source: Source | None = None
    waiting: list[Poll] = []
    for one in polled:
        if one.poll.outcome == "ok":
            store.record_polls(waiting)
            waiting = []
            store.record_poll(one.poll, one.entries)
        else:
            waiting.append(one.poll)
        source = one.source
    store.record_polls(waiting)
    return source


@dataclass(slots=True)
class Told:
    """Facts gathered poll by poll, as :mod:`storewatch.db.health` reads them from the tables."""

    source: Source
    added_at: datetime
    polls: list[PollFact] = field(default_factory=list)
    urls: set[str] = field(default_factory=set)
    days: Counter[date] = field(default_factory=Counter)

    def hear(self, polled: Iterable[Polled]) -> Told:
        for one in polled:
            new = {entry.url for entry in one.entries} - self.urls
            self.urls |= new
            if new:
                self.days[one.poll.polled_at.astimezone(UTC).date()] += len(new)
            self.polls.append(fact_of(one.poll, len(new)))
            self.source = one.source
        return self

    def facts(self, **more: Any) -> SourceFacts:
        newest = sorted(self.polls, key=lambda poll: poll.polled_at, reverse=True)
        last = newest[0].polled_at if newest else self.added_at
        return SourceFacts(
            source=self.source,
            added_at=self.added_at,
            ok=tuple(poll for poll in newest if poll.outcome == "ok")[:LAST_POLLS],
            failed=tuple(poll for poll in newest if poll.outcome == "failed")[:LAST_POLLS],
            days={day: pages for day, pages in self.days.items() if day >= (last - DAYS).date()},
            **more,
        )


def fact_of(poll: Poll, new: int) -> PollFact:
    return PollFact(
        polled_at=poll.polled_at,
        outcome=poll.outcome,
        status=poll.status,
        reason=poll.reason,
        error=poll.error,
        url=poll.url,
        items=poll.items,
        new_pages=new,
        newest_at=poll.newest_at,
        skipped_by=poll.skipped_by,
    )
