"""A world of synthetic feeds and what polling them costs and brings: by crawler.policy, or at a fixed interval.

The feeds are made by rules that the policy does not know: a rate of their own that drifts from month to month, busy and
quiet days, hours and weekdays of their own time zone, stories that bring follow-ups, items timed for the full hour,
days on which much happens, holidays, months of silence, feeds that hold only ten items or name no dates.
"""

from __future__ import annotations

import random
from array import array
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import exp

from crawler import policy, rhythm
from storewatch.types import FeedEntry, Moment

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
DAY_S = 86400.0
PAST_D = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of feed. ``share`` of the world; ``per_day`` the range of its rate; ``open`` the hours at which it works;
    ``night`` and ``weekend`` how much of its rate is left then; ``windows`` how many items it may hold; ``follow`` the
    chance that an item brings another; ``event`` the share of days with several times as much; ``silent`` the chance of
    a silence of one to four months; ``hourly`` the chance of a TTL of an hour (what WordPress says by default)."""

    name: str
    share: float
    per_day: tuple[float, float]
    open: tuple[int, int] = (7, 19)
    night: float = 0.05
    weekend: float = 0.3
    windows: tuple[int, ...] = (10, 20, 30, 50)
    follow: float = 0.15
    event: float = 0.01
    silent: float = 0.0
    hourly: float = 0.4


KINDS = (
    Kind(name="blog, about weekly", share=0.22, per_day=(0.05, 0.6), weekend=0.6, windows=(10, 20), silent=0.4),
    Kind(name="vendor's newsroom", share=0.12, per_day=(0.1, 2.0), open=(8, 17), weekend=0.05, event=0.03, silent=0.1),
    Kind(name="trade magazine", share=0.20, per_day=(1.0, 6.0), weekend=0.1),
    Kind(name="daily magazine", share=0.23, per_day=(5.0, 25.0), event=0.02),
    Kind(name="ten items only", share=0.07, per_day=(8.0, 40.0), windows=(10,), event=0.02),
    Kind(name="busy portal", share=0.14, per_day=(40.0, 200.0), open=(5, 22), night=0.12, weekend=0.6, hourly=0.1),
    Kind(
        name="agency", share=0.02, per_day=(200.0, 450.0), open=(4, 23), night=0.3, weekend=0.6,
        windows=(50, 100), hourly=0.0,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticFeed:
    """``times`` are the publications in seconds since 1970, ascending, from before :data:`START` on."""

    name: str
    kind: str
    times: tuple[float, ...]
    window: int
    dated: bool
    ttl_s: int | None


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What polling one feed cost and brought; ``delays`` are seconds from publication to poll."""

    requests: int = 0
    missed: int = 0
    delays: array[float] = field(default_factory=lambda: array("f"))


def make_feeds(count: int, *, days: int, seed: int) -> list[SyntheticFeed]:
    """``count`` feeds with the shares of :data:`KINDS`, publishing for ``days``."""
    dice = random.Random(seed)
    kinds = [kind for kind in KINDS for _ in range(round(kind.share * count))]
    kinds += [KINDS[3]] * (count - len(kinds))
    return [_feed(f"feed-{number}", kind, days, dice) for number, kind in enumerate(kinds[:count])]


def _feed(name: str, kind: Kind, days: int, dice: random.Random) -> SyntheticFeed:
    low, high = kind.per_day
    rate = low * (high / low) ** dice.random()
    zone = dice.choice((-8, -5, -3, 0, 1, 1, 1, 2, 3, 5.5, 8, 9))
    quiet = (0.0, 0.0)
    if dice.random() < kind.silent:
        first = dice.random() * days
        quiet = (first, first + dice.uniform(30, 120))
    times: list[float] = []
    drift = 1.0
    for day in range(-PAST_D, days):
        if day % 30 == 0:
            drift *= exp(dice.gauss(0, 0.15))
        if not quiet[0] <= day < quiet[1]:
            times += _day(kind, rate * drift, day, zone, dice)
    end = START.timestamp() + days * DAY_S
    return SyntheticFeed(
        name=name,
        kind=kind.name,
        times=tuple(sorted(time for time in times if time < end)),
        window=dice.choice(kind.windows),
        dated=dice.random() > 0.15,
        ttl_s=3600 if dice.random() < kind.hourly else None,
    )


