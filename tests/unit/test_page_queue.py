"""The queue of pages, with a store that only remembers what it was told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from scrapy.http import Request, Response
from support.fake_crawl import FakeRuntime, FakeStore

from crawler import pages
from crawler.pages import PageQueue
from storewatch.errors import DatabaseLocked


def queue_of(store: FakeStore, **values: Any) -> tuple[PageQueue, FakeRuntime]:
    runtime = FakeRuntime(store)
    return PageQueue(runtime, **{"source_ids": None, "limit": None, **values}), runtime  # type: ignore[arg-type]  # a fake with the interface that is used


def test_pages_are_leased_in_batches_as_they_are_fetched() -> None:
    store = FakeStore(waiting=600)

    async def main() -> int:
        queue, runtime = queue_of(store)
        fetched = 0
        open_requests: list[Request] = []
        async for request in queue.requests(lambda: False):
            open_requests.append(request)
            assert len(open_requests) <= pages.BATCH
            if len(open_requests) == pages.BATCH or fetched + len(open_requests) == 600:
                for one in open_requests:
                    assert one.callback is not None
                    await one.callback(Response(one.url, request=one), **one.cb_kwargs)
                fetched += len(open_requests)
                open_requests.clear()
        assert runtime.tally.pages_fetched == fetched
        return fetched

    assert asyncio.run(main()) == 600
    assert max(store.leases) == pages.BATCH


def test_a_limit_is_kept_and_addresses_that_cannot_be_are_noted() -> None:
    store = FakeStore(waiting=10)
    store.waiting[1] = replace(store.waiting[1], url="http://[broken")

    async def main() -> list[str]:
        queue, _ = queue_of(store, limit=3)
        urls = []
        async for request in queue.requests(lambda: False):
            urls.append(request.url)
            assert request.callback is not None
            await request.callback(Response(request.url, request=request), **request.cb_kwargs)
        return urls

    assert asyncio.run(main()) == ["https://paper.example/0", "https://paper.example/2"]
    assert store.failed == [(1, "bad_url")]
    assert store.leases == [3]


def test_a_run_narrowed_to_no_source_fetches_nothing() -> None:
    store = FakeStore(waiting=10)

    async def main() -> list[Request]:
        queue, _ = queue_of(store, source_ids=set())
        return [request async for request in queue.requests(lambda: False)]

    assert asyncio.run(main()) == []
    assert store.leases == []


def test_a_busy_database_ends_the_queue_and_loses_nothing() -> None:
    store = FakeStore(waiting=10)

    async def main() -> list[Request]:
        queue, runtime = queue_of(store)

        async def busy(function: Callable[[Any], Any]) -> Any:
            raise DatabaseLocked("db", "is locked")

        runtime.store = busy  # type: ignore[method-assign]  # the fake's store fails in this test
        return [request async for request in queue.requests(lambda: False)]

    assert asyncio.run(main()) == []
    assert len(store.waiting) == 10
