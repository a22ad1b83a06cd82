"""What health reads from the tables, and what becomes of polls and gaps, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from support.stored import DAY, HOUR, NOW, kept_since, page_read, poll, save, source, sql

from scheduler.health import judge
from scheduler.health.polling import unpolled
from storewatch.db.health import source_facts
from storewatch.db.store import Store, open_store
from storewatch.types import FeedEntry, Gap, Page, Rejected


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        yield opened


def entries(*numbers: int) -> list[FeedEntry]:
    return [FeedEntry(url=f"https://golem.example/{number}", title=f"Report {number}") for number in numbers]


def test_the_facts_of_a_source(store: Store) -> None:
    golem = source(store)
    source(store, "heise")
    run_id = store.start_run("crawl", NOW)
    store.record_poll(poll(golem, run_id, at=NOW - DAY, items=3, skipped_by={"trap": 2}), entries(1, 2, 3))
    store.record_poll(poll(golem, run_id, at=NOW, items=2, gap_since=NOW - DAY), entries(4, 5))
    store.record_polls([poll(golem, run_id, at=NOW + HOUR, outcome="failed", reason="http_404")])
    pages = {page.url[-1]: page for page in store.lease_pages(run_id=run_id, now=NOW, limit=9)}
    save(store, run_id, pages["1"])
    for number in ("2", "4"):
        store.reject(
            Rejected(url=pages[number].url, reason="no_action", text="Too little.", access="teaser"),
            page_read(pages[number].page_id, run_id),
            page=Page(url=pages[number].url, final_url=pages[number].url, body=b"<html></html>"),
        )
    facts, other = source_facts(store, now=NOW + HOUR)
    assert (facts.source.name, facts.added_at, other.source.name) == ("golem", NOW, "heise")
    assert [(one.polled_at, one.new_pages) for one in facts.ok] == [(NOW, 2), (NOW - DAY, 3)]
    assert (facts.ok[1].skipped_by, facts.failed[0].reason) == ({"trap": 2}, "http_404")
    assert facts.days == {NOW.date(): 2, (NOW - DAY).date(): 3}
    assert (facts.hits, facts.judged, facts.missed, facts.last_hit_at) == (1, 2, 1, NOW - DAY)
    assert [(page.state, page.access) for page in facts.pages][:1] == [("rejected", "teaser")]
    assert {page.length for page in facts.pages if page.state == "rejected"} == {len("Too little.")}
    assert [(gap.found_at, gap.since_at, gap.state) for gap in facts.gaps] == [(NOW, NOW - DAY, "open")]
    assert (other.ok, other.pages, other.days, other.hits, other.gaps) == ((), (), {}, 0, ())
    assert [one.source.name for one in source_facts(store, now=NOW, names=["heise"])] == ["heise"]


def test_a_repair_is_written_with_what_it_brought(store: Store) -> None:
    golem = source(store)
    run_id = store.start_run("crawl", NOW)
    store.record_poll(poll(golem, run_id, gap_since=NOW - DAY), entries(4, 5))
    gap = Gap(source_id=golem.source_id, found_at=NOW, since_at=NOW - DAY, state="closed", method="wordpress", tries=2)
    assert store.record_repair(gap, entries(2, 3, 4), NOW) == 2
    (stored,) = store.gaps()
    assert (stored.state, stored.method, stored.tries, stored.recovered) == ("closed", "wordpress", 2, 2)
    assert len(store.lease_pages(run_id=run_id, now=NOW, limit=9)) == 4
    assert store.gaps(state="open") == ()
    assert store.gaps(since=NOW + timedelta(seconds=1)) == ()


def test_old_polls_are_forgotten_and_what_was_learned_stays(store: Store) -> None:
    golem = source(store)
    run_id = store.start_run("crawl", NOW)
    history = {"v": 1, "items": 7}
    store.record_poll(poll(golem, run_id, at=NOW - 91 * DAY, history=history), entries(1))
    store.record_polls([poll(golem, run_id, at=NOW - 91 * DAY, outcome=one) for one in ("unchanged", "failed")])
    store.record_polls([poll(golem, run_id, at=NOW - 89 * DAY, outcome="unchanged")])
    assert store.expire(kept_since(polls=NOW - 90 * DAY))["polls"] == 3
    assert len(sql(store, "SELECT 1 FROM polls")) == 1
    assert store.sources(names=["golem"])[0].history == history


def test_sources_of_a_file_are_looked_at_as_well(store: Store) -> None:
    golem = source(store, added_by="file")
    run_id = store.start_run("crawl --feeds feeds.txt", NOW)
    for hours in (0, 3, 6):
        failed = poll(golem, run_id, at=NOW + hours * HOUR, outcome="failed", reason="http_404", error="gone")
        store.record_polls([failed])
    (facts,) = source_facts(store, now=NOW + 6 * HOUR)
    assert judge(facts, NOW + 6 * HOUR).status == "failing"
    # Nobody has named the file for a month: that is no schedule that lags.
    assert unpolled(facts, NOW + 30 * DAY) is None
