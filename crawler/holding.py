"""The run lock of a crawl, and the watch over it while the crawl is at work."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from contextlib import ExitStack

from storewatch.db.lock import Renew, run_lock
from storewatch.errors import DatabaseError, RunLocked

#: How often is looked whether the lock is still there, seconds: for so long two crawls may be at work at most, after
#: a server that was started anew. What they do to the same page is the same; it would only be asked for twice.
LOOK_S = 1.0
TAKEN_AGAIN = "the connection to the database broke; the run lock was lost with it, and is taken again"


class HeldLock:
    """Held from :meth:`take` to :meth:`close`. On PostgreSQL it may be lost with its connection: it is taken again
    then, which ``note`` is told, or somebody else has it, which ``lost`` is told once."""

    def __init__(self, *, lost: Callable[[RunLocked], None], note: Callable[[str], None]) -> None:
        self._lost = lost
        self._note = note
        self._held = ExitStack()
        self._watch: asyncio.Task[None] | None = None

    def take(self, url: str, *, holder: str) -> None:
        """Take the run lock of the database ``url``; to be called in the event loop.

        :raises RunLocked: when another run holds it.
        """
        self.watch(self._held.enter_context(run_lock(url, holder=holder)))

    def watch(self, renew: Renew) -> None:
        """Ask ``renew`` every :data:`LOOK_S` seconds from now on."""
        self._watch = asyncio.create_task(self._look(renew))

    async def _look(self, renew: Renew) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                if await asyncio.to_thread(renew):
                    self._note(TAKEN_AGAIN)
            except RunLocked as error:
                self._lost(error)
                return
            except DatabaseError:
                continue  # the crawl meets the same, and tells

    async def close(self) -> None:
        """Free the lock."""
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
        await asyncio.to_thread(self._held.close)
