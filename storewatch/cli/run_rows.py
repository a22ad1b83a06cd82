"""Runs, as the rows and tables that ``runs`` prints. Pure."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime, timedelta

from storewatch.cli.output import Column, one_line
from storewatch.cli.rows import Row, instant_text
from storewatch.types import Run, RunCounts

COUNTS = tuple(field.name for field in fields(RunCounts))
RUN_FIELDS = ("run_id", "command", "started_at", "finished_at", "finish_reason", "exit_code", *COUNTS, "problems")
RUN_COLUMNS = (
    Column(head="id", value=lambda row: row["run_id"], right=True, least=3),
    Column(head="started", value=lambda row: local_text(row["started_at"]), least=16),
    Column(head="took", value=lambda row: duration_text(row["started_at"], row["finished_at"]), right=True, rank=3),
    Column(head="command", value=lambda row: row["command"], least=10, most=30, rank=6),
    Column(head="due", value=lambda row: row["sources_due"], right=True),
    Column(head="failed", value=lambda row: row["polls_failed"], right=True),
    Column(head="new", value=lambda row: row["pages_new"], right=True, rank=5),
    Column(head="fetched", value=lambda row: row["pages_fetched"], right=True, rank=4),
    Column(head="relevant", value=lambda row: row["relevant"], right=True),
    Column(head="uncertain", value=lambda row: row["uncertain"], right=True, rank=2),
    Column(head="events", value=lambda row: row["events"], right=True, rank=1),
    Column(head="end", value=lambda row: run_end(row), least=8, most=24),
)


def run_line(run: Run) -> Row:
    """A run with its counts laid flat beside it."""
    return {
        "run_id": run.run_id,
        "command": run.command,
        "started_at": instant_text(run.started_at),
        "finished_at": instant_text(run.finished_at),
        "finish_reason": run.finish_reason,
        "exit_code": run.exit_code,
        **asdict(run.counts),
        "problems": list(run.problems),
    }


def run_end(row: Row) -> str:
    """How a run ended: ``0 finished``; a run without an end is under way or was killed."""
    if row["exit_code"] is None:
        return "no end yet"
    return f"{row['exit_code']} {row['finish_reason'] or ''}".strip()


def local_text(instant: str | None) -> str:
    """An instant in the zone of this machine, to the minute."""
    if instant is None:
        return ""
    return datetime.fromisoformat(instant).astimezone().strftime("%Y-%m-%d %H:%M")


def duration_text(start: str | None, end: str | None) -> str:
    """``0:07``, ``12:34``, ``1:02:03``."""
    if start is None or end is None:
        return ""
    seconds = round((datetime.fromisoformat(end) - datetime.fromisoformat(start)) / timedelta(seconds=1))
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}:{minutes:02d}:{seconds % 60:02d}" if hours else f"{minutes}:{seconds % 60:02d}"


def run_text(row: Row) -> str:
    """One run in full, for people."""
    lines = [
        f"run {row['run_id']}: {row['command']}",
        f"started    {local_text(row['started_at'])}",
        f"took       {duration_text(row['started_at'], row['finished_at']) or '?'}",
        f"ended      {run_end(row)}",
        "",
    ]
    lines += [f"{name.replace('_', ' '):20} {row[name]:>8}" for name in COUNTS if name != "rejected"]
    lines += [f"{'rejected: ' + reason:20} {count:>8}" for reason, count in sorted(row["rejected"].items())]
    if row["problems"]:
        lines += ["", "problems"]
        lines += [f"  {one_line(problem)}" for problem in row["problems"]]
    return "\n".join(lines) + "\n"
