"""What an error of SQLite or PostgreSQL means for the person who reads it."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from storewatch.errors import DatabaseError, DatabaseLocked

# Primary result codes of SQLite (https://www.sqlite.org/rescode.html) -> what is wrong, what to do.
_SQLITE: dict[int, tuple[type[DatabaseError], str, str]] = {
    3: (DatabaseError, "may not be opened by this user", "check the rights of the file and its folder"),
    5: (DatabaseLocked, "is locked by another process", "try again when it is done"),
    6: (DatabaseLocked, "is locked by another process", "try again when it is done"),
    8: (DatabaseError, "is read-only", "check the rights of the file and its folder, or name another database"),
    10: (DatabaseError, "cannot be read or written", "the disk reports an error"),
    11: (DatabaseError, "is damaged", "restore a backup, or save what is left with sqlite3 FILE .recover"),
    13: (DatabaseError, "cannot grow: the disk is full", "free some space; what was stored before is safe"),
    14: (DatabaseError, "cannot be opened", "check the path and the rights of the file and its folder"),
    26: (DatabaseError, "is not an SQLite database", "name another file"),
}

# SQLSTATE, or its class of two letters (https://www.postgresql.org/docs/current/errcodes-appendix.html).
_POSTGRESQL: dict[str, tuple[type[DatabaseError], str, str]] = {
    "08": (DatabaseLocked, "the connection to the server was lost", "try again"),
    "25006": (DatabaseError, "is read-only", "name a server that can be written to"),
    "28": (DatabaseError, "the server refused the user or the password", "check the URL"),
    "3D000": (DatabaseError, "there is no database of this name", "make it with createdb"),
    "3F000": (DatabaseError, "there is no schema to put the tables into", "check the search_path of the user"),
    "40": (DatabaseLocked, "another process changed the same rows", "try again"),
    "42501": (DatabaseError, "the user lacks a right", "grant it CREATE on the schema"),
    "53100": (DatabaseError, "the server's disk is full", "free some space; what was stored before is safe"),
    "53": (DatabaseLocked, "the server has no room for another connection", "try again"),
    "55P03": (DatabaseLocked, "is locked by another process", "try again when it is done"),
    "57": (DatabaseLocked, "the server is shutting down or starting", "try again"),
}

# While connecting, libpq gives no SQLSTATE, only the server's words.
_CONNECT_WORDS = (
    ("password authentication failed", "28"),
    ("no password supplied", "28"),
    ("no pg_hba.conf entry", "28"),
    ("role ", "28"),
    ("database ", "3D000"),
    ("the database system is", "57"),
    ("too many connections", "53"),
    ("sorry, too many clients", "53"),
    ("remaining connection slots", "53"),
)


def error_of(error: SQLAlchemyError, shown: str) -> DatabaseError:
    """``error`` as one of ours, about the database ``shown``."""
    original = error.orig if isinstance(error, DBAPIError) else None
    if isinstance(original, sqlite3.Error):
        return _of_sqlite(original, shown)
    if original is not None and type(original).__module__.startswith("psycopg"):
        return _of_postgresql(original, shown)
    return DatabaseError(shown, f"cannot be used: {_first_line(original or error)}")


def _of_sqlite(error: sqlite3.Error, shown: str) -> DatabaseError:
    code = getattr(error, "sqlite_errorcode", None)
    known = _SQLITE.get(code & 0xFF) if code is not None else None
    if known is None:
        return DatabaseError(shown, f"SQLite says: {_first_line(error)}")
    kind, problem, hint = known
    return kind(shown, problem, hint=hint)


def _of_postgresql(error: BaseException, shown: str) -> DatabaseError:
    state = getattr(error, "sqlstate", None) or _state_by_words(str(error))
    if state is None:
        if type(error).__name__ == "OperationalError":
            return DatabaseLocked(shown, f"the server does not answer: {_first_line(error)}", hint="is it running?")
        return DatabaseError(shown, f"PostgreSQL says: {_first_line(error)}")
    known = _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2])
    if known is None:
        return DatabaseError(shown, f"PostgreSQL says: {_first_line(error)} [{state}]")
    kind, problem, hint = known
    return kind(shown, problem, hint=hint)


def _state_by_words(message: str) -> str | None:
    _, fatal, words = message.partition("FATAL:")
    if not fatal:
        return None
    return next((state for start, state in _CONNECT_WORDS if words.strip().startswith(start)), None)


def _first_line(error: BaseException) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__
