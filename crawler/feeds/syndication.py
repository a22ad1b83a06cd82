"""RSS, RDF and Atom through feedparser, which knows the dialects of twenty years."""

from __future__ import annotations

import html
import io
import re
from datetime import datetime
from typing import Any

import feedparser
from lxml import etree

from crawler.feeds.bodies import MAX_BYTES
from crawler.feeds.dates import read_date
from crawler.feeds.entries import MAX_TITLE, Collector, plain_text, web_url
from crawler.feeds.mending import mend
from crawler.feeds.trimming import MAX_DEPTH, drop_unfinished_item, is_too_deep, keep_newest_items
from storewatch.errors import FeedError
from storewatch.types import Feed, Moment

# A description of more than one paragraph and of this length may be an article; a short one is a teaser.
_PARAGRAPHS = re.compile(r"<(?:p\b|br\s*/?>\s*<br)", re.I)
_LEAST_ARTICLE = 400
_WEB_GUID = re.compile(r"<guid\b[^<>]*>\s*(?:<!\[CDATA\[)?\s*(https?://[^<\]]+)", re.I)
# RSS 2.0 writes an author as `desk@paper.example (Ada Brook)`.
_MAIL_AND_NAME = re.compile(r"^\s*[^\s@()]+@[^\s@()]+\s*\(([^()]+)\)\s*$")
#: Relations of a feed's own links that are kept.
RELATIONS = frozenset({
    "self", "alternate", "hub", "first", "last", "next", "previous", "current", "prev-archive", "next-archive"
})  # fmt: skip
# Syndication module (web.resource.org/rss/1.0/modules/syndication): period -> seconds.
_PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000, "yearly": 31536000}


def read_xml(text: str, *, url: str, now: datetime) -> Feed:
    """Read RSS, RDF or Atom; of a truncated feed the whole items. Raises :class:`FeedError` (``not_a_feed``,
    ``truncated``, ``malformed``)."""
    if is_too_deep(text):
        raise FeedError(url, f"has more than {MAX_DEPTH:,} unclosed tags", reason="malformed")
    text, cut = drop_unfinished_item(text)
    text, beyond = keep_newest_items(text, now)
    text = mend(text)
    if len(text) > 2 * MAX_BYTES:
        raise FeedError(url, "consists of ampersands", reason="malformed")
    raw_guids = frozenset(html.unescape(match.group(1).strip()) for match in _WEB_GUID.finditer(text))
    parsed = _parse(text, url)
    version = str(parsed.get("version") or "")
    if not version and not parsed.entries:
        raise FeedError(url, "is XML, but no feed format that is known here", reason="not_a_feed")
    collector = Collector(base=url)
    if beyond:
        collector.skipped["beyond_limit"] += beyond
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
        generator=_generator(parsed.feed),
        links=_feed_links(parsed.feed, url),
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


def _add(collector: Collector, item: Any, now: datetime, raw_guids: frozenset[str]) -> None:
    contents = [str(part.get("value") or "") for part in item.get("content") or []]
    summary = _string(item.get("summary")) or ""
    # Many feeds of RSS 2.0 have no content:encoded and carry the whole article in their description.
    content = max(contents, key=len, default="") or (summary if _is_article(summary) else "")
    published, updated = _dates(item, now)
    collector.add(
        links=_links(item, raw_guids),
        guid=_string(item.get("id")),
        title=_string(item.get("title")) or "",
        summary=summary or content,
        content_html=content or None,
        published=published,
        updated=updated,
        authors=_authors(item),
    )


def _is_article(summary: str) -> bool:
    return len(_PARAGRAPHS.findall(summary)) > 1 and len(plain_text(summary)) >= _LEAST_ARTICLE


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


def _dates(item: Any, now: datetime) -> tuple[Moment | None, Moment | None]:
    """When the item was published and when it was changed since; its only date is that of its publication."""
    published, created, updated = (_date(item, name, now) for name in ("published", "created", "updated"))
    published = published or created or updated
    return published, updated if updated and published and updated.at > published.at else None


def _date(item: Any, name: str, now: datetime) -> Moment | None:
    # feedparser answers `published` from `updated` with a warning; ask for each by what is really there.
    if not dict.__contains__(item, name):
        return None
    return read_date(_string(dict.get(item, name)), dict.get(item, f"{name}_parsed"), now=now)


def _authors(item: Any) -> tuple[str, ...]:
    if match := _MAIL_AND_NAME.match(_string(item.get("author")) or ""):
        return (plain_text(match.group(1))[:200],)
    named = [plain_text(str(person.get("name") or "")) for person in item.get("authors") or []]
    return tuple(dict.fromkeys(name[:200] for name in named if name))


def _generator(feed: Any) -> str:
    """The software that a feed names, with its address where it has no other name (RSS names WordPress so)."""
    detail = feed.get("generator_detail") or {}
    name = plain_text(_string(feed.get("generator")) or "") or _string(detail.get("href")) or ""
    version = _string(detail.get("version")) or ""
    return f"{name} {version}".strip()[:MAX_TITLE]


def _feed_links(feed: Any, url: str) -> dict[str, str]:
    """The feed's own links by relation, the first of each: ``self``, ``next``, ``prev-archive`` (RFC 5005), ``hub``."""
    found: dict[str, str] = {}
    for link in feed.get("links") or []:
        address = web_url(_string(link.get("href")) or "", url)
        for relation in str(link.get("rel") or "alternate").lower().split():
            # Registered relations may be written as addresses (RFC 8288, 4.1 and RFC 5005's drafts).
            name = relation.rpartition("/")[2]
            if address and name in RELATIONS:
                found.setdefault(name, address)
    return found


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
