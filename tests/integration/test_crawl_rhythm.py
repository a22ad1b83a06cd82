"""What a crawl learns of its sources: their rhythm, where they have moved to, and whether their servers lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from support.crawling import World, world
from support.site import Reply, Site

from crawler import rhythm
from storewatch.db import models as m
from storewatch.db.store import Store, open_store
from storewatch.types import NewSource, Source

RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>Paper</title>{}</channel></rss>'
ITEM = "<item><title>{0}</title><link>/{0}</link>{1}</item>"
SECTION = "<html><head><title>News</title></head><body><main>{}</main></body></html>"
LINK = '<h2><a href="/news/2026/{0}-stores-open-in-lindental-{0}">Shop number {0} opens in Lindental</a></h2>'
DAY = timedelta(days=1)
NAMES = ("lying", "moved", "elsewhere", "listing", "dying", "ours")


def rss(*titles: str, at: datetime | None = None) -> str:
    dated = f"<pubDate>{at:%a, %d %b %Y %H:%M:%S} GMT</pubDate>" if at else ""
    return RSS.format("".join(ITEM.format(title, dated) for title in titles))


@dataclass
class Liar:
    """Answers 304 to whoever asks conditionally, and has one ETag for all that it ever says."""

    body: str
    asked_with: list[str | None] = field(default_factory=list)

    def __call__(self, headers: Mapping[str, str]) -> Reply:
        self.asked_with.append(headers.get("if-none-match"))
        etag = {"ETag": '"for-ever"'}
        if "if-none-match" in headers:
            return Reply(status=304, headers=etag, content_type=None)
        return Reply(self.body, content_type="application/rss+xml", headers=etag)


@pytest.fixture(scope="module")
def liar() -> Liar:
    return Liar(rss("one"))


@pytest.fixture(scope="module")
def site(liar: Liar) -> Iterator[Site]:
    with Site() as site:
        site.add("/lying", liar)
        site.add("/moved", Reply(status=301, headers={"Location": "/halfway"}))
        site.add("/halfway", Reply(status=308, headers={"Location": "/new-home"}))
        site.add("/new-home", Reply(rss("home"), content_type="application/rss+xml", etag=True))
        site.add("/elsewhere", Reply(status=302, headers={"Location": "/for-now"}))
        site.add("/for-now", Reply(rss("now"), content_type="application/rss+xml", etag=True))
        site.add("/listing", Reply(SECTION.format("".join(LINK.format(number) for number in range(8))), etag=True))
        now = datetime.now(UTC)
        items = "".join(
            ITEM.format(f"ours-{n}", f"<pubDate>{now - DAY * n:%a, %d %b %Y %H:%M:%S} GMT</pubDate>") for n in range(9)
        )
        site.add("/ours", Reply(RSS.format(items), content_type="application/rss+xml", etag=True))
        yield site


def change(store: Store, name: str, **values: Any) -> None:
    """Let time have passed for a source."""
    with store.writing() as connection:
        connection.execute(update(m.sources).where(m.sources.c.name == name).values(values))


def wait_of(one: Source) -> timedelta:
    """How long after its last poll a source is polled again."""
    assert one.next_poll_at is not None
    assert one.last_polled_at is not None
    return one.next_poll_at - one.last_polled_at


def source(crawls: World, name: str) -> Source:
    with open_store(crawls.database, create=False) as store:
        [one] = store.sources(names=[name])
    return one


@pytest.fixture(scope="module")
def polled(site: Site, tmp_path_factory: pytest.TempPathFactory) -> World:
    """All sources polled once; then days have passed."""
    crawls = world(tmp_path_factory.mktemp("rhythm"), RUN__PAGE_LIMIT="1")
    with open_store(crawls.database) as store:
        for name in NAMES:
            kind: Any = "listing" if name == "listing" else "feed"
            store.add_source(NewSource(name=name, url=site.url(f"/{name}"), kind=kind), datetime.now(UTC))
        change(store, "dying", failures=9, failure_weight=9.0, failing_since=datetime.now(UTC) - 30 * DAY)
    first = crawls.spider("feeds", {"sources": ",".join(NAMES)})
    assert first.exit_code in (0, 3)
    assert any("from now on it is asked once a month" in line for line in first.lines)
    return crawls


def test_the_rhythm_is_kept_and_decides_when_to_poll_again(polled: World) -> None:
    one = source(polled, "ours")
    known = rhythm.load(one.history)
    assert known.expected_gap == DAY
    assert (known.items, known.window) == (9, 9)
    assert timedelta(hours=1) < wait_of(one) < DAY
    assert one.verified_at == one.last_polled_at


def test_a_listing_is_read_as_one(polled: World) -> None:
    assert polled.polls(1)[source(polled, "listing").url] == ("ok", None)
    assert rhythm.load(source(polled, "listing").history).window >= 6


def test_a_dead_source_is_asked_once_a_month(polled: World) -> None:
    one = source(polled, "dying")
    assert (one.failures, one.failure_weight, one.last_reason) == (10, 10.0, "http_404")
    assert wait_of(one) > 28 * DAY


def test_liars_and_moves_are_found_out(site: Site, liar: Liar, polled: World) -> None:
    moved = source(polled, "moved")
    assert (moved.moved_to, moved.moved_polls) == (site.url("/new-home"), 1)
    assert source(polled, "elsewhere").moved_to is None
    liar.body = rss("one", "two", "three")
    with open_store(polled.database) as store:
        change(store, "lying", verified_at=datetime.now(UTC) - 3 * DAY)
        change(store, "moved", moved_polls=2, moved_since=datetime.now(UTC) - 2 * DAY)
    second = polled.spider("feeds", {"sources": "lying,moved,elsewhere"})
    assert second.exit_code == 0
    told = "\n".join(second.lines)
    assert "its ETag or Last-Modified stays the same when it changes" in told
    assert f"asked at its new address from now on: {site.url('/new-home')}" in told
    assert source(polled, "lying").trusts_validators is False
    # From now on: read whole, and asked where it lives.
    asked = len(site.log)
    liar.body = rss("one", "two", "three", "four")
    third = polled.spider("feeds", {"sources": "lying,moved,elsewhere"})
    assert third.exit_code == 0
    # The pages are not there, but the feeds are.
    assert [line for line in third.lines if "] page " not in line] == []
    assert liar.asked_with == [None, None, None]
    paths = {one.path for one in site.log[asked:]} & {"/elsewhere", "/for-now", "/lying", "/moved", "/new-home"}
    assert paths == {"/elsewhere", "/for-now", "/lying", "/new-home"}
    assert {url.rpartition("/")[2] for url in polled.pages()} >= {"one", "two", "three", "four", "home", "now"}
    assert (source(polled, "moved").url, source(polled, "moved").moved_polls) == (site.url("/moved"), 3)
