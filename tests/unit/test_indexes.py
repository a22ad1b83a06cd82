"""What stands behind an index of sitemaps, and whether the index tells when that changes."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from crawler import indexes
from crawler.indexes import Opened, open_index
from storewatch.types import Feed, FeedEntry, Moment

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
SITE = "https://paper.example"


def child(name: str, *, days_ago: float | None = 0.0, day_only: bool = False) -> FeedEntry:
    at = None if days_ago is None else NOW - timedelta(days=days_ago)
    stamp = None if at is None else Moment(at=at, precision="day" if day_only else "instant")
    return FeedEntry(url=f"{SITE}/{name}", updated=stamp)


def index(name: str, *children: FeedEntry) -> Feed:
    return Feed(url=f"{SITE}/{name}", format="sitemap_index", entries=children)


def sitemap(name: str, *pages: str) -> Feed:
    return Feed(
        url=f"{SITE}/{name}", format="sitemap", entries=tuple(FeedEntry(url=f"{SITE}/{page}") for page in pages)
    )


def opened(top: Feed, *others: Feed) -> tuple[Opened, list[str]]:
    """What is behind ``top`` where ``others`` can be had; and what was asked for."""
    there, asked = {feed.url: feed for feed in others}, []

    async def read(url: str) -> Feed | None:
        asked.append(url.removeprefix(SITE + "/"))
        return there.get(url)

    return asyncio.run(open_index(top, read, now=NOW)), asked


def test_the_pages_of_all_sitemaps_once_each() -> None:
    top = index("index.xml", child("news.xml"), child("posts.xml", days_ago=1))
    got, _ = opened(top, sitemap("news.xml", "a", "b"), sitemap("posts.xml", "b", "c"))
    assert [entry.url.removeprefix(SITE) for entry in got.feed.entries] == ["/a", "/b", "/c"]
    assert (got.feed.format, got.feed.url, got.tells_changes) == ("sitemap", f"{SITE}/index.xml", True)


def test_an_index_of_indexes_is_opened_too() -> None:
    top = index("index.xml", child("2026.xml"))
    got, asked = opened(top, index("2026.xml", child("november.xml")), sitemap("november.xml", "a"))
    assert asked == ["2026.xml", "november.xml"]
    assert len(got.feed.entries) == 1


def test_indexes_that_name_each_other_end() -> None:
    top = index("one.xml", child("one.xml"), child("two.xml"))
    got, asked = opened(top, top, index("two.xml", child("one.xml"), child("three.xml")), index("three.xml"))
    assert asked == ["two.xml", "three.xml"]
    assert got.feed.entries == ()


def test_requests_are_bounded() -> None:
    wide = [index(f"part-{number}.xml", *(child(f"{number}-{n}.xml") for n in range(9))) for number in range(9)]
    _, asked = opened(index("index.xml", *(child(f"part-{number}.xml") for number in range(9))), *wide)
    assert len(asked) == indexes.MAX_REQUESTS


@pytest.mark.parametrize(
    ("children", "tells"),
    [
        pytest.param([child("news.xml")], True, id="to the second"),
        pytest.param([child("news.xml", days_ago=1, day_only=True)], True, id="changed yesterday"),
        pytest.param([child("news.xml", day_only=True)], False, id="changed today: will say so after another change"),
        pytest.param([child("news.xml", days_ago=None)], False, id="no date"),
        pytest.param([child("gone.xml")], False, id="could not be had"),
    ],
)
def test_whether_an_index_tells_of_changes(children: list[FeedEntry], tells: bool) -> None:
    got, _ = opened(index("index.xml", *children), sitemap("news.xml", "a"))
    assert got.tells_changes is tells
