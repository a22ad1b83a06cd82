"""Scrapy's log in our form: the handler that Scrapy installs gets a formatter of ours, everything else stays Scrapy's
(``LOG_LEVEL``, ``LOG_FILE``, ``LOG_FORMAT`` of text).

Scrapy installs that handler when it starts, before there is any crawler, and anew for each crawler, after it has made
the crawler's extensions: nothing of ours is called in between. So whoever makes a record sees to it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from scrapy.utils.log import get_scrapy_root_handler

from crawler import policy
from crawler.policy import Problem, Told
from storewatch import logs
from storewatch.log_records import LineFormatter

_logger = logging.getLogger("storewatch")


def tell(problems: Sequence[Problem], notes: Sequence[str], *, offline: bool) -> None:
    """Say what was wrong: for people what is alike in one line, for programs each by itself."""
    if logs.is_json() and not offline:
        told = tuple(Told(line=problem.line, source=problem.source) for problem in problems)
    else:
        told = policy.told(problems, offline=offline)
    for one in told:
        _logger.warning("%s", one.line, extra={"source": one.source})
    for note in notes:
        _logger.warning("%s", note)


def take_over() -> None:
    """Give Scrapy's handler our form from its first line on. To be called before Scrapy begins to log."""
    former = logging.getLogRecordFactory()

    def record(*arguments: Any, **more: Any) -> logging.LogRecord:
        _install()
        return former(*arguments, **more)

    logging.setLogRecordFactory(record)
    if logs.is_json():
        logging.captureWarnings(True)  # Scrapy does it only where no warning is filtered


def _install() -> None:
    handler = get_scrapy_root_handler()
    if handler is not None and not isinstance(handler.formatter, LineFormatter):
        former = handler.formatter
        handler.setFormatter(LineFormatter(former._fmt if former else None, former.datefmt if former else None))
