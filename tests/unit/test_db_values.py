"""Column types, targets of URLs, the meaning of engines' errors, and the store's correction of decisions: all pure."""

from __future__ import annotations

import importlib.util
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, InvalidRequestError

from storewatch.db.columns import Json, Text, UtcTime, storable, storable_json
from storewatch.db.engine import target
from storewatch.db.faults import error_of
from storewatch.errors import DatabaseError, DatabaseLocked

SQLITE, POSTGRESQL = sqlite.dialect(), postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's own


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        pytest.param("Köln 📱 小米", "Köln 📱 小米", id="clean"),
        pytest.param("a\x00b", "a\ufffdb", id="nul"),
        pytest.param("\ud800x\udfff", "\ufffdx\ufffd", id="lone-surrogates"),
        pytest.param("", "", id="empty"),
    ],
)
def test_storable(text: str, stored: str) -> None:
    assert storable(text) == stored
    assert len(storable(text)) == len(text)
    assert Text().process_bind_param(text, SQLITE) == stored


def test_storable_json() -> None:
    value = {"a\x00": ["\ud800", {"b": ("x", 1, None, True, 0.5)}]}
    assert storable_json(value) == {"a\ufffd": ["\ufffd", {"b": ["x", 1, None, True, 0.5]}]}
    assert Json().process_bind_param(None, SQLITE) is None


CEST = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("time", "stored"),
    [
        pytest.param(datetime(2017, 7, 12, 8, 30, tzinfo=UTC), "2017-07-12T08:30:00.000000Z", id="utc"),
        pytest.param(datetime(2017, 7, 12, 1, tzinfo=CEST), "2017-07-11T23:00:00.000000Z", id="other-zone"),
        pytest.param(datetime(2017, 7, 12, 8, 30, 1, 25, UTC), "2017-07-12T08:30:01.000025Z", id="microseconds"),
        pytest.param(datetime(987, 1, 2, tzinfo=UTC), "0987-01-02T00:00:00.000000Z", id="four-digits-of-year"),
    ],
)
def test_times(time: datetime, stored: str) -> None:
    kind = UtcTime()
    assert kind.process_bind_param(time, SQLITE) == stored
    assert kind.process_result_value(stored, SQLITE) == time
    assert kind.process_bind_param(time, POSTGRESQL) == time
    read = kind.process_result_value(time, POSTGRESQL)
    assert read == time
    assert read is not None
    assert read.utcoffset() == timedelta(0)


def test_no_time() -> None:
    assert UtcTime().process_bind_param(None, SQLITE) is None
    assert UtcTime().process_result_value(None, SQLITE) is None


def test_a_time_without_a_zone_is_no_time() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        UtcTime().process_bind_param(datetime(2017, 7, 12), SQLITE)  # noqa: DTZ001  # the point of the test


@pytest.mark.parametrize(
    ("url", "shown", "path"),
    [
        pytest.param("news.db", "sqlite:///news.db", "news.db", id="path"),
        pytest.param("/var/lib/news.db", "sqlite:////var/lib/news.db", "/var/lib/news.db", id="absolute"),
        pytest.param("sqlite:///news.db", "sqlite:///news.db", "news.db", id="url"),
        pytest.param("sqlite+pysqlite:////x/news.db", "sqlite:////x/news.db", "/x/news.db", id="driver"),
        pytest.param("a?b c%20.db", "sqlite:///a?b c%20.db", "a?b c%20.db", id="odd-name"),
    ],
)
def test_sqlite_targets(url: str, shown: str, path: str) -> None:
    place = target(url)
    assert str(place.path) == path
    assert place.url.drivername == "sqlite"
    assert place.url.database == path
    assert place.shown == shown


def test_a_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    assert str(target("~/news.db").path) == "/home/me/news.db"


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgresql_targets(scheme: str) -> None:
    pytest.importorskip("psycopg")
    place = target(f"{scheme}://me:s3cret@db.example:5433/news?sslmode=require&sslpassword=s3cret")
    assert place.path is None
    assert place.url.drivername == "postgresql+psycopg"
    assert place.url.password == "s3cret"  # not a real one
    assert "s3cret" not in place.shown
    assert place.shown.endswith("db.example:5433/news?sslmode=require&sslpassword=***")


