"""Runs: who started, what came of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, insert, select, true, update

from storewatch.db import models as m
from storewatch.db import similar
from storewatch.db.columns import upsert
from storewatch.db.records import counts_json, run_of
from storewatch.types import JudgedDay, Run, RunCounts, RunEnd


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
    _add_verdicts(connection, r.run_id == run_id)
    values = {"finished_at": now, "finish_reason": "killed", "exit_code": 137}
    peak = case((func.coalesce(r.peak_mb, 0.0) < peak_mb, peak_mb), else_=r.peak_mb)
    statement = update(m.runs).where(r.run_id == run_id, r.exit_code.is_(None))
    connection.execute(statement.values(values | {"peak_mb": peak}))


def finish_run(connection: Connection, run_id: int, end: RunEnd) -> None:
    # One that lost its lock may have been taken for dead meanwhile: then what it had noted is counted already.
    alive = select(m.runs.c.started_at).where(m.runs.c.run_id == run_id, m.runs.c.exit_code.is_(None))
    started_at = connection.scalar(alive)
    if started_at is not None:
        _add(connection, started_at, end.counts)
    statement = (
        update(m.runs)
        .where(m.runs.c.run_id == run_id)
        .values(
            finished_at=end.finished_at,
            finish_reason=end.finish_reason,
            exit_code=end.exit_code,
            counts=counts_json(end.counts),
            problems=list(end.problems),
            peak_mb=end.peak_mb,
            noted_at=end.finished_at,
        )
    )
    connection.execute(statement)


def _add_verdicts(connection: Connection, which: ColumnElement[bool]) -> None:
    """Add to its day what runs without an end have noted."""
    rows = connection.execute(select(m.runs).where(which, m.runs.c.exit_code.is_(None))).all()
    for row in rows:
        _add(connection, row.started_at, run_of(row).counts)


def _add(connection: Connection, started_at: datetime, counts: RunCounts) -> None:
    t = m.judge_days
    values: dict[str, Any] = {name: counts.judged.get(name, 0) for name in ("relevant", "uncertain", "rejected")}
    values |= {"audited": counts.audited, "audit_found": counts.audit_found}
    if not any(values.values()):
        return
    statement = upsert(connection, t).values(day=started_at.date().isoformat(), **values)
    sums = {name: t.c[name] + number for name, number in values.items()}
    connection.execute(statement.on_conflict_do_update(index_elements=[t.c.day], set_=sums))


def judged_days(connection: Connection, since: date) -> tuple[JudgedDay, ...]:
    """The judge's verdicts by day, from ``since`` on."""
    t = m.judge_days
    rows = connection.execute(select(t).where(t.c.day >= since.isoformat()).order_by(t.c.day)).mappings()
    return tuple(JudgedDay(**{**row, "day": date.fromisoformat(row["day"])}) for row in rows)


def end_dead_runs(connection: Connection) -> None:
    """Note of runs that said nothing of their end that they were killed. Call it under the run lock, where none but
    one's own can be alive. When they ended nobody knows."""
    _add_verdicts(connection, true())
    dead = update(m.runs).where(m.runs.c.exit_code.is_(None))
    connection.execute(dead.values(finish_reason="killed", exit_code=137))


def runs(connection: Connection, limit: int) -> tuple[Run, ...]:
    """The newest runs first."""
    statement = select(m.runs).order_by(m.runs.c.run_id.desc()).limit(limit)
    return tuple(run_of(row) for row in connection.execute(statement))


def run(connection: Connection, run_id: int) -> Run | None:
    row = connection.execute(select(m.runs).where(m.runs.c.run_id == run_id)).one_or_none()
    return None if row is None else run_of(row)
