"""Runs: who started, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, case, func, insert, select, update

from storewatch.db import models as m
from storewatch.db import similar
from storewatch.db.records import counts_json, run_of
from storewatch.types import Run, RunCounts


def start_run(connection: Connection, command: str, now: datetime) -> int:
    similar.freeze_hot_keys(connection)
    statement = insert(m.runs).values(command=command, started_at=now).returning(m.runs.c.run_id)
    return int(connection.execute(statement).scalar_one())


def note_run(connection: Connection, run_id: int, *, counts: RunCounts, peak_mb: float | None, now: datetime) -> None:
    """Write how far a run has come: all that is known of it if it is killed."""
    values = {"counts": counts_json(counts), "peak_mb": peak_mb, "noted_at": now}
    connection.execute(update(m.runs).where(m.runs.c.run_id == run_id, m.runs.c.exit_code.is_(None)).values(values))


def end_killed_run(connection: Connection, run_id: int, *, peak_mb: float, now: datetime) -> None:
    """Note what whoever has seen a run die knows of its end; nothing of one that has said how it ended."""
    r = m.runs.c
    values = {"finished_at": now, "finish_reason": "killed", "exit_code": 137}
    peak = case((func.coalesce(r.peak_mb, 0.0) < peak_mb, peak_mb), else_=r.peak_mb)
    statement = update(m.runs).where(r.run_id == run_id, r.exit_code.is_(None))
    connection.execute(statement.values(values | {"peak_mb": peak}))


def finish_run(
    connection: Connection,
    run_id: int,
    *,
    counts: RunCounts,
    problems: Sequence[str],
    finish_reason: str,
    exit_code: int,
    now: datetime,
    peak_mb: float | None = None,
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
            peak_mb=peak_mb,
            noted_at=now,
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
