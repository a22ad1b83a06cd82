"""The checks of the whole, and what is made of them: levels, sentences, the report, what watches are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scheduler.alerts.ailing import of_report
from scheduler.health import report
from scheduler.health.system import Check, Expected, checks
from storewatch.config.when import parse_when
from storewatch.types import JobState, JudgedDay, LockHolder, Run, SystemFacts

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EXPECTED = Expected(
    disk_free_mb=500,
    jobs={"crawl": parse_when("every 1m"), "backup": parse_when("daily 03:30"), "vacuum": parse_when("off")},
    at_work_s=7200,
)


def run(number: int, code: int | None, ended: timedelta) -> Run:
    at = NOW - ended
    return Run(run_id=number, command="crawl", started_at=at - MINUTE, finished_at=at, exit_code=code)


FACTS = SystemFacts(
    database="storewatch.db",
    size_bytes=12_300_000,
    schema="0018",
    folder="/var/lib/storewatch",
    free_bytes=90_000_000_000,
    first_run_at=NOW - 30 * DAY,
    last_run=run(7, 0, HOUR),
    last_good=run(7, 0, HOUR),
)


def looked_at(check: str, **changed: Any) -> Check:
    found = {one.check: one for one in checks(replace(FACTS, **changed), EXPECTED, NOW)}
    return found[check]


def test_all_is_well() -> None:
    found = checks(FACTS, EXPECTED, NOW)
    assert [one.check for one in found] == ["database", "disk", "lock", "backup", "run", "schedule", "judge"]
    assert {one.level for one in found} == {0}
    assert found[0].told == "storewatch.db answers, 12.3 MB, schema 0018"


@pytest.mark.parametrize(
    ("free_mb", "level", "told"),
    [
        pytest.param(500, 0, "500.0 MB are free in /var/lib/storewatch", id="enough"),
        pytest.param(499, 1, "less than 500 MB (health.disk_free_mb)", id="little"),
        pytest.param(50, 1, "less than 500 MB", id="a tenth"),
        pytest.param(49, 2, "less than a tenth of 500 MB", id="hardly any"),
    ],
)
def test_disk(free_mb: int, level: int, told: str) -> None:
    found = looked_at("disk", free_bytes=free_mb * 1_000_000)
    assert (found.level, found.values) == (level, {"free_bytes": free_mb * 1_000_000})
    assert told in found.told


def test_the_disk_of_a_server_is_its_own() -> None:
    assert "disk" not in {one.check for one in checks(replace(FACTS, free_bytes=None), EXPECTED, NOW)}


def test_a_database_that_cannot_be_used_is_critical_and_what_else_is_known_is_told() -> None:
    found = checks(SystemFacts(database="x", problem="x: is damaged", folder="/", free_bytes=1), EXPECTED, NOW)
    assert [(one.check, one.level) for one in found] == [("database", 2), ("disk", 2), ("lock", 0)]
    assert found[0].told == "x: is damaged"


@pytest.mark.parametrize(
    ("holder", "level", "told"),
    [
        pytest.param(None, 0, "nobody holds the run lock", id="free"),
        pytest.param(
            LockHolder(holder="storewatch crawl", pid=9, since=NOW - 26 * HOUR),
            0, "the run lock is held by `storewatch crawl` (process 9) since 2026-03-03T10:00:00+00:00", id="held",
        ),
        pytest.param(
            LockHolder(holder="storewatch crawl", pid=9, since=NOW - 27 * HOUR),
            1, "the run lock is held by `storewatch crawl` (process 9) since 2026-03-03T09:00:00+00:00, for 27 hours",
            id="too long",
        ),
        pytest.param(LockHolder(), 0, "the run lock is held by another process", id="by whom nobody knows"),
    ],
)  # fmt: skip
def test_lock(holder: LockHolder | None, level: int, told: str) -> None:
    found = looked_at("lock", run_lock=holder)
    assert (found.level, found.told) == (level, told)


@pytest.mark.parametrize(
    ("runs", "level", "told"),
    [
        pytest.param({"last_run": None, "last_good": None}, 0, "no run has ended so far", id="none"),
        pytest.param(
            {"last_run": run(9, 3, HOUR), "last_good": run(8, 0, 26 * HOUR)},
            0, "run 8 was the last that ended well, 26 hours ago", id="failed lately",
        ),
        pytest.param(
            {"last_run": run(9, 3, HOUR), "last_good": run(8, 0, 27 * HOUR)},
            1, "run 8 was the last that ended well, 27 hours ago; the newest, run 9, ended with exit code 3",
            id="fails for a day",
        ),
        pytest.param(
            {"last_run": run(9, 0, 60 * HOUR), "last_good": run(9, 0, 60 * HOUR)},
            0, "run 9 was the last that ended well, 2 days ago", id="nothing was due",
        ),
        pytest.param(
            {"last_run": run(9, 1, HOUR), "last_good": None},
            1, "no run has ended well so far; the newest, run 9, ended with exit code 1", id="never well",
        ),
        pytest.param(
            {"last_run": run(1, 1, HOUR), "last_good": None, "first_run_at": NOW - 2 * HOUR},
            0, "no run has ended well so far", id="just begun",
        ),
    ],
)  # fmt: skip
def test_runs(runs: dict[str, Any], level: int, told: str) -> None:
    found = looked_at("run", **runs)
    assert (found.level, found.told) == (level, told)


def job(name: str, started: timedelta | None, ended: timedelta | None = None, **more: Any) -> JobState:
    times = {"started_at": started and NOW - started, "ended_at": ended and NOW - ended}
    return JobState(job=name, **times, **more)


BACKED = job("backup", 8 * HOUR, 8 * HOUR)
SERVED = LockHolder(holder="storewatch serve", pid=3, since=NOW - 10 * DAY)


@pytest.mark.parametrize(
    ("states", "serve", "lag_s"),
    [
        pytest.param([job("crawl", MINUTE, MINUTE), BACKED], SERVED, {}, id="in time"),
        pytest.param([job("crawl", 15 * MINUTE, MINUTE)], SERVED, {"backup": 808200}, id="never done"),
        pytest.param([job("crawl", 20 * MINUTE, 19 * MINUTE)], None, {}, id="serve is not at work"),
        pytest.param(
            [job("crawl", 20 * MINUTE, 19 * MINUTE), BACKED], SERVED, {"crawl": 1140}, id="late"
        ),
        pytest.param(
            [job("crawl", 20 * MINUTE, 19 * MINUTE, paused=True), BACKED], SERVED, {}, id="paused"
        ),
        pytest.param(
            [job("crawl", MINUTE, MINUTE), job("backup", 40 * HOUR, 40 * HOUR)],
            SERVED, {"backup": 117000}, id="late by a day",
        ),
        pytest.param(
            [job("crawl", 20 * DAY, 20 * DAY)], replace(SERVED, since=NOW - MINUTE), {}, id="serve has just begun"
        ),
        pytest.param([job("crawl", 2 * HOUR), BACKED], SERVED, {}, id="long at work"),
        pytest.param([job("crawl", 3 * HOUR), BACKED], SERVED, {"crawl": 3600}, id="hangs"),
    ],
)  # fmt: skip
def test_schedule_lag(states: list[JobState], serve: LockHolder | None, lag_s: dict[str, int]) -> None:
    found = looked_at("schedule", jobs=tuple(states), serve_lock=serve)
    assert (found.values["lag_s"], found.level) == (lag_s, int(bool(lag_s)))


def test_a_job_that_failed_is_a_warning_until_it_succeeds() -> None:
    failed = job("backup", HOUR, HOUR, outcome="failed: the disk is full", succeeded_at=NOW - 3 * DAY)
    found = looked_at("schedule", jobs=(failed,))
    assert (found.level, found.told) == (1, "serve is not at work; backup failed: the disk is full")
    assert looked_at("backup", jobs=(failed,)).told == "the last one was made 3 days ago, 2026-03-01 12:00 UTC"
    assert looked_at("schedule", jobs=(replace(failed, outcome="x.db: 1.2 MB"),)).level == 0
    # What is not done any more is forgotten.
    assert looked_at("schedule", jobs=(replace(failed, job="vacuum-of-old"),)).level == 0


def test_a_judge_that_drifts_is_a_warning() -> None:
    habit = [JudgedDay(day=(NOW - n * DAY).date(), relevant=10, uncertain=5, rejected=85) for n in range(7, 60)]
    lately = [JudgedDay(day=(NOW - n * DAY).date(), relevant=1, uncertain=5, rejected=94) for n in range(7)]
    found = looked_at("judge", days=(*habit, *lately))
    assert (found.level, found.told) == (1, "7 of 700 pages lately were relevant; 10.0 of 100 are usual")
    assert found.values["relevant"]["drifted"] is True
    well = looked_at("judge", days=tuple(habit[:7]) + tuple(replace(one, day=one.day + 7 * DAY) for one in habit))
    assert (well.level, "10.0 % relevant (10.0 % are usual)" in well.told) == (0, True)
    assert looked_at("judge").told == "too few verdicts so far to know its habit"


def test_the_report_is_as_bad_as_its_worst_check() -> None:
    for level in (0, 1, 2):
        assert report([], NOW, system=[Check(check="disk", level=level, told="t")]).level == level
    found = report([], NOW, system=checks(FACTS, EXPECTED, NOW))
    assert [one.check for one in found.checks[-2:]] == ["sources", "messages"]
    assert report([], NOW).checks == ()


def test_watches_are_told_of_what_is_wrong_with_the_whole() -> None:
    found = report([], NOW, system=checks(replace(FACTS, free_bytes=1), EXPECTED, NOW))
    [(name, (status, evidence, todo))] = of_report(found).items()
    assert (name, status) == ("storewatch: disk", "critical")
    assert "are free" in evidence
    assert "db tidy" in todo
