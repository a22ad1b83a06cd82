"""The plan of a crawl: what is known of each host decides what is said of it."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from storewatch.cli.app import app
from storewatch.cli.planned import COLUMNS, FIELDS, Known, by_host, plan
from storewatch.db.store import open_store
from storewatch.types import FeedEntry, NewSource, Poll, RobotsTxt, Source

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
GOLEM = Source(source_id=1, name="golem", url="https://golem.example/rss", etag="1", last_polled_at=NOW - HOUR)


def kept(rules: str | None = None, *, status: int | None = 200, expires_at: datetime = NOW + HOUR) -> RobotsTxt:
    return RobotsTxt(
        site="https://golem.example", status=status, rules=rules, fetched_at=NOW - HOUR, expires_at=expires_at
    )


@pytest.mark.parametrize(
    ("copy", "robots"),
    [
        pytest.param(None, "unknown", id="never read"),
        pytest.param(kept(expires_at=NOW), "unknown", id="too old"),
        pytest.param(kept(status=None), "unread", id="could not be had"),
        pytest.param(kept(status=404), "allows", id="missing"),
        pytest.param(kept("User-agent: *\nDisallow: /x"), "allows", id="allowed"),
        pytest.param(kept("User-agent: *\nDisallow: /rss"), "forbids", id="forbidden"),
        pytest.param(kept("User-agent: storewatch\nDisallow: /\n\nUser-agent: *\nAllow: /"), "forbids", id="by name"),
    ],
)
def test_robots(copy: RobotsTxt | None, robots: str) -> None:
    known = Known(robots={"https://golem.example": copy} if copy else {})
    [row] = plan([GOLEM], known, token="storewatch", now=NOW)
    assert row["robots"] == robots


def test_a_source_and_the_pages_that_wait() -> None:
    known = Known(
        waiting={
            "few.example": (1, "http://few.example:8080/1"),
            "golem.example": (7, "https://golem.example/1"),
        },
        rechecks=by_host(["https://few.example/a", "https://other.example/b", "https://few.example/c"]),
        deferred={"golem.example": NOW + HOUR},
    )
    rows = plan([GOLEM, Source(source_id=2, name="new", url="https://new.example/feed")], known, token="x", now=NOW)
    assert [[row[name] for name in FIELDS] for row in rows] == [
        [
            "poll", "golem", GOLEM.url, "golem.example", None, "2026-03-01T11:00:00Z", True, "2026-03-01T13:00:00Z",
            "unknown",
        ],
        ["poll", "new", "https://new.example/feed", "new.example", None, None, False, None, "unknown"],
        ["pages", None, "https://golem.example/1", "golem.example", 7, None, None, "2026-03-01T13:00:00Z", "unknown"],
        ["pages", None, "http://few.example:8080/1", "few.example", 1, None, None, None, "unknown"],
        ["recheck", None, "https://few.example/a", "few.example", 2, None, None, None, "unknown"],
        ["recheck", None, "https://other.example/b", "other.example", 1, None, None, None, "unknown"],
    ]  # fmt: skip
    assert all(column.value(row) is not NotImplemented for column in COLUMNS for row in rows)


def test_a_server_that_lied_is_not_asked_conditionally() -> None:
    liar = Source(source_id=1, name="liar", url="https://liar.example/rss", etag="1", trusts_validators=False)
    assert [row["conditional"] for row in plan([liar], Known(), token="x", now=NOW)] == [False]


def test_a_wait_that_is_over_is_none() -> None:
    known = Known(deferred={"golem.example": NOW})
    assert [row["waits_until"] for row in plan([GOLEM], known, token="x", now=NOW)] == [None]


def test_the_command_shows_it_and_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STOREWATCH_CONFIG", "")
    with open_store("storewatch.db") as store:
        golem = store.add_source(NewSource(name="golem", url=GOLEM.url), NOW)
        run_id = store.start_run("crawl", NOW)
        entries = [FeedEntry(url=f"https://golem.example/{number}") for number in range(3)]
        poll = Poll(source_id=golem.source_id, run_id=run_id, polled_at=NOW, outcome="ok", next_poll_at=NOW, etag="1")
        store.record_poll(poll, entries)
        later = datetime.now(UTC) + HOUR
        store.save_robots([replace(kept("User-agent: *\nDisallow: /rss"), expires_at=later)])
        store.defer_host("golem.example", later)
    before = dump(tmp_path)
    result = CliRunner().invoke(app, ["crawl", "golem", "--dry-run", "-f", "jsonl"])
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(row["what"], row["pages"], row["conditional"], row["robots"]) for row in rows] == [
        ("poll", None, True, "forbids"),
        ("pages", 3, None, "allows"),
    ]
    assert {row["waits_until"] for row in rows} == {later.strftime("%Y-%m-%dT%H:%M:%SZ")}
    (tmp_path / "list").write_text(f"{GOLEM.url}\nhttps://new.example/feed\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["crawl", "--feeds", "list", "--dry-run", "-f", "jsonl"])
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(row["what"], row["name"], row["conditional"]) for row in rows] == [
        ("poll", "golem", True),
        ("poll", "new-example", False),
        ("pages", None, None),
    ]
    assert dump(tmp_path) == before


def dump(folder: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(folder / "storewatch.db")) as connection:
        return [line for line in connection.iterdump() if line.startswith("INSERT")]
