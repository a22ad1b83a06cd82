"""Who copies whom counts in the ledger: kept with each save, the same as computed at once."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from support.stored import DAY, NOW, STORY, THIRD_STORY, event_about, lease, save, source, sql

from storewatch.db import bookkeeping
from storewatch.db.store import Store, open_store

TEXTS = [
    STORY,
    "Berlin (dpa) - " + STORY + " The shares fell a little in the afternoon.",
    STORY.replace("2,000", "2,100"),
    STORY[: STORY.index(" Partners")],
    THIRD_STORY,
]
COUNTS = [2000, 2000, 2100, 2000, None]


class Visit(NamedTuple):
    outlet: int
    path: int
    text: int
    day: int


VISITS = st.builds(Visit, st.integers(0, 3), st.integers(0, 1), st.integers(0, len(TEXTS) - 1), st.integers(0, 3))


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        source(opened)
        yield opened


def visit(store: Store, run_id: int, page: Visit) -> None:
    url, story = f"https://outlet{page.outlet}.example/{page.path}", TEXTS[page.text]
    store.add_page(url, now=NOW)
    first = story.split(". ")[0] + "."
    said = event_about(story, first, store_count=COUNTS[page.text], horizon="2029")
    leased = lease(store, run_id, url)
    save(store, run_id, leased, story=story, published=NOW + page.day * DAY, events=[said])


def counted(store: Store) -> list[tuple[object, ...]]:
    return sql(store, "SELECT first_url, articles, outlets, counts, horizons, timeline FROM ledger ORDER BY ledger_id")


@settings(
    max_examples=15,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(pages=[Visit(0, 0, 0, 0), Visit(1, 0, 1, 1), Visit(1, 0, 4, 1)])
@example(pages=[Visit(0, 0, 0, 0), Visit(1, 0, 0, 1), Visit(1, 1, 0, 1), Visit(1, 0, 4, 1), Visit(1, 1, 4, 1)])
@given(pages=st.lists(VISITS, min_size=3, max_size=9))
def test_kept_copy_by_copy_is_what_all_at_once_gives(migrated_sqlite: Path, pages: list[Visit]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "storewatch.db"
        shutil.copyfile(migrated_sqlite, path)
        with open_store(str(path)) as store:
            source(store)
            run_id = store.start_run("storewatch crawl", NOW)
            for page in pages:
                visit(store, run_id, page)
                kept = counted(store)
                with store.writing() as connection:
                    bookkeeping.rebuild(connection)
                assert counted(store) == kept


def test_an_outlet_counts_once_however_often_it_copies(store: Store) -> None:
    run_id = store.start_run("storewatch crawl", NOW)
    told = [Visit(0, 0, 0, 0), Visit(1, 0, 0, 1), Visit(1, 1, 1, 1), Visit(2, 0, 3, 2), Visit(2, 1, 0, 2)]
    found = []
    for page in told:
        visit(store, run_id, page)
        found.append(sql(store, "SELECT articles, outlets FROM ledger"))
    assert found == [[(1, 1)], [(1, 2)], [(1, 2)], [(1, 3)], [(1, 3)]]


def test_who_copies_no_more_is_not_counted(store: Store) -> None:
    run_id = store.start_run("storewatch crawl", NOW)
    for page in [Visit(0, 0, 0, 0), Visit(1, 0, 1, 1)]:
        visit(store, run_id, page)
    assert sql(store, "SELECT outlets FROM ledger") == [(2,)]
    url = "https://outlet1.example/0"
    store.add_page(url, now=NOW)
    leased = lease(store, run_id, url)
    save(store, run_id, leased, story=THIRD_STORY, published=NOW + timedelta(days=40), events=[])
    assert sql(store, "SELECT outlets FROM ledger") == [(1,)]
