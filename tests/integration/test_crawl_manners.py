"""What a crawl does not do: ask what robots.txt forbids, or a host that wants to be left alone."""

from __future__ import annotations

import json
from pathlib import Path

from support.crawling import article, world
from support.site import Reply, Site

ROBOTS = "User-agent: storewatch\nDisallow: /hidden\n\nUser-agent: *\nDisallow: /"


def test_robots_and_retry_after(tmp_path: Path) -> None:
    crawls = world(tmp_path, FETCH__CONTACT="desk@storewatch.example")
    with Site(hosts=4) as site:
        site.add("/robots.txt", Reply(ROBOTS, content_type="text/plain"))
        feeds = [site.feed("/feed", ["/open", "/hidden/1"])]
        site.add("/open", article(1))
        # A host that is busy after the first page: the others of its pages wait, and use up none of their tries.
        feeds.append(site.feed("/feed", [f"/busy-{number}" for number in range(12)], host=1))
        for number in range(12):
            site.add(f"/busy-{number}", Reply(status=503, headers={"Retry-After": "900"}), host=1)
        # robots.txt that is missing allows, one that cannot be had forbids.
        feeds.append(site.feed("/feed", ["/free"], host=2))
        site.add("/free", article(2), host=2)
        site.add("/robots.txt", Reply(status=500), host=3)
        feeds.append(site.feed("/feed", [], host=3))
        outcome = crawls.crawl(feeds)
        pages = crawls.pages()
        assert pages[site.url("/open")][0] == pages[site.url("/free", host=2)][0] == "stored"
        assert pages[site.url("/hidden/1")] == ("failed", "robots")
        assert not site.asked("/hidden/1")
        assert crawls.polls(outcome.run_id)[site.url("/feed", host=3)] == ("failed", "robots_unread")
        assert {asked.headers["user-agent"] for asked in site.log} == {"storewatch/0.1.0 (+desk@storewatch.example)"}
        assert not [asked for asked in site.log if "cookie" in asked.headers or "referer" in asked.headers]
        # At most what was under way when the first answer came.
        assert 1 <= sum(len(site.asked(f"/busy-{number}")) for number in range(12)) <= 4
    waiting = crawls.rows("SELECT attempts, count(*) FROM pages WHERE host = '127.0.0.2' GROUP BY attempts")
    assert dict(waiting).get(0, 0) >= 8
    assert crawls.rows("SELECT count(*) FROM hosts WHERE host = '127.0.0.2' AND not_before IS NOT NULL") == [(1,)]
    assert [line for line in outcome.lines if "pages: their hosts asked not to be asked before a later time" in line]


def test_page_without_storing_prints_what_it_says(tmp_path: Path) -> None:
    crawls = world(tmp_path)
    with Site() as site:
        url = site.add("/a", article(7))
        gone = site.url("/gone")
        result = crawls.scrapy("crawl", "page", "-a", f"url={url} {gone}", "-a", "store=0")
    read, missing = sorted(map(json.loads, result.stdout.splitlines()), key=lambda line: "error" in line)
    assert (read["url"], read["title"], read["relevant"]) == (url, "Xiaomi opens 7 stores in Lindental", True)
    assert read["text"].startswith("Xiaomi will open 7 new Mi stores in Lindental")
    assert missing == {"url": gone, "error": "is not there (HTTP 404)", "reason": "http_404", "text": None}
    assert result.stderr == f"page {gone}: is not there (HTTP 404)\n"
    assert not Path(crawls.database).exists()


def test_page_is_stored(tmp_path: Path) -> None:
    crawls = world(tmp_path)
    with Site() as site:
        url = site.add("/a", article(8))
        result = crawls.scrapy("crawl", "page", "-a", f"url={url}")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert crawls.rows("SELECT url FROM v_articles") == [(url,)]


def test_discover_names_what_can_be_followed(tmp_path: Path) -> None:
    crawls = world(tmp_path)
    links = (
        "<link rel='alternate' type='application/rss+xml' title='Comments' href='/comments/feed'>"
        "<link rel='alternate' type='application/atom+xml' title='All news' href='/atom.xml'>"
        "<link rel='alternate' type='application/rss+xml' title='Broken' href='/broken.rss'>"
    )
    with Site(hosts=2) as site:
        site.add("/", f"<html><head>{links}</head><body><a href='/blog/feed/'>RSS</a></body></html>")
        site.feed("/comments/feed", ["/c1"])
        site.feed("/atom.xml", ["/a1", "/a2"])
        site.feed("/blog/feed/", ["/b1"])
        nothing = site.add("/", "<html><body>nothing</body></html>", host=1)
        result = crawls.scrapy("crawl", "discover", "-a", f"url={site.url('/')} {nothing}")
        found = [json.loads(line) for line in result.stdout.splitlines()]
        assert [line["url"] for line in found if line["asked"] == site.url("/")] == [
            site.url("/atom.xml"),
            site.url("/comments/feed"),
            site.url("/blog/feed/"),
        ]
        best = next(line for line in found if line["url"] == site.url("/atom.xml"))
        assert (best["title"], best["items"], best["kind"]) == ("All news", 2, "feed")
        assert best["why"] == "named by the page (link rel=alternate)"
    [error] = [line["error"] for line in found if line["asked"] == nothing]
    assert error == "is an HTML page; it names no feed, and its robots.txt no sitemap, that can be read"
