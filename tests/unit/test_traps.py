"""Addresses without end are cut to one; ordinary articles stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.traps import collapse
from storewatch.types import FeedEntry, Moment

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
WORDS = ("opens", "store", "plans", "market", "phone", "sales", "retail", "partner", "city", "launch")


def entry(path: str, title: str = "", minutes: int | None = None) -> FeedEntry:
    published = Moment(at=NOW - timedelta(minutes=minutes)) if minutes is not None else None
    return FeedEntry(url=f"https://news.example{path}", title=title, published=published)


def slug(number: int) -> str:
    """A slug of its own for each number, without digits."""
    return "-".join(WORDS[int(digit)] for digit in f"{number:04d}")


def article(number: int, path: str) -> FeedEntry:
    """An ordinary article, whose slug says what its title says."""
    return entry(path.format(slug=slug(number), n=number), f"Vendor {slug(number).replace('-', ' ')}", number)


TRAPS = {
    "one article under 2,000 slugs": [entry(f"/news/4711-{slug(n)}", "Xiaomi opens a store") for n in range(2000)],
    "its slug before the number": [entry(f"/{slug(n)}-1234567.html", "Xiaomi opens a store") for n in range(3)],
    "its slug in a folder": [entry(f"/news/123456/{slug(n)}", "Xiaomi opens a store") for n in range(3)],
    "slugs of several lengths": [entry(f"/a/123456/{'-'.join(WORDS[:n])}", "One") for n in range(1, 6)],
    "slugs with numbers": [entry(f"/article/98765/slug-{n}", "Xiaomi opens a store") for n in range(50)],
    "titles numbered like the slugs": [entry(f"/article/98765/slug-{n}", f"Story {n}") for n in range(2000)],
    "titles that the slugs do not tell": [entry(f"/a/98765/x{n}y", f"{slug(n)} of today") for n in range(100)],
    "a short number": [entry(f"/article/1/slug-{n}", "Xiaomi opens a store") for n in range(2000)],
    "a sitemap without titles": [entry(f"/news/123456/{slug(n)}") for n in range(3)],
    "a session in the path": [entry(f"/{'a1b2c3d4' * 2}{n:04x}/xiaomi-opens-store", "One") for n in range(5)],
    "a session in the query": [entry(f"/xiaomi-opens-store?sid={n}", "One") for n in range(5)],
    "pages of an article": [entry(f"/xiaomi-opens-store/page/{n}", "One") for n in range(1, 9)],
    "pages of a list": [entry(f"/news?page={n}") for n in range(1, 2000)],
    "days of a calendar": [entry(f"/calendar/2026/11/{n:02d}") for n in range(1, 29)],
    "months of a calendar, by query": [entry(f"/events?month={n}") for n in range(1, 13)],
}

ORDINARY = {
    "numbers at the end": [article(n, "/{slug}-%d.html" % (40_000_000 + n)) for n in range(100)],  # noqa: UP031
    "numbers of their own in folders": [article(n, "/news/%d/{slug}" % (40_000 + n)) for n in range(100)],  # noqa: UP031
    "days in folders": [article(n, "/2026/03/01/{slug}") for n in range(100)],
    "days as one number": [article(n, "/news/20260301/{slug}") for n in range(100)],
    "a category's number": [article(n, "/news/12345/{slug}") for n in range(100)],
    "a category's long number": [article(n, "/c/1234567/{slug}") for n in range(100)],
    "a category's short number": [article(n, "/news/7/{slug}") for n in range(100)],
    "a category's and their own": [article(n, "/c/12345/{slug}-%d" % (67_000 + n)) for n in range(100)],  # noqa: UP031
    "numbers without words": [article(n, "/story/%d" % (12_000 + n)) for n in range(100)],  # noqa: UP031
    "numbers in the query": [entry(f"/?p={n}", f"Vendor {slug(n)}") for n in range(100)],
    "articles named page": [entry(f"/index.php?page={n}", f"Vendor {slug(n)}") for n in range(100)],
    "identifiers alone": [entry(f"/story/{n:032x}a", f"Vendor {slug(n)}") for n in range(100)],
    "identifiers alone, without titles": [entry(f"/story/{n:032x}a") for n in range(100)],
    "models of one name in a category": [
        entry(f"/c/12345/phone-{n}-review", f"Phone {n} review", n) for n in (13, 14, 15, 16)
    ],
    "two of one number": [entry(f"/news/123456/{slug(n)}", "Xiaomi opens a store") for n in range(2)],
    "a sitemap by category": [entry(f"/c/1234567/{slug(n)}", minutes=n) for n in range(100)],
    "events of a day": [entry(f"/events/2026/11/25/{slug(n)}", f"Event {slug(n)}") for n in range(40)],
    "other hosts": [FeedEntry(url=f"https://h{n}.example/news/123456/{slug(n)}", title="One") for n in range(9)],
    "one title, no number": [entry(f"/{slug(n)}", "Opinion") for n in range(20)],
    "one address thrice": [entry("/news/123456/opens-store", "One") for _ in range(3)],
}


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_is_cut_to_its_first_address(name: str) -> None:
    entries = TRAPS[name]
    assert collapse(entries) == ((entries[0],), len(entries) - 1)


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_articles_stay(name: str) -> None:
    entries = ORDINARY[name]
    assert collapse(entries) == (tuple(entries), 0)


def test_a_trap_among_ordinary_articles() -> None:
    ordinary, trap = ORDINARY["a category's number"], TRAPS["its slug in a folder"]
    mixed = [*ordinary[:50], *trap, *ordinary[50:]]
    assert collapse(mixed) == ((*ordinary[:50], trap[0], *ordinary[50:]), 2)


@pytest.mark.parametrize("url", ["https://[::1", "https://news.example/%zz/1234567/a", "https://news.example"])
def test_strange_addresses_stay(url: str) -> None:
    entries = tuple(FeedEntry(url=url, title="One") for _ in range(3))
    assert collapse(entries) == (entries, 0)


@pytest.mark.parametrize(
    "path",
    [
        "/news/4711-slug{}-of-one-story",
        "/news/4711-{}-of-one-story",
        "/news/{}-of-one-story-4711123.html",
        "/news/4711/part{}-x",
    ],
)
def test_numbers_among_the_words_of_a_slug_make_no_other_article(path: str) -> None:
    entries = [FeedEntry(url=f"https://a.example{path.format(n)}", title=f"Story {n}") for n in range(40)]
    kept, dropped = collapse(entries)
    assert (len(kept), dropped) == (1, 39)
