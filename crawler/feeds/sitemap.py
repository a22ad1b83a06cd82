"""Sitemaps, news sitemaps, sitemap indexes and lists of addresses (sitemaps.org, Google's news extension).

A sitemap is an archive, and news are its newest part: read piece by piece, however large it is, it gives the addresses
of the last :data:`NEWS_DAYS` days, newest first, then those without a date, :data:`~crawler.feeds.entries.MAX_ENTRIES`
in all. An index comes back as a feed of format ``sitemap_index`` whose entries are sitemaps.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from lxml import etree

from crawler.feeds.bodies import FOREIGN, Body, charset_of
from crawler.feeds.dates import read_date
from crawler.feeds.entries import Collector
from crawler.feeds.mending import FORBIDDEN, mend
from crawler.feeds.newest import Newest, Row
from crawler.feeds.unpack import pieces
from storewatch.errors import FeedError
from storewatch.types import Feed, Moment

#: Pages that changed longer ago are no news. Newsrooms write seldom, and a crawl may have been off for some weeks.
NEWS_DAYS = 30
#: The standard ends sitemaps at 50 MB; what is there of larger ones is read up to here.
MAX_SITEMAP_BYTES = 256 * 1024 * 1024

_LONGEST_TEXT = 1024 * 1024
# Characters of the end by which it is told whether a sitemap breaks off.
_TAIL = 20_000
_ROW_TAG = re.compile(r"<(?P<close>/?)(?:\w+:)?(?:url|sitemap)(?=[\s/>]|\Z)", re.I)
_ROOT_CLOSES = re.compile(r"</(?:\w+:)?(?:urlset|sitemapindex)\s*>", re.I)
_DECLARATION = re.compile(rb"^\s*<\?xml\b[^>]{0,400}?\?>")


def read_sitemap(body: Body, *, url: str, now: datetime, since: datetime | None = None) -> Feed:
    """Read a sitemap; ``since`` is the date from which on pages are wanted (default: :data:`NEWS_DAYS` ago).

    Raises :class:`FeedError` (``malformed``, ``truncated``).
    """
    is_index = body.kind == "sitemap_index"
    newest = Newest(now=now, since=None if is_index else since or now - timedelta(days=NEWS_DAYS))
    rows = _xml_rows(body, url, newest.skipped) if body.text.lstrip().startswith("<") else _text_rows(body, url)
    for row in rows:
        newest.take(row)
    if newest.skipped["truncated"] and newest.is_empty:
        raise FeedError(url, "breaks off before its first address ends", reason="truncated")
    collector = Collector(base=url, skipped=newest.skipped)
    for row in newest.rows():
        collector.add(
            links=[row.loc],
            title=row.title,
            summary=row.keywords,
            # `lastmod` says when the page changed, which is no publication date; only the news extension says that.
            published=_date(row.publication_date, now),
            updated=_date(row.lastmod, now),
        )
    skipped = {reason: count for reason, count in collector.skipped.items() if count}
    return Feed(url=url, format=body.kind, entries=tuple(collector.entries), skipped=skipped)


def _date(raw: str, now: datetime) -> Moment | None:
    return read_date(raw, now=now) if raw else None


def _text_rows(body: Body, url: str) -> Iterator[Row]:
    rest = ""
    for piece in _texts(body, url):
        *lines, rest = (rest + piece).split("\n")
        yield from (Row(loc=line.strip()) for line in lines if line.strip())
    if rest.strip():
        yield Row(loc=rest.strip())


def _xml_rows(body: Body, url: str, skipped: Counter[str]) -> Iterator[Row]:
    parser = etree.XMLPullParser(
        events=("end",),
        tag=("{*}url", "{*}sitemap"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        recover=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    tail = ""
    try:
        for piece in _whole_tags(_texts(body, url)):
            parser.feed(mend(piece).encode("utf-8", "replace"))
            tail = (tail + piece)[-_TAIL:]
            yield from _finished(parser)
        parser.close()
    except etree.XMLSyntaxError as error:
        raise FeedError(url, f"is a sitemap that cannot be read as XML ({error})", reason="malformed") from error
    rows = list(_finished(parser))
    if not _ROOT_CLOSES.search(tail):
        skipped["truncated"] += 1
        tags = list(_ROW_TAG.finditer(tail))
        # The parser closes what is open at the end, and half an address would be another page's address.
        rows = rows[:-1] if tags and not tags[-1]["close"] else rows
    yield from rows


def _finished(parser: etree.XMLPullParser) -> Iterator[Row]:
    """The rows that the parser has finished. Their elements are taken out of the tree, which would grow without end."""
    for _, node in parser.read_events():
        assert isinstance(node, etree._Element)
        yield _row(node)
        node.clear()
        parent = node.getparent()
        while parent is not None and node.getprevious() is not None:
            del parent[0]


def _row(node: etree._Element) -> Row:
    """The texts of one ``<url>`` with those of its ``<news:news>``; pictures have titles and addresses of their own,
    which are not the page's."""
    fields: dict[str, str] = {}
    for child in node:
        name = _name(child)
        if name in ("loc", "lastmod") and child.text:
            fields.setdefault(name, child.text.strip())
        elif name == "news":
            for part in child:
                if _name(part) in ("publication_date", "title", "keywords") and part.text:
                    fields.setdefault(_name(part), part.text.strip())
    return Row(**fields)


def _name(node: etree._Element) -> str:
    tag = node.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


# --- bytes -> text, piece by piece ------------------------------------------------------------------------------------


def _texts(body: Body, url: str) -> Iterator[str]:
    decoder: codecs.IncrementalDecoder | None = None
    for piece in pieces(body.raw, url, limit=MAX_SITEMAP_BYTES):
        if decoder is None:
            name = charset_of(piece)
            errors = FOREIGN if name == "utf-8-sig" else "replace"
            decoder = codecs.getincrementaldecoder(name)(errors)
            piece = _DECLARATION.sub(b"", piece) if name == "utf-8-sig" else piece
        yield FORBIDDEN.sub("", decoder.decode(piece))
    if decoder is not None:
        yield decoder.decode(b"", True)


def _whole_tags(texts: Iterable[str]) -> Iterator[str]:
    """The same text in pieces that end with a tag, so that no ampersand is cut off from its name."""
    rest = ""
    for text in texts:
        cut = text.rfind(">") + 1
        if cut:
            yield rest + text[:cut]
            rest = text[cut:]
        else:
            rest += text
        if len(rest) > _LONGEST_TEXT:
            yield rest
            rest = ""
    yield rest
