"""What is work for a crawl, and what is none."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from support import stored
from support.stored import HOUR, NOW
from typer.testing import CliRunner

from scheduler.work import RECHECK_EVERY, is_work
from storewatch.cli.app import app
from storewatch.config import Config
from storewatch.config.model import Refetch
from storewatch.db.store import open_store

MINUTE = timedelta(minutes=1)


def test_a_source_that_is_due_and_a_page_that_waits_are_work(store_url: str) -> None:
    with open_store(store_url) as store:
        assert not is_work(store, Config(), NOW)
        source = stored.source(store)
        assert is_work(store, Config(), NOW)
        run_id = store.start_run("crawl", NOW)
        page = stored.queue(store, run_id, "https://golem.example/a", of=source)
        assert is_work(store, Config(), NOW + MINUTE)  # whoever has leased it may be dead
        stored.save(store, run_id, page)
        assert not is_work(store, Config(), NOW + MINUTE)
        assert is_work(store, Config(), NOW + HOUR)


def test_a_dry_run_shows_what_would_be_looked_at_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("storewatch.cli.crawling.now", lambda: NOW + HOUR)
    with open_store("storewatch.db") as store:
        run_id = store.start_run("crawl", NOW)
        stored.store_page(store, run_id, "https://golem.example/a")
        stored.store_page(store, run_id, "https://golem.example/b", story=stored.THIRD_STORY)
        store.set_enabled("golem", False)
    for arguments, rows in ([], [("recheck", "golem.example", 2, "https://golem.example/a")]), (["golem"], None):
        result = CliRunner().invoke(app, ["crawl", *arguments, "--dry-run", "-f", "json"])
        found = [row for row in json.loads(result.stdout) if row["what"] != "poll"]
        told = [(row["what"], row["host"], row["pages"], row["url"]) for row in found]
        assert told == (rows or told[:1])
    monkeypatch.setattr("storewatch.cli.crawling.now", lambda: NOW + HOUR / 2)
    assert json.loads(CliRunner().invoke(app, ["crawl", "--dry-run", "-f", "json"]).stdout) == []


@pytest.mark.parametrize("refused", [False, True], ids=["asked", "refusing"])
def test_an_article_to_be_looked_at_again_is_work_unless_something_ran_lately(store_url: str, refused: bool) -> None:
    with open_store(store_url) as store:
        stored.store_page(store, store.start_run("crawl", NOW), "https://golem.example/a")
        store.set_enabled("golem", False)
        if refused:
            store.defer_host("golem.example", NOW + 2 * HOUR)
        assert not is_work(store, Config(), NOW + HOUR - 2 * MINUTE)
        assert is_work(store, Config(), NOW + HOUR) is not refused
        assert not is_work(store, Config(refetch=Refetch(enabled=False)), NOW + HOUR)
        store.start_run("crawl", NOW + HOUR)
        assert not is_work(store, Config(), NOW + HOUR + MINUTE)
        assert is_work(store, Config(), NOW + HOUR + RECHECK_EVERY) is not refused
