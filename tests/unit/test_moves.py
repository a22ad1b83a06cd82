"""Feeds that have moved: when that is believed, and when no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler import moves
from storewatch.types import Feed, FeedEntry, Move, Source

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
OLD = "https://paper.example/feed"
NEW = "https://news.paper.example/rss.xml"


def source(**values: Any) -> Source:
    return Source(**{"source_id": 1, "name": "paper", "url": OLD, **values})


def moved(to: str | None, polls: int, hours: float) -> dict[str, Any]:
    return {"moved_to": to, "moved_polls": polls, "moved_since": NOW - HOUR * hours}


@pytest.mark.parametrize(
    ("urls", "reasons", "target"),
    [
        pytest.param([], [], None, id="no redirect"),
        pytest.param([OLD], [301], "final", id="301"),
        pytest.param([OLD], [308], "final", id="308"),
        pytest.param([OLD], [302], None, id="302"),
        pytest.param([OLD], [307], None, id="307"),
        pytest.param([OLD, "b", "c"], [301, 308, 301], "final", id="chain of permanent ones"),
        pytest.param([OLD, "b"], [301, 302], "b", id="permanent, then temporary"),
        pytest.param([OLD, "b"], [302, 301], None, id="temporary, then permanent"),
        pytest.param([OLD], ["meta refresh"], None, id="no status at all"),
    ],
)
def test_how_far_a_chain_leads_for_good(urls: list[str], reasons: list[object], target: str | None) -> None:
    assert moves.permanent_target(urls, reasons, "final") == target


@pytest.mark.parametrize(
    ("state", "target", "expected"),
    [
        pytest.param({}, None, None, id="nothing happens"),
        pytest.param({}, NEW, Move(to=NEW, polls=1, since=NOW), id="first sight"),
        pytest.param(moved(NEW, 1, 30), NEW, Move(to=NEW, polls=2, since=NOW - HOUR * 30), id="second"),
        pytest.param(moved(NEW, 2, 23), NEW, Move(to=NEW, polls=2, since=NOW - HOUR * 23), id="third too soon"),
        pytest.param(moved(NEW, 2, 24), NEW, Move(to=NEW, polls=3, since=NOW - HOUR * 24), id="third after a day"),
        pytest.param(moved(NEW, 2, 30), NEW + "?s=2", Move(to=NEW + "?s=2", polls=1, since=NOW), id="another target"),
        pytest.param(moved(NEW, 2, 30), None, Move(), id="no redirect any more"),
        pytest.param(moved(NEW, 3, 99), None, None, id="at home at the new address"),
        pytest.param(moved(NEW, 3, 99), "https://third.example/feed", Move(), id="the new address moves on"),
        pytest.param({}, "https://paper.example/", None, id="home page"),
        pytest.param({}, "https://paper.example", None, id="home page without a slash"),
        pytest.param({}, "http://paper.example/rss", None, id="from https to http"),
        pytest.param({}, OLD, None, id="to itself"),
        pytest.param({}, "ftp://paper.example/rss", None, id="no http"),
        pytest.param({}, "https://[broken/rss", None, id="no address"),
        pytest.param({}, "https://paper.example/" + "x" * 3000, None, id="too long"),
        pytest.param({"kind": "listing"}, "https://parked.example/lander", None, id="a listing on another host"),
        pytest.param(
            {"kind": "listing"},
            "https://www.paper.example/news",
            Move(to="https://www.paper.example/news", polls=1, since=NOW),
            id="a listing on the same host",
        ),
    ],
)
def test_after_an_answer(state: dict[str, Any], target: str | None, expected: Move | None) -> None:
    assert moves.after_answer(source(**state), target, NOW) == expected


@pytest.mark.parametrize(
    ("state", "failures", "expected"),
    [
        pytest.param({}, 1, None, id="nothing to forget"),
        pytest.param(moved(NEW, 2, 30), 1, Move(), id="not in a row any more"),
        pytest.param(moved(NEW, 3, 30), 3, None, id="a new address may fail"),
        pytest.param(moved(NEW, 3, 30), 4, Move(), id="but not for long"),
    ],
)
def test_after_a_failure(state: dict[str, Any], failures: int, expected: Move | None) -> None:
    assert moves.after_failure(source(**state), failures) == expected


@pytest.mark.parametrize(("polls", "address"), [(0, OLD), (2, OLD), (3, NEW)])
def test_where_a_source_is_polled(polls: int, address: str) -> None:
    one = source(**moved(NEW if polls else None, polls, 30))
    assert moves.address(one) == address
    assert moves.taken_over(one) is (address == NEW)


@pytest.mark.parametrize(
    ("kind", "format", "entries", "fits"),
    [
        ("feed", "rss", 1, True),
        ("feed", "json", 1, True),
        ("feed", "rss", 0, False),
        ("feed", "sitemap", 1, False),
        ("feed", "listing", 1, False),
        ("sitemap", "sitemap", 1, True),
        ("sitemap", "sitemap_index", 1, True),
        ("sitemap", "atom", 1, False),
        ("listing", "listing", 1, True),
    ],
)
def test_what_fits(kind: Any, format: str, entries: int, fits: bool) -> None:
    feed = Feed(url=NEW, format=format, entries=(FeedEntry(url="https://paper.example/1"),) * entries)
    assert moves.fits(source(kind=kind), feed) is fits


def test_a_move_from_first_sight_to_the_end() -> None:
    one, now, asked = source(), NOW, []
    for _ in range(12):
        asked.append(moves.address(one))
        move = moves.after_answer(one, NEW if asked[-1] == OLD else None, now)
        if move is not None:
            one = source(moved_to=move.to, moved_polls=move.polls, moved_since=move.since)
        now += HOUR * 4
    assert asked == [OLD] * 7 + [NEW] * 5


@pytest.mark.parametrize(
    ("move", "told"),
    [
        pytest.param(None, False, id="none"),
        pytest.param(Move(), False, id="forgotten"),
        pytest.param(Move(to=NEW, polls=2, since=NOW), False, id="not believed yet"),
        pytest.param(Move(to=NEW, polls=3, since=NOW), True, id="believed"),
        pytest.param(Move(to="http://www.paper.example/feed/", polls=3, since=NOW), False, id="only www and a slash"),
    ],
)
def test_what_is_worth_telling(move: Move | None, told: bool) -> None:
    assert moves.worth_telling(source(), move) is told
