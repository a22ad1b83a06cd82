"""Watches a crawl from outside: how long it takes, how much memory it and its workers hold, whether it is to stop.

What is too much is decided by :func:`excess`, from values; the rest of the module measures and sends signals. A crawl
is asked to end first (SIGTERM: it keeps what it has fetched), and killed with all its workers when it does not.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from storewatch.memory import memory_mb

#: How often is looked, and how long a crawl may take for its end once it was asked to; seconds.
LOOK_S = 0.5
GRACE_S = 30.0
#: Twice what a crawl holds itself, with room for a large sitemap, and twice what a worker that has read pages holds.
CRAWL_MB = 1024
WORKER_MB = 512

#: Where memory runs out all the same, the system kills the crawl first, before the service and its database: it reckons
#: as if the crawl held half of the machine's memory more (proc(5), oom_score_adj).
OOM_SCORE_ADJ = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """``timeout_s`` seconds and ``memory_mb`` megabytes of resident memory, workers included; 0 is no limit.
    ``stop`` is set when the crawl is to end for another reason."""

    timeout_s: float = 0.0
    memory_mb: float = 0.0
    grace_s: float = GRACE_S
    stop: threading.Event = field(default_factory=threading.Event, compare=False)


def memory_limit(asked_mb: int | None, *, workers: int) -> int:
    """The most memory that a crawl with so many workers may hold, in megabytes; 0 is no limit. Pure.

    What nobody asked for is twice what a crawl holds when all its workers read pages: one of 64 cores holds 14 GB.
    """
    return CRAWL_MB + WORKER_MB * workers if asked_mb is None else asked_mb


def excess(limits: Limits, *, elapsed_s: float, memory_mb: float) -> str | None:
    """Why a crawl must end, in words; None while it may go on. Pure but for the event."""
    if limits.stop.is_set():
        return "stopped"
    if limits.timeout_s and elapsed_s > limits.timeout_s:
        return f"took longer than {limits.timeout_s:g} s"
    if limits.memory_mb and memory_mb > limits.memory_mb:
        return f"held {memory_mb:.0f} MB of memory, more than {limits.memory_mb:g}"
    return None


class Watch:
    """What became of a watched crawl: ``reason`` says why it was ended, ``peak_mb`` the most memory that was seen."""

    def __init__(self) -> None:
        self.reason: str | None = None
        self.peak_mb = 0.0
        self.over = threading.Event()


@contextmanager
def watched(process: subprocess.Popen[bytes], limits: Limits) -> Iterator[Watch]:
    """Keep ``process``, the leader of its group, within ``limits`` while the block runs."""
    watch = Watch()
    with contextlib.suppress(OSError):  # not Linux, or gone already
        Path(f"/proc/{process.pid}/oom_score_adj").write_text(str(OOM_SCORE_ADJ), encoding="ascii")
    thread = threading.Thread(target=_look, args=(process, limits, watch), name="storewatch-watch", daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        watch.over.set()
        thread.join()


def _look(process: subprocess.Popen[bytes], limits: Limits, watch: Watch) -> None:
    began = time.monotonic()
    while not watch.over.wait(LOOK_S):
        memory = memory_mb(process.pid)
        watch.peak_mb = max(watch.peak_mb, memory)
        watch.reason = excess(limits, elapsed_s=time.monotonic() - began, memory_mb=memory)
        if watch.reason is not None:
            _end(process, limits.grace_s, watch.over)
            return


def _end(process: subprocess.Popen[bytes], grace_s: float, over: threading.Event) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    if not over.wait(grace_s):
        # Its workers belong to the same group.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
