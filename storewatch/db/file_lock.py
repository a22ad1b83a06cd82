"""A lock of an SQLite database: a record lock on a file beside it, which the kernel frees with its holder.

A record lock (``lockf``) belongs to a process alone: unlike ``flock`` it is not kept alive by forked workers that
outlive a killed crawl. But it is lost with *any* descriptor of its file that the process closes, so whoever opens a
lock file here makes sure first that this process does not hold it. Record locks do not exclude the process that holds
them either; its own threads are told apart by :data:`_own`.
"""

from __future__ import annotations

import fcntl
import json
import os
import struct
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from storewatch.errors import DatabaseError, RunLocked
from storewatch.types import LockHolder

#: What a refused one can do.
WAY_OUT = "wait for it to end, or stop it"
# ``struct flock`` as Linux has it: type, whence, start, length, process. Apple's has type and whence at its end.
_APPLE = sys.platform == "darwin"
_FLOCK = "qqihh" if _APPLE else "hhqqi"
_TYPE_AT = 3 if _APPLE else 0
_NOTE_BYTES = 4096

_own: dict[str, str] = {}
_own_guard = threading.Lock()


def lock_file(database: Path, suffix: str = ".lock") -> Path:
    """Beside the database, whatever links lead to it."""
    real = Path(os.path.realpath(database))
    return real.with_name(real.name + suffix)


@contextmanager
def file_lock(path: Path, *, name: str, shown: str, holder: str) -> Iterator[None]:
    """Hold the lock file ``path`` of the database ``shown``; ``name`` is the lock's in messages.

    :raises RunLocked: when another process, or another thread of this one, holds it.
    :raises DatabaseError: when the file cannot be opened or locked.
    """
    key = str(path)
    with _own_guard:
        if key in _own:
            raise refusal(shown, name, _holder_in(_own[key]))
        _own[key] = _note(holder)
    try:
        descriptor = _open_locked(path, name, shown)
        try:
            with suppress(OSError):  # a full disk takes the lock from nobody; who is refused then reads no name
                os.ftruncate(descriptor, 0)
                os.write(descriptor, _own[key].encode())
            yield
        finally:
            # The file stays: who deletes a lock file may delete one that somebody has just locked.
            os.close(descriptor)
    finally:
        with _own_guard:
            del _own[key]


def holder_of_file(path: Path) -> LockHolder | None:
    """Who holds the lock file ``path``, without taking the lock for a moment; None when nobody does."""
    key = str(path)
    # The guard keeps this process from taking the lock while the file is open here, see the head of this module.
    with _own_guard:
        if key in _own:
            return _holder_in(_own[key])
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return None  # no file: nobody has ever held it
        try:
            if not _is_locked(descriptor):
                return None
            return _holder_in(os.read(descriptor, _NOTE_BYTES).decode(errors="replace"))
        finally:
            os.close(descriptor)


def _is_locked(descriptor: int) -> bool:
    """Would an exclusive lock on the whole file be refused? ``F_GETLK`` tells without taking it."""
    kind, whole = (fcntl.F_WRLCK, os.SEEK_SET), (0, 0, 0)
    wanted = struct.pack(_FLOCK, *whole, *kind) if _APPLE else struct.pack(_FLOCK, *kind, *whole)
    told = struct.unpack(_FLOCK, fcntl.fcntl(descriptor, fcntl.F_GETLK, wanted))
    return bool(told[_TYPE_AT] != fcntl.F_UNLCK)


def _open_locked(path: Path, name: str, shown: str) -> int:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        hint = "check the rights of its folder"
        raise DatabaseError(shown, f"the lock file {path} cannot be opened: {error.strerror}", hint=hint) from error
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        note = os.read(descriptor, _NOTE_BYTES).decode(errors="replace")
        os.close(descriptor)
        raise refusal(shown, name, _holder_in(note)) from error
    except OSError as error:
        os.close(descriptor)
        raise DatabaseError(shown, f"the lock file {path} cannot be locked: {error.strerror}") from error
    return descriptor


def _note(holder: str) -> str:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    return json.dumps({"holder": holder, "pid": os.getpid(), "since": since})


def _holder_in(note: str) -> LockHolder:
    """Whom the note in a lock file names; a holder without a name where it cannot be read."""
    try:
        told = json.loads(note)
        return LockHolder(holder=str(told["holder"]), pid=int(told["pid"]), since=datetime.fromisoformat(told["since"]))
    except (ValueError, KeyError, TypeError):
        return LockHolder()


def refusal(shown: str, name: str, holder: LockHolder) -> RunLocked:
    """The error for who finds the lock ``name`` of the database ``shown`` taken."""
    return RunLocked(shown, f"the {name} is held by {holder}", hint=WAY_OUT)
