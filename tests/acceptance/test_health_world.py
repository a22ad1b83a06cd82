"""A scripted world: fourteen sources break in as many ways, twenty are well, and `storewatch health` tells which.

Weeks of polls are written into a database through the store, with times in the past. Where a server can show it, the
last poll is a real crawl of a site on loopback that answers as broken sites do.
"""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support import past
from support.crawling import World, world
from support.past import DAY, HOUR, Polled, Told, failed, follow, item, items, polls_until, read, steady, unchanged
from support.past import working_days as weekly
from support.site import Reply, Site
from support.stored import STORY, page_read, save
from typer.testing import CliRunner

from scheduler import health
from storewatch.cli.app import app
from storewatch.db.store import Store, open_store
from storewatch.types import Feed, FeedEntry, Page, Rejected, Source

WEEKS = 42 * DAY
BASE = "https://outlet.example"

#: When the items of sources that are well came: from weekly blogs to busy portals.
Rhythm = Callable[[datetime, datetime, str], list[datetime]]
WELL: dict[str, Rhythm] = {
    **{f"weekly-{n}": lambda start, end, seed: steady(start, end, 7 * DAY, seed=seed) for n in range(3)},
    **{f"fortnightly-{n}": lambda start, end, seed: steady(start, end, 14 * DAY, seed=seed) for n in range(2)},
    **{f"daily-{n}": lambda start, end, seed: steady(start, end, DAY, seed=seed) for n in range(3)},
    **{f"office-{n}": lambda start, end, seed: weekly(start, end, 4, seed=seed) for n in range(3)},
    **{f"magazine-{n}": lambda start, end, seed: weekly(start, end, 8, seed=seed, weekend=0.3) for n in range(3)},
    **{f"portal-{n}": lambda start, end, seed: weekly(start, end, 30, seed=seed, weekend=0.5) for n in range(3)},
    "hourly": lambda start, end, seed: steady(start, end, 2 * HOUR, seed=seed),
    "young": lambda _start, end, seed: steady(end - 2 * DAY, end, 6 * HOUR, seed=seed),
    "on-leave": lambda start, end, seed: (
        steady(start, end - 30 * DAY, 3 * DAY, seed=seed) + steady(end - 16 * DAY, end - 9 * DAY, 3 * DAY, seed=seed)
    ),
}

#: What breaks, as what, and for which reason.
BROKEN = {
    "gone": ("failing", "http_404"),
    "unreachable": ("failing", "connect"),
    "bot-wall": ("blocked", "bot_wall"),
    "parked": ("parking", "parking"),
    "frozen": ("silent", "no_new_items"),
    "emptied": ("empty", "no_items"),
    "exploded": ("volume_high", "above_band"),
    "off-topic": ("irrelevant", "no_hits"),
    "teasers": ("thin", "teaser"),
    "consent-forms": ("consent", "consent_wall"),
    "torn": ("malformed", "truncated"),
    "too-fast": ("gap", "gap_open"),
    "restless": ("unstable", "unstable_address"),
    "forbidden": ("robots", "robots"),
}
#: Those whose last poll is a real crawl.
CRAWLED = ("gone", "unreachable", "bot-wall", "parked", "emptied", "torn", "forbidden")


@dataclass(frozen=True)
class Answer:
    """What a command printed."""

    code: int
    rows: dict[str, dict[str, Any]]
    err: str


class Maker:
    """Writes the past of sources into one store."""

    def __init__(self, store: Store, now: datetime) -> None:
        self.store, self.now = store, now
        self.run_id = store.start_run("storewatch crawl", now - WEEKS)

    def source(self, name: str, url: str = "") -> Source:
        return past.add(self.store, name, url or f"{BASE}/{name}/feed", at=self.now - WEEKS - DAY)

    def polled(
        self,
        source: Source,
        times: Sequence[datetime],
        *,
        until: datetime | None = None,
        window: int = 20,
        every: timedelta = 6 * HOUR,
    ) -> tuple[Source, tuple[FeedEntry, ...]]:
        """Weeks of good polls of a feed with items at ``times``."""
        published = items(f"{BASE}/{source.name}", times)
        polls = polls_until(until or self.now - timedelta(minutes=20), days=41, every=every)
        last = past.write(self.store, follow(source, published, polls, run_id=self.run_id, window=window))
        assert last is not None
        return last, published

    def more(self, polled: Sequence[Polled]) -> None:
        past.write(self.store, polled)

    def pages(self, source: Source) -> Iterator[Any]:
        """Its waiting pages, the oldest first."""
        found = self.store.lease_pages(run_id=self.run_id, now=self.now, limit=2_000, source_ids=[source.source_id])
        return iter(
            sorted(found, key=lambda page: page.entry.published.at if page.entry and page.entry.published else self.now)
        )

    def reject(self, page: Any, reason: str, **more: Any) -> None:
        self.store.reject(
            Rejected(url=page.url, reason=reason, **more),
            page_read(page.page_id, self.run_id, now=self.now),
            page=Page(url=page.url, final_url=page.url, body=b"<html></html>"),
        )


