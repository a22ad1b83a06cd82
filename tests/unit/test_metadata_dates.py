"""Dates as pages write them, and which of a page's dates is believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipelines import metadata
from pipelines.extract.tree import parse as parse_page
from pipelines.metadata.dates import best
from pipelines.metadata.moments import from_url, parse
from storewatch.types import Moment

NOW = datetime(2024, 6, 1, 12, 0, tzinfo=UTC)


def day(year: int, month: int, dom: int, offset: int | None = None) -> Moment:
    at = datetime(year, month, dom, tzinfo=UTC) - timedelta(minutes=offset or 0)
    return Moment(at=at, offset_min=offset, precision="day")


def instant(*parts: int, offset: int | None, micro: int = 0) -> Moment:
    year, month, dom, hour, minute, second = (*parts, 0)[:6]
    at = datetime(year, month, dom, hour, minute, second, micro, tzinfo=UTC) - timedelta(minutes=offset or 0)
    return Moment(at=at, offset_min=offset, precision="instant")


PARSED = {
    "2024-05-03T15:47:42+02:00": instant(2024, 5, 3, 15, 47, 42, offset=120),
    "2024-05-03T15:47:42.389Z": instant(2024, 5, 3, 15, 47, 42, offset=0, micro=389000),
    "2024-05-03T15:47:42.3891234567+0200": None,  # ten digits are no fraction of a second that anybody means
    "2024-05-03T15:47+0530": instant(2024, 5, 3, 15, 47, offset=330),
    "2024-05-03 15:47:42": instant(2024, 5, 3, 15, 47, 42, offset=None),
    "2024-05-03T15:47:42 -0700": instant(2024, 5, 3, 15, 47, 42, offset=-420),
    "2024-05-03 15:47 CEST": instant(2024, 5, 3, 15, 47, offset=120),
    "2024-05-03, 3:47 pm": instant(2024, 5, 3, 15, 47, offset=None),
    "2024-05-03, 12:05 am UTC": instant(2024, 5, 3, 0, 5, offset=0),
    "20240503": day(2024, 5, 3),
    "20240503T154742Z": instant(2024, 5, 3, 15, 47, 42, offset=0),
    "2024/05/03": day(2024, 5, 3),
    "2024-5-3": day(2024, 5, 3),
    "2024-05": Moment(at=datetime(2024, 5, 1, tzinfo=UTC), precision="month"),
    "2024": Moment(at=datetime(2024, 1, 1, tzinfo=UTC), precision="year"),
    "2024-05-03T00:00:00+02:00": instant(2024, 5, 3, 0, 0, offset=120),
    "2024-05-03T00:00:00Z": day(2024, 5, 3, offset=0),
    "2024-05-03T00:00:00": day(2024, 5, 3),
    "Fri, 03 May 2024 15:47:42 GMT": instant(2024, 5, 3, 15, 47, 42, offset=0),
    "Fri, 03 May 2024 15:47:42 -0400": instant(2024, 5, 3, 15, 47, 42, offset=-240),
    "1714751262": instant(2024, 5, 3, 15, 47, 42, offset=0),
    "1714751262389": instant(2024, 5, 3, 15, 47, 42, offset=0, micro=389000),
    "3 May 2024": day(2024, 5, 3),
    "May 3rd, 2024": day(2024, 5, 3),
    "3. Mai 2024": day(2024, 5, 3),
    "Freitag, 03.05.2024": day(2024, 5, 3),
    "3 de mayo de 2024": day(2024, 5, 3),
    "3 мая 2024": day(2024, 5, 3),
    "2024年5月3日": day(2024, 5, 3),
    "2024년 5월 3일": day(2024, 5, 3),
    "31.02.2024": None,
    "2024-13-40": None,
    "yesterday": None,
    "03/04/2024": None,
    "": None,
    "9" * 40: None,
    "{{ post.date }}": None,
}


@pytest.mark.parametrize("value", PARSED, ids=[value[:30] or "empty" for value in PARSED])
def test_dates_are_read_to_the_precision_and_zone_they_say(value: str) -> None:
    assert parse(value) == PARSED[value]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1970-01-01T00:00:00Z", "2024-05-03"], day(2024, 5, 3)),
        (["2025-01-01", "2024-05-03"], day(2024, 5, 3)),
        (["2024-06-02T00:00:00+00:00"], day(2024, 6, 2, offset=0)),
        (["2024-05-03", "2024-05-03T10:00:00+02:00"], instant(2024, 5, 3, 10, 0, offset=120)),
        (["2024-05-03", "2024-05-09T10:00:00+02:00"], day(2024, 5, 3)),
        (["2024-05-03T10:00:00", "2024-05-03T10:00:00+02:00"], instant(2024, 5, 3, 10, 0, offset=120)),
        (["2024-05-03T10:00:00", "2024-05-03T11:00:00+02:00"], instant(2024, 5, 3, 10, 0, offset=None)),
        (["", "nothing"], None),
    ],
    ids=["epoch", "future", "tomorrow somewhere", "to the instant", "another day", "with zone", "another time", "none"],
)
def test_the_first_believable_date_counts_and_may_be_refined(values: list[str], expected: Moment | None) -> None:
    assert best(values, now=NOW) == expected


def test_without_a_clock_no_date_is_in_the_future() -> None:
    assert best(["2090-01-01"], now=None) == day(2090, 1, 1)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://e.example/2024/05/03/store-opens", day(2024, 5, 3)),
        ("https://e.example/news/20240503-store", day(2024, 5, 3)),
        ("https://e.example/2024/05/store", None),
        ("https://e.example/a/20243399/", None),
        ("https://e.example/2023/02/31/x", None),
    ],
)
def test_the_day_in_an_address(url: str, expected: Moment | None) -> None:
    assert from_url(url) == expected


def read(head: str, body: str = "") -> metadata.Metadata:
    tree = parse_page(f"<html><head>{head}</head><body><h1>A store opens</h1>{body}</body></html>")
    assert tree is not None
    return metadata.read(tree, "https://e.example/a", now=NOW)


def test_the_sources_of_a_date_in_their_order() -> None:
    linked = (
        '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2024-05-01T10:00:00Z"}</script>'
    )
    meta = '<meta property="article:published_time" content="2024-05-02T10:00:00Z">'
    micro = '<span itemprop="datePublished" content="2024-05-03T10:00:00Z">x</span>'
    time = '<time class="published" datetime="2024-05-04T10:00:00Z">x</time>'
    shown = '<div class="post-date">5 May 2024</div>'
    sources = [("head", linked), ("head", meta), ("body", micro), ("body", time), ("body", shown)]
    for first in range(5):
        head = "".join(s for place, s in sources[first:] if place == "head")
        body = "".join(s for place, s in sources[first:] if place == "body")
        published = read(head, body).published
        assert published is not None
        assert published.at.day == first + 1


def test_the_dates_of_other_articles_and_comments_do_not_count() -> None:
    body = (
        '<div class="related"><span class="date">1 May 2024</span></div><aside><time datetime="2024-05-02">x</time>'
        '<time datetime="2024-05-04">y</time></aside><div class="comment-date">3 May 2024</div>'
        '<footer><span class="date">4 May 2024</span></footer>'
    )
    assert read("", body).published is None


def test_a_change_is_kept_apart_and_must_come_after_the_publication() -> None:
    published = '<meta property="article:published_time" content="2024-05-02T10:00:00+02:00">'
    later = '<meta property="article:modified_time" content="2024-05-02T18:30:00+02:00">'
    earlier = '<meta property="article:modified_time" content="2024-04-02T18:30:00+02:00">'
    assert read(published + later).modified == instant(2024, 5, 2, 18, 30, offset=120)
    assert read(published + earlier).modified is None
    assert read(later).published is None
