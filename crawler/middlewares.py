"""Downloader middlewares: robots.txt, Retry-After, reserved moments, what may be downloaded; made of plain values."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request, signals
from scrapy.exceptions import NotConfigured, StopDownload
from scrapy.http.request import NO_CALLBACK

from crawler import policy
from crawler.failures import FetchRefused, failure_of
from storewatch.types import FetchFailure

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Headers, Response

    from crawler.runtime import Runtime

logger = logging.getLogger(__name__)

# RFC 9309, 2.5: crawlers must read at least 500 KiB of a robots.txt.
ROBOTS_BYTES = 512 * 1024
# A longer Crawl-delay would leave a site with 25 new pages an hour behind; 30 s are still 120 requests an hour.
LONGEST_CRAWL_DELAY = 30.0
# How long a host is left alone that says 429 without saying how long (HTTP leaves it open).
DEFAULT_BACKOFF_S = 60.0
# A person waits for what is fetched beside a crawl; for longer than this it is better to say so.
LONGEST_WAIT_S = 60.0


def runtime_of(crawler: Crawler) -> Runtime:
    """The runtime of a crawl of ours; in `scrapy shell` and the like there is none, and no middleware of it."""
    runtime: Runtime | None = getattr(crawler.spider, "runtime", None)
    if runtime is None:
        raise NotConfigured
    return runtime


class RobotsMiddleware:
    """Obeys robots.txt as RFC 9309 says: 2xx is read, 4xx allows all, anything else forbids all for this run.

    A host whose robots.txt cannot be had because of the network fails with that very reason, without a second try.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        download: Callable[[Request], Awaitable[Response]],
        slow_down: Callable[[str, float], None],
    ) -> None:
        self._user_agent = user_agent
        self._download = download
        self._slow_down = slow_down
        self._rules: dict[str, asyncio.Task[Protego | FetchFailure | None]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        async def download(request: Request) -> Response:
            return await crawler.engine.download_async(request)

        base = crawler.settings.getfloat("DOWNLOAD_DELAY")

        def slow_down(host: str, delay_s: float) -> None:
            if delay_s <= base:
                return
            downloader = crawler.engine.downloader
            downloader.per_slot_settings.setdefault(host, {})["delay"] = delay_s
            if slot := downloader.slots.get(host):
                slot.delay = delay_s

        return cls(user_agent=crawler.settings["USER_AGENT"], download=download, slow_down=slow_down)

    async def process_request(self, request: Request) -> None:
        if request.meta.get("dont_obey_robotstxt"):
            return
        parts = urlsplit(request.url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._rules:
            self._rules[site] = asyncio.ensure_future(self._read(site, parts.hostname or ""))
        rules = await asyncio.shield(self._rules[site])
        if isinstance(rules, FetchFailure):
            raise FetchRefused(rules)
        if rules is not None and not rules.can_fetch(request.url, self._user_agent):
            raise FetchRefused(policy.failure("robots"))

    async def _read(self, site: str, host: str) -> Protego | FetchFailure | None:
        request = Request(
            f"{site}/robots.txt",
            priority=1000,
            callback=NO_CALLBACK,
            meta={"dont_obey_robotstxt": True, "kind": "robots"},
        )
        try:
            response = await self._download(request)
        except Exception as error:  # noqa: BLE001  whatever goes wrong here decides for the whole site
            failure = failure_of(error)
            if failure.reason == "redirects":  # RFC 9309, 2.3.1.2: may be taken as unavailable, which allows all
                return None
            return failure if failure.reason in _TELLING else policy.failure("robots_unread", detail=failure.detail)
        if 400 <= response.status < 500 and response.status != 429:
            return None
        if not 200 <= response.status < 300:
            return policy.failure("robots_unread", detail=f"HTTP {response.status}", status=response.status)
        rules = Protego.parse(response.body[:ROBOTS_BYTES].decode("utf-8", "ignore").removeprefix("\ufeff"))
        if delay := rules.crawl_delay(self._user_agent):
            self._slow_down(host, min(float(delay), LONGEST_CRAWL_DELAY))
        return rules


# Failures of robots.txt that say more about the site than that its robots.txt could not be read.
_TELLING = frozenset({"dns", "connect", "timeout", "tls", "address_refused", "bad_url", "retry_later", "stopped"})


class RetryLaterMiddleware:
    """Leaves a host alone for as long as its 429 or 503 asked for with Retry-After, instead of trying again at once.

    ``told`` is called with the host and the time until which it wants to be left alone; ``known`` answers with the
    time that it told an earlier run, or another process.
    """

    def __init__(
        self, *, told: Callable[[str, datetime], Awaitable[None]], known: Callable[[str], datetime | None]
    ) -> None:
        self._told = told
        self._known = known
        self._not_before: dict[str, datetime] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        runtime = runtime_of(crawler)
        return cls(told=runtime.defer_host, known=lambda host: runtime.deferred.get(host))

    def process_request(self, request: Request) -> None:
        host = urlsplit(request.url).hostname or ""
        until = self._not_before.get(host) or self._known(host)
        if until is not None and (wait := (until - datetime.now(UTC)).total_seconds()) > 0:
            raise FetchRefused(policy.failure("retry_later", detail=f"{wait:.0f} s from now"))

    async def process_response(self, request: Request, response: Response) -> Response:
        if response.status not in (429, 503):
            return response
        now = datetime.now(UTC)
        header = response.headers.get(b"Retry-After")
        wait = policy.retry_after(header.decode("latin-1") if header else None, now)
        if wait is None and response.status == 429:
            wait = DEFAULT_BACKOFF_S
        if wait is not None:
            host = urlsplit(request.url).hostname or ""
            until = now + min(timedelta(seconds=wait), policy.LONGEST_INTERVAL)
            self._not_before[host] = max(self._not_before.get(host, until), until)
            request.meta["dont_retry"] = True
            await self._told(host, until)
        return response


class ReservationMiddleware:
    """Waits for the host's next free moment, which all processes on this database reserve from.

    For the children that fetch a few pages beside a running crawl; a crawl itself keeps its pace by download slots.
    """

    def __init__(self, *, reserve: Callable[[str], Awaitable[float]]) -> None:
        self._reserve = reserve

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(reserve=runtime_of(crawler).reserve_host)

    async def process_request(self, request: Request) -> None:
        wait = await self._reserve(urlsplit(request.url).hostname or "")
        if wait > LONGEST_WAIT_S:
            raise FetchRefused(policy.failure("retry_later", detail=f"{wait:.0f} s from now"))
        if wait > 0:
            await asyncio.sleep(wait)


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
