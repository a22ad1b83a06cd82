"""What the process of a crawl sets up for itself as a whole."""

from __future__ import annotations

import gc
import logging
import sys


def spare_workers_the_main_module() -> None:
    """multiprocessing has every worker import the main module again, which here is all of Scrapy: 25 MB and a seventh
    of a second each, for nothing. Workers import what they need by name."""
    main = sys.modules["__main__"]
    main.__spec__ = None
    if hasattr(main, "__file__"):
        del main.__file__


def collect_garbage_rarely() -> None:
    """Requests make many objects and few circles: with its usual thresholds the collector takes an eighth of a crawl's
    CPU, most of it for looking at modules again. What is loaded by now stays for good."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def quiet_other_loggers(level: str | int) -> None:
    """At the usual level only our own lines are for people: Scrapy's and Twisted's warnings say the same, worse."""
    if logging.getLevelNamesMapping().get(str(level), level) == logging.WARNING:
        for name in ("scrapy", "twisted", "asyncio", "py.warnings"):
            logging.getLogger(name).setLevel(logging.ERROR)
