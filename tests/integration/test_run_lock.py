"""The run lock: one holder, named to who is refused, freed by the kernel."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from storewatch.db.lock import is_running, lock_file, run_holder, run_lock
from storewatch.errors import DatabaseError, RunLocked

# Holds the lock, says so, and waits for its input to end; with "fork" a child of its own outlives it.
HOLDER = """
import os, sys
from storewatch.db.lock import run_lock
with run_lock(sys.argv[1], holder="storewatch crawl"):
    if sys.argv[2] == "fork" and os.fork() == 0:
        os.close(1)
        sys.stdin.read()
        os._exit(0)
    print("held", flush=True)
    sys.stdin.read()
"""


def start_holder(url: str, how: str = "plain") -> subprocess.Popen[bytes]:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, url, how], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    return holder


def end(holder: subprocess.Popen[bytes]) -> None:
    assert holder.stdin is not None
    assert holder.stdout is not None
    holder.stdin.close()
    holder.wait()
    holder.stdout.close()


def test_a_second_holder_is_told_who_has_it(store_url: str) -> None:
    holder = start_holder(store_url)
    refusal = r"the run lock is held by `storewatch crawl`.* since \d{4}-\d\d-\d\dT.*\+00:00"
    with pytest.raises(RunLocked, match=refusal) as refused, run_lock(store_url, holder="me"):
        pass
    assert refused.value.exit_code == 75
    end(holder)
    with run_lock(store_url, holder="me"):
        pass


def test_the_same_process_is_refused_too(store_url: str) -> None:
    with (
        run_lock(store_url, holder="storewatch serve"),
        pytest.raises(RunLocked, match="storewatch serve"),
        run_lock(store_url, holder="me"),
    ):
        pass
    with run_lock(store_url, holder="me"):
        pass


def test_an_error_frees_it(store_url: str) -> None:
    with pytest.raises(ZeroDivisionError), run_lock(store_url, holder="me"):
        raise ZeroDivisionError
    with run_lock(store_url, holder="me"):
        pass


def test_a_killed_holder_frees_it(store_url: str) -> None:
    holder = start_holder(store_url)
    holder.send_signal(signal.SIGKILL)
    end(holder)
    if store_url.startswith("postgresql"):
        # The server notices a closed connection a moment later.
        _until_free(store_url)
    with run_lock(store_url, holder="me"):
        pass


def _until_free(url: str) -> None:
    for _ in range(200):
        try:
            with run_lock(url, holder="me"):
                return
        except RunLocked:
            continue


def test_workers_that_outlive_a_killed_holder_do_not_keep_it(tmp_path: Path) -> None:
    url = str(tmp_path / "storewatch.db")
    holder = start_holder(url, "fork")
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with run_lock(url, holder="me"):
        pass
    end(holder)  # its child reads the end of the input


def test_paths_to_the_same_file_share_a_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link.db").symlink_to("storewatch.db")
    with run_lock("storewatch.db", holder="a"):
        for other in (f"sqlite:///{tmp_path}/storewatch.db", "link.db", "sqlite:///./storewatch.db"):
            with pytest.raises(RunLocked), run_lock(other, holder="b"):
                pass
    with run_lock("storewatch.db", holder="a"), run_lock("other.db", holder="b"):
        pass
    assert lock_file(Path("storewatch.db")) == Path(os.path.realpath(tmp_path)) / "storewatch.db.lock"


def test_a_lock_file_without_a_readable_note(tmp_path: Path) -> None:
    url = str(tmp_path / "storewatch.db")
    holder = start_holder(url)
    lock_file(Path(url)).write_bytes(b"\xff\x00 nonsense")
    with pytest.raises(RunLocked, match="held by another process"), run_lock(url, holder="me"):
        pass
    end(holder)


def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    with (
        pytest.raises(DatabaseError, match=r"lock file .* cannot be opened"),
        run_lock(str(tmp_path / "no" / "x.db"), holder="me"),
    ):
        pass


def test_whoever_asks_for_the_holder_takes_nothing(store_url: str) -> None:
    assert run_holder(store_url) is None
    with run_lock(store_url, holder="storewatch crawl"):
        own = run_holder(store_url)
        assert own is not None
        assert own.holder == "storewatch crawl"
        with pytest.raises(RunLocked), run_lock(store_url, holder="me"):
            pass
        # Asking has closed a descriptor of the lock's file, perhaps; another process is refused all the same.
        command = "import sys; from storewatch.db.lock import is_running; sys.exit(is_running(sys.argv[1]))"
        assert subprocess.run([sys.executable, "-c", command, store_url], check=False).returncode == 1
    holder = start_holder(store_url)
    told = run_holder(store_url)
    assert told is not None
    assert (told.holder, told.since is None) == ("storewatch crawl", False)
    end(holder)


@pytest.mark.timeout(60)
def test_asking_refuses_nobody(store_url: str) -> None:
    over, asked = threading.Event(), threading.Semaphore(0)

    def ask() -> None:
        while not over.is_set():
            is_running(store_url)
            asked.release()

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        for _ in range(20):
            asked.acquire()
            with run_lock(store_url, holder="me"):
                pass
    finally:
        over.set()
        asking.join()


def test_asking_makes_no_file(tmp_path: Path) -> None:
    assert not is_running(str(tmp_path / "storewatch.db"))
    assert list(tmp_path.iterdir()) == []
