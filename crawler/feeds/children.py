"""Which sitemaps of an index to ask for: the newest that hold articles."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
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
    r"page-sitemap|sitemap-pages|posts-page|pages?\.xml|static|product|shop|event|topic|thema|section|rubri|forum|job|misc",
    re.I,
)
_UNDATED = timedelta(days=2)
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
    bare_years = _are_years(choice, now)
    ranks = {entry.url: _rank(entry, now, bare_years=bare_years) for entry in choice}
    choice.sort(key=lambda entry: ranks[entry.url], reverse=True)
    oldest = now - timedelta(days=NEWS_DAYS)
    fresh = [entry for entry in choice if ranks[entry.url].until >= oldest] or choice[:1]
    return tuple(_both_ends(fresh, ranks)[:limit])


class _Rank(NamedTuple):
    """Higher for better ones. Undated sitemaps stand behind those of today: they may be of today."""

    is_news: bool
    until: datetime
    is_articles: bool
    number: int


def _rank(entry: FeedEntry, now: datetime, *, bare_years: bool) -> _Rank:
    """``until``: until when a sitemap may hold pages. One whose name is an old month is old, though it is written anew
    every day."""
    name = _name(entry)
    said = [entry.updated.at] if entry.updated else []
    named = end_in_name(entry.url, bare_years=bare_years)
    number = _NUMBER.search(name)
    return _Rank(
        is_news=bool(_NEWS.search(name)),
        until=min([*said, *([named] if named else []), *([now] if said or named else [now - _UNDATED])]),
        is_articles=bool(_ARTICLES.search(name)),
        number=int(number.group(1)) if number else 0,
    )


def _are_years(choice: Sequence[FeedEntry], now: datetime) -> bool:
    """Whether the numbers in the names may be years: all are."""
    numbers = [int(number.group(1)) for entry in choice if (number := _NUMBER.search(_name(entry)))]
    return all(1990 <= number <= now.year + 1 or number > 9999 for number in numbers)


def _both_ends(entries: list[FeedEntry], ranks: Mapping[str, _Rank]) -> list[FeedEntry]:
    """Of sitemaps that only their number tells apart, the last one goes second: some systems count from the newest."""
    alike = [entry for entry in entries if ranks[entry.url][:3] == ranks[entries[0].url][:3]] if entries else []
    return [alike[0], alike[-1], *alike[1:-1], *entries[len(alike) :]] if len(alike) > 2 else entries


def _name(entry: FeedEntry) -> str:
    parts = urlsplit(entry.url)
    return unquote(f"{parts.path}?{parts.query}")


__all__ = ["MAX_CHILDREN", "children_of"]
