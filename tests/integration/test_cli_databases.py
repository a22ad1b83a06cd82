"""What a person reads, and what cron sees, when the database cannot be used."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from support.crawling import world
from typer.testing import CliRunner

from storewatch.cli.app import app
from storewatch.db import engine


def missing(path: Path) -> None:
    path.unlink()


def no_database(path: Path) -> None:
    path.write_text("shopping list: eggs, milk\n" * 100)


def of_a_newer_storewatch(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE storewatch_version SET version_num = '9999'")
        connection.commit()


ADD = ["sources", "add", "https://paper.example/feed", "--name", "paper", "--no-check"]
DISABLE = ["sources", "disable", "golem"]
BAD = [
    pytest.param(no_database, "is not an SQLite database", id="no-database"),
    pytest.param(of_a_newer_storewatch, "newer", id="newer"),
]


@pytest.fixture
def database(tmp_path: Path, migrated_sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STOREWATCH_CONFIG", "")
    path = tmp_path / "storewatch.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    return path


ASK = [["articles"], ["events"], ["runs"], ["db", "check"]]
CASES = [
    *(pytest.param(*bad.values, command, id=f"{bad.id}-{command[0]}") for bad in BAD for command in [*ASK, DISABLE]),
    # A change of the catalogue makes the database.
    *(pytest.param(missing, "there is no such database", command, id=f"missing-{command[0]}") for command in ASK),
]


@pytest.mark.parametrize(("spoil", "told", "command"), CASES)
def test_a_command_says_in_one_line_what_is_wrong_with_the_database(
    database: Path, spoil: Callable[[Path], None], told: str, command: list[str]
) -> None:
    spoil(database)
    before = database.read_bytes() if database.exists() else None
    result = CliRunner().invoke(app, command)
    assert (result.exit_code, result.stdout) == (2, "")
    [line] = result.stderr.splitlines()
    assert told in line
    assert "storewatch.db" in line
    assert (database.read_bytes() if database.exists() else None) == before


@pytest.mark.parametrize(("spoil", "told"), BAD)
def test_a_crawl_says_in_one_line_what_is_wrong_with_the_database(
    database: Path, spoil: Callable[[Path], None], told: str
) -> None:
    spoil(database)
    before = database.read_bytes()
    outcome = world(database.parent).crawl()
    assert (outcome.exit_code, outcome.run_id) == (2, None)
    [line] = outcome.lines
    assert told in line
    assert "storewatch.db" in line
    assert database.read_bytes() == before


def test_a_database_that_another_process_writes_to_ends_a_command_with_4(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_S", 0.05)
    assert CliRunner().invoke(app, ADD).exit_code == 0
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        result = CliRunner().invoke(app, ["sources", "disable", "paper"])
        assert result.exit_code == 4
        [line] = result.stderr.splitlines()
        assert "is locked by another process" in line
        # Asking is still allowed.
        assert CliRunner().invoke(app, ["sources", "list", "--format", "jsonl"]).exit_code == 0
