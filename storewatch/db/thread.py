"""The one database thread of a crawl: the event loop never touches SQL."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from storewatch.db.store import Store

T = TypeVar("T")


class StoreThread:
    """A store that lives in a thread of its own and does one call after the other, in the order they were made.

    The store is opened at once; what opening raises, the constructor raises.
    """

    def __init__(self, open: Callable[[], Store]) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="storewatch-db")
        self._closed = False
        try:
            self._store = self._executor.submit(open).result()
        except BaseException:
            self._executor.shutdown()
            raise

    async def call(self, fn: Callable[[Store], T]) -> T:
        """Run ``fn(store)`` in the thread. A cancelled call that has begun is carried out all the same."""
        return await asyncio.wrap_future(self._executor.submit(fn, self._store))

    def call_blocking(self, fn: Callable[[Store], T]) -> T:
        """Run ``fn(store)`` in the thread and wait for it; for code outside the event loop."""
        return self._executor.submit(fn, self._store).result()

    def close(self) -> None:
        """Finish what was asked for, then close the store and end the thread. A second time does nothing."""
        if self._closed:
            return
        self._closed = True
        try:
            self._executor.submit(self._store.close).result()
        finally:
            self._executor.shutdown()

    def __enter__(self) -> StoreThread:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
