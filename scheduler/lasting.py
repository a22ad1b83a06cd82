"""APScheduler for months: a job store that fails for a while does not end it, nor does a clock that leaps.

APScheduler's thread guards the look-up of what is due only. When the store fails a moment later, as it notes when a job
runs next (a full disk, a database that is locked or goes away just then), the thread dies, and nothing runs any more
while everything else seems well.

And its own triggers list every time that was missed before all but the last are dropped: a clock that goes from 1970 to
today, as on machines without a battery, makes that 30 million for a job of every minute.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from storewatch.config.when import When, following

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


class WhenTrigger(BaseTrigger):  # type: ignore[misc]  # APScheduler comes without types
    """The times of a :class:`When`: however many were missed, the next one is now."""

    def __init__(self, when: When) -> None:
        self._when = when

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        return following(self._when, previous_fire_time, now)

    def __getstate__(self) -> dict[str, Any]:
        return {"when": self._when}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._when = state["when"]
