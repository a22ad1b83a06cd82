"""Which sitemaps of an index to ask for: the newest that hold articles."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from urllib.parse import unquote, urlsplit

from crawler.feeds.addresses import end_in_name
from crawler.feeds.sitemap import NEWS_DAYS
from storewatch.types import Feed, FeedEntry
from storewatch.urls import url_key

#: Sitemaps of an index that one poll asks for.
MAX_CHILDREN = 3

_NEWS = re.compile(r"news|nachricht|noticia|actualit|notizi|latest|recent|aktuell", re.I)
_ARTICLES = re.compile(r"article|artikel|articulo|artigo|articol|post|stor(?:y|ies)|content|blog|press", re.I)
# What content management systems list beside their articles.
_OTHERS = re.compile(
    r"image|photo|gallery|video|podcast|audio|tags?(?![a-z])|taxonom|categor|kategori|author|autor|users?(?![a-z])|"
    r"page-sitemap|sitemap-pages|pages?\.xml|static|product|shop|event|topic|thema|section|rubri|forum|job|misc",
    re.I,
)
_NUMBER = re.compile(r"(\d{1,6})(?=\D*$)")


def children_of(
    index: Feed, *, now: datetime, seen: Collection[str] = (), limit: int = MAX_CHILDREN
) -> tuple[FeedEntry, ...]:
    """The sitemaps of an ``index`` (format ``sitemap_index``) worth a request, best first, at most ``limit``.

    News sitemaps come first, then the newest by their date (``lastmod``, or the year, month or day in their name),
    then those with the highest number; sitemaps of pictures, tags, authors, products and the like only where there is
    nothing else. Those whose date lies more than :data:`~crawler.feeds.sitemap.NEWS_DAYS` days back hold no news; the
    newest of them is given where all are so old. Never the index itself, nor an address that is in ``seen``: so an
    index that names itself, or one above it, ends.
    """
    known = {url_key(index.url), *(url_key(url) for url in seen)}
    entries = {key: entry for entry in reversed(index.entries) if (key := url_key(entry.url)) not in known}
    choice = list(reversed(entries.values()))
    choice = [entry for entry in choice if not _OTHERS.search(_name(entry))] or choice
    choice.sort(key=lambda entry: _rank(entry, now), reverse=True)
    oldest = now - timedelta(days=NEWS_DAYS)
    fresh = [entry for entry in choice if (at := _until(entry, now)) is None or at >= oldest]
    return tuple((fresh or choice[:1])[:limit])


def _rank(entry: FeedEntry, now: datetime) -> tuple[bool, datetime, bool, int]:
    """Higher for better ones. Undated ones stand after those of today, before older ones: they may be of today."""
    name = _name(entry)
    at = _until(entry, now) or now - timedelta(days=2)
    number = _NUMBER.search(name)
    return bool(_NEWS.search(name)), at, bool(_ARTICLES.search(name)), int(number.group(1)) if number else 0


def _until(entry: FeedEntry, now: datetime) -> datetime | None:
    """Until when a sitemap may hold pages. One whose name is an old month is old, though rewritten every day."""
    said = [entry.updated.at] if entry.updated else []
    named = end_in_name(entry.url)
    return min([*said, *([named] if named else []), *([now] if said or named else [])], default=None)


def _name(entry: FeedEntry) -> str:
    parts = urlsplit(entry.url)
    return unquote(f"{parts.path}?{parts.query}")


__all__ = ["MAX_CHILDREN", "children_of"]
