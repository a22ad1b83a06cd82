"""One crawl over everything that can be wrong with a feed and with a page: each has its line and its reason code, and
what is sound beside it is stored."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.crawling import Crawled, World, article, world
from support.site import Reply, Site

RSS = "application/rss+xml"
FEEDS = {
    "html": Reply("<html><body>Nothing to follow</body></html>"),
    "empty": Reply(b"", content_type=RSS),
    "404": Reply(status=404),
    "500": Reply(status=500),
    "429": Reply(status=429, headers={"Retry-After": "3600"}),
    "hangs": Reply(hang=True),
    "20mb": Reply(b"<rss version='2.0'><channel><item/>" * 1000, content_type=RSS, repeat=600),
    "8mb": Reply(b"<rss version='2.0'><channel>" + b"<item><title>x</title></item>" * 300_000, content_type=RSS),
    "resets": Reply(reset=True),
    "garbage": Reply(raw=b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
    "circle": Reply(status=302, headers={"Location": "circle"}),
    "xml": Reply("<?xml version='1.0'?><note>no feed</note>", content_type="text/xml"),
    "disallowed": Reply("never asked for"),
}
FEED_REASONS = {
    "html": (
        "not_a_feed",
        "is an HTML page; it names no feed, none lies where feeds usually lie, there is no sitemap, "
        "and no links on it that could be told to be articles",
    ),
    "empty": ("empty", "the server sent an empty body instead of a feed"),
    "404": ("http_404", "is not there (HTTP 404)"),
    "500": ("http_500", "the server failed (HTTP 500)"),
    "429": ("http_429", "we ask too often (HTTP 429)"),
    "hangs": ("timeout", "it did not answer in time"),
    "20mb": ("too_large", "is too large: over 10 MB"),
    "8mb": ("too_large", "is larger than 5 MB (8.7 MB)"),
    "resets": ("broken", "the answer broke off or was no HTTP"),
    "garbage": ("broken", "the answer broke off or was no HTTP"),
    "circle": ("redirects", "more than 5 redirects"),
    "xml": ("not_a_feed", "is XML, but no feed format that is known here"),
    "disallowed": ("robots", "its robots.txt does not allow it"),
}
PAGES = {
    "pdf": Reply(b"%PDF-1.7", content_type="application/pdf"),
    "disguised": Reply(b"%PDF-1.7 and more of it", content_type="text/html"),
    "picture": Reply(b"\x89PNG", content_type="image/png", gzip=True),
    "nothing": Reply(b""),
    "30mb": Reply(b"x" * 30_000, repeat=1000),
    "endless": Reply(b"<p>and on</p>" * 10_000, repeat=1000, endless=True),
    "bomb": Reply(gzip.compress(b"\0" * 40_000_000), headers={"Content-Encoding": "gzip"}),
    "gone": Reply(status=410),
    "fails": Reply(status=502),
    "slow": Reply(hang=True),
    "cut": Reply(article(3), cut=200),
    "badgzip": Reply(b"\x1f\x8bno gzip at all", headers={"Content-Encoding": "gzip"}),
    "tofile": Reply(status=302, headers={"Location": "file:///etc/hostname"}),
    "closed": Reply("never asked for"),
}
PAGE_REASONS = {
    "pdf": ("failed", "not_html", "is no HTML page: Content-Type application/pdf"),
    "disguised": ("rejected", "not_html", ""),
    "picture": ("failed", "not_html", "is no HTML page: Content-Type image/png"),
    "nothing": ("rejected", "empty", ""),
    "30mb": ("failed", "too_large", "is too large: over 10 MB"),
    "endless": ("failed", "too_large", "is too large"),
    "bomb": ("failed", "too_large", "is too large: over 10 MB"),
    "gone": ("failed", "http_410", "is gone for good (HTTP 410)"),
    "fails": ("pending", "http_502", "the server failed (HTTP 502)"),
    "slow": ("pending", "timeout", "it did not answer in time"),
    "cut": ("pending", "broken", "the answer broke off or was no HTTP"),
    "badgzip": ("pending", "broken", "the answer broke off or was no HTTP"),
    "tofile": ("pending", "http_302", "a redirect to nowhere (HTTP 302)"),
    "closed": ("failed", "robots", "its robots.txt does not allow it"),
}
ROBOTS = "User-agent: *\nDisallow: /disallowed\nDisallow: /closed"
SOUND = ("sound", "before-the-cut", "latin", "without-title")


@dataclass(frozen=True)
class BadWorld:
    world: World
    crawl: Crawled
    site: Site

    def line_of(self, url: str) -> str:
        [line] = [line for line in self.crawl.lines if f"{url}:" in line or f"<{url}>:" in line]
        return line


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> BadWorld:
    crawls = world(tmp_path_factory.mktemp("bad"), FETCH__TIMEOUT_S="2")
    with Site(hosts=3) as site:
        feeds = bad_feeds(site) + odd_feeds(site)
        for name, reply in PAGES.items():
            site.add(f"/{name}", reply)
        for number, name in enumerate(SOUND):
            body = article(number + 50, town="Köln").encode("latin-1")
            site.add(f"/{name}", Reply(body, content_type="text/html; charset=ISO-8859-1"))
        feeds.append(site.feed("/good", [f"/{name}" for name in ("sound", *PAGES)]))
        return BadWorld(crawls, crawls.crawl(feeds), site)


def bad_feeds(site: Site) -> list[str]:
    site.add("/robots.txt", Reply(ROBOTS, content_type="text/plain"))
    site.add("/robots.txt", Reply(status=503), host=1)
    feeds = [site.add(f"/{name}", reply, host=2 if name == "429" else 0) for name, reply in FEEDS.items()]
    return [*feeds, site.url("/unread-robots", host=1), "http://no-such-host.invalid/feed"]


def odd_feeds(site: Site) -> list[str]:
    """Feeds with a fault that leaves something to read."""
    item = "<item><title>{}</title><link>{}</link></item>"
    whole = item.format("whole", site.url("/before-the-cut"))
    site.add(
        "/truncated", Reply(f"<rss version='2.0'><channel><title>t</title>{whole}<item><link>http://", content_type=RSS)
    )
    cheese = item.format("Käse in Köln", site.url("/latin"))
    latin = f"<rss version='2.0'><channel><title>Größe</title>{cheese}</channel></rss>"
    site.add("/latin1", Reply(latin.encode("latin-1"), content_type="text/xml"))
    holes = f"<item><title>no address</title></item><item><link>{site.url('/without-title')}</link></item>"
    site.add("/holes", Reply(f"<rss version='2.0'><channel><title>t</title>{holes}</channel></rss>", content_type=RSS))
    site.feed("/no-items", [])
    return [site.url(path) for path in ("/truncated", "/latin1", "/holes", "/no-items")]


def url_of(crawled: BadWorld, name: str) -> str:
    return crawled.site.url(f"/{name}", host=2 if name == "429" else 0)


@pytest.mark.parametrize("name", FEEDS)
def test_bad_feed(crawled: BadWorld, name: str) -> None:
    reason, sentence = FEED_REASONS[name]
    url = url_of(crawled, name)
    assert crawled.world.polls(crawled.crawl.run_id)[url] == ("failed", reason)
    assert crawled.line_of(url).endswith(f"<{url}>: {sentence}")


def test_unknown_host_and_unread_robots(crawled: BadWorld) -> None:
    polls = crawled.world.polls(crawled.crawl.run_id)
    assert polls["http://no-such-host.invalid/feed"] == ("failed", "dns")
    assert polls[crawled.site.url("/unread-robots", host=1)] == ("failed", "robots_unread")
    assert crawled.line_of("http://no-such-host.invalid/feed").endswith("the host name could not be resolved")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("truncated", "1 of 2 items skipped: the feed breaks off there"),
        ("holes", "1 of 2 items skipped: without an address"),
        ("no-items", "is a feed without any items"),
    ],
)
def test_odd_feed_is_read_and_told(crawled: BadWorld, name: str, sentence: str) -> None:
    url = url_of(crawled, name)
    assert crawled.world.polls(crawled.crawl.run_id)[url] == ("ok", None)
    assert crawled.line_of(url).endswith(f"<{url}>: {sentence}")


@pytest.mark.parametrize("name", PAGES)
def test_bad_page(crawled: BadWorld, name: str) -> None:
    state, reason, sentence = PAGE_REASONS[name]
    url = url_of(crawled, name)
    assert crawled.world.pages()[url] == (state, reason)
    assert f"-good] page {url}: {sentence}" in crawled.line_of(url)


def test_what_is_disallowed_is_not_asked_for(crawled: BadWorld) -> None:
    assert not crawled.site.asked("/disallowed") + crawled.site.asked("/closed") + crawled.site.asked("/unread-robots")


def test_only_what_may_pass_soon_is_asked_for_again(crawled: BadWorld) -> None:
    times = {
        name: len(crawled.site.asked(f"/{name}")) for name in ("fails", "cut", "500", "429", "slow", "hangs", "404")
    }
    assert times == {"fails": 3, "cut": 3, "500": 3, "429": 1, "slow": 1, "hangs": 1, "404": 1}


def test_what_is_sound_is_stored(crawled: BadWorld) -> None:
    pages = crawled.world.pages()
    assert {pages[url_of(crawled, name)][0] for name in SOUND} == {"stored"}
    titles = {title for (title,) in crawled.world.rows("SELECT title FROM v_articles")}
    assert titles == {f"Xiaomi opens {number + 50} stores in Köln" for number in range(len(SOUND))}


def test_the_run_says_so(crawled: BadWorld) -> None:
    assert crawled.crawl.exit_code == 3
    [(reason, code, problems)] = crawled.world.rows("SELECT finish_reason, exit_code, problems FROM runs")
    assert (reason, code) == ("finished", 3)
    assert problems.count("HTTP 404") == 1
    assert not [line for line in crawled.crawl.lines if "Traceback" in line]
    assert len(crawled.crawl.lines) == len(FEEDS) + 2 + 3 + len(PAGES)


def test_no_network_at_all_is_one_line(tmp_path: Path) -> None:
    crawls = world(tmp_path)
    outcome = crawls.crawl([f"http://paper-{number}.invalid/feed" for number in range(276)])
    assert outcome.exit_code == 1
    assert outcome.lines == ("[run 1] 276 feeds: host names could not be resolved - no network?",)
    # It was not the sources' fault: the next run asks them all again.
    assert crawls.rows("SELECT count(*) FROM sources WHERE next_poll_at > last_polled_at") == [(0,)]
