"""What is taken off the text of an XML feed before it is parsed: an unfinished item, items beyond the limit.

And what is refused: masses of unclosed tags, which no feed has and which cost feedparser seconds to minutes (7.6 s for
200,000 nested tags, 25 s for 800,000 tags without an end).
"""

from __future__ import annotations

import re
from datetime import datetime

from crawler.feeds.dates import read_date
from crawler.feeds.entries import MAX_ENTRIES

#: Open tags at a time. Real feeds have some dozens; those with unclosed HTML in them have a few for each item.
MAX_DEPTH = 10_000

_OPAQUE = r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)"
_ITEM = re.compile(rf"{_OPAQUE}|<(?P<close>/?)(?:\w+:)?(?P<name>item|entry)(?=[\s/>]|\Z)", re.I | re.S)
_TAG = re.compile(rf"{_OPAQUE}|<(?P<close>/?)[A-Za-z_][^<>]*?(?P<empty>/?)>", re.S)
_ROOT_CLOSES = re.compile(r"</(?:\w+:)?(?:rss|feed|rdf|channel)\s*>", re.I)
_DATE = re.compile(r"<(?:\w+:)?(?:pubDate|published|updated|issued|modified|date)\b[^<>]*>\s*([^<]{6,60})", re.I)


def drop_unfinished_item(text: str) -> tuple[str, bool]:
    """Cut a feed that ends inside an item before that item: half an address would be another page's address. Says
    whether the feed breaks off."""
    opens, closes = _items(text)
    last_open, last_close = max(opens, default=-1), max(closes, default=-1)
    # Behind the last item only: RSS 1.0 closes its channel before the first one.
    if _ROOT_CLOSES.search(text, max(0, last_open, last_close)):
        return text, False
    if last_open >= max(last_close, 0) and not text[last_open:].rstrip().endswith("/>"):
        return text[:last_open], True
    return text, True


def keep_newest_items(text: str, now: datetime) -> tuple[str, int]:
    """Cut a feed to its :data:`~crawler.feeds.entries.MAX_ENTRIES` first items, or to the last ones where these are
    newer. Says how many were left out."""
    opens, closes = _items(text)
    beyond = len(opens) - MAX_ENTRIES
    if beyond <= 0:
        return text, 0
    first, last = _date_of(text, opens[0], now), _date_of(text, opens[-1], now)
    if first and last and last > first:
        return text[: opens[0]] + text[opens[beyond] :], beyond
    return text[: opens[MAX_ENTRIES]] + text[max(closes, default=len(text)) :], beyond


def is_too_deep(text: str) -> bool:
    """Whether more than :data:`MAX_DEPTH` tags are open at a time, or have no end."""
    brackets = text.count("<")
    if brackets <= MAX_DEPTH:
        return False
    if brackets - text.count(">") > MAX_DEPTH:
        return True
    depth = 0
    for match in _TAG.finditer(text):
        if match["close"] is None or match["empty"]:
            continue
        depth = max(0, depth - 1) if match["close"] else depth + 1
        if depth > MAX_DEPTH:
            return True
    return False


def _items(text: str) -> tuple[list[int], list[int]]:
    """Where items open, and where they close (behind the name of the closing tag)."""
    opens: list[int] = []
    closes: list[int] = []
    for match in _ITEM.finditer(text):
        if match["name"]:
            if match["close"]:
                if (end := text.find(">", match.end())) >= 0:
                    closes.append(end + 1)
            else:
                opens.append(match.start())
    return opens, closes


def _date_of(text: str, start: int, now: datetime) -> datetime | None:
    match = _DATE.search(text, start, start + 20_000)
    moment = read_date(match.group(1).strip(), now=now) if match else None
    return moment.at if moment else None
