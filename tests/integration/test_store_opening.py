"""Databases that cannot be used: each gets one clear line, and no password in it."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from support import postgres
from support.stored import NOW, source, sql

from storewatch import db
from storewatch.db import engine, version
from storewatch.db.store import Store, open_store
from storewatch.errors import DatabaseError, DatabaseLocked


def refusal(url: str, *, create: bool = True) -> str:
    """The line that a person reads."""
    with pytest.raises(DatabaseError) as refused:
        open_store(url, create=create).close()
    told = str(refused.value)
    assert "\n" not in told
    return told.removeprefix(f"sqlite:///{url}: ")


def text_file(path: Path) -> None:
    path.write_text("name,url\ngolem,https://golem.example/rss\n" * 100)


def random_bytes(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 64)


def short_file(path: Path) -> None:
    path.write_bytes(b"SQLite")


def folder(path: Path) -> None:
    path.mkdir()


def other_tables(path: Path) -> None:
    with closing(sqlite3.connect(path)) as plain:
        plain.executescript("CREATE TABLE bookmarks (url TEXT); CREATE TABLE alembic_version (version_num TEXT)")


def newer_schema(path: Path) -> None:
    open_store(str(path)).close()
    with closing(sqlite3.connect(path)) as plain:
        plain.executescript(f"UPDATE {version.TABLE} SET version_num = '9000'")


def damaged(path: Path) -> None:
    """A database whose first page is right and whose others are not."""
    open_store(str(path)).close()
    content = bytearray(path.read_bytes())
    for start in range(4096, len(content), 4096):
        content[start : start + 64] = b"\xff" * 64
    path.write_bytes(bytes(content))


def no_file(path: Path) -> None:
    assert not path.exists()


def empty_file(path: Path) -> None:
    path.touch()


NEWER = "(install the newer storewatch)"
NOT_OURS = "is not an SQLite database (name another file)"
FIRST = "(`storewatch crawl` fills one, `storewatch db upgrade` makes an empty one)"


@pytest.mark.parametrize(
    ("make", "create", "told"),
    [
        pytest.param(no_file, False, f"there is no such database {FIRST}", id="missing"),
        pytest.param(empty_file, False, f"is empty {FIRST}", id="empty"),
        pytest.param(text_file, True, NOT_OURS, id="text"),
        pytest.param(text_file, False, NOT_OURS, id="text-query"),
        pytest.param(random_bytes, True, NOT_OURS, id="random-bytes"),
        pytest.param(short_file, True, NOT_OURS, id="short"),
        pytest.param(folder, True, "is a folder, not a database (name a file in it)", id="folder"),
        pytest.param(
            other_tables, True, "holds tables that are not storewatch's (name an empty database)", id="other-tables"
        ),
        pytest.param(
            newer_schema,
            True,
            f"was made by a newer storewatch (schema 9000, this one knows {version.HEAD}) {NEWER}",
            id="newer",
        ),
        pytest.param(
            damaged,
            True,
            "is damaged (restore a backup, or save what is left with sqlite3 FILE .recover)",
            id="damaged",
        ),
    ],
)
def test_a_bad_file(tmp_path: Path, make: Callable[[Path], None], create: bool, told: str) -> None:
    path = tmp_path / "bad.db"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    assert refusal(str(path), create=create) == told
    # A refusal changes nothing.
    assert (path.read_bytes() if path.is_file() else None) == before


def test_a_missing_folder(tmp_path: Path) -> None:
    assert refusal(str(tmp_path / "no" / "x.db")) == f"there is no folder {tmp_path / 'no'} (make it first)"


def test_an_older_schema(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    older = version.HEAD
    monkeypatch.setattr(version, "HEAD", "9999")
    monkeypatch.setattr(version, "REVISIONS", (*version.REVISIONS, "9999"))
    for create in (True, False):
        told = refusal(store_url, create=create)
        assert told.endswith(
            f"was made by an older storewatch (schema {older}, this one needs 9999) (run `storewatch db upgrade`)"
        )


def test_check_and_upgrade_refuse_alike(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with pytest.raises(DatabaseError, match="there is no such database"):
        db.check(str(path))
    other_tables(path)
    for command in (db.check, db.upgrade):
        with pytest.raises(DatabaseError, match="not storewatch's"):
            command(str(path))


@contextmanager
def somebody_else() -> Iterator[None]:
    """Root may write everywhere, so as root the tests become nobody for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder that nobody may use; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o777)
        yield Path(name)


def test_a_read_only_file(open_to_all: Path) -> None:
    path = open_to_all / "storewatch.db"
    open_store(str(path)).close()
    path.chmod(0o444)
    told = "is read-only (check the rights of the file and its folder, or name another database)"
    with somebody_else():
        assert refusal(str(path)) == told
        # Queries need not write.
        with open_store(str(path), create=False) as store:
            assert store.sources() == ()
            with pytest.raises(DatabaseError, match="is read-only"):
                store.start_run("storewatch crawl", NOW)


def test_a_read_only_folder(open_to_all: Path) -> None:
    path = open_to_all / "storewatch.db"
    open_store(str(path)).close()
    path.chmod(0o666)
    open_to_all.chmod(0o555)
    with somebody_else():
        assert refusal(str(path)).startswith("is read-only")
        new = open_to_all / "new.db"
        assert refusal(str(new)) == f"nothing may be written into {open_to_all} (check its rights)"
    open_to_all.chmod(0o777)


