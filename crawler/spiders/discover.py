"""The spider ``discover``: what of a site can be followed, as lines of JSON on stdout, best first.

``-a url=URL`` (several: separated by blanks). Each line has ``asked``, ``url``, ``kind`` (feed or sitemap), ``format``,
``title``, ``items``, ``newest_at`` and ``why``; the last line of an address where nothing was found has ``error``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import policy
from crawler.answers import answer_failure, header, make_request, request_failure
from crawler.discovery import Candidate
from crawler.feeds import parse
from crawler.sites import MAX_TRIES, NOTHING_FOUND, SiteLooker
from crawler.spiders.base import BaseSpider
from crawler.spiders.page import print_line
from storewatch.errors import FeedError, InputError, WorkerError
from storewatch.types import Feed


class DiscoverSpider(BaseSpider):
    """See the module."""

    name = "discover"
    stores = False

    def __init__(self, url: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.urls = tuple(url.split())

    async def start(self) -> AsyncIterator[Request]:
        self._looker = SiteLooker(self.crawler.engine.download_async)
        if not self.urls:
            self.runtime.refuse(InputError("scrapy crawl discover", "wants an address", hint="-a url=https://..."))
            raise CloseSpider("usage")
        for asked in self.urls:
            url = asked if "://" in asked else f"https://{asked}"
            request = make_request(
                url, callback=self.on_site, errback=self.on_failed, meta={"kind": "feed"}, cb_kwargs={"asked": asked}
            )
            if request is None:
                self._nothing(asked, policy.failure("bad_url").detail)
            else:
                yield request

    async def on_site(self, response: Response, asked: str) -> None:
        if failure := answer_failure(response):
            self._nothing(asked, failure.detail)
            return
        if (feed := await self._feed(response)) is not None:
            self._found(asked, response.url, feed, why="is a feed itself", title=feed.title)
            return
        found = 0
        tries = 0
        async for candidate in self._looker.candidates(response):
            if tries >= MAX_TRIES:
                break
            tries += 1
            found += await self._try(asked, candidate)
        if not found:
            self._nothing(asked, NOTHING_FOUND)

    async def _try(self, asked: str, candidate: Candidate) -> bool:
        answer = await self._looker.fetch(candidate.url, kind="feed")
        if answer is None or answer.status != 200 or (feed := await self._feed(answer)) is None:
            return False
        self._found(asked, candidate.url, feed, why=candidate.why, title=candidate.title or feed.title)
        return True

    async def _feed(self, response: Response) -> Feed | None:
        content_type = header(response, b"Content-Type")
        try:
            feed: Feed = await self.runtime.work(
                parse, response.body, url=response.url, content_type=content_type, subject=response.url
            )
        except (FeedError, WorkerError):
            return None
        return feed

    async def on_failed(self, failure: Failure) -> None:
        asked = failure.request.cb_kwargs["asked"]  # type: ignore[attr-defined]  # Scrapy puts it there
        self._nothing(asked, request_failure(failure).detail)

    def _found(self, asked: str, url: str, feed: Feed, *, why: str, title: str) -> None:
        dates = [entry.published.at for entry in feed.entries if entry.published]
        print_line(
            {
                "asked": asked,
                "url": url,
                "kind": "sitemap" if feed.format.startswith("sitemap") else "feed",
                "format": feed.format,
                "title": title,
                "items": len(feed.entries),
                "newest_at": max(dates).isoformat() if dates else None,
                "why": why,
            }
        )

    def _nothing(self, asked: str, why: str) -> None:
        self.runtime.fail_with(1)
        print_line({"asked": asked, "url": None, "error": why})
