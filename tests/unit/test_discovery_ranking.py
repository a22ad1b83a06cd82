"""Which of the sources found is the best, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discovery import Candidate, Facts, is_enough, look_at, ranked, read_facts
from crawler.discovery.candidates import candidate_of
from crawler.discovery.ranking import rate, state_of
from storewatch.errors import FeedError

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SITE = "https://www.paper.example/"
DAY = timedelta(days=1)


def feed(path: str = "feed", *, age: timedelta | None = DAY, items: int = 10, **facts: object) -> tuple:
    url = f"{SITE}{path}"
    known = {"format": "rss", "items": items, "on_site": 1.0, "in_section": 1.0, "dated": 1.0, "published": 1.0}
    newest = NOW - age if age is not None else None
    found = Facts(url=url, newest_at=newest, same_items=f"{path}{items}", **{**known, **facts})
    return candidate_of(url, "rss", "", SITE, 0, "named"), found


def sitemap(
    *,
    age: timedelta | None = DAY,
    items: int = 200,
    published: float = 0.0,
    dated: float = 1.0,
    article_like: float = 1.0,
) -> tuple:
    url = f"{SITE}sitemap.xml"
    newest = NOW - age if age is not None else None
    facts = Facts(url=url, format="sitemap", items=items, newest_at=newest, dated=dated, published=published)
    return Candidate(url=url, format="sitemap"), replace(facts, in_section=1.0, on_site=1.0, article_like=article_like)


def listing(*, age: timedelta | None = None, items: int = 20, newsroom: bool = False) -> tuple:
    url = f"{SITE}list"
    facts = Facts(url=url, format="listing", items=items, on_site=1.0, in_section=1.0)
    candidate = Candidate(url=url, format="listing", newsroom=newsroom)
    return candidate, replace(facts, newest_at=NOW - age if age else None)


def comments() -> tuple:
    return feed("comments/feed")


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        pytest.param(feed(), sitemap(), id="a feed before a sitemap"),
        pytest.param(feed(), sitemap(published=1.0), id="a feed before a news sitemap"),
        pytest.param(sitemap(published=1.0), sitemap(items=300), id="news before any sitemap"),
        pytest.param(sitemap(), listing(), id="a sitemap before a listing"),
        pytest.param(listing(), sitemap(age=None, dated=0.0), id="a listing before a sitemap without dates"),
        pytest.param(listing(newsroom=True), sitemap(article_like=0.1), id="a newsroom before products"),
        pytest.param(listing(newsroom=True, age=DAY), sitemap(), id="a newsroom before a sitemap"),
        pytest.param(listing(), sitemap(article_like=0.1), id="a listing before products"),
        pytest.param(sitemap(), feed(items=0, age=None), id="a sitemap before an empty feed"),
        pytest.param(listing(), feed(items=0, age=None), id="a listing before an empty feed"),
        pytest.param(sitemap(), feed(age=400 * DAY), id="a sitemap before a dead feed"),
        pytest.param(listing(), feed(age=400 * DAY), id="a listing before a dead feed"),
        pytest.param(feed(age=90 * DAY), sitemap(), id="a quiet blog before a sitemap"),
        pytest.param(sitemap(published=1.0), feed(age=90 * DAY), id="a news sitemap before a quiet feed"),
        pytest.param(feed("b", age=DAY), feed("a", age=90 * DAY), id="a living feed before a quiet one"),
        pytest.param(feed("feed", items=5), comments(), id="articles before comments"),
        pytest.param(sitemap(), comments(), id="a sitemap before comments"),
        pytest.param(feed(), feed("tag/phones/feed", items=20), id="the whole before a tag"),
        pytest.param(feed(), feed("podcast/feed", items=20), id="articles before a podcast"),
        pytest.param(feed(), feed("links", on_site=0.1), id="own items before links to others"),
        pytest.param(sitemap(), feed("links", on_site=0.1, age=90 * DAY), id="a sitemap before quiet links to others"),
        pytest.param(feed("full", full=1.0), feed("teasers"), id="full texts before teasers"),
        pytest.param(feed("long", items=20), feed("short", items=5), id="many before few"),
        pytest.param(feed("xml"), feed("json", format="json"), id="XML before JSON"),
        pytest.param(feed("dated"), feed("undated", age=None), id="dates before none"),
    ],
)
@pytest.mark.parametrize("turned", [False, True], ids=["better first", "worse first"])
def test_what_beats_what(better: tuple, worse: tuple, turned: bool) -> None:
    found = [worse, better] if turned else [better, worse]
    best, other = ranked(found, asked=SITE, now=NOW)
    assert best.url == better[0].url
    assert best.score > other.score


@pytest.mark.parametrize(
    ("asked", "best"),
    [
        pytest.param(SITE, "feed", id="the whole site"),
        pytest.param(f"{SITE}tag/phones/", "tag/phones/feed", id="its part"),
        pytest.param(f"{SITE}index.html", "feed", id="its front page"),
    ],
)
def test_an_address_below_the_root_asks_for_its_part(asked: str, best: str) -> None:
    whole = feed("feed", in_section=0.1 if "tag" in asked else 1.0)
    part = (candidate_of(f"{SITE}tag/phones/feed", "rss", "", asked, 0, "named"), feed("x")[1])
    assert ranked([whole, part], asked=asked, now=NOW)[0].url == f"{SITE}{best}"


@pytest.mark.parametrize(
    ("asked", "best"),
    [
        pytest.param(f"{SITE}de/", "de/feed", id="German"),
        pytest.param(f"{SITE}en", "en/feed", id="English"),
        pytest.param(SITE, "en/feed", id="the first named"),
        pytest.param(f"{SITE}fr/", "en/feed", id="one that is not there"),
    ],
)
def test_an_address_may_ask_for_a_language(asked: str, best: str) -> None:
    found = ranked([feed("en/feed"), feed("de/feed")], asked=asked, now=NOW)
    assert found[0].url == f"{SITE}{best}"


def test_equal_ones_stay_in_order() -> None:
    found = ranked([feed("b"), feed("a"), feed("c")], asked=SITE, now=NOW)
    assert [one.url for one in found] == [f"{SITE}b", f"{SITE}a", f"{SITE}c"]


def test_two_addresses_of_the_same_items_are_one_source() -> None:
    atom = (feed("atom.xml")[0], replace(feed("atom.xml")[1], format="atom", same_items="one"))
    rss = (feed("rss.xml")[0], replace(feed("rss.xml")[1], full=1.0, same_items="one"))
    best, other = ranked([atom, rss], asked=SITE, now=NOW)
    assert (best.url, best.copy_of) == (f"{SITE}rss.xml", None)
    assert other.copy_of == f"{SITE}rss.xml"
    assert "the same items as" in other.why


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        pytest.param(feed()[1], "living", id="living"),
        pytest.param(feed(age=59 * DAY)[1], "living", id="last month"),
        pytest.param(feed(age=61 * DAY)[1], "quiet", id="two months"),
        pytest.param(feed(age=366 * DAY)[1], "dead", id="a year"),
        pytest.param(feed(items=0, age=None)[1], "empty", id="no items"),
        pytest.param(feed(age=None)[1], "undated", id="no dates"),
    ],
)
def test_state_of(facts: Facts, state: str) -> None:
    assert state_of(facts, NOW) == state


@pytest.mark.parametrize(
    ("found", "asked", "expected"),
    [
        pytest.param(feed(), SITE, True, id="a living feed"),
        pytest.param(feed(age=None), SITE, True, id="a feed without dates"),
        pytest.param(feed(age=90 * DAY), SITE, False, id="a quiet feed"),
        pytest.param(feed(items=0, age=None), SITE, False, id="an empty feed"),
        pytest.param(comments(), SITE, False, id="comments"),
        pytest.param(feed("tag/x/feed"), SITE, False, id="a tag"),
        pytest.param(sitemap(published=1.0), SITE, False, id="a sitemap"),
        pytest.param(feed(in_section=0.1), f"{SITE}phones", False, id="the whole, where a part was asked for"),
        pytest.param(feed("phones/feed"), f"{SITE}phones", True, id="the part asked for"),
        pytest.param(feed("links", on_site=0.0), SITE, False, id="links to others"),
    ],
)
def test_is_enough(found: tuple, asked: str, expected: bool) -> None:
    assert is_enough(ranked([found], asked=asked, now=NOW), asked=asked) is expected


def test_reasons_are_told() -> None:
    found = rate(*feed("feed", on_site=0.2, in_section=0.0, age=400 * DAY), asked=f"{SITE}shops", now=NOW)
    assert found.why.split(", ") == [
        "named",
        "no item for a year",
        "not only of /shops",
        "most of its items are of other sites than paper.example",
    ]


# --- facts -----------------------------------------------------------------------------------------------------------

TEXT = "Words of an article that stand in the feed itself. " * 20


def rss(*items: str) -> bytes:
    return f"<rss version='2.0'><channel><title>The Paper</title>{''.join(items)}</channel></rss>".encode()


def item(link: str, *, date: str = "Mon, 23 Nov 2026 10:00:00 GMT", text: str = "A teaser.") -> str:
    return f"<item><title>T</title><link>{link}</link><pubDate>{date}</pubDate><description>{text}</description></item>"


def test_facts_of_a_feed() -> None:
    body = rss(
        item(f"{SITE}phones/1", text=TEXT),
        item(f"{SITE}phones/2", date="Sun, 22 Nov 2026 10:00:00 GMT"),
        item("https://other.example/3", date="Fri, 01 Jan 2038 10:00:00 GMT"),
        item("https://feedproxy.google.com/~r/x/4", text=TEXT),
    )
    facts = read_facts(body, url=f"{SITE}feed", asked=f"{SITE}phones/", now=NOW)
    assert (facts.format, facts.title, facts.items) == ("rss", "The Paper", 4)
    assert facts.newest_at == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert (facts.on_site, facts.in_section, facts.full) == (0.75, 0.5, 0.5)


def test_addresses_tell_articles_from_goods() -> None:
    paths = [
        "news/2026/11/24/stores",
        "blog/a-long-headline-of-words",
        "products/phone-case-in-many-bright-colours",
        "c",
    ]
    body = "".join(f"<url><loc>{SITE}{path}</loc><lastmod>2026-11-23</lastmod></url>" for path in paths)
    facts = read_facts(f"<urlset>{body}</urlset>".encode(), url=f"{SITE}sitemap.xml", asked=SITE, now=NOW)
    assert (facts.items, facts.article_like, facts.published, facts.dated) == (4, 0.5, 0.0, 1.0)


def test_a_feed_service_is_not_the_site() -> None:
    links = f"<link>{SITE}</link>{item(f'{SITE}1')}{item(f'{SITE}2')}"
    body = f"<rss version='2.0'><channel><title>The Paper</title>{links}</channel></rss>".encode()
    url = "https://feeds.service.example/paper"
    assert read_facts(body, url=url, asked=url, now=NOW).on_site == 1.0


def test_facts_of_a_page_are_no_feed() -> None:
    with pytest.raises(FeedError, match="HTML page"):
        read_facts(b"<html><body>News</body></html>", url=SITE, asked=SITE, now=NOW)


def test_a_page_is_looked_at_whole() -> None:
    html = b"""<html><head><meta name="generator" content="Hugo 1"><link rel="alternate" type="application/rss+xml"
        href="/index.xml"></head><body><p>Welcome</p></body></html>"""
    look = look_at(html, url=SITE, asked=SITE, status=200, headers={"Content-Type": "text/html"}, now=NOW)
    assert (look.kind, look.systems, look.facts, look.suspicion) == ("html", ("Hugo",), None, None)
    assert [link.url for link in look.links] == [f"{SITE}index.xml"]


ROWS = "".join(
    f'<div><h3><a href="/2026/11/{n}/a-headline-of-many-words-{n}">A headline of many words, number {n}</a></h3></div>'
    for n in range(10, 16)
)


@pytest.mark.parametrize(
    ("path", "head", "listed"),
    [
        pytest.param("news/", "", 6, id="a list"),
        pytest.param("news/", '<meta property="og:type" content="article">', 6, id="a list that calls itself article"),
        pytest.param("2026/11/20/a-headline-of-words", "", 6, id="an address like an article's"),
        pytest.param(
            "2026/11/20/a-headline-of-words", '<meta property="og:type" content="article">', None, id="an article"
        ),
        pytest.param(
            "2026/11/20/a-headline-of-words", '<meta content="article" property="og:type">', None, id="turned round"
        ),
    ],
)
def test_an_article_is_no_list_of_those_that_it_links(path: str, head: str, listed: int | None) -> None:
    html = f"<html><head>{head}</head><body><h1>News</h1>{ROWS}</body></html>".encode()
    look = look_at(html, url=f"{SITE}{path}", asked=f"{SITE}{path}", status=200, headers={}, now=NOW)
    assert (look.facts and look.facts.items) == listed


@pytest.mark.parametrize(
    ("body", "kind", "problem"),
    [
        pytest.param(b"", "empty", "empty body", id="empty"),
        pytest.param(b"%PDF-1.7\x00\x01\x02\x03", "other", "", id="pdf"),
        pytest.param(b"<rss version='2.0'><channel><item><title>cut", "feed", "", id="a feed that breaks off"),
    ],
)
def test_other_answers(body: bytes, kind: str, problem: str) -> None:
    look = look_at(body, url=SITE, asked=SITE, status=200, headers={}, now=NOW)
    assert look.kind == kind
    assert problem in look.problem


PIECES = st.sampled_from(
    [
        *(
            "<html>",
            "<head>",
            "<title>",
            "Just a moment",
            "</title>",
            "<meta name=generator content='",
            "WordPress",
            "'>",
        ),
        *(
            "<link rel=alternate type=application/rss+xml href=",
            "'/feed'>",
            "<a href='",
            "http://[::1",
            "/rss'>",
            "\x00",
        ),
        *("<base href=", "<script>", "</script>", "<noscript>", "<article>", "<input type=password>", "<rss><channel>"),
        *("<urlset>", "https://www.paper.example/2026/11/24/a-long-headline-of-words", "\ud800", "&#x0;", "<!--", "{"),
    ]
)
PAGES = st.lists(PIECES, max_size=40).map(lambda parts: "".join(parts).encode("utf-8", "replace"))


@given(st.one_of(st.binary(max_size=400), PAGES))
@settings(max_examples=150, deadline=None)
def test_whatever_comes_is_looked_at(body: bytes) -> None:
    look = look_at(body, url=SITE, asked=SITE, status=200, headers={"Content-Type": "text/html"}, now=NOW)
    assert look.kind in {"feed", "sitemap", "html", "empty", "other"}
    assert all(link.url.startswith("http") for link in look.links)


def test_a_wall_is_seen() -> None:
    body = b"<html><title>Just a moment...</title></html>"
    look = look_at(body, url=SITE, asked=SITE, status=403, headers={}, now=NOW)
    assert look.suspicion is not None
    assert look.suspicion.kind == "bot_wall"
