"""A process that goes beyond its limits is asked to end, and killed with all that came from it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scheduler.watching import OOM_SCORE_ADJ, Limits, watched
from storewatch.memory import memory_mb

#: Starts a child, says so, and waits; deaf: it ignores the request to end.
WAITS = "import subprocess, sys, time; subprocess.Popen(['sleep', '600']); print('there', flush=True); time.sleep(600)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {WAITS}"


def start(code: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, process_group=0)
    assert process.stdout is not None
    process.stdout.readline()
    return process


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("code", "limits", "ends_with", "why"),
    [
        pytest.param(WAITS, Limits(timeout_s=0.1), -15, "took longer than 0.1 s", id="too long"),
        pytest.param(WAITS, Limits(memory_mb=0.5), -15, "MB of memory, more than 0.5", id="too large"),
        pytest.param(DEAF, Limits(timeout_s=0.1, grace_s=0.1), -9, "took longer than 0.1 s", id="deaf"),
    ],
)
def test_what_goes_beyond_its_limits_is_ended(code: str, limits: Limits, ends_with: int, why: str) -> None:
    process = start(code)
    with watched(process, limits) as watch:
        assert Path(f"/proc/{process.pid}/oom_score_adj").read_text(encoding="ascii").strip() == str(OOM_SCORE_ADJ)
        assert process.wait() == ends_with
    assert watch.reason is not None
    assert why in watch.reason
    if ends_with == -9:
        assert process.stdout is not None
        assert process.stdout.read() == b""  # nobody holds the other end any more: its child is gone as well
    else:
        os.killpg(process.pid, 9)
    assert process.stdout is not None
    process.stdout.close()


def test_memory_counts_what_came_from_a_process() -> None:
    process = start(WAITS)
    try:
        assert memory_mb(process.pid) > 1
        assert memory_mb(os.getpid()) > memory_mb(process.pid)
    finally:
        os.killpg(process.pid, 9)
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
    assert memory_mb(process.pid) == 0
