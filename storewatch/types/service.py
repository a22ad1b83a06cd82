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


@dataclass(frozen=True, slots=True, kw_only=True)
class LockHolder:
    """Who holds a lock: what runs, its process (on this machine, where the lock is a file) or its address for the
    server, since when. Nothing is known of one whose note cannot be read."""

    holder: str | None = None
    pid: int | None = None
    address: str | None = None
    since: datetime | None = None

    def __str__(self) -> str:
        """As a message names it.

        >>> print(LockHolder(holder="storewatch crawl", pid=7))
        `storewatch crawl` (process 7)
        """
        who = f"`{self.holder}`" if self.holder else "another process"
        process = f" (process {self.pid})" if self.pid else ""
        where = f" on {self.address}" if self.address else ""
        since = f" since {self.since.isoformat(timespec='seconds')}" if self.since else ""
        return f"{who}{process}{where}{since}"
