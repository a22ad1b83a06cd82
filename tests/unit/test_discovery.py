from __future__ import annotations

import gzip

import pytest

from crawler import discovery
from crawler.discovery.candidates import links_of

SITE = "https://www.paper.example/news/"


def found(html: str) -> list[tuple[str, str]]:
    return [(candidate.url, candidate.format) for candidate in discovery.feed_links(html.encode(), url=SITE)]


def link(href: str, media_type: str = "application/rss+xml", **more: str) -> str:
    attributes = " ".join(f'{name}="{value}"' for name, value in {"href": href, "type": media_type, **more}.items())
    return f'<link rel="{more.pop("rel", "alternate")}" {attributes}>'


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param(link("/feed"), [("https://www.paper.example/feed", "rss")], id="rss"),
        pytest.param(link("a.xml", "application/atom+xml"), [(SITE + "a.xml", "atom")], id="atom, relative"),
        pytest.param(
            link("/f.json", "application/feed+json"), [("https://www.paper.example/f.json", "json")], id="json"
        ),
        pytest.param(link("/wp-json/x", "application/json"), [], id="WordPress API is no feed"),
        pytest.param(link("/de/", "text/html"), [], id="a translation is no feed"),
        pytest.param(link("javascript:feed()"), [], id="no web address"),
        pytest.param(link("//feeds.example/x"), [("https://feeds.example/x", "rss")], id="another host"),
        pytest.param(
            f'<base href="https://base.example/b/">{link("feed")}', [("https://base.example/b/feed", "rss")], id="base"
        ),
        pytest.param(
            link("/comments/feed/") + link("/feed/"),
            [("https://www.paper.example/feed/", "rss"), ("https://www.paper.example/comments/feed/", "rss")],
            id="comments come last",
        ),
        pytest.param(
            link("/tag/phones/feed/") + link("/feed/"),
            [("https://www.paper.example/feed/", "rss"), ("https://www.paper.example/tag/phones/feed/", "rss")],
            id="a tag comes after the whole",
        ),
        pytest.param(link("/feed") + link("/feed"), [("https://www.paper.example/feed", "rss")], id="twice the same"),
        pytest.param('<a href="/rss.xml">RSS</a>', [("https://www.paper.example/rss.xml", "rss")], id="a plain link"),
        pytest.param('<a href="/feeding-cats">Cats</a><a href="/newsfeeder">x</a>', [], id="words are no feeds"),
        pytest.param(
            '<a href="/rss.xml">RSS</a>' + link("/feed"),
            [("https://www.paper.example/feed", "rss"), ("https://www.paper.example/rss.xml", "rss")],
            id="declared before linked",
        ),
        pytest.param(
            '<a href="/rss/sport.xml">Sport</a><a href="/rss/all.xml">All news</a>',
            [("https://www.paper.example/rss/all.xml", "rss"), ("https://www.paper.example/rss/sport.xml", "rss")],
            id="of many the one for all",
        ),
        pytest.param(
            '<a href="https://feedly.com/i/subscription/feed/https://www.paper.example/rss.xml">Feedly</a>',
            [("https://www.paper.example/rss.xml", "rss")],
            id="the feed inside a reader's link",
        ),
        pytest.param(
            '<a href="https://social.example/dialog/feed?link=https%3A%2F%2Fwww.paper.example%2Fa%26b">Share</a>',
            [],
            id="a page inside a sharing link",
        ),
        pytest.param('<a href="https://social.example/dialog/feed?id=5">Share</a>', [], id="a feed of others"),
        pytest.param(
            '<a href="https://feeds.feedburner.com/paper/rss">RSS</a>',
            [("https://feeds.feedburner.com/paper/rss", "rss")],
            id="a host for feeds",
        ),
        pytest.param(
            link("/web-stories/feed/") + link("/rss-events.xml") + link("/feed/"),
            [
                ("https://www.paper.example/feed/", "rss"),
                ("https://www.paper.example/web-stories/feed/", "rss"),
                ("https://www.paper.example/rss-events.xml", "rss"),
            ],
            id="stories and events come after news",
        ),
        pytest.param(
            '<a href="/latest" type="application/atom+xml">Follow</a>',
            [("https://www.paper.example/latest", "rss")],
            id="a link that says its type",
        ),
        pytest.param("", [], id="empty"),
        pytest.param("plain text", [], id="no HTML"),
        pytest.param("<html><a href='http://[::1'>x</a></html>", [], id="a broken address"),
    ],
)
def test_feed_links(html: str, expected: list[tuple[str, str]]) -> None:
    assert found(html and f"<html><body>{html}</body></html>" if "<" in html else html) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param('</f.xml>; rel="alternate"; type="application/rss+xml"', ["/f.xml"], id="one"),
        pytest.param(
            '</wp-json/>; rel="https://api.w.org/", </a>; rel=alternate; title="A"; type=application/atom+xml', ["/a"],
            id="among others",
        ),
        pytest.param('</de/>; rel="alternate"; hreflang="de"', [], id="a translation"),
        pytest.param('</f.xml>; rel="preload"; type="application/rss+xml"', [], id="another relation"),
        pytest.param("<", [], id="broken"),
    ],
)  # fmt: skip
def test_feeds_of_the_link_header(header: str, expected: list[str]) -> None:
    found = links_of("<html><body>News</body></html>", url=SITE, header=header)
    assert [one.url for one in found] == [f"https://www.paper.example{path}" for path in expected]


def test_candidates_say_why() -> None:
    html = link("https://other.example/comments", title="Kommentare").encode()
    [candidate] = discovery.feed_links(b"<html>" + html, url=SITE)
    assert candidate.title == "Kommentare"
    assert candidate.why == "named by the page (link rel=alternate), comments only, on another host"


def test_a_directory_of_feeds_is_cut() -> None:
    html = "<html>" + "".join(link(f"/feed/{number}") for number in range(500))
    assert len(found(html)) == discovery.MAX_CANDIDATES


ROBOTS = """\ufeffUser-agent: *
Disallow:
Sitemap: https://www.paper.example/image-sitemap.xml
sitemap:https://www.paper.example/sitemap.xml
SITEMAP: /news-sitemap.xml
Sitemap: ftp://www.paper.example/x
Sitemap:
# Sitemap: https://www.paper.example/commented.xml
Sitemap: https://www.paper.example/sitemap.xml
"""


def test_sitemaps_of_robots() -> None:
    sitemaps = discovery.sitemaps_of(ROBOTS, url="https://www.paper.example/robots.txt")
    assert [candidate.url for candidate in sitemaps] == [
        "https://www.paper.example/news-sitemap.xml",
        "https://www.paper.example/sitemap.xml",
        "https://www.paper.example/image-sitemap.xml",
    ]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<rss version='2.0'/>", "feed"),
        (b"<?xml version='1.0'?><!-- x --><feed xmlns='http://www.w3.org/2005/Atom'/>", "feed"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": []}', "feed"),
        (b"<urlset/>", "sitemap"),
        (b"<sitemapindex/>", "sitemap"),
        (gzip.compress(b"<urlset/>", mtime=0), "sitemap"),
        (b"<!doctype html><title>x</title>", "html"),
        (b"\n <HTML><body>", "html"),
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"hello", "other"),
        (b'{"a": 1}', "other"),
        (b"%PDF-1.4\x00\x01\x02\x03\x04\x05\x06", "other"),
    ],
)
def test_kind_of(body: bytes, kind: str) -> None:
    assert discovery.kind_of(body, url=SITE) == kind
