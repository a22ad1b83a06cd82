"""The middlewares on plain values: a download is a function, a database a list."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest, StopDownload
from scrapy.http import Headers, Response

from crawler.failures import FetchRefused, RunStopping
from crawler.middlewares import HeadersGuard, RetryLaterMiddleware, RobotsMiddleware
from storewatch.db.hosts import Deferral
from storewatch.types import RobotsTxt

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PAPER = "https://paper.example"
HOUR = timedelta(hours=1)


class Web:
    """Answers for robots.txt, with a log; an exception in place of an answer is raised."""

    def __init__(self, answer: Response | Exception) -> None:
        self.answer = answer
        self.asked: list[str] = []

    async def download(self, request: Request) -> Response:
        self.asked.append(request.url)
        assert request.meta["dont_obey_robotstxt"]
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def robots(text: str = "", status: int = 200) -> Response:
    return Response("https://paper.example/robots.txt", status=status, body=text.encode())


class Memory:
    """What earlier runs knew of robots.txt, and what this one adds."""

    def __init__(self, *known: RobotsTxt) -> None:
        self.known = {copy.site: copy for copy in known}
        self.kept: list[RobotsTxt] = []
        self.paces: list[tuple[str, float]] = []

    async def recall(self, site: str) -> RobotsTxt | None:
        return self.known.get(site)

    async def keep(self, copy: RobotsTxt) -> None:
        self.kept.append(copy)

    def middleware(self, web: Web, *, at: datetime = NOW) -> RobotsMiddleware:
        return RobotsMiddleware(
            token="storewatch",
            download=web.download,
            recall=self.recall,
            keep=self.keep,
            slow_down=lambda host, pace: self.paces.append((host, pace)),
            clock=lambda: at,
        )


def refusal(web: Web, memory: Memory | None = None, *, url: str = f"{PAPER}/news/1") -> str | None:
    """The reason for which a request is refused; None when it is let through."""
    middleware = (memory or Memory()).middleware(web)
    return asyncio.run(outcome(middleware.process_request, Request(url)))


async def outcome(process: Callable[[Request], Awaitable[None]], request: Request) -> str | None:
    try:
        await process(request)
    except FetchRefused as refused:
        return refused.failure.reason
    return None


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(robots("User-agent: *\nDisallow: /private"), None, id="allowed"),
        pytest.param(robots("User-agent: *\nDisallow: /news"), "robots", id="disallowed"),
        pytest.param(robots("User-agent: *\nDisallow: /\n\nUser-agent: storewatch\nAllow: /"), None, id="by our name"),
        pytest.param(robots("\ufeffUser-agent: *\nDisallow: /"), "robots", id="byte order mark"),
        pytest.param(robots("<html>not found, but 200</html>"), None, id="HTML says nothing"),
        pytest.param(robots(status=404), None, id="404 allows"),
        pytest.param(robots(status=403), None, id="403 allows"),
        pytest.param(robots(status=429), "robots_unread", id="429 forbids"),
        pytest.param(robots(status=500), "robots_unread", id="500 forbids"),
        pytest.param(robots(status=503), "robots_unread", id="503 forbids"),
        pytest.param(CannotResolveHostError("x"), "dns", id="the network's reason is the page's"),
        pytest.param(IgnoreRequest("max redirections reached"), None, id="a redirect loop allows"),
        pytest.param(OSError("broken"), "robots_unread", id="a broken answer forbids"),
        pytest.param(RunStopping(), "stopped", id="a stopping run"),
    ],
)
def test_robots(answer: Response | Exception, reason: str | None) -> None:
    assert refusal(Web(answer)) == reason


def test_robots_is_read_once_a_site_even_at_the_same_time() -> None:
    web = Web(robots("User-agent: *\nDisallow: /no"))
    middleware = Memory().middleware(web)

    async def main() -> list[str | None]:
        urls = [f"{PAPER}/1", f"{PAPER}/no", "http://paper.example/2", f"{PAPER}/3"]
        found = await asyncio.gather(*[outcome(middleware.process_request, Request(url)) for url in urls])
        return [*found, await outcome(middleware.process_request, Request(f"{PAPER}/no/2"))]

    assert asyncio.run(main()) == [None, "robots", None, None, "robots"]
    assert sorted(web.asked) == ["http://paper.example/robots.txt", "https://paper.example/robots.txt"]


@pytest.mark.parametrize(("delay", "pace"), [("5", 5.0), ("0.5", 0.5), ("3600", 30.0)])
def test_crawl_delay_slows_its_host_down(delay: str, pace: float) -> None:
    memory = Memory()
    assert refusal(Web(robots(f"User-agent: *\nCrawl-delay: {delay}")), memory) is None
    assert memory.paces == [("paper.example", pace)]


def kept(**values: Any) -> RobotsTxt:
    return RobotsTxt(**{"site": PAPER, "fetched_at": NOW - HOUR, "expires_at": NOW + HOUR, **values})


def test_what_is_known_is_not_asked_again() -> None:
    memory = Memory(kept(status=200, rules="User-agent: *\nDisallow: /news\nCrawl-delay: 7"))
    web = Web(robots())
    assert refusal(web, memory) == "robots"
    assert refusal(web, memory, url=f"{PAPER}/sport") is None
    assert (web.asked, memory.kept) == ([], [])
    assert memory.paces == [("paper.example", 7.0)] * 2


@pytest.mark.parametrize(
    ("known", "answer", "reason"),
    [
        pytest.param(kept(status=404), robots(status=500), None, id="fresh"),
        pytest.param(kept(status=404, expires_at=NOW), robots("User-agent: *\nDisallow: /"), "robots", id="old"),
        pytest.param(kept(status=404, expires_at=NOW), robots(status=500), None, id="old but nothing better"),
        pytest.param(kept(status=404, expires_at=NOW), CannotResolveHostError("x"), None, id="old and no network"),
        pytest.param(kept(reason="robots_unread"), robots(), "robots_unread", id="could not be read lately"),
        pytest.param(kept(reason="robots_unread", expires_at=NOW), robots(), None, id="can be read again"),
        pytest.param(kept(status=404, expires_at=NOW + 9 * HOUR * 24), robots(status=500), None, id="a wrong clock"),
    ],
)
def test_what_is_known_counts_for_its_time(known: RobotsTxt, answer: Response | Exception, reason: str | None) -> None:
    assert refusal(Web(answer), Memory(known)) == reason


def test_what_was_read_is_kept() -> None:
    memory = Memory()
    refusal(Web(robots("# hello\n\nUser-agent: *\nDisallow: /x # never")), memory)
    lines = "User-agent: *\nDisallow: /x"
    assert memory.kept == [kept(status=200, rules=lines, fetched_at=NOW, expires_at=NOW + 24 * HOUR)]


def test_a_long_run_asks_again() -> None:
    web, now = Web(robots()), [NOW]
    memory = Memory()
    middleware = RobotsMiddleware(
        token="storewatch",
        download=web.download,
        recall=memory.recall,
        keep=memory.keep,
        slow_down=lambda host, pace: None,
        clock=lambda: now[0],
    )

    async def main() -> None:
        for hours in (0, 23, 24):
            now[0] = NOW + hours * HOUR
            await middleware.process_request(Request(f"{PAPER}/1"))

    asyncio.run(main())
    assert len(web.asked) == 2


def test_robots_txt_itself_needs_no_leave() -> None:
    web = Web(robots("User-agent: *\nDisallow: /"))
    request = Request(f"{PAPER}/robots.txt", meta={"dont_obey_robotstxt": True})
    assert asyncio.run(outcome(Memory().middleware(web).process_request, request)) is None
    assert web.asked == []


class Told:
    """What the database hears of hosts."""

    def __init__(self) -> None:
        self.deferred: list[tuple[str, datetime | None, int]] = []
        self.readmitted: list[str] = []

    async def defer(self, host: str, until: datetime | None, refusals: int) -> None:
        self.deferred.append((host, until, refusals))

    async def readmit(self, host: str) -> None:
        self.readmitted.append(host)

    def middleware(self, **refusing: Deferral) -> RetryLaterMiddleware:
        hosts = {f"{name}.example": deferral for name, deferral in refusing.items()}
        return RetryLaterMiddleware(told=self.defer, answers=self.readmit, refusing=hosts)


def is_refused(middleware: RetryLaterMiddleware, url: str = f"{PAPER}/2") -> bool:
    try:
        middleware.process_request(Request(url))
    except FetchRefused as refused:
        return refused.failure.reason == "retry_later"
    return False


def answer(middleware: RetryLaterMiddleware, status: int, retry_after: str | None = None) -> Request:
    """Let a page of paper.example be answered; returns its request."""
    request = Request(f"{PAPER}/1")
    headers = {"Retry-After": retry_after} if retry_after else {}
    response = Response(request.url, status=status, headers=headers)
    assert asyncio.run(middleware.process_response(request, response)) is response
    return request


@pytest.mark.parametrize(
    ("status", "retry_after", "is_told", "is_left_alone"),
    [
        pytest.param(429, "120", True, True, id="429 with Retry-After"),
        pytest.param(503, "120", True, True, id="503 with Retry-After"),
        pytest.param(429, None, True, True, id="429"),
        pytest.param(503, None, True, False, id="503 of perhaps one page"),
        pytest.param(500, "120", False, False, id="500"),
        pytest.param(200, "120", False, False, id="200"),
        pytest.param(429, "0", True, False, id="429 with no time at all"),
    ],
)
def test_a_host_that_refuses_is_left_alone(
    status: int, retry_after: str | None, is_told: bool, is_left_alone: bool
) -> None:
    told = Told()
    middleware = told.middleware()
    request = answer(middleware, status, retry_after)
    assert [(host, refusals) for host, _, refusals in told.deferred] == ([("paper.example", 1)] if is_told else [])
    assert request.meta.get("dont_retry", False) is (is_told and (status == 429 or retry_after is not None))
    assert is_refused(middleware) is is_left_alone
    assert not is_refused(middleware, "https://other.example/1")


def test_refusals_in_a_row_are_counted_until_the_host_answers() -> None:
    told = Told()
    middleware = told.middleware(paper=Deferral(until=None, refusals=2))
    assert not is_refused(middleware)
    for status in (503, 500, 429):
        answer(middleware, status)
    assert [refusals for _, _, refusals in told.deferred] == [3, 4]
    answer(middleware, 404)
    answer(middleware, 404)
    assert told.readmitted == ["paper.example"]
    answer(middleware, 429)
    assert told.deferred[-1][2] == 1


def test_a_refusal_holds_from_the_moment_of_its_download_and_is_told_once() -> None:
    told = Told()
    middleware = told.middleware()
    request = Request(f"{PAPER}/1")
    response = Response(request.url, status=429)
    middleware.response_downloaded(response, request)
    assert is_refused(middleware)
    asyncio.run(middleware.process_response(request, response))
    assert [refusals for _, _, refusals in told.deferred] == [1]


@pytest.mark.parametrize(("minutes", "refused"), [(5, True), (-5, False)])
def test_what_an_earlier_run_was_told_counts(minutes: int, refused: bool) -> None:
    until = datetime.now(UTC) + timedelta(minutes=minutes)
    middleware = Told().middleware(paper=Deferral(until=until, refusals=1))
    assert is_refused(middleware) is refused
    assert not is_refused(middleware, "https://other.example/1")


@pytest.mark.parametrize(
    ("kind", "headers", "stops"),
    [
        ("page", {"Content-Type": "text/html; charset=utf-8"}, False),
        ("page", {"Content-Type": "application/xhtml+xml"}, False),
        ("page", {}, False),
        ("page", {"Content-Type": "application/pdf"}, True),
        ("page", {"Content-Type": "IMAGE/PNG"}, True),
        ("page", {"Content-Type": "application/pdf", "Location": "/elsewhere"}, False),
        ("feed", {"Content-Type": "application/octet-stream"}, False),
        ("robots", {"Content-Type": "application/octet-stream"}, False),
    ],
)
def test_headers_guard(kind: str, headers: dict[str, str], stops: bool) -> None:
    request = Request("https://paper.example/1", meta={"kind": kind})
    try:
        HeadersGuard().headers_received(Headers(headers), 0, request, None)
        stopped = False
    except StopDownload as stop:
        stopped = not stop.fail
    assert stopped is stops
    assert request.meta.get("stopped_because") == ("not_html" if stops else None)
