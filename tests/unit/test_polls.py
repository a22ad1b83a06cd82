"""The book of polls, with a store that only remembers what it was told."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from scrapy.http import Request, Response
from support.fake_crawl import FakeRuntime, FakeStore

from crawler import policy, polls, rhythm
from crawler.polls import PollBook
from storewatch.types import Feed, FeedEntry, Moment, Source

START = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def source(number: int, **values: Any) -> Source:
    return Source(source_id=number, name=f"paper-{number}", url=f"https://paper-{number}.example/feed", **values)


def answer(url: str = "https://paper.example/feed", **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(url, headers=named, request=Request(url))


def book_of(store: FakeStore, *times: float) -> tuple[PollBook, FakeRuntime]:
    """``times``: what the clock says; its last word stands."""
    runtime = FakeRuntime(store)
    said = list(times) or [0.0]

    def clock() -> float:
        return said.pop(0) if len(said) > 1 else said[0]

    return PollBook(runtime, clock=clock), runtime  # type: ignore[arg-type]  # a fake with the interface that is used


def test_unchanged_polls_are_written_in_batches() -> None:
    store = FakeStore()

    async def main() -> None:
        book, _ = book_of(store)
        for number in range(polls.BATCH + 30):
            await book.unchanged(source(number), answer(ETag='"1"'), START)
        assert [len(batch) for batch in store.batches] == [polls.BATCH]
        await book.close()

    asyncio.run(main())
    assert [len(batch) for batch in store.batches] == [polls.BATCH, 30]
    poll = store.batches[0][0]
    assert (poll.outcome, poll.etag, poll.run_id, poll.status) == ("unchanged", '"1"', 7, 200)


def test_a_read_feed_is_written_at_once_with_what_it_named() -> None:
    store = FakeStore()
    entries = tuple(FeedEntry(url=f"https://paper.example/{number}") for number in range(3))
    feed = Feed(url="u", format="rss", entries=entries, ttl_s=7200, skipped={"no_link": 2, "repeated": 1})

    async def main() -> FakeRuntime:
        book, runtime = book_of(store)
        assert await book.read(source(1), answer(Last_Modified="yesterday"), START, feed, "sha") == 3
        return runtime

    runtime = asyncio.run(main())
    [(poll, count)] = store.read
    assert (poll.items, poll.skipped, poll.last_modified, poll.body_sha, count) == (3, 3, "yesterday", "sha", 3)
    # Each source deviates by up to a twentieth.
    assert 7200 <= (poll.next_poll_at - poll.polled_at).total_seconds() <= 7200 * 1.05
    assert (runtime.tally.polls_ok, runtime.tally.pages_new) == (1, 3)
    assert [problem.sentence for problem in runtime.problems] == ["2 of 5 items skipped: without an address"]


def test_lasting_faults_of_a_feed_are_told_once() -> None:
    feed = Feed(url="u", format="rss", skipped={"no_link": 2, "truncated": 1})
    assert len(policy.remarks(feed, first_time=True)) == 2
    assert policy.remarks(feed, first_time=False) == ("1 of 1 items skipped: the feed breaks off there",)


@pytest.mark.parametrize("answered", [0, 1])
def test_network_failures_wait_for_an_answer(answered: int) -> None:
    store = FakeStore()

    async def main() -> FakeRuntime:
        book, runtime = book_of(store)
        runtime.answered = answered
        for number in range(3):
            await book.failed(source(number, failures=number), policy.failure("dns"), START)
        await book.close()
        return runtime

    runtime = asyncio.run(main())
    [batch] = store.batches
    assert runtime.offline is not bool(answered)
    assert runtime.tally.polls_failed == 3
    # Offline it is nobody's fault: all stay due, and none counts as known for failing.
    assert runtime.tally.polls_failed_known == (2 if answered else 0)
    assert [poll.next_poll_at > poll.polled_at for poll in batch] == [bool(answered)] * 3


def test_many_network_failures_and_nothing_else_stop_the_run() -> None:
    store = FakeStore()

    async def main() -> FakeRuntime:
        book, runtime = book_of(store, 0.0, policy.OFFLINE_AFTER_S)
        for number in range(policy.OFFLINE_HOSTS - 1):
            await book.failed(source(number), policy.failure("dns"), START)
        assert not runtime.spider.stopping
        await book.failed(source(99), policy.failure("dns"), START)
        assert runtime.spider.stopping
        await book.failed(source(100), policy.failure("stopped"), START)
        await book.close()
        return runtime

    runtime = asyncio.run(main())
    assert policy.problem_lines(runtime.problems, offline=runtime.offline) == (
        "21 feeds: host names could not be resolved - no network?",
    )
    assert {poll.reason for batch in store.batches for poll in batch} == {"dns"}


def test_a_list_that_begins_with_dead_names_does_not_stop_the_run() -> None:
    async def main() -> FakeRuntime:
        book, runtime = book_of(FakeStore(), 0.0, policy.OFFLINE_AFTER_S - 1)
        for number in range(100):
            await book.failed(source(number), policy.failure("dns"), START)
        return runtime

    assert not asyncio.run(main()).spider.stopping


@pytest.mark.parametrize(
    ("state", "asked", "known"),
    [
        ({}, False, False),
        ({"failures": 3, "last_reason": "http_404"}, False, True),
        ({"failures": 3, "last_reason": "http_500"}, False, False),
        ({"failures": 3, "last_reason": "http_404"}, True, False),
    ],
    ids=["new", "known", "another reason", "asked for by name"],
)
def test_what_was_told_before_is_told_again_only_to_who_asks(state: dict[str, Any], asked: bool, known: bool) -> None:
    async def main() -> FakeRuntime:
        book, runtime = book_of(FakeStore())
        runtime.answered = 1
        runtime.spider.asked = asked
        await book.failed(source(1, **state), policy.failure("http_404"), START)
        await book.close()
        return runtime

    assert [problem.known for problem in asyncio.run(main()).problems] == [known]


def test_a_stopped_poll_is_no_failure() -> None:
    store = FakeStore()

    async def main() -> FakeRuntime:
        book, runtime = book_of(store)
        await book.failed(source(1), policy.failure("stopped"), START)
        await book.close()
        return runtime

    runtime = asyncio.run(main())
    assert (store.batches, runtime.tally.polls_failed, runtime.problems) == ([], 0, [])


def redirected(reasons: list[int], **headers: str) -> Response:
    """The answer of the last of three addresses, the first two of which redirected."""
    urls = ["https://paper.example/feed", "https://paper.example/halfway"][: len(reasons)]
    request = Request("https://paper.example/rss", meta={"redirect_urls": urls, "redirect_reasons": reasons})
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(request.url, headers=named, request=request)


ITEMS = Feed(url="u", format="rss", entries=(FeedEntry(url="https://paper.example/1", title="One"),))


def test_a_permanent_redirect_is_counted_by_polls_with_and_without_news() -> None:
    store = FakeStore()
    store.known = (source(3, moved_to="https://paper.example/rss"), replace(source(9), url="https://paper.example/rss"))
    seen = {"moved_to": "https://paper.example/rss", "moved_polls": 1, "moved_since": datetime(2026, 1, 1, tzinfo=UTC)}

    async def main() -> FakeRuntime:
        book, runtime = book_of(store)
        await book.read(source(1), redirected([301, 308]), START, ITEMS, "sha")
        await book.unchanged(source(2, **seen), redirected([301]), START)
        await book.read(source(3, **{**seen, "moved_polls": 2}), redirected([301]), START, ITEMS, "sha")
        await book.unchanged(source(4, **seen), answer(), START)
        await book.unchanged(source(5), answer(), START)
        await book.close()
        return runtime

    runtime = asyncio.run(main())
    moves = {poll.source_id: poll.move for poll in [*(poll for poll, _ in store.read), *store.batches[0]]}
    assert {number: (move.to is not None, move.polls) for number, move in moves.items() if move} == {
        1: (True, 1), 2: (True, 2), 3: (True, 3), 4: (False, 0),
    }  # fmt: skip
    [problem] = runtime.problems
    assert problem.reason == "moved"
    assert problem.sentence.endswith("https://paper.example/rss (where paper-9 is polled, too: remove one of the two)")


def test_a_redirect_to_another_kind_of_content_is_no_move() -> None:
    store = FakeStore()

    async def main() -> None:
        book, _ = book_of(store)
        await book.read(source(1), redirected([301]), START, replace(ITEMS, format="sitemap"), "sha")
        await book.read(source(2), redirected([301]), START, replace(ITEMS, entries=()), "sha")

    asyncio.run(main())
    assert [poll.move for poll, _ in store.read] == [None, None]


def test_a_liar_is_told_once_and_an_index_without_dates_leaves_no_validators() -> None:
    store = FakeStore()
    known = {"etag": '"1"', "last_ok_at": START, "seen_items": ("u0000000000",)}

    async def main() -> FakeRuntime:
        book, runtime = book_of(store)
        await book.read(source(1, **known), answer(ETag='"1"'), START, ITEMS, "sha")
        await book.read(source(2, **known, trusts_validators=False), answer(ETag='"1"'), START, ITEMS, "sha")
        await book.read(source(3), answer(ETag='"1"'), START, ITEMS, None)
        return runtime

    runtime = asyncio.run(main())
    assert [poll.trusts_validators for poll, _ in store.read] == [False, None, None]
    assert [(poll.etag, poll.body_sha) for poll, _ in store.read] == [('"1"', "sha"), ('"1"', "sha"), (None, None)]
    assert [problem.reason for problem in runtime.problems] == ["lying_validators"]


def test_a_poll_that_brings_something_teaches_the_rhythm() -> None:
    store = FakeStore()
    dated = replace(ITEMS.entries[0], published=Moment(at=datetime.now(UTC) - timedelta(hours=1)))

    async def main() -> None:
        book, _ = book_of(store)
        await book.read(source(1), answer(), START, replace(ITEMS, entries=(dated,), ttl_s=600), "sha")

    asyncio.run(main())
    [(poll, _)] = store.read
    known = rhythm.load(poll.history)
    assert (known.items, known.window, known.ttl_s) == (1, 1, 600)
    assert len(poll.seen_items or ()) == 2


@pytest.mark.parametrize(
    ("weight", "days", "told", "monthly"),
    [(9.0, 30, True, True), (8.0, 30, False, False), (9.0, 3, False, False), (20.0, 60, False, True)],
    ids=["dies", "not yet", "not for long", "was dead before"],
)
def test_a_source_dies_once(weight: float, days: int, told: bool, monthly: bool) -> None:
    store = FakeStore()
    now = datetime.now(UTC)
    state = {"failures": 9, "failure_weight": weight, "failing_since": now - timedelta(days=days)}

    async def main() -> FakeRuntime:
        book, runtime = book_of(store)
        await book.failed(source(1, **state, last_polled_at=now), policy.failure("http_404"), START)
        await book.close()
        return runtime

    runtime = asyncio.run(main())
    [[poll]] = store.batches
    assert ([problem.reason for problem in runtime.problems].count("dead") == 1) is told
    assert (poll.next_poll_at - poll.polled_at > timedelta(days=28)) is monthly
    assert poll.failure_weight == 1.0
