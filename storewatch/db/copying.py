"""Moving a collection from one database to another, of either engine; both are compared row by row afterwards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text

from storewatch.db import models as m
from storewatch.db.engine import closing_engine, read, target, write
from storewatch.db.lock import run_lock
from storewatch.db.opening import inspect_schema, prepare_file, require_head
from storewatch.db.store import open_store
from storewatch.errors import DatabaseError

#: Rows a portion; a page's HTML may be some hundred kB.
PORTION = 200


def copy(origin: str, destination: str) -> Iterator[tuple[str, int]]:
    """Copy every row of ``origin`` into ``destination``, which must be new or hold none.

    Both are locked against runs meanwhile; a copy that fails leaves the destination without any row. Yields each table
    with its number of rows once both have been found equal.

    :raises DatabaseError: for a database that cannot be used, a destination with rows, or a difference afterwards.
    """
    source, goal = target(origin), target(destination)
    if source.url == goal.url:
        raise DatabaseError(goal.shown, "is the database to be copied itself", hint="name another one")
    if source.path is not None:
        prepare_file(source.path, source.shown, create=False)
    open_store(destination).close()
    with ExitStack() as held:
        for url in (origin, destination):
            held.enter_context(run_lock(url, holder="storewatch db copy"))
        old = held.enter_context(closing_engine(source))
        new = held.enter_context(closing_engine(goal))
        reading = held.enter_context(read(old, source.shown))
        require_head(inspect_schema(reading), source.shown)
        with write(new, goal.shown) as writing:
            _require_empty(writing, goal.shown)
            for table in m.metadata.sorted_tables:
                _copy_table(reading, writing, table)
            _restart_numbers(writing)
        with read(new, goal.shown) as copied:
            for table in m.metadata.sorted_tables:
                yield table.name, _compare(reading, copied, table, goal.shown)


def _require_empty(connection: Connection, shown: str) -> None:
    for table in m.metadata.sorted_tables:
        if connection.scalar(select(func.count()).select_from(table)):
            raise DatabaseError(shown, f"holds rows already (table {table.name})", hint="name a new database")


def _copy_table(reading: Connection, writing: Connection, table: Table) -> None:
    for rows in _portions(reading, table):
        writing.execute(insert(table), rows)


def _portions(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    found = connection.execution_options(yield_per=PORTION).execute(select(table).order_by(*table.primary_key))
    for rows in found.mappings().partitions():
        yield [dict(row) for row in rows]


def _restart_numbers(connection: Connection) -> None:
    """New rows must not get the numbers of copied ones: PostgreSQL counts apart from what is there."""
    if connection.dialect.name != "postgresql":
        return
    for table in m.metadata.sorted_tables:
        key = next(iter(table.primary_key))
        sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": table.name, "c": key.name})
        if sequence:
            last = connection.scalar(select(func.max(key)))
            connection.execute(
                text("SELECT setval(:s, :n, :used)"), {"s": sequence, "n": last or 1, "used": bool(last)}
            )


def _compare(old: Connection, new: Connection, table: Table, shown: str) -> int:
    one, other = _digest(old, table), _digest(new, table)
    if one != other:
        raise DatabaseError(
            shown,
            f"the copy of table {table.name} differs: {one[0]} and {other[0]} rows",
            hint="copy again into a new database; `storewatch db check` looks for damage in the old one",
        )
    return one[0]


def _digest(connection: Connection, table: Table) -> tuple[int, str]:
    """The number of rows, and a digest of all of them whatever their order."""
    count, total = 0, 0
    for rows in _portions(connection, table):
        for row in rows:
            line = json.dumps(row, sort_keys=True, default=_plain).encode()
            total = (total + int.from_bytes(hashlib.sha256(line).digest()[:16])) % 2**128
            count += 1
    return count, f"{total:032x}"


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else hashlib.sha256(bytes(value)).hexdigest()
