"""Work over worker processes: every task gets its answer, in order, whatever becomes of the workers."""

from __future__ import annotations

import os
import signal
import time

import pytest

from storewatch.cli.ordered import FEW, ordered
from storewatch.errors import WorkerError


def square(task: int, add: int) -> int:
    return task * task + add


def moody(task: int, add: int) -> int:
    """Crashes on 7, hangs on 11."""
    if task == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    if task == 11:
        time.sleep(60)
    return square(task, add)


def lost(task: int, error: WorkerError) -> int:
    return -1 if error.reason == "worker_crashed" else -2


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("count", [0, 1, FEW, 3 * FEW])
def test_answers_come_in_order(workers: int, count: int) -> None:
    answers = ordered(square, range(count), 5, failed=lost, subject=str, workers=workers, timeout_s=30)
    assert list(answers) == [task * task + 5 for task in range(count)]


def test_a_crash_and_a_hang_cost_their_own_answer_only() -> None:
    answers = ordered(moody, range(FEW + 5), 0, failed=lost, subject=str, workers=2, timeout_s=2)
    assert list(answers) == [{7: -1, 11: -2}.get(task, task * task) for task in range(FEW + 5)]


def test_few_tasks_stay_in_this_process() -> None:
    answers = ordered(os_pid, range(FEW - 1), failed=lost, subject=str, workers=2, timeout_s=30)
    assert set(answers) == {os.getpid()}


def test_workers_start_only_when_this_process_has_worked_alone_for_a_while() -> None:
    ticks = iter([0.0, 0.5, 0.9, 1.1])  # Set the end, then look before each task.
    answers = list(
        ordered(
            os_pid,
            range(2 + FEW),
            failed=lost,
            subject=str,
            workers=2,
            timeout_s=30,
            alone_s=1.0,
            clock=lambda: next(ticks),
        )
    )
    assert answers[:2] == [os.getpid()] * 2
    assert os.getpid() not in answers[2:]


def test_what_ends_while_this_process_works_alone_needs_no_worker() -> None:
    answers = ordered(os_pid, range(FEW), failed=lost, subject=str, workers=2, timeout_s=30, alone_s=60)
    assert set(answers) == {os.getpid()}


def os_pid(task: int) -> int:
    return os.getpid()


def test_whoever_stops_reading_leaves_no_worker_behind() -> None:
    answers = ordered(os_pid, range(10 * FEW), failed=lost, subject=str, workers=2, timeout_s=30)
    worker = next(answers)
    os.kill(worker, 0)  # It is there ...
    answers.close()  # type: ignore[attr-defined]  # it is a generator, though promised as an iterator only
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)  # ... and gone.