def test_a_file_that_may_not_be_read(open_to_all: Path) -> None:
    path = open_to_all / "storewatch.db"
    open_store(str(path)).close()
    path.chmod(0)
    with somebody_else():
        told = "may not be opened by this user (check the rights of the file and its folder)"
        assert refusal(str(path)) == told
        assert refusal(str(path), create=False) == told


def test_a_writer_that_waits_too_long(migrated_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY_S", 0.05)
    path = tmp_path / "storewatch.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    with open_store(str(path)) as store, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseLocked, match="is locked by another process") as refused:
            store.start_run("storewatch crawl", NOW)
        assert refused.value.exit_code == 4
        # Readers are not in the way of a writer, nor it in theirs.
        assert store.sources() == ()
        open_store(str(path)).close()
        other.rollback()
        assert store.start_run("storewatch crawl", NOW) == 1


def test_a_database_locked_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY_S", 0.05)
    path = tmp_path / "storewatch.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("CREATE TABLE t (x)")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseLocked, match="is locked by another process"):
            open_store(str(path))


@pytest.mark.needs_postgres
def test_a_server_whose_write_lock_is_taken(
    postgres_server: postgres.Server, migrated_postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_S", 0.05)
    name = postgres_server.new_database(template=migrated_postgres)
    url = postgres_server.url(name)
    with open_store(url) as store, open_store(url) as other:
        with other.writing(), pytest.raises(DatabaseLocked, match="is locked by another process"):
            store.start_run("storewatch crawl", NOW)
        assert store.start_run("storewatch crawl", NOW) == 1
    postgres_server.drop_database(name)


def test_a_full_disk(migrated_sqlite: Path, tmp_path: Path) -> None:
    path = tmp_path / "storewatch.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    with open_store(str(path)) as store:
        source(store)
        with store.reading() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(DatabaseError, match="the disk is full"):
            store.start_run("x" * 1_000_000, NOW)
        assert sql(store, "SELECT count(*) FROM runs") == [(0,)]
        assert [found.name for found in store.sources()] == ["golem"]


def closed_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_server_that_is_not_there() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(DatabaseLocked, match="the server does not answer") as refused:
        open_store(f"postgresql://me:s3cret@127.0.0.1:{closed_port()}/news")
    assert "s3cret" not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.needs_postgres
def test_a_server_that_refuses(postgres_server: postgres.Server) -> None:
    told = refusal(postgres_server.url("nowhere"))
    assert told.endswith("there is no database of this name (make it with createdb)")
    told = refusal(postgres_server.url("postgres", user="stranger"))
    assert told.endswith("the server refused the user or the password (check the URL)")


@pytest.mark.needs_postgres
def test_a_user_without_rights(postgres_server: postgres.Server, postgres_url: str) -> None:
    postgres_server.execute("DROP ROLE IF EXISTS reader")
    postgres_server.execute("CREATE ROLE reader LOGIN")
    told = refusal(postgres_url.replace("postgres@", "reader@"))
    assert told.endswith("the user lacks a right (grant it CREATE on the schema)")


@pytest.mark.needs_postgres
def test_a_database_on_the_server_that_is_not_ours(postgres_server: postgres.Server, postgres_url: str) -> None:
    assert "is empty" in refusal(postgres_url, create=False)
    name = postgres_url.partition("/test")[2].partition("?")[0]
    postgres_server.execute("CREATE TABLE bookmarks (url text)", database=f"test{name}")
    assert "holds tables that are not storewatch's" in refusal(postgres_url)


@pytest.mark.needs_postgres
def test_a_server_that_was_restarted_in_between(postgres_server: postgres.Server, postgres_url: str) -> None:
    with open_store(postgres_url) as store:
        assert store.start_run("storewatch crawl", NOW) == 1
        postgres_server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'storewatch'"
        )
        assert store.start_run("storewatch crawl", NOW) == 2


def test_a_closed_store_frees_its_files(tmp_path: Path) -> None:
    path = tmp_path / "storewatch.db"
    with open_store(str(path)) as store:
        assert isinstance(store, Store)
        assert store.path == path
        assert store.url_shown == f"sqlite:///{path}"
    # The last connection that closes folds the write-ahead log back into the database.
    assert sorted(found.name for found in tmp_path.iterdir()) == ["storewatch.db"]


def test_asking_a_present_database_imports_little(migrated_sqlite: Path) -> None:
    """`storewatch articles` has 0.6 s; Alembic would take 0.2 of them."""
    code = (
        "import sys; from storewatch.db import queries, store\n"
        f"with store.open_store({str(migrated_sqlite)!r}, create=False) as opened: queries.articles(opened)\n"
        "heavy = {'alembic', 'sqlalchemy.orm', 'sqlalchemy.dialects.postgresql', 'psycopg', 'tldextract', 'pydantic'}\n"
        "print(*sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_opening_again_takes_no_lock_away(tmp_path: Path) -> None:
    """A process that closes the database's file gives up SQLite's locks on it (POSIX): another process would then take
    itself for the last one, and delete the log under the first one's feet."""
    path = tmp_path / "storewatch.db"
    with open_store(str(path)) as store:
        source(store)
        open_store(str(path), create=False).close()
        code = f"from storewatch.db.store import open_store; open_store({str(path)!r}, create=False).close()"
        subprocess.run([sys.executable, "-c", code], check=True)
        assert path.with_name("storewatch.db-wal").exists()
        assert len(store.sources()) == 1
    assert db.check(str(path)) == []
