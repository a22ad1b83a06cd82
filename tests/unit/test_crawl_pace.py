"""The pace of hosts on a clock of our own: when a request may be sent, and what becomes of a moment that was missed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from crawler.batching import Batcher
from crawler.failures import FetchRefused
from crawler.pace import MAX_TRIES, Pace, backoff, slack
from storewatch.db.hosts import Deferral, Turn, TurnWanted
from storewatch.errors import DatabaseLocked

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class World:
    """A clock that sleeping moves on, a busy machine that wakes up late, and a database that gives moments."""

    def __init__(self, *, waits: Sequence[float] = (), late: Sequence[float] = (), fails: bool = False) -> None:
        self.now = NOW
        self.asked: list[TurnWanted] = []
        self.refusing: dict[str, Deferral] = {}
        self.slept: list[float] = []
        self._waits = list(waits)
        self._late = list(late)
        self._fails = fails

    async def reserve(self, wanted: Sequence[TurnWanted]) -> Sequence[Turn]:
        if self._fails:
            raise DatabaseLocked("news.db", "is locked")
        self.asked += wanted
        turns = []
        for one in wanted:
            wait = self._waits.pop(0) if self._waits else 0.0
            turns.append(Turn(at=self.now + timedelta(seconds=wait), reserved=wait <= one.patience_s))
        self.now += timedelta(seconds=self._late.pop(0) if self._late else 0.0)
        return turns

    async def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += timedelta(seconds=seconds)

    def pace(self, delay_s: float = 1.0) -> Pace:
        return Pace(
            reserve=self.reserve,
            delay_s=delay_s,
            patience_s=60,
            refusing=self.refusing,
            clock=lambda: self.now,
            sleep=self.sleep,
        )


def test_a_request_waits_for_its_moment() -> None:
    world = World(waits=[2.5])
    asyncio.run(world.pace().turn("golem.example"))
    assert world.slept == [2.5]
    [wanted] = world.asked
    assert (wanted.host, wanted.delay_s, wanted.unused) == ("golem.example", 1.05, None)


def test_requests_of_one_moment_are_reserved_together() -> None:
    world = World()
    groups: list[int] = []

    async def reserve(wanted: Sequence[TurnWanted]) -> Sequence[Turn]:
        groups.append(len(wanted))
        return await world.reserve(wanted)

    async def main() -> None:
        pace = Pace(reserve=reserve, delay_s=1, patience_s=60, refusing={}, clock=lambda: world.now, sleep=world.sleep)
        await asyncio.gather(*[pace.turn(f"{number}.example") for number in range(64)])

    asyncio.run(main())
    assert groups == [64]


def test_a_host_that_is_not_free_soon_is_not_waited_for() -> None:
    with pytest.raises(FetchRefused) as caught:
        asyncio.run(World(waits=[3600]).pace().turn("golem.example"))
    assert (caught.value.failure.reason, caught.value.failure.detail.endswith("3600 s from now")) == (
        "retry_later",
        True,
    )


@pytest.mark.parametrize("delay_s", [0.0, 1.0])
def test_a_host_that_refuses_meanwhile_is_not_asked(delay_s: float) -> None:
    world = World()
    pace = world.pace(delay_s)
    asyncio.run(pace.turn("golem.example"))
    world.refusing["golem.example"] = Deferral(until=world.now + timedelta(seconds=9), refusals=1)
    world.refusing["heise.example"] = Deferral(until=None, refusals=1)
    asyncio.run(pace.turn("heise.example"))
    with pytest.raises(FetchRefused) as caught:
        asyncio.run(pace.turn("golem.example"))
    assert caught.value.failure.reason == "retry_later"
    world.now += timedelta(seconds=9)
    asyncio.run(pace.turn("golem.example"))


def test_a_request_that_is_late_reserves_another_moment() -> None:
    world = World(late=[0.3, 0.02])
    asyncio.run(world.pace().turn("golem.example"))
    assert [wanted.unused for wanted in world.asked] == [None, NOW]


def test_a_machine_that_is_always_late_goes_on_all_the_same() -> None:
    world = World(late=[0.3] * 20)
    asyncio.run(world.pace().turn("golem.example"))
    assert len(world.asked) == MAX_TRIES


@pytest.mark.parametrize(
    ("delay_s", "crawl_delay_s", "distance"), [(1.0, None, 1.05), (1.0, 5.0, 5.25), (2.0, 1.0, 2.1), (0.0, 0.5, 0.525)]
)
def test_the_larger_delay_counts(delay_s: float, crawl_delay_s: float | None, distance: float) -> None:
    world = World()

    async def main() -> None:
        pace = world.pace(delay_s)
        if crawl_delay_s:
            pace.slow_down("golem.example", crawl_delay_s)
        await pace.turn("golem.example")

    asyncio.run(main())
    assert [round(wanted.delay_s, 3) for wanted in world.asked] == [distance]


def test_without_a_delay_nothing_is_reserved() -> None:
    world = World()
    asyncio.run(world.pace(0.0).turn("golem.example"))
    assert world.asked == []


def test_a_database_that_does_not_answer_holds_nothing_up() -> None:
    asyncio.run(World(fails=True).pace().turn("golem.example"))


@pytest.mark.parametrize(("delay_s", "seconds"), [(0.1, 0.02), (1, 0.05), (2, 0.1), (30, 0.25)])
def test_slack(delay_s: float, seconds: float) -> None:
    assert slack(delay_s) == seconds


@pytest.mark.parametrize(
    ("status", "retry_after_s", "refusals", "seconds"),
    [
        pytest.param(429, 5.0, 1, 5, id="as it says"),
        pytest.param(503, 5.0, 9, 5, id="as it says, however often"),
        pytest.param(503, 1e9, 1, 86_400, id="a day at most"),
        pytest.param(429, None, 1, 60, id="429"),
        pytest.param(429, None, 2, 120, id="429 again"),
        pytest.param(429, None, 5, 960, id="429 five times"),
        pytest.param(429, None, 500, 86_400, id="429 for ever"),
        pytest.param(503, None, 1, None, id="503"),
        pytest.param(503, None, 2, 60, id="503 again"),
        pytest.param(503, None, 4, 240, id="503 four times"),
    ],
)
def test_backoff(status: int, retry_after_s: float | None, refusals: int, seconds: float | None) -> None:
    assert backoff(status, retry_after_s, refusals) == seconds


def test_a_full_group_does_not_wait_for_its_window() -> None:
    groups: list[list[int]] = []

    async def double(numbers: Sequence[int]) -> Sequence[int]:
        groups.append(list(numbers))
        return [2 * number for number in numbers]

    async def main() -> list[int]:
        batcher = Batcher(double, window_s=3600, size=3)
        return list(await asyncio.gather(*[batcher.ask(number) for number in range(6)]))

    assert asyncio.run(main()) == [0, 2, 4, 6, 8, 10]
    assert groups == [[0, 1, 2], [3, 4, 5]]


def test_what_goes_wrong_reaches_all_who_asked_and_one_who_left_harms_nobody() -> None:
    async def fail(numbers: Sequence[int]) -> Sequence[int]:
        if 0 in numbers:
            raise ValueError(len(numbers))
        return numbers

    async def main() -> tuple[list[object], int]:
        batcher = Batcher(fail, window_s=0)
        failed = await asyncio.gather(batcher.ask(0), batcher.ask(1), return_exceptions=True)
        gone, there = asyncio.ensure_future(batcher.ask(2)), asyncio.ensure_future(batcher.ask(3))
        await asyncio.sleep(0)
        gone.cancel()
        return list(failed), await there

    failed, there = asyncio.run(main())
    assert [type(error) for error in failed] == [ValueError, ValueError]
    assert there == 3
