"""Under which address an article is stored, and which addresses are believed to be one; on both engines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.stored import NOW, OTHER_STORY, STORY, lease, queue, save, sql, store_page

from storewatch.db import queries
from storewatch.db.store import Store, open_store


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        yield opened


@pytest.fixture
def run_id(store: Store) -> int:
    return store.start_run("storewatch crawl", NOW)


CAKES = "A cake shop that sells phones on the side will open in Cologne, says its owner, who hopes for guests. " * 4


def test_two_addresses_with_one_canonical_are_one_article(store: Store, run_id: int) -> None:
    home = "https://golem.example/news/1"
    store_page(store, run_id, "https://golem.example/1?view=a", canonical=home)
    second = store_page(store, run_id, "https://golem.example/1?view=b", canonical=home)
    assert second.kind == "same"
    (row,) = queries.articles(store)
    assert row.url == home
    assert sql(store, "SELECT count(DISTINCT article_id), count(*) FROM pages") == [(1, 2)]


def test_a_canonical_address_elsewhere_is_not_believed(store: Store, run_id: int) -> None:
    store_page(store, run_id, "https://golem.example/a", canonical="https://heise.example/x")
    (row,) = queries.articles(store)
    assert (row.url, row.outlet) == ("https://golem.example/a", "golem.example")


def test_a_canonical_address_shared_by_all_pages_is_not_believed(store: Store, run_id: int) -> None:
    """A site that calls its section canonical on every page would have each article replace the one before."""
    section = "https://golem.example/news/"
    stories = {"a": STORY, "b": CAKES, "c": "In other news. " + CAKES[::-1]}
    for _ in range(2):
        for name, story in stories.items():
            url = f"https://golem.example/news/{name}"
            store.add_page(url, now=NOW)
            save(store, run_id, lease(store, run_id, url), story=story, canonical=section)
    found = {row.text: row.url for row in queries.articles(store)}
    assert set(found) == set(stories.values())
    assert found[CAKES] == "https://golem.example/news/b"
    assert sql(store, "SELECT count(*) FROM revisions") == [(3,)]


def test_a_page_version_of_a_canonical_article_is_a_revision(store: Store, run_id: int) -> None:
    home = "https://golem.example/news/1"
    store_page(store, run_id, home)
    updated = store_page(store, run_id, "https://golem.example/news/1/amp-2", canonical=home, story=OTHER_STORY)
    assert updated.kind == "revision"
    assert [row.url for row in queries.articles(store)] == [home]


def test_a_redirected_page_lives_where_it_led(store: Store, run_id: int) -> None:
    page = queue(store, run_id, "https://short.example/1")
    save(store, run_id, page, final_url="https://golem.example/a", canonical="https://golem.example/a")
    (row,) = queries.articles(store)
    assert (row.url, row.outlet) == ("https://golem.example/a", "golem.example")
    assert store_page(store, run_id, "https://golem.example/a").kind == "same"


def test_a_new_canonical_address_does_not_make_a_second_article(store: Store, run_id: int) -> None:
    url = "https://golem.example/?p=17"
    store_page(store, run_id, url, canonical="https://golem.example/old-slug")
    store.add_page(url, now=NOW)
    page = lease(store, run_id, url)
    changed = save(store, run_id, page, canonical="https://golem.example/new-slug", story=OTHER_STORY)
    assert changed.kind == "revision"
    assert len(queries.articles(store)) == 1
