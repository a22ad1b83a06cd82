"""Texts of a version before there were sketches: the upgrade gives them theirs, and copies are found again."""

from __future__ import annotations

import pytest
from support.stored import NOW, STORY, THIRD_STORY, source, sql, store_page

from pipelines.dedup.kinship import kinship
from storewatch import db
from storewatch.db import similar
from storewatch.db.store import Store, open_store

COPY = "Berlin (dpa) - " + STORY + " The shares fell a little in the afternoon."


def older_database(store: Store) -> int:
    """As 0007 leaves it: two texts without keys and without their number of words; returns the run."""
    run_id = store.start_run("storewatch crawl", NOW)
    source(store)
    store_page(store, run_id, "https://a.example/1", story=STORY)
    store_page(store, run_id, "https://a.example/2", story=THIRD_STORY)
    with store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM sketch_keys")
        connection.exec_driver_sql("UPDATE articles SET words = NULL")
    return run_id


def test_upgrade_gives_old_texts_their_sketch(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(similar, "_AT_ONCE", 1)
    with open_store(store_url) as store:
        run_id = older_database(store)
    assert db.upgrade(store_url, kinship).sketched == 2
    assert db.upgrade(store_url, kinship).sketched == 0
    with open_store(store_url) as store:
        kept = sql(store, "SELECT count(*) FROM sketch_keys k JOIN revisions r ON r.revision_id = k.revision_id")
        assert kept == [(sum(len(kinship.keys(title, text)) for title, text in present(store)),)]
        assert sql(store, "SELECT words FROM articles ORDER BY url") == [
            (kinship.words(STORY),),
            (kinship.words(THIRD_STORY),),
        ]
        decision = store_page(store, run_id, "https://b.example/copy", story=COPY)
        assert decision.kind == "syndicated"


def test_without_a_sketch_only_equal_texts_are_found(store_url: str) -> None:
    with open_store(store_url) as store:
        run_id = older_database(store)
        assert store_page(store, run_id, "https://b.example/copy", story=COPY).kind == "new"


def test_a_plain_upgrade_makes_no_sketches(store_url: str) -> None:
    with open_store(store_url) as store:
        older_database(store)
    assert db.upgrade(store_url).sketched == 0


def present(store: Store) -> list[tuple[str, str]]:
    return [(title, text) for title, text in sql(store, "SELECT title, text FROM revisions")]
