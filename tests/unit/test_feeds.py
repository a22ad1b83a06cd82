"""Every file of tests/data/feeds against what expected.json says of it, then headers, limits and arbitrary bytes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.feeds import MAX_BYTES, parse
from storewatch.errors import FeedError
from storewatch.types import Feed, FeedEntry, Moment

FOLDER = Path(__file__).parent.parent / "data" / "feeds"
EXPECTED: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
FILES = sorted(path.name for path in FOLDER.iterdir() if path.is_file() and path.name != "expected.json")
NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
URL = "https://feed.example/news/feed"


def read(body: bytes, content_type: str | None = None) -> Feed:
    return parse(body, url=URL, content_type=content_type, now=NOW)


def moment(at: Moment | None) -> list[Any] | None:
    return [at.at.isoformat(), at.offset_min, at.precision] if at else None


def shown(entry: FeedEntry) -> dict[str, Any]:
    """An entry as expected.json writes it: empty fields left out."""
    fields = {
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "guid": entry.guid,
        "published": moment(entry.published),
        "updated": moment(entry.updated),
        "authors": list(entry.authors),
        "content_html": entry.content_html,
    }
    return {name: value for name, value in fields.items() if value}


def test_every_file_has_an_expectation() -> None:
    assert sorted(EXPECTED) == FILES


@pytest.mark.parametrize("name", FILES)
def test_file(name: str) -> None:
    want = EXPECTED[name]
    body = (FOLDER / name).read_bytes()
    if "error" in want:
        with pytest.raises(FeedError) as caught:
            read(body)
        assert caught.value.reason == want["error"]
        assert str(caught.value).startswith(URL + ": ")
        return
    feed = read(body)
    assert (feed.format, feed.title) == (want["format"], want["title"])
    assert feed.ttl_s == want.get("ttl_s")
    assert feed.generator == want.get("generator", "")
    assert dict(feed.links) == want.get("links", {})
    assert dict(feed.skipped) == want.get("skipped", {})
    assert len(feed.entries) == want.get("count", len(want["entries"]))
    assert [shown(entry) for entry in feed.entries[: len(want["entries"])]] == want["entries"]


ITEM = "<rss version='2.0'><channel><item><title>{}</title><link>https://feed.example/1</link></item></channel></rss>"


@pytest.mark.parametrize(
    ("encoding", "header"),
    [
        ("cp1252", "application/rss+xml; charset=windows-1252"),
        ("cp1252", "text/xml; charset=ISO-8859-1"),
        ("utf-8", "text/xml; charset=us-ascii"),
        ("utf-8", "text/html; charset=iso-8859-1"),
        ("utf-8", 'application/xml; charset="utf-8"'),
        ("utf-16", "application/xml; charset=nonsense"),
        ("utf-8-sig", None),
    ],
)
def test_charset_of_the_header_is_a_hint(encoding: str, header: str | None) -> None:
    feed = read(ITEM.format("Größe – ü").encode(encoding), header)
    assert feed.entries[0].title == "Größe – ü"


@pytest.mark.parametrize(
    ("encoding", "title"),
    [
        ("cp1252", "Käse in Köln"),
        ("cp1252", "Été à Genève : la première boutique"),
        ("cp1252", "ñandú año"),
        ("cp1251", "Магазин открылся в Москве"),
        ("koi8_r", "Магазин открылся в Москве"),
        ("gb18030", "小米之家在深圳开业"),
        ("shift_jis", "直営店を開く"),
        ("euc_kr", "직영점을 연다"),
    ],
)
def test_undeclared_charsets_are_guessed(encoding: str, title: str) -> None:
    assert read(ITEM.format(title).encode(encoding)).entries[0].title == title


def test_feed_is_read_whatever_the_content_type_says() -> None:
    assert len(read(ITEM.format("x").encode(), "text/html").entries) == 1


def test_too_large_feed_is_refused_before_it_is_parsed() -> None:
    body = b"<rss version='2.0'><channel>" + b"<item><title>x</title></item>" * (MAX_BYTES // 29 + 1)
    with pytest.raises(FeedError, match=r"larger than 5 MB") as caught:
        read(body)
    assert caught.value.reason == "too_large"


def test_gzip_bomb_is_refused() -> None:
    import gzip

    body = gzip.compress(b"<rss>" + b" " * 60_000_000, compresslevel=9)
    with pytest.raises(FeedError) as caught:
        read(body)
    assert caught.value.reason == "too_large"


def test_the_clock_is_used_when_no_time_is_given() -> None:
    body = ITEM.format("</title><pubDate>Tue, 02 Nov 2100 12:00:00 GMT</pubDate><title>")
    assert parse(body.encode(), url=URL).entries[0].published is None
