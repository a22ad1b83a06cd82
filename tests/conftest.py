"""Fixtures of all tests: databases on both engines."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

# Before numpy is loaded: pytest's workers share the cores, and BLAS would start a thread for each core in each of them.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from hypothesis import settings
from support import postgres
from support.commands import Run, runner

# No example is too slow: the first one may load a table. CI tries the same examples at every run; by hand, new ones.
settings.register_profile("storewatch", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("storewatch")

# Whoever starts the tests in the background has SIGINT ignored, and so would every process that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A PostgreSQL server, or a skip that says why; where services are required, a failure."""
    postgres.require()
    with postgres.running_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: postgres.Server) -> Iterator[str]:
    """An empty PostgreSQL database."""
    name = postgres_server.new_database()
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


BOTH_ENGINES = [
    pytest.param("sqlite", id="sqlite"),
    pytest.param("postgresql", id="postgresql", marks=pytest.mark.needs_postgres),
]


@pytest.fixture(params=BOTH_ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, on each engine in turn; the SQLite file does not exist yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'storewatch.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database at the newest schema, to be copied."""
    from storewatch.db.store import open_store

    path = tmp_path_factory.mktemp("migrated") / "storewatch.db"
    open_store(str(path)).close()
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: postgres.Server) -> str:
    """The name of a PostgreSQL database at the newest schema, to be copied."""
    from storewatch.db.store import open_store

    name = postgres_server.new_database()
    open_store(postgres_server.url(name)).close()
    return name


def _copy_of_migrated(request: pytest.FixtureRequest, engine: str, folder: Path) -> Iterator[str]:
    if engine == "sqlite":
        path = folder / "storewatch.db"
        shutil.copyfile(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    name = server.new_database(template=request.getfixturevalue("migrated_postgres"))
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture(params=BOTH_ENGINES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database at the newest schema without a row in it, on each engine in turn."""
    yield from _copy_of_migrated(request, request.param, tmp_path)


@pytest.fixture(scope="module", params=BOTH_ENGINES)
def shared_store_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """As ``store_url``, but one for all tests of a module, for tests that only read what a fixture of theirs wrote."""
    yield from _copy_of_migrated(request, request.param, tmp_path_factory.mktemp("shared"))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command in an empty folder."""
    return runner(monkeypatch, tmp_path)
