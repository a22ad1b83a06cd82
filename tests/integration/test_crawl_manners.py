"""What a crawl does not do: ask what robots.txt forbids, or a host that wants to be left alone."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from support.crawling import article, world
from support.site import Reply, Site

from storewatch.db.store import open_store

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
        # At most the four that were under way when the first answer came.
        assert 1 <= sum(len(site.asked(f"/busy-{number}")) for number in range(12)) <= 4
    waiting = crawls.rows("SELECT attempts, count(*) FROM pages WHERE host = '127.0.0.2' GROUP BY attempts")
    assert dict(waiting).get(0, 0) >= 8
    assert crawls.rows("SELECT count(*) FROM hosts WHERE host = '127.0.0.2' AND not_before IS NOT NULL") == [(1,)]
    assert [line for line in outcome.lines if "pages: their hosts asked not to be asked before a later time" in line]


def test_robots_txt_is_asked_for_once_a_day(tmp_path: Path) -> None:
    crawls = world(tmp_path)
    with Site(hosts=2) as site:
        site.add("/robots.txt", Reply(ROBOTS, content_type="text/plain"))
        site.add("/robots.txt", Reply(status=503), host=1)
        feeds = [site.feed("/feed", ["/hidden/1"]), site.feed("/feed", [], host=1)]
        first, second = crawls.crawl(feeds), crawls.crawl(feeds)
        assert [len(site.asked("/robots.txt", host=host)) for host in (0, 1)] == [1, 1]
        assert [asked.status for asked in site.asked("/feed")] == [200, 304]
        for outcome in (first, second):
            assert crawls.polls(outcome.run_id)[site.url("/feed", host=1)] == ("failed", "robots_unread")
        # What only prints shares the memory.
        crawls.scrapy("crawl", "page", "-a", f"url={site.url('/hidden/2')}", "-a", "store=0")
        assert len(site.asked("/robots.txt", host=0)) == 1
        assert not site.asked("/hidden/2")


def test_a_host_that_wants_to_be_left_alone_is_in_the_next_run_too(tmp_path: Path) -> None:
    crawls = world(tmp_path)
    with Site(hosts=2) as site:
        feeds = [
            site.add("/feed", Reply(status=429, headers={"Retry-After": "900"})),
            site.add("/other", Reply(status=429)),
            site.feed("/feed", [], host=1),
        ]
        crawls.crawl(feeds[:1])
        before = len(site.log)
        outcome = crawls.crawl(feeds)
        assert {asked.host for asked in site.log[before:]} == {site.addresses[1]}
    assert [line for line in outcome.lines if "its host asked not to be asked before a later time" in line]


def closeness(times: list[float]) -> tuple[float, float]:
    """The smallest and the mean distance of requests, in seconds."""
    times = sorted(times)
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    return min(gaps), sum(gaps) / len(gaps)


def test_two_processes_together_keep_the_delay_of_a_host(tmp_path: Path) -> None:
    delay_s = 0.25
    crawls = world(tmp_path, FETCH__DELAY_S=str(delay_s))
    open_store(crawls.database).close()
    with Site(hosts=2) as site:
        feeds, read = [], []
        for host in (0, 1):
            paths = [f"/story-{number}" for number in range(6)]
            feeds.append(site.feed("/feed", paths, host=host))
            for path in paths:
                site.add(path, article(1), host=host)
            # Enough of them that the crawl, which starts at the same time, is at it while they are.
            read += [site.add(f"/read-{number}", article(2), host=host) for number in range(12)]
        others = crawls.start_scrapy("crawl", "page", "-a", f"url={' '.join(read)}", "-a", "store=0")
        crawls.crawl(feeds)
        said, complaints = others.communicate(timeout=60)
        assert complaints == ""
        assert len(said.splitlines()) == 24
        for host in site.addresses:
            asked = [one for one in site.log if one.host == host]
            assert {one.path.partition("-")[0] for one in asked} == {"/robots.txt", "/feed", "/story", "/read"}
            # Nobody came too early. The machine may be late by something, but not for all of them.
            least, mean = closeness([one.at for one in asked])
            assert least > 0.3 * delay_s
            assert mean > 0.98 * delay_s


def test_crawl_delay_binds_all_feeds_of_a_host(tmp_path: Path) -> None:
    crawls = world(tmp_path)
    with Site() as site:
        site.add("/robots.txt", Reply("User-agent: *\nCrawl-delay: 0.3", content_type="text/plain"))
        feeds = [site.feed(f"/feed-{number}", []) for number in range(6)]
        crawls.crawl(feeds)
        least, mean = closeness([asked.at for asked in site.log if asked.path.startswith("/feed")])
    assert least > 0.1
    assert mean > 0.29


def test_headers_and_cookies_of_a_source_reach_its_own_host_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINDENTAL_TOKEN", "token-4711")
    with Site(hosts=2) as site:
        site.add("/moved", Reply(status=302, headers={"Location": site.url("/target", host=1)}))
        site.add("/target", article(2), host=1)
        site.add("/a", article(1))
        feed = site.feed("/feed", ["/a", "/moved", site.url("/foreign", host=1)])
        rows = tmp_path / "feeds.jsonl"
        rows.write_text(json.dumps({"name": "lindental", "url": feed}), encoding="utf-8")
        tables = {"headers": {"X-Token": "env:LINDENTAL_TOKEN"}, "cookies": {"consent": "yes"}}
        crawls = world(tmp_path, SOURCES=json.dumps({"lindental": tables}))
        # The first poll of a file's line makes its source.
        for _ in range(2):
            outcome = crawls.spider("feeds", {"feeds_file": str(rows)})
            assert outcome.exit_code == 0
        carried = {asked.path for asked in site.log if asked.headers.get("x-token") == "token-4711"}
        assert carried == {asked.path for asked in site.log if asked.headers.get("cookie") == "consent=yes"}
        assert carried == {"/feed", "/a", "/moved"}
        assert {"/target", "/foreign", "/robots.txt"} <= {asked.path for asked in site.log}
        assert "4711" not in "".join(outcome.lines)
        # A variable that is missing, and a source that there is not, are told before anything is asked for.
        before = len(site.log)
        monkeypatch.delenv("LINDENTAL_TOKEN")
        missing = crawls.spider("feeds", {"feeds_file": str(rows)})
        nobody = crawls.spider("feeds", {"feeds_file": str(rows)}, SOURCES='{"lindentall": {}}')
        assert len(site.log) == before
    assert (missing.exit_code, nobody.exit_code) == (2, 2)
    assert missing.lines == (
        "sources.lindental.headers.X-Token (environment STOREWATCH_SOURCES): the environment variable LINDENTAL_TOKEN "
        "is not set (set it for lindental)",
    )
    assert "did you mean sources.lindental?" in nobody.lines[0]


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
