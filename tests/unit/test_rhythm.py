"""What is learned of a source from the times of its items."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta

import pytest

from crawler import rhythm
from crawler.rhythm import Rhythm, load

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
COST = 1 / 96


def every(gap: timedelta, count: int, *, until: datetime = NOW) -> list[float]:
    """``count`` times with ``gap`` between them, the last one at ``until``."""
    return [(until - gap * number).timestamp() for number in range(count)]


def learned(times: list[float], *, now: datetime = NOW, window: int = 25) -> Rhythm:
    return Rhythm().after(times, now=now, window=window)


def working_days(*, until: datetime, days: int, hours: range = range(8, 18)) -> list[float]:
    """An item an hour in the ``hours`` of workdays."""
    times = []
    for back in range(days):
        day = (until - DAY * back).replace(hour=0, minute=0)
        if day.weekday() < 5:
            times += [(day + HOUR * hour).timestamp() for hour in hours if day + HOUR * hour <= until]
    return times


def test_nothing_is_known_at_first() -> None:
    empty = load(None)
    assert not empty.known
    assert (empty.newest_at, empty.expected_gap) == (None, None)
    assert empty.silent_after(NOW) == NOW + rhythm.UNKNOWN_SILENCE


@pytest.mark.parametrize(
    ("gap", "per_day"), [(HOUR, 24.0), (6 * HOUR, 4.0), (DAY, 1.0), (7 * DAY, 1 / 7)], ids=["hour", "6h", "day", "week"]
)
def test_an_even_past_is_read_from_the_first_poll(gap: timedelta, per_day: float) -> None:
    known = learned(every(gap, 40))
    assert known.expected_gap == gap
    assert known.newest_at == NOW
    assert known.rate(NOW.timestamp()) == pytest.approx(per_day, rel=0.25)
    assert known.silent_after(NOW) >= NOW + 1.5 * gap


def test_items_a_day_with_their_spread() -> None:
    even = learned(every(4 * HOUR, 28 * 6)).per_day
    assert (even.mean, even.spread, even.days) == (pytest.approx(6.0), pytest.approx(0.0), 27)
    uneven = learned(working_days(until=NOW, days=29), window=50).per_day
    assert uneven.mean == pytest.approx(10 * 5 / 7, rel=0.1)
    assert uneven.spread > 4
    assert uneven.days == 27


def test_it_is_kept_in_little_and_comes_back_the_same() -> None:
    dice, known, now = random.Random(7), Rhythm(), NOW
    for _ in range(300):
        now += timedelta(hours=dice.random() * 12)
        came = [now.timestamp() - dice.random() * 40_000 for _ in range(dice.randrange(30))]
        known = known.after(came, now=now, window=dice.randrange(1, 100), ttl_s=3600)
    kept = json.dumps(known.dump())
    assert len(kept) < 2000
    assert load(json.loads(kept)).dump() == known.dump()


@pytest.mark.parametrize(
    "history",
    [
        {},
        {"v": 99},
        {"v": 1},
        {**learned(every(HOUR, 9)).dump(), "hours": [1.0]},
        {**learned(every(HOUR, 9)).dump(), "week": 3},
        {**learned(every(HOUR, 9)).dump(), "days": ["many"] * 7},
        {**learned(every(HOUR, 9)).dump(), "last": None},
    ],
    ids=["empty", "later version", "nothing in it", "one hour", "no pair", "words", "no time"],
)
def test_what_cannot_be_used_is_learned_afresh(history: dict[str, object]) -> None:
    assert load(history) == Rhythm()


def test_silence_beyond_the_habit() -> None:
    daily = learned(every(DAY, 30))
    assert NOW + DAY < daily.silent_after(NOW) < NOW + 8 * DAY
    # Weekends have taught it that no news for two days is no bad news.
    weekly = learned(working_days(until=NOW, days=40), window=400)
    friday = datetime(2026, 10, 30, 17, 0, tzinfo=UTC)
    assert weekly.silent_after(NOW) > NOW + (datetime(2026, 11, 2, 8, tzinfo=UTC) - friday)
    assert weekly.silent_after(NOW) < NOW + 6 * DAY
    # Of a young source the first weekend is not known yet, of one with few items nothing.
    young = learned(every(timedelta(minutes=5), 25))
    assert young.silent_after(NOW) >= NOW + 4 * DAY
    assert learned(every(DAY, 3)).silent_after(NOW) == NOW + rhythm.UNKNOWN_SILENCE
