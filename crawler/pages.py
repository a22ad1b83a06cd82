"""The pages of a run: leased from the database in batches, asked for, and given to the stages or noted as failed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import policy
from crawler.answers import answer_failure, make_request, page_of, request_failure
from crawler.rechecks import Rechecks, conditions
from storewatch import logs
from storewatch.db.frontier import RETRY_GAPS
from storewatch.errors import DatabaseError
from storewatch.fulltext import unreachable_page
from storewatch.types import FetchedPage, FetchFailure, PendingPage

if TYPE_CHECKING:
    from crawler.runtime import Runtime

# Pages leased at a time: enough to keep all hosts busy, little enough to stay in memory and within the lease.
BATCH = 256


class PageQueue:
    """``source_ids`` narrows a run to the pages of some sources (None: all that wait), ``limit`` to so many."""

    def __init__(self, runtime: Runtime, *, source_ids: set[int] | None, limit: int | None) -> None:
        self._runtime = runtime
        self._source_ids = source_ids
        self._rechecks = Rechecks(runtime)
        self._left = 10**9 if limit is None else limit
        self._open = 0
        self._more = True
        self._changed = asyncio.Event()

    def wake(self, *, more: bool = False) -> None:
        """Something has changed: a poll or a page is over; ``more``: there may be new pages."""
        self._more = self._more or more
        self._changed.set()

    async def requests(self, still_polling: Callable[[], bool]) -> AsyncIterator[Request]:
        """Requests for waiting pages, as long as there are any or a poll may still bring some; then for the stored
        ones that are to be looked at again."""
        while not self._runtime.spider.stopping:
            if self._more and self._left and self._open <= BATCH // 2:
                pages = await self._lease(min(BATCH - self._open, self._left))
                for page in pages:
                    if (request := await self._request(page)) is not None:
                        yield request
                if pages:
                    continue
            if not still_polling() and not (self._more and self._left):
                if self._left and self._open <= BATCH // 2:
                    pages = await self._again(min(BATCH - self._open, self._left))
                    for page in pages:
                        if (request := await self._request(page)) is not None:
                            yield request
                    if pages:
                        continue
                if not self._open:
                    return
            await self._changed.wait()
            self._changed.clear()

    async def _lease(self, wanted: int) -> tuple[PendingPage, ...]:
        run_id = self._runtime.run_id
        assert run_id is not None
        self._more = False
        ids = None if self._source_ids is None else sorted(self._source_ids)
        if ids == []:
            return ()
        now = datetime.now(UTC)
        try:
            pages = await self._runtime.store(
                lambda store: store.lease_pages(run_id=run_id, now=now, limit=wanted, source_ids=ids)
            )
        except DatabaseError:
            return ()  # counted and told by the runtime
        self._more = self._more or len(pages) == wanted
        self._left -= len(pages)
        self._runtime.tally.pages_leased += len(pages)
        return pages

    async def _again(self, wanted: int) -> tuple[PendingPage, ...]:
        """Stored pages to be looked at again. They stand behind new ones, and count as pages of the run."""
        pages = await self._rechecks.take(wanted, self._source_ids)
        self._left -= len(pages)
        self._runtime.tally.pages_leased += len(pages)
        return pages

    async def _request(self, page: PendingPage) -> Request | None:
        self._open += 1
        request = make_request(
            page.url,
            callback=self._answered,
            errback=self._failed,
            headers=conditions(page),
            meta={"kind": "page", "source": page.source},
            cb_kwargs={"page": page},
        )
        if request is None:
            await self._note(page, policy.failure("bad_url"))
            self._done()
        return request

    async def _answered(self, response: Response, page: PendingPage) -> list[FetchedPage]:
        try:
            if failure := answer_failure(response):
                return await self._note(page, failure)
            self._runtime.tally.pages_fetched += 1
            found = page_of(page.url, response, page.entry)
            return [FetchedPage(page=found, page_id=page.page_id, recheck=page.recheck, source=page.source)]
        finally:
            self._done()

    async def _failed(self, failure: Failure) -> list[FetchedPage]:
        page: PendingPage = failure.request.cb_kwargs["page"]  # type: ignore[attr-defined]  # Scrapy puts it there
        try:
            return await self._note(page, request_failure(failure))
        finally:
            self._done()

    def _done(self) -> None:
        self._open -= 1
        self.wake()

    async def _note(self, page: PendingPage, failure: FetchFailure) -> list[FetchedPage]:
        """Note that a page could not be had. When it will not be asked for again, its feed's full text goes on."""
        with logs.about(source=page.source):
            return await self._noted(page, failure)

    async def _noted(self, page: PendingPage, failure: FetchFailure) -> list[FetchedPage]:
        if failure.reason == "stopped":
            return []  # it stays leased, and the next run releases it
        if page.recheck:
            await self._rechecks.answered(page, failure)
            return []
        if failure.permanent or page.attempts >= len(RETRY_GAPS):
            instead = unreachable_page(page, reason=failure.reason, status=failure.status)
            if instead is not None:
                self._runtime.tally.pages_fetched += 1
                return [FetchedPage(page=instead, page_id=page.page_id, source=page.source)]
        self._runtime.problem("page", page.url, failure.reason, failure.detail, known=page.attempts > 0)
        if failure.reason == "retry_later":
            return []  # as above: that its host is busy is no fault of the page
        self._runtime.tally.page_failed(failure.reason)
        # A storage error is counted and told by the runtime; the page stays leased then.
        with contextlib.suppress(DatabaseError):
            await self._runtime.store(lambda store: store.fail(failure, page_id=page.page_id, now=datetime.now(UTC)))
        return []
