"""The database thread, with a fake store."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, cast

import pytest

from storewatch.db.store import Store
from storewatch.db.thread import StoreThread
from storewatch.errors import DatabaseLocked


class FakeStore:
    """Notes in which thread it is used."""

    def __init__(self) -> None:
        self.threads = [threading.current_thread().name]
        self.closed = 0

    def work(self, value: Any = None) -> Any:
        self.threads.append(threading.current_thread().name)
        if isinstance(value, Exception):
            raise value
        return value

    def close(self) -> None:
        self.threads.append(threading.current_thread().name)
        self.closed += 1


def opened() -> tuple[StoreThread, FakeStore]:
    made: list[FakeStore] = []

    def make() -> Store:
        made.append(FakeStore())
        return cast(Store, made[0])

    return StoreThread(make), made[0]


def work(value: Any = None) -> Any:
    return lambda store: store.work(value)


def test_everything_happens_in_one_thread() -> None:
    thread, store = opened()

    async def use() -> list[Any]:
        return await asyncio.gather(*(thread.call(work(number)) for number in range(20)))

    assert asyncio.run(use()) == list(range(20))
    assert thread.call_blocking(work("x")) == "x"
    thread.close()
    assert set(store.threads) == {store.threads[0]}
    assert store.threads[0].startswith("storewatch-db")
    assert store.closed == 1


def test_errors_come_back_and_the_thread_goes_on() -> None:
    thread, _ = opened()

    async def use() -> None:
        with pytest.raises(DatabaseLocked, match="busy"):
            await thread.call(work(DatabaseLocked("x", "busy")))
        assert await thread.call(work(1)) == 1

    asyncio.run(use())
    with pytest.raises(ZeroDivisionError):
        thread.call_blocking(work(ZeroDivisionError()))
    thread.close()


def test_what_opening_raises_the_constructor_raises() -> None:
    def fails() -> Store:
        raise DatabaseLocked("x", "busy")

    before = threading.active_count()
    with pytest.raises(DatabaseLocked):
        StoreThread(fails)
    assert threading.active_count() == before


def test_closing_finishes_what_was_asked_for() -> None:
    with opened()[0] as thread:
        waiting = threading.Event()
        results: list[int] = []
        first = threading.Thread(target=lambda: thread.call_blocking(lambda store: waiting.wait(10)))
        first.start()
        second = threading.Thread(target=lambda: results.append(thread.call_blocking(work(2))))
        second.start()
        waiting.set()
        first.join()
        second.join()
    assert results == [2]
    thread.close()  # a second time does nothing
    with pytest.raises(RuntimeError):
        thread.call_blocking(work())


def test_a_cancelled_call_that_has_begun_is_carried_out() -> None:
    thread, store = opened()
    begun, go_on = threading.Event(), threading.Event()

    def slow(_: Store) -> None:
        begun.set()
        go_on.wait(10)
        store.work()

    async def use() -> None:
        call = asyncio.ensure_future(thread.call(slow))
        await asyncio.to_thread(begun.wait, 10)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        go_on.set()

    asyncio.run(use())
    thread.close()
    assert len(store.threads) == 3  # opened, worked, closed
