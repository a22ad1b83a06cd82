"""The last act of the demo: ``storewatch serve`` looks after a part of the press world by itself, for some ticks.

It works on a database of its own, in a process of its own as everywhere; what it did is read from the database.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import IO

from rich.console import Console

from crawler.sources import catalogue
from storewatch.config import Loaded
from storewatch.db.schedule import JobState, job_states
from storewatch.db.store import Store, open_store
from storewatch.demo import report
from storewatch.demo.server import PressWorld
from storewatch.types import Run

TICK = "every 1s"
#: How long the demo waits for a tick, and how often it looks; seconds.
PATIENCE_S = 60.0
LOOK_S = 0.1
_COMMAND = (sys.executable, "-c", "from storewatch.cli import main; main()", "serve")
_STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """One look of the service: what it says of it, and the run if there was one."""

    outcome: str
    run: Run | None


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
            ticks = _ticks(store, process)
            to.print(f"By itself: storewatch serve, with {len(early)} of the feeds, looks every second what is due")
            shown = [_show(next(ticks, None), to), _show(next(ticks, None), to)]
            store.add_source(late, datetime.now(UTC))
            to.print(f"  {late.name} is added while it works")
            shown.append(_show(next(ticks, None), to))
            asked = monotonic()
            process.terminate()
            code = process.wait(PATIENCE_S)
            log.seek(0)
            said = log.read().decode(errors="replace")
        if code == 0 and all(shown) and said.rstrip().endswith(_STOPPED):
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


def _ticks(store: Store, process: subprocess.Popen[bytes]) -> Iterator[Tick]:
    """Every tick that ends otherwise than the one before; none any more when the service has ended or says nothing."""
    former = None
    until = monotonic() + PATIENCE_S
    while process.poll() is None and monotonic() < until:
        state = job_states(store).get("crawl")
        if state is not None and state.outcome is not None and state.outcome != former:
            former = state.outcome
            until = monotonic() + PATIENCE_S
            yield Tick(outcome=former, run=_run_of(state, store.runs(1)))
        try:
            process.wait(LOOK_S)
        except subprocess.TimeoutExpired:
            continue


def _run_of(state: JobState, newest: Sequence[Run]) -> Run | None:
    """The run that a tick started: one that began after it."""
    return next((run for run in newest if state.started_at is not None and run.started_at >= state.started_at), None)


def _show(tick: Tick | None, to: Console) -> bool:
    if tick is None:
        return False
    did = f": {report.counts_text(tick.run)}" if tick.run is not None else ""
    to.print(f"  {tick.outcome}{did}")
    return True


__all__ = ["TICK", "Tick", "show_service"]
