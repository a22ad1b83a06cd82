"""The health of everything at present, read from the database."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from storewatch.errors import DatabaseError

if TYPE_CHECKING:
    from scheduler.health import Report
    from scheduler.health.system import Check, Expected
    from storewatch.config import Config
    from storewatch.db.store import Store


def current(store: Store, config: Config, now: datetime) -> Report:
    """How all sources are, whether the watches' messages arrive, and how the whole is."""
    from scheduler.health import report
    from storewatch.db.health import source_facts
    from storewatch.db.letters import undelivered

    system = system_checks(store, config, now)
    return report(source_facts(store, now=now), now, letters=undelivered(store), system=system)


def system_checks(store: Store, config: Config, now: datetime) -> tuple[Check, ...]:
    """The checks of the whole."""
    from scheduler.health.system import checks
    from storewatch.db.system import system_facts

    return checks(system_facts(store, config.database.url, now), expected(config), now)


def without_database(config: Config, error: DatabaseError, now: datetime) -> Report:
    """What can be said while the database cannot be used, because of ``error``: that is critical."""
    from scheduler.health import Report
    from scheduler.health.system import checks
    from storewatch.db.system import unusable

    return Report(sources=(), system=checks(unusable(config.database.url, str(error)), expected(config), now))


def expected(config: Config) -> Expected:
    """What the configuration asks of the whole."""
    from scheduler.health.system import Expected
    from scheduler.jobs import LOCK_PATIENCE_S, jobs

    at_work_s = max(config.schedule.crawl_timeout_s, LOCK_PATIENCE_S)
    whens = {job.name: job.when for job in jobs(config)}
    return Expected(disk_free_mb=config.health.disk_free_mb, jobs=whens, at_work_s=at_work_s)
