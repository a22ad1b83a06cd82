"""The spider ``check``: asks each source once and says what came, as lines of JSON on stdout; nothing is stored.

``-a url=URL`` (several: separated by blanks), or ``-a list=FILE`` with an object ``{url, name?, kind?}`` a line. The
fields of a line are those of :class:`crawler.checkup.Visit`.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any

from scrapy import Request
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import policy, robots
from crawler.answers import answer_failure, header, make_request, request_failure
from crawler.checkup import Redirect, Visit
from crawler.discovery import Facts
from crawler.robots import site_of
from crawler.sites import SiteLooker
from crawler.spiders.base import BaseSpider
from crawler.spiders.feeds import FEED_HEADERS
from crawler.spiders.page import print_line
from storewatch.errors import FeedError, InputError, WorkerError
from storewatch.types import FetchFailure


class CheckSpider(BaseSpider):
    """See the module."""

    name = "check"
    stores = False

    def __init__(self, url: str = "", list: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.urls = tuple(url.split())
        self.list = list

    async def start(self) -> AsyncIterator[Request]:
        self._looker = SiteLooker(self.runtime, self.crawler.engine.download_async)
        self._token = robots.product_token(self.crawler.settings["USER_AGENT"])
        visits = self._wanted()
        if not visits:
            self.runtime.refuse(InputError("scrapy crawl check", "wants an address", hint="-a url=https://..."))
            raise CloseSpider("usage")
        for visit in visits:
            request = make_request(
                visit.asked,
                callback=self.on_answer,
                errback=self.on_failed,
                headers=FEED_HEADERS,
                meta={"kind": "feed"},
                cb_kwargs={"visit": visit},
            )
            if request is None:
                self._tell(_failed(visit, policy.failure("bad_url")))
            else:
                yield request

    def _wanted(self) -> list[Visit]:
        if not self.list:
            return [Visit(asked=url) for url in self.urls]
        rows = [json.loads(line) for line in Path(self.list).read_text("utf-8").splitlines() if line]
        return [Visit(asked=row["url"], name=row.get("name"), kind=row.get("kind") or "feed") for row in rows]

    async def on_answer(self, response: Response, visit: Visit) -> None:
        visit = await self._with_robots(_answered(visit, response))
        if failure := answer_failure(response):
            self._tell(await self._suspected(_failed(visit, failure), response))
            return
        try:
            facts = await self._looker.read(response, asked=visit.asked, kind=visit.kind)
        except (FeedError, WorkerError) as error:
            failure = FetchFailure(reason=error.reason, detail=error.problem, status=response.status)
            self._tell(await self._suspected(_failed(visit, failure), response))
            return
        visit = _read(visit, facts)
        self._tell(visit if facts.items else await self._suspected(visit, response))

    async def on_failed(self, failure: Failure) -> None:
        visit: Visit = failure.request.cb_kwargs["visit"]  # type: ignore[attr-defined]  # Scrapy puts it there
        self._tell(await self._with_robots(_failed(visit, request_failure(failure))))

    async def _with_robots(self, visit: Visit) -> Visit:
        """What robots.txt says of the address; it has been read before anything else was asked for."""
        url = visit.url or visit.asked
        copy = await self.runtime.robots.recall(site_of(url))
        if copy is None:
            return visit
        rules = robots.Rules(copy, token=self._token)
        state = "unread" if copy.status is None else "none" if copy.rules is None else "allowed"
        if (refusal := rules.refusal(url)) is not None and refusal.reason == "robots":
            state = "refused"
        return replace(visit, robots=state, crawl_delay_s=rules.crawl_delay_s)

    async def _suspected(self, visit: Visit, response: Response) -> Visit:
        look = await self._looker.look_at(response, asked=visit.asked)
        if look.suspicion is None:
            return visit
        return replace(visit, suspicion=look.suspicion.kind, suspicion_by=look.suspicion.evidence)

    def _tell(self, visit: Visit) -> None:
        if visit.reason is not None:
            self.runtime.fail_with(1)
        print_line(visit.line())


def _answered(visit: Visit, response: Response) -> Visit:
    meta = response.request.meta if response.request is not None else {}
    chain = zip(meta.get("redirect_urls", ()), meta.get("redirect_reasons", ()), strict=False)
    latency = meta.get("download_latency")
    return replace(
        visit,
        redirects=tuple(Redirect(url=url, status=reason if isinstance(reason, int) else 200) for url, reason in chain),
        url=response.url,
        status=response.status,
        content_type=header(response, b"Content-Type"),
        bytes=len(response.body),
        duration_ms=round(latency * 1000) if latency is not None else None,
        etag=header(response, b"ETag") is not None,
        last_modified=header(response, b"Last-Modified") is not None,
        cache_s=policy.cache_seconds(header(response, b"Cache-Control")),
    )


def _read(visit: Visit, facts: Facts) -> Visit:
    return replace(
        visit,
        format=facts.format,
        title=facts.title,
        generator=facts.generator,
        items=facts.items,
        skipped=facts.skipped,
        newest_at=facts.newest_at.astimezone(UTC) if facts.newest_at else None,
        per_day=round(facts.per_day, 2) if facts.per_day is not None else None,
        full=round(facts.full, 2),
        on_site=round(facts.on_site, 2),
        ttl_s=facts.ttl_s,
    )


def _failed(visit: Visit, failure: FetchFailure) -> Visit:
    return replace(visit, reason=failure.reason, error=failure.detail, status=visit.status or failure.status)
