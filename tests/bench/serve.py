"""The memory of `storewatch serve` over many crawls, and what is left of their processes.

    python tests/bench/serve.py [--crawls 50]

A press of five feeds on loopback is crawled again and again by one daemon; before each crawl all feeds are due and one
has a new article. Prints the daemon's resident memory after every tenth crawl, once no process of the crawl is left (it
waits for that without end). Baseline: the memory after the first crawl.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.crawling import article, environment
from support.site import Site

from storewatch.db.store import Store, open_store
from storewatch.memory import descendants, resident_mb
from storewatch.types import NewSource

FEEDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description="The memory of serve over many crawls.")
    parser.add_argument("--crawls", type=int, default=50)
    crawls = parser.parse_args().crawls
    with tempfile.TemporaryDirectory() as name, Site() as site:
        folder = Path(name)
        for number in range(crawls + FEEDS):
            site.add(f"/page-{number}", article(number + 2))
        with open_store(str(folder / "storewatch.db")) as store:
            for number in range(FEEDS):
                feed = site.feed(f"/feed-{number}", [f"/page-{number}"])
                store.add_source(NewSource(name=f"feed-{number}", url=feed, kind="feed"), datetime.now(UTC))
        run(folder, site, crawls)


def run(folder: Path, site: Site, crawls: int) -> None:
    values = {"SCHEDULE__CRAWL": "every 1s", "SCHEDULE__HEALTH": "every 2s"}
    env = dict(os.environ) | environment(folder, **values) | {"STOREWATCH_CONFIG": ""}
    command = [str(Path(sys.executable).with_name("storewatch")), "serve"]
    daemon = subprocess.Popen(command, env=env, cwd=folder, stderr=subprocess.DEVNULL)
    first = 0.0
    try:
        with open_store(str(folder / "storewatch.db")) as store:
            wait(store, 1)
            with store.writing() as connection:  # the daemon has put the catalogue in
                connection.exec_driver_sql(
                    "UPDATE sources SET enabled = 0, enabled_by_user = 1 WHERE added_by <> 'user'"
                )
            for number in range(1, crawls + 1):
                site.feed(f"/feed-{number % FEEDS}", [f"/page-{number + FEEDS - 1}"])
                with store.writing() as connection:
                    connection.exec_driver_sql("UPDATE sources SET next_poll_at = NULL WHERE added_by = 'user'")
                wait(store, number + 1)
                while any(descendants(daemon.pid)):  # a crawl that has noted its end is about to be gone
                    time.sleep(0.05)
                first = first or resident_mb(daemon.pid)
                if number % 10 == 0:
                    memory = resident_mb(daemon.pid)
                    print(
                        f"{number:4} crawls, no child left: daemon {memory:6.1f} MB ({memory / first:.3f} of the first)"
                    )
    finally:
        daemon.terminate()
        daemon.wait()


def wait(store: Store, runs: int) -> None:
    """Until so many runs have ended."""
    while sum(run.exit_code is not None for run in store.runs(10_000)) < runs:
        time.sleep(0.2)


if __name__ == "__main__":
    main()
