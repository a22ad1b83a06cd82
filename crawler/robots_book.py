"""The book of robots.txt: what earlier runs and other processes have read, and what this one adds."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

from crawler import robots
from crawler.batching import Batcher
from storewatch.db.store import Store
from storewatch.errors import DatabaseError
from storewatch.types import RobotsTxt

T = TypeVar("T")

# What was read is written at most so much later, or so many at a time.
WRITE_S = 1.0
BATCH = 100
# Sites that are asked for within this time are looked up together.
WINDOW_S = 0.01


class StoreCall(Protocol):
    """Calls a function with the store, in the database thread."""

    async def __call__(self, function: Callable[[Store], T], /) -> T: ...


class RobotsBook:
    """``store`` is None where there is no database to remember anything."""

    def __init__(self, store: StoreCall | None) -> None:
        self._store = store
        self._known: dict[str, RobotsTxt | None] = {}
        self._lookups: Batcher[str, RobotsTxt | None] = Batcher(self._look_up, window_s=WINDOW_S)
        self._unwritten: dict[str, RobotsTxt] = {}
        self._timer: asyncio.Task[None] | None = None

    async def load(self, sites: Iterable[str]) -> None:
        """Look up many sites at once, of which some are likely to be asked for soon."""
        unknown = sorted(set(sites) - self._known.keys())
        for site, copy in zip(unknown, await self._look_up(unknown), strict=True):
            self._known[site] = copy

    async def recall(self, site: str) -> RobotsTxt | None:
        """What is known of a site's robots.txt, fresh or not."""
        if site not in self._known:
            self._known[site] = await self._lookups.ask(site)
        return self._known[site]

    async def keep(self, copy: RobotsTxt) -> None:
        """Remember what a robots.txt said, for later runs too where they should believe it."""
        self._known[copy.site] = copy
        if self._store is None or not robots.is_worth_keeping(copy):
            return
        self._unwritten[copy.site] = copy
        if len(self._unwritten) >= BATCH:
            await self.flush()
        elif self._timer is None:
            self._timer = asyncio.ensure_future(self._flush_later())

    async def flush(self) -> None:
        """Write what is not written yet. A storage error is counted and told by the runtime; the site is read again
        by the next run."""
        copies, self._unwritten = list(self._unwritten.values()), {}
        if self._timer is not None and self._timer is not asyncio.current_task():
            self._timer.cancel()
        self._timer = None
        if copies and self._store is not None:
            with contextlib.suppress(DatabaseError):
                await self._store(lambda store: store.save_robots(copies))

    async def _flush_later(self) -> None:
        await asyncio.sleep(WRITE_S)
        await self.flush()

    async def _look_up(self, sites: Sequence[str]) -> Sequence[RobotsTxt | None]:
        found: dict[str, RobotsTxt] = {}
        if self._store is not None and sites:
            with contextlib.suppress(DatabaseError):  # then the sites are asked again, which costs them little
                found = await self._store(lambda store: store.robots(sites))
        return [found.get(site) for site in sites]
