"""Vacuum and backup on both engines."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from support.stored import NOW, store_page

from storewatch import db
from storewatch.db import queries
from storewatch.db.lock import run_lock
from storewatch.db.store import open_store
from storewatch.db.upkeep import backup, vacuum
from storewatch.errors import DatabaseError, RunLocked


def fill(url: str) -> None:
    with open_store(url) as store:
        store_page(store, store.start_run("storewatch crawl", NOW), "https://golem.example/one")


def test_vacuum_gives_room_back_and_loses_nothing(store_url: str) -> None:
    fill(store_url)
    with open_store(store_url) as store:
        with store.writing() as connection:
            connection.exec_driver_sql("CREATE TABLE ballast (words TEXT)")
            connection.exec_driver_sql(f"INSERT INTO ballast VALUES ('{'x' * 3_000_000}')")
        with store.writing() as connection:
            connection.exec_driver_sql("DROP TABLE ballast")
        before = queries.articles(store)
    sizes = vacuum(store_url)
    if store_url.startswith("sqlite"):
        assert sizes is not None
        assert sizes[0] - sizes[1] > 2_000_000
    else:
        assert sizes is None
    with open_store(store_url) as store:
        assert queries.articles(store) == before
    assert db.check(store_url) == []


def test_vacuum_waits_for_no_run(store_url: str) -> None:
    with run_lock(store_url, holder="storewatch crawl"), pytest.raises(RunLocked, match="storewatch crawl"):
        vacuum(store_url)


def test_a_backup_of_sqlite_is_a_database_even_while_somebody_writes(tmp_path: Path, migrated_sqlite: Path) -> None:
    url = f"sqlite:///{tmp_path / 'storewatch.db'}"
    fill(url)
    copy = tmp_path / "copy.db"
    with open_store(url) as store, store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM articles")  # not yet committed, so not in the backup
        assert backup(url, copy) == copy.stat().st_size
    with open_store(str(copy)) as store:
        assert len(queries.articles(store)) == 1
    assert db.check(str(copy)) == []
    assert not list(tmp_path.glob(".*.part"))


@pytest.mark.needs_postgres
def test_a_backup_of_postgresql_can_be_restored(postgres_url: str, tmp_path: Path) -> None:
    fill(postgres_url)
    archive = tmp_path / "storewatch.dump"
    assert backup(postgres_url, archive) > 1000
    restore = shutil.which("pg_restore")
    assert restore is not None
    listed = subprocess.run([restore, "--list", str(archive)], capture_output=True, text=True, check=True).stdout
    assert "TABLE DATA public articles" in listed


@pytest.mark.parametrize(
    ("origin", "goal", "message"),
    [
        pytest.param("storewatch.db", "storewatch.db", "is there already", id="onto something"),
        pytest.param("none.db", "copy.db", "there is no such database", id="nothing to back up"),
        pytest.param("storewatch.db", "no/folder/copy.db", "there is no folder", id="nowhere"),
    ],
)
def test_what_cannot_be_backed_up(tmp_path: Path, origin: str, goal: str, message: str) -> None:
    fill(f"sqlite:///{tmp_path / 'storewatch.db'}")
    before = (tmp_path / "storewatch.db").read_bytes()
    with pytest.raises(DatabaseError, match=message):
        backup(str(tmp_path / origin), tmp_path / goal)
    assert (tmp_path / "storewatch.db").read_bytes() == before


@pytest.mark.needs_postgres
def test_pg_dump_that_is_missing_or_fails_is_told(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(postgres_url)
    broken = tmp_path / "bin" / "pg_dump"
    broken.parent.mkdir()
    broken.write_text("#!/bin/sh\necho 'disk full' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(broken.parent))
    with pytest.raises(DatabaseError, match="pg_dump failed: disk full"):
        backup(postgres_url, tmp_path / "x.dump")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(DatabaseError, match="pg_dump is not there"):
        backup(postgres_url, tmp_path / "x.dump")
    assert not (tmp_path / "x.dump").exists()
