"""A clock that is set is noticed; one that is corrected a little is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scheduler.clocks import LEAP_S, ClockWatch, leap_line
from scheduler.lasting import WhenTrigger
from storewatch.config.when import parse_when

DAY_S = 86400.0
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wall", "leap"),
    [
        pytest.param(1.0, 0.0, id="as it should"),
        pytest.param(1.0 + LEAP_S / 2, 0.0, id="corrected"),
        pytest.param(1.0 - DAY_S, -DAY_S, id="back"),
        pytest.param(1.0 + DAY_S, DAY_S, id="forward, or asleep"),
    ],
)
def test_a_leap(wall: float, leap: float) -> None:
    watch = ClockWatch(1_000.0, 5.0)
    assert watch.leap(1_000.0 + wall, 6.0) == leap
    assert watch.leap(1_001.0 + wall, 7.0) == 0.0


def test_a_clock_that_is_slewed_for_long_does_not_leap() -> None:
    watch = ClockWatch(0.0, 0.0)
    assert not any(watch.leap(second * 1.0005, second) for second in range(100_000))


def test_how_it_is_told() -> None:
    assert leap_line(3 * 3600.2).startswith("the clock was set forward by 3:00:01, or this machine slept")
    assert leap_line(-45.0).startswith("the clock was set back by 0:00:45")


@pytest.mark.parametrize("said", ["every 1s", "daily 03:30", "weekly sun 03:30"])
def test_a_clock_that_comes_from_1970_lists_no_million_times(said: str) -> None:
    trigger, at = WhenTrigger(parse_when(said)), datetime(1970, 1, 1, tzinfo=UTC)
    times: list[datetime] = []
    while (found := trigger.get_next_fire_time(times[-1] if times else at, NOW)) is not None and found <= NOW:
        times.append(found)
    assert times == [NOW]
    assert found is not None
    assert NOW < found <= NOW + timedelta(days=7)


def test_what_is_off_runs_no_second_time() -> None:
    assert WhenTrigger(parse_when("off")).get_next_fire_time(NOW, NOW) is None
