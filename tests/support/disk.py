"""A disk that is full for a while: a small one of memory where the system lets us mount it, else a limit on the size of
files, by which writing fails alike (SQLite calls it an error of the disk)."""

from __future__ import annotations

import ctypes
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from storewatch.memory import descendants

_SIZE_MB = 24
#: Beyond this nothing can be written: less than SQLite needs for two pages.
_LIMIT = 4096


class Disk(Protocol):
    """``folder`` lies on it. It is full for a process and all that comes from it, perhaps for nobody else."""

    folder: Path

    def fill(self, process: int) -> None: ...

    def free(self, process: int) -> None: ...


class _Small:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self, process: int) -> None:
        with self._ballast.open("ab", buffering=0) as file:
            for size in (1 << 20, 1 << 12, 1):
                with suppress(OSError):
                    while file.write(b"x" * size) == size:
                        pass

    def free(self, process: int) -> None:
        self._ballast.unlink()


class _Limited:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, process: int) -> None:
        _limit(process, _LIMIT)

    def free(self, process: int) -> None:
        _limit(process, resource.RLIM_INFINITY)


def _limit(process: int, size: int) -> None:
    for one in (process, *descendants(process)):
        with suppress(ProcessLookupError):
            resource.prlimit(one, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    """A disk in ``folder``, which must be empty."""
    libc = ctypes.CDLL(None, use_errno=True)
    place = os.fsencode(folder)
    if libc.mount(b"none", place, b"tmpfs", 0, f"size={_SIZE_MB}m".encode()) != 0:
        yield _Limited(folder)
        return
    try:
        yield _Small(folder)
    finally:
        libc.umount2(place, 2)  # MNT_DETACH: whoever still has a file open keeps it
