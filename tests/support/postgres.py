"""A PostgreSQL server of the tests' own: made in a temporary folder, reached over a Unix socket, thrown away.

Every pytest process (every xdist worker) starts one when its first test asks for it; that takes half a second.
"""

from __future__ import annotations

import getpass
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from glob import glob
from pathlib import Path
from urllib.parse import quote

import pytest

MISSING = "needs a PostgreSQL server (Debian: apt-get install postgresql) and psycopg"

# Nothing here survives the tests, so nothing has to be safe on disk.
_FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=50"


def binaries() -> Path | None:
    """The folder of ``initdb`` and ``pg_ctl``, which Debian keeps off the PATH; the newest version wins."""
    found = [Path(initdb).parent for initdb in glob("/usr/lib/postgresql/*/bin/initdb")]
    if found:
        return max(found, key=lambda folder: int(folder.parent.name))
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def available() -> bool:
    try:
        import psycopg  # noqa: F401  # only whether it is there
    except ImportError:
        return False
    return binaries() is not None


def require() -> None:
    """Skip the test with one line where there is no server; fail it where services are required (CI)."""
    if available():
        return
    if os.environ.get("STOREWATCH_REQUIRE_SERVICES") == "1":
        pytest.fail(MISSING)
    pytest.skip(MISSING)


class Server:
    """A running server. ``url(name)`` is the SQLAlchemy URL of one of its databases."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self._folder = folder
        self._durable = durable
        self._numbers = itertools.count(1)

    def url(self, database: str, *, user: str = "postgres") -> str:
        return f"postgresql+psycopg://{user}@/{database}?host={quote(str(self._folder), safe='')}"

    def execute(self, statement: str, *, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run one statement as the superuser, outside a transaction."""
        import psycopg

        with (
            psycopg.connect(host=str(self._folder), user="postgres", dbname=database, autocommit=True) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def new_database(self, *, template: str | None = None) -> str:
        """A new database, empty or a copy of ``template``; returns its name."""
        name = f"test_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template or 'template0'}")
        return name

    def stop(self, mode: str = "immediate") -> None:
        """Stop the server as a crash of its machine would, which may undo the last commits (see :data:`_FAST`);
        ``fast``: as its administrator does, who ends all connections."""
        _run(self._folder, [*_control(self._folder), "-m", mode, "stop"])

    def start(self) -> None:
        settings = f"-k {self._folder} -c listen_addresses='' {'' if self._durable else _FAST}"
        _run(self._folder, [*_control(self._folder), "-l", str(self._folder / "log"), "-o", settings, "start"])

    def drop_database(self, name: str) -> None:
        self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def break_connections(url: str) -> None:
    """End every session that holds an advisory lock, as a server that is started anew does."""
    import psycopg

    plain = url.replace("postgresql+psycopg:", "postgresql:")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory'")


@contextmanager
def running_server(*, durable: bool = False) -> Iterator[Server]:
    """``durable``: with the settings of a server as it is installed, for measurements."""
    folder = Path(tempfile.mkdtemp(prefix="storewatch-pg-"))
    tools = binaries()
    if tools is None:
        raise RuntimeError(MISSING)
    try:
        _own(folder)
        data = str(folder / "data")
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        _run(folder, [str(tools / "initdb"), "-D", data, *options])
        server = Server(folder, durable=durable)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _control(folder: Path) -> list[str]:
    tools = binaries()
    if tools is None:
        raise RuntimeError(MISSING)
    return [str(tools / "pg_ctl"), "-D", str(folder / "data"), "-w"]


def _server_user() -> pwd.struct_passwd | None:
    """Whom the server runs as: the caller, or ``postgres`` where that is root, which PostgreSQL refuses."""
    return pwd.getpwnam("postgres") if os.geteuid() == 0 else None


def _own(folder: Path) -> None:
    user = _server_user()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)


def _run(folder: Path, command: list[str]) -> None:
    user = _server_user()
    who = {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    # The environment is our own: PGHOST and its like would lead elsewhere, messages must be in English.
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "HOME": str(folder)}
    log = folder / "setup.log"
    with log.open("ab") as output:
        done = subprocess.run(command, cwd=folder, env=environment, stdout=output, stderr=output, check=False, **who)
    if done.returncode != 0:
        told = log.read_text(errors="replace")
        raise RuntimeError(f"{Path(command[0]).name} failed for {getpass.getuser()}:\n{told}")
