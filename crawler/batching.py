"""Questions asked one at a time and answered in groups: what costs a transaction each would cost too much."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")


class Batcher(Generic[Q, A]):
    """Collects what is asked within ``window_s`` seconds, at most ``size`` questions, and answers it in one call.

    ``answer`` gets the questions in the order they were asked and returns as many answers; what it raises, all who
    asked get. Who stops waiting is left out of nothing: its question is answered with the others.
    """

    def __init__(
        self, answer: Callable[[Sequence[Q]], Awaitable[Sequence[A]]], *, window_s: float, size: int = 200
    ) -> None:
        self._answer = answer
        self._window_s = window_s
        self._size = size
        self._waiting: list[tuple[Q, asyncio.Future[A]]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._under_way: set[asyncio.Task[None]] = set()

    async def ask(self, question: Q) -> A:
        """The answer to ``question``, together with those of others."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[A] = loop.create_future()
        self._waiting.append((question, future))
        if len(self._waiting) >= self._size:
            self._send()
        elif self._timer is None:
            self._timer = loop.call_later(self._window_s, self._send)
        return await future

    def _send(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        group, self._waiting = self._waiting, []
        task = asyncio.ensure_future(self._answer_all(group))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _answer_all(self, group: Sequence[tuple[Q, asyncio.Future[A]]]) -> None:
        try:
            answers = await self._answer([question for question, _ in group])
        except BaseException as error:  # noqa: BLE001  it belongs to those who asked
            for _, future in group:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), answer in zip(group, answers, strict=True):
            if not future.done():
                future.set_result(answer)
