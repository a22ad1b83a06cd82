"""Gaps between polls, found and repaired by real crawls over loopback; traps and unstable addresses on the way.

Four sites are crawled three times together; each test looks at one of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from support.crawling import Crawled, World, world
from support.site import Reply, Site

NOW = datetime.now(UTC).replace(microsecond=0)
WORDPRESS, BARE, MOVING, TRAP = range(4)


def rss(numbers: range, *, base: str, folder: str = "news", generator: str = "") -> Reply:
    """A feed of items ``numbers``, the newest first; item 1,000 is of now, each earlier one an hour older."""
    items = "".join(
        f"<item><title>Report number {n}</title><link>{base}/{folder}/{n}</link>"
        f"<pubDate>{format_datetime(NOW - (1000 - n) * timedelta(hours=1))}</pubDate></item>"
        for n in reversed(numbers)
    )
    head = f"<title>Feed</title><generator>{generator}</generator>"
    body = f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'
    return Reply(body, content_type="application/rss+xml")


@dataclass(frozen=True)
class Followed:
    """What three crawls left behind."""

    site: Site
    world: World
    crawls: tuple[Crawled, ...]

    def gaps(self, host: int) -> list[tuple[str, str | None, int, int]]:
        query = "SELECT g.state, method, tries, recovered FROM gaps g JOIN sources s USING (source_id) WHERE s.url = ?"
        return self.world.rows(query, self.site.url("/feed/", host=host))  # type: ignore[return-value]  # four columns

    def pages(self, host: int) -> list[str]:
        return [url for url in self.world.pages() if url.startswith(self.site.url("/", host=host))]

    def polls(self, host: int, columns: str) -> list[tuple[object, ...]]:
        query = f"SELECT {columns} FROM polls JOIN sources s USING (source_id) WHERE s.url = ? ORDER BY poll_id"
        return self.world.rows(query, self.site.url("/feed/", host=host))


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Followed]:
    with Site(hosts=4) as site:
        tried = world(tmp_path_factory.mktemp("gaps"))
        urls = [site.url("/feed/", host=host) for host in range(4)]
        base = [site.url("", host=host) for host in range(4)]
        links = {f"{base[TRAP]}/news/123456/slug-{n}": "Xiaomi opens a store" for n in range(500)}
        site.feed("/feed/", links, host=TRAP)
        site.add("/feed/", rss(range(931, 941), base=base[WORDPRESS]), host=WORDPRESS)
        site.add("/feed/", rss(range(931, 941), base=base[BARE]), host=BARE)
        site.add("/feed/", rss(range(931, 951), base=base[MOVING], folder="a"), host=MOVING)
        crawls = [tried.crawl(urls)]

        generator = "https://wordpress.org/?v=6.4"
        site.add("/feed/", rss(range(961, 971), base=base[WORDPRESS], generator=generator), host=WORDPRESS)
        for number in range(2, 9):
            newest = 970 - (number - 1) * 10
            older = rss(range(newest - 9, newest + 1), base=base[WORDPRESS])
            site.add(f"/feed/?paged={number}", older, host=WORDPRESS)
        site.add("/feed/", rss(range(961, 971), base=base[BARE]), host=BARE)
        site.add("/feed/?paged=2", rss(range(961, 971), base=base[BARE]), host=BARE)
        site.add("/feed/", rss(range(932, 952), base=base[MOVING], folder="b"), host=MOVING)
        crawls.append(tried.crawl(urls))

        site.add("/feed/", rss(range(962, 972), base=base[BARE]), host=BARE)
        site.add("/feed/", rss(range(933, 953), base=base[MOVING], folder="c"), host=MOVING)
        crawls.append(tried.crawl(urls))
        yield Followed(site, tried, tuple(crawls))


def test_wordpress_pages_bring_back_what_was_lost(followed: Followed) -> None:
    assert followed.gaps(WORDPRESS) == [("closed", "wordpress", 3, 20)]
    assert {int(url.rsplit("/", 1)[1]) for url in followed.pages(WORDPRESS)} == set(range(931, 971))
    asked = [asked.path for asked in followed.site.log if "paged" in asked.path and asked.host.endswith(".1")]
    assert asked == [f"/feed/?paged={number}" for number in (2, 3, 4)]


def test_what_cannot_be_brought_back_is_told_once(followed: Followed) -> None:
    # The server ignored the parameter, and its robots.txt names no sitemap.
    assert followed.gaps(BARE) == [("given_up", None, 2, 0)]
    told = [sum("left the feed between two polls" in line for line in crawl.lines) for crawl in followed.crawls]
    assert told == [0, 1, 0]


def test_other_addresses_at_each_poll_are_stored_once(followed: Followed) -> None:
    assert len(followed.pages(MOVING)) == 22
    assert followed.gaps(MOVING) == []
    assert followed.polls(MOVING, "items, new_pages, skipped_by") == [
        (20, 20, None),
        (20, 1, '{"unstable_address": 19}'),
        (20, 1, '{"unstable_address": 19}'),
    ]


def test_one_article_under_many_slugs_is_fetched_once(followed: Followed) -> None:
    assert len(followed.pages(TRAP)) == 1
    polls = followed.polls(TRAP, "outcome, items, skipped, skipped_by")
    assert polls[0] == ("ok", 500, 499, '{"trap": 499}')
    assert [poll[0] for poll in polls[1:]] == ["unchanged", "unchanged"]
