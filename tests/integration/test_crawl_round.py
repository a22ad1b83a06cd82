"""Feed -> page -> article -> database through real crawls, and what a second crawl does."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.crawling import Crawled, World, article, world
from support.site import Reply, Site

from crawler.sources import catalogue
from storewatch.db import queries
from storewatch.db.store import open_store
from storewatch.types import NewSource

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Atom paper</title>
<entry><title>By Atom</title><id>1</id>
<link href="/atom-1"/><published>2026-11-02T10:00:00+02:00</published></entry></feed>"""
JSON = '{{"version": "https://jsonfeed.org/version/1.1", "title": "JSON", "items": [{{"id": "1", "url": "{}"}}]}}'
SITE = "<html><head><link rel='alternate' type='application/rss+xml' href='/the-feed'></head><body>News</body></html>"
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
  <sitemap><loc>/archive-2020.xml</loc><lastmod>2020-12-31</lastmod></sitemap>
  <sitemap><loc>/news.xml</loc><lastmod>2026-11-02</lastmod></sitemap></sitemapindex>"""
NEWS_SITEMAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
  xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>{}</loc><news:news>
  <news:publication_date>2026-11-02</news:publication_date><news:title>By sitemap</news:title>
  </news:news></url></urlset>"""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site(hosts=5) as site:
        for number in range(3):
            site.add(f"/rss-{number}", article(number + 2))
        site.feed("/rss", {f"/rss-{number}": f"Item {number}" for number in range(3)})
        site.add(
            "/atom",
            Reply(ATOM, content_type="application/atom+xml", last_modified="Mon, 02 Nov 2026 08:00:00 GMT"),
            host=1,
        )
        site.add("/atom-1", article(12), host=1)
        site.add(
            "/json", Reply(JSON.format(site.url("/json-1", host=2)), content_type="application/json", etag=True), host=2
        )
        site.add("/json-1", article(22), host=2)
        site.add("/", SITE, host=3)
        site.feed("/the-feed", ["/found-1"], host=3)
        site.add("/found-1", article(32), host=3)
        site.add("/", "<html><body>A site without any feed</body></html>", host=4)
        site.add(
            "/robots.txt",
            Reply(f"User-agent: *\nSitemap: {site.url('/sitemaps.xml', host=4)}", content_type="text/plain"),
            host=4,
        )
        site.add("/sitemaps.xml", Reply(INDEX, content_type="application/xml", etag=True), host=4)
        site.add(
            "/news.xml",
            Reply(NEWS_SITEMAP.format(site.url("/mapped-1", host=4)), content_type="application/xml", etag=True),
            host=4,
        )
        site.add("/mapped-1", article(42), host=4)
        yield site


@pytest.fixture(scope="module")
def first(site: Site, tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Crawled]:
    crawls = world(tmp_path_factory.mktemp("round"))
    return crawls, crawls.crawl(lines(site))


def lines(site: Site) -> list[str]:
    return [
        site.url("/rss"),
        site.url("/atom", host=1),
        site.url("/json", host=2),
        site.url("/", host=3),
        site.url("/", host=4),
    ]


def test_every_format_brings_its_articles(site: Site, first: tuple[World, Crawled]) -> None:
    crawls, outcome = first
    assert (outcome.exit_code, outcome.reason) == (0, "finished")
    stored = {url.rpartition("/")[2]: state for url, (state, _) in crawls.pages().items()}
    assert stored == dict.fromkeys(["rss-0", "rss-1", "rss-2", "atom-1", "json-1", "found-1", "mapped-1"], "stored")
    assert len(crawls.rows("SELECT * FROM v_articles")) == 7


def test_sites_are_followed_by_what_they_name(site: Site, first: tuple[World, Crawled]) -> None:
    crawls, _ = first
    found = crawls.rows("SELECT url, site, kind, added_by FROM sources ORDER BY kind, url")
    assert (site.url("/the-feed", host=3), site.url("/", host=3), "feed", "file") in found
    assert (site.url("/sitemaps.xml", host=4), site.url("/", host=4), "sitemap", "file") in found


def test_what_the_feed_said_is_kept_with_its_page(first: tuple[World, Crawled]) -> None:
    crawls, _ = first
    titles = dict(crawls.rows("SELECT url, entry_title FROM pages"))
    assert {url.rpartition("/")[2]: title for url, title in titles.items()}["rss-1"] == "Item 1"


