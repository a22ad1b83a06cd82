"""Polls, waiting pages, leases, failures and host times; on both engines."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from support.stored import DAY, HOUR, NOW, lease, moment, poll, queue, save, source, sql, store_page

from storewatch.db.polling import MAX_REFETCHES, REFETCH_WITHIN
from storewatch.db.store import Store, open_store
from storewatch.types import FeedEntry, FetchFailure, Moment, Run, RunCounts, RunEnd

URL = "https://golem.example/a"
OUTAGE = FetchFailure(reason="http_503", detail="the server is overloaded", status=503)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        yield opened


@pytest.fixture
def run_id(store: Store) -> int:
    return store.start_run("storewatch crawl", NOW)


def urls(store: Store, run_id: int, *, at=NOW, limit: int = 100, **asked: object) -> list[str]:  # type: ignore[no-untyped-def]  # of a test
    return [page.url for page in store.lease_pages(run_id=run_id, now=at, limit=limit, **asked)]


def test_a_poll_writes_state_and_pages_together(store: Store, run_id: int) -> None:
    golem = source(store)
    entry = FeedEntry(
        url=URL,
        title="Xiaomi opens",
        summary="In Köln",
        guid="tag:1",
        published=Moment(at=NOW, offset_min=120, precision="day"),
        authors=("A. Author",),
        content_html="<p>All of it</p>",
    )
    bare = FeedEntry(url="https://golem.example/b")
    again = FeedEntry(url="https://www.golem.example/a?utm_source=rss", title="the same page")
    told = poll(golem, run_id, etag='"1"', last_modified="Mon", body_sha="s", items=3, newest_at=NOW, duration_ms=12)
    assert store.record_poll(told, [entry, bare, again]) == 2
    (golem,) = store.sources()
    assert (golem.etag, golem.last_modified, golem.body_sha, golem.last_ok_at) == ('"1"', "Mon", "s", NOW)
    assert (golem.next_poll_at, golem.last_polled_at, golem.last_reason) == (NOW + HOUR, NOW, None)
    first, second = sorted(store.lease_pages(run_id=run_id, now=NOW, limit=9), key=lambda page: page.url)
    assert (first.entry, first.source, first.source_id) == (entry, "golem", golem.source_id)
    assert second.entry == bare
    assert store.record_poll(told, [entry, bare]) == 0
    assert sql(store, "SELECT outcome, items, new_pages, duration_ms FROM polls ORDER BY poll_id") == [
        ("ok", 3, 2, 12),
        ("ok", 3, 0, 12),
    ]


def test_a_poll_that_breaks_leaves_nothing(store: Store, run_id: int) -> None:
    golem = source(store)
    orphan = poll(golem, run_id + 99)  # a run that does not exist: the last statement fails
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        store.record_poll(orphan, [FeedEntry(url=URL)])
    assert sql(store, "SELECT count(*) FROM pages") == [(0,)]
    assert store.sources()[0].last_polled_at is None


def test_polls_that_failed_or_brought_nothing(store: Store, run_id: int) -> None:
    golem = source(store)
    store.record_polls([poll(golem, run_id, etag="1", body_sha="s")])
    store.record_polls([poll(golem, run_id, at=NOW + HOUR, outcome="unchanged", etag="2")])
    (after,) = store.sources()
    assert (after.etag, after.body_sha, after.last_ok_at) == ("2", "s", NOW + HOUR)
    failed = poll(golem, run_id, at=NOW + DAY, outcome="failed", reason="timeout", error="no answer", status=None)
    store.record_polls([failed, failed])
    (after,) = store.sources()
    assert (after.failures, after.last_reason, after.etag, after.last_ok_at) == (2, "timeout", "2", NOW + HOUR)
    store.record_polls([poll(golem, run_id, at=NOW + 2 * DAY)])
    (after,) = store.sources()
    assert (after.failures, after.last_reason, after.etag) == (0, None, None)
    store.record_polls([])


def entry(title: str = "Xiaomi", *, hours: float | None = None) -> FeedEntry:
    published = None if hours is None else moment(NOW + timedelta(hours=hours))
    return FeedEntry(url=URL, title=title, published=published)


@pytest.mark.parametrize(
    ("seen", "after", "waits"),
    [
        pytest.param(entry(), HOUR, False, id="unchanged"),
        pytest.param(entry("Xiaomi, corrected"), HOUR, True, id="new-title"),
        pytest.param(entry(hours=1), HOUR, True, id="new-publication"),
        pytest.param(entry(""), HOUR, False, id="no-title-says-nothing"),
        pytest.param(entry("Xiaomi, corrected"), REFETCH_WITHIN + HOUR, False, id="too-late"),
    ],
)
def test_a_stored_page_whose_entry_changed_waits_again(store: Store, run_id: int, seen, after, waits) -> None:  # type: ignore[no-untyped-def]  # parametrised
    store_page(store, run_id, URL)
    (golem,) = store.sources()
    assert store.record_poll(poll(golem, run_id, at=NOW + after), [seen]) == 0
    pages = store.lease_pages(run_id=run_id, now=NOW + after, limit=9)
    assert [page.entry for page in pages] == ([seen] if waits else [])


def test_a_page_is_not_fetched_again_for_ever(store: Store, run_id: int) -> None:
    store_page(store, run_id, URL)
    (golem,) = store.sources()
    fetched = 0
    for number in range(10):
        at = NOW + number * HOUR
        store.record_poll(poll(golem, run_id, at=at), [entry(f"version {number}")])
        for page in store.lease_pages(run_id=run_id, now=at, limit=9):
            fetched += 1
            save(store, run_id, page, now=at)
    assert fetched == MAX_REFETCHES


def test_only_the_source_of_a_page_is_listened_to(store: Store, run_id: int) -> None:
    store_page(store, run_id, URL)
    other = source(store, "other")
    store.record_poll(poll(other, run_id, at=NOW + HOUR), [entry("[News] Xiaomi")])
    assert urls(store, run_id, at=NOW + HOUR) == []


def test_hosts_take_turns_and_the_newest_comes_first(store: Store, run_id: int) -> None:
    golem = source(store)
    entries = [FeedEntry(url=f"https://a.example/{n}", published=moment(NOW + n * HOUR)) for n in range(3)]
    entries += [FeedEntry(url="https://b.example/1"), FeedEntry(url="https://c.example/1")]
    store.record_poll(poll(golem, run_id), entries)
    first = urls(store, run_id, limit=3)
    assert first == ["https://a.example/2", "https://b.example/1", "https://c.example/1"]
    assert urls(store, run_id) == ["https://a.example/1", "https://a.example/0"]
    assert urls(store, run_id) == []


def test_leases_can_be_narrowed(store: Store, run_id: int) -> None:
    golem, heise = source(store), source(store, "heise")
    store.record_poll(poll(golem, run_id), [FeedEntry(url=URL)])
    store.record_poll(poll(heise, run_id), [FeedEntry(url="https://heise.example/x")])
    assert urls(store, run_id, source_ids=[]) == []
    assert urls(store, run_id, urls=[]) == []
    assert urls(store, run_id, source_ids=[heise.source_id]) == ["https://heise.example/x"]
    assert urls(store, run_id, urls=["http://www.golem.example/a"]) == [URL]


def test_a_killed_runs_leases_are_given_back(store: Store, run_id: int) -> None:
    queue(store, run_id, URL)
    assert urls(store, run_id, at=NOW + HOUR - timedelta(seconds=1)) == []
    assert store.release_leases() == 1
    assert store.release_leases() == 0
    assert urls(store, run_id) == [URL]


def test_a_lease_runs_out(store: Store, run_id: int) -> None:
    queue(store, run_id, URL)
    assert urls(store, run_id, at=NOW + HOUR) == [URL]


def test_a_page_by_hand(store: Store, run_id: int) -> None:
    page_id = store.add_page(URL, now=NOW)
    assert store.add_page("https://golem.example/a/", now=NOW) == page_id
    page = lease(store, run_id, URL)
    assert (page.page_id, page.entry, page.source, page.attempts) == (page_id, None, None, 0)
    save(store, run_id, page)
    assert sql(store, "SELECT source FROM v_articles") == [(None,)]


def test_five_tries_within_48_hours(store: Store, run_id: int) -> None:
    page = queue(store, run_id, URL)
    at, tried = NOW, [NOW]
    while True:
        store.fail(OUTAGE, page_id=page.page_id, now=at)
        ((state, next_try),) = [(row[0], row[1]) for row in sql(store, "SELECT state, next_try_at FROM pages")]
        if state == "failed":
            break
        # Not a second earlier; found by trying every quarter of an hour.
        while not (pages := store.lease_pages(run_id=run_id, now=at, limit=1)):
            at += timedelta(minutes=15)
        assert pages[0].attempts == len(tried)
        tried.append(at)
    gaps = [later - earlier for earlier, later in itertools.pairwise(tried)]
    assert len(tried) == 5
    assert gaps == sorted(gaps)
    assert tried[-1] - tried[0] == timedelta(hours=48)
    assert next_try is None
    (row,) = sql(store, "SELECT state, reason, detail, last_status, attempts FROM pages")
    assert row == ("failed", "http_503", "the server is overloaded", 503, 5)


def test_a_page_that_is_gone_is_tried_once(store: Store, run_id: int) -> None:
    page = queue(store, run_id, URL)
    store.fail(FetchFailure(reason="http_404", status=404, permanent=True), page_id=page.page_id, now=NOW)
    assert sql(store, "SELECT state, reason, attempts FROM pages") == [("failed", "http_404", 1)]
    assert urls(store, run_id, at=NOW + 30 * DAY) == []


def test_a_page_that_recovers_starts_counting_anew(store: Store, run_id: int) -> None:
    page = queue(store, run_id, URL)
    store.fail(OUTAGE, page_id=page.page_id, now=NOW)
    save(store, run_id, lease(store, run_id, URL, at=NOW + HOUR))
    assert sql(store, "SELECT state, reason, attempts, next_try_at FROM pages") == [("stored", "new", 0, None)]


def test_waiting_pages_are_counted_by_host(store: Store, run_id: int) -> None:
    golem = source(store, "golem")
    links = [FeedEntry(url=f"https://golem.example/{number}") for number in (1, 2)]
    store.record_poll(poll(golem, run_id), [*links, FeedEntry(url="https://cdn.example/3")])
    store.add_page("https://heise.example/4", now=NOW)
    waiting = {"golem.example": (2, "https://golem.example/1"), "cdn.example": (1, "https://cdn.example/3")}
    assert store.waiting_hosts(NOW, source_ids=[golem.source_id]) == waiting
    assert store.waiting_hosts(NOW) == waiting | {"heise.example": (1, "https://heise.example/4")}
    store.lease_pages(run_id=run_id, now=NOW, limit=10)
    assert store.waiting_hosts(NOW) == {}


def test_runs(store: Store) -> None:
    first = store.start_run("storewatch crawl", NOW)
    second = store.start_run("scrapy crawl feeds", NOW + HOUR)
    counts = RunCounts(polls_ok=3, rejected={"no_vendor": 2}, relevant=1)
    done: dict[str, Any] = {"counts": counts, "problems": ("golem: 404",), "finish_reason": "finished", "exit_code": 0}
    store.finish_run(first, RunEnd(finished_at=NOW + HOUR, **done))
    closed = Run(
        run_id=first,
        command="storewatch crawl",
        started_at=NOW,
        finished_at=NOW + HOUR,
        noted_at=NOW + HOUR,
        **done,
    )
    assert store.run(first) == closed
    killed = store.run(second)
    assert killed is not None
    assert (killed.finished_at, killed.exit_code, killed.counts) == (None, None, RunCounts())
    assert store.runs(5) == (killed, closed)
    assert store.runs(1) == (killed,)
    assert store.run(99) is None


def test_of_a_run_that_is_killed_is_known_what_it_noted(store: Store) -> None:
    run_id = store.start_run("storewatch crawl", NOW)
    counts = RunCounts(polls_ok=3, errors={"timeout": 1}, judged={"relevant": 2})
    store.note_run(run_id, counts=counts, peak_mb=200.5, now=NOW + HOUR)
    noted = store.run(run_id)
    assert noted is not None
    assert (noted.counts, noted.peak_mb, noted.seconds, noted.exit_code) == (counts, 200.5, 3600, None)
    store.end_killed_run(run_id, peak_mb=2100.0, now=NOW + 2 * HOUR)
    ended = store.run(run_id)
    assert ended is not None
    assert (ended.counts, ended.peak_mb, ended.seconds, ended.exit_code) == (counts, 2100.0, 7200, 137)
    # What has ended stays as it is.
    store.note_run(run_id, counts=RunCounts(), peak_mb=1.0, now=NOW + 3 * HOUR)
    store.end_killed_run(run_id, peak_mb=9000.0, now=NOW + 3 * HOUR)
    assert store.run(run_id) == ended
