"""Whole sites looked into, without a network: what is asked for, in what order, and what comes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, Response, TextResponse

from crawler.failures import FetchRefused
from crawler.policy import failure
from crawler.sites import MAX_ASKED, SiteLooker, Survey
from storewatch.types import NewSource, RobotsTxt

NOW = datetime.now(UTC)
HOME = "https://paper.example/"
Pages = Mapping[str, str | int | Exception]


def rss(links: str = "story", *, days: int = 0, items: int = 8, home: str = HOME) -> str:
    """A feed whose newest item is so many days old."""
    rows = "".join(
        f"<item><title>Item {n}</title><link>{home}{links}-{n}</link>"
        f"<pubDate>{format_datetime(NOW - timedelta(days=days, hours=n))}</pubDate></item>"
        for n in range(items)
    )
    return f"<rss version='2.0'><channel><title>The Paper</title>{rows}</channel></rss>"


def page(head: str = "", body: str = "<p>News</p>") -> str:
    return f"<html><head>{head}</head><body>{body}</body></html>"


def made_with(generator: str, head: str = "", body: str = "<p>News</p>") -> str:
    return page(f'<meta name="generator" content="{generator}">{head}', body)


def alternate(href: str, title: str = "") -> str:
    return f'<link rel="alternate" type="application/rss+xml" title="{title}" href="{href}">'


def sitemap(*paths: str, days: int = 1) -> str:
    lastmod = f"<lastmod>{NOW - timedelta(days=days):%Y-%m-%d}</lastmod>"
    return f"<urlset>{''.join(f'<url><loc>{HOME}{path}</loc>{lastmod}</url>' for path in paths)}</urlset>"


STORIES = tuple(f"news/{NOW:%Y/%m/%d}/a-headline-of-many-words-{n}" for n in range(6))
GOODS = tuple(f"products/phone-{n}" for n in range(30))
TEASERS = "".join(
    f'<div><h2><a href="/{path}">A headline of many words number {path[-1]}</a></h2></div>' for path in STORIES
)
WALL = "<html><title>Just a moment...</title></html>"


class World:
    """A site as a mapping from addresses to bodies, statuses or errors; the rest is not there. A crawl's runtime and
    its downloader in one."""

    def __init__(self, pages: Pages, robots: str | None = None) -> None:
        self.pages = {**pages}
        self.asked: list[str] = []
        self._rules = robots
        self.robots: Any = self

    async def recall(self, site: str) -> RobotsTxt | None:
        return RobotsTxt(site=site, status=200, rules=self._rules, fetched_at=NOW, expires_at=NOW)

    async def work(self, function: Callable[..., Any], *args: object, subject: str, **kwargs: object) -> Any:
        return function(*args, **kwargs)

    async def download(self, request: Request) -> Response:
        self.asked.append(request.url)
        return self.answer(request.url, request)

    def answer(self, url: str, request: Request | None = None) -> Response:
        body = self.pages.get(url, 404)
        if isinstance(body, Exception):
            raise body
        if isinstance(body, int):
            return TextResponse(url, status=body, body=b"no", request=request)
        status = 403 if body == WALL else 200
        return HtmlResponse(url, status=status, body=body.encode(), encoding="utf-8", request=request)

    def survey(self, asked: str = HOME) -> Survey:
        looker = SiteLooker(self, self.download)
        return asyncio.run(looker.survey(asked, self.answer(asked)))


CASES = [
    pytest.param(HOME, {HOME: page(alternate("/f"))} | {f"{HOME}f": rss()}, "f", "feed", id="declared"),
    pytest.param(HOME, {HOME: made_with("WordPress 6"), f"{HOME}feed/": rss()}, "feed/", "feed", id="WordPress"),
    pytest.param(HOME, {HOME: made_with("WordPress 6"), f"{HOME}?feed=rss2": rss()}, "?feed=rss2", "feed", id="WP"),
    pytest.param(HOME, {HOME: made_with("Ghost 5"), f"{HOME}rss/": rss()}, "rss/", "feed", id="Ghost"),
    pytest.param(
        HOME, {HOME: made_with("blogger"), f"{HOME}feeds/posts/default": rss()}, "feeds/posts/default", "feed",
        id="Blogger",
    ),
    pytest.param(
        HOME, {HOME: made_with("Joomla! - Open Source"), f"{HOME}?format=feed&type=rss": rss()},
        "?format=feed&type=rss", "feed", id="Joomla",
    ),
    pytest.param(HOME, {HOME: made_with("Hugo 0.1"), f"{HOME}index.xml": rss()}, "index.xml", "feed", id="Hugo"),
    pytest.param(HOME, {HOME: made_with("Drupal 10"), f"{HOME}rss.xml": rss()}, "rss.xml", "feed", id="Drupal"),
    pytest.param(HOME, {HOME: made_with("TYPO3 CMS"), f"{HOME}feed.rss": rss()}, "feed.rss", "feed", id="TYPO3"),
    pytest.param(HOME, {HOME: page(), f"{HOME}atom.xml": rss()}, "atom.xml", "feed", id="any software"),
    pytest.param(
        HOME, {HOME: page(alternate("/old")), f"{HOME}old": rss(days=400), f"{HOME}feed/": rss()}, "feed/", "feed",
        id="a dead feed declared, a living one hidden",
    ),
    pytest.param(
        HOME, {HOME: page(alternate("/old")), f"{HOME}old": rss(days=400), f"{HOME}sitemap.xml": sitemap(*STORIES)},
        "sitemap.xml", "sitemap", id="a dead feed, a living sitemap",
    ),
    pytest.param(
        HOME, {HOME: page(alternate("/e"), TEASERS), f"{HOME}e": rss(items=0)}, "", "listing",
        id="an empty feed, a front page of articles",
    ),
    pytest.param(
        HOME, {HOME: page(alternate("/c/feed", "Comments") + alternate("/f")), f"{HOME}f": rss(),
               f"{HOME}c/feed": rss("comment")},
        "f", "feed", id="comments beside",
    ),
    pytest.param(
        HOME, {HOME: page(alternate("/tag/a/feed") + alternate("/f")), f"{HOME}f": rss(items=3),
               f"{HOME}tag/a/feed": rss("t", items=9)},
        "f", "feed", id="a tag beside",
    ),
    pytest.param(
        f"{HOME}phones/", {f"{HOME}phones/": page(alternate("/f")), f"{HOME}f": rss(), f"{HOME}phones/feed/": rss("p")},
        "phones/feed/", "feed", id="a part has a feed that nobody names",
    ),
    pytest.param(
        f"{HOME}phones/", {f"{HOME}phones/": page(alternate("/f")), f"{HOME}f": rss()}, "f", "feed",
        id="a part without a feed",
    ),
    pytest.param(
        HOME, {HOME: page(body="<a href='/press'>Press</a>"), f"{HOME}press": page(alternate("/press/rss")),
               f"{HOME}press/rss": rss(), f"{HOME}sitemap.xml": sitemap(*GOODS)},
        "press/rss", "feed", id="the feed that the news page names",
    ),
    pytest.param(
        HOME, {HOME: page(body="<a href='/press'>Press</a>"), f"{HOME}press": page(body=TEASERS),
               f"{HOME}sitemap.xml": sitemap(*GOODS)},
        "press", "listing", id="the news page before the goods",
    ),
    pytest.param(
        HOME, {HOME: page(body="<a href='/rss/'>RSS</a>"), f"{HOME}rss/": page(body="<a href='/a.rss'>All</a>"),
               f"{HOME}a.rss": rss()},
        "a.rss", "feed", id="a list of feeds",
    ),
    pytest.param(HOME, {HOME: WALL, f"{HOME}feed/": rss()}, "feed/", "feed", id="a wall before all but the feed"),
    pytest.param(HOME, {HOME: 500, f"{HOME}feed/": rss()}, "feed/", "feed", id="a broken front page"),
    pytest.param(f"{HOME}gone.xml", {HOME: page(alternate("/f")), f"{HOME}f": rss()}, "f", "feed", id="a gone feed"),
    pytest.param(f"{HOME}f", {f"{HOME}f": rss(days=900)}, "f", "feed", id="a feed that is asked for, though dead"),
    pytest.param(
        f"{HOME}s.xml", {f"{HOME}s.xml": sitemap(*STORIES)}, "s.xml", "sitemap", id="a sitemap that is asked for"
    ),
    pytest.param(
        HOME, {HOME: page(alternate("http://[bad") + alternate("/x") + alternate("/f")), f"{HOME}f": rss(),
               f"{HOME}x": FetchRefused(failure("robots"))},
        "f", "feed", id="one refused by robots.txt",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "pages", "best", "kind"), CASES)
def test_the_best_of_a_site(asked: str, pages: Pages, best: str, kind: str) -> None:
    world = World(pages)
    survey = world.survey(asked)
    assert survey.findings, survey
    assert (survey.findings[0].url, survey.findings[0].facts.kind) == (f"{HOME}{best}", kind)
    assert len(world.asked) == len(set(world.asked)) <= MAX_ASKED


def test_robots_txt_names_sitemaps_and_an_index_is_judged_by_its_best() -> None:
    index = f"<sitemapindex><sitemap><loc>{HOME}posts.xml</loc></sitemap></sitemapindex>"
    pages = {HOME: page(), f"{HOME}maps.xml": index, f"{HOME}posts.xml": sitemap(*STORIES)}
    world = World(pages, robots=f"User-agent: *\nSitemap: {HOME}maps.xml")
    best = world.survey().findings[0]
    assert (best.url, best.facts.format, best.facts.items) == (f"{HOME}maps.xml", "sitemap_index", len(STORIES))
    assert f"{HOME}sitemap.xml" not in world.asked


def test_a_good_feed_ends_the_search() -> None:
    world = World({HOME: made_with("WordPress 6", alternate("/feed/")), f"{HOME}feed/": rss()})
    assert world.survey().systems == ("WordPress",)
    assert world.asked == [f"{HOME}feed/"]


def test_nothing_is_said_to_be_nothing_and_not_much_is_asked() -> None:
    world = World({HOME: page()})
    survey = world.survey()
    assert survey.findings == ()
    assert "names no feed" in survey.problem
    assert len(world.asked) <= 10
    assert {tried.problem for tried in survey.tried} == {"is not there (HTTP 404)"}


def test_a_wall_is_named_and_spared() -> None:
    world = World({HOME: WALL})
    survey = world.survey()
    assert "bot wall" in survey.problem
    assert len(world.asked) <= 6


def test_a_site_that_falls_silent_is_let_be() -> None:
    silence = FetchRefused(failure("timeout"))
    paths = ["feed/", "rss.xml", "feed.xml", "rss", "atom.xml", "index.xml", "sitemap.xml", "sitemap_index.xml"]
    world = World({HOME: page(body=TEASERS), **{f"{HOME}{path}": silence for path in paths}})
    survey = world.survey()
    assert world.asked == [f"{HOME}feed/", f"{HOME}rss.xml"]
    assert [one.facts.kind for one in survey.findings] == ["listing"]


def test_a_site_of_many_feeds_is_not_asked_for_all() -> None:
    feeds = {f"{HOME}{n}.rss": rss(f"s{n}") for n in range(40)}
    world = World({HOME: page("".join(alternate(f"/{n}.rss") for n in range(40))), **feeds})
    survey = world.survey()
    assert len(survey.findings) == len(world.asked) == 4
    assert any("36 more" in tried.problem for tried in survey.tried)


@pytest.mark.parametrize(
    ("row", "pages", "expected"),
    [
        pytest.param(
            NewSource(name="a", url=HOME), {HOME: page(alternate("/f")), f"{HOME}f": rss()}, (f"{HOME}f", HOME, "feed"),
            id="a site",
        ),
        pytest.param(NewSource(name="a", url=HOME), {HOME: rss()}, (HOME, None, "feed"), id="a feed"),
        pytest.param(NewSource(name="a", url=HOME), {HOME: sitemap("a")}, (HOME, None, "sitemap"), id="a sitemap"),
        pytest.param(
            NewSource(name="a", url=HOME), {HOME: page(body=TEASERS)}, (HOME, HOME, "listing"), id="a list of articles"
        ),
        pytest.param(
            NewSource(name="a", url=HOME, kind="listing"), {HOME: page(alternate("/f"), TEASERS), f"{HOME}f": rss()},
            (HOME, None, "listing"), id="said to be a listing",
        ),
        pytest.param(NewSource(name="a", url=HOME), {HOME: 404}, (HOME, None, "feed"), id="not there"),
    ],
)  # fmt: skip
def test_a_line_of_a_list(row: NewSource, pages: Pages, expected: tuple[str, str | None, str]) -> None:
    world = World(pages)
    found = asyncio.run(SiteLooker(world, world.download).look(row, world.answer(row.url)))
    assert (found.source.url, found.source.site, found.source.kind) == expected
    assert found.response.url == found.source.url


def test_a_site_that_has_moved_is_judged_where_it_is() -> None:
    new = "https://new.example/"
    world = World({new: page(alternate("/f")), f"{new}f": rss(home=new)})
    looker = SiteLooker(world, world.download)
    survey = asyncio.run(looker.survey(HOME, world.answer(new)))
    assert (survey.asked, survey.findings[0].url, survey.findings[0].facts.on_site) == (HOME, f"{new}f", 1.0)
