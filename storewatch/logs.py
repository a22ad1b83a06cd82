"""Lines of logs: text for people, or one JSON object a line for programs. Each says of which run and source it is.

What a line belongs to is a matter of where it is said: :func:`about` holds for a block and all that it awaits, a run of
which a whole process is (a crawl) is named by :func:`run_of_process`. No secret gets into a line: passwords in
addresses are blotted out, and whatever :func:`hide` was told of.

Which of the two forms is meant is ``log.format`` of the configuration; until that is read, its variable says so.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal
from urllib.parse import quote

from storewatch.wording import one_line, without_secrets

Form = Literal["text", "json"]

VARIABLE = "STOREWATCH_LOG__FORMAT"
#: Shorter values of headers and cookies (``de``, ``yes``) are no secrets, and would blot out half of what is said.
SHORTEST_SECRET = 6

_run: ContextVar[int | None] = ContextVar("storewatch_run", default=None)
_level: ContextVar[str] = ContextVar("storewatch_level", default="INFO")
_source: ContextVar[str | None] = ContextVar("storewatch_source", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """What one line says. ``level`` is one of :mod:`logging`'s names, ``run`` the number of a run, ``source`` the name
    of a source; ``exception`` is a traceback as text; ``counts`` are what a run did, in its last line."""

    at: datetime
    message: str
    level: str = "INFO"
    logger: str = "storewatch"
    run: int | None = None
    source: str | None = None
    exception: str | None = None
    counts: dict[str, Any] | None = None


def json_of(line: LogLine) -> str:
    """One JSON object in ASCII, so that no encoding of a terminal or file can break it. Every key but ``exception`` and
    ``counts`` is always there. Pure."""
    values: dict[str, Any] = {
        "time": line.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": line.level,
        "logger": line.logger,
        "message": line.message,
        "run": line.run,
        "source": line.source,
    }
    if line.exception is not None:
        values["exception"] = line.exception
    if line.counts is not None:
        values["counts"] = line.counts
    return json.dumps(values)


def origin_of(run: int | None, source: str | None) -> str:
    """What a line of text begins with: ``[run 12 golem] ``; nothing where neither is known. Pure."""
    known = [*([f"run {run}"] if run is not None else []), *([source] if source else [])]
    return f"[{' '.join(known)}] " if known else ""


# --- of which run and source ------------------------------------------------------------------------------------------


@contextmanager
def about(*, run: int | None = None, source: str | None = None) -> Iterator[None]:
    """What is said in the block, and in all tasks that are begun there, is about this run or source."""
    before = _run.set(run if run is not None else _run.get()), _source.set(source or _source.get())
    try:
        yield
    finally:
        _run.reset(before[0])
        _source.reset(before[1])


@contextmanager
def about_no_source() -> Iterator[None]:
    """What is said in the block is about no single source, whoever has brought it about."""
    before = _source.set(None)
    try:
        yield
    finally:
        _source.reset(before)


@contextmanager
def grave(level: str = "WARNING") -> Iterator[None]:
    """What is said in the block, without a level of its own, is no mere information."""
    before = _level.set(level)
    try:
        yield
    finally:
        _level.reset(before)


def current_run() -> int | None:
    """The run that is spoken of here: that of the block, else that of the process."""
    run = _run.get()
    return _process.run if run is None else run


def current_source() -> str | None:
    return _source.get()


# --- what holds for the process ---------------------------------------------------------------------------------------


class _Process:
    """What holds for this process: the form of its lines, the run that it is, what must not be said."""

    def __init__(self) -> None:
        self.chosen: Form | None = None
        self.form: Form | None = None
        self.run: int | None = None
        self.secrets: tuple[str, ...] = ()


_process = _Process()


def choose(form: Form | None) -> None:
    """The command line names this form, or none: then the variable holds, until the configuration is read."""
    _process.chosen = form
    use(form)


def chosen() -> Form | None:
    """The form that the command line has named."""
    return _process.chosen


def use(form: Form | None, *, listen: bool = True) -> None:
    """Say everything in this form from now on; None: as the variable says.

    Where that is JSON, what libraries log and warn of, and what ends a process or a thread by an error that nobody
    foresaw, are lines like all others. ``listen``: nobody else looks after the log, as Scrapy does.
    """
    _process.form = form
    if is_json():
        sys.excepthook = _unforeseen
        threading.excepthook = _unforeseen_in_thread
        if listen:
            from storewatch.log_records import listen_to_all

            listen_to_all()
    elif sys.excepthook is _unforeseen:
        from storewatch.log_records import leave_all

        sys.excepthook, threading.excepthook = sys.__excepthook__, threading.__excepthook__
        leave_all()


def is_json() -> bool:
    return (_process.form or os.environ.get(VARIABLE, "").strip()) == "json"


def run_of_process(run: int | None) -> None:
    """This process is a run: what it says is about that, wherever it is said."""
    _process.run = run


def hide(secrets: Iterable[str]) -> None:
    """Blot these values out of every line."""
    long_enough = {one for one in secrets if len(one) >= SHORTEST_SECRET}
    forms = {*_process.secrets, *long_enough, *(quote(one, safe="") for one in long_enough)}
    _process.secrets = tuple(sorted(forms, key=len, reverse=True))


def shown(text: str) -> str:
    """``text`` without any secret that is known."""
    text = without_secrets(text)
    for secret in _process.secrets:
        text = text.replace(secret, "***")
    return text


def form_of_process() -> tuple[Form, int | None, tuple[str, ...]]:
    """What :func:`begin_worker` of a child process needs."""
    return "json" if is_json() else "text", _process.run, _process.secrets


def begin_worker(form: Form, run: int | None, secrets: tuple[str, ...]) -> None:
    """In a worker process: say what libraries have to say as the crawl itself would."""
    from storewatch.log_records import listen_to_all

    run_of_process(run)
    hide(secrets)
    use(form, listen=False)
    listen_to_all()


# --- saying it --------------------------------------------------------------------------------------------------------


def spoken(
    message: str, *, level: str | None = None, run: int | None = None, counts: dict[str, Any] | None = None
) -> str:
    """``message`` as one line, in the form of this process, with what it is about. Text is as it is."""
    if not is_json():
        return one_line(shown(message))
    line = LogLine(
        at=datetime.now(UTC),
        message=shown(message),
        level=level or _level.get(),
        run=current_run() if run is None else run,
        source=current_source(),
        counts=counts,
    )
    return json_of(line)


def _unforeseen_in_thread(what: threading.ExceptHookArgs) -> None:
    error = what.exc_value if what.exc_value is not None else what.exc_type()
    _unforeseen(what.exc_type, error, what.exc_traceback)


def _unforeseen(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    told = "".join(traceback.format_exception(kind, error, trace))
    line = LogLine(
        at=datetime.now(UTC),
        message=shown(f"{kind.__name__}: {error}"),
        level="CRITICAL",
        run=current_run(),
        source=current_source(),
        exception=shown(told),
    )
    sys.stderr.write(json_of(line) + "\n")
