"""Runs, as the rows and tables that ``runs`` prints. Pure."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime

from storewatch.cli.output import Column, one_line
from storewatch.cli.rows import Row, instant_text
from storewatch.types import Run, RunCounts

COUNTS = tuple(field.name for field in fields(RunCounts))
#: Counts by what they are of; the others are numbers.
BY_KIND = ("rejected", "judged", "errors")
TOTALS = ("polled", "prefiltered", "stored")
RUN_FIELDS = (
    "run_id",
    "command",
    "started_at",
    "finished_at",
    "noted_at",
    "finish_reason",
    "exit_code",
    "seconds",
    "peak_mb",
    *TOTALS,
    *COUNTS,
    "problems",
)
RUN_COLUMNS = (
    Column(head="id", value=lambda row: row["run_id"], right=True, least=3),
    Column(head="started", value=lambda row: local_text(row["started_at"]), least=16),
    Column(head="took", value=lambda row: duration_text(row["seconds"]), right=True, rank=3),
    Column(
        head="MB",
        value=lambda row: megabytes_text(row["peak_mb"]),
        right=True,
        least=4,
        rank=5,
    ),
    Column(head="command", value=lambda row: row["command"], least=10, most=30, rank=7),
    Column(head="due", value=lambda row: row["sources_due"], right=True),
    Column(head="polled", value=lambda row: row["polled"], right=True, rank=7),
    Column(head="unchanged", value=lambda row: row["polls_unchanged"], right=True, rank=8),
    Column(head="failed", value=lambda row: row["polls_failed"], right=True),
    Column(head="new", value=lambda row: row["pages_new"], right=True, rank=5),
    Column(head="fetched", value=lambda row: row["pages_fetched"], right=True, rank=4),
    Column(head="prefiltered", value=lambda row: row["prefiltered"], right=True, rank=9),
    Column(head="extracted", value=lambda row: row["extracted"], right=True, rank=8),
    Column(head="relevant", value=lambda row: row["relevant"], right=True),
    Column(head="uncertain", value=lambda row: row["uncertain"], right=True, rank=2),
    Column(head="stored", value=lambda row: row["stored"], right=True, rank=6),
    Column(head="copies", value=lambda row: row["copies"], right=True, rank=9),
    Column(head="events", value=lambda row: row["events"], right=True, rank=1),
    Column(head="errors", value=lambda row: sum(row["errors"].values()), right=True, rank=6),
    Column(head="end", value=lambda row: run_end(row), least=12, most=24),
)


def megabytes_text(size: float | None) -> str:
    return "" if size is None else f"{size:.0f}"


def run_line(run: Run) -> Row:
    """A run with its counts laid flat beside it."""
    counts = run.counts
    return {
        "run_id": run.run_id,
        "command": run.command,
        "started_at": instant_text(run.started_at),
        "finished_at": instant_text(run.finished_at),
        "noted_at": instant_text(run.noted_at),
        "finish_reason": run.finish_reason,
        "exit_code": run.exit_code,
        "seconds": run.seconds,
        "peak_mb": run.peak_mb,
        **{name: getattr(counts, name) for name in TOTALS},
        **asdict(counts),
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


def duration_text(seconds: float | None) -> str:
    """``0:07``, ``12:34``, ``1:02:03``."""
    if seconds is None:
        return ""
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"


def _took(row: Row) -> str:
    """How long a run took; of one that was killed nobody knows more than when it was last heard of."""
    took = duration_text(row["seconds"]) or "?"
    return (
        took if row["finished_at"] else f"{took} when it was last heard of ({local_text(row['noted_at']) or 'never'})"
    )


def run_text(row: Row) -> str:
    """One run in full, for people."""
    lines = [
        f"run {row['run_id']}: {row['command']}",
        f"started    {local_text(row['started_at'])}",
        f"took       {_took(row)}",
        f"ended      {run_end(row)}",
        f"memory     {'?' if row['peak_mb'] is None else format(row['peak_mb'], '.0f') + ' MB at most'}",
        "",
    ]
    lines += [f"{name.replace('_', ' '):22} {row[name]:>8}" for name in (*TOTALS, *COUNTS) if name not in BY_KIND]
    lines += [f"{kind + ': ' + name:22} {count:>8}" for kind in BY_KIND for name, count in sorted(row[kind].items())]
    if row["problems"]:
        lines += ["", "problems"]
        lines += [f"  {one_line(problem)}" for problem in row["problems"]]
    return "\n".join(lines) + "\n"
