"""The spider ``page``: fetches one page and stores what it says.

``-a url=URL`` (several: separated by blanks); ``-a store=0`` stores nothing and prints a line of JSON per page instead:
the article with its judgement, or with ``-a form=page`` the page as it came (its body in base64).
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import policy
from crawler.answers import answer_failure, make_request, page_of, request_failure
from crawler.spiders.base import BaseSpider
from storewatch.errors import InputError
from storewatch.types import FetchedPage, FetchFailure, Page

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class PageSpider(BaseSpider):
    """See the module."""

    name = "page"
    prefilter = False  # who asks for a page wants it read

    def __init__(self, url: str = "", store: str = "1", form: str = "article", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.urls = tuple(url.split())
        self.stores = store not in ("0", "false")
        self.form = form
        self.failed = 0

    @property
    def command(self) -> str:
        return f"scrapy crawl page {' '.join(self.urls)}"[:200]

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        if not spider.stores:
            stages = {"pipelines.stages.ProcessStage": 100, "pipelines.stages.PrintStage": 200}
            crawler.settings.set("ITEM_PIPELINES", stages, priority="spider")
        return spider

    async def start(self) -> AsyncIterator[Request]:
        if not self.urls:
            self.runtime.refuse(InputError("scrapy crawl page", "wants an address", hint="-a url=https://..."))
            raise CloseSpider("usage")
        for url in self.urls:
            page_id = await self._add(url) if self.stores else None
            arguments = {"url": url, "page_id": page_id}
            request = make_request(
                url, callback=self.on_page, errback=self.on_failed, meta={"kind": "page"}, cb_kwargs=arguments
            )
            if request is None:
                await self._failed(policy.failure("bad_url"), url, page_id)
            else:
                yield request

    async def _add(self, url: str) -> int:
        return await self.runtime.store(lambda store: store.add_page(url, now=datetime.now(UTC)))

    async def on_page(self, response: Response, url: str, page_id: int | None) -> list[FetchedPage]:
        if failure := answer_failure(response):
            await self._failed(failure, url, page_id)
            return []
        self.runtime.tally.pages_fetched += 1
        page = page_of(url, response)
        if self.form == "page" and not self.stores:
            print_line(page_line(page))
            return []
        return [FetchedPage(page=page, page_id=page_id)]

    async def on_failed(self, failure: Failure) -> None:
        arguments = failure.request.cb_kwargs  # type: ignore[attr-defined]  # Scrapy puts it there
        await self._failed(request_failure(failure), arguments["url"], arguments["page_id"])

    async def _failed(self, failure: FetchFailure, url: str, page_id: int | None) -> None:
        self.runtime.tally.page_failed(failure.reason)
        self.runtime.fail_with(1)
        self.runtime.problem("page", url, failure.reason, failure.detail)
        if page_id is not None:
            await self.runtime.store(lambda store: store.fail(failure, page_id=page_id, now=datetime.now(UTC)))
        if not self.stores:
            print_line({"url": url, "error": failure.detail, "reason": failure.reason, "text": None})


def page_line(page: Page) -> dict[str, Any]:
    """A page as a line of JSON; ``scheduler.runner.fetch_pages`` reads it."""
    return {
        "url": page.url,
        "final_url": page.final_url,
        "status": page.status,
        "charset": page.charset,
        "fetched_at": page.fetched_at.isoformat() if page.fetched_at else None,
        "body": base64.b64encode(page.body).decode("ascii"),
    }


def print_line(row: dict[str, Any]) -> None:
    """One line of JSON on stdout."""
    sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    sys.stdout.flush()
