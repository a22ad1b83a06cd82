"""Looking after a database: giving room back, and backups that are whole whatever runs meanwhile."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

from storewatch.db.engine import Target, closing_engine, read, reported, target
from storewatch.db.lock import run_lock
from storewatch.db.opening import inspect_schema, prepare_file, require_head
from storewatch.errors import DatabaseError


def vacuum(url: str) -> tuple[int, int] | None:
    """Give room back to the system and renew what the engine knows of its tables, under the run lock.

    Returns the bytes before and after; None for a server, which does not say.
    """
    place = _ours(url)
    with run_lock(url, holder="storewatch db vacuum"), closing_engine(place) as engine:
        before = _size(place)
        with reported(place.shown), closing(engine.raw_connection()) as connection:
            cursor = connection.cursor()
            if place.path is not None:
                cursor.execute("VACUUM")
                cursor.execute("ANALYZE")
                # What VACUUM wrote stands in the log until then, and the file is as large as before.
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            else:
                connection.driver_connection.autocommit = True  # type: ignore[union-attr]  # psycopg's own connection
                cursor.execute("VACUUM (ANALYZE)")
        return None if before is None else (before, _size(place) or 0)


def backup(url: str, file: Path) -> int:
    """Write the whole database, as it is at one moment, into a new file; returns the file's size in bytes.

    A crawl may be at work meanwhile. SQLite: a database as the original. PostgreSQL: an archive of ``pg_dump``, for
    ``pg_restore``.
    """
    place = _ours(url)
    if file.exists():
        raise DatabaseError(str(file), "is there already", hint="name a new file; an old backup is not written over")
    if not file.parent.is_dir():
        raise DatabaseError(str(file), f"there is no folder {file.parent}", hint="make it first")
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        if place.path is not None:
            _copy_sqlite(place.path, part)
        else:
            _dump_postgresql(place, part)
        part.replace(file)
    except (OSError, sqlite3.Error) as error:
        raise DatabaseError(str(file), f"cannot be written: {getattr(error, 'strerror', None) or error}") from error
    finally:
        part.unlink(missing_ok=True)
    return file.stat().st_size


def _ours(url: str) -> Target:
    place = target(url)
    if place.path is not None:
        prepare_file(place.path, place.shown, create=False)
    with closing_engine(place) as engine:
        _require_head(engine, place)
    return place


def _require_head(engine: Engine, place: Target) -> None:
    with read(engine, place.shown) as connection:
        require_head(inspect_schema(connection), place.shown)


def _size(place: Target) -> int | None:
    return None if place.path is None else place.path.stat().st_size


def _copy_sqlite(origin: Path, copy: Path) -> None:
    with closing(sqlite3.connect(f"file:{origin}?mode=ro", uri=True)) as old, closing(sqlite3.connect(copy)) as new:
        # All pages at once: in portions, a crawl that writes between them would make it begin anew for ever.
        old.backup(new, pages=-1)


def _dump_postgresql(place: Target, part: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise DatabaseError(place.shown, "pg_dump is not there", hint="install PostgreSQL's client programs")
    plain = place.url.set(drivername="postgresql", password=None)
    # A password in the arguments could be read by every user of the machine.
    secret = {"PGPASSWORD": str(place.url.password)} if place.url.password else {}
    done = subprocess.run(
        [program, "--format=custom", f"--file={part}", plain.render_as_string(hide_password=False)],
        env={**os.environ, **secret},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        problem = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise DatabaseError(place.shown, f"pg_dump failed: {problem}"[:300])
