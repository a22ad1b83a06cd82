"""The lock of ``serve`` over months: a connection that breaks, a disk that is full."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.postgres import break_connections

from storewatch.db.lock import lock_file, serve_lock
from storewatch.errors import RunLocked


def refused(url: str) -> bool:
    try:
        with serve_lock(url, holder="another"):
            return False
    except RunLocked:
        return True


def test_a_lock_that_is_held_is_kept(store_url: str) -> None:
    with serve_lock(store_url, holder="storewatch serve") as renew:
        renew()
        assert refused(store_url)
    assert not refused(store_url)


@pytest.mark.needs_postgres
def test_a_lock_that_was_lost_with_its_connection_is_taken_again(postgres_url: str) -> None:
    with serve_lock(postgres_url, holder="storewatch serve") as renew:
        break_connections(postgres_url)
        assert not refused(postgres_url)
        renew()
        assert refused(postgres_url)
    assert not refused(postgres_url)


@pytest.mark.needs_postgres
def test_a_lock_that_somebody_else_has_taken_meanwhile_is_lost(postgres_url: str) -> None:
    with serve_lock(postgres_url, holder="storewatch serve") as renew:
        break_connections(postgres_url)
        with (
            serve_lock(postgres_url, holder="the quicker one"),
            pytest.raises(RunLocked, match="serve lock is held by `the quicker one`"),
        ):
            renew()
        renew()
        assert refused(postgres_url)


def test_a_full_disk_takes_no_lock_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int, _data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    database = tmp_path / "storewatch.db"
    monkeypatch.setattr(os, "write", full)
    with serve_lock(str(database), holder="storewatch serve"):
        monkeypatch.undo()
        command = "import sys; from storewatch.db.lock import is_served; sys.exit(is_served(sys.argv[1]))"
        assert subprocess.run([sys.executable, "-c", command, str(database)], check=False).returncode == 1
        assert lock_file(database, ".serve.lock").read_bytes() == b""
