"""Records of :mod:`logging` as lines of ours. Apart from :mod:`storewatch.logs`, which commands need at their start."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from typing import Any

from storewatch import logs


class LineFormatter(logging.Formatter):
    """Formats records as this process says everything: JSON, or the text of ``fmt`` behind its run and source."""

    def format(self, record: logging.LogRecord) -> str:
        if logs.is_json():
            return logs.json_of(line_of(record, self))
        return logs.shown(logs.origin_of(logs.current_run(), source_of(record)) + super().format(record))


class _ToStderr(logging.Handler):
    """Writes to what is standard error by then: it may be exchanged while a process runs."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
        except Exception:  # noqa: BLE001  logging's own way with what cannot be written
            self.handleError(record)


_handler = _ToStderr(logging.WARNING)
_handler.setFormatter(LineFormatter())


def listen_to_all() -> None:
    """Say what libraries log (warnings and worse), and in JSON what Python warns of, as lines of ours."""
    logging.root.addHandler(_handler)  # once, however often it is asked for
    if logs.is_json():
        logging.captureWarnings(True)


def leave_all() -> None:
    """Leave them to themselves again."""
    logging.root.removeHandler(_handler)
    logging.captureWarnings(False)


def line_of(record: logging.LogRecord, formatter: logging.Formatter) -> logs.LogLine:
    """The line that a record makes."""
    exception = formatter.formatException(record.exc_info) if record.exc_info else record.exc_text
    return logs.LogLine(
        at=datetime.fromtimestamp(record.created, UTC),
        message=logs.shown(record.getMessage()),
        level=record.levelname,
        logger=record.name,
        run=logs.current_run(),
        source=source_of(record),
        exception=logs.shown(exception) if exception else None,
    )


def source_of(record: logging.LogRecord) -> str | None:
    """The source that a record is about: its own (``extra={"source": ...}``), that of the request or item which it
    names (Scrapy gives both as arguments of its messages), or that of the place where it was said."""
    if "source" in record.__dict__:
        said: str | None = record.__dict__["source"]
        return said
    arguments: Any = record.args if isinstance(record.args, dict) else {}
    for name in ("request", "response", "item"):
        subject = arguments.get(name)
        found = getattr(subject, "source", None) or _of_meta(subject)
        if isinstance(found, str):
            return found
    return logs.current_source()


def _of_meta(subject: Any) -> Any:
    try:
        return subject.meta.get("source")
    except AttributeError:  # no request, or an answer to none
        return None
