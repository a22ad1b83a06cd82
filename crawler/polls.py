"""The book of a run's polls: what is written at once, what in batches, what waits for proof that there is a network."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from crawler import policy
from crawler.policy import Problem
from storewatch.types import FetchFailure, Poll, Source

# Unchanged and failed polls carry no entries; a transaction each would cost more than the poll itself.
BATCH = 100
BATCH_S = 1.0


class PollBook:
    """Collects polls without entries and writes them at most :data:`BATCH_S` later or :data:`BATCH` at a time."""

    def __init__(self, write: Callable[[Sequence[Poll]], Awaitable[None]]) -> None:
        self._write = write
        self._waiting: list[Poll] = []
        self._timer: asyncio.Task[None] | None = None

    async def add(self, poll: Poll) -> None:
        self._waiting.append(poll)
        if len(self._waiting) >= BATCH:
            await self.flush()
        elif self._timer is None:
            self._timer = asyncio.ensure_future(self._later())

    async def flush(self) -> None:
        """Write what waits."""
        batch, self._waiting = self._waiting, []
        if self._timer is not None and self._timer is not asyncio.current_task():
            self._timer.cancel()
        self._timer = None
        if batch:
            await self._write(batch)

    async def _later(self) -> None:
        await asyncio.sleep(BATCH_S)
        await self.flush()


def failed_poll(
    source: Source,
    failure: FetchFailure,
    *,
    run_id: int,
    started: datetime,
    retry_after_s: float | None = None,
    offline: bool = False,
) -> Poll:
    """The poll that ``failure`` makes of a source. ``offline``: the fault is ours, so it stays due."""
    now = datetime.now(UTC)
    next_poll_at = policy.next_poll(
        now=now, failures=source.failures + 1, reason=failure.reason, retry_after_s=retry_after_s
    )
    return Poll(
        source_id=source.source_id,
        run_id=run_id,
        polled_at=now,
        outcome="failed",
        next_poll_at=now if offline else next_poll_at,
        status=failure.status,
        reason=failure.reason,
        error=failure.detail,
        duration_ms=int((now - started).total_seconds() * 1000),
    )


def problem_of(source: Source, failure: FetchFailure) -> Problem:
    """What to tell of a failed source: its name, and its address where the name is not made from it."""
    return Problem(kind="feed", subject=f"{source.name} <{source.url}>", reason=failure.reason, sentence=failure.detail)
