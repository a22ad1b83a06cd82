"""The last act of the demo: ``storewatch serve`` looks after a part of the press world by itself, for some ticks.

It works on a database of its own, in a process of its own as everywhere; what it did is read from the database.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import IO

from rich.console import Console

from crawler.sources import catalogue
from storewatch.config import Loaded
from storewatch.db.schedule import job_states
from storewatch.db.store import Store, open_store
from storewatch.demo import report
from storewatch.demo.server import PressWorld

TICK = "every 1s"
#: How a look ends that starts no crawl.
IDLE = "nothing was due"
#: How long the demo waits for a tick, and how often it looks; seconds.
PATIENCE_S = 60.0
LOOK_S = 0.1
_COMMAND = (sys.executable, "-c", "from storewatch.cli import main; main()", "serve")
_STOPPED = "stopped"


def show_service(config: Loaded, press: PressWorld, to: Console) -> bool:
    """Let the service find two sources that are due, then nothing, then one that was added meanwhile, and stop it.

    ``config`` names the service's own database and says when it looks. False when it did not do all that: its log is
    shown then.
    """
    *early, late = [source for source in press.sources() if press.site(source.name).outlet.feed != "gone"][:3]
    url = config.config.database.url
    with open_store(url) as store:
        _only_ours(store)
        for source in early:
            store.add_source(source, datetime.now(UTC))
        with _running(config) as (process, log):
            to.print(f"By itself: storewatch serve, with {len(early)} of the feeds, looks every second what is due")
            found = [_shown(process, lambda: _ended(store, 1), to), _shown(process, lambda: _rests(store), to)]
            store.add_source(late, datetime.now(UTC))
            to.print(f"  {late.name} is added while it works")
            found.append(_shown(process, lambda: _ended(store, 2), to))
            asked = monotonic()
            process.terminate()
            code = process.wait(PATIENCE_S)
            log.seek(0)
            said = log.read().decode(errors="replace")
        if code == 0 and all(found) and said.rstrip().endswith(_STOPPED):
            to.print(f"  stopped within {monotonic() - asked:.1f} s of being asked to\n")
            return True
        to.print(f"  ended with {code}:\n{said}")
        return False


def _only_ours(store: Store) -> None:
    """The service puts the shipped catalogue in; the demo asks nobody but itself."""
    rows = catalogue()
    store.sync_catalogue(rows, datetime.now(UTC))
    for row in rows:
        store.set_enabled(row.name, False)


@contextmanager
def _running(config: Loaded) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]:
    """The service, and the file that it logs into."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("STOREWATCH_")}
    with TemporaryDirectory(prefix="storewatch-demo-") as folder, (Path(folder) / "log").open("w+b") as log:
        process = subprocess.Popen(_COMMAND, env=inherited | config.environ(), cwd=folder, stderr=log)
        try:
            yield process, log
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


def _shown(process: subprocess.Popen[bytes], look: Callable[[], str | None], to: Console) -> bool:
    found = _awaited(process, look)
    if found is not None:
        to.print(f"  {found}")
    return found is not None


def _awaited(process: subprocess.Popen[bytes], look: Callable[[], str | None]) -> str | None:
    """What ``look`` finds at last; None when the service has ended, or it takes too long."""
    until = monotonic() + PATIENCE_S
    while process.poll() is None and monotonic() < until:
        if found := look():
            return found
        try:
            process.wait(LOOK_S)
        except subprocess.TimeoutExpired:
            continue
    return None


def _ended(store: Store, number: int) -> str | None:
    """The run of this number in words, as soon as it has ended."""
    run = store.run(number)
    return None if run is None or run.exit_code is None else f"run {number}: {report.counts_text(run)}"


def _rests(store: Store) -> str | None:
    """That the service found nothing to do, as soon as it has."""
    state = job_states(store).get("crawl")
    return IDLE if state is not None and state.outcome == IDLE else None


__all__ = ["TICK", "show_service"]
