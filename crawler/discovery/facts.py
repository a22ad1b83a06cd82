"""What a feed, sitemap or listing page is found to be when it is read. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from html import unescape
from typing import Literal
from urllib.parse import urlsplit

from crawler.discovery.candidates import Candidate, links_of
from crawler.discovery.newsroom import news_pages
from crawler.discovery.section import inside, section_of
from crawler.discovery.systems import systems_of
from crawler.feeds import children_of, parse
from crawler.feeds.anchors import shape_of
from crawler.feeds.bodies import Kind, open_body
from crawler.suspicion import Suspicion, suspect
from storewatch.errors import FeedError
from storewatch.types import Feed, FeedEntry, SourceKind
from storewatch.urls import outlet, url_key

BodyKind = Literal["feed", "sitemap", "html", "empty", "other"]

#: Shorter contents are teasers, or news so short that the page has hardly more.
FULL_TEXT = 700
#: A page with fewer links to articles lists none.
LEAST_LISTED = 4
#: So many items tell whether two feeds have the same.
_COMPARED = 5
# A date, a long slug, or a number with a word like "news" before it.
_ARTICLE_SHAPE = 3
_GOODS = re.compile(
    r"/(?:products?|produkte?|shop|store|buy|specs?|phones?|accessor\w+|support|tags?|categor\w+|author)/", re.I
)
_LEAST_DATES = 3
_TITLE = re.compile(r"<title\b[^>]{0,200}>([^<]{1,500})</title", re.I)
# What an article says of itself; the others that it links are no list to follow.
_SAYS_ARTICLE = re.compile(
    r"""<meta\b[^>]{0,200}(?:\barticle:published_time\b|og:type["'\s][^>]{0,80}\barticle\b|\barticle["'\s][^>]{0,80}og:type)""",
    re.I,
)
_TAGS = re.compile(r"<[^<>]*>")
# Link counters of feed services: what they lead to is not seen.
_COUNTERS = frozenset({"feedproxy.google.com", "feeds.feedburner.com", "feeds.feedblitz.com", "rss.feedsportal.com"})
_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """``url`` is where redirects led; ``newest_at`` the newest date that is not in the future. Shares are 0..1 of the
    items: ``dated`` with a date, ``published`` with one of publication, ``on_site`` at the site that was asked about or
    that the feed calls its own, ``in_section`` below the path that was asked for, ``full`` with their whole text,
    ``article_like`` by their addresses.
    ``per_day`` counts the items a day of the time that the feed reaches back. ``same_items`` is equal for feeds of the
    same items; ``children`` are the sitemaps of an index worth a look, best first."""

    url: str
    format: str
    title: str = ""
    generator: str = ""
    items: int = 0
    newest_at: datetime | None = None
    dated: float = 0.0
    published: float = 0.0
    on_site: float = 0.0
    in_section: float = 0.0
    full: float = 0.0
    article_like: float = 1.0
    same_items: str = ""
    per_day: float | None = None
    ttl_s: int | None = None
    children: tuple[str, ...] = ()
    skipped: int = 0

    @property
    def kind(self) -> SourceKind:
        if self.format.startswith("sitemap"):
            return "sitemap"
        return "listing" if self.format == "listing" else "feed"


def facts_of(feed: Feed, *, asked: str, now: datetime) -> Facts:
    """The facts of ``feed`` for who asked about the address ``asked``."""
    entries = feed.entries
    count = len(entries) or 1
    is_index = feed.format == "sitemap_index"
    dates = [at for entry in entries if (at := _date(entry)) is not None and at <= now + _AHEAD]
    homes, section = {outlet(asked), outlet(feed.links.get("alternate", ""))} - {""}, section_of(asked)
    keys = sorted(url_key(entry.url) for entry in entries[:_COMPARED])
    return Facts(
        url=feed.url,
        format=feed.format,
        title=feed.title,
        generator=feed.generator,
        items=0 if is_index else len(entries),
        newest_at=max(dates, default=None),
        dated=len(dates) / count,
        published=sum(entry.published is not None for entry in entries) / count,
        on_site=sum(_is_of(entry.url, homes) for entry in entries) / count,
        in_section=sum(inside(entry.url, section) for entry in entries) / count if section else 1.0,
        full=sum(has_full_text(entry) for entry in entries) / count,
        article_like=sum(_looks_like_article(entry.url) for entry in entries) / count,
        same_items=sha256("\n".join(keys).encode()).hexdigest()[:16] if keys else "",
        per_day=_per_day(dates),
        ttl_s=feed.ttl_s,
        children=tuple(entry.url for entry in children_of(feed, now=now)) if is_index else (),
        skipped=sum(feed.skipped.values()),
    )


def read_facts(
    body: bytes,
    *,
    url: str,
    asked: str,
    now: datetime,
    content_type: str | None = None,
    kind: SourceKind | None = None,
) -> Facts:
    """Read a body and give its facts; runs in a worker process.

    :raises FeedError: as :func:`crawler.feeds.parse`.
    """
    return facts_of(parse(body, url=url, content_type=content_type, now=now, kind=kind), asked=asked, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLook:
    """What the answer to an address is. Of a feed or sitemap ``facts`` are given; of a page the ``links`` to feeds and
    those to ``news_pages``, the ``systems`` that it shows, ``facts`` of it as a list of articles (None where it is
    none), and whether it stands in the place of another (``suspicion``)."""

    kind: BodyKind
    facts: Facts | None = None
    links: tuple[Candidate, ...] = ()
    news_pages: tuple[Candidate, ...] = ()
    systems: tuple[str, ...] = ()
    suspicion: Suspicion | None = None
    problem: str = ""


def look_at(body: bytes, *, url: str, asked: str, status: int, headers: Mapping[str, str], now: datetime) -> PageLook:
    """Look at an answer; runs in a worker process. Raises nothing."""
    known = {name.lower(): value for name, value in headers.items()}
    content_type = known.get("content-type")
    suspicion = suspect(status, headers, body, url=url)
    try:
        opened = open_body(body, url=url, content_type=content_type)
    except FeedError as error:
        return PageLook(kind=_body_kind(error), suspicion=suspicion, problem=error.problem)
    kind = _kind(opened.kind)
    try:
        facts = read_facts(
            body, url=url, asked=asked, now=now, content_type=content_type, kind="listing" if kind == "html" else None
        )
    except FeedError as error:
        facts, problem = None, error.problem
    else:
        problem = ""
    if kind != "html":
        return PageLook(kind=kind, facts=facts, suspicion=suspicion, problem=problem)
    is_article = shape_of(url) >= _ARTICLE_SHAPE and _SAYS_ARTICLE.search(opened.text)
    if facts is not None and (suspicion or is_article or facts.items < LEAST_LISTED):
        facts = None
    elif facts is not None and not facts.title and (title := _TITLE.search(opened.text)):
        facts = replace(facts, title=" ".join(unescape(title.group(1)).split())[:200])
    return PageLook(
        kind=kind,
        facts=facts,
        links=links_of(opened.text, url=url, header=known.get("link", "")),
        news_pages=news_pages(opened.text, url=url),
        systems=systems_of(opened.text, url=url, headers=headers),
        suspicion=suspicion,
    )


def kind_of(body: bytes, *, url: str, content_type: str | None = None) -> BodyKind:
    """What a fetched body is, whatever its content type says."""
    try:
        return _kind(open_body(body, url=url, content_type=content_type).kind)
    except FeedError as error:
        return _body_kind(error)


def has_full_text(entry: FeedEntry) -> bool:
    """Whether a feed's item carries its article, not only a teaser."""
    content = len(_TAGS.sub("", entry.content_html)) if entry.content_html else 0
    return max(content, len(entry.summary)) >= FULL_TEXT


def _looks_like_article(url: str) -> bool:
    return shape_of(url) >= _ARTICLE_SHAPE and not _GOODS.search(urlsplit(url).path)


def same(one: Facts, other: Facts) -> bool:
    """Whether two of them bring the same items."""
    return bool(one.same_items) and one.same_items == other.same_items


def _per_day(dates: Sequence[datetime]) -> float | None:
    """Items a day over the time that the feed reaches back; None for too few of them, or all of one moment."""
    if len(dates) < _LEAST_DATES:
        return None
    days = (max(dates) - min(dates)).total_seconds() / 86400
    return (len(dates) - 1) / days if days else None


def _date(entry: FeedEntry) -> datetime | None:
    said = entry.published or entry.updated
    return said.at if said else None


def _is_of(url: str, homes: Collection[str]) -> bool:
    return outlet(url) in homes or urlsplit(url).hostname in _COUNTERS


def _kind(kind: Kind) -> BodyKind:
    if kind in ("feed", "json_feed"):
        return "feed"
    if kind in ("sitemap", "sitemap_index"):
        return "sitemap"
    return "html" if kind == "html" else "other"


def _body_kind(error: FeedError) -> BodyKind:
    return "empty" if error.reason == "empty" else "other"


__all__ = [
    "FULL_TEXT",
    "BodyKind",
    "Facts",
    "PageLook",
    "facts_of",
    "has_full_text",
    "kind_of",
    "look_at",
    "read_facts",
    "same",
]
