"""The catalogue of sources: what it may change and what belongs to the user; on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from support.stored import DAY, HOUR, NOW, poll, source, sql, store_page

from storewatch.db.store import Store, open_store
from storewatch.errors import InputError
from storewatch.types import NewSource

CATALOGUE = (
    NewSource(name="golem", url="https://golem.example/rss", title="Golem", lang="de", added_by="catalogue"),
    NewSource(name="heise", url="https://heise.example/rss", title="heise", lang="de", added_by="catalogue"),
    NewSource(name="shaky", url="https://shaky.example/rss", enabled=False, added_by="catalogue"),
)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        yield opened


def names(store: Store, **asked: object) -> list[str]:
    return sorted(found.name for found in store.due_sources(NOW, **asked))  # type: ignore[arg-type]  # of a test


def only(store: Store, name: str) -> object:
    (found,) = store.sources(names=[name])
    return found


def test_the_catalogue_is_put_in_once(store: Store) -> None:
    assert store.sync_catalogue(CATALOGUE, NOW) == 3
    assert store.sync_catalogue(CATALOGUE, NOW) == 0
    assert [found.name for found in store.sources()] == ["golem", "heise", "shaky"]
    assert [found.name for found in store.sources(enabled=False)] == ["shaky"]
    (golem,) = store.sources(names=["golem", "unknown"])
    assert (golem.url, golem.title, golem.lang, golem.added_by, golem.failures) == (
        "https://golem.example/rss",
        "Golem",
        "de",
        "catalogue",
        0,
    )


def test_a_new_catalogue_changes_what_it_added(store: Store) -> None:
    store.sync_catalogue(CATALOGUE, NOW)
    run_id = store.start_run("storewatch crawl", NOW)
    (golem,) = store.sources(names=["golem"])
    store.record_polls([poll(golem, run_id, etag="old")])
    renewed = (replace(CATALOGUE[0], title="Golem.de"), replace(CATALOGUE[1], enabled=False), CATALOGUE[2])
    assert store.sync_catalogue(renewed, NOW) == 2
    (golem,) = store.sources(names=["golem"])
    assert (golem.title, golem.etag) == ("Golem.de", "old")
    assert [found.name for found in store.sources(enabled=True)] == ["golem"]
    moved = (replace(renewed[0], url="https://golem.example/atom"),)
    assert store.sync_catalogue(moved, NOW) == 1
    (golem,) = store.sources(names=["golem"])
    # Another feed's ETag would hide its items.
    assert (golem.url, golem.etag, golem.next_poll_at) == ("https://golem.example/atom", None, None)


def test_a_new_catalogue_leaves_the_users_decisions(store: Store) -> None:
    store.sync_catalogue(CATALOGUE, NOW)
    assert store.set_enabled("shaky", True)
    assert store.set_enabled("golem", False)
    assert store.remove_source("heise")
    assert store.sync_catalogue(CATALOGUE, NOW) == 0
    assert [(found.name, found.enabled) for found in store.sources()] == [("golem", False), ("shaky", True)]


def test_a_users_source_stays_the_users(store: Store) -> None:
    mine = source(store, "golem", "https://golem.example/mine")
    source(store, "my-heise", CATALOGUE[1].url)
    assert store.sync_catalogue(CATALOGUE, NOW) == 1  # only "shaky": heise's feed is there under another name
    assert only(store, "golem") == mine
    assert [found.name for found in store.sources()] == ["golem", "my-heise", "shaky"]


def test_the_catalogue_takes_over_from_a_file(store: Store) -> None:
    same = source(store, "golem", CATALOGUE[0].url, added_by="file")
    other = source(store, "heise", "https://heise.example/other", added_by="file")
    assert store.sync_catalogue(CATALOGUE, NOW) == 3
    (golem,) = store.sources(names=["golem"])
    assert (golem.source_id, golem.added_by) == (same.source_id, "catalogue")
    (renamed,) = store.sources(names=["heise-2"])
    assert (renamed.source_id, renamed.url) == (other.source_id, other.url)
    assert store.sync_catalogue(CATALOGUE, NOW) == 0


def test_a_name_or_address_that_is_taken(store: Store) -> None:
    source(store, "golem", "https://golem.example/rss")
    with pytest.raises(InputError, match=r"golem: there is already a source of this name: https://golem.example/rss"):
        source(store, "golem", "https://elsewhere.example/rss")
    with pytest.raises(InputError, match=r"https://golem.example/rss: is already there as source 'golem'"):
        source(store, "mine", "https://golem.example/rss")
    assert [found.name for found in store.sources()] == ["golem"]


def test_a_removed_source_can_be_added_again(store: Store) -> None:
    first = source(store, "golem", "https://golem.example/rss")
    assert store.remove_source("golem")
    assert not store.remove_source("golem")
    assert not store.set_enabled("golem", True)
    assert (store.sources(), store.due_sources(NOW)) == ((), ())
    again = source(store, "golem", "https://golem.example/atom", title="New")
    assert (again.source_id, again.url, again.title, again.enabled) == (
        first.source_id,
        "https://golem.example/atom",
        "New",
        True,
    )


def test_the_articles_of_a_removed_source_still_name_it(store: Store) -> None:
    store_page(store, store.start_run("storewatch crawl", NOW), "https://golem.example/a")
    store.remove_source("golem")
    assert sql(store, "SELECT source FROM v_articles") == [("golem",)]


def test_a_file_names_known_sources(store: Store) -> None:
    """Feeds of ``--feeds FILE``: a known address is its known source, a taken name gets a number."""
    store.sync_catalogue(CATALOGUE, NOW)
    store.remove_source("heise")
    known = source(store, "x", CATALOGUE[2].url, added_by="file")
    assert (known.name, known.added_by, known.enabled) == ("shaky", "catalogue", False)
    revived = source(store, "y", CATALOGUE[1].url, added_by="file")
    assert (revived.name, revived.added_by, revived.enabled) == ("heise", "file", True)
    numbered = source(store, "golem", "https://golem.example/other", added_by="file")
    assert numbered.name == "golem-2"
    assert source(store, "golem", "https://golem.example/other", added_by="file") == numbered
    assert names(store) == ["golem"]
    assert names(store, names=["shaky", "heise", "golem-2"]) == ["golem-2", "heise"]
    assert names(store, names=["shaky", "golem-2"], disabled_too=True) == ["golem-2", "shaky"]
    assert names(store, added_by="file") == ["golem-2", "heise"]


def test_a_user_takes_over_what_a_file_brought(store: Store) -> None:
    source(store, "golem", "https://golem.example/a", added_by="file")
    source(store, "other", "https://golem.example/b", added_by="file")
    mine = source(store, "golem", "https://golem.example/b")
    assert (mine.name, mine.url, mine.added_by) == ("golem", "https://golem.example/b", "user")
    assert sorted((found.name, found.url) for found in store.sources()) == [
        ("golem", "https://golem.example/b"),
        ("golem-2", "https://golem.example/a"),
    ]


def test_who_is_due(store: Store) -> None:
    run_id = store.start_run("storewatch crawl", NOW)
    late, soon = source(store, "late"), source(store, "soon")
    source(store, "never")
    store.record_polls([poll(late, run_id, at=NOW - 2 * HOUR), poll(soon, run_id)])
    assert [found.name for found in store.due_sources(NOW)] == ["never", "late"]
    assert names(store, ignore_due=True) == ["late", "never", "soon"]
    assert names(store, names=["soon"]) == []
    assert names(store, names=["soon"], ignore_due=True) == ["soon"]
    assert [found.name for found in store.due_sources(NOW + DAY)] == ["never", "late", "soon"]
