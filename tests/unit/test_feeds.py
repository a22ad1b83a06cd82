"""Every file of tests/data/feeds against what expected.json says of it, then headers, limits and arbitrary bytes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.feeds import MAX_BYTES, parse
from crawler.feeds.dates import read_date
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


@pytest.mark.parametrize(
    ("raw", "at", "offset", "precision"),
    [
        ("2. November 2026, 10:30 Uhr MEZ", "2026-11-02T09:30", 60, "instant"),
        ("Mi, 04 Mär 2026 10:00:00 +0100", "2026-03-04T09:00", 60, "instant"),
        ("1er août 2026", "2026-08-01T00:00", None, "day"),
        ("2 de nov. de 2026", "2026-11-02T00:00", None, "day"),
        ("3 ottobre 2026 alle 9:05", "2026-10-03T09:05", None, "instant"),
        ("5 lipca 2026", "2026-07-05T00:00", None, "day"),
        ("5. července 2026", "2026-07-05T00:00", None, "day"),
        ("5. června 2026", "2026-06-05T00:00", None, "day"),
        ("2026. október 2.", "2026-10-02T00:00", None, "day"),
        ("2 мая 2026, 10:30", "2026-05-02T10:30", None, "instant"),
        ("3 червня 2026", "2026-06-03T00:00", None, "day"),
        ("2 Οκτωβρίου 2026", "2026-10-02T00:00", None, "day"),
        ("2 Ağustos 2026 Pazar 10:05", "2026-08-02T10:05", None, "instant"),
        ("02 tháng 10, 2026", "2026-10-02T00:00", None, "day"),
        ("Senin, 02 Nov 2026 16:10 WIB", "2026-11-02T09:10", 420, "instant"),
        ("2026年10月2日 08:05", "2026-10-02T08:05", None, "instant"),
        ("2026년 10월 2일", "2026-10-02T00:00", None, "day"),
        ("2 أكتوبر 2026", "2026-10-02T00:00", None, "day"),
        ("2 अक्टूबर 2026", "2026-10-02T00:00", None, "day"),
        ("2 ตุลาคม 2026", "2026-10-02T00:00", None, "day"),
        ("October 2nd, 2026 3:05 pm", "2026-10-02T15:05", None, "instant"),
        ("13/04/2026", "2026-04-13T00:00", None, "day"),
        ("1767225600", "2026-01-01T00:00", 0, "instant"),
        ("1767225600000", "2026-01-01T00:00", 0, "instant"),
        ("Mon, 02 Nov 2026 09:00 GMT+0300", "2026-11-02T06:00", 180, "instant"),
    ],
)
def test_dates_as_people_write_them(raw: str, at: str, offset: int | None, precision: str) -> None:
    moment = read_date(raw, now=NOW)
    assert moment is not None
    assert (moment.at.strftime("%Y-%m-%dT%H:%M"), moment.offset_min, moment.precision) == (at, offset, precision)


@pytest.mark.parametrize(
    "raw", ["3/4/2026", "yesterday", "2 hours ago", "32 October 2026", "2/11/26", "Issue 12", "4711", "x" * 5000]
)
def test_what_is_no_date(raw: str) -> None:
    assert read_date(raw, now=NOW) is None
