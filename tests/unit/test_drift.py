"""When the judge is said to have drifted, and that small numbers and ordinary ups and downs give no alarm."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from scheduler.health.drift import HABIT, RECENT, Share, as_many, dispersion, drifts
from storewatch.types import JudgedDay

TODAY = date(2026, 3, 1)


def days(
    count: int, of: int, *, relevant: int = 0, uncertain: int = 0, audited: int = 0, found: int = 0, ago: int = 0
) -> list[JudgedDay]:
    """``count`` days alike, the newest of them ``ago`` days before today, with ``of`` verdicts each."""
    return [
        JudgedDay(
            day=TODAY - timedelta(days=ago + number),
            relevant=relevant,
            uncertain=uncertain,
            rejected=of - relevant - uncertain,
            audited=audited,
            audit_found=found,
        )
        for number in range(count)
    ]


HABITUAL = days(HABIT, 100, relevant=10, uncertain=5, audited=5, ago=RECENT)


@pytest.mark.parametrize(
    ("recent", "habit", "drifted"),
    [
        pytest.param([], [], set(), id="nothing at all"),
        pytest.param(days(7, 100, relevant=10, uncertain=5), HABITUAL, set(), id="as usual"),
        pytest.param(days(7, 100, relevant=3, uncertain=5), HABITUAL, {"relevant"}, id="far fewer relevant"),
        pytest.param(days(7, 100, uncertain=5), HABITUAL, {"relevant"}, id="none relevant"),
        pytest.param(days(7, 100, relevant=25, uncertain=5), HABITUAL, {"relevant"}, id="far more relevant"),
        pytest.param(days(7, 100, relevant=10, uncertain=15), HABITUAL, {"uncertain"}, id="far more uncertain"),
        pytest.param(days(7, 100, relevant=2, uncertain=20), HABITUAL, {"relevant", "uncertain"}, id="both"),
        pytest.param(days(7, 100, relevant=13, uncertain=5), HABITUAL, set(), id="a third more is no weight"),
        pytest.param(
            days(7, 100_000, relevant=11_000, uncertain=5_000),
            days(HABIT, 100_000, relevant=10_000, uncertain=5_000, ago=RECENT),
            set(),
            id="sure and of no weight",
        ),
        # Small numbers.
        pytest.param(days(1, 99), HABITUAL, set(), id="too few lately"),
        pytest.param(days(7, 100), days(13, 100, relevant=10, uncertain=5, ago=7), set(), id="too few days of habit"),
        pytest.param(days(7, 100), days(56, 7, relevant=1, ago=7), set(), id="too few verdicts of habit"),
        pytest.param(days(1, 100, relevant=2), days(20, 100, ago=7), set(), id="two where none were usual"),
        pytest.param(days(1, 100), days(20, 100, relevant=4, ago=7), set(), id="none where four of 100 were usual"),
        pytest.param(days(7, 100), days(56, 100, relevant=10, ago=7 + HABIT), set(), id="a habit long gone"),
    ],
)
def test_verdicts(recent: list[JudgedDay], habit: list[JudgedDay], drifted: set[str]) -> None:
    assert {one.what for one in drifts([*recent, *habit], TODAY) if one.drifted} == drifted


@pytest.mark.parametrize(
    ("recent", "habit", "drifted"),
    [
        pytest.param((0, 35), (0, 280), False, id="never any"),
        pytest.param((2, 10), (0, 280), False, id="two finds say nothing"),
        pytest.param((3, 35), (3, 280), False, id="three of 35 where one of 93 is usual"),
        pytest.param((5, 35), (3, 280), True, id="five of 35"),
        pytest.param((3, 7), (0, 280), True, id="three of seven, never any before"),
        pytest.param((7, 7), (0, 56), False, id="too short a habit"),
        pytest.param((0, 700), (28, 280), False, id="fewer finds are good news"),
    ],
)
def test_finds_of_the_audit(recent: tuple[int, int], habit: tuple[int, int], drifted: bool) -> None:
    of = [JudgedDay(day=TODAY, audit_found=recent[0], audited=recent[1])]
    of.append(JudgedDay(day=TODAY - timedelta(days=20), audit_found=habit[0], audited=habit[1]))
    [_, _, audit] = drifts(of, TODAY)
    assert (audit.what, audit.drifted) == ("audit", drifted)
    assert (audit.recent, audit.habit) == (Share(hits=recent[0], of=recent[1]), Share(hits=habit[0], of=habit[1]))


def test_the_shares_are_told_whether_they_say_something_or_not() -> None:
    [relevant, uncertain, audit] = drifts(days(7, 10, relevant=1), TODAY)
    assert (relevant.recent, relevant.recent.share, relevant.habit.share) == (Share(hits=7, of=70), 0.1, None)
    assert not any(one.known for one in (relevant, uncertain, audit))


def swinging(shares: tuple[int, int], *, days_each: int = 1) -> list[JudgedDay]:
    """A habit in which days with these two shares (of 100) take turns, so many of each at a time."""
    return [
        one
        for number in range(HABIT)
        for one in days(1, 100, relevant=shares[number // days_each % 2], ago=RECENT + number)
    ]


@pytest.mark.parametrize(
    ("habit", "lately", "drifted"),
    [
        pytest.param(swinging((10, 10)), 17, True, id="steady"),
        pytest.param(swinging((0, 20)), 17, False, id="by days"),
        pytest.param(swinging((0, 20)), 0, True, id="by days, and then nothing"),
        pytest.param(swinging((4, 16), days_each=7), 17, False, id="by weeks"),
        pytest.param(swinging((4, 16), days_each=7), 3, False, id="a weak week among such"),
        pytest.param(swinging((7, 13), days_each=7), 40, True, id="by weeks, and then far more"),
    ],
)
def test_a_share_that_swings_by_itself_needs_a_greater_difference(
    habit: list[JudgedDay], lately: int, drifted: bool
) -> None:
    assert drifts([*days(7, 100, relevant=lately), *habit], TODAY)[0].drifted is drifted


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        pytest.param([(10, 100)] * 5, 1.0, id="alike"),
        pytest.param([(0, 100)] * 5, 1.0, id="none"),
        pytest.param([(5, 100)], 1.0, id="one day"),
        pytest.param([(0, 100), (20, 100)], 22.2, id="apart"),
    ],
)
def test_dispersion(shares: list[tuple[int, int]], expected: float) -> None:
    assert dispersion([Share(hits=hits, of=of) for hits, of in shares]) == pytest.approx(expected, abs=0.1)


def test_the_chance_of_as_many() -> None:
    # By hand: all three finds among 2 of 4 pages cannot be; 2 of 2 finds there in one case of six.
    assert as_many(Share(hits=2, of=2), Share(hits=0, of=2)) == pytest.approx(1 / 6)
    assert as_many(Share(hits=0, of=2), Share(hits=2, of=2)) == pytest.approx(1)


def test_chance_alone_hardly_ever_gives_an_alarm() -> None:
    """300 times ten weeks of news whose topic comes in waves of its own: no more than one false alarm."""
    random_of, alarms = random.Random(8), 0
    for _ in range(300):
        made = []
        for number in range(RECENT + HABIT):
            of = random_of.randint(20, 80)
            share = random_of.betavariate(4, 36)
            relevant = sum(random_of.random() < share for _ in range(of))
            made += days(1, of, relevant=relevant, ago=number)
        alarms += drifts(made, TODAY)[0].drifted
    assert alarms <= 1
