"""Reads what the health of the whole is judged by: the database itself, its disk and locks, runs, jobs, verdicts."""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, func, select

from storewatch.db import models as m
from storewatch.db.engine import Target, target
from storewatch.db.lock import run_holder, serve_holder
from storewatch.db.records import run_of
from storewatch.db.runs import judged_days
from storewatch.db.schedule import job_states
from storewatch.db.version import HEAD
from storewatch.errors import StorewatchError
from storewatch.types import Run, SystemFacts

if TYPE_CHECKING:
    from storewatch.db.store import Store

#: How far back the judge's habit goes.
VERDICTS = timedelta(days=70)


def system_facts(store: Store, url: str, now: datetime) -> SystemFacts:
    """What is known of the whole; ``url`` is the database's, with its password."""
    place = target(url)
    with store.reading() as connection:
        size = _size(connection, place)
        last = _newest(connection, m.runs.c.exit_code.is_not(None))
        good = _newest(connection, m.runs.c.exit_code == 0)
        first_at = connection.scalar(select(m.runs.c.started_at).order_by(m.runs.c.run_id).limit(1))
        days = judged_days(connection, (now.astimezone(UTC) - VERDICTS).date())
    folder, free = _room(place)
    return SystemFacts(
        database=place.shown,
        size_bytes=size,
        schema=HEAD,
        folder=folder,
        free_bytes=free,
        run_lock=run_holder(url),
        serve_lock=serve_holder(url),
        first_run_at=first_at,
        last_run=last,
        last_good=good,
        jobs=tuple(job_states(store).values()),
        days=days,
    )


def unusable(url: str, problem: str) -> SystemFacts:
    """What is known while the database cannot be used, because of ``problem``."""
    place = target(url)
    folder, free = _room(place)
    holder = None
    with suppress(StorewatchError):
        holder = run_holder(url)
    return SystemFacts(database=place.shown, problem=problem, folder=folder, free_bytes=free, run_lock=holder)


def _newest(connection: Connection, which: ColumnElement[bool]) -> Run | None:
    statement = select(m.runs).where(which).order_by(m.runs.c.run_id.desc()).limit(1)
    row = connection.execute(statement).one_or_none()
    return None if row is None else run_of(row)


def _size(connection: Connection, place: Target) -> int | None:
    """Bytes of the database: of SQLite with the log that has not been written back."""
    if place.path is None:
        return int(connection.scalar(select(func.pg_database_size(func.current_database()))) or 0)
    log = place.path.with_name(place.path.name + "-wal")
    sizes = []
    for file in (place.path, log):
        with suppress(OSError):
            sizes.append(file.stat().st_size)
    return sum(sizes)


def _room(place: Target) -> tuple[str | None, int | None]:
    """The folder of an SQLite file, and the free bytes of its disk; a server's disk is its own."""
    if place.path is None:
        return None, None
    folder = place.path.resolve().parent
    try:
        return str(folder), shutil.disk_usage(folder).free
    except OSError:
        return str(folder), None
