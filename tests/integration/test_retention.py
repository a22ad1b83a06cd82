"""What is old goes, and only that; a dry run takes nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert
from support.stored import NOW, STORY, kept_since, source, sql, store_page
from typer.testing import CliRunner

from storewatch.cli.app import app
from storewatch.db import models as m
from storewatch.db.lock import run_lock
from storewatch.db.retention import expire
from storewatch.db.store import Store, open_store
from storewatch.types import RunCounts, RunEnd

LATER = NOW + timedelta(days=1)


def fill(store: Store) -> int:
    run_id = store.start_run("storewatch crawl", NOW)
    source(store)
    store_page(store, run_id, "https://a.example/1", story=STORY)
    store.finish_run(run_id, RunEnd(counts=RunCounts(), finish_reason="finished", exit_code=0, finished_at=NOW))
    return run_id


@pytest.mark.parametrize(
    ("since", "gone"),
    [
        pytest.param({}, {}, id="nothing is old"),
        pytest.param({"pages": LATER}, {"pages as they came": 1}, id="pages"),
        pytest.param({"rejected": LATER}, {}, id="none was rejected"),
        pytest.param({"runs": LATER}, {}, id="a run stays with its polls"),
        pytest.param({"runs": LATER, "polls": LATER}, {"polls": 1, "runs": 1}, id="runs"),
    ],
)
def test_what_is_old_goes(store_url: str, since: dict[str, object], gone: dict[str, int]) -> None:
    with open_store(store_url) as store:
        fill(store)
        wanted = kept_since(**since)
        with store.reading() as connection:
            counted = expire(connection, wanted, dry_run=True)
        assert {name: number for name, number in counted.items() if number} == gone
        assert store.expire(wanted) == counted
        assert not any(store.expire(wanted).values())
        assert sql(store, "SELECT count(*) FROM v_articles") == [(1,)]
        assert sql(store, "SELECT count(*) FROM pages") == [(1,)]


def test_sent_messages_go_and_dead_ones_stay(store_url: str) -> None:
    with open_store(store_url) as store:
        with store.writing() as connection:
            watch = {"name": "w", "query": "x", "targets": [], "every": "instant", "health": False, "origin": "t"}
            times = {"added_at": NOW, "digested_at": NOW}
            more = {"enabled": True, "after_revision": 0, "ailing": {}}
            connection.execute(insert(m.watches).values(watch | times | more))
            for state, sent_at in (("sent", NOW), ("sent", LATER), ("dead", None), ("pending", None)):
                letter = {"watch_id": 1, "message_id": f"{state} {sent_at}", "target": "t", "items": 1, "failures": 0}
                values = letter | {"state": state, "created_at": NOW, "sent_at": sent_at}
                connection.execute(insert(m.deliveries).values(values))
        wanted = kept_since(deliveries=LATER)
        with store.reading() as connection:
            assert expire(connection, wanted, dry_run=True)["sent messages"] == 1
        assert store.expire(wanted)["sent messages"] == 1
        assert sql(store, "SELECT state, count(*) FROM deliveries GROUP BY state ORDER BY state") == [
            ("dead", 1),
            ("pending", 1),
            ("sent", 1),
        ]


def test_tidy_counts_first_and_waits_for_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STOREWATCH_CONFIG", "")
    monkeypatch.setenv("STOREWATCH_KEEP__DAYS", "0")

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["db", "tidy", *arguments])
        return result.exit_code, result.stderr

    with open_store("storewatch.db") as store:
        fill(store)
    assert "pages as they came: 1 would go" in run("--dry-run")[1]
    with run_lock("storewatch.db", holder="storewatch crawl"):
        assert run()[0] == 75
    code, told = run()
    assert (code, "pages as they came: 1 gone" in told) == (0, True)
    assert "pages as they came: 0 gone" in run()[1]
    articles = CliRunner().invoke(app, ["articles", "-f", "json"])
    assert len(json.loads(articles.stdout)) == 1
