"""ETag and Last-Modified: relied on, verified, and given up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler import validators
from crawler.rhythm import Rhythm
from storewatch.types import FeedEntry, Moment, Source

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BOTH = {"If-None-Match": '"1"', "If-Modified-Since": "yesterday"}


def source(**values: Any) -> Source:
    fixed = {"source_id": 1, "name": "paper", "url": "https://paper.example/feed"}
    return Source(**{**fixed, "etag": '"1"', "last_modified": "yesterday", **values})


def history(per_day: float, *, until: datetime) -> dict[str, Any]:
    gaps = [number + 0.6 + 0.8 * (number * 0.618 % 1) for number in range(60)]
    times = [(until - timedelta(days=gap / per_day)).timestamp() for gap in gaps]
    return Rhythm().after(times, now=until, window=50).dump()


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        pytest.param({"verified_at": NOW - HOUR}, BOTH, id="read lately"),
        pytest.param({"verified_at": NOW - HOUR, "last_modified": None}, {"If-None-Match": '"1"'}, id="an etag only"),
        pytest.param({"verified_at": NOW - HOUR, "etag": None, "last_modified": None}, {}, id="nothing to ask with"),
        pytest.param({"verified_at": NOW - HOUR, "trusts_validators": False}, {}, id="caught lying"),
        pytest.param({}, {}, id="never read whole, as far as is known"),
        pytest.param({"verified_at": NOW - 2 * DAY}, {}, id="silent, and nothing known of it"),
        pytest.param({"verified_at": NOW - 14 * DAY}, {}, id="after two weeks whatever it is"),
        pytest.param(
            {"verified_at": NOW - 23 * HOUR, "history": history(100, until=NOW - 23 * HOUR)}, BOTH, id="within a day"
        ),
        pytest.param(
            {"verified_at": NOW - 25 * HOUR, "history": history(100, until=NOW - 25 * HOUR)}, {}, id="a silent portal"
        ),
        pytest.param(
            {"verified_at": NOW - 2 * DAY, "history": history(1, until=NOW - 2 * DAY)}, BOTH, id="a magazine, 2 days"
        ),
        pytest.param(
            {"verified_at": NOW - 5 * DAY, "history": history(1, until=NOW - 5 * DAY)}, {}, id="a magazine, 5 days"
        ),
        pytest.param(
            {"verified_at": NOW - 13 * DAY, "history": history(0.1, until=NOW - 13 * DAY)}, BOTH, id="a blog, 13 days"
        ),
    ],
)
def test_when_to_ask_conditionally(state: dict[str, Any], expected: dict[str, str]) -> None:
    assert validators.headers(source(**state), NOW) == expected


def items(*hours_ago: float, precision: Any = "instant") -> tuple[FeedEntry, ...]:
    return tuple(
        FeedEntry(url=f"https://paper.example/{ago}", published=Moment(at=NOW - HOUR * ago, precision=precision))
        for ago in hours_ago
    )


SILENT = {"verified_at": NOW - 2 * DAY, "last_ok_at": NOW - HOUR}  # the last poll got a 304


@pytest.mark.parametrize(
    ("state", "answer", "caught"),
    [
        pytest.param({}, {}, True, id="the same etag"),
        pytest.param({}, {"fresh": ()}, False, id="the same items: only a comment has changed"),
        pytest.param({}, {"etag": '"2"'}, False, id="another etag"),
        pytest.param({}, {"etag": None}, False, id="no etag any more"),
        pytest.param({}, {"etag": '"2"', "last_modified": "yesterday"}, False, id="the etag wins over the date"),
        pytest.param({"etag": None}, {"etag": None}, True, id="the same date"),
        pytest.param({"etag": None}, {"etag": None, "last_modified": "today"}, False, id="another date"),
        pytest.param({"etag": None, "last_modified": None}, {"etag": None, "last_modified": None}, False, id="neither"),
        pytest.param({"trusts_validators": False}, {}, False, id="known for it"),
        pytest.param(SILENT, {"etag": '"2"', "fresh": items(30, 20, 10)}, True, id="304 while there was something"),
        pytest.param(SILENT, {"etag": '"2"', "fresh": items(30, 20)}, False, id="two may be an accident"),
        pytest.param(SILENT, {"etag": '"2"', "fresh": items(3, 2, 1)}, False, id="a slow cache"),
        pytest.param(SILENT, {"etag": '"2"', "fresh": items(90, 80, 70)}, False, id="old items from elsewhere"),
        pytest.param(
            SILENT, {"etag": '"2"', "fresh": items(30, 20, 10, precision="day")}, False, id="days say too little"
        ),
        pytest.param(
            SILENT, {"etag": '"2"', "fresh": items(30, 20, 10), "whole": False}, False, id="asked conditionally it told"
        ),
        pytest.param(
            {**SILENT, "verified_at": NOW - HOUR},
            {"etag": '"2"', "fresh": items(30, 20, 10)},
            False,
            id="no 304 before",
        ),
    ],
)
def test_who_is_caught(state: dict[str, Any], answer: dict[str, Any], caught: bool) -> None:
    said = {"etag": '"1"', "last_modified": "yesterday", "fresh": items(1), "whole": True, **answer}
    assert validators.lie(source(**state), **said) is caught
