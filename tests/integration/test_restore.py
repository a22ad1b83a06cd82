"""The operator's page is typed: a backup is restored by its very lines, on both engines."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import make_url
from support.stored import NOW, store_page

from storewatch.db import queries
from storewatch.db.store import open_store
from storewatch.db.upkeep import backup

PAGE = (Path(__file__).parents[2] / "docs" / "operate.md").read_text(encoding="utf-8")


def block(after: str) -> str:
    """The lines of the page that are to be typed after these words."""
    found = re.search(rf"{re.escape(after)}.*?\n```\n(.*?)```", PAGE, flags=re.DOTALL)
    assert found is not None
    return found[1]


def type_in(lines: str, folder: Path, **environ: str) -> None:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("STOREWATCH_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-euc", lines], cwd=folder, capture_output=True, text=True, check=False,
        env=inherited | {"PATH": path, "STOREWATCH_CONFIG": ""} | environ,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def fill(url: str, name: str) -> None:
    with open_store(url) as store:
        store_page(store, store.start_run("storewatch crawl", NOW), f"https://golem.example/{name}")


def urls(url: str) -> list[str]:
    with open_store(url, create=False) as store:
        return [one.url for one in queries.articles(store)]


def test_a_damaged_sqlite_database_is_restored(tmp_path: Path) -> None:
    lines = block("then for SQLite:")
    [name] = set(re.findall(r"backups/\S+\.db", lines))
    file = tmp_path / "storewatch.db"
    fill(str(file), "before")
    (tmp_path / "backups").mkdir()
    backup(str(file), tmp_path / name)
    with file.open("r+b") as broken:
        broken.seek(4096)
        broken.write(b"\0" * 100_000)
    # A log that is left from the broken one would spoil the restored one.
    (tmp_path / "storewatch.db-wal").write_bytes(b"left behind")
    type_in(lines, tmp_path)
    assert urls(str(file)) == ["https://golem.example/before"]


@pytest.mark.needs_postgres
def test_a_postgresql_database_is_restored(postgres_url: str, tmp_path: Path) -> None:
    if shutil.which("pg_restore") is None:
        # It comes with the server that needs_postgres asks for, but in a package of its own on some systems.
        pytest.skip("needs pg_restore (package postgresql-client)")
    lines = block("and for PostgreSQL")
    [name] = set(re.findall(r"backups/\S+\.dump", lines))
    fill(postgres_url, "before")
    (tmp_path / "backups").mkdir()
    backup(postgres_url, tmp_path / name)
    with open_store(postgres_url) as store, store.writing() as connection:
        connection.exec_driver_sql("TRUNCATE articles CASCADE")
    place = make_url(postgres_url)
    where = {
        "PGHOST": str(place.query["host"]),
        "PGUSER": str(place.username),
        "STOREWATCH_DATABASE__URL": postgres_url,
    }
    type_in(lines.replace("--dbname=storewatch", f"--dbname={place.database}"), tmp_path, **where)
    assert urls(postgres_url) == ["https://golem.example/before"]
