"""Scrapy settings of the crawl bench: as always, with a watch on the event loop; LOOP_GAP_FILE gets its longest gap."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from scrapy import signals

from crawler.settings import *  # noqa: F403  the settings as they are ...
from crawler.settings import EXTENSIONS as _EXTENSIONS

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

EVERY_S = 0.01


class LoopWatch:
    """Asks to be woken every 10 ms, and notes by how much it was late at most."""

    def __init__(self, told: Path) -> None:
        self._told = told
        self._worst = 0.0
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        watch = cls(Path(os.environ["LOOP_GAP_FILE"]))
        crawler.signals.connect(watch.opened, signal=signals.spider_opened)
        crawler.signals.connect(watch.closed, signal=signals.spider_closed)
        return watch

    def opened(self) -> None:
        self._task = asyncio.ensure_future(self._watch())

    async def _watch(self) -> None:
        while True:
            asleep = time.perf_counter()
            await asyncio.sleep(EVERY_S)
            self._worst = max(self._worst, time.perf_counter() - asleep - EVERY_S)

    def closed(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._told.write_text(f"{1000 * self._worst:.0f}", encoding="utf-8")


# ... and the watch
EXTENSIONS = {**_EXTENSIONS, "watched_settings.LoopWatch": 0}
