"""RSS, RDF and Atom through feedparser, which knows the dialects of twenty years."""

from __future__ import annotations

import html
import io
import re
from datetime import datetime
from html.entities import html5
from typing import Any

import feedparser
from lxml import etree

from crawler.feeds.dates import read_date
from crawler.feeds.entries import Collector, plain_text
from storewatch.errors import FeedError
from storewatch.types import Feed

_ITEM_OPENS = re.compile(r"<(?:\w+:)?(item|entry)\b", re.I)
_ITEM_CLOSES = re.compile(r"</(?:\w+:)?(item|entry)\s*>", re.I)
_ROOT_CLOSES = re.compile(r"</(?:\w+:)?(?:rss|feed|rdf|channel)\s*>\s*(?:<!--.*?-->\s*)*\Z", re.I | re.S)
# CDATA (left alone), named entities, and ampersands that begin nothing. An entity that a DOCTYPE defines is not known
# here and becomes text, so no DOCTYPE can expand or include anything.
_MENDABLE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?:([A-Za-z]\w{0,30});|(?!#\d{1,7};|#[xX][0-9A-Fa-f]{1,6};))", re.S
)
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_WEB_GUID = re.compile(r"<guid\b[^>]*>\s*(?:<!\[CDATA\[)?\s*(https?://[^<\]]+)", re.I)
# RSS 2.0 writes an author as `desk@paper.example (Ada Brook)`.
_MAIL_AND_NAME = re.compile(r"^\s*[^\s@()]+@[^\s@()]+\s*\(([^()]+)\)\s*$")
# Syndication module (web.resource.org/rss/1.0/modules/syndication): period -> seconds.
_PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000, "yearly": 31536000}


def read_xml(text: str, *, url: str, now: datetime) -> Feed:
    """Read RSS, RDF or Atom; of a truncated feed the whole items. Raises :class:`FeedError` (``not_a_feed``,
    ``truncated``)."""
    text, cut = _drop_unfinished_item(text)
    text = _MENDABLE.sub(_mend, text)
    raw_guids = frozenset(html.unescape(match.group(1).strip()) for match in _WEB_GUID.finditer(text))
    parsed = _parse(text, url)
    version = str(parsed.get("version") or "")
    if not version and not parsed.entries:
        raise FeedError(url, "is XML, but no feed format that is known here", reason="not_a_feed")
    collector = Collector(base=url)
    for item in parsed.entries:
        _add(collector, item, now, raw_guids)
    if cut and not collector.entries:
        raise FeedError(url, "breaks off before its first item ends", reason="truncated")
    if cut:
        collector.skipped["truncated"] += 1
    return Feed(
        url=url,
        format=_format(version),
        title=plain_text(str(parsed.feed.get("title") or "")),
        entries=tuple(collector.entries),
        ttl_s=_ttl(parsed.feed),
        skipped=dict(collector.skipped),
    )


def _parse(text: str, url: str) -> Any:
    """feedparser's reading; of broken XML also that of the tree which libxml2 makes of it, and the fuller one wins."""
    parsed = _feedparser(text.encode("utf-8"), url)
    if not parsed.bozo:
        return parsed
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    tree = etree.fromstring(text.encode("utf-8"), parser)
    if tree is None:
        return parsed
    mended = _feedparser(etree.tostring(tree, encoding="utf-8"), url)
    return max(parsed, mended, key=lambda reading: sum(1 for item in reading.entries if item.get("link")))


def _feedparser(body: bytes, url: str) -> Any:
    return feedparser.parse(
        io.BytesIO(body),
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _drop_unfinished_item(text: str) -> tuple[str, bool]:
    """Cut a feed that ends inside an item before that item: half an address would be another page's address."""
    if _ROOT_CLOSES.search(text, max(0, len(text) - 5000)):
        return text, False
    opens = [match.start() for match in _ITEM_OPENS.finditer(text)]
    closes = [match.end() for match in _ITEM_CLOSES.finditer(text)]
    # RSS 0.9x and 1.0 close an item before the next one opens, so only the last can be open.
    if opens and (not closes or closes[-1] <= opens[-1]) and not text[opens[-1] :].rstrip().endswith("/>"):
        return text[: opens[-1]], True
    return text, not _ROOT_CLOSES.search(text)


def _mend(match: re.Match[str]) -> str:
    """Make of an ampersand what XML allows: named HTML entities become characters, anything else ``&amp;``."""
    found = match.group()
    if found.startswith("<!"):
        return found
    name = match.group(1)
    if name is None:
        return "&amp;"
    return found if name in _XML_ENTITIES else html5.get(name + ";", f"&amp;{name};")


def _add(collector: Collector, item: Any, now: datetime, raw_guids: frozenset[str]) -> None:
    contents = [str(part.get("value") or "") for part in item.get("content") or []]
    content = max(contents, key=len, default="")
    collector.add(
        links=_links(item, raw_guids),
        guid=_string(item.get("id")),
        title=_string(item.get("title")) or "",
        summary=_string(item.get("summary")) or content,
        content_html=content or None,
        published=_published(item, now),
        authors=_authors(item),
    )


def _links(item: Any, raw_guids: frozenset[str]) -> list[str]:
    """The item's addresses, best first: the one before feedburner, the page, then anything else it calls alternate."""
    if item.get("guidislink") and _string(item.get("link")) == _string(item.get("id")) and item["id"] not in raw_guids:
        # feedparser made an address of a guid such as "17 at feed.example", which is none.
        return []
    alternates = [
        link for link in item.get("links") or [] if link.get("rel", "alternate") == "alternate" and link.get("href")
    ]
    pages = [link["href"] for link in alternates if "html" in str(link.get("type", "text/html"))]
    rest = [link["href"] for link in alternates]
    return [_string(item.get("feedburner_origlink")) or "", *pages, _string(item.get("link")) or "", *rest]


def _published(item: Any, now: datetime) -> Any:
    # feedparser answers `published` from `updated` with a warning; ask for each by what is really there.
    for name in ("published", "created", "updated"):
        if dict.__contains__(item, name):
            moment = read_date(_string(dict.get(item, name)), dict.get(item, f"{name}_parsed"), now=now)
            if moment:
                return moment
    return None


def _authors(item: Any) -> tuple[str, ...]:
    if match := _MAIL_AND_NAME.match(_string(item.get("author")) or ""):
        return (plain_text(match.group(1))[:200],)
    named = [plain_text(str(person.get("name") or "")) for person in item.get("authors") or []]
    return tuple(dict.fromkeys(name[:200] for name in named if name))


def _ttl(feed: Any) -> int | None:
    try:
        if minutes := int(str(feed.get("ttl") or 0)):
            return minutes * 60 if minutes > 0 else None
        period = _PERIODS.get(str(feed.get("sy_updateperiod") or "").strip().lower())
        frequency = int(str(feed.get("sy_updatefrequency") or 1))
        return max(60, period // frequency) if period and frequency > 0 else None
    except ValueError:
        return None


def _format(version: str) -> str:
    if version.startswith("atom"):
        return "atom"
    return "rdf" if version in ("rss090", "rss10") else "rss"


def _string(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
