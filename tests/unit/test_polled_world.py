"""Two weeks of a small synthetic world, polled by rhythm and at fixed intervals (tests/bench/polling.py: a year)."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.polled_world import Outcome, SyntheticFeed, make_feeds, poll_by_policy, poll_every, quantile

DAYS = 14


@pytest.fixture(scope="module")
def feeds() -> list[SyntheticFeed]:
    return make_feeds(20, days=DAYS, seed=14)


def polled(feeds: list[SyntheticFeed], way: Callable[..., Outcome]) -> tuple[float, float, float, int]:
    """Requests per feed and day, p50 and mean of the delays of all items in minutes, items missed."""
    outcomes = [way(feed, days=DAYS) for feed in feeds]
    delays = [delay / 60 for outcome in outcomes for delay in outcome.delays]
    requests = sum(outcome.requests for outcome in outcomes) / len(feeds) / DAYS
    missed = sum(outcome.missed for outcome in outcomes)
    return requests, quantile(delays, 0.5), sum(delays) / len(delays), missed


def test_the_rhythm_beats_polling_once_an_hour(feeds: list[SyntheticFeed]) -> None:
    requests, median, mean, missed = polled(feeds, poll_by_policy)
    hourly_requests, hourly_median, hourly_mean, hourly_missed = polled(feeds, poll_every(60))
    assert requests <= hourly_requests
    assert median < hourly_median / 2
    assert mean < hourly_mean / 1.5
    assert missed <= hourly_missed


def test_a_fixed_interval_costs_and_brings_what_it_must(feeds: list[SyntheticFeed]) -> None:
    requests, median, mean, _ = polled(feeds, poll_every(60))
    assert requests == pytest.approx(24, abs=0.1)
    assert (median, mean) == (pytest.approx(30, abs=3), pytest.approx(30, abs=3))


def test_the_same_seed_makes_the_same_world(feeds: list[SyntheticFeed]) -> None:
    assert make_feeds(20, days=DAYS, seed=14) == feeds
    assert make_feeds(20, days=DAYS, seed=15) != feeds
    assert len({feed.kind for feed in feeds}) >= 5


def test_the_bench_prints_its_tables(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    bench = Path(__file__).parents[1] / "bench" / "polling.py"
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "argv", [str(bench), "--feeds", "15", "--days", "4"])
    runpy.run_path(str(bench), run_name="__main__")
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("15 feeds, 4 days, seed 1")
    by_minutes = {row.split("|")[0].strip(): row.split("|")[1].strip() for row in told if row.count("|") == 9}
    assert (by_minutes["every 15 min"], by_minutes["every 60 min"]) == ("96.0", "24.0")
    assert float(by_minutes["by rhythm"]) < 40
