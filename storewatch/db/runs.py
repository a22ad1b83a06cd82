"""Runs: who started, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from storewatch.db import models as m
from storewatch.db import similar
from storewatch.db.records import counts_json, run_of
from storewatch.types import Run, RunCounts


def start_run(connection: Connection, command: str, now: datetime) -> int:
    similar.freeze_hot_keys(connection)
    statement = insert(m.runs).values(command=command, started_at=now).returning(m.runs.c.run_id)
    return int(connection.execute(statement).scalar_one())


def finish_run(
    connection: Connection,
    run_id: int,
    *,
    counts: RunCounts,
    problems: Sequence[str],
    finish_reason: str,
    exit_code: int,
    now: datetime,
) -> None:
    statement = (
        update(m.runs)
        .where(m.runs.c.run_id == run_id)
        .values(
            finished_at=now,
            finish_reason=finish_reason,
            exit_code=exit_code,
            counts=counts_json(counts),
            problems=list(problems),
        )
    )
    connection.execute(statement)


def end_dead_runs(connection: Connection) -> None:
    """Note of runs that said nothing of their end that they were killed. Call it under the run lock, where none but
    one's own can be alive. When they ended nobody knows."""
    dead = update(m.runs).where(m.runs.c.exit_code.is_(None))
    connection.execute(dead.values(finish_reason="killed", exit_code=137))


def runs(connection: Connection, limit: int) -> tuple[Run, ...]:
    """The newest runs first."""
    statement = select(m.runs).order_by(m.runs.c.run_id.desc()).limit(limit)
    return tuple(run_of(row) for row in connection.execute(statement))


def run(connection: Connection, run_id: int) -> Run | None:
    row = connection.execute(select(m.runs).where(m.runs.c.run_id == run_id)).one_or_none()
    return None if row is None else run_of(row)
