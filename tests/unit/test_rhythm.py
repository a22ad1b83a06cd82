"""What is learned of a source from the times of its items."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler import rhythm
from crawler.rhythm import Rhythm, item_times, load
from storewatch.types import FeedEntry, Moment, Precision

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
COST = 1 / 110


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


def waits(known: Rhythm, start: datetime, hours: int) -> list[float]:
    """The wait in minutes at each hour from ``start`` on."""
    return [known.wait(start + HOUR * hour, COST) / 60 for hour in range(hours)]


def uneven(per_day: float, days: float, *, until: datetime = NOW) -> list[float]:
    """Items at no fixed hour, the last one half a gap ago."""
    gaps = [number + 0.5 + 0.8 * (number * 0.618 % 1) for number in range(int(per_day * days))]
    return [(until - timedelta(days=gap / per_day)).timestamp() for gap in gaps]


def test_the_wait_follows_the_square_root_of_the_rate() -> None:
    few, many = learned(uneven(4, 60), window=500), learned(uneven(64, 6), window=500)
    # 16 times as many items are worth 4 times as many polls.
    assert few.wait(NOW, COST) / many.wait(NOW, COST) == pytest.approx(4, rel=0.25)
    assert few.wait(NOW, COST * 4) / few.wait(NOW, COST) == pytest.approx(2, rel=0.25)


def test_nights_and_weekends_are_polled_rarely() -> None:
    monday = datetime(2026, 11, 2, 0, 0, tzinfo=UTC)
    known = learned(working_days(until=monday, days=60), now=monday, window=500)
    by_hour = waits(known, monday, 7 * 24)
    midday = by_hour[11]
    assert by_hour[19] > 4 * midday
    assert by_hour[5 * 24 + 11] > 2 * midday
    # In the evening it waits for the morning, and is there when it begins.
    wakes = (monday + HOUR * 19 + timedelta(minutes=by_hour[19])).hour
    assert 3 <= wakes <= 10


def test_a_burst_is_followed_closely_and_forgotten() -> None:
    calm = learned(uneven(6, 30), window=100)
    burst = calm.after([NOW.timestamp() - 60 * minute for minute in range(1, 13)], now=NOW + HOUR / 60, window=100)
    after = NOW + HOUR / 30
    assert burst.wait(after, COST) < calm.wait(after, COST) / 1.5
    later = NOW + 2 * DAY
    assert burst.wait(later, COST) == pytest.approx(calm.wait(later, COST), rel=0.45)


def test_silent_weeks_make_polls_rare_and_news_make_them_frequent_again() -> None:
    known = learned(uneven(4, 60))
    usual = known.wait(NOW, COST)
    in_a_month, in_a_season = known.wait(NOW + 30 * DAY, COST), known.wait(NOW + 150 * DAY, COST)
    assert usual < in_a_month < in_a_season
    assert in_a_season > 2.5 * usual
    now = NOW + 150 * DAY
    for _ in range(12):
        now += 6 * HOUR
        known = known.after([now.timestamp() - 60], now=now, window=25)
    assert known.wait(now, COST) < in_a_season / 2


def test_no_wait_is_so_long_that_a_quarter_of_the_feed_is_replaced() -> None:
    times = uneven(100, 4)
    small, large = learned(times, window=8), learned(times, window=200)
    assert small.wait(NOW, 10.0) == pytest.approx(86400 / 100 * 2, rel=0.35)
    assert large.wait(NOW, 10.0) > 5 * small.wait(NOW, 10.0)
    assert learned(times, window=0).wait(NOW, 10.0) <= 86400
    assert learned(uneven(0.05, 400)).wait(NOW, 10.0) == 86400


def test_the_window_shrinks_at_once_and_grows_slowly() -> None:
    known = learned(every(HOUR, 20), window=20)
    assert known.after([], now=NOW, window=10).window == 10
    assert 10 < known.after([], now=NOW, window=10).after([], now=NOW, window=50).window < 50


def test_expected_items_count_weekdays() -> None:
    friday = datetime(2026, 10, 30, 18, 0, tzinfo=UTC)
    known = learned(working_days(until=friday, days=60), now=friday, window=500)
    weekend = known.expected_items(friday + 6 * HOUR, friday + 54 * HOUR)
    monday = known.expected_items(friday + 54 * HOUR, friday + 78 * HOUR)
    assert weekend < monday < 14
    assert known.expected_items(friday, friday + 14 * DAY) == pytest.approx(14 * known.rate(friday.timestamp()))
    assert known.expected_items(friday, friday - DAY) == 0.0


def test_clocks_that_go_wrong_break_nothing() -> None:
    known = learned(every(HOUR, 30))
    back = known.after([(NOW - 3 * DAY).timestamp()], now=NOW - 2 * DAY, window=25)
    assert back.at == known.at
    assert 0 < back.wait(NOW - 2 * DAY, COST) <= 86400
    ahead = known.after([(NOW + 9 * DAY).timestamp()], now=NOW, window=25)
    assert ahead.last == known.last
    assert load(json.loads(json.dumps(ahead.dump()))) == load(ahead.dump())


def test_a_first_poll_of_thousands_of_items_is_bounded() -> None:
    known = learned(every(timedelta(seconds=20), 50_000), window=50_000)
    assert known.items == rhythm.MAX_TIMES
    assert known.rate(NOW.timestamp()) > 500
    assert len(json.dumps(known.dump())) < 2000


def entry(at: datetime | None, precision: Precision = "instant") -> FeedEntry:
    published = Moment(at=at, precision=precision) if at else None
    return FeedEntry(url=f"https://paper.example/{at}/{precision}", published=published)


SOON = NOW + timedelta(minutes=5)
LAST = NOW - 2 * HOUR
MIDNIGHT = NOW - 12 * HOUR


@pytest.mark.parametrize(
    ("entries", "last_poll_at", "expected"),
    [
        pytest.param([], LAST, [], id="nothing"),
        pytest.param([entry(NOW - HOUR), entry(NOW - DAY)], None, [NOW - HOUR, NOW - DAY], id="first poll, dated"),
        pytest.param([entry(None), entry(datetime(1970, 1, 1, tzinfo=UTC))], None, [], id="first poll, undated"),
        pytest.param([entry(MIDNIGHT - DAY, "day")], None, [MIDNIGHT - 12 * HOUR], id="first poll, a day"),
        pytest.param([entry(MIDNIGHT, "day")] * 2, None, [MIDNIGHT + 3 * HOUR, MIDNIGHT + 9 * HOUR], id="of today"),
        pytest.param([entry(MIDNIGHT, "month")], None, [], id="first poll, a month"),
        pytest.param([FeedEntry(url="u", updated=Moment(at=LAST))], None, [LAST], id="first poll, last changed"),
        pytest.param([FeedEntry(url="u", updated=Moment(at=LAST))], LAST, [NOW - HOUR], id="changed is not published"),
        pytest.param([entry(MIDNIGHT, "day")], LAST, [NOW - HOUR], id="a day: some time since the last poll"),
        pytest.param([entry(NOW - HOUR)], LAST, [NOW - HOUR], id="dated"),
        pytest.param([entry(SOON)], LAST, [NOW], id="a clock ahead of ours"),
        pytest.param([entry(NOW + DAY)], LAST, [NOW - HOUR], id="in the future: some time since the last poll"),
        pytest.param([entry(NOW - 90 * DAY)], LAST, [NOW - HOUR], id="long ago: some time since the last poll"),
        pytest.param([entry(NOW - DAY)], LAST, [NOW - DAY], id="a day late"),
        pytest.param([entry(None), entry(None)], LAST, [NOW - 1.5 * HOUR, NOW - 0.5 * HOUR], id="undated: spread"),
        pytest.param([entry(NOW - HOUR / 6)] * 4, LAST, [LAST + HOUR * (n + 0.5) / 2 for n in range(4)], id="a stamp"),
        pytest.param([entry(NOW - HOUR)] * 2, LAST, [NOW - HOUR] * 2, id="two of one minute are no stamp"),
        pytest.param([entry(None)], NOW + HOUR, [NOW + HOUR], id="a clock that was set back"),
    ],
)
def test_when_items_were_published(
    entries: list[FeedEntry], last_poll_at: datetime | None, expected: list[datetime]
) -> None:
    times = item_times(entries, now=NOW, last_poll_at=last_poll_at)
    assert list(times) == [pytest.approx(at.timestamp()) for at in expected]


polls = st.lists(
    st.tuples(
        st.floats(-40, 4000),  # hours since the poll before
        st.lists(st.floats(-300, 9000), max_size=40),  # hours before the poll at which its items were published
        st.integers(0, 500),
        st.none() | st.integers(0, 10**9),
    ),
    max_size=12,
)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(polls)
def test_whatever_comes_the_next_poll_lies_within_a_day_and_little_is_kept(came: list[Any]) -> None:
    known, now = Rhythm(), NOW
    for passed, ages, window, ttl_s in came:
        now += HOUR * passed
        times = [now.timestamp() - age * 3600 for age in ages]
        known = load(json.loads(json.dumps(known.after(times, now=now, window=window, ttl_s=ttl_s).dump())))
        for later in (now - DAY, now, now + 90 * DAY):
            assert 0 < known.wait(later, COST) <= 86400
            assert known.silent_after(later) > NOW - 9100 * HOUR
    assert len(json.dumps(known.dump())) < 2000
