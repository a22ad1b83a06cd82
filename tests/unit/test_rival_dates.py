"""Dates that contradict each other: which one counts, and what is said of the others."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipelines.extract import extract
from storewatch.types import Article, Moment, Page

NOW = datetime(2024, 6, 1, 12, 0, tzinfo=UTC)
TEXT = "<p>The vendor opened its second store in the city of Lyon on Friday and plans ten more shops there.</p>" * 4


def ld(**values: str) -> str:
    fields = "".join(f', "{name}": "{value}"' for name, value in values.items())
    return f'<script type="application/ld+json">{{"@type": "NewsArticle"{fields}}}</script>'


def meta(name: str, value: str) -> str:
    return f'<meta property="article:{name}" content="{value}">'


def read(head: str, *, body: str = "", path: str = "news/store", feed: Moment | None = None) -> Article:
    url = f"https://paper.example/{path}"
    page = f"<html><head>{head}</head><body><article><h1>Store</h1>{body}{TEXT}</article></body></html>"
    return extract(Page(url=url, final_url=url, body=page.encode(), fetched_at=NOW, entry_published=feed))


def said(article: Article) -> list[tuple[str, str]]:
    return [(r.rule, r.text) for r in article.removed if r.rule.endswith("_rejected")]


def at(*parts: int, offset: int | None = 0) -> Moment:
    return Moment(at=datetime(*parts, tzinfo=UTC), offset_min=offset)  # type: ignore[arg-type,misc]  # year to minute


FEED = at(2024, 5, 9, 8, 15)
OTHER_DAY = "another day than the source before it"
RIVALS = {
    "JSON-LD wins over meta": (
        {"head": ld(datePublished="2024-05-02T10:00:00Z") + meta("published_time", "2024-05-04T10:00:00Z")},
        at(2024, 5, 2, 10, 0),
        ("date_rejected", f"2024-05-04T10:00:00Z (article:published_time): {OTHER_DAY}"),
    ),
    "meta wins over microdata": (
        {
            "head": meta("published_time", "2024-05-04"),
            "body": '<span itemprop="datePublished" content="2024-05-07">x</span>',
        },
        Moment(at=datetime(2024, 5, 4, tzinfo=UTC), precision="day"),
        ("date_rejected", f"2024-05-07 (microdata): {OTHER_DAY}"),
    ),
    "a date to come is passed over": (
        {"head": ld(datePublished="2031-05-02T10:00:00Z") + meta("published_time", "2024-05-04T10:00:00Z")},
        at(2024, 5, 4, 10, 0),
        ("date_rejected", "2031-05-02T10:00:00Z (JSON-LD datePublished): in the future"),
    ),
    "a placeholder is passed over": (
        {"head": ld(datePublished="1970-01-01T00:00:00Z") + meta("published_time", "2024-05-04T10:00:00Z")},
        at(2024, 5, 4, 10, 0),
        ("date_rejected", "1970-01-01T00:00:00Z (JSON-LD datePublished): before 1995"),
    ),
    "the page wins over the feed": (
        {"head": ld(datePublished="2024-05-02T10:00:00Z"), "feed": FEED},
        at(2024, 5, 2, 10, 0),
        ("date_rejected", "2024-05-09T08:15:00+00:00 (feed): another day than the page says"),
    ),
    "the page wins over its address": (
        {"head": ld(datePublished="2024-05-02T10:00:00Z"), "path": "2024/05/20/store"},
        at(2024, 5, 2, 10, 0),
        ("date_rejected", "2024-05-20T00:00:00+00:00 (address): another day than the page says"),
    ),
    "the feed wins over the address": (
        {"head": "", "feed": FEED, "path": "2024/05/20/store"},
        FEED,
        ("date_rejected", "2024-05-20T00:00:00+00:00 (address): another day than the page says"),
    ),
    "a change before the publication": (
        {"head": ld(datePublished="2024-05-02T10:00:00Z", dateModified="2024-04-01T10:00:00Z")},
        at(2024, 5, 2, 10, 0),
        ("modified_rejected", "2024-04-01T10:00:00+00:00: before the publication"),
    ),
}


@pytest.mark.parametrize("case", RIVALS)
def test_of_rival_dates_one_counts_and_the_other_is_noted(case: str) -> None:
    values, expected, rejected = RIVALS[case]
    article = read(**values)  # type: ignore[arg-type]  # its arguments by name
    assert article.published == expected
    assert said(article) == [rejected]


AGREEING = {
    "the same instant in two zones": ld(datePublished="2024-05-02T01:00:00+02:00")
    + meta("published_time", "2024-05-01T23:00:00Z"),
    "a day and its instant": ld(datePublished="2024-05-02") + meta("published_time", "2024-05-02T08:00:00Z"),
    "twice the same": ld(datePublished="2024-05-02T08:00:00Z") + meta("published_time", "2024-05-02T08:00:00Z"),
    "hours apart on one day": ld(datePublished="2024-05-02T08:00:00Z") + meta("published_time", "2024-05-02T11:00:00Z"),
    "no date at all": ld(datePublished="soon") + meta("published_time", ""),
}


@pytest.mark.parametrize("case", AGREEING)
def test_dates_that_agree_are_no_rivals(case: str) -> None:
    assert said(read(AGREEING[case])) == []
