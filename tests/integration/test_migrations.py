"""The schema that migrations make is the one the code knows, on both engines."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from storewatch import db
from storewatch.db import migrate, models, version, views
from storewatch.db.engine import closing_engine, read, target
from storewatch.db.store import open_store
from storewatch.errors import RunLocked

MIGRATIONS = Path(migrate.__file__).parent / "migrations"


def script() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def test_the_known_revisions_are_those_of_the_migrations() -> None:
    walked = [revision.revision for revision in script().walk_revisions()]
    assert tuple(reversed(walked)) == version.REVISIONS
    assert script().get_current_head() == version.HEAD


def test_a_changed_view_has_a_new_revision() -> None:
    # Changed a view? Add a revision (it may be empty), append it to REVISIONS, and write the new digest to VIEWS.
    assert views.digest() == version.VIEWS


def test_an_empty_database_gets_the_whole_schema(database_url: str) -> None:
    open_store(database_url).close()
    assert db.check(database_url) == []
    assert db.upgrade(database_url) == migrate.Upgrade(before=version.HEAD, after=version.HEAD)


def test_upgrade_makes_a_database(database_url: str) -> None:
    assert db.upgrade(database_url) == migrate.Upgrade(before=None, after=version.HEAD)
    assert db.check(database_url) == []


def test_check_tells_of_a_missing_column_and_view(store_url: str) -> None:
    place = target(store_url)
    with closing_engine(place) as engine, engine.begin() as connection:
        connection.exec_driver_sql("DROP VIEW v_events")
        connection.exec_driver_sql("ALTER TABLE hosts DROP COLUMN not_before")
    told = "\n".join(db.check(store_url))
    assert "not_before" in told
    assert "the view v_events is missing" in told


def test_upgrade_waits_for_no_run(store_url: str) -> None:
    from storewatch.db.lock import run_lock

    with run_lock(store_url, holder="storewatch crawl"), pytest.raises(RunLocked, match="storewatch crawl"):
        db.upgrade(store_url)


def test_two_processes_may_make_the_same_database(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    code = f"from storewatch.db.store import open_store; open_store({str(path)!r}).close()"
    children = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE) for _ in range(4)]
    told = [child.communicate()[1].decode() for child in children]
    assert [child.returncode for child in children] == [0] * 4, told
    assert db.check(str(path)) == []


def test_a_migration_cut_short_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "new.db"
    monkeypatch.setattr(views, "create_statements", lambda: ("CREATE VIEW nonsense AS SELECT 1 FROM nowhere, ",))
    with pytest.raises(Exception, match="SQLite says"):
        open_store(str(path))
    with sqlite3.connect(path) as plain:
        assert plain.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    plain.close()
    monkeypatch.undo()
    open_store(str(path)).close()
    assert db.check(str(path)) == []


def test_every_table_is_made(store_url: str) -> None:
    place = target(store_url)
    with closing_engine(place) as engine, read(engine, place.shown) as connection:
        for table in models.metadata.sorted_tables:
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table.name}").scalar() == 0
        for view in views.VIEWS:
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {view}").scalar() == 0
