"""Scrapy settings for tests of the address guard: closed as always, but for one loopback address that redirects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from crawler.handlers import GuardedHandler, guard_reactor
from crawler.settings import *  # noqa: F403  the settings as they are ...
from crawler.settings import DOWNLOAD_HANDLERS as _HANDLERS

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

OPEN_ADDRESS = "127.0.0.2"


class OneAddressOpen(GuardedHandler):
    """Lets through what an attacker's public host would be."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        handler = super().from_crawler(crawler)
        guard_reactor({OPEN_ADDRESS})
        return handler


# ... but for the handler
DOWNLOAD_HANDLERS = {**_HANDLERS, **dict.fromkeys(("http", "https"), "support.guarded_settings.OneAddressOpen")}
