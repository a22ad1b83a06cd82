"""``storewatch serve`` for tests: a real daemon on a database of the test's own, and what it says."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from support.crawling import environment

from crawler.sources import catalogue
from storewatch.db.lock import run_holder
from storewatch.db.store import open_store
from storewatch.types import NewSource

EVERY_SECOND = {"SCHEDULE__CRAWL": "every 1s", "SCHEDULE__HEALTH": "every 1s"}
PATIENCE_S = 40
STOREWATCH = str(Path(sys.executable).with_name("storewatch"))


def until(holds: Callable[[], object]) -> None:
    """Wait for what must come; a test that waits in vain fails."""
    end = time.monotonic() + PATIENCE_S
    pause = threading.Event()
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        pause.wait(0.1)


def prepare(url: str, feeds: Sequence[str]) -> None:
    """A database whose only sources are ``feeds``."""
    now = datetime.now(UTC)
    with open_store(url) as store:
        store.sync_catalogue(catalogue(), now)
        with store.writing() as connection:
            connection.exec_driver_sql("UPDATE sources SET enabled = false, enabled_by_user = true")
        for number, feed in enumerate(feeds):
            store.add_source(NewSource(name=f"feed-{number}", url=feed, kind="feed"), now)


def stored(url: str) -> list[str]:
    with open_store(url, create=False) as store, store.reading() as connection:
        return sorted(connection.exec_driver_sql("SELECT url FROM v_articles").scalars())


class Served:
    """A running ``storewatch serve``; ``lines`` is what it has said so far."""

    def __init__(self, command: Sequence[str], env: dict[str, str], folder: Path) -> None:
        self.process = subprocess.Popen(
            command, env=env, cwd=folder, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        self.lines.extend(iter(self.process.stderr.readline, ""))

    def said(self, words: str) -> bool:
        return any(words in line for line in self.lines)

    def tell(self, line: str) -> None:
        """Write a line to its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def end(self, signum: int) -> int:
        self.process.send_signal(signum)
        code = self.process.wait(PATIENCE_S)
        self._reader.join()
        for stream in (self.process.stdin, self.process.stderr):
            assert stream is not None
            stream.close()
        return code


@contextmanager
def serving(
    folder: Path, *, command: Sequence[str] = (STOREWATCH, "serve"), file: Path | None = None, **values: str
) -> Iterator[Served]:
    """A daemon that looks every second, with ``values`` as ``SCHEDULE__CRAWL`` and the configuration ``file``; it is
    killed at the end where it lives."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("STOREWATCH_")}
    env = inherited | environment(folder, **{**EVERY_SECOND, **values}) | {"STOREWATCH_CONFIG": str(file or "")}
    served = Served(command, env, folder)
    try:
        yield served
    finally:
        if served.process.poll() is None:
            served.end(signal.SIGKILL)


def crawling(database: Path) -> int | None:
    """The process that holds the run lock, None when nobody does."""
    holder = run_holder(str(database))
    return None if holder is None else holder.pid
