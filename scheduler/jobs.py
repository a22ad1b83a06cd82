"""The jobs of ``storewatch serve``: what there is to do, when, and how each is done.

A job is a function of a :class:`Context` that returns how it ended, in words. APScheduler keeps a reference to
:func:`run_job` and the job's name; what the name means is looked up here. Errors of ours end a job, never the daemon.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from storewatch import logs
from storewatch.config.when import When, following, parse_when
from storewatch.errors import DatabaseError, RunLocked, StorewatchError

if TYPE_CHECKING:
    from storewatch.config import Config, Loaded
    from storewatch.db.store import Store
    from storewatch.types import JobState

T = TypeVar("T")

#: How long upkeep waits for a crawl to end before it gives up until its next turn, and how often it looks; seconds.
LOCK_PATIENCE_S = 3600.0
LOCK_LOOK_S = 2.0


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job: its name (stable: the database knows it by that), when it runs, and what it does, for people."""

    name: str
    when: When
    said: str
    does: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A job with its state, as ``schedule list`` and the start of ``serve`` show it."""

    job: Job
    next_at: datetime | None
    paused: bool = False
    last_at: datetime | None = None
    outcome: str | None = None
    succeeded_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Context:
    """What jobs work with. ``loaded`` is replaced when the configuration changes; ``stop`` is set when all is to end;
    ``say`` tells people, ``tell_trouble`` that the database does not answer (None: as all else); ``unwell`` are the
    sources that health told of last, ``clock`` is the time of the day."""

    loaded: Loaded
    say: Callable[[str], None]
    tell_trouble: Callable[[str], None] | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    unwell: Mapping[str, str] = field(default_factory=dict)
    clock: Callable[[], datetime] = utc_now

    def warn(self, line: str, *, critical: bool = False) -> None:
        """Tell people of something that is wrong."""
        with logs.grave("CRITICAL" if critical else "WARNING"):
            self.say(line)


def jobs(config: Config) -> tuple[Job, ...]:
    """All jobs, in the order in which they are shown. Pure."""
    what = {
        "crawl": "polls the sources that are due and fetches what is new",
        "alerts": "tells the watches what is new",
        "health": "looks whether every source is well, and tells what has changed",
        "vacuum": "gives room back to the system and renews statistics",
        "backup": "writes the whole database into a new file",
    }
    texts = {name: str(getattr(config.schedule, name)) for name in what}
    return tuple(Job(name=name, when=parse_when(texts[name]), said=texts[name], does=what[name]) for name in what)


def planned(all_jobs: tuple[Job, ...], states: Mapping[str, JobState], now: datetime) -> tuple[Planned, ...]:
    """When each job runs next: at once where its time passed unused, where it was asked for. Pure."""
    return tuple(_planned(job, states.get(job.name), now) for job in all_jobs)


def _planned(job: Job, state: JobState | None, now: datetime) -> Planned:
    if state is None:
        return Planned(job=job, next_at=following(job.when, None, now))
    next_at = following(job.when, state.started_at, now)
    if state.paused:
        next_at = None
    if state.requested_at is not None:
        next_at = now
    return Planned(
        job=job,
        next_at=next_at,
        paused=state.paused,
        last_at=state.started_at,
        outcome=outcome_text(state),
        succeeded_at=state.succeeded_at,
    )


def outcome_text(state: JobState) -> str | None:
    """How the last run ended; one without an end is at work, or was killed with its daemon."""
    if state.started_at is not None and state.ended_at is None:
        return "no end yet"
    return state.outcome


_context: Context | None = None


def use(context: Context) -> None:
    """Give the jobs of this process what they work with."""
    global _context
    _context = context


def run_job(name: str) -> None:
    """What APScheduler calls."""
    assert _context is not None, "scheduler.jobs.use() was not called"
    perform(name, _context)


def perform(name: str, context: Context) -> str:
    """Do the job ``name`` now, note its beginning and its end, and return how it ended."""
    from storewatch.db.schedule import begin, end

    if context.stop.is_set():
        return "stopped"
    well = False
    try:
        with _store(context) as store:
            begin(store, name, context.clock())
        outcome = _DO[name](context)
        well = True
    except DatabaseError as error:
        outcome = f"failed: {error}"
        (context.tell_trouble or context.warn)(f"{name} {outcome}")
    except StorewatchError as error:
        outcome = f"failed: {error}"
        context.warn(f"{name} {outcome}")
    except Exception as error:  # noqa: BLE001  whatever it is, the daemon has other jobs to do, and people must know
        outcome = f"failed: {type(error).__name__}: {error}"
        context.warn(f"{name} {outcome}")
    try:
        with _store(context) as store:
            end(store, name, outcome, context.clock(), well=well)
    except StorewatchError as error:
        (context.tell_trouble or context.warn)(f"{name}: how it ended could not be noted: {error}")
    return outcome


@contextmanager
def _store(context: Context) -> Iterator[Store]:
    from storewatch.db.store import open_store

    with open_store(context.loaded.config.database.url, create=False) as store:
        yield store


# --- the jobs ---------------------------------------------------------------------------------------------------------


def _crawl(context: Context) -> str:
    from scheduler.runner import note_death, run_crawl
    from scheduler.watching import Limits, memory_limit
    from scheduler.work import is_work
    from storewatch.db.lock import run_holder

    with _store(context) as store:
        if not is_work(store, context.loaded.config, context.clock()):
            return "nothing was due"
    if (other := run_holder(context.loaded.config.database.url)) is not None:
        return f"{other} was at work"
    config = context.loaded.config
    memory_mb = memory_limit(config.schedule.crawl_memory_mb, workers=config.extract.workers or os.cpu_count() or 1)
    limits = Limits(timeout_s=config.schedule.crawl_timeout_s, memory_mb=memory_mb, stop=context.stop)
    outcome = run_crawl(context.loaded, limits=limits)
    note_death(context.loaded, outcome, context.clock())
    run = f"run {outcome.run_id}: " if outcome.run_id is not None else ""
    why = f"ended because it {outcome.ended_for}" if outcome.ended_for not in (None, "stopped") else outcome.reason
    told = f"{run}exit code {outcome.exit_code}, {why}"
    if outcome.exit_code not in (0, 75) or outcome.ended_for not in (None, "stopped"):
        with logs.about(run=outcome.run_id):
            context.warn(f"crawl: {told}")
    return told


def _alerts(context: Context) -> str:
    from scheduler.alerts import deliver_due

    with _store(context) as store:
        done = deliver_due(store, context.loaded, clock=context.clock, holder="storewatch serve")
    for problem in done.problems:
        context.warn(f"alerts: {problem}")
    return f"{done.sent} sent, {done.failed} to be tried again, {done.dead} dead"


def _health(context: Context) -> str:
    from scheduler.reporting import current

    with _store(context) as store:
        found = current(store, context.loaded.config, context.clock())
    unwell = {one.source: one.status for one in found.sources if not one.well}
    for one in found.sources:
        if not one.well and context.unwell.get(one.source) != one.status:
            with logs.about(source=one.source):
                context.warn(f"health: {one.source} is {one.status}: {one.evidence}")
    for name in sorted(context.unwell.keys() - unwell.keys()):
        with logs.about(source=name):
            context.say(f"health: {name} is well again")
    for warning in found.warnings:
        context.warn(f"health: {warning}")
    for problem in found.critical:
        context.warn(f"health: critical: {problem}", critical=True)
    for check in found.system:
        if check.level:
            critical = check.level > 1
            context.warn(f"health: {'critical: ' if critical else ''}{check.check}: {check.told}", critical=critical)
    context.unwell = unwell
    return found.summary


def _vacuum(context: Context) -> str:
    from storewatch.db.upkeep import vacuum

    sizes = _when_free(context, lambda: vacuum(context.loaded.config.database.url))
    return "done" if sizes is None else f"from {sizes[0] / 1e6:.1f} to {sizes[1] / 1e6:.1f} MB"


def _backup(context: Context) -> str:
    from storewatch.db.engine import target
    from storewatch.db.upkeep import backup

    config = context.loaded.config
    path = target(config.database.url).path
    folder = Path(config.schedule.backup_folder or (path.parent if path is not None else "."))
    ending = "dump" if path is None else "db"
    file = folder / f"storewatch-{context.clock():%Y%m%dT%H%M%SZ}.{ending}"
    size = backup(config.database.url, file)
    for old in superseded([one.name for one in folder.iterdir()], ending=ending, keep=config.schedule.backups):
        (folder / old).unlink()
    return f"{file}: {size / 1e6:.1f} MB"


def superseded(names: list[str], *, ending: str, keep: int) -> list[str]:
    """Which of a folder's files are backups of ours beyond the newest ``keep``. Pure."""
    ours = sorted(name for name in names if re.fullmatch(rf"storewatch-\d{{8}}T\d{{6}}Z\.{ending}", name))
    return ours[:-keep]


def _when_free(context: Context, work: Callable[[], T]) -> T:
    """Do what needs the run lock as soon as no crawl holds it.

    :raises RunLocked: when that takes longer than :data:`LOCK_PATIENCE_S`, or the daemon is to stop.
    """
    began = time.monotonic()
    while True:
        try:
            return work()
        except RunLocked:
            if time.monotonic() - began > LOCK_PATIENCE_S or context.stop.wait(LOCK_LOOK_S):
                raise


_DO: dict[str, Callable[[Context], str]] = {
    "crawl": _crawl,
    "alerts": _alerts,
    "health": _health,
    "vacuum": _vacuum,
    "backup": _backup,
}
