"""Sitemaps, news sitemaps and sitemap indexes (sitemaps.org, Google's news extension).

An index comes back as a feed of format ``sitemap_index`` whose entries are sitemaps.
"""

from __future__ import annotations

from datetime import UTC, datetime

from lxml import etree

from crawler.feeds.dates import read_date
from crawler.feeds.entries import MAX_ENTRIES, Collector
from storewatch.errors import FeedError
from storewatch.types import Feed, FeedEntry

_OLDEST = datetime.min.replace(tzinfo=UTC)


def read_sitemap(text: str, *, url: str, now: datetime) -> Feed:
    """Read a sitemap; the newest :data:`MAX_ENTRIES` addresses are kept, those without a date last."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    root = etree.fromstring(text.encode("utf-8"), parser)
    if root is None:
        raise FeedError(url, "is a sitemap that cannot be read as XML", reason="malformed")
    kind = "sitemap_index" if _name(root) == "sitemapindex" else "sitemap"
    found: list[dict[str, str]] = [fields for node in root if (fields := _fields(node))]
    # Sort before the cut: sitemaps are often in order of age, oldest first. The sort is stable.
    dated = [(read_date(fields.get("publication_date") or fields.get("lastmod"), now=now), fields) for fields in found]
    dated.sort(key=lambda pair: pair[0].at if pair[0] else _OLDEST, reverse=True)
    collector = Collector(base=url)
    collector.skipped["beyond_limit"] += max(0, len(dated) - MAX_ENTRIES)
    for published, fields in dated[:MAX_ENTRIES]:
        collector.add(
            links=[fields.get("loc", "")],
            title=fields.get("title", ""),
            summary=fields.get("keywords", ""),
            # `lastmod` says when the page changed, which is no publication date; only the news extension says that.
            published=published if "publication_date" in fields else None,
        )
    entries: tuple[FeedEntry, ...] = tuple(collector.entries)
    return Feed(url=url, format=kind, entries=entries, skipped={k: n for k, n in collector.skipped.items() if n})


def _fields(node: etree._Element) -> dict[str, str]:
    """The texts of one ``<url>`` or ``<sitemap>`` with those of its ``<news:news>``; pictures have titles and addresses
    of their own, which are not the page's."""
    if _name(node) not in ("url", "sitemap"):
        return {}
    fields: dict[str, str] = {}
    for child in node:
        name = _name(child)
        if name in ("loc", "lastmod") and child.text:
            fields.setdefault(name, child.text.strip())
        elif name == "news":
            for part in child:
                if _name(part) in ("publication_date", "title", "keywords") and part.text:
                    fields.setdefault(_name(part), part.text.strip())
    return fields


def _name(node: etree._Element) -> str:
    return etree.QName(node).localname.lower() if isinstance(node.tag, str) else ""
