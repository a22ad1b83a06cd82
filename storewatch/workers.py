"""A pool of worker processes for work that may crash or hang: parsing foreign bytes.

The pool of the standard library breaks for good when one child dies and never ends a hanging one (research/crawl.md);
pebble's loses only the task at hand. Workers are forked from a clean server process (``forkserver``), which has the
heavy modules loaded already: no thread, socket or lock file of the crawl is inherited, and a new worker starts fast.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import pickle
import signal
from collections.abc import Callable, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar, cast

from pebble import ProcessExpired, ProcessPool

from storewatch import logs
from storewatch.errors import WorkerError

T = TypeVar("T")

# A worker is replaced after so many tasks, so that what libraries leak stays bounded.
TASKS_PER_WORKER = 2000
# How often in its life a pool is built anew when all of it is lost (the server of the workers was killed).
MAX_RESTARTS = 3


class WorkerPool:
    """Runs functions in worker processes.

    They start with the first task (or :meth:`warm_up`). ``workers``: how many (0: one per core); ``timeout_s``: seconds
    that one task may run before its worker is killed; ``preload``: modules that the workers have loaded before their
    first task.
    """

    def __init__(self, workers: int, timeout_s: float, *, preload: Sequence[str] = ()) -> None:
        self.workers = workers or os.cpu_count() or 1
        self.timeout_s = timeout_s
        # Numpy's BLAS would start a thread for every core in each of the workers, and they would wait for one another.
        # The server of the workers reads this when it starts.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(list(preload))
        self._pool = self._new_pool()
        self._started: ProcessPool | None = None
        self._restarts = 0
        self._closed = False

    def warm_up(self) -> None:
        """Start the workers now, so that the first task does not wait for their imports."""
        for _ in range(self.workers):
            self._pool.schedule(_nothing)

    async def run(self, function: Callable[..., T], *args: object, subject: str, **kwargs: object) -> T:
        """Call ``function`` (importable by name, with picklable arguments) in a worker and return its result.

        What it raises is raised here. :class:`WorkerError` says that it crashed its worker (``worker_crashed``), ran
        out of time (``worker_timeout``), or that there are no workers to be had any more (``workers_lost``), and names
        ``subject``.
        """
        while True:
            pool = self._pool
            try:
                await self._start(pool)
                future = pool.schedule(_call, args=(function, args, kwargs), timeout=self.timeout_s)
                answer = await asyncio.wrap_future(future)
            except TimeoutError:
                problem = f"took longer than {self.timeout_s:g} s to read"
                raise WorkerError(subject, problem, reason="worker_timeout") from None
            except ProcessExpired as error:
                raise WorkerError(subject, _death(error.exitcode), reason="worker_crashed") from None
            except (BrokenProcessPool, RuntimeError) as error:
                # Not this task's doing: the server that workers are forked from has died.
                self._replace(pool, subject, error)
                continue
            if isinstance(answer, _Raised):
                raise answer.error
            return cast(T, answer)

    async def _start(self, pool: ProcessPool) -> None:
        """Let a new pool start its server in another thread: that takes half a second of a standing loop."""
        if self._started is not pool:
            await asyncio.to_thread(pool.schedule, _nothing)
            self._started = pool

    def close(self) -> None:
        """End the workers at once, whatever they do."""
        self._closed = True
        _end(self._pool)

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self.workers,
            max_tasks=TASKS_PER_WORKER,
            initializer=_begin,
            initargs=logs.form_of_process(),
            context=self._context,
        )

    def _replace(self, broken: ProcessPool, subject: str, error: Exception) -> None:
        """Put a new pool in the place of a ``broken`` one, unless another task has done so already."""
        if self._pool is not broken:
            return
        self._restarts += 1
        if self._closed or self._restarts > MAX_RESTARTS:
            problem = f"not read, the worker processes cannot be started any more ({type(error).__name__}: {error})"
            raise WorkerError(subject, problem, reason="workers_lost") from None
        self._pool = self._new_pool()
        _end(broken)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class _Raised:
    """What a task raised, on its way back."""

    error: Exception


def _call(function: Callable[..., T], args: tuple[object, ...], kwargs: dict[str, object]) -> T | _Raised:
    """Runs in the worker. An exception that does not survive the way back would end the whole pool, so it is tried
    here, and goes as text when it does not."""
    try:
        return function(*args, **kwargs)
    except Exception as error:  # noqa: BLE001  every error belongs to the caller, on the other side
        try:
            pickle.loads(pickle.dumps(error))
        except Exception:  # noqa: BLE001  pickling runs the error's own code
            return _Raised(RuntimeError(f"{type(error).__name__}: {error}"))
        return _Raised(error)


def _end(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]  # pebble types its results, not its methods
    if pool._pool_manager_loop is not None:
        # pebble takes the workers' channel away before it ends them, and one that is just starting then complains with
        # a traceback. So they are ended first, when nothing starts new ones any more.
        pool._pool_manager_loop.join()
        pool._pool_manager.worker_manager.force_stop_workers()  # type: ignore[no-untyped-call]  # as above
    pool.join()


def _death(exitcode: int) -> str:
    if exitcode < 0:
        try:
            return f"crashed the worker process that read it ({signal.Signals(-exitcode).name})"
        except ValueError:
            pass
    return f"crashed the worker process that read it (exit code {exitcode})"


def _begin(form: logs.Form, run: int | None, secrets: tuple[str, ...]) -> None:
    logs.begin_worker(form, run, secrets)
    # Ctrl-C goes to the whole process group; the crawl decides what is finished first and ends its workers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _nothing() -> None:
    return None
