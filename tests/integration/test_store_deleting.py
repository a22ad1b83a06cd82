"""What a person deletes stays away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.stored import DAY, NOW, STORY, lease, poll, queue, save, source, sql, store_page

from storewatch.db import queries
from storewatch.db.deleting import delete_article, delete_url
from storewatch.db.store import Store, open_store
from storewatch.types import FeedEntry

URL = "https://golem.example/xiaomi"
COPY = "https://heise.example/xiaomi"


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        run_id = opened.start_run("storewatch crawl", NOW)
        store_page(opened, run_id, URL)
        page = queue(opened, run_id, COPY, of=source(opened, "heise"))
        save(opened, run_id, page, story=STORY, published=NOW + DAY)
        yield opened


def states(store: Store) -> list[tuple[object, ...]]:
    return sql(store, "SELECT url, state, reason FROM pages ORDER BY url")


def test_an_article_goes_with_its_copies(store: Store) -> None:
    (row,) = queries.articles(store)
    assert delete_article(store, row.article_id, NOW) == (URL, COPY)
    assert queries.articles(store) == ()
    for table in ("articles", "revisions", "events", "article_copies", "fingerprints", "search_texts", "page_bodies"):
        assert sql(store, f"SELECT count(*) FROM {table}") == [(0,)], table
    assert states(store) == [(URL, "rejected", "deleted"), (COPY, "rejected", "deleted")]


def test_no_feed_brings_it_back(store: Store) -> None:
    (row,) = queries.articles(store)
    delete_article(store, row.article_id, NOW)
    run_id = store.start_run("again", NOW)
    (golem,) = store.sources(names=["golem"])
    entry = FeedEntry(url=URL, title="A wholly new headline")
    assert store.record_poll(poll(golem, run_id), [entry]) == 0
    assert store.lease_pages(run_id=run_id, now=NOW, limit=9) == ()


def test_an_address_that_nobody_knows_yet_is_never_fetched(store: Store) -> None:
    url = "https://golem.example/advert"
    assert not delete_url(store, url, NOW)
    run_id = store.start_run("again", NOW)
    (golem,) = store.sources(names=["golem"])
    assert store.record_poll(poll(golem, run_id), [FeedEntry(url=url, title="Advert")]) == 0
    assert store.lease_pages(run_id=run_id, now=NOW, limit=9) == ()


def test_an_address_of_a_copy_takes_only_the_copy(store: Store) -> None:
    assert delete_url(store, COPY + "?utm_source=x", NOW)
    (row,) = queries.articles(store)
    assert (row.url, row.copies) == (URL, 0)
    assert delete_url(store, URL, NOW)
    assert queries.articles(store) == ()


def test_there_is_no_such_article(store: Store) -> None:
    assert delete_article(store, 999, NOW) is None


def test_a_person_can_still_ask_for_it(store: Store) -> None:
    (row,) = queries.articles(store)
    delete_article(store, row.article_id, NOW)
    run_id = store.start_run("by hand", NOW)
    store.add_page(URL, now=NOW)
    save(store, run_id, lease(store, run_id, URL))
    assert [row.url for row in queries.articles(store)] == [URL]
