"""APScheduler outlives a job store that fails."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from apscheduler.jobstores.memory import MemoryJobStore

from scheduler import lasting
from scheduler.lasting import LastingScheduler


class FullStore(MemoryJobStore):
    """Cannot be written the first time that it is to note a run."""

    def __init__(self) -> None:
        super().__init__()
        self.failed = threading.Event()

    def update_job(self, job: Any) -> None:
        if not self.failed.is_set():
            self.failed.set()
            raise OSError("disk I/O error")
        super().update_job(job)


@pytest.mark.timeout(60)
def test_a_store_that_cannot_be_written_does_not_end_the_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lasting, "RETRY_S", 0.01)
    store, ran = FullStore(), threading.Semaphore(0)
    scheduler = LastingScheduler(jobstores={"default": store}, timezone=UTC, job_defaults={"misfire_grace_time": None})
    scheduler.start()
    try:
        for number in range(2):
            now = datetime.now(UTC)
            scheduler.add_job(ran.release, "interval", hours=1, id=f"job {number}", next_run_time=now)
            assert ran.acquire(timeout=30)
            assert store.failed.wait(30)
    finally:
        scheduler.shutdown()
