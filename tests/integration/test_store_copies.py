"""Texts that several addresses have: which one is the article, and what becomes of its copies; on both engines."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from support.stored import DAY, HOUR, NOW, OTHER_STORY, articles_and_copies, lease, save, source, sql, store_page

from storewatch.db import queries
from storewatch.db.store import Store, open_store
from storewatch.types import Decision


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        yield opened


@pytest.fixture
def run_id(store: Store) -> int:
    return store.start_run("storewatch crawl", NOW)


COPIES = {
    "https://golem.example/a": NOW - HOUR,
    "https://golem.example/b": NOW,
    "https://heise.example/x": NOW - 3 * HOUR,
    "https://zdnet.example/y": NOW - 2 * HOUR,
}


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))), ids=lambda order: "".join(map(str, order)))
def test_the_group_does_not_depend_on_the_order_of_arrival(migrated_sqlite, tmp_path, order) -> None:  # type: ignore[no-untyped-def]  # parametrised
    """The earliest is the article, whoever came first; its outlet's copies are duplicates, the others syndicated."""
    path = tmp_path / "storewatch.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    with open_store(str(path)) as store:
        run_id = store.start_run("storewatch crawl", NOW)
        source(store)
        urls = list(COPIES)
        for url in [urls[i] for i in order]:
            store_page(store, run_id, url, published=COPIES[url], title=f"at {url}")
        articles, copies, events, revisions, pages = articles_and_copies(store)
    assert [row[0] for row in articles] == ["https://heise.example/x"]
    assert [(row[1], row[3]) for row in copies] == [
        ("https://golem.example/a", "syndicated"),
        ("https://golem.example/b", "syndicated"),
        ("https://zdnet.example/y", "syndicated"),
    ]
    assert [row[0] for row in events] == ["https://heise.example/x"]
    assert revisions == [(1,)]
    assert pages == [(url, "stored", 0) for url in sorted(COPIES)]


def test_a_copy_takes_over_and_names_the_others_anew(store: Store, run_id: int) -> None:
    store_page(store, run_id, "https://golem.example/a", published=NOW)
    store_page(store, run_id, "https://golem.example/b", published=NOW + HOUR)
    (before,) = queries.articles(store)
    assert sql(store, "SELECT url, kind FROM v_copies") == [("https://golem.example/b", "duplicate")]
    taken = store_page(store, run_id, "https://heise.example/x", published=NOW - DAY, title="The original")
    assert (taken.kind, taken.takes_over) == ("syndicated", True)
    (after,) = queries.articles(store)
    assert after.article_id == before.article_id
    assert (after.url, after.outlet, after.title, after.copies) == (
        "https://heise.example/x",
        "heise.example",
        "The original",
        2,
    )
    assert sorted(sql(store, "SELECT url, kind FROM v_copies")) == [
        ("https://golem.example/a", "syndicated"),
        ("https://golem.example/b", "syndicated"),
    ]
    assert [event.url for event in queries.events(store)] == ["https://heise.example/x"]


def test_a_copy_seen_again_stays_one(store: Store, run_id: int) -> None:
    store_page(store, run_id, "https://golem.example/a", published=NOW)
    store_page(store, run_id, "https://heise.example/x", published=NOW + HOUR)
    before = articles_and_copies(store)
    store.add_page("https://heise.example/x", now=NOW)
    again = save(store, run_id, lease(store, run_id, "https://heise.example/x"), published=NOW + HOUR)
    assert again.kind == "syndicated"
    assert articles_and_copies(store) == before


def test_a_copy_that_was_edited_becomes_an_article(store: Store, run_id: int) -> None:
    store_page(store, run_id, "https://golem.example/a", published=NOW)
    store_page(store, run_id, "https://heise.example/x", published=NOW + HOUR)
    store.add_page("https://heise.example/x", now=NOW)
    edited = save(store, run_id, lease(store, run_id, "https://heise.example/x"), story=OTHER_STORY)
    assert edited.kind == "distinct"
    assert sorted(row.url for row in queries.articles(store)) == [
        "https://golem.example/a",
        "https://heise.example/x",
    ]
    assert sql(store, "SELECT count(*) FROM v_copies") == [(0,)]


def test_a_copy_of_an_earlier_revision_joins_its_article(store: Store, run_id: int) -> None:
    url = "https://golem.example/a"
    store_page(store, run_id, url, published=NOW)
    store.add_page(url, now=NOW)
    save(store, run_id, lease(store, run_id, url), story=OTHER_STORY)
    joined = store_page(store, run_id, "https://heise.example/x", published=NOW - DAY)
    # It is the earlier one, but the article has moved on: it does not fall back to the old text.
    assert (joined.kind, joined.takes_over) == ("syndicated", False)
    (row,) = queries.articles(store)
    assert (row.url, row.text, row.copies) == (url, OTHER_STORY, 1)


def test_an_article_that_turns_out_a_copy_is_merged(store: Store, run_id: int) -> None:
    """Its id, its label and its own copies lead to the article it was merged into."""
    store_page(store, run_id, "https://golem.example/a", published=NOW)
    url = "https://golem.example/b"
    store_page(store, run_id, url, story=OTHER_STORY, published=NOW)
    store_page(store, run_id, "https://zdnet.example/copy", story=OTHER_STORY, published=NOW + DAY)
    kept, given_up = sorted(row.article_id for row in queries.articles(store))
    store.label(given_up, True, NOW)
    store.add_page(url, now=NOW)
    page = lease(store, run_id, url)
    # The page now names the first article as its canonical address.
    decision = save(store, run_id, page, decide=lambda article, candidates: Decision(kind="same", of=kept))
    assert decision.of == kept
    (row,) = queries.articles(store)
    assert (row.article_id, row.copies) == (kept, 1)
    detail = queries.article(store, given_up)
    assert detail is not None
    assert (detail.article.article_id, detail.label) == (kept, True)
    assert sql(store, "SELECT DISTINCT article_id FROM pages WHERE article_id IS NOT NULL") == [(kept,)]