def test_a_second_crawl_polls_with_304_and_adds_nothing(site: Site, first: tuple[World, Crawled]) -> None:
    crawls, _ = first
    before = crawls.rows("SELECT * FROM v_articles"), crawls.rows("SELECT * FROM v_events")
    asked = len(site.log)
    outcome = crawls.crawl(lines(site))
    assert outcome.exit_code == 0
    again = [(one.path, one.status) for one in site.log[asked:] if one.path != "/robots.txt"]
    assert sorted(again) == [(path, 304) for path in ("/atom", "/json", "/rss", "/sitemaps.xml", "/the-feed")]
    assert {outcome for outcome, _ in crawls.polls(outcome.run_id).values()} == {"unchanged"}
    assert (crawls.rows("SELECT * FROM v_articles"), crawls.rows("SELECT * FROM v_events")) == before


def test_pages_over_the_limit_wait_for_the_next_run(site: Site, tmp_path: Path) -> None:
    crawls = world(tmp_path)
    crawls.crawl([site.url("/rss")], RUN__PAGE_LIMIT="2")
    assert sorted(state for state, _ in crawls.pages().values()) == ["pending", "stored", "stored"]
    result = crawls.scrapy(
        "crawl", "feeds", "-a", "sources=" + crawls.rows("SELECT name FROM sources WHERE added_by = 'file'")[0][0]
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert {state for state, _ in crawls.pages().values()} == {"stored"}


def test_an_unknown_source_is_named(tmp_path: Path) -> None:
    outcome = world(tmp_path).spider("feeds", {"sources": "golem-news,no-such-paper"})
    assert outcome.exit_code == 2
    [line] = outcome.lines
    assert line.endswith("no-such-paper: no source has this name (storewatch sources list shows the names)")


@pytest.mark.needs_postgres
def test_the_same_on_postgresql(site: Site, tmp_path: Path, postgres_url: str) -> None:
    crawls = world(tmp_path, DATABASE__URL=postgres_url)
    first = crawls.crawl(lines(site))
    again = crawls.crawl(lines(site))
    assert (first.exit_code, first.lines, again.exit_code, again.lines) == (0, (), 0, ())
    with open_store(postgres_url, create=False) as store:
        assert len(tuple(queries.articles(store))) == 7
        newest, oldest = store.runs(2)
    assert (oldest.counts.polls_ok, oldest.counts.pages_new, oldest.counts.relevant) == (5, 7, 7)
    assert (newest.counts.polls_unchanged, newest.counts.pages_new, newest.counts.relevant) == (5, 0, 0)


def test_a_known_failure_is_told_once_and_then_silent(site: Site, tmp_path: Path) -> None:
    crawls = world(tmp_path)
    with open_store(crawls.database) as store:
        now = datetime.now(UTC)
        store.sync_catalogue(catalogue(), now)
        for source in catalogue():
            store.set_enabled(source.name, False)
        store.add_source(NewSource(name="gone", url=site.url("/gone")), now)
        store.add_source(NewSource(name="alive", url=site.url("/rss")), now)
    first = crawls.crawl()
    assert (first.exit_code, first.lines) == (
        3,
        (f"[run 1 gone] feed gone <{site.url('/gone')}>: is not there (HTTP 404)",),
    )
    connection = sqlite3.connect(crawls.database)
    connection.execute("UPDATE sources SET next_poll_at = NULL")
    connection.commit()
    connection.close()
    # Under cron nobody wants to read it again and again; who asks for it is told.
    second = crawls.crawl()
    assert (second.exit_code, second.lines) == (0, ())
    assert crawls.rows("SELECT problems FROM runs ORDER BY run_id DESC")[0][0].count("HTTP 404") == 1
    assert len(crawls.spider("feeds", {"sources": "gone"}).lines) == 1


def test_fetched_pages_are_kept_for_so_many_days_and_articles_for_ever(site: Site, tmp_path: Path) -> None:
    crawls = world(tmp_path)
    crawls.crawl([site.url("/rss")])
    articles = crawls.rows("SELECT url, text FROM v_articles ORDER BY url")
    assert len(crawls.rows("SELECT page_id FROM page_bodies")) == len(articles) == 3
    crawls.crawl([site.url("/rss")], KEEP__DAYS="0")
    assert crawls.rows("SELECT page_id FROM page_bodies") == []
    assert crawls.rows("SELECT url, text FROM v_articles ORDER BY url") == articles
