"""What the health of storewatch as a whole is judged by: its database, disk, locks, runs, jobs and judge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from storewatch.types.fetching import Run
from storewatch.types.service import JobState, LockHolder


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedDay:
    """The verdicts on the new pages of one day (UTC), by when their runs began; of ``audited`` pages, which the
    prefilter had turned away, ``audit_found`` were relevant after all."""

    day: date
    relevant: int = 0
    uncertain: int = 0
    rejected: int = 0
    audited: int = 0
    audit_found: int = 0

    @property
    def verdicts(self) -> int:
        return self.relevant + self.uncertain + self.rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemFacts:
    """What is known of the whole. ``problem`` says why the database cannot be used; then nothing that stands in it is
    known. ``free_bytes`` are those of the disk where an SQLite file lies, None for a server. ``last_run`` is the newest
    that has ended, ``last_good`` the newest with exit code 0."""

    database: str
    problem: str | None = None
    size_bytes: int | None = None
    schema: str | None = None
    folder: str | None = None
    free_bytes: int | None = None
    run_lock: LockHolder | None = None
    serve_lock: LockHolder | None = None
    first_run_at: datetime | None = None
    last_run: Run | None = None
    last_good: Run | None = None
    jobs: tuple[JobState, ...] = ()
    days: tuple[JudgedDay, ...] = ()
