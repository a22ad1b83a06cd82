"""How much memory processes hold, as Linux says it in ``/proc``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1e6


def memory_mb(pid: int) -> float:
    """Resident memory of a process and all that come from it, in megabytes; 0 where the system does not say (Linux
    does). Memory that they share counts once for each, as it does for whoever kills for lack of it."""
    return sum(resident_mb(one) for one in (pid, *descendants(pid)))


def descendants(pid: int) -> Iterator[int]:
    """The processes that come from ``pid`` and are alive."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(one) for task in tasks for one in (task / "children").read_text(encoding="ascii").split()]
    except OSError:
        return
    for child in children:
        yield child
        yield from descendants(child)


def resident_mb(pid: int) -> float:
    """Resident memory of one process, in megabytes; 0 where the system does not say."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE_MB
    except (OSError, IndexError, ValueError):
        return 0.0
