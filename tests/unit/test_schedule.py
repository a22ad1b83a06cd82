"""When jobs run, what is planned, what a crawl may take: decided from values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scheduler.daemon import plan_line
from scheduler.jobs import jobs, outcome_text, planned, superseded
from scheduler.watching import Limits, excess, memory_limit
from storewatch.config import Config, load
from storewatch.config.when import following, parse_when
from storewatch.errors import ConfigError
from storewatch.types import JobState

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)  # a Wednesday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "last", "expected"),
    [
        pytest.param("off", None, None, id="off"),
        pytest.param("every 5m", None, NOW, id="never ran: now"),
        pytest.param("every 5m", NOW - 2 * MINUTE, NOW + 3 * MINUTE, id="not yet"),
        pytest.param("every 5m", NOW - HOUR, NOW, id="missed: now, once"),
        pytest.param("every 90s", NOW, NOW + timedelta(seconds=90), id="seconds"),
        pytest.param("every 2 d", NOW - DAY, NOW + DAY, id="days, a blank"),
        pytest.param("every 5m", NOW + DAY, NOW, id="a clock that was wrong"),
        pytest.param("daily 13:30", None, NOW + 1.5 * HOUR, id="later today"),
        pytest.param("daily 03:30", None, NOW + 15.5 * HOUR, id="tomorrow"),
        pytest.param("daily 12:00", None, NOW + DAY, id="this very minute counts as gone"),
        pytest.param("daily 03:30", NOW - 8 * HOUR, NOW + 15.5 * HOUR, id="done today"),
        pytest.param("daily 03:30", NOW - 2 * DAY, NOW, id="missed while nobody served"),
        pytest.param("weekly sun 03:30", None, datetime(2026, 11, 29, 3, 30, tzinfo=UTC), id="on Sunday"),
        pytest.param("weekly wed 11:00", None, datetime(2026, 12, 2, 11, tzinfo=UTC), id="next Wednesday"),
        pytest.param("Weekly  Wednesday 13:00", None, NOW + HOUR, id="written out"),
        pytest.param("weekly mon 03:30", NOW - 8 * DAY, NOW, id="a week was missed"),
    ],
)
def test_following(text: str, last: datetime | None, expected: datetime | None) -> None:
    assert following(parse_when(text), last, NOW) == expected


@pytest.mark.parametrize(
    "text", ["", "sometimes", "every", "every 0m", "every 5", "daily 24:00", "daily 3", "weekly 03:30"]
)
def test_what_is_no_time_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(ValueError, match="is no time for a job"):
        parse_when(text)
    with pytest.raises(ConfigError, match=r"schedule.crawl .*expected off, every 90s"):
        load(environ={"STOREWATCH_CONFIG": "", "STOREWATCH_SCHEDULE__CRAWL": text or "x"})


def test_the_plan_knows_pauses_and_wishes() -> None:
    states = {
        "crawl": JobState(job="crawl", paused=True, started_at=NOW - HOUR, ended_at=NOW - HOUR, outcome="run 7"),
        "backup": JobState(job="backup", requested_at=NOW - MINUTE),
        "health": JobState(job="health", started_at=NOW - MINUTE),
    }
    plan = {one.job.name: one for one in planned(jobs(Config()), states, NOW)}
    assert plan["crawl"].next_at is None
    assert plan["crawl"].outcome == "run 7"
    assert plan["backup"].next_at == NOW
    assert plan["health"].next_at == NOW + 59 * MINUTE
    assert plan["vacuum"].next_at == datetime(2026, 11, 29, 3, 30, tzinfo=UTC)
    assert outcome_text(states["health"]) == "no end yet"
    assert plan_line(plan["crawl"]).split() == ["crawl", "every", "1m", "paused", *plan["crawl"].job.does.split()]
    assert "next 2026-11-25 12:00 UTC" in plan_line(plan["backup"])


@pytest.mark.parametrize(
    ("elapsed", "memory", "why"),
    [
        pytest.param(10, 100, None, id="within"),
        pytest.param(61, 100, "took longer than 60 s", id="too long"),
        pytest.param(10, 501, "held 501 MB of memory, more than 500", id="too large"),
    ],
)
def test_excess(elapsed: float, memory: float, why: str | None) -> None:
    limits = Limits(timeout_s=60, memory_mb=500)
    assert excess(limits, elapsed_s=elapsed, memory_mb=memory) == why
    assert excess(Limits(), elapsed_s=elapsed, memory_mb=memory) is None
    limits.stop.set()
    assert excess(limits, elapsed_s=elapsed, memory_mb=memory) == "stopped"


@pytest.mark.parametrize(
    ("asked", "workers", "limit"),
    [
        pytest.param(None, 2, 2048, id="two cores"),
        pytest.param(None, 16, 9216, id="sixteen cores hold 3.7 GB"),
        pytest.param(500, 16, 500, id="as asked"),
        pytest.param(0, 16, 0, id="no limit"),
    ],
)
def test_more_workers_may_hold_more_memory(asked: int | None, workers: int, limit: int) -> None:
    assert memory_limit(asked, workers=workers) == limit


def test_only_our_own_old_backups_are_superseded() -> None:
    ours = [f"storewatch-2026112{day}T033000Z.db" for day in range(1, 6)]
    others = ["storewatch.db", "storewatch-20261101T033000Z.dump", "storewatch-old.db", "a.txt"]
    assert superseded([*others, *reversed(ours)], ending="db", keep=3) == ours[:2]
    assert superseded(ours[:3], ending="db", keep=3) == []
