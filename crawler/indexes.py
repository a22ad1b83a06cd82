"""Sitemap indexes: the sitemaps behind an index are read, and the index becomes one feed of what they name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from crawler.feeds import children_of
from storewatch.types import Feed, FeedEntry

#: Requests that one index may cost beside its own: indexes may name indexes, which may name the first one.
MAX_REQUESTS = 6
MAX_DEPTH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What stands behind an index. ``tells_changes``: it dates all that was read behind it so closely that it changes
    itself whenever they do; another one must be read again although it is the same as last time."""

    feed: Feed
    tells_changes: bool


async def open_index(index: Feed, read: Callable[[str], Awaitable[Feed | None]], *, now: datetime) -> Opened:
    """Read the newest sitemaps of ``index`` (its format is ``sitemap_index``).

    ``read`` gives the feed at an address, None when there is none; such a sitemap is left to the next poll.
    """
    entries: dict[str, FeedEntry] = {}
    seen = {index.url}
    level, tells = [index], True
    for _ in range(MAX_DEPTH):
        below: list[Feed] = []
        for parent in level:
            children = children_of(parent, now=now, seen=seen)
            tells = tells and dates_closely(children, now)
            for child in children[: MAX_REQUESTS + 1 - len(seen)]:
                seen.add(child.url)
                feed = await read(child.url)
                tells = tells and feed is not None
                if feed is not None and feed.format == "sitemap_index":
                    below.append(feed)
                elif feed is not None:
                    entries |= {entry.url: entry for entry in feed.entries if entry.url not in entries}
        level = below
    return Opened(feed=replace(index, format="sitemap", entries=tuple(entries.values())), tells_changes=tells)


def dates_closely(children: Sequence[FeedEntry], now: datetime) -> bool:
    """Whether a change of any of these sitemaps changes its date: one that names only the day of today may not."""
    stamps = [entry.updated for entry in children]
    return all(stamp is not None and (stamp.precision == "instant" or stamp.at.date() < now.date()) for stamp in stamps)
