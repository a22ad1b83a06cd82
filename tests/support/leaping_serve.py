"""``storewatch serve`` on a clock that leaps: ``leaping_serve.py ISO-TIME``, then a time a line to go to.

The clock stands to the real one as the last time that was read; it begins when the daemon does.
"""

from __future__ import annotations

import sys
import threading
from datetime import UTC, datetime, timedelta, tzinfo
from types import SimpleNamespace

from apscheduler.schedulers import base

from scheduler.daemon import Rim, serve
from storewatch.config import load


class Clock:
    """The time of the day as it is told."""

    def __init__(self, at: str) -> None:
        self._ahead = timedelta()
        self.go(at)

    def go(self, at: str) -> None:
        self._ahead = datetime.fromisoformat(at) - datetime.now(UTC)

    def __call__(self, zone: tzinfo = UTC) -> datetime:
        return (datetime.now(UTC) + self._ahead).astimezone(zone)


def main(at: str) -> int:
    clock = Clock(at)
    base.datetime = SimpleNamespace(now=clock)

    def listen() -> None:
        for line in sys.stdin:
            clock.go(line.strip())

    def say(line: str) -> None:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()

    threading.Thread(target=listen, daemon=True).start()
    return serve(load(), Rim(reload=load, say=say, clock=clock))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
