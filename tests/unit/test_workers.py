from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool

import pytest

from storewatch.errors import FeedError, WorkerError
from storewatch.workers import WorkerPool


def die(code: int) -> None:
    os._exit(code)


def refuse(url: str) -> None:
    raise FeedError(url, "is no feed", reason="not_a_feed", hint="try another")


class AwkwardError(Exception):
    """Cannot be unpickled: its constructor wants what ``args`` does not hold."""

    def __init__(self, *, why: str) -> None:
        super().__init__()
        self.why = why

    def __str__(self) -> str:
        return self.why


def be_awkward() -> None:
    raise AwkwardError(why="no way back")


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(2, 1.0) as pool:
        pool.warm_up()
        yield pool


def test_results_come_back_in_order(pool: WorkerPool) -> None:
    async def main() -> list[int]:
        return await asyncio.gather(*[pool.run(abs, -n, subject="x") for n in range(20)])

    assert asyncio.run(main()) == list(range(20))


def test_a_crash_loses_its_own_task_only(pool: WorkerPool) -> None:
    async def main() -> list[object]:
        tasks = [
            pool.run(die, 3, subject=f"page {n}") if n % 3 == 0 else pool.run(abs, -n, subject="x") for n in range(9)
        ]
        return await asyncio.gather(*tasks, return_exceptions=True)

    results = asyncio.run(main())
    assert [result for n, result in enumerate(results) if n % 3] == [1, 2, 4, 5, 7, 8]
    for n in (0, 3, 6):
        error = results[n]
        assert isinstance(error, WorkerError)
        assert (error.subject, error.reason) == (f"page {n}", "worker_crashed")


def test_a_hanging_task_is_ended(pool: WorkerPool) -> None:
    with pytest.raises(WorkerError, match="took longer than 1 s to read") as caught:
        asyncio.run(pool.run(time.sleep, 3600, subject="https://paper.example/1"))
    assert caught.value.reason == "worker_timeout"
    assert caught.value.subject == "https://paper.example/1"


def test_errors_keep_their_type_and_reason(pool: WorkerPool) -> None:
    with pytest.raises(FeedError) as caught:
        asyncio.run(pool.run(refuse, "https://paper.example/feed", subject="x"))
    assert caught.value.reason == "not_a_feed"
    assert str(caught.value) == "https://paper.example/feed: is no feed (try another)"


def test_an_error_that_cannot_travel_comes_as_text_and_ends_nothing(pool: WorkerPool) -> None:
    with pytest.raises(RuntimeError, match="AwkwardError: no way back"):
        asyncio.run(pool.run(be_awkward, subject="x"))
    assert asyncio.run(pool.run(abs, -1, subject="x")) == 1


def test_modules_are_loaded_before_the_first_task() -> None:
    # In a process of its own: all pools of a process share the server that the first of them started.
    script = """
import asyncio
from storewatch.workers import WorkerPool
async def main():
    pool = WorkerPool(1, 20.0, preload=["wave"])
    asked = "'%s' in __import__('sys').modules"
    print([await pool.run(eval, asked % name, subject="x") for name in ("wave", "chunk")])
    pool.close()
asyncio.run(main())
"""
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert said.stdout.strip() == "[True, False]"


def test_a_killed_server_of_workers_is_replaced() -> None:
    from multiprocessing import forkserver

    with WorkerPool(1, 5.0) as pool:

        async def main() -> tuple[int, int]:
            first = await pool.run(os.getpid, subject="x")
            os.kill(forkserver._forkserver._forkserver_pid, signal.SIGKILL)
            os.kill(first, signal.SIGKILL)
            return first, await pool.run(os.getpid, subject="x")

        first, second = asyncio.run(main())
    assert first != second


def test_workers_that_cannot_be_had_are_an_error_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise BrokenProcessPool("no more")

    with WorkerPool(1, 5.0) as pool:
        monkeypatch.setattr("pebble.ProcessPool.schedule", broken)
        with pytest.raises(WorkerError) as caught:
            asyncio.run(pool.run(os.getpid, subject="https://paper.example/1"))
    assert (caught.value.subject, caught.value.reason) == ("https://paper.example/1", "workers_lost")
