"""Every page of tests/data/feeds/listing against what expected.json says of it: its articles and nothing else."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.feeds import parse
from crawler.feeds.addresses import date_in_path
from crawler.feeds.anchors import pattern_of, shape_of
from storewatch.errors import FeedError
from storewatch.types import Feed, Moment

FOLDER = Path(__file__).parent.parent / "data" / "feeds" / "listing"
EXPECTED: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
FILES = sorted(path.name for path in FOLDER.iterdir() if path.name != "expected.json")
NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
URL = "https://paper.example/news/"


def read(html: str, url: str = URL) -> Feed:
    return parse(html.encode(), url=url, now=NOW, kind="listing")


def day_or_instant(moment: Moment | None) -> str | None:
    if moment is None:
        return None
    return moment.at.isoformat() if moment.precision == "instant" else moment.at.date().isoformat()


def test_every_page_has_an_expectation() -> None:
    assert sorted(EXPECTED) == FILES


@pytest.mark.parametrize("name", FILES)
def test_page(name: str) -> None:
    want = EXPECTED[name]
    if not want["entries"]:
        with pytest.raises(FeedError, match="without links to articles") as caught:
            parse((FOLDER / name).read_bytes(), url=want["url"], now=NOW, kind="listing")
        assert caught.value.reason == "not_a_feed"
        return
    feed = parse((FOLDER / name).read_bytes(), url=want["url"], now=NOW, kind="listing")
    assert [[entry.url, entry.title, day_or_instant(entry.published)] for entry in feed.entries] == want["entries"]
    assert (feed.format, feed.title, feed.generator) == ("listing", want["title"], want.get("generator", ""))
    assert dict(feed.links) == want.get("links", {})


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("kind", [None, "feed", "sitemap"])
def test_a_page_is_no_feed_for_who_expects_one(name: str, kind: Any) -> None:
    with pytest.raises(FeedError) as caught:
        parse((FOLDER / name).read_bytes(), url=EXPECTED[name]["url"], now=NOW, kind=kind)
    assert caught.value.reason == "not_a_feed"


def test_a_listing_whose_address_gives_a_feed_now_is_read_as_the_feed() -> None:
    body = "<rss version='2.0'><channel><item><title>x</title><link>/1</link></item></channel></rss>"
    assert read(body).format == "rss"


ITEM = "<li><a href='/news/{0}'>{1}</a></li>"
LINES = [
    ("2026/11/02/first-shop-opens-on-friday", "First shop opens on Friday morning"),
    ("2026/11/01/second-shop-opens-on-sunday", "Second shop opens on Sunday evening"),
    ("2026/10/30/third-shop-is-late", "The third shop is late for the season"),
]
LIST = "".join(ITEM.format(*line) for line in LINES)


@pytest.mark.parametrize(
    "more",
    [
        pytest.param(ITEM.format(*LINES[0]), id="the same article twice"),
        pytest.param("<li><a href='/news/'>All the news of this very paper</a></li>", id="itself"),
        pytest.param("<li><a href='/'>The front page of this very paper</a></li>", id="the front page"),
        pytest.param("<li><a href='#2026/11/02/to-the-top'>To the top of this page</a></li>", id="top"),
        pytest.param("<li><a href='/news/page/2026/'>The older news of this paper</a></li>", id="pager"),
        pytest.param("<li><a href='/tag/2026/11/02/shops-that-open-late'>Shops that open late</a></li>", id="tag"),
        pytest.param("<li><a href='javascript:open_news(20261102)'>A shop opens on Friday</a></li>", id="script"),
        pytest.param("<li><a href='//10.0.0.1/2026/11/02/a-shop-opens-today'>A shop opens</a></li>", id="private"),
        pytest.param("<li><a href='/news/2026/11/02/a-shop-opens-on-friday.pdf'>A shop opens</a></li>", id="pdf"),
        pytest.param("<li><a>No address at all for this long headline</a></li>", id="no href"),
        pytest.param("<li><a href='http://[::1'>A broken address for this headline</a></li>", id="broken"),
        pytest.param(
            "<!-- <a href='/news/2026/11/02/a-shop-was-taken-out'>A shop was taken out</a> -->",
            id="comment",
        ),
        pytest.param(
            "<p>The plan of the town to open one more street to shops, as <a href='/news/2026/11/01/the-plan-of-town'>"
            "we wrote a week ago</a>, is well received.</p>",
            id="reference in a text",
        ),
        pytest.param("<li><a href='/videos/a-shop-opens-on-friday-481516'>A shop opens on Friday</a></li>", id="video"),
        pytest.param(
            "<template><a href='/news/2026/11/02/a-shop-of-a-template'>A shop of a template</a></template>",
            id="template",
        ),
    ],
)
def test_what_is_no_item_of_the_list(more: str) -> None:
    feed = read(f"<html><body><ul>{LIST}{more}</ul></body></html>")
    assert [entry.url.removeprefix(URL) for entry in feed.entries] == [slug for slug, _ in LINES]
    assert feed.skipped == {}


def test_the_longest_text_of_several_links_is_the_title_and_a_summary_is_found() -> None:
    url = LINES[0][0]
    html = f"""<div class=a><a href='/news/{url}'><img alt='Picture of a shop with many people in front of it'></a>
    <a href='/news/{url}'>Shops</a><a href='/news/{url}'>First shop opens</a><a href='/news/{url}'>Read more</a>
    <p>By our reporter</p><p>Hundreds came on the first day and many of them went home without a phone.</p></div>"""
    entry = read(html + f"<ul>{LIST}</ul>").entries[0]
    assert entry.title == "First shop opens on Friday morning"
    entry = read(html + "".join(f"<div class=a>{ITEM.format(*line)}</div>" for line in LINES[1:])).entries[0]
    assert entry.title == "First shop opens"
    assert entry.summary == "Hundreds came on the first day and many of them went home without a phone."


def test_a_date_in_the_future_is_none() -> None:
    item = "<article><h2><a href='/news/{0}-is-a-long-slug-{0}'>A headline of some length {0}</a></h2>{1}</article>"
    dates = ["<time datetime='2027-01-01'></time>", "<span>3/4/2026</span>", "<time>31.10.2026</time>"]
    feed = read("".join(item.format(number, date) for number, date in enumerate(dates, 101)))
    assert [day_or_instant(entry.published) for entry in feed.entries] == [None, None, "2026-10-31"]


@pytest.mark.parametrize("body", ["<html></html>", "<p>", "<div>" * 300, "<a href='/x'>x</a>", "<ul><li></ul>"])
def test_a_page_without_articles_is_no_listing(body: str) -> None:
    with pytest.raises(FeedError) as caught:
        read(body)
    assert caught.value.reason in ("not_a_feed", "empty")


def test_200_000_nested_tags_are_no_trouble() -> None:
    with pytest.raises(FeedError, match="without links to articles"):
        read(f"<html><body>{'<div>' * 200_000}<a href='/news/1'>x</a>")


def test_very_many_links_are_bounded() -> None:
    rows = "".join(
        ITEM.format(f"{number}/a-long-slug-of-an-article", f"A headline {number}") for number in range(20_000)
    )
    feed = read(f"<ul>{rows}</ul>")
    assert len(feed.entries) == 1000
    assert feed.skipped == {"beyond_limit": 4000}


@pytest.mark.parametrize(
    ("url", "least", "most"),
    [
        ("https://a.example/2026/11/02/shop-opens", 3, 9),
        ("https://a.example/news/a-shop-opens-on-friday-morning", 3, 9),
        ("https://a.example/art_3180_771203.html", 3, 9),
        ("https://a.example/view.do?no=10234", 2, 9),
        ("https://a.example/?p=4711", 2, 9),
        ("https://a.example/小米之家在成都开出门店", 3, 9),
        ("https://a.example/phones", 0, 0),
        ("https://a.example/world/europe/", 0, 0),
    ],
)
def test_shapes_of_addresses(url: str, least: int, most: int) -> None:
    assert least <= shape_of(url) <= most


def test_articles_of_one_section_have_one_pattern() -> None:
    one, other = (
        "https://a.example/tech/2026/11/02/shop-opens-today.html?x=1",
        "https://a.example/tech/2025/01/31/b-c-d.html?x=2",
    )
    assert pattern_of(one) == pattern_of(other)
    assert pattern_of(one) != pattern_of("https://a.example/sport/2026/11/02/shop-opens-today.html?x=1")


@pytest.mark.parametrize(
    ("path", "day", "precision"),
    [
        ("/2026/11/02/slug", "2026-11-02", "day"),
        ("/news/2026-11-02-slug", "2026-11-02", "day"),
        ("/news/20261102/slug", "2026-11-02", "day"),
        ("/2026/nov/02/slug", "2026-11-02", "day"),
        ("/2026/11/slug", "2026-11-01", "month"),
        ("/2026/13/slug", None, None),
        ("/2026/02/31/slug", "2026-02-01", "month"),
        ("/a/20261102123", None, None),
        ("/kia-2026-11-review", None, None),
        ("/x?d=/2026/11/02/", None, None),
    ],
)
def test_dates_in_paths(path: str, day: str | None, precision: str | None) -> None:
    moment = date_in_path("https://a.example" + path)
    assert (moment and moment.at.date().isoformat(), moment and moment.precision) == (day, precision)
