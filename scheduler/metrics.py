"""What a monitor reads of storewatch: health as JSON, and Prometheus' text format (version 0.0.4). Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scheduler.health import Check, Report
    from storewatch.types import JobState, Run

Sample = tuple[Mapping[str, str], float]


def health_json(report: Report) -> dict[str, Any]:
    """The level (0 ok, 1 warning, 2 critical), why, what else is wrong, and every source that is not well."""
    return {
        "level": report.level,
        "summary": report.summary,
        "critical": list(report.critical),
        "warnings": list(report.warnings),
        "system": [check_json(check) for check in report.checks],
        "sources": [
            {"source": one.source, "status": one.status, "reason": one.reason, "evidence": one.evidence}
            for one in report.sources
            if not one.well
        ],
    }


def check_json(check: Check) -> dict[str, Any]:
    """A check of the whole, with the values by which it was judged."""
    return {
        "check": check.check,
        "level": check.level,
        "told": check.told,
        "todo": check.todo,
        "values": dict(check.values),
    }


def metrics_text(
    report: Report, last_run: Run | None, states: Mapping[str, JobState], *, waiting: int, memory_mb: float
) -> str:
    """All gauges. ``waiting`` is how many pages wait to be fetched, ``memory_mb`` what the daemon itself holds."""
    statuses = Counter(one.status for one in report.sources)
    blocks = [
        _gauge("health_level", "0 ok, 1 warning, 2 critical", [({}, report.level)]),
        _gauge("sources", "Sources by status", [({"status": name}, n) for name, n in sorted(statuses.items())]),
        _gauge("watches_failing", "Watches and receivers whose messages do not arrive", [({}, len(report.warnings))]),
        _gauge("pages_waiting", "Pages that wait to be fetched", [({}, waiting)]),
        _gauge("memory_bytes", "Resident memory of the daemon", [({}, memory_mb * 1e6)]),
        _gauge("job_started_seconds", "When each job began last", _times(states, "started_at")),
        _gauge("job_ended_seconds", "When each job ended last", _times(states, "ended_at")),
        _gauge("job_succeeded_seconds", "When each job last ended well", _times(states, "succeeded_at")),
        _gauge("job_paused", "1 for a job that is paused", [({"job": s.job}, s.paused) for s in states.values()]),
        *_system(report),
        *_run(last_run),
    ]
    return "".join(blocks)


def without_database(report: Report, *, memory_mb: float) -> str:
    """The gauges that there are while the database cannot be used."""
    blocks = [
        _gauge("health_level", "0 ok, 1 warning, 2 critical", [({}, report.level)]),
        _gauge("memory_bytes", "Resident memory of the daemon", [({}, memory_mb * 1e6)]),
        *_system(report),
    ]
    return "".join(blocks)


def _system(report: Report) -> Iterator[str]:
    """What the checks of the whole were judged by; a value that is not known has no sample."""
    values = {check.check: check.values for check in report.checks}
    levels = [({"check": check.check}, check.level) for check in report.checks]
    yield _gauge("check_level", "Each check of the whole: 0 ok, 1 warning, 2 critical", levels)
    for name, meaning, found in (
        ("database_bytes", "Size of the database", values.get("database", {}).get("size_bytes")),
        ("disk_free_bytes", "Free room where the database lies", values.get("disk", {}).get("free_bytes")),
        ("backup_seconds", "When the last backup was made", _seconds(values.get("backup", {}).get("last_at"))),
        ("run_good_seconds", "When a run last ended well", _seconds(values.get("run", {}).get("last_good_at"))),
        ("lock_since_seconds", "Since when the run lock is held", _seconds(_holder_since(values.get("lock", {})))),
    ):
        yield _gauge(name, meaning, [({}, found)] if found is not None else [])
    late = values.get("schedule", {}).get("lag_s", {})
    yield _gauge("job_lag_seconds", "For how long jobs are late", [({"job": job}, lag) for job, lag in late.items()])
    messages = values.get("messages", {})
    yield _gauge("messages_undelivered", "Messages that failed", [({"state": one}, n) for one, n in messages.items()])
    shares = [
        ({"what": what, "window": window}, drift[key])
        for what, drift in values.get("judge", {}).items()
        for window, key in (("recent", "share"), ("habit", "usual_share"))
        if drift[key] is not None
    ]
    yield _gauge("judge_share", "Shares of the judge's verdicts, lately and as usual", shares)
    drifted = [({"what": what}, drift["drifted"]) for what, drift in values.get("judge", {}).items()]
    yield _gauge("judge_drifted", "1 for a share that has left its habit", drifted)


def _seconds(at: str | None) -> float | None:
    return None if at is None else datetime.fromisoformat(at).timestamp()


def _holder_since(lock: Mapping[str, Any]) -> str | None:
    holder = lock.get("holder")
    return None if holder is None else holder["since"]


def _run(run: Run | None) -> Iterator[str]:
    if run is None:
        return
    yield _gauge("run_started_seconds", "When the last run began", [({}, run.started_at.timestamp())])
    if run.finished_at is not None:
        yield _gauge("run_ended_seconds", "When the last run ended", [({}, run.finished_at.timestamp())])
    if run.exit_code is not None:
        yield _gauge("run_exit_code", "How the last run ended", [({}, run.exit_code)])
    if run.seconds is not None:
        yield _gauge("run_seconds", "How long the last run took", [({}, run.seconds)])
    if run.peak_mb is not None:
        yield _gauge("run_peak_memory_bytes", "Most memory of the last run and its workers", [({}, run.peak_mb * 1e6)])
    counts = run.counts
    figures = {
        "due": counts.sources_due,
        "polled": counts.polled,
        "unchanged": counts.polls_unchanged,
        "failed": counts.polls_failed,
        "new": counts.pages_new,
        "fetched": counts.pages_fetched,
        "prefiltered": counts.prefiltered,
        "extracted": counts.extracted,
        "relevant": counts.relevant,
        "uncertain": counts.uncertain,
        "stored": counts.stored,
        "copies": counts.copies,
        "events": counts.events,
    }
    kinds = [({"kind": kind}, n) for kind, n in sorted(counts.errors.items())]
    yield _gauge("run_errors", "What the last run could not poll, fetch, read or store, by reason", kinds)
    reasons = [({"reason": reason}, n) for reason, n in sorted(counts.rejected.items())]
    yield _gauge("run_rejected", "Pages that the last run rejected, by reason", reasons)
    yield _gauge("run_count", "What the last run did", [({"what": name}, n) for name, n in figures.items()])


def _times(states: Mapping[str, JobState], name: str) -> list[Sample]:
    found = ((state.job, getattr(state, name)) for state in states.values())
    return [({"job": job}, at.timestamp()) for job, at in found if at is not None]


def _gauge(name: str, meaning: str, samples: Iterable[Sample]) -> str:
    lines = [f"storewatch_{name}{_labels(labels)} {value:g}\n" if abs(value) < 1e6
             else f"storewatch_{name}{_labels(labels)} {value:.3f}\n" for labels, value in samples]  # fmt: skip
    head = f"# HELP storewatch_{name} {meaning}\n# TYPE storewatch_{name} gauge\n"
    return head + "".join(lines) if lines else ""


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
