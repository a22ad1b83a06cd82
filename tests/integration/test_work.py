"""What is work for a crawl, and what is none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support import stored
from support.stored import HOUR, NOW

from scheduler.work import RECHECK_EVERY, is_work
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
