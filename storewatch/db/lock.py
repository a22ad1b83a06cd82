"""The run lock: one crawl (or upgrade, or clean-up) at a time on one database, whoever starts it.

And the alert lock: one process at a time sends what watches found.

The kernel, or the PostgreSQL server, frees the lock when its holder dies, so a crash leaves nothing behind.
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storewatch.errors import DatabaseError, RunLocked

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Row

    from storewatch.db.engine import Target

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

_WAY_OUT = "wait for it to end, or stop it"

Renew = Callable[[], None]

# Record locks do not exclude the process that holds them, so its own threads are told apart here.
_own: dict[str, str] = {}
_own_guard = threading.Lock()


@contextmanager
def run_lock(url: str, *, holder: str) -> Iterator[None]:
    """Hold the run lock of the database ``url``; raises RunLocked, which says who holds it since when.

    ``holder`` says what runs, for the one who is refused (``storewatch crawl``). Never waits.
    """
    with _held(_RUN, url, holder):
        yield


@contextmanager
def alert_lock(url: str, *, holder: str) -> Iterator[None]:
    """Hold the alert lock of the database ``url``, as :func:`run_lock` holds the other: crawls go on meanwhile."""
    with _held(_ALERTS, url, holder):
        yield


@contextmanager
def serve_lock(url: str, *, holder: str) -> Iterator[Renew]:
    """Hold the lock of the one ``storewatch serve`` of a database, as :func:`run_lock` holds the other.

    On PostgreSQL the lock lives as long as its connection, which may break in the months that a service lives. What is
    given takes it again where it was lost. It raises RunLocked when somebody else has taken it meanwhile, DatabaseError
    while the server does not answer.
    """
    with _held(_SERVE, url, holder) as renew:
        yield renew


def is_served(url: str) -> bool:
    """Is a ``storewatch serve`` at work on the database?"""
    return _is_held(_SERVE, url)


def is_running(url: str) -> bool:
    """Is a crawl, or upkeep, at work on the database?"""
    return _is_held(_RUN, url)


def _is_held(kind: _Kind, url: str) -> bool:
    try:
        with _held(kind, url, "storewatch schedule"):
            return False
    except RunLocked:
        return True


@contextmanager
def _held(kind: _Kind, url: str, holder: str) -> Iterator[Renew]:
    from storewatch.db.engine import target

    place = target(url)
    if place.path is not None:
        with _file_lock(kind, place.path, place.shown, holder):
            yield _keep  # the kernel frees it when its holder dies, and not before
    else:
        with _server_lock(kind, place, holder) as lock:
            yield lock.renew


def _keep() -> None:
    """There is nothing to renew."""


def lock_file(database: Path, suffix: str = _RUN.suffix) -> Path:
    """Beside the database, whatever links lead to it."""
    real = Path(os.path.realpath(database))
    return real.with_name(real.name + suffix)


@contextmanager
def _file_lock(kind: _Kind, database: Path, shown: str, holder: str) -> Iterator[None]:
    path = lock_file(database, kind.suffix)
    key = str(path)
    with _own_guard:
        if key in _own:
            raise _refused(kind, shown, _own[key])
        _own[key] = _note(holder)
    try:
        descriptor = _open_locked(kind, path, shown)
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


def _open_locked(kind: _Kind, path: Path, shown: str) -> int:
    """Open and lock the file. A record lock (``lockf``) belongs to this process alone: unlike ``flock`` it is not kept
    alive by forked workers that outlive a killed crawl."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        hint = "check the rights of its folder"
        raise DatabaseError(shown, f"the lock file {path} cannot be opened: {error.strerror}", hint=hint) from error
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        note = os.read(descriptor, 4096).decode(errors="replace")
        os.close(descriptor)
        raise _refused(kind, shown, note) from error
    except OSError as error:
        os.close(descriptor)
        raise DatabaseError(shown, f"the lock file {path} cannot be locked: {error.strerror}") from error
    return descriptor


def _note(holder: str) -> str:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    return json.dumps({"holder": holder, "pid": os.getpid(), "since": since})


def _refused(kind: _Kind, shown: str, note: str) -> RunLocked:
    try:
        told = json.loads(note)
        who = f"`{told['holder']}` (process {told['pid']}) since {told['since']}"
    except (ValueError, KeyError, TypeError):
        who = "another process"
    return RunLocked(shown, f"the {kind.name} is held by {who}", hint=_WAY_OUT)


@contextmanager
def _server_lock(kind: _Kind, place: Target, holder: str) -> Iterator[_ServerLock]:
    from storewatch.db.engine import connect_engine

    engine = connect_engine(place, application_name=f"storewatch: {holder}")
    lock = _ServerLock(kind, place, engine)
    try:
        lock.take()
        yield lock
    finally:
        lock.release()
        engine.dispose()


class _ServerLock:
    """An advisory lock on a connection of its own. ``_session`` is the server's name for that connection."""

    def __init__(self, kind: _Kind, place: Target, engine: Engine) -> None:
        self._kind = kind
        self._place = place
        self._engine = engine
        self._connection: Connection | None = None
        self._session: tuple[int, datetime] | None = None

    def take(self) -> None:
        from sqlalchemy import func, select

        from storewatch.db.engine import reported

        with reported(self._place.shown), ExitStack() as stack:
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            stack.callback(connection.close)
            if not connection.scalar(select(func.pg_try_advisory_lock(self._kind.key))):
                row = _server_holder(connection, self._kind.key)
                if row is not None and (row.pid, row.backend_start) == self._session:
                    return  # ours: the server has not noticed yet that the line is broken
                raise RunLocked(self._place.shown, f"the {self._kind.name} is held by {_named(row)}", hint=_WAY_OUT)
            row = _server_holder(connection, self._kind.key)
            self._session = None if row is None else (row.pid, row.backend_start)
            self._connection = connection
            stack.pop_all()

    def renew(self) -> None:
        from sqlalchemy import select
        from sqlalchemy.exc import SQLAlchemyError

        if self._connection is not None:
            try:
                self._connection.execute(select(1))
            except SQLAlchemyError:
                self.release()
            else:
                return
        self.take()

    def release(self) -> None:
        from sqlalchemy import func, select
        from sqlalchemy.exc import SQLAlchemyError

        if self._connection is None:
            return
        # The server would free it when it notices that the connection is closed, which may take a moment.
        with suppress(SQLAlchemyError):
            self._connection.execute(select(func.pg_advisory_unlock(self._kind.key)))
        with suppress(SQLAlchemyError):
            self._connection.close()
        self._connection = None


def _server_holder(connection: Connection, key: int) -> Row[Any] | None:
    from sqlalchemy import text

    query = text("""
        SELECT a.application_name, a.pid, a.client_addr, a.backend_start
          FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
         WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
           AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND (l.classid::bigint << 32) + l.objid::bigint = :key
    """)
    return connection.execute(query, {"key": key}).first()


def _named(row: Row[Any] | None) -> str:
    if row is None:
        return "another process"
    name = (row.application_name or "another process").removeprefix("storewatch: ")
    where = f" on {row.client_addr}" if row.client_addr else ""
    since = f" since {row.backend_start.astimezone(UTC).isoformat(timespec='seconds')}" if row.backend_start else ""
    return f"`{name}`{where}{since}"
