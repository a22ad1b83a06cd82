"""Downloader middlewares: robots.txt, Retry-After, what may be downloaded; made of plain values."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.exceptions import NotConfigured, StopDownload
from scrapy.http.request import NO_CALLBACK

from crawler import policy, robots
from crawler.failures import FetchRefused, failure_of
from crawler.pace import LONGEST_CRAWL_DELAY_S, backoff, left_alone
from crawler.robots import Rules, site_of
from storewatch import logs
from storewatch.config.access import may_carry
from storewatch.db.hosts import Deferral
from storewatch.types import RobotsTxt

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Headers, Response

    from crawler.runtime import Runtime


def runtime_of(crawler: Crawler) -> Runtime:
    """The runtime of a crawl of ours; in `scrapy shell` and the like there is none, and no middleware of it."""
    runtime: Runtime | None = getattr(crawler.spider, "runtime", None)
    if runtime is None:
        raise NotConfigured
    return runtime


class RobotsMiddleware:
    """Obeys robots.txt as :mod:`crawler.robots` says, which it asks for once a site and day.

    ``recall`` answers with what is known of a site's robots.txt, ``keep`` remembers it for other runs; ``slow_down``
    is told a host's Crawl-delay. A host whose robots.txt cannot be had because of the network fails with that very
    reason, without a second try.
    """

    def __init__(
        self,
        *,
        token: str,
        download: Callable[[Request], Awaitable[Response]],
        recall: Callable[[str], Awaitable[RobotsTxt | None]],
        keep: Callable[[RobotsTxt], Awaitable[None]],
        slow_down: Callable[[str, float], None],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._token = token
        self._download = download
        self._recall = recall
        self._keep = keep
        self._slow_down = slow_down
        self._clock = clock
        self._rules: dict[str, Rules] = {}
        self._reading: dict[str, asyncio.Task[Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        runtime = runtime_of(crawler)

        async def download(request: Request) -> Response:
            return await crawler.engine.download_async(request)

        def slow_down(host: str, delay_s: float) -> None:
            runtime.pace.slow_down(host, delay_s)
            downloader = crawler.engine.downloader
            downloader.per_slot_settings.setdefault(host, {})["delay"] = runtime.pace.delay_of(host)
            if slot := downloader.slots.get(host):
                slot.delay = runtime.pace.delay_of(host)

        return cls(
            token=robots.product_token(crawler.settings["USER_AGENT"]),
            download=download,
            recall=lambda site: runtime.robots.recall(site),
            keep=lambda copy: runtime.robots.keep(copy),
            slow_down=slow_down,
        )

    async def process_request(self, request: Request) -> None:
        if request.meta.get("dont_obey_robotstxt"):
            return
        site = site_of(request.url)
        rules = self._rules.get(site)
        if rules is None or not robots.is_fresh(rules.copy, self._clock()):
            with logs.about(source=request.meta.get("source")):
                rules = await self._rules_of(site)
        if (refusal := rules.refusal(request.url)) is not None:
            raise FetchRefused(refusal)

    async def _rules_of(self, site: str) -> Rules:
        """Read them once, however many requests wait for them."""
        if site not in self._reading:
            self._reading[site] = asyncio.ensure_future(self._find(site))
        try:
            rules = await asyncio.shield(self._reading[site])
        finally:
            self._reading.pop(site, None)
        self._rules[site] = rules
        return rules

    async def _find(self, site: str) -> Rules:
        known = await self._recall(site)
        if known is not None and robots.is_fresh(known, self._clock()):
            rules = Rules(known, token=self._token)
        else:
            rules = await self._ask(site, known)
        if (delay_s := rules.crawl_delay_s) is not None:
            self._slow_down(urlsplit(site).hostname or "", min(delay_s, LONGEST_CRAWL_DELAY_S))
        return rules

    async def _ask(self, site: str, former: RobotsTxt | None) -> Rules:
        request = Request(
            f"{site}/robots.txt",
            priority=1000,
            callback=NO_CALLBACK,
            meta={"dont_obey_robotstxt": True, "kind": "robots", "source": logs.current_source()},
        )
        failure = None
        try:
            response = await self._download(request)
        except Exception as error:  # noqa: BLE001  whatever goes wrong here decides for the whole site
            why = failure_of(error)
            copy = robots.failed(site, why, now=self._clock(), former=former)
            failure = why if why.reason in robots.TELLING else policy.failure("robots_unread", detail=why.detail)
        else:
            copy = robots.answered(site, response.status, response.body, now=self._clock(), former=former)
            failure = policy.failure("robots_unread", detail=f"HTTP {response.status}", status=response.status)
        await self._keep(copy)
        return Rules(copy, token=self._token, failure=failure)


_REFUSALS = frozenset({429, 503})


class RetryLaterMiddleware:
    """Leaves a host alone that answers 429 or 503, for as long as it asks for (Retry-After) or as
    :func:`crawler.pace.backoff` says, instead of trying again at once.

    ``refusing`` are the hosts that refuse us, filled with those of earlier runs before the first request; ``told`` is
    called with a host, the time until which to leave it alone (None: it may be asked) and how many refusals in a row
    that were; ``answers`` with one that does not refuse any more.
    """

    # What of a request's meta says that its answer's refusal has been noted.
    _NOTED = "refusal"

    def __init__(
        self,
        *,
        told: Callable[[str, datetime | None, int], Awaitable[None]],
        answers: Callable[[str], Awaitable[None]],
        refusing: dict[str, Deferral],
    ) -> None:
        self._told = told
        self._answers = answers
        self._refusing = refusing

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        runtime = runtime_of(crawler)
        middleware = cls(told=runtime.defer_host, answers=runtime.readmit_host, refusing=runtime.refusing)
        crawler.signals.connect(middleware.response_downloaded, signal=signals.response_downloaded)
        return middleware

    def process_request(self, request: Request) -> None:
        if not self._refusing:
            return
        host = urlsplit(request.url).hostname or ""
        if (refusal := left_alone(self._refusing, host, datetime.now(UTC))) is not None:
            raise FetchRefused(refusal)

    def response_downloaded(self, response: Response, request: Request) -> None:
        """Scrapy tells of an answer before it gives the answer's place to the next request for that host (a signal):
        what is noted here keeps that one back, what :meth:`process_response` notes would come too late for it."""
        if response.status in _REFUSALS:
            request.meta[self._NOTED] = self._note(request, response)

    async def process_response(self, request: Request, response: Response) -> Response:
        host = urlsplit(request.url).hostname or ""
        if response.status not in _REFUSALS:
            if self._refusing and response.status < 500 and self._refusing.pop(host, None) is not None:
                await self._answers(host)
            return response
        # An answer out of a cache has not been downloaded.
        deferral: Deferral = request.meta.pop(self._NOTED, None) or self._note(request, response)
        await self._told(host, deferral.until, deferral.refusals)
        return response

    def _note(self, request: Request, response: Response) -> Deferral:
        now = datetime.now(UTC)
        host = urlsplit(request.url).hostname or ""
        header = response.headers.get(b"Retry-After")
        asked = policy.retry_after(header.decode("latin-1") if header else None, now)
        before = self._refusing.get(host)
        refusals = (before.refusals if before else 0) + 1
        wait = backoff(response.status, asked, refusals)
        until = None if wait is None else now + timedelta(seconds=wait)
        if until and before and before.until:
            until = max(until, before.until)
        if wait is not None:
            request.meta["dont_retry"] = True
        deferral = self._refusing[host] = Deferral(until=until, refusals=refusals)
        return deferral


class AccessMiddleware:
    """Sends the headers and cookies of a source (``[sources.NAME]``) with its polls and its pages, and with nothing
    else: not to other hosts, wherever a redirect leads, see :func:`storewatch.config.access.may_carry`.

    ``access`` has the headers by the source's name, filled before the first request; ``home`` answers with a source's
    address.
    """

    # What of a request's meta names the headers that were put on it.
    _MARK = "headers_of_source"

    def __init__(
        self, *, access: Mapping[str, Mapping[str, str]], home: Callable[[str], Awaitable[str | None]]
    ) -> None:
        self._access = access
        self._home = home
        self._homes: dict[str, str | None] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        runtime = runtime_of(crawler)
        return cls(access=runtime.access, home=runtime.address_of_source)

    async def process_request(self, request: Request) -> None:
        if not self._access:
            return
        # A redirected request comes with the headers of the one before it.
        for name in request.meta.pop(self._MARK, ()):
            request.headers.pop(name, None)
        source, home = _source_of(request)
        headers = self._access.get(source or "")
        if source is None or not headers:
            return
        if home is None:
            if source not in self._homes:
                self._homes[source] = await self._home(source)
            home = self._homes[source]
        if home is not None and may_carry(home, request.url):
            request.meta[self._MARK] = list(headers)
            for name, value in headers.items():
                request.headers[name] = value


def _source_of(request: Request) -> tuple[str | None, str | None]:
    """Name and address of the source that a request is made for, as far as it says so: a poll, a page, a check."""
    arguments = request.cb_kwargs
    if (source := arguments.get("source")) is not None:
        return source.name, source.url
    if (page := arguments.get("page")) is not None:
        return page.source, None
    if (visit := arguments.get("visit")) is not None:
        return visit.name, visit.asked
    return None, None


class ProxyMiddleware:
    """Sends every request through the configured proxy (``fetch.proxy``)."""

    def __init__(self, *, proxy: str) -> None:
        self._proxy = proxy

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(proxy=crawler.settings["PROXY"])

    def process_request(self, request: Request) -> None:
        request.meta.setdefault("proxy", self._proxy)


class HeadersGuard:
    """Breaks off the download of what no page can be, as soon as its headers are there (an extension, by signal).

    The spider gets the answer without a body and with the reason in ``request.meta["stopped_because"]``; it sees the
    status, which this signal does not have.
    """

    PAGE_TYPES = frozenset({"", "text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml"})

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        guard = cls()
        crawler.signals.connect(guard.headers_received, signal=signals.headers_received)
        return guard

    def headers_received(self, headers: Headers, body_length: int, request: Request, spider: Any) -> None:
        if request.meta.get("kind") != "page" or b"Location" in headers:
            return
        header = headers.get(b"Content-Type") or b""
        media_type = header.split(b";")[0].strip().lower().decode("latin-1")
        if media_type not in self.PAGE_TYPES:
            request.meta["stopped_because"] = "not_html"
            raise StopDownload(fail=False)