def _day(kind: Kind, rate: float, day: int, zone: float, dice: random.Random) -> list[float]:
    """The publications of one day of the feed's own time zone."""
    date = START + timedelta(days=day)
    factor = exp(dice.gauss(-0.06, 0.35)) * (kind.weekend if date.weekday() >= 5 else 1.0)
    if (date.month, date.day) >= (12, 24) or (date.month, date.day) <= (1, 1):
        factor *= 0.3
    if dice.random() < kind.event:
        factor *= dice.uniform(2.5, 5.0)
    weekdays = (5 + 2 * kind.weekend) / 7
    mean = rate * factor / weekdays * (1 - kind.follow)
    first, last = kind.open
    times = []
    for _ in range(_poisson(mean, dice)):
        hours = last - first
        awake = hours / (hours + kind.night * (24 - hours))
        hour = first + dice.random() * hours if dice.random() < awake else (last + dice.random() * (24 - hours)) % 24
        if dice.random() < 0.15:
            hour = float(round(hour))
        time = date.timestamp() + (hour - zone) * 3600
        times.append(time)
        while dice.random() < kind.follow:
            time += dice.expovariate(1 / 2400)
            times.append(time)
    return times


def _poisson(mean: float, dice: random.Random) -> int:
    if mean > 30:
        return max(0, round(dice.gauss(mean, mean**0.5)))
    limit, count, product = exp(-mean), 0, dice.random()
    while product > limit:
        count += 1
        product *= dice.random()
    return count


def poll_by_policy(feed: SyntheticFeed, *, days: int, obey_ttl: bool = True) -> Outcome:
    """Poll as a crawl does that is always running: what is learned goes through its stored form each time."""
    outcome, end = Outcome(), START + timedelta(days=days)
    now, last = START, None
    history: dict[str, object] | None = None
    known = rhythm.Rhythm()
    seen = 0
    while now < end:
        outcome.requests += 1
        there = bisect_right(feed.times, now.timestamp())
        oldest = max(seen, there - feed.window)
        if there > seen or last is None:
            if last is not None:
                outcome.missed += oldest - seen
                outcome.delays.extend(now.timestamp() - time for time in feed.times[oldest:there])
            times = rhythm.item_times(_entries(feed, oldest, there), now=now, last_poll_at=last)
            held = min(there, feed.window)
            known = rhythm.load(history).after(times, now=now, window=held, ttl_s=feed.ttl_s if obey_ttl else None)
            history = known.dump()
            known = rhythm.load(history)
            seen = there
        last = now
        now = policy.next_poll(now=now, name=feed.name, rhythm=known)
    return outcome


def _entries(feed: SyntheticFeed, first: int, last: int) -> list[FeedEntry]:
    return [
        FeedEntry(
            url=f"https://{feed.name}.example/{number}",
            published=Moment(at=datetime.fromtimestamp(feed.times[number], UTC)) if feed.dated else None,
        )
        for number in range(first, last)
    ]


def poll_every(minutes: float) -> Callable[..., Outcome]:
    """Polling at a fixed interval, each feed with its own phase."""

    def poll(feed: SyntheticFeed, *, days: int) -> Outcome:
        step, start = minutes * 60, START.timestamp()
        phase = random.Random(feed.name).random() * step
        outcome = Outcome(requests=int((days * DAY_S - phase) // step) + 1)
        first = bisect_right(feed.times, start + phase)
        waiting: dict[int, list[float]] = {}
        for time in feed.times[first:]:
            waiting.setdefault(int((time - start - phase) // step) + 1, []).append(time)
        for number, times in waiting.items():
            if number >= outcome.requests:
                continue
            at = start + phase + number * step
            outcome.missed += max(len(times) - feed.window, 0)
            outcome.delays.extend(at - time for time in times[-feed.window :])
        return outcome

    return poll


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` of them lie; 0 of none."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0
