"""robots.txt: what an answer means and how long it counts; the book that remembers it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from crawler import policy, robots
from crawler.robots import Rules
from crawler.robots_book import RobotsBook
from storewatch.db.store import Store
from storewatch.errors import DatabaseLocked
from storewatch.types import RobotsTxt

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SITE = "https://paper.example"
GOOD = RobotsTxt(site=SITE, status=200, rules="User-agent: *\nDisallow: /x", fetched_at=NOW, expires_at=NOW + 24 * HOUR)


@pytest.mark.parametrize(
    ("status", "kept_status", "reason", "lifetime"),
    [
        pytest.param(200, 200, None, robots.KEPT_FOR, id="200"),
        pytest.param(206, 206, None, robots.KEPT_FOR, id="206"),
        pytest.param(404, 404, None, robots.KEPT_FOR, id="404"),
        pytest.param(401, 401, None, robots.KEPT_FOR, id="401"),
        pytest.param(429, None, "robots_unread", robots.UNREAD_FOR, id="429"),
        pytest.param(500, None, "robots_unread", robots.UNREAD_FOR, id="500"),
        pytest.param(304, None, "robots_unread", robots.UNREAD_FOR, id="304"),
    ],
)
def test_answers(status: int, kept_status: int | None, reason: str | None, lifetime: timedelta) -> None:
    copy = robots.answered(SITE, status, b"", now=NOW)
    assert (copy.status, copy.reason, copy.expires_at - NOW) == (kept_status, reason, lifetime)


@pytest.mark.parametrize(
    ("reason", "kept", "is_kept"),
    [
        pytest.param("redirects", None, True, id="too many redirects allow"),
        pytest.param("broken", "robots_unread", True, id="broken"),
        pytest.param("too_large", "robots_unread", True, id="too large"),
        pytest.param("dns", "dns", False, id="perhaps our own network"),
        pytest.param("tls", "tls", False, id="perhaps our own configuration"),
        pytest.param("stopped", "stopped", False, id="stopped"),
    ],
)
def test_failures(reason: str, kept: str | None, is_kept: bool) -> None:
    copy = robots.failed(SITE, policy.failure(reason), now=NOW)
    assert copy.reason == kept
    assert robots.is_worth_keeping(copy) is is_kept
    assert (Rules(copy, token="storewatch").refusal(SITE) is None) is (kept is None)


@pytest.mark.parametrize(
    ("age", "status", "counts"),
    [
        pytest.param(timedelta(days=2), 500, True, id="old rules while it is down"),
        pytest.param(timedelta(days=30), 500, False, id="a month is too old"),
        pytest.param(timedelta(days=2), 404, False, id="gone"),
    ],
)
def test_an_old_copy_counts_while_there_is_no_new_one(age: timedelta, status: int, counts: bool) -> None:
    former = replace(GOOD, fetched_at=NOW - age, expires_at=NOW - age + robots.KEPT_FOR)
    copy = robots.answered(SITE, status, b"", now=NOW, former=former)
    assert (copy.rules == GOOD.rules) is counts
    if counts:
        assert (copy.fetched_at, copy.expires_at) == (former.fetched_at, NOW + robots.UNREAD_FOR)
        again = robots.answered(SITE, 503, b"", now=copy.expires_at, former=copy)
        assert again.fetched_at == former.fetched_at


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        pytest.param("User-agent: *\nDisallow: /x", "/x/1", False, id="disallowed"),
        pytest.param("User-agent: *\nDisallow: /x\nAllow: /x/open", "/x/open/1", True, id="the longer rule wins"),
        pytest.param("User-agent: *\nDisallow: /*.pdf$", "/a.pdf", False, id="wildcards"),
        pytest.param("User-agent: *\nDisallow: /*.pdf$", "/a.pdf?x", True, id="end of the address"),
        pytest.param("User-agent: *\nDisallow:", "/x", True, id="an empty rule"),
        pytest.param("User-agent: StoreWatch\nDisallow: /\n\nUser-agent: *\nAllow: /", "/x", False, id="our group"),
        pytest.param("User-agent: watch\nDisallow: /", "/x", True, id="another whose name ours ends with"),
        pytest.param("User-agent: desk\nDisallow: /", "/x", True, id="a word of our contact"),
        pytest.param("User-agent: a\nUser-agent: storewatch\nDisallow: /x", "/x", False, id="a group of several"),
        pytest.param("user agent: *\ndisalow: /x", "/x", False, id="misspelt"),
        pytest.param("User-agent: *\nDisallow: /gr%C3%B6%C3%9Fe", "/größe", False, id="escapes"),
        pytest.param("<html><p>User: we allow: all</p></html>", "/x", True, id="a page in its place"),
        pytest.param("\x00\xff\xfe", "/x", True, id="rubbish"),
        pytest.param("Sitemap: https://paper.example/s.xml", "/x", True, id="no rules"),
    ],
)
def test_rules(text: str, path: str, allowed: bool) -> None:
    copy = robots.answered(SITE, 200, text.encode(), now=NOW)
    token = robots.product_token("storewatch/0.1.0 (+desk@paper.example)")
    assert (Rules(copy, token=token).refusal(SITE + path) is None) is allowed


def test_only_so_much_is_read() -> None:
    body = b"User-agent: *\n" + b"# filled\n" * 60_000 + b"Disallow: /late\n"
    assert robots.answered(SITE, 200, body, now=NOW).rules == "User-agent: *"


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        ("User-agent: *\nCrawl-delay: 2.5", 2.5),
        ("User-agent: *\nCrawl-delay: soon", None),
        ("User-agent: *\nCrawl-delay: -1", None),
        ("User-agent: other\nCrawl-delay: 9", None),
        ("", None),
    ],
)
def test_crawl_delay(text: str, delay: float | None) -> None:
    assert Rules(replace(GOOD, rules=text), token="storewatch").crawl_delay_s == delay


class Database:
    """A store's part that the book uses; ``fails``: it is locked."""

    def __init__(self, *known: RobotsTxt, fails: bool = False) -> None:
        self.known = {copy.site: copy for copy in known}
        self.fails = fails
        self.lookups: list[Sequence[str]] = []
        self.written: list[Sequence[RobotsTxt]] = []

    async def call(self, function: Callable[[Store], Any], /) -> Any:
        if self.fails:
            raise DatabaseLocked("news.db", "is locked")
        return function(cast(Store, self))

    def robots(self, sites: Sequence[str]) -> dict[str, RobotsTxt]:
        self.lookups.append(sites)
        return {site: self.known[site] for site in sites if site in self.known}

    def save_robots(self, copies: Sequence[RobotsTxt]) -> None:
        self.written.append(copies)


