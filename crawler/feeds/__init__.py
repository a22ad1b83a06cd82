"""Feed bytes -> entries: RSS 0.9x to 2.0, RSS 1.0/RDF, Atom 0.3 and 1.0, JSON Feed, sitemaps, news sitemaps, and
pages that list articles.

Foreign data is validated here, once: what comes out has absolute http(s) addresses, texts without tags and times in
UTC. An item that cannot be used is skipped and counted by reason (``Feed.skipped``):

``no_link``       it names no address at all
``bad_link``      its address is no http(s) address (``javascript:``, ``mailto:``, a host that cannot be)
``self_link``     its address is the feed's own
``repeated``      an earlier item of the same feed has the same address
``truncated``     the feed ends inside of it
``beyond_limit``  the feed has more items than :data:`MAX_ENTRIES`
``too_old``       a sitemap's page that is older than :data:`NEWS_DAYS` days
``malformed``     a JSON item that is no object
"""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from crawler.feeds.bodies import MAX_BYTES, Body, open_body
from crawler.feeds.children import MAX_CHILDREN, children_of
from crawler.feeds.entries import MAX_ENTRIES
from crawler.feeds.jsonfeed import read_json
from crawler.feeds.listing import read_listing
from crawler.feeds.sitemap import NEWS_DAYS, read_sitemap
from crawler.feeds.syndication import read_xml
from storewatch.errors import FeedError
from storewatch.types import Feed, SourceKind

__all__ = ["MAX_BYTES", "MAX_CHILDREN", "MAX_ENTRIES", "NEWS_DAYS", "children_of", "parse"]

_WHAT_IT_IS = {
    "html": "is an HTML page, not a feed",
    "text": "is plain text, not a feed",
    "binary": "is neither XML nor JSON",
    "other_xml": "is XML, but no feed format that is known here",
    "other_json": "is JSON, but no JSON Feed",
}


def parse(
    body: bytes,
    *,
    url: str,
    content_type: str | None = None,
    now: datetime | None = None,
    kind: SourceKind | None = None,
    since: datetime | None = None,
) -> Feed:
    """Read a feed, a sitemap or, with ``kind`` "listing", the links to articles on an HTML page.

    ``url`` is the address it came from (relative links count from it), ``content_type`` the HTTP header, which is only
    a hint; ``now`` bounds dates in the future and defaults to the clock. ``kind`` is what the source is thought to be:
    it only decides whether HTML is read or refused, because sites change what an address gives. ``since`` is from when
    on the pages of a sitemap are wanted (default: :data:`NEWS_DAYS` ago).

    Raises :class:`FeedError` and nothing else; its reason is ``empty``, ``too_large``, ``not_a_feed``,
    ``truncated`` (before its first item ended) or ``malformed``.
    """
    when = now or datetime.now(UTC)
    try:
        opened = open_body(body, url=url, content_type=content_type)
        if kind == "listing" and opened.kind in ("html", "other_xml"):
            return read_listing(opened.text, url=url, now=when)
        if opened.kind in ("sitemap", "sitemap_index"):
            return read_sitemap(opened, url=url, now=when, since=since)
        return _read(opened, url, when)
    except FeedError:
        raise
    except Exception as error:
        # Foreign bytes have gone through three parsers: what one trips over is the feed's fault.
        raise FeedError(
            url, f"cannot be read as a feed: {type(error).__name__}: {error}"[:300], reason="malformed"
        ) from error


def _read(opened: Body, url: str, now: datetime) -> Feed:
    match opened.kind:
        case "feed":
            return read_xml(opened.text, url=url, now=now)
        case "json_feed":
            return read_json(opened.text, url=url, now=now)
        case _:
            host = urlsplit(url).netloc or url
            raise FeedError(
                url,
                _WHAT_IT_IS[opened.kind],
                reason="not_a_feed",
                hint=f"storewatch sources add {host} looks for the site's feed" if opened.kind == "html" else "",
            )
