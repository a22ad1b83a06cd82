"""A process that delivers what is due, again and again, until it is killed."""

from __future__ import annotations

from datetime import UTC, datetime
from multiprocessing.connection import Connection

from scheduler.alerts import deliver_due
from storewatch.config import load
from storewatch.db import letters
from storewatch.db.store import open_store


def main(url: str, smtp: str, parent: Connection) -> None:
    """Each thing is told in a message of its own. Sends "ready" when it is under way, so that it is killed at work."""
    letters.MOST = 1
    loaded = load(environ={"STOREWATCH_CONFIG": ""}, flags={"database.url": url, "alerts.smtp": smtp})
    with open_store(url, create=False) as store:
        parent.send("ready")
        while True:
            done = deliver_due(store, loaded, clock=lambda: datetime.now(UTC), environ={})
            if done.problems:
                parent.send(done.problems)
