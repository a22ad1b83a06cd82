"""Looks after a run from inside while it goes on: how much memory it holds, and that it is written how far it has come.

A run that is killed can say nothing more; what it noted last is what is known of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable

from storewatch.errors import DatabaseError
from storewatch.memory import memory_mb
from storewatch.types import RunCounts

#: How often memory is looked at, and every how many looks the run is noted: within a second at first, for a short run
#: may be killed, too.
LOOK_S = 1.0
LOOKS_PER_NOTE = 5

Note = Callable[[RunCounts, float | None], Awaitable[None]]


class Meter:
    """``counts`` are the run's so far; ``note`` writes them with the most memory that was held, in megabytes."""

    def __init__(
        self,
        *,
        counts: Callable[[], RunCounts],
        note: Note,
        memory: Callable[[], float] = lambda: memory_mb(os.getpid()),
        look_s: float = LOOK_S,
    ) -> None:
        self._counts = counts
        self._note = note
        self._memory = memory
        self._look_s = look_s
        self._peak_mb = 0.0
        self._looking: asyncio.Task[None] | None = None

    @property
    def peak_mb(self) -> float | None:
        """The most memory that was seen, workers included; None where the system does not say."""
        return round(self._peak_mb, 1) or None

    def start(self) -> None:
        self._looking = asyncio.get_running_loop().create_task(self._look())

    async def stop(self) -> None:
        """Look a last time; nothing is noted any more afterwards."""
        if self._looking is not None:
            self._looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._looking
            self._looking = None
            self._measure()

    def _measure(self) -> None:
        self._peak_mb = max(self._peak_mb, self._memory())

    async def _look(self) -> None:
        looks = 0
        while True:
            self._measure()
            if looks % LOOKS_PER_NOTE == 1:
                # The run goes on without; whether the database is well is seen by what matters.
                with contextlib.suppress(DatabaseError):
                    await self._note(self._counts(), self.peak_mb)
            looks += 1
            await asyncio.sleep(self._look_s)
