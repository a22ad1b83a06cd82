"""APScheduler for months: a job store that fails for a while does not end it.

APScheduler's thread guards the look-up of what is due only. When the store fails a moment later, as it notes when a job
runs next (a full disk, a database that is locked or goes away just then), the thread dies, and nothing runs any more
while everything else seems well.
"""

from __future__ import annotations

from apscheduler.schedulers.background import BackgroundScheduler

#: After so long a store that failed is asked again; seconds.
RETRY_S = 5.0


class LastingScheduler(BackgroundScheduler):  # type: ignore[misc]  # APScheduler comes without types
    """Looks again after :data:`RETRY_S` whatever went wrong. A job that was started, but could not be noted, is due
    once more then; jobs bear that."""

    def _process_jobs(self) -> float | None:
        try:
            wait: float | None = super()._process_jobs()
        except Exception:  # noqa: BLE001  what the store met, the jobs and the daemon meet too, and tell
            return RETRY_S
        return wait
