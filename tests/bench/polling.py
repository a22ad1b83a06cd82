"""What polling by the rhythm of each source costs and brings, against fixed intervals.

::

    python tests/bench/polling.py [--feeds 320] [--days 365] [--seed 1]

A year of synthetic feeds (tests/support/polled_world.py) is polled through the code that a crawl uses. By item counts
each item once, so busy portals decide; by feed counts each feed once. Runs on one core for some minutes.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import process_time

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from support.polled_world import (  # noqa: E402  the path comes first
    KINDS,
    START,
    Outcome,
    SyntheticFeed,
    make_feeds,
    poll_by_policy,
    poll_every,
    quantile,
)

COLUMNS = ("polling", "req/feed/day", "items", "missed", "p50", "p95", "mean", "feeds: p50", "p95", "mean")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=320)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    feeds = make_feeds(options.feeds, days=options.days, seed=options.seed)
    print(f"{len(feeds)} feeds, {options.days} days, seed {options.seed}; delays in minutes from publication to poll")
    print(" | ".join(COLUMNS))
    ways: dict[str, Callable[..., Outcome]] = {f"every {m} min": poll_every(m) for m in (15, 30, 60)}
    ways["by rhythm, no TTL obeyed"] = partial(poll_by_policy, obey_ttl=False)
    ways["by rhythm"] = poll_by_policy
    outcomes: dict[str, list[Outcome]] = {}
    for name, way in ways.items():
        began = process_time()
        outcomes[name] = [way(feed, days=options.days) for feed in feeds]
        print(row(name, outcomes[name], options.days), f"({process_time() - began:.0f} s)", flush=True)
    for name in ("by rhythm, no TTL obeyed", "by rhythm"):
        requests = sum(outcome.requests for outcome in outcomes[name]) / len(feeds) / options.days
        least = least_mean_delay(feeds, days=options.days, requests=requests)
        print(f"{name}: with so many requests no mean delay below {least:.1f} min, were all rates known beforehand")
    fifteen = least_mean_delay(feeds, days=options.days, requests=24)
    print(f"with 24 requests per feed and day: none below {fifteen:.1f} min")
    print("\nby rhythm, kind by kind:")
    for kind in KINDS:
        if found := of_kind(feeds, outcomes["by rhythm"], kind.name):
            print(row(kind.name, found, options.days))


def least_mean_delay(feeds: Sequence[SyntheticFeed], *, days: int, requests: float) -> float:
    """The least mean delay in minutes that ``requests`` polls per feed and day could bring to who knew beforehand how
    many items each feed has in each hour of the week, if these came at random within it.

    Polls at intervals of T delay items by T / 2 on average. Over all feeds and hours the sum of the delays is least
    when T is inverse to the square root of the rate.
    """
    weeks, roots, items = days / 7, 0.0, 0
    for feed in feeds:
        counts = Counter(int(time // 3600) % 168 for time in feed.times if time >= START.timestamp())
        roots += sum(math.sqrt(count / weeks) for count in counts.values())
        items += counts.total()
    return 60 * roots**2 / (2 * requests * len(feeds) * 7 * items / weeks)


def of_kind(feeds: Sequence[SyntheticFeed], outcomes: Sequence[Outcome], kind: str) -> list[Outcome]:
    return [outcome for feed, outcome in zip(feeds, outcomes, strict=True) if feed.kind == kind]


def row(name: str, outcomes: Sequence[Outcome], days: int) -> str:
    """One line of the table."""
    delays = [delay / 60 for outcome in outcomes for delay in outcome.delays]
    by_feed = [[delay / 60 for delay in outcome.delays] for outcome in outcomes if outcome.delays]
    return " | ".join(
        (
            f"{name:26}",
            f"{sum(outcome.requests for outcome in outcomes) / len(outcomes) / days:6.1f}",
            f"{len(delays):8d}",
            f"{sum(outcome.missed for outcome in outcomes):6d}",
            f"{quantile(delays, 0.5):5.1f}",
            f"{quantile(delays, 0.95):6.1f}",
            f"{sum(delays) / max(len(delays), 1):6.1f}",
            f"{quantile([quantile(values, 0.5) for values in by_feed], 0.5):5.1f}",
            f"{quantile([quantile(values, 0.95) for values in by_feed], 0.5):6.1f}",
            f"{quantile([sum(values) / len(values) for values in by_feed], 0.5):6.1f}",
        )
    )


if __name__ == "__main__":
    main()
