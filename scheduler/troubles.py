"""What people are told of problems that come back: each once, and again while it lasts, but not every minute."""

from __future__ import annotations

import queue

#: A problem that lasts is told again after so long; seconds.
AGAIN_S = 3600.0


class Troubles:
    """Problems that jobs met with the database, noted by any thread and told by one.

    While the database does not answer at all, whoever looks at it says so himself, and what the jobs noted meanwhile
    goes without saying. What they meet while it does answer (a full disk, a table that cannot be written) is told.
    """

    def __init__(self) -> None:
        self._noted: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._told: dict[str, float] = {}

    def note(self, problem: str) -> None:
        self._noted.put(problem)

    def to_tell(self, now_s: float, *, away: bool) -> tuple[str, ...]:
        """What was noted since the last call and is to be told at ``now_s``, of a clock that never goes back.

        ``away``: the database did not answer meanwhile, which is known.
        """
        noted: dict[str, None] = {}
        while not self._noted.empty():
            noted[self._noted.get()] = None
        self._told = {problem: at for problem, at in self._told.items() if now_s - at < AGAIN_S}
        if away:
            return ()
        fresh = tuple(problem for problem in noted if problem not in self._told)
        self._told |= dict.fromkeys(fresh, now_s)
        return fresh
