"""Who was first: an article that names a day only does not count as told at midnight."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from support.stored import DAY, NOW, STORY, event_about, lease, processed, save, source, sql

from storewatch.db import telling
from storewatch.db.ledger import claim
from storewatch.db.store import Store, open_store
from storewatch.types import Moment

MIDNIGHT = NOW.replace(hour=0)
#: "noon" says when, the others only on which day.
WHEN = {
    "noon": Moment(at=NOW, offset_min=0),
    "that-day": Moment(at=MIDNIGHT, offset_min=0, precision="day"),
    "next-day": Moment(at=MIDNIGHT + DAY, offset_min=0, precision="day"),
    "day-before": Moment(at=MIDNIGHT - DAY, offset_min=0, precision="day"),
}
WAYS = [
    pytest.param(("that-day", "noon", "next-day"), "noon", id="the day of"),
    pytest.param(("noon", "next-day", "that-day"), "noon", id="in any order"),
    pytest.param(("noon", "that-day", "day-before"), "day-before", id="the day before"),
]


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        source(opened)
        yield opened


def tell(store: Store, run_id: int, name: str, story: str) -> None:
    url = f"https://{name}.example/1"
    store.add_page(url, now=NOW)
    said = event_about(story, story.split(". ")[0] + ".", store_count=300)
    result = processed(url, story, title=f"From {name}", events=[said])
    result = replace(result, article=replace(result.article, published=WHEN[name]))
    save(store, run_id, lease(store, run_id, url), result)


@pytest.mark.parametrize(("order", "first"), WAYS)
def test_of_a_story_and_a_claim(store: Store, order: tuple[str, ...], first: str) -> None:
    run_id = store.start_run("storewatch crawl", NOW)
    for name in order:
        tell(store, run_id, name, f"Xiaomi will open 300 stores in Spain, we read at {name}. So it is told.")
    (story_id,) = sql(store, "SELECT DISTINCT story_id FROM articles")[0]
    found = telling.story(store, story_id)
    assert found is not None
    assert found[0].first_outlet == f"{first}.example"
    assert found[0].last_at == max(WHEN[name].at for name in order)
    assert sql(store, "SELECT first_outlet, articles FROM ledger") == [(f"{first}.example", 3)]
    told = claim(store, 1)
    assert told is not None
    assert told[1][0].outlet == f"{first}.example"
    assert told[0].last_said_at == found[0].last_at


@pytest.mark.parametrize(("order", "first"), WAYS)
def test_of_a_text(store: Store, order: tuple[str, ...], first: str) -> None:
    run_id = store.start_run("storewatch crawl", NOW)
    for name in order:
        tell(store, run_id, name, STORY)
    assert sql(store, "SELECT outlet FROM v_articles") == [(f"{first}.example",)]


def test_a_number_that_was_given_up_leads_to_its_story(store: Store) -> None:
    run_id = store.start_run("storewatch crawl", NOW)
    tell(store, run_id, "noon", STORY)
    with store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO article_redirects (old_id, article_id, moved_at, reason)"
            " VALUES (77, 1, '2026-03-01T12:00:00.000000Z', 'duplicate')"
        )
    assert telling.story(store, 77) == telling.story(store, 1)
    assert telling.story(store, 78) is None
