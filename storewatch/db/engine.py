"""Opening a database: which one is meant, how connections and transactions behave, what an engine's error means.

Two kinds of transactions, on both engines: :func:`read` sees one state of the database and blocks nobody;
:func:`write` is alone, because it takes the one write lock first (``BEGIN IMMEDIATE`` on SQLite,
``pg_advisory_xact_lock`` on PostgreSQL) and waits for it at most ``BUSY_S``.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from storewatch.db.faults import error_of
from storewatch.errors import DatabaseError

#: Seconds that a writer waits for another one before it gives up with ``DatabaseLocked``.
BUSY_S = 5

_SECRET = re.compile(r"pass|secret|token", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The database that a URL or path means; ``shown`` is safe to print, ``path`` is the file of an SQLite one."""

    url: URL
    shown: str
    path: Path | None = None


def target(url: str) -> Target:
    """What ``url`` means: an SQLAlchemy URL (``sqlite:///...``, ``postgresql://...``) or the path of an SQLite file.

    Raises DatabaseError for what is neither, or an engine that storewatch has no driver for.
    """
    if "://" not in url:
        return _sqlite_target(URL.create("sqlite", database=os.path.expanduser(url)))
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise DatabaseError(_masked(url), "is not a database URL", hint=_FORMS) from error
    engine, _, driver = parsed.drivername.partition("+")
    if engine == "sqlite" and driver in ("", "pysqlite"):
        # SQLAlchemy drops what stands after a "?" without a word when there is no "=" in it.
        if "?" in url:
            raise DatabaseError(_masked(url), "options in an SQLite URL are not supported", hint=_FORMS)
        return _sqlite_target(parsed)
    if engine in ("postgresql", "postgres") and driver in ("", "psycopg"):
        return _postgresql_target(parsed)
    if engine in ("sqlite", "postgresql", "postgres"):
        problem = f"the driver {driver!r} is not supported"
    else:
        problem = f"{engine!r} is not supported"
    raise DatabaseError(_shown(parsed), problem, hint=_FORMS)


_FORMS = "give a file, sqlite:///folder/file.db or postgresql://user:password@host/database"


def _sqlite_target(url: URL) -> Target:
    shown = _shown(url)
    if url.host or url.username:
        raise DatabaseError(shown, "is not an SQLite URL: it needs three slashes", hint=_FORMS)
    if not url.database or url.database == ":memory:":
        raise DatabaseError(shown, "names no file, and what is kept in memory only would be lost", hint=_FORMS)
    if url.database.startswith("file:"):
        raise DatabaseError(shown, "options in an SQLite URL are not supported", hint=_FORMS)
    return Target(url=url.set(drivername="sqlite"), shown=f"sqlite:///{url.database}", path=Path(url.database))


def _postgresql_target(url: URL) -> Target:
    shown = _shown(url)
    if importlib.util.find_spec("psycopg") is None:
        raise DatabaseError(shown, "the PostgreSQL driver is missing", hint="pip install 'storewatch[postgres]'")
    return Target(url=url.set(drivername="postgresql+psycopg"), shown=shown)


def _shown(url: URL) -> str:
    query = {key: "***" if _SECRET.search(key) else value for key, value in url.query.items()}
    return url.set(query=query).render_as_string(hide_password=True).replace("%2A%2A%2A", "***")


def _masked(url: str) -> str:
    """A URL that cannot be parsed, without what may be a password."""
    return re.sub(r"//[^@/]*@", "//***@", re.sub(r"(//[^:@/]*:).*@", r"\1***@", url))


#: APScheduler's own table in our database; it makes it itself.
JOB_STORE = "scheduler_jobs"


def connect_engine(place: Target, *, application_name: str = "storewatch") -> Engine:
    """An engine for ``place``; nothing is opened yet. The name is how PostgreSQL lists the connection."""
    if place.path is not None:
        return _sqlite_engine(place.url)
    # Imported where it is needed, as the driver is.
    from storewatch.db.postgresql import postgresql_engine

    return postgresql_engine(place.url, application_name, busy_s=BUSY_S, json_serializer=_json)


@contextmanager
def closing_engine(place: Target) -> Iterator[Engine]:
    """An engine whose connections are closed at the end."""
    engine = connect_engine(place)
    try:
        yield engine
    finally:
        engine.dispose()


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(url, pool_size=1, connect_args={"timeout": BUSY_S}, json_serializer=_json)

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        # The driver would begin on its own at the first INSERT only; we begin ourselves, see _begin.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        # Safe in WAL mode against a crash of the process; a power cut may undo the last commits, never more.
        connection.execute("PRAGMA synchronous = NORMAL")
        # In pages of 4 kB. A saved article touches some fifty, for its keys lie everywhere: at SQLite's own limit of
        # 1,000 every twentieth save waits until the log is brought in; so every eightieth does, and the log has 16 MB.
        connection.execute("PRAGMA wal_autocheckpoint = 4000")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("storewatch_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _json(value: Any) -> str:
    """JSON in which people who query a column can read and find every script."""
    return json.dumps(value, ensure_ascii=False)


def use_wal(engine: Engine, shown: str) -> None:
    """Give an SQLite database of ours its write-ahead log: readers and the writer do not wait for each other.

    The file remembers it. One that may only be read stays as it is.
    """
    with reported(shown), closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        try:
            if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_READONLY:
                raise error_of(DBAPIError("PRAGMA journal_mode", None, error), shown) from error


@contextmanager
def reported(shown: str) -> Iterator[None]:
    """Errors of the engine leave as DatabaseError or DatabaseLocked about ``shown``."""
    try:
        yield
    except SQLAlchemyError as error:
        raise error_of(error, shown) from error


def read(engine: Engine, shown: str) -> AbstractContextManager[Connection]:
    """A transaction for reading: one state of the database, whoever writes meanwhile."""
    return _transaction(engine, shown, writes=False)


def write(engine: Engine, shown: str) -> AbstractContextManager[Connection]:
    """A transaction that holds the write lock; committed at the end, undone by any exception."""
    return _transaction(engine, shown, writes=True)


@contextmanager
def _transaction(engine: Engine, shown: str, *, writes: bool) -> Iterator[Connection]:
    with reported(shown), engine.connect() as plain:
        connection = plain.execution_options(storewatch_write=writes)
        with connection.begin():
            yield connection
