"""What the scheduler remembers of its jobs, and what people ask of it by ``storewatch schedule``."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from storewatch.db import models as m
from storewatch.db.columns import upsert
from storewatch.types import JobState

if TYPE_CHECKING:
    from storewatch.db.store import Store

_t = m.schedule


def job_states(store: Store) -> dict[str, JobState]:
    """Every job that has run, was paused or asked for, by its name."""
    with store.reading() as connection:
        rows = connection.execute(select(_t)).mappings()
        return {row["job"]: JobState(**row) for row in rows}


def pause(store: Store, job: str, paused: bool) -> None:
    _set(store, job, paused=paused)


def request(store: Store, job: str, now: datetime) -> None:
    """Ask the scheduler to run ``job`` as soon as it can."""
    _set(store, job, requested_at=now)


def begin(store: Store, job: str, now: datetime) -> None:
    """``job`` has begun; a request for it is fulfilled."""
    _set(store, job, started_at=now, ended_at=None, outcome=None, requested_at=None)


def end(store: Store, job: str, outcome: str, now: datetime, *, well: bool = True) -> None:
    """``job`` has ended, ``well`` or not."""
    _set(store, job, ended_at=now, outcome=outcome, **({"succeeded_at": now} if well else {}))


def note_success(store: Store, job: str, now: datetime) -> None:
    """What the job ``job`` does was done by other means: by hand or by cron. When it runs next stays as it is."""
    _set(store, job, succeeded_at=now)


def _set(store: Store, job: str, **values: object) -> None:
    with store.writing() as connection:
        row = {"job": job, "paused": False, **values}
        statement = upsert(connection, _t).values(row)
        connection.execute(statement.on_conflict_do_update(index_elements=[_t.c.job], set_=values))
