"""Work spread over worker processes, answers in the order of the tasks.

A handful of tasks is done in this process: starting workers would take longer. A worker that crashes or hangs costs
the answer to its own task only.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from itertools import chain, islice
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from storewatch.errors import WorkerError

if TYPE_CHECKING:
    import asyncio

Task = TypeVar("Task")
Answer = TypeVar("Answer")

#: Below this many tasks no worker is started: two of them cost about a second until each has loaded its modules.
FEW = 24
#: Tasks handed out ahead, for each worker: enough to keep it busy, little enough to keep memory flat.
AHEAD = 8


def ordered(
    work: Callable[..., Answer],
    tasks: Iterable[Task],
    *arguments: Any,
    failed: Callable[[Task, WorkerError], Answer],
    subject: Callable[[Task], str],
    workers: int,
    timeout_s: float,
    preload: Sequence[str] = (),
    alone_s: float = 0.0,
    clock: Callable[[], float] = monotonic,
) -> Iterator[Answer]:
    """``work(task, *arguments)`` for each task, in order.

    :param work: a module-level function, for it is sent to the workers.
    :param failed: the answer to a task whose worker crashed or took longer than ``timeout_s`` seconds.
    :param subject: what messages call a task.
    :param workers: processes; 1 means this one, 0 one per processor core.
    :param preload: modules that every worker has loaded before its first task.
    :param alone_s: seconds in which this process works alone before workers are started: for work that is quick and
        cannot hang.
    """
    workers = workers or os.cpu_count() or 1
    rest = iter(tasks)
    for task in _for_a_while(rest, alone_s, clock):
        yield work(task, *arguments)
    first = list(islice(rest, FEW))
    if workers == 1 or len(first) < FEW:
        for task in chain(first, rest):
            yield work(task, *arguments)
        return
    from storewatch.workers import WorkerPool

    pool = WorkerPool(workers, timeout_s, preload=preload)

    async def answer(task: Task) -> Answer:
        try:
            return await pool.run(work, task, *arguments, subject=subject(task))
        except WorkerError as error:
            return failed(task, error)

    yield from _in_order(answer, chain(first, rest), ahead=workers * AHEAD, done=pool.close)


def _for_a_while(tasks: Iterator[Task], seconds: float, clock: Callable[[], float]) -> Iterator[Task]:
    """The tasks that are asked for within so many ``seconds``; the others are left in ``tasks``."""
    until = clock() + seconds
    while seconds and clock() < until:
        try:
            task = next(tasks)
        except StopIteration:
            return
        yield task


def _in_order(
    answer: Callable[[Task], Coroutine[Any, Any, Answer]],
    tasks: Iterator[Task],
    *,
    ahead: int,
    done: Callable[[], None],
) -> Iterator[Answer]:
    """Keep ``ahead`` tasks under way and give the answers of the oldest first."""
    import asyncio  # here, for every command would pay for it

    under_way: deque[asyncio.Task[Answer]] = deque()
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        try:
            for task in tasks:
                under_way.append(loop.create_task(answer(task)))
                if len(under_way) >= ahead:
                    yield loop.run_until_complete(under_way.popleft())
            while under_way:
                yield loop.run_until_complete(under_way.popleft())
        finally:
            done()
