"""Crawls as child processes: started, stopped, and asked how they ended.

A crawl is a process of its own (``python -m scrapy crawl ...``). It gets its configuration as ``STOREWATCH_*``
variables, never in its arguments, and reports through a socket that it inherits: a line of JSON with the number of its
run when it begins, one with how it ended at its end. The socket is also the line of life: when the process that started
it dies, the crawl ends at once, which loses nothing.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime
    from types import FrameType

    from scheduler.watching import Limits
    from storewatch.config import Loaded
    from storewatch.errors import PageError
    from storewatch.types import Page

# What a shell says of a process that a signal ended.
_SIGNALLED = 128
# A child that could not even start has said why on stderr.
_FAILED_TO_START = 1


# A child that has reported its end has nothing left to lose; name resolution that hangs may keep it for half a minute.
EXIT_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlOutcome:
    """How a crawl ended. ``run_id`` is None when it never got so far as to open a run, or stores nothing; ``reason``
    is Scrapy's finish reason, ``killed`` when the child could not say. ``ended_for`` says why a watched crawl was ended
    by us, ``peak_mb`` how much memory it held at most."""

    exit_code: int
    run_id: int | None = None
    reason: str = "killed"
    ended_for: str | None = None
    peak_mb: float = 0.0


def run_crawl(
    config: Loaded,
    *,
    spider: str = "feeds",
    arguments: Mapping[str, str] | None = None,
    settings: Mapping[str, str] | None = None,
    log_level: str | None = None,
    summary: bool = False,
    stderr: IO[bytes] | None = None,
    limits: Limits | None = None,
) -> CrawlOutcome:
    """Run one crawl in the foreground, with our stdin, stdout and stderr (or into the file ``stderr``), within
    ``limits``.

    SIGINT and SIGTERM are passed on: the first lets the crawl keep what it has fetched, a second ends it at once.
    ``arguments`` are the spider's (``sources``, ``feeds_file``, ...), ``settings`` Scrapy's.
    """
    options = dict(settings or {})
    if log_level:
        options["LOG_LEVEL"] = log_level
    if summary:
        options["SUMMARY"] = "1"
    with _child(config, spider, arguments or {}, options, stderr=stderr) as child, _forwarding(child):
        if limits is None:
            return child.outcome()
        from scheduler.watching import watched

        with watched(child.process, limits) as watch:
            outcome = child.outcome()
        return replace(outcome, ended_for=watch.reason, peak_mb=watch.peak_mb)


def note_death(config: Loaded, outcome: CrawlOutcome, now: datetime) -> None:
    """Note of a run that was killed when that was, and how much memory it held: it cannot say so itself. Where the
    database does not answer, the next run notes that it was killed."""
    from storewatch.db.store import open_store
    from storewatch.errors import DatabaseError

    if outcome.run_id is None or outcome.reason != "killed":
        return
    with contextlib.suppress(DatabaseError), open_store(config.config.database.url, create=False) as store:
        store.end_killed_run(outcome.run_id, peak_mb=outcome.peak_mb, now=now)


def death_line(outcome: CrawlOutcome) -> str | None:
    """What to tell of a crawl that a signal ended which nobody here has sent; None for all others. Pure."""
    number = outcome.exit_code - _SIGNALLED
    if outcome.reason != "killed" or number <= 0 or number in (signal.SIGINT, signal.SIGTERM):
        return None
    try:
        name = signal.Signals(number).name
    except ValueError:
        return None
    which = "the crawl" if outcome.run_id is None else f"run {outcome.run_id}"
    memory = "; `journalctl -k` says whether memory ran out" if number == signal.SIGKILL else ""
    return f"storewatch: {which} was killed ({name}){memory}; what it has stored is kept, the next run fetches the rest"


def crawl_lines(
    config: Loaded, *, spider: str, arguments: Mapping[str, str], settings: Mapping[str, str] | None = None
) -> tuple[tuple[Any, ...], CrawlOutcome]:
    """Run a crawl that answers with JSON lines on its stdout (``page``, ``discover``); returns them decoded."""
    with (
        _child(config, spider, arguments, dict(settings or {}), stdout=subprocess.PIPE) as child,
        _forwarding(child),
    ):
        assert child.process.stdout is not None
        lines = tuple(json.loads(line) for line in child.process.stdout if line.strip())
        return lines, child.outcome()


def fetch_pages(config: Loaded, urls: Sequence[str]) -> tuple[Page | PageError, ...]:
    """Fetch pages in a crawl child, under the guard, robots.txt and delays of every crawl; nothing is stored.

    Answers in the order of ``urls``: the page as it came, or the error that says why there is none.
    """
    from datetime import datetime

    from storewatch.errors import PageError
    from storewatch.types import Page

    arguments = {"url": " ".join(urls), "store": "0", "form": "page"}
    lines, outcome = crawl_lines(config, spider="page", arguments=arguments)
    answers: dict[str, Page | PageError] = {}
    for line in lines:
        url = line["url"]
        if "error" in line:
            answers[url] = PageError(url, line["error"], reason=line["reason"])
        else:
            answers[url] = Page(
                url=url,
                final_url=line["final_url"],
                body=base64.b64decode(line["body"]),
                charset=line["charset"],
                status=line["status"],
                fetched_at=datetime.fromisoformat(line["fetched_at"]),
            )
    missing = f"the crawl that fetched it ended early (exit code {outcome.exit_code})"
    return tuple(answers.get(url) or PageError(url, missing, reason="broken") for url in urls)


@dataclass(slots=True)
class _Child:
    process: subprocess.Popen[bytes]
    line: socket.socket

    signum: int = 0

    def outcome(self) -> CrawlOutcome:
        """Wait for the end: what the child reported, or the signal that we passed on to it, or what the kernel says."""
        said = b""
        with contextlib.suppress(OSError):
            while chunk := self.line.recv(65536):
                said += chunk
        try:
            code = self.process.wait(EXIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        result = _reported(said)
        if "exit_code" in result:
            return CrawlOutcome(exit_code=result["exit_code"], run_id=result.get("run_id"), reason=result["reason"])
        if self.signum:
            code = _SIGNALLED + self.signum
        elif code < 0:
            code = _SIGNALLED - code
        return CrawlOutcome(exit_code=code or _FAILED_TO_START, run_id=result.get("run_id"))


def _reported(said: bytes) -> dict[str, Any]:
    """What a child has told by its end: lines of JSON, the last of which may be half a one."""
    result: dict[str, Any] = {}
    for line in said.splitlines():
        with contextlib.suppress(ValueError):
            result |= json.loads(line)
    return result


@contextlib.contextmanager
def _child(
    config: Loaded,
    spider: str,
    arguments: Mapping[str, str],
    settings: dict[str, str],
    stdout: int | None = None,
    stderr: IO[bytes] | None = None,
) -> Iterator[_Child]:
    ours, theirs = socket.socketpair()
    settings["RESULT_FD"] = str(theirs.fileno())
    # Scrapy loads all spiders there are, and with them what they need, unless it is told where this one stands.
    settings["SPIDER_MODULES"] = f"crawler.spiders.{spider}"
    command = [sys.executable, "-m", "scrapy", "crawl", spider, *_options("-a", arguments), *_options("-s", settings)]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("STOREWATCH_")}
    environment = {**inherited, **config.environ(), "SCRAPY_SETTINGS_MODULE": "crawler.settings"}
    # A crawl that is killed leaves a helper of multiprocessing behind, which tidies up and needs not say so.
    warnings = [inherited.get("PYTHONWARNINGS"), "ignore::UserWarning:multiprocessing.resource_tracker"]
    environment["PYTHONWARNINGS"] = ",".join(filter(None, warnings))
    with ours:
        with theirs:
            # A group of its own: Ctrl-C reaches the crawl once, from us, and not a second time from the terminal.
            process = subprocess.Popen(
                command, env=environment, pass_fds=[theirs.fileno()], stdout=stdout, stderr=stderr, process_group=0
            )
        try:
            yield _Child(process, ours)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()


def _options(flag: str, values: Mapping[str, str]) -> Sequence[str]:
    return [part for name, value in values.items() for part in (flag, f"{name}={value}")]


@contextlib.contextmanager
def _forwarding(child: _Child) -> Iterator[None]:
    """Pass SIGINT and SIGTERM on to the child while it runs. Only the main thread may do so; in others (a scheduler)
    the signals stay with whoever handles them."""

    def forward(signum: int, frame: FrameType | None) -> None:
        child.signum = child.signum or signum
        with contextlib.suppress(ProcessLookupError):
            child.process.send_signal(signum)

    former: dict[int, Any] = {}
    try:
        for signum in (signal.SIGINT, signal.SIGTERM):
            former[signum] = signal.signal(signum, forward)
    except ValueError:
        pass  # not the main thread
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
