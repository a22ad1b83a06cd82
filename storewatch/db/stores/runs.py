"""What runs did."""

from __future__ import annotations

from datetime import datetime

from storewatch.db import runs
from storewatch.db.stores.connected import Connected
from storewatch.types import (
    Run,
    RunCounts,
    RunEnd,
)


class RunsStore(Connected):
    """The records of runs."""

    def start_run(self, command: str, now: datetime) -> int:
        """Open a run; returns its id."""
        with self.writing() as connection:
            return runs.start_run(connection, command, now)

    def finish_run(self, run_id: int, end: RunEnd) -> None:
        """Close a run with what it did."""
        with self.writing() as connection:
            runs.finish_run(connection, run_id, end)

    def note_run(self, run_id: int, *, counts: RunCounts, peak_mb: float | None, now: datetime) -> None:
        """Write how far a run has come."""
        with self.writing() as connection:
            runs.note_run(connection, run_id, counts=counts, peak_mb=peak_mb, now=now)

    def end_killed_run(self, run_id: int, *, peak_mb: float, now: datetime) -> None:
        """Note the end of a run that was killed, unless it has said itself how it ended."""
        with self.writing() as connection:
            runs.end_killed_run(connection, run_id, peak_mb=peak_mb, now=now)

    def runs(self, limit: int = 20) -> tuple[Run, ...]:
        """The newest runs first."""
        with self.reading() as connection:
            return runs.runs(connection, limit)

    def run(self, run_id: int) -> Run | None:
        with self.reading() as connection:
            return runs.run(connection, run_id)
