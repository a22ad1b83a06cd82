"""Connections to a PostgreSQL server, where every question costs a journey.

A transaction begins, and takes the write lock, in one journey; writes whose answers nobody needs travel together
(:func:`together`); a connection is asked whether it is alive only where there is a reason to doubt it.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, DisconnectionError

#: Seconds until a server that does not answer counts as unreachable; ``?connect_timeout=`` overrides it.
CONNECT_S = 10
#: Key of the write lock, an arbitrary number of our own ("storewat" in ASCII).
WRITE_LOCK = int.from_bytes(b"storewat", "big")
#: A connection that has rested longer is asked whether it is alive: a router may have forgotten it without a word.
RESTED_S = 30.0
#: Statements that the server keeps prepared for a connection: a crawl has more than the driver's 100.
PREPARED = 500

# One state of the database in all of a transaction that only reads.
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_WRITE = f"BEGIN; SELECT pg_advisory_xact_lock({WRITE_LOCK})"


def postgresql_engine(url: URL, application_name: str, *, busy_s: int, json_serializer: Callable[[Any], str]) -> Engine:
    """An engine with one connection. Its transactions are plain, or those of ``engine.read`` and ``engine.write`` by
    the execution option ``storewatch_write``."""
    defaults = {"connect_timeout": str(CONNECT_S), "application_name": application_name}
    missing = {key: value for key, value in defaults.items() if key not in url.query}
    engine = create_engine(url.update_query_dict(missing), pool_size=1, json_serializer=json_serializer)

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        # The driver would begin by itself, in a journey of its own; we begin ourselves, see _begin.
        connection.autocommit = True
        connection.prepared_max = PREPARED
        connection.execute(f"SET TIME ZONE 'UTC'; SET lock_timeout = '{busy_s}s'")

    @event.listens_for(engine, "checkin")
    def _checkin(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _checkout(connection: Any, record: Any, _proxy: object) -> None:
        if _is_doubtful(connection, record.info.get("rests_since")):
            try:
                connection.execute("SELECT 1")
            except connection.OperationalError as error:
                # The pool drops the connection and makes another one.
                raise DisconnectionError(str(error)) from error

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("isolation_level") == "AUTOCOMMIT":
            return
        writes = options.get("storewatch_write")
        with _driver_of(connection) as driver:
            driver.execute("BEGIN" if writes is None else _WRITE if writes else _READ, prepare=False)

    return engine


def _is_doubtful(connection: Any, rests_since: float | None) -> bool:
    """Whether a connection may be broken: a server that was stopped, or restarted, has said so, and nothing else is
    there to be read between two transactions."""
    if rests_since is None:
        return False
    if connection.closed or time.monotonic() - rests_since > RESTED_S:
        return True
    spoken = select.poll()
    spoken.register(connection.fileno(), select.POLLIN)
    return bool(spoken.poll(0))


@contextmanager
def together(connection: Connection) -> Iterator[None]:
    """Let the writes inside travel to a server all at once. Their answers (numbers of rows, keys) are not there before
    the end; an error may show only then. On SQLite nothing is different."""
    if connection.dialect.name != "postgresql":
        yield
        return
    with _driver_of(connection) as driver, driver.pipeline():
        yield


@contextmanager
def _driver_of(connection: Connection) -> Iterator[Any]:
    """The driver's own connection; its errors leave as those of SQLAlchemy."""
    driver: Any = connection.connection.driver_connection
    try:
        yield driver
    except driver.Error as error:
        raise DBAPIError.instance(None, None, error, driver.Error) from error
