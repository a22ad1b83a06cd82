"""Sitemaps of any size: the newest part is kept, memory is bounded, indexes end."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from crawler.feeds import MAX_ENTRIES, NEWS_DAYS, children_of, parse
from crawler.feeds.addresses import end_in_name
from crawler.feeds.newest import Newest, Row
from crawler.feeds.unpack import PIECE, pieces
from storewatch.errors import FeedError
from storewatch.types import Feed, FeedEntry, Moment

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
URL = "https://feed.example/sitemap.xml"
SITE = "https://feed.example/"


def read(body: str | bytes, *, since: datetime | None = None) -> Feed:
    return parse(body.encode() if isinstance(body, str) else body, url=URL, now=NOW, since=since)


def sitemap(rows: Iterable[tuple[str, str]]) -> str:
    texts = (f"<url><loc>{SITE}{name}</loc>{f'<lastmod>{date}</lastmod>' if date else ''}</url>" for name, date in rows)
    return f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{''.join(texts)}</urlset>"


def names(feed: Feed) -> list[str]:
    return [entry.url.removeprefix(SITE) for entry in feed.entries]


def day(ago: int) -> str:
    return (NOW - timedelta(days=ago)).date().isoformat()


def test_the_newest_come_first_and_the_undated_last() -> None:
    rows = [
        ("a", day(9)),
        ("b", ""),
        ("c", day(1)),
        ("d", day(NEWS_DAYS + 2)),
        ("e", day(400)),
        ("f", ""),
        ("g", day(2)),
    ]
    feed = read(sitemap(rows))
    assert names(feed) == ["c", "g", "a", "b", "f"]
    assert feed.skipped == {"too_old": 2}


def test_older_ones_are_to_be_had() -> None:
    rows = [("a", day(9)), ("d", day(60)), ("e", day(400))]
    assert names(read(sitemap(rows), since=NOW - timedelta(days=100))) == ["a", "d"]


def test_many_of_a_day_are_bounded() -> None:
    feed = read(
        sitemap((str(number), f"2026-11-01T{number // 60 % 24:02d}:{number % 60:02d}Z") for number in range(1440))
    )
    assert names(feed) == [str(number) for number in range(1439, 439, -1)]
    assert feed.skipped == {"beyond_limit": 440}


def test_of_equal_dates_the_first_are_kept() -> None:
    feed = read(sitemap((str(number), day(1)) for number in range(MAX_ENTRIES + 5)))
    assert names(feed) == [str(number) for number in range(MAX_ENTRIES)]


def test_of_many_without_date_both_ends_are_kept_in_turn() -> None:
    feed = read(sitemap((str(number), "") for number in range(5000)))
    assert names(feed)[:5] == ["0", "4999", "1", "4998", "2"]
    assert len(feed.entries) == MAX_ENTRIES
    assert feed.skipped == {"beyond_limit": 4000}


def test_the_same_address_again_and_again_pushes_nothing_out() -> None:
    rows = [("new", day(0)), *(("trap", day(0)) for _ in range(3000)), ("old", day(20))]
    feed = read(sitemap(rows))
    assert names(feed) == ["new", "trap", "old"]
    assert feed.skipped == {"repeated": 2999}


def test_rows_are_kept_whatever_their_order() -> None:
    dates = [day(number % 40) for number in range(200)]
    rows = [Row(loc=str(number), lastmod=date) for number, date in enumerate(dates)]
    kept = []
    for order in (rows, rows[::-1], rows[::7] + [row for number, row in enumerate(rows) if number % 7]):
        newest = Newest(now=NOW, since=NOW - timedelta(days=30), limit=50)
        for row in order:
            newest.take(row)
        kept.append([row.lastmod for row in newest.rows()])
        assert newest.skipped["too_old"] + newest.skipped["beyond_limit"] == 150
    assert kept[0] == kept[1] == kept[2] == sorted(kept[0], reverse=True)


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_20_000_addresses_need_little_memory(packed: bool) -> None:
    rows = "".join(
        f"<url><loc>{SITE}2019/05/06/a-slug-of-an-article-{number}</loc><lastmod>2026-10-30</lastmod></url>"
        for number in range(20_000)
    )
    body = f"<urlset>{rows}<url><loc>{SITE}x</loc><lastmod>2026-11-01</lastmod></url></urlset>".encode()
    body = gzip.compress(body, compresslevel=1) if packed else body
    del rows
    tracemalloc.start()
    feed = read(body)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert names(feed) == ["x"]
    assert feed.skipped == {"too_old": 20_000}
    assert peak < 3_000_000


def test_a_gzip_bomb_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.feeds.sitemap.MAX_SITEMAP_BYTES", 1_000_000)
    body = gzip.compress(f"<urlset><url><loc>{SITE}1</loc></url>".encode() + b" " * 20_000_000 + b"</urlset>")
    feed = read(body)
    assert (names(feed), dict(feed.skipped)) == (["1"], {"truncated": 1})


@pytest.mark.parametrize("body", ["<urlset>", "<urlset><url>", f"<urlset><url><loc>{SITE}1", "<sitemapindex><sitemap>"])
def test_nothing_whole_in_it(body: str) -> None:
    with pytest.raises(FeedError) as caught:
        read(body)
    assert caught.value.reason == "truncated"


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 7])
def test_pieces_are_the_whole(size: int) -> None:
    body = bytes(range(256)) * (size // 256 + 1)
    body = body[:size]
    assert b"".join(pieces(body, URL, limit=10**9)) == body
    assert b"".join(pieces(gzip.compress(body), URL, limit=10**9)) == body
    assert b"".join(pieces(gzip.compress(body) + gzip.compress(body), URL, limit=10**9)) == body * 2
    assert b"".join(pieces(gzip.compress(body), URL, limit=100)) == body[:100]
    assert all(len(piece) <= PIECE for piece in pieces(gzip.compress(body), URL, limit=10**9))


# --- indexes ----------------------------------------------------------------------------------------------------------


def index(*entries: tuple[str, str]) -> Feed:
    found = (
        FeedEntry(
            url=SITE + name,
            updated=Moment(at=datetime.fromisoformat(date).replace(tzinfo=UTC)) if date else None,
        )
        for name, date in entries
    )
    return Feed(url=URL, format="sitemap_index", entries=tuple(found))


CHILDREN = {
    "by lastmod": ([("a.xml", "2026-10-01"), ("b.xml", "2026-11-01"), ("c.xml", "2026-10-20")], "b c"),
    "kinds": ([("post-sitemap.xml", ""), ("page-sitemap.xml", ""), ("author-sitemap.xml", "")], "post-sitemap"),
    "nothing else": ([("category-sitemap.xml", ""), ("tag-sitemap.xml", "")], "category-sitemap tag-sitemap"),
    "news first": ([("all.xml", "2026-11-02"), ("news.xml", "2026-11-01")], "news all"),
    "months": ([(f"s-2026-{month:02d}.xml", "2026-11-02") for month in range(1, 12)], "s-2026-11 s-2026-10"),
    "years": ([("s-2024.xml", ""), ("s-2026.xml", ""), ("s-2025.xml", "")], "s-2026"),
    "all too old": ([("s-2019.xml", ""), ("s-2018.xml", "")], "s-2019"),
    "numbers": ([(f"posts-{number}.xml", "") for number in range(1, 6)], "posts-5 posts-1 posts-4"),
    "numbers like years": ([(f"s-{number}.xml", "") for number in range(1, 2040)], "s-2039 s-1 s-2038"),
    "days": ([("d20261101.xml.gz", ""), ("d20261102.xml.gz", ""), ("d20250101.xml.gz", "")], "d20261102 d20261101"),
    "query": ([("s?yyyy=2026&mm=11&dd=02", ""), ("s?yyyy=2026&mm=9&dd=02", "")], "s?yyyy=2026&mm=11&dd=02"),
    "itself and seen": ([("sitemap.xml", "2026-11-02"), ("seen.xml", "2026-11-02"), ("x.xml", "")], "x"),
    "twice": ([("x.xml", ""), ("x.xml", "2026-11-02")], "x"),
    "none": ([], ""),
}


@pytest.mark.parametrize(("entries", "chosen"), CHILDREN.values(), ids=CHILDREN.keys())
def test_children(entries: list[tuple[str, str]], chosen: str) -> None:
    children = children_of(index(*entries), now=NOW, seen=["https://www.feed.example/seen.xml"])
    assert " ".join(child.url.removeprefix(SITE).partition(".xml")[0] for child in children) == chosen


def test_an_index_that_loops_ends() -> None:
    """As the spider walks: each index is asked for once."""
    loop = {
        URL: index(("a.xml", ""), ("sitemap.xml", "")),
        SITE + "a.xml": Feed(url=SITE + "a.xml", format="sitemap_index", entries=index(("b.xml", "")).entries),
        SITE + "b.xml": Feed(url=SITE + "b.xml", format="sitemap_index", entries=index(("a.xml", "")).entries),
    }
    asked = [URL]
    for url in asked:
        asked += [child.url for child in children_of(loop[url], now=NOW, seen=asked)]
    assert asked == [URL, SITE + "a.xml", SITE + "b.xml"]


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("sitemap-2026-11.xml", "2026-12-01"),
        ("sitemap_20261102.xml.gz", "2026-11-03"),
        ("2026/11/02/sitemap.xml", "2026-11-03"),
        ("sitemap-2026.xml", "2027-01-01"),
        ("sitemap.xml?year=2026&month=2", "2026-03-01"),
        ("sitemap-2026-02-31.xml", None),
        ("sitemap-120261102.xml", None),
        ("sitemap-7.xml", None),
    ],
)
def test_ends_in_names(name: str, end: str | None) -> None:
    found = end_in_name(SITE + name)
    assert (found.date().isoformat() if found else None) == end