def make_well(maker: Maker) -> None:
    start = maker.now - WEEKS
    for name, rhythm in WELL.items():
        source = maker.source(name)
        times = rhythm(start, maker.now - HOUR, name)
        maker.polled(source, times, window=200 if "portal" in name else 20)


def make_broken(maker: Maker, site: Site) -> None:
    start, now = maker.now - WEEKS, maker.now
    daily = steady(start, now - HOUR, DAY, seed="daily")

    def good(
        name: str, url: str = "", times: Sequence[datetime] = daily, **more: Any
    ) -> tuple[Source, tuple[FeedEntry, ...]]:
        return maker.polled(maker.source(name, url), times, **more)

    def fails(source: Source, reason: str, *hours: float) -> None:
        for ago in hours:
            one = failed(source, now - ago * HOUR, reason, maker.run_id)
            maker.more([one])
            source = one.source

    long_ago = now - 12 * HOUR
    fails(good("gone", site.url("/gone"), until=long_ago)[0], "http_404", 6, 3)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    fails(good("unreachable", f"http://127.0.0.1:{port}/feed", until=long_ago)[0], "connect", 9, 6, 3)
    good("bot-wall", site.url("/wall", host=1), until=long_ago)
    good("parked", site.url("/moved", host=2), until=long_ago)
    fails(good("torn", site.url("/torn"), until=long_ago)[0], "malformed", 6, 3)
    good("forbidden", site.url("/hidden", host=3), until=long_ago)
    good("frozen", times=[time for time in daily if time < now - 14 * DAY])
    emptied = good("emptied", site.url("/empty"), until=long_ago)[0]
    maker.more([read(emptied, Feed(url=emptied.url, format="rss"), now - 4 * HOUR, maker.run_id)])
    exploded, known = good("exploded", until=now - 3 * HOUR)
    flood = tuple(item(f"{BASE}/exploded", number, now - 2 * HOUR, folder="shop") for number in range(300))
    entries = (*flood, *reversed(known[-20:]))
    maker.more([read(exploded, Feed(url=exploded.url, format="rss", entries=entries), now - HOUR, maker.run_id)])
    make_read(maker, start)
    fast, published = good(
        "too-fast", times=steady(start, now, 2 * HOUR, seed="fast"), until=now - 20 * DAY, every=6 * HOUR
    )
    late = Feed(url=fast.url, format="rss", entries=tuple(reversed(published[-20:])))
    maker.more([read(fast, late, now - HOUR, maker.run_id)])
    make_restless(maker, good("restless", until=now - DAY))


def make_read(maker: Maker, start: datetime) -> None:
    """Sources that are heard well, and whose pages say that something is wrong."""
    now = maker.now
    often = steady(start, now - HOUR, 6 * HOUR, seed="often")
    off_topic = maker.polled(maker.source("off-topic"), often, every=6 * HOUR)[0]
    for number, page in enumerate(maker.pages(off_topic)):
        at = page.entry.published.at if page.entry and page.entry.published else now
        if at < now - 20 * DAY and number % 3 == 0:
            save(maker.store, maker.run_id, page, story=f"Report {number}. {STORY}", published=at)
        else:
            maker.reject(page, "prefilter")
    teasers = maker.polled(maker.source("teasers"), often, every=6 * HOUR)[0]
    for page in maker.pages(teasers):
        maker.reject(page, "no_action", text="Only the first sentence, then a wall.", access="teaser")
    consent = maker.polled(maker.source("consent-forms"), often, every=6 * HOUR)[0]
    for page in maker.pages(consent):
        maker.reject(page, "consent_wall", access="consent_wall")


def make_restless(maker: Maker, known: tuple[Source, tuple[FeedEntry, ...]]) -> None:
    """The same items at other addresses at every poll."""
    source, published = known
    for number in range(4):
        entries = tuple(
            FeedEntry(url=f"{entry.url}?session={number}x{place}", title=entry.title, published=entry.published)
            for place, entry in enumerate(reversed(published[-20:]))
        )
        one = read(
            source,
            Feed(url=source.url, format="rss", entries=entries),
            maker.now - (8 - 2 * number) * HOUR,
            maker.run_id,
        )
        maker.more([one])
        source = one.source