def test_lookups_are_made_together() -> None:
    database = Database(GOOD)

    async def main() -> list[RobotsTxt | None]:
        book = RobotsBook(database.call)
        await book.load(["https://a.example", SITE])
        return list(await asyncio.gather(*map(book.recall, (SITE, "https://b.example", "https://c.example"))))

    assert asyncio.run(main()) == [GOOD, None, None]
    assert database.lookups == [["https://a.example", SITE], ["https://b.example", "https://c.example"]]


def test_what_is_read_is_written_together_and_known_at_once() -> None:
    database = Database()
    fleeting = replace(GOOD, site="https://gone.example", reason="dns", status=None)

    async def main() -> None:
        book = RobotsBook(database.call)
        for number in range(150):
            await book.keep(replace(GOOD, site=f"https://{number}.example"))
        await book.keep(fleeting)
        assert await book.recall("https://7.example") == replace(GOOD, site="https://7.example")
        assert await book.recall(fleeting.site) == fleeting
        await book.flush()
        await book.flush()

    asyncio.run(main())
    assert [len(copies) for copies in database.written] == [100, 50]
    assert database.lookups == []


@pytest.mark.parametrize("database", [None, Database(fails=True)], ids=["none", "locked"])
def test_without_a_database_the_run_remembers_alone(database: Database | None) -> None:
    async def main() -> tuple[RobotsTxt | None, RobotsTxt | None]:
        book = RobotsBook(database.call if database else None)
        before = await book.recall(SITE)
        await book.keep(GOOD)
        await book.flush()
        return before, await book.recall(SITE)

    assert asyncio.run(main()) == (None, GOOD)
