"""The middlewares on plain values: a download is a function, a host's pace a call."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from scrapy import Request
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest, StopDownload
from scrapy.http import Headers, Response

from crawler.failures import FetchRefused, RunStopping
from crawler.middlewares import HeadersGuard, ReservationMiddleware, RetryLaterMiddleware, RobotsMiddleware

AGENT = "storewatch/0.1.0 (+desk@paper.example)"


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


def refusal(
    web: Web, url: str = "https://paper.example/news/1", paces: list[tuple[str, float]] | None = None
) -> str | None:
    """The reason for which a request is refused; None when it is let through."""
    told = paces if paces is not None else []
    middleware = RobotsMiddleware(
        user_agent=AGENT, download=web.download, slow_down=lambda host, pace: told.append((host, pace))
    )
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
    middleware = RobotsMiddleware(user_agent=AGENT, download=web.download, slow_down=lambda host, pace: None)

    async def main() -> list[str | None]:
        urls = [
            "https://paper.example/1",
            "https://paper.example/no",
            "http://paper.example/2",
            "https://paper.example/3",
        ]
        return await asyncio.gather(*[outcome(middleware.process_request, Request(url)) for url in urls])

    assert asyncio.run(main()) == [None, "robots", None, None]
    assert sorted(web.asked) == ["http://paper.example/robots.txt", "https://paper.example/robots.txt"]


@pytest.mark.parametrize(("delay", "pace"), [("5", 5.0), ("0.5", 0.5), ("3600", 30.0)])
def test_crawl_delay_slows_its_host_down(delay: str, pace: float) -> None:
    paces: list[tuple[str, float]] = []
    assert refusal(Web(robots(f"User-agent: *\nCrawl-delay: {delay}")), paces=paces) is None
    assert paces == [("paper.example", pace)]


def test_robots_txt_itself_needs_no_leave() -> None:
    web = Web(robots("User-agent: *\nDisallow: /"))
    middleware = RobotsMiddleware(user_agent=AGENT, download=web.download, slow_down=lambda host, pace: None)
    request = Request("https://paper.example/robots.txt", meta={"dont_obey_robotstxt": True})
    assert asyncio.run(outcome(middleware.process_request, request)) is None
    assert web.asked == []


@pytest.mark.parametrize(
    ("status", "retry_after", "left_alone"),
    [
        (429, "120", True),
        (503, "120", True),
        (429, None, True),
        (503, None, False),
        (500, "120", False),
        (429, "0", False),
    ],
)
def test_retry_later(status: int, retry_after: str | None, left_alone: bool) -> None:
    told: list[str] = []

    async def tell(host: str, until: datetime) -> None:
        told.append(host)

    async def main() -> str | None:
        middleware = RetryLaterMiddleware(told=tell, known=lambda host: None)
        request = Request("https://paper.example/1")
        headers = {"Retry-After": retry_after} if retry_after else {}
        response = await middleware.process_response(request, Response(request.url, status=status, headers=headers))
        assert response.status == status
        asked = bool(retry_after) or status == 429
        assert request.meta.get("dont_retry", False) is (asked and status in (429, 503))
        middleware.process_request(Request("https://other.example/1"))
        try:
            middleware.process_request(Request("https://paper.example/2"))
        except FetchRefused as refused:
            return refused.failure.reason
        return None

    assert asyncio.run(main()) == ("retry_later" if left_alone else None)
    assert bool(told) == (status in (429, 503) and (retry_after is not None or status == 429))


@pytest.mark.parametrize(("minutes", "refused"), [(5, True), (-5, False)])
def test_what_an_earlier_run_was_told_counts(minutes: int, refused: bool) -> None:
    until = datetime.now(UTC) + timedelta(minutes=minutes)

    async def tell(host: str, until: datetime) -> None:
        raise AssertionError

    middleware = RetryLaterMiddleware(told=tell, known={"paper.example": until}.get)
    middleware.process_request(Request("https://other.example/1"))
    if refused:
        with pytest.raises(FetchRefused) as caught:
            middleware.process_request(Request("https://paper.example/1"))
        assert caught.value.failure.reason == "retry_later"
    else:
        middleware.process_request(Request("https://paper.example/1"))


def test_nobody_is_made_to_wait_an_hour() -> None:
    async def reserve(host: str) -> float:
        return 3600.0

    with pytest.raises(FetchRefused) as caught:
        asyncio.run(ReservationMiddleware(reserve=reserve).process_request(Request("https://paper.example/1")))
    assert caught.value.failure.reason == "retry_later"


def test_a_reserved_moment_is_asked_for_each_request() -> None:
    hosts: list[str] = []

    async def reserve(host: str) -> float:
        hosts.append(host)
        return 0.0

    middleware = ReservationMiddleware(reserve=reserve)
    asyncio.run(middleware.process_request(Request("https://paper.example/1")))
    assert hosts == ["paper.example"]


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