def serve(site: Site) -> None:
    site.add("/gone", Reply(status=404))
    site.add(
        "/empty",
        Reply("<rss version='2.0'><channel><title>t</title></channel></rss>", content_type="application/rss+xml"),
    )
    site.add("/torn", Reply("<rss version='2.0'><channel><item><title>Half an it", content_type="application/rss+xml"))
    title = "<title>Just a moment...</title>"
    wall = f"<html><head>{title}</head><body><p>Checking your browser before accessing.</p></body></html>"
    site.add("/wall", Reply(wall, status=403, headers={"Server": "cloudflare", "cf-mitigated": "challenge"}), host=1)
    site.add("/moved", Reply(status=301, headers={"Location": "/lander"}), host=2)
    lander = (
        "<html><head><title>outlet.example</title></head><body><h1>This domain is for sale</h1>"
        "<p>Buy this domain. The domain outlet.example may be for sale by its owner.</p></body></html>"
    )
    site.add("/lander", lander, host=2)
    site.add("/robots.txt", Reply("User-agent: *\nDisallow: /", content_type="text/plain"), host=3)


@pytest.fixture(scope="module")
def broken_world(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("health")
    shutil.copyfile(migrated_sqlite, folder / "storewatch.db")
    crawls = world(folder)
    with Site(hosts=4) as site:
        serve(site)
        with open_store(str(folder / "storewatch.db")) as store:
            maker = Maker(store, datetime.now(UTC))
            make_well(maker)
            make_broken(maker, site)
        # The pages are nowhere; one of them may be asked for.
        crawls.spider("feeds", {"sources": ",".join(CRAWLED)}, RUN__PAGE_LIMIT="1")
        yield crawls


@pytest.fixture(scope="module")
def told(broken_world: World) -> Answer:
    result = CliRunner().invoke(app, ["health", "--all", "--format", "jsonl", "--db", broken_world.database])
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    return Answer(result.exit_code, {row["source"]: row for row in rows}, result.stderr)


@pytest.mark.parametrize(("name", "status", "reason"), [(name, *why) for name, why in BROKEN.items()], ids=[*BROKEN])
def test_what_is_broken_is_named_with_its_reason(told: Answer, name: str, status: str, reason: str) -> None:
    row = told.rows[name]
    assert (row["status"], row["reason"]) == (status, reason), row
    assert row["well"] is False
    assert row["evidence"]
    assert row["todo"]
    assert row["since"] is not None


def test_what_is_well_is_not_named(told: Answer) -> None:
    assert len(WELL) == 20
    wrong = {name: told.rows[name]["evidence"] for name in WELL if not told.rows[name]["well"]}
    assert wrong == {}
    assert told.code == 1, "a warning: some are not well, most are"


def test_only_those_that_are_not_well_are_listed_where_nothing_else_is_asked(broken_world: World) -> None:
    result = CliRunner().invoke(app, ["health", "--format", "jsonl", "--db", broken_world.database])
    assert {json.loads(line)["source"] for line in result.stdout.splitlines()} == set(BROKEN)


@pytest.mark.parametrize("name", [name for name in WELL if name not in ("young", "on-leave")])
def test_nothing_well_is_named_at_any_hour_of_two_weeks(name: str) -> None:
    end = datetime(2026, 3, 16, 5, tzinfo=UTC)
    source = Source(source_id=1, name=name, url=f"{BASE}/{name}/feed")
    told = Told(source, end - WEEKS - DAY)
    published = items(BASE, WELL[name](end - WEEKS, end, name))
    polls = polls_until(end, days=41, every=6 * HOUR)
    for polled in follow(source, published, polls, window=200 if "portal" in name else 20):
        told.hear([polled])
        if polled.poll.polled_at > end - 14 * DAY:
            judged = health.judge(told.facts(), polled.poll.polled_at)
            assert judged.well, (polled.poll.polled_at, judged)


def hear(name: str, times: Sequence[datetime], now: datetime) -> Told:
    source = Source(source_id=1, name=name, url=f"{BASE}/{name}/feed")
    window = 200 if "portal" in name else 20
    polls = polls_until(now, days=41, every=6 * HOUR)
    return Told(source, now - WEEKS - DAY).hear(follow(source, items(BASE, times), polls, window=window))


def test_silence_is_told_when_its_habit_is_broken_and_not_before() -> None:
    end = datetime(2026, 3, 2, tzinfo=UTC)
    told = hear("daily", steady(end - WEEKS, end, DAY, seed="silence"), end)
    source, first = told.source, None
    for hours in range(3, 20 * 24, 3):
        now = end + hours * HOUR
        told.hear([unchanged(told.source, now)])
        if first is None and health.judge(told.facts(), now).status == "silent":
            first = now
    assert source.name == "daily"
    assert first is not None
    assert end + 2 * DAY < first < end + 8 * DAY


def test_a_failure_is_told_when_it_has_lasted() -> None:
    end = datetime(2026, 3, 2, tzinfo=UTC)
    for reason, least in (("http_404", 2), ("malformed", 2), ("connect", 3)):
        told = hear("daily", steady(end - WEEKS, end, DAY, seed="failure"), end)
        statuses = []
        for number in range(1, 6):
            now = end + number * 3 * HOUR
            told.hear([failed(told.source, now, reason)])
            statuses.append(health.judge(told.facts(), now).well)
        assert statuses == [True] * (least - 1) + [False] * (6 - least), reason
