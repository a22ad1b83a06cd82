"""The run lock: one crawl (or upgrade, or clean-up) at a time on one database, whoever starts it.

And the alert lock: one process at a time sends what watches found; and the serve lock: one service.

The kernel, or the PostgreSQL server, frees the lock when its holder dies, so a crash leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from storewatch.db.file_lock import file_lock, holder_of_file, lock_file
from storewatch.types import LockHolder

__all__ = ["alert_lock", "is_running", "is_served", "lock_file", "run_holder", "run_lock", "serve_holder", "serve_lock"]

#: Key of the run lock on PostgreSQL, an arbitrary number of our own ("storerun" in ASCII).
RUN_LOCK = int.from_bytes(b"storerun", "big")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """A lock of a database: its name in messages, its key on PostgreSQL, the end of its file's name for SQLite."""

    name: str
    key: int
    suffix: str


_RUN = _Kind(name="run lock", key=RUN_LOCK, suffix=".lock")
_ALERTS = _Kind(name="alert lock", key=int.from_bytes(b"storemsg", "big"), suffix=".alerts.lock")

_SERVE = _Kind(name="serve lock", key=int.from_bytes(b"storesrv", "big"), suffix=".serve.lock")

#: Takes a lock again that was lost with its connection to PostgreSQL; True when that was so. It raises RunLocked when
#: somebody else has taken it meanwhile, DatabaseError while the server does not answer. May be called in any thread.
Renew = Callable[[], bool]


@contextmanager
def run_lock(url: str, *, holder: str) -> Iterator[Renew]:
    """Hold the run lock of the database ``url``; raises RunLocked, which says who holds it since when.

    ``holder`` says what runs, for the one who is refused (``storewatch crawl``). Never waits. On PostgreSQL the lock
    lives as long as its connection; who holds it for long calls what is given now and then, see :data:`Renew`.
    """
    with _held(_RUN, url, holder) as renew:
        yield renew


@contextmanager
def alert_lock(url: str, *, holder: str) -> Iterator[Renew]:
    """Hold the alert lock of the database ``url``, as :func:`run_lock` holds the other: crawls go on meanwhile."""
    with _held(_ALERTS, url, holder) as renew:
        yield renew


@contextmanager
def serve_lock(url: str, *, holder: str) -> Iterator[Renew]:
    """Hold the lock of the one ``storewatch serve`` of a database, as :func:`run_lock` holds the other."""
    with _held(_SERVE, url, holder) as renew:
        yield renew


def serve_holder(url: str) -> LockHolder | None:
    """Which ``storewatch serve`` is at work on the database, None when there is none. Takes no lock for a moment."""
    return _holder(_SERVE, url)


def run_holder(url: str) -> LockHolder | None:
    """Which crawl, or upkeep, is at work on the database, None when there is none. Takes no lock for a moment."""
    return _holder(_RUN, url)


def is_served(url: str) -> bool:
    """Is a ``storewatch serve`` at work on the database?"""
    return serve_holder(url) is not None


def is_running(url: str) -> bool:
    """Is a crawl, or upkeep, at work on the database?"""
    return run_holder(url) is not None


def _holder(kind: _Kind, url: str) -> LockHolder | None:
    from storewatch.db.engine import target

    place = target(url)
    if place.path is not None:
        return holder_of_file(lock_file(place.path, kind.suffix))
    from storewatch.db.server_lock import holder_on_server

    return holder_on_server(place, kind.key)


@contextmanager
def _held(kind: _Kind, url: str, holder: str) -> Iterator[Renew]:
    from storewatch.db.engine import target

    place = target(url)
    if place.path is not None:
        with file_lock(lock_file(place.path, kind.suffix), name=kind.name, shown=place.shown, holder=holder):
            yield _keep  # the kernel frees it when its holder dies, and not before
        return
    from storewatch.db.server_lock import ServerLock, engine_for

    engine = engine_for(place, holder)
    lock = ServerLock(kind.name, kind.key, place, engine)
    try:
        lock.take()
        yield lock.renew
    finally:
        lock.release()
        engine.dispose()


def _keep() -> bool:
    """There is nothing to renew."""
    return False
