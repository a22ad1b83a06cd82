"""The health of everything at present, read from the database."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scheduler.health import Report
    from storewatch.db.store import Store


def current(store: Store, now: datetime) -> Report:
    """How all sources are, and whether the watches' messages arrive."""
    from scheduler.health import report
    from storewatch.db.health import source_facts
    from storewatch.db.letters import undelivered

    return report(source_facts(store, now=now), now, letters=undelivered(store))
