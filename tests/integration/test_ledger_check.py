"""`storewatch db check` tells a ledger that is not what the events make, and `db upgrade` mends it."""

from __future__ import annotations

import pytest
from support.stored import DAY, NOW, STORY, THIRD_STORY, event_about, source, store_page

from storewatch import db
from storewatch.db.store import open_store

MEND = "`storewatch db upgrade` computes the ledger anew from the stored events"


@pytest.fixture
def told_url(store_url: str) -> str:
    with open_store(store_url) as store:
        source(store)
        run_id = store.start_run("storewatch crawl", NOW)
        first = STORY.split(". ")[0] + "."
        plan = event_about(STORY, first, store_count=2000, horizon="2029")
        store_page(store, run_id, "https://a.example/1", story=STORY, events=[plan])
        store_page(store, run_id, "https://b.example/1", story=STORY, events=[plan])
        there = event_about(THIRD_STORY, THIRD_STORY.split(". ")[0] + ".", action="stock", store_count=500)
        at = NOW + 90 * DAY
        store_page(store, run_id, "https://c.example/1", story=THIRD_STORY, published=at, events=[there])
    return store_url


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        pytest.param(
            "UPDATE ledger SET outlets = 7, counts = NULL WHERE action = 'plan'",
            "claim 1 of the ledger (Xiaomi, plan, 2000, ES): outlets is 7, not 2, counts differ",
            id="counts",
        ),
        pytest.param(
            "UPDATE ledger SET progress_count = 3 WHERE action = 'plan'",
            "claim 1 of the ledger (Xiaomi, plan, 2000, ES): progress_count is 3, not 500",
            id="progress",
        ),
        pytest.param(
            "DELETE FROM ledger WHERE action = 'plan'",
            "the ledger lacks a claim (Xiaomi, plan, 2000, ES), first said at https://a.example/1",
            id="lost claim",
        ),
        pytest.param(
            "DELETE FROM events WHERE action = 'stock'",
            "claim 2 of the ledger (Xiaomi, stock, 500, ES) is made by no stored sentences of its own",
            id="claim of nobody",
        ),
    ],
)
def test_a_ledger_that_is_not_what_the_events_make(told_url: str, damage: str, said: str) -> None:
    assert db.check(told_url) == []
    with open_store(told_url) as store, store.writing() as connection:
        connection.exec_driver_sql(damage)
    told = db.check(told_url)
    assert said in told
    assert told[-1] == MEND
    db.upgrade(told_url)
    assert db.check(told_url) == []


def test_many_differences_are_counted(told_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storewatch.db.ledger_check.SHOWN", 1)
    with open_store(told_url) as store, store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM ledger")
    assert db.check(told_url)[1:] == ["the ledger has 1 more differences", MEND]
