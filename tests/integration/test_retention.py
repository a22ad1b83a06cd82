"""What is old goes, and only that; a dry run takes nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from support.stored import NOW, STORY, kept_since, source, sql, store_page
from typer.testing import CliRunner

from storewatch.cli.app import app
from storewatch.db.lock import run_lock
from storewatch.db.retention import expire
from storewatch.db.store import Store, open_store
from storewatch.types import RunCounts

LATER = NOW + timedelta(days=1)


def fill(store: Store) -> int:
    run_id = store.start_run("storewatch crawl", NOW)
    source(store)
    store_page(store, run_id, "https://a.example/1", story=STORY)
    store.finish_run(run_id, counts=RunCounts(), problems=(), finish_reason="finished", exit_code=0, now=NOW)
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
