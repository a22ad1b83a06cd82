"""What polls teach of their source is kept with it, and only changes when a poll says so; on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support.stored import DAY, HOUR, NOW, poll, source, sql

from storewatch.db.store import Store, open_store
from storewatch.types import FeedEntry, Move, NewSource, Source

LEARNED: dict[str, Any] = {
    "history": {"v": 1, "week": [1.5, 7.0]},
    "seen_items": ("u1", "t1"),
    "move": Move(to="https://new.example/feed", polls=1, since=NOW),
    "trusts_validators": False,
    "body_sha": "abc",
}


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        yield opened


@pytest.fixture
def run_id(store: Store) -> int:
    return store.start_run("storewatch crawl", NOW)


def again(store: Store, one: Source) -> Source:
    [found] = store.sources(names=[one.name])
    return found


def test_a_poll_that_was_read_leaves_what_it_taught(store: Store, run_id: int) -> None:
    one = source(store)
    store.record_poll(poll(one, run_id, **LEARNED), [FeedEntry(url="https://golem.example/1")])
    now = again(store, one)
    assert (now.history, now.seen_items) == (LEARNED["history"], ("u1", "t1"))
    assert (now.moved_to, now.moved_polls, now.moved_since) == ("https://new.example/feed", 1, NOW)
    assert (now.trusts_validators, now.verified_at) == (False, NOW)


@pytest.mark.parametrize("outcome", ["unchanged", "failed"])
def test_other_polls_leave_it_alone(store: Store, run_id: int, outcome: str) -> None:
    one = source(store)
    store.record_poll(poll(one, run_id, **LEARNED), [])
    before = again(store, one)
    store.record_polls([poll(one, run_id, at=NOW + HOUR, outcome=outcome)])
    after = again(store, one)
    kept = ("history", "seen_items", "moved_to", "moved_polls", "moved_since", "trusts_validators", "verified_at")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]


def test_a_body_that_was_read_whole_and_is_the_same_counts_as_verified(store: Store, run_id: int) -> None:
    one = source(store)
    store.record_polls([poll(one, run_id, at=NOW + DAY, outcome="unchanged", body_sha="abc")])
    assert again(store, one).verified_at == NOW + DAY


def test_failures_add_up_until_something_answers(store: Store, run_id: int) -> None:
    one = source(store)
    for number, weight in enumerate((1.0, 0.25, 0.5)):
        failed = poll(one, run_id, at=NOW + HOUR * number, outcome="failed", reason="http_404", failure_weight=weight)
        store.record_polls([failed])
    now = again(store, one)
    assert (now.failures, now.failure_weight, now.failing_since) == (3, 1.75, NOW)
    store.record_polls([poll(one, run_id, at=NOW + DAY, outcome="unchanged")])
    now = again(store, one)
    assert (now.failures, now.failure_weight, now.failing_since, now.last_reason) == (0, 0.0, None, None)


def test_a_batch_of_all_kinds_is_written_as_one_by_one(store: Store, run_id: int) -> None:
    sources = [source(store, f"paper-{number}") for number in range(8)]
    kinds: list[dict[str, Any]] = [
        {"outcome": "unchanged"},
        {"outcome": "unchanged", "etag": '"2"'},
        {"outcome": "unchanged", "move": Move()},
        {"outcome": "failed", "reason": "dns", "error": "no such host", "failure_weight": 0.25},
    ]
    batch = [poll(one, run_id, **kinds[number % 4]) for number, one in enumerate(sources)]
    store.record_polls(batch)
    store.record_polls([])
    assert sql(store, "SELECT outcome, count(*) FROM polls GROUP BY outcome ORDER BY outcome") == [
        ("failed", 2),
        ("unchanged", 6),
    ]
    found = [again(store, one) for one in sources]
    assert [one.etag for one in found] == [None, '"2"', None, None] * 2
    assert [one.failures for one in found] == [0, 0, 0, 1] * 2
    assert {one.last_polled_at for one in found} == {NOW}


def test_another_address_is_learned_afresh(store: Store, run_id: int) -> None:
    one = source(store, added_by="catalogue")
    store.record_poll(poll(one, run_id, **LEARNED), [])
    failed = poll(one, run_id, at=NOW + HOUR, outcome="failed", reason="http_404", failure_weight=1.0)
    store.record_polls([failed])
    elsewhere = NewSource(name=one.name, url="https://golem.example/other", added_by="catalogue")
    store.sync_catalogue([elsewhere], NOW + DAY)
    fresh = again(store, one)
    assert (fresh.history, fresh.seen_items, fresh.moved_to, fresh.moved_since) == (None, (), None, None)
    assert (fresh.failures, fresh.failure_weight, fresh.failing_since) == (0, 0.0, None)
    assert fresh.trusts_validators