@pytest.mark.parametrize(
    ("url", "told"),
    [
        pytest.param("sqlite://", "names no file", id="memory"),
        pytest.param("sqlite:///:memory:", "names no file", id="memory-by-name"),
        pytest.param("sqlite://news.db", "it needs three slashes", id="two-slashes"),
        pytest.param("sqlite:///file:news.db?mode=ro&uri=true", "options", id="uri"),
        pytest.param("sqlite:///file:news.db", "options", id="uri-without-options"),
        pytest.param("sqlite:///a?b.db", "options", id="question-mark"),
        pytest.param("mysql://me:s3cret@db/news", "'mysql' is not supported", id="mysql"),
        pytest.param("postgresql+psycopg2://me:s3cret@db/news", "the driver 'psycopg2' is not supported", id="driver"),
        pytest.param("postgresql://me:s3cret@db:port/news", "is not a database URL", id="bad-port"),
        pytest.param("://me:s3cret@db/news", "is not a database URL", id="no-scheme"),
        pytest.param("postgresql://me:s3@cret@db:x/news", "is not a database URL", id="at-in-password"),
    ],
)
def test_urls_that_name_no_database(url: str, told: str) -> None:
    with pytest.raises(DatabaseError, match=told) as refused:
        target(url)
    assert "s3cret" not in str(refused.value)
    assert "cret@" not in str(refused.value)


def test_a_missing_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "psycopg" else found(name))
    with pytest.raises(DatabaseError, match=r"pip install 'storewatch\[postgres\]'") as refused:
        target("postgresql://me:s3cret@db/news")
    assert "s3cret" not in str(refused.value)


class PsycopgError(Exception):
    """An error as psycopg raises it."""

    sqlstate: str | None = None


PsycopgError.__module__ = "psycopg.errors"


class OperationalError(PsycopgError):
    pass


OperationalError.__module__ = "psycopg"


def wrapped(original: BaseException) -> DBAPIError:
    return DBAPIError("SELECT 1", None, original)


def of_sqlite(code: int, text: str = "words") -> DBAPIError:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorcode = code
    return wrapped(error)


def of_server(state: str | None, text: str = "words", kind: type[PsycopgError] = PsycopgError) -> DBAPIError:
    error = kind(text)
    error.sqlstate = state
    return wrapped(error)


def fatal(words: str) -> Any:
    return of_server(None, f'connection to server at "127.0.0.1", port 5432 failed: FATAL:  {words}', OperationalError)


@pytest.mark.parametrize(
    ("error", "kind", "told"),
    [
        pytest.param(of_sqlite(5), DatabaseLocked, "is locked", id="busy"),
        pytest.param(of_sqlite(261), DatabaseLocked, "is locked", id="busy-recovery"),
        pytest.param(of_sqlite(1032), DatabaseError, "is read-only", id="read-only-moved"),
        pytest.param(of_sqlite(13), DatabaseError, "the disk is full", id="full"),
        pytest.param(of_sqlite(778), DatabaseError, "the disk reports an error", id="io"),
        pytest.param(of_sqlite(14), DatabaseError, "cannot be opened", id="cannot-open"),
        pytest.param(of_sqlite(26), DatabaseError, "is not an SQLite database", id="not-a-database"),
        pytest.param(of_sqlite(11), DatabaseError, "is damaged", id="corrupt"),
        pytest.param(of_sqlite(19, "UNIQUE constraint failed"), DatabaseError, "UNIQUE constraint", id="constraint"),
        pytest.param(wrapped(sqlite3.ProgrammingError("closed")), DatabaseError, "SQLite says: closed", id="no-code"),
        pytest.param(of_server("55P03"), DatabaseLocked, "is locked", id="lock-timeout"),
        pytest.param(of_server("57P01"), DatabaseLocked, "shutting down", id="shutdown"),
        pytest.param(of_server("53300"), DatabaseLocked, "no room", id="too-many-connections"),
        pytest.param(of_server("53100"), DatabaseError, "disk is full", id="server-full"),
        pytest.param(of_server("42501"), DatabaseError, "lacks a right", id="rights"),
        pytest.param(of_server("23505", "duplicate key\nDETAIL: ..."), DatabaseError, r"key \[23505\]$", id="unique"),
        pytest.param(fatal('password authentication failed for user "me"'), DatabaseError, "password", id="password"),
        pytest.param(fatal('database "news" does not exist'), DatabaseError, "no database", id="no-database"),
        pytest.param(fatal("the database system is starting up"), DatabaseLocked, "starting", id="starting"),
        pytest.param(fatal("sorry, too many clients already"), DatabaseLocked, "no room", id="too-many-clients"),
        pytest.param(fatal("etwas anderes"), DatabaseLocked, "does not answer: .*etwas", id="other-language"),
        pytest.param(of_server(None, "refused", OperationalError), DatabaseLocked, "does not answer", id="unreachable"),
        pytest.param(of_server(None, "odd"), DatabaseError, "PostgreSQL says: odd", id="unknown"),
        pytest.param(InvalidRequestError("misused"), DatabaseError, "cannot be used: misused", id="sqlalchemy"),
    ],
)
def test_what_an_error_means(error: Any, kind: type[DatabaseError], told: str) -> None:
    meant = error_of(error, "sqlite:///news.db")
    assert type(meant) is kind
    with pytest.raises(kind, match=told):
        raise meant
    assert str(meant).startswith("sqlite:///news.db: ")
    assert "\n" not in str(meant)
