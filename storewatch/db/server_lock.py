"""A lock of a PostgreSQL database: an advisory lock on a connection of its own, which the server frees with it.

A connection may break while its holder lives on: the server is started anew, a firewall forgets an idle line. The lock
is gone then, and somebody else may take it. Whoever holds one for long asks :meth:`ServerLock.renew` now and then.
"""

from __future__ import annotations

import threading
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from storewatch.db.engine import Target, connect_engine, reported
from storewatch.db.file_lock import refusal
from storewatch.types import LockHolder

_NAMED = "storewatch: "
# A line that nothing comes through any more is noticed within a minute: by us, so that the lock is taken anew, and by
# the server, so that a machine that has lost power does not keep the lock for the two hours that are usual.
_ALIVE = {"keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3", "tcp_user_timeout": "60000"}
_ALIVE_THERE = "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3"


def engine_for(place: Target, holder: str) -> Engine:
    """An engine for the connection of a lock; the name of the holder is how others see who it is."""
    missing = {key: value for key, value in _ALIVE.items() if key not in place.url.query}
    kept_alive = Target(url=place.url.update_query_dict(missing), shown=place.shown)
    return connect_engine(kept_alive, application_name=f"{_NAMED}{holder}")


class ServerLock:
    """The lock ``name`` with the number ``key``. ``_session`` is the server's name for the connection that has it."""

    def __init__(self, name: str, key: int, place: Target, engine: Engine) -> None:
        self._name = name
        self._key = key
        self._place = place
        self._engine = engine
        self._connection: Connection | None = None
        self._session: tuple[int, datetime] | None = None
        self._over = False
        # Who watches over a lock does so in a thread of its own.
        self._one_at_a_time = threading.Lock()

    def take(self) -> None:
        """:raises RunLocked: when somebody else has it. :raises DatabaseError: when the server does not answer."""
        with reported(self._place.shown), ExitStack() as stack:
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            stack.callback(connection.close)
            connection.execute(text(_ALIVE_THERE))
            got = connection.scalar(select(func.pg_try_advisory_lock(self._key)))
            row = _session_with(connection, self._key)
            session = None if row is None else (row.pid, row.backend_start)
            if got:
                self._session, self._connection = session, connection
                stack.pop_all()
            elif session is None or session != self._session:
                raise refusal(self._place.shown, self._name, _holder_in(row))
            # else it is ours: the server has not noticed yet that the line is broken

    def renew(self) -> bool:
        """Take it again where it was lost with its connection; True when that was so and it is ours again.

        :raises RunLocked: when somebody else has taken it meanwhile.
        :raises DatabaseError: while the server does not answer.
        """
        with self._one_at_a_time:
            if self._over or self._is_alive():
                return False
            self.take()
            return self._connection is not None

    def _is_alive(self) -> bool:
        if self._connection is None:
            return False
        try:
            self._connection.execute(select(1))
        except SQLAlchemyError:
            self._let_go()
            return False
        return True

    def release(self) -> None:
        """Free it, for good."""
        with self._one_at_a_time:
            self._over = True
            self._let_go()

    def _let_go(self) -> None:
        if self._connection is None:
            return
        # The server would free it when it notices that the connection is closed, which may take a moment.
        with suppress(SQLAlchemyError):
            self._connection.execute(select(func.pg_advisory_unlock(self._key)))
        with suppress(SQLAlchemyError):
            self._connection.close()
        self._connection = None


def holder_on_server(place: Target, key: int) -> LockHolder | None:
    """Who holds the lock ``key``, without taking it for a moment; None when nobody does."""
    engine = connect_engine(place)
    try:
        with reported(place.shown), engine.connect() as connection:
            row = _session_with(connection, key)
            return None if row is None else _holder_in(row)
    finally:
        engine.dispose()


def _session_with(connection: Connection, key: int) -> Row[Any] | None:
    query = text("""
        SELECT a.application_name, a.pid, a.client_addr, a.backend_start
          FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
         WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
           AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND (l.classid::bigint << 32) + l.objid::bigint = :key
    """)
    return connection.execute(query, {"key": key}).first()


def _holder_in(row: Row[Any] | None) -> LockHolder:
    if row is None:
        return LockHolder()
    return LockHolder(
        holder=(row.application_name or "").removeprefix(_NAMED) or None,
        address=str(row.client_addr) if row.client_addr else None,
        since=row.backend_start.astimezone(UTC) if row.backend_start else None,
    )
