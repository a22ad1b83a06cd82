"""Which older pages of a feed are asked for, and when a repair is over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.gaps import overlap
from crawler.repair import MAX_PAGES, MAX_REQUESTS, Repair, after, begin
from storewatch.types import Feed, FeedEntry, Moment

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
URL = "https://x.example/rss.xml"
WORDPRESS = "https://x.example/feed/"
#: The item that was the newest of the last poll, and those of the poll that found the gap.
KNOWN_UNTIL, FIRST, LAST = 20, 71, 80


def items(first: int, last: int, *, dated: bool = True, folder: str = "news") -> tuple[FeedEntry, ...]:
    """Items from ``last`` down to ``first``, one an hour."""
    return tuple(
        FeedEntry(
            url=f"https://x.example/{folder}/{number}",
            title=f"Report {number}",
            published=Moment(at=NOW + number * HOUR) if dated else None,
        )
        for number in range(last, first - 1, -1)
    )


def start(
    url: str = URL,
    *,
    known: int = KNOWN_UNTIL,
    dated: bool = True,
    generator: str = "",
    links: dict[str, str] | None = None,
    form: str = "rss",
) -> Repair:
    """A feed of ten items an hour apart; ``known`` was the newest item of the last poll."""
    seen = overlap(items(1, known, dated=dated), seen_items=(), last_ok_at=None, newest_at=None).seen_items
    feed = Feed(url=url, format=form, entries=items(FIRST, LAST, dated=dated), generator=generator, links=links or {})
    return begin(feed, url=url, seen_items=seen, since=NOW + known * HOUR)


def run(repair: Repair, answer: Callable[[str], Feed | None]) -> tuple[Repair, list[str]]:
    """Repair to the end; also what was asked for."""
    asked = []
    while repair.step is not None:
        asked.append(repair.step.url)
        repair = after(repair, answer(repair.step.url))
    return repair, asked


def feed_of(entries: Sequence[FeedEntry], **links: str) -> Feed:
    return Feed(
        url=URL, format="rss", entries=tuple(entries), links={key.replace("_", "-"): links[key] for key in links}
    )


def paged(name: str, *, dated: bool = True, size: int = 10, pages: int = 99) -> Callable[[str], Feed | None]:
    """A server that knows the parameter ``name`` and answers with the newest page to whatever else."""

    def answer(url: str) -> Feed | None:
        number = int(parse_qs(urlsplit(url).query).get(name, ["1"])[0])
        if number > pages or "robots" in url:
            return None
        newest = LAST - (number - 1) * size
        return feed_of(items(max(newest - size + 1, 1), newest, dated=dated))

    return answer


def numbers(repair: Repair) -> list[int]:
    return [int(entry.url.rsplit("/", 1)[1]) for entry in repair.recovered]


def test_wordpress_pages_until_they_overlap() -> None:
    repair, asked = run(start(WORDPRESS), paged("paged"))
    assert asked == [f"{WORDPRESS}?paged={number}" for number in range(2, 7)]
    assert (repair.state, repair.method, repair.tries) == ("partly", "wordpress", 5)
    assert numbers(repair) == list(range(70, KNOWN_UNTIL, -1))


def test_wordpress_pages_that_reach_what_was_known() -> None:
    repair, asked = run(start(WORDPRESS, known=45), paged("paged"))
    assert (repair.state, repair.method, len(asked)) == ("closed", "wordpress", 3)
    assert numbers(repair) == list(range(70, 45, -1))


@pytest.mark.parametrize(
    ("url", "generator", "first"),
    [
        (WORDPRESS, "", f"{WORDPRESS}?paged=2"),
        ("https://x.example/?feed=rss2", "", "https://x.example/?feed=rss2&paged=2"),
        (URL, "https://wordpress.org/?v=6.4", f"{URL}?paged=2"),
        ("https://x.example/feed/?paged=1", "", f"{WORDPRESS}?paged=2"),
        (
            "https://x.blogspot.com/feeds/posts/default", "",
            "https://x.blogspot.com/feeds/posts/default?start-index=11&max-results=10",
        ),
        (URL, "Blogger", f"{URL}?start-index=11&max-results=10"),
        (URL, "", f"{URL}?page=2"),
        (f"{URL}?lang=de", "Hugo", f"{URL}?lang=de&page=2"),
    ],
    ids=["feed", "query", "generator", "numbered", "blogspot", "blogger", "other", "other with a query"],
)  # fmt: skip
def test_what_is_asked_for_first(url: str, generator: str, first: str) -> None:
    step = start(url, generator=generator).step
    assert step is not None
    assert step.url == first


def test_archives_come_first_and_are_followed() -> None:
    answers = {
        "https://x.example/archive-2": feed_of(items(41, 70), prev_archive="https://x.example/archive-1"),
        "https://x.example/archive-1": feed_of(items(1, 40)),
    }
    links = {"prev-archive": "https://x.example/archive-2", "next": "https://x.example/next"}
    repair, asked = run(start(links=links), answers.get)
    assert (asked, repair.state, repair.method) == (list(answers), "closed", "archive")
    assert numbers(repair) == list(range(70, KNOWN_UNTIL, -1))


def test_a_dead_archive_leads_to_the_next_way() -> None:
    links = {"prev-archive": "https://x.example/gone", "next": "https://x.example/older"}
    answers = {"https://x.example/older": feed_of(items(15, 70))}
    repair, asked = run(start(links=links), answers.get)
    assert asked == ["https://x.example/gone", "https://x.example/older"]
    assert (repair.state, repair.method, repair.tries) == ("closed", "next", 2)


def test_links_in_a_circle_end() -> None:
    links = {"next": "https://x.example/2"}
    circle = {
        "https://x.example/2": feed_of(items(61, 70), next="https://x.example/3"),
        "https://x.example/3": feed_of(items(51, 60), next="https://x.example/2"),
    }
    repair, asked = run(start(links=links), circle.get)
    assert (len(asked), repair.state, len(repair.recovered)) == (2, "partly", 20)


def test_a_server_that_ignores_the_parameter_is_noticed_at_once() -> None:
    repair, asked = run(start(WORDPRESS), paged("unknown"))
    assert asked == [f"{WORDPRESS}?paged=2", "https://x.example/robots.txt"]
    assert (repair.state, repair.recovered) == ("given_up", ())


def test_a_guessed_parameter_must_bring_older_items() -> None:
    def newer(url: str) -> Feed | None:
        return None if "robots" in url else feed_of(items(90, 99))

    assert run(start(), newer)[0].state == "given_up"
    assert run(start(known=45), paged("page"))[0].state == "closed"
    # Without dates nobody can tell; WordPress's parameter is known to mean older items.
    assert run(start(dated=False), paged("page", dated=False))[0].state == "given_up"
    assert run(start(WORDPRESS, known=45, dated=False), paged("paged", dated=False))[0].state == "closed"


def test_what_was_brought_back_before_the_end_is_kept() -> None:
    repair, asked = run(start(WORDPRESS), paged("paged", pages=3))
    assert (repair.state, len(asked), len(repair.recovered)) == ("partly", 3, 20)


def test_nothing_was_lost_after_all() -> None:
    def answer(url: str) -> Feed | None:
        return feed_of(items(11, KNOWN_UNTIL))

    repair, asked = run(start(WORDPRESS), answer)
    assert (repair.state, repair.recovered, len(asked)) == ("closed", (), 1)


def test_a_sitemap_is_the_last_resort() -> None:
    def answer(url: str) -> Feed | None:
        if "robots" not in url:
            return None
        return Feed(
            url=url, format="sitemap", entries=(*items(1, LAST + 5), *items(30, 60, folder="sports")),
        )  # fmt: skip

    repair, asked = run(start(), answer)
    assert asked == [f"{URL}?page=2", "https://x.example/robots.txt"]
    assert (repair.state, repair.method) == ("closed", "sitemap")
    assert numbers(repair) == list(range(70, KNOWN_UNTIL, -1))


def test_a_sitemap_of_the_last_hours_brings_a_part() -> None:
    def answer(url: str) -> Feed | None:
        return Feed(url=url, format="sitemap", entries=items(50, 90)) if "robots" in url else None

    repair, _ = run(start(), answer)
    assert (repair.state, numbers(repair)) == ("partly", list(range(70, 49, -1)))


@pytest.mark.parametrize("form", ["sitemap", "listing"])
def test_sitemaps_are_not_asked_for_sitemaps(form: str) -> None:
    _, asked = run(start(form=form), lambda url: None)
    assert asked == [f"{URL}?page=2"]


def test_what_is_older_than_the_gap_is_left_alone() -> None:
    repair = start(WORDPRESS)
    old = tuple(
        FeedEntry(url=f"https://x.example/old/{n}", title=f"Old {n}", published=Moment(at=NOW - n * 24 * HOUR))
        for n in range(1, 30)
    )
    repair, asked = run(repair, lambda url: feed_of((*items(65, 70), *old)))
    assert (repair.state, numbers(repair), len(asked)) == ("closed", list(range(70, 64, -1)), 1)


def test_a_repair_is_bounded() -> None:
    def endless(url: str) -> Feed | None:
        number = int(url.rsplit("/", 1)[1])
        older = [
            FeedEntry(url=f"https://x.example/e/{number}-{n}", title="", published=Moment(at=NOW + 60 * HOUR))
            for n in range(10)
        ]
        return feed_of(older, next=f"https://x.example/{number + 1}")

    _, asked = run(start(links={"next": "https://x.example/2"}), endless)
    assert len(asked) == MAX_PAGES <= MAX_REQUESTS
