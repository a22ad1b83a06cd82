"""Column types that read the same on SQLite and PostgreSQL."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import (
    ARRAY,
    JSON,
    TIMESTAMP,
    BigInteger,
    ColumnElement,
    Connection,
    Dialect,
    Integer,
    String,
    Table,
    any_,
    bindparam,
)
from sqlalchemy import Text as PlainText
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

# SQLAlchemy's part for PostgreSQL is imported where it is used: it costs users of SQLite 20 ms at every start.
if TYPE_CHECKING:
    from sqlalchemy.dialects.sqlite import Insert

# SQLite counts up only a primary key declared INTEGER; PostgreSQL's INTEGER ends at 2.1 billion.
Id = BigInteger().with_variant(Integer(), "sqlite")

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """``text`` with NUL and lone surrogates, which no engine takes, as U+FFFD: as long as before, so offsets hold."""
    return _UNSTORABLE.sub("\ufffd", text)


def storable_json(value: Any) -> Any:
    """``value`` (of JSON's types) with every string made :func:`storable`."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(str(key)): storable_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable_json(item) for item in value]
    return value


class Text(TypeDecorator[str]):
    """Text of any length and origin."""

    impl = PlainText
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


class Json(TypeDecorator[Any]):
    """A JSON value: text on SQLite, ``jsonb`` on PostgreSQL. None is NULL."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            from sqlalchemy.dialects.postgresql import JSONB

            return dialect.type_descriptor(JSONB(none_as_null=True))
        return dialect.type_descriptor(JSON(none_as_null=True))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return storable_json(value)


class UtcTime(TypeDecorator[datetime]):
    """An instant, always aware and in UTC in Python.

    ``YYYY-MM-DDTHH:MM:SS.ffffffZ`` on SQLite (text that sorts by time), ``timestamptz`` on PostgreSQL. A naive
    datetime is a ValueError: its zone would be a guess.
    """

    impl = String(27)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(TIMESTAMP(timezone=True) if dialect.name == "postgresql" else String(27))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value.isoformat()}")
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc_text(utc)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if isinstance(value, datetime) else datetime.fromisoformat(value)


class codepoints(FunctionElement[str]):  # noqa: N801  # it is written as a function
    """A text as it is sorted and compared by its code points: as SQLite does, and PostgreSQL in the locale C."""

    type = Text()
    inherit_cache = True


@compiles(codepoints)
def _plain(element: codepoints, compiler: SQLCompiler, **more: Any) -> str:
    return compiler.process(element.clauses, **more)


@compiles(codepoints, "postgresql")
def _collated(element: codepoints, compiler: SQLCompiler, **more: Any) -> str:
    return f'({compiler.process(element.clauses, **more)} COLLATE "C")'


def utc_text(time: datetime) -> str:
    """The form in which SQLite keeps a time, ``2017-07-12T08:30:00.000000Z``."""
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def among(column: ColumnElement[Any], name: str, dialect: str) -> ColumnElement[bool]:
    """Whether ``column`` is among the values handed in as ``name``; on PostgreSQL as one array, so that the statement
    is the same however many there are, and is planned once."""
    if dialect == "postgresql":
        return column == any_(bindparam(name, type_=ARRAY(column.type)))
    return column.in_(bindparam(name, expanding=True))


def upsert(connection: Connection, table: Table) -> Insert:
    """``INSERT`` with ``ON CONFLICT``, which both engines have and SQLAlchemy keeps in their dialects.

    The two classes have the same methods; the annotation names one of them.
    """
    return upsert_into(table, connection.dialect.name)


def upsert_into(table: Table, dialect: str) -> Insert:
    """As :func:`upsert`, for statements that are made once for each engine."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        return cast("Insert", postgresql.insert(table))
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)
