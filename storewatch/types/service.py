"""The service: its jobs, as the database knows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState:
    """A job as the database knows it. ``outcome`` is how its last run ended, in words; ``requested_at`` when somebody
    asked for a run that has not begun yet; ``succeeded_at`` when a run last ended well."""

    job: str
    paused: bool = False
    requested_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str | None = None
    succeeded_at: datetime | None = None
