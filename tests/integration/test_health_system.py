"""The whole as its database, locks and disk show it: read on both engines, told by the command and to monitors."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.stored import DAY, HOUR, NOW
from typer.testing import CliRunner

from scheduler.jobs import Context
from scheduler.web import health, metrics
from storewatch.cli.app import app
from storewatch.config import load
from storewatch.db import schedule
from storewatch.db.lock import run_lock, serve_lock
from storewatch.db.store import Store, open_store
from storewatch.db.system import system_facts
from storewatch.db.version import HEAD
from storewatch.types import JudgedDay, RunCounts, RunEnd

NOTHING = RunCounts()


def finish(store: Store, run_id: int, code: int, counts: RunCounts = NOTHING, *, at: Any = NOW) -> None:
    store.finish_run(run_id, RunEnd(counts=counts, finish_reason="finished", exit_code=code, finished_at=at))


def test_what_is_read(store_url: str) -> None:
    with open_store(store_url) as store:
        good, bad = store.start_run("crawl", NOW - 2 * DAY), store.start_run("crawl", NOW - DAY)
        finish(store, good, 0)
        finish(store, bad, 3)
        schedule.begin(store, "backup", NOW - DAY)
        schedule.end(store, "backup", "failed: the disk is full", NOW - DAY, well=False)
        schedule.note_success(store, "backup", NOW - HOUR)
        with run_lock(store_url, holder="storewatch crawl"), serve_lock(store_url, holder="storewatch serve"):
            facts = system_facts(store, store_url, NOW)
        freed = system_facts(store, store_url, NOW)
    assert (facts.schema, facts.problem, (facts.size_bytes or 0) > 100_000) == (HEAD, None, True)
    assert (facts.free_bytes is not None) is store_url.startswith("sqlite")
    assert [one.holder for one in (facts.run_lock, facts.serve_lock) if one] == ["storewatch crawl", "storewatch serve"]
    assert (freed.run_lock, freed.serve_lock) == (None, None)
    assert facts.last_good is not None
    assert facts.last_run is not None
    assert (facts.last_good.run_id, facts.last_run.run_id, facts.first_run_at) == (good, bad, NOW - 2 * DAY)
    [job] = facts.jobs
    assert (job.outcome, job.succeeded_at) == ("failed: the disk is full", NOW - HOUR)


def test_verdicts_are_summed_up_by_day_also_of_runs_that_were_killed(store_url: str) -> None:
    counts = RunCounts(judged={"relevant": 2, "uncertain": 1, "rejected": 30}, audited=4, audit_found=1)
    with open_store(store_url) as store:
        finish(store, store.start_run("crawl", NOW), 0, counts)
        finish(store, store.start_run("crawl", NOW), 0)
        seen = store.start_run("crawl", NOW + HOUR)
        store.note_run(seen, counts=counts, peak_mb=None, now=NOW)
        store.end_killed_run(seen, peak_mb=1.0, now=NOW)
        store.end_killed_run(seen, peak_mb=1.0, now=NOW)
        store.note_run(store.start_run("crawl", NOW + DAY), counts=counts, peak_mb=None, now=NOW)
        store.release_leases()  # as the next run does first
        store.release_leases()
        finish(store, seen, 0, counts)  # it lived after all
        days = system_facts(store, store_url, NOW + DAY).days
        later = system_facts(store, store_url, NOW + 80 * DAY).days
    one = {"relevant": 2, "uncertain": 1, "rejected": 30, "audited": 4, "audit_found": 1}
    twice = {name: 2 * number for name, number in one.items()}
    assert days == (JudgedDay(day=date(2026, 3, 1), **twice), JudgedDay(day=date(2026, 3, 2), **one))
    assert later == ()


class Told:
    """The command ``health`` in a folder with a database."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(folder)
        monkeypatch.setenv("STOREWATCH_CONFIG", "")
        monkeypatch.setenv("STOREWATCH_HEALTH__DISK_FREE_MB", "1")
        open_store("storewatch.db").close()

    def ask(self, *arguments: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(app, ["health", *arguments])
        return result.exit_code, result.stdout, result.stderr

    def checks(self) -> tuple[int, dict[str, dict[str, Any]]]:
        code, out, _ = self.ask("--system", "-f", "json")
        return code, {row["check"]: row for row in json.loads(out)}


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Told:
    return Told(tmp_path, monkeypatch)


def test_the_command_tells_of_the_whole(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    code, checks = told.checks()
    assert (code, {row["level"] for row in checks.values()}) == (0, {0})
    assert list(checks) == ["database", "disk", "lock", "backup", "run", "schedule", "judge", "sources", "messages"]
    assert checks["database"]["values"]["schema"] == HEAD
    assert checks["messages"]["values"] == {"dead": 0, "failing": 0}
    code, out, err = told.ask()
    assert (code, "nobody holds the run lock" in out, "no sources" in err) == (0, True, True)
    assert told.ask("-f", "json")[1] == "[]\n"
    assert told.ask("--system", "golem")[0] == 2
    monkeypatch.setenv("STOREWATCH_HEALTH__DISK_FREE_MB", "1e9")
    code, checks = told.checks()
    assert (code, checks["disk"]["level"]) == (2, 2)
    assert "critical: disk: " in told.ask("-f", "json")[2]


def test_a_backup_by_hand_is_known(told: Told, tmp_path: Path) -> None:
    assert told.checks()[1]["backup"]["values"] == {"last_at": None}
    assert CliRunner().invoke(app, ["db", "backup", "copy.db"]).exit_code == 0
    assert told.checks()[1]["backup"]["values"]["last_at"] is not None


def test_a_database_that_cannot_be_used_is_critical(told: Told, tmp_path: Path) -> None:
    (tmp_path / "storewatch.db").write_bytes(b"no database" * 1000)
    code, checks = told.checks()
    assert (code, list(checks), checks["database"]["level"]) == (2, ["database", "disk", "lock"], 2)
    code, out, err = told.ask()
    assert (code, "critical" in out, "critical: database: " in err) == (2, True, True)
    assert "is not an SQLite database" in err
    code, out, err = told.ask("-f", "jsonl")
    assert (code, out, err.startswith("storewatch: ")) == (2, "", True)


def test_monitors_are_told_the_same(tmp_path: Path) -> None:
    database = tmp_path / "storewatch.db"
    loaded = load(environ={"STOREWATCH_DATABASE__URL": str(database), "STOREWATCH_CONFIG": ""})
    context = Context(loaded=loaded, say=lambda _line: None)
    with open_store(str(database)) as store:
        counts = RunCounts(judged={"relevant": 2, "rejected": 8}, errors={"timeout": 3}, rejected={"weak": 8})
        finish(store, store.start_run("crawl", NOW), 0, counts, at=NOW + timedelta(minutes=2))
    status, _, body = health(context)
    assert (status, json.loads(body)["system"][0]["check"]) == (200, "database")
    lines = metrics(context)[2].splitlines()
    for line in (
        'storewatch_check_level{check="disk"} 0',
        "storewatch_run_seconds 120",
        'storewatch_run_errors{kind="timeout"} 3',
        'storewatch_run_rejected{reason="weak"} 8',
        f"storewatch_run_good_seconds {(NOW + timedelta(minutes=2)).timestamp():.3f}",
        'storewatch_messages_undelivered{state="dead"} 0',
        'storewatch_judge_drifted{what="relevant"} 0',
    ):
        assert line in lines
    database.unlink()
    status, _, body = health(context)
    assert (status, json.loads(body)["level"]) == (503, 2)
    status, _, body = metrics(context)
    assert (status, 'storewatch_check_level{check="database"} 2' in body.splitlines()) == (200, True)
