"""Processes that deliver what is due, again and again, until they are killed: ``killable_delivery.py URL SMTP``.

For each line of input one is forked, so that none has to import anything. It says ``ready PID`` when it is under way;
when it has ended, its exit status is said.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime

from scheduler.alerts import chat, deliver_due, mail, webhook
from storewatch.config import Loaded, load
from storewatch.db import letters, lock, watching
from storewatch.db.store import open_store

#: Imported before the forks; deliver_due itself imports them when it needs them.
NEEDED = (chat, mail, webhook, lock, watching)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def deliver(url: str, loaded: Loaded) -> None:
    with open_store(url, create=False) as store:
        say(f"ready {os.getpid()}")
        while True:
            done = deliver_due(store, loaded, clock=lambda: datetime.now(UTC), environ={})
            if done.problems:
                say(repr(done.problems))


def main(url: str, smtp: str) -> None:
    letters.MOST = 1
    loaded = load(environ={"STOREWATCH_CONFIG": ""}, flags={"database.url": url, "alerts.smtp": smtp})
    open_store(url, create=False).close()  # the engine's own modules, which each would import anew
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            deliver(url, loaded)
        say(f"ended {os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}")


if __name__ == "__main__":
    main(*sys.argv[1:])
