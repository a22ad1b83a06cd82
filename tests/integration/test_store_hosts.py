"""Manners in the database: moments reserved among processes, hosts that want to be left alone, robots.txt kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from support.stored import DAY, HOUR, NOW, kept_since

from storewatch.db.hosts import Deferral, Turn, TurnWanted
from storewatch.db.store import Store, open_store
from storewatch.types import RobotsTxt

SECOND = timedelta(seconds=1)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as store:
        yield store


def waits(store: Store, *wanted: TurnWanted, now: datetime = NOW) -> list[float]:
    """Seconds until the moments that are reserved, negative for those that are only told."""
    turns = store.reserve_hosts(wanted, lambda: now)
    return [(turn.at - now).total_seconds() * (1 if turn.reserved else -1) for turn in turns]


def golem(delay_s: float = 2.0, *, patience_s: float = 60.0, unused: datetime | None = None) -> TurnWanted:
    return TurnWanted(host="golem.example", delay_s=delay_s, patience_s=patience_s, unused=unused)


def test_requests_of_a_host_keep_their_distance(store: Store) -> None:
    heise = replace(golem(), host="heise.example")
    assert waits(store, golem(), heise, golem()) == [0, 0, 2]
    assert waits(store, golem(0.5), heise, now=NOW + SECOND) == [3, 1]
    assert waits(store, golem(), now=NOW + SECOND) == [3.5]
    assert waits(store, golem(), now=NOW + HOUR) == [0]


def test_what_is_too_far_away_is_told_and_not_reserved(store: Store) -> None:
    assert waits(store, golem(30), golem(30), golem(30, patience_s=10)) == [0, 30, -60]
    assert waits(store, golem(30)) == [60]


def test_a_moment_that_passed_by_is_given_back(store: Store) -> None:
    waits(store, golem())
    later = NOW + timedelta(seconds=1.5)
    assert waits(store, golem(unused=NOW), now=later) == [0]
    # Somebody has reserved after it: then it is lost.
    waits(store, golem(), now=later)
    assert waits(store, golem(unused=later), now=later + SECOND) == [3]


def test_a_clock_that_was_wrong_blocks_no_host(store: Store) -> None:
    waits(store, golem(), now=NOW + 3650 * DAY)
    store.defer_host("heise.example", NOW + 3650 * DAY)
    assert waits(store, golem(), golem(), replace(golem(), host="heise.example")) == [0, 2, 0]
    assert store.deferred_hosts(NOW)["heise.example"].until is None


def test_a_clock_that_was_hours_ahead_blocks_no_host(store: Store) -> None:
    waits(store, golem(), now=NOW + 2 * HOUR)
    assert waits(store, golem(), golem()) == [0, 2]


def test_a_long_delay_is_no_wrong_clock(store: Store) -> None:
    assert waits(store, golem(3600), golem(3600)) == [0, -3600]
    assert waits(store, golem(3600), now=NOW + SECOND) == [-3599]


def test_a_host_that_asks_to_wait(store: Store) -> None:
    store.defer_host("golem.example", NOW + timedelta(seconds=50), refusals=1)
    store.defer_host("golem.example", NOW + timedelta(seconds=30), refusals=2)  # ends earlier: only counted
    assert waits(store, golem(1), golem(1)) == [50, 51]
    store.defer_host("golem.example", NOW + timedelta(seconds=90), refusals=3)
    assert waits(store, golem(1), golem(1)) == [-90, -90]
    assert store.deferred_hosts(NOW) == {"golem.example": Deferral(until=NOW + timedelta(seconds=90), refusals=3)}


def test_a_refusal_is_remembered_until_the_host_answers(store: Store) -> None:
    store.defer_host("golem.example", NOW + SECOND, refusals=3)
    store.defer_host("heise.example", None, refusals=1)
    once = Deferral(until=None, refusals=1)
    assert store.deferred_hosts(NOW + HOUR) == {"golem.example": replace(once, refusals=3), "heise.example": once}
    store.readmit_host("golem.example")
    store.readmit_host("never-heard-of.example")
    assert store.deferred_hosts(NOW + HOUR) == {"heise.example": once}
    assert store.reserve_hosts([golem()], lambda: NOW + HOUR) == (Turn(at=NOW + HOUR, reserved=True),)


def test_who_is_not_asked_for_long_is_forgotten(store: Store) -> None:
    waits(store, golem(), replace(golem(), host="heise.example"))
    store.defer_host("heise.example", NOW + DAY, refusals=2)
    store.defer_host("t3n.example", None, refusals=1)
    old = RobotsTxt(site="https://golem.example", status=404, fetched_at=NOW, expires_at=NOW + DAY)
    store.save_robots([old, replace(old, site="https://heise.example", expires_at=NOW + 2 * DAY)])
    assert store.expire(kept_since(hosts=NOW))["manners of hosts"] == 0
    assert store.expire(kept_since(hosts=NOW + HOUR))["manners of hosts"] == 1
    assert store.deferred_hosts(NOW).keys() == {"heise.example", "t3n.example"}
    assert store.expire(kept_since(hosts=NOW + DAY + HOUR))["manners of hosts"] == 2
    assert store.robots([old.site, "https://heise.example"]).keys() == {"https://heise.example"}


def test_robots_txt_is_kept(store: Store) -> None:
    golem = RobotsTxt(
        site="https://golem.example",
        status=200,
        rules="User-agent: *\nDisallow: /größe\x00",
        fetched_at=NOW,
        expires_at=NOW + DAY,
    )
    heise = RobotsTxt(site="http://heise.example:8080", reason="robots_unread", fetched_at=NOW, expires_at=NOW + HOUR)
    store.save_robots([])
    store.save_robots([golem, heise])
    many = [f"https://{number}.example" for number in range(600)]
    kept = store.robots([*many, golem.site, heise.site])
    assert kept == {
        golem.site: replace(golem, rules="User-agent: *\nDisallow: /größe\ufffd"),
        heise.site: heise,
    }
    store.save_robots([replace(heise, status=404, reason=None)])
    assert store.robots([heise.site])[heise.site].status == 404
