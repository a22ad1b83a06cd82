"""Where a site's news can be followed: feeds named in its HTML, sitemaps named in its robots.txt. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from lxml import etree, html

from crawler.feeds.bodies import decode, sniff
from crawler.feeds.entries import web_url
from storewatch.errors import FeedError

BodyKind = Literal["feed", "sitemap", "html", "empty", "other"]

# A page that names more than this is a directory of feeds, not a site with a feed.
MAX_CANDIDATES = 50

_TYPES = {
    "application/rss+xml": "rss",
    "application/atom+xml": "atom",
    "application/feed+json": "json",
    "application/rdf+xml": "rdf",
    "application/json": "json",
    "text/xml": "rss",
    "application/xml": "rss",
}
_FEED_PATH = re.compile(r"(?:^|[/._-])(?:rss2?|atom|feeds?|rdf)(?:$|[/._?-]|\.xml)|\.(?:rss|rdf|atom)$", re.I)
_COMMENTS = re.compile(r"comment|kommentar|reactions|reacties|comentario|commentaire", re.I)
_PARTIAL = re.compile(
    r"/(?:tag|tags|category|categories|author|autor|search|podcast|podcasts|video|videos|forum|jobs)/", re.I
)
_NEWS_SITEMAP = re.compile(r"news|nachrichten|noticias|actualites|latest", re.I)
_NO_ARTICLES = re.compile(r"image|video|tag|categor|author|page-sitemap|static|product", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Something that may be followed. ``format`` is ``rss``, ``atom``, ``rdf``, ``json`` or ``sitemap``; ``rank`` is
    lower for better ones; ``why`` says where it was found and what speaks for or against it."""

    url: str
    format: str
    title: str
    rank: int
    why: str


def kind_of(body: bytes, *, url: str, content_type: str | None = None) -> BodyKind:
    """What a fetched body is, whatever its content type says."""
    from crawler.feeds.bodies import open_body

    try:
        kind = open_body(body, url=url, content_type=content_type).kind
    except FeedError as error:
        return "empty" if error.reason == "empty" else "other"
    if kind in ("feed", "json_feed"):
        return "feed"
    if kind in ("sitemap", "sitemap_index"):
        return "sitemap"
    return "html" if kind == "html" else "other"


def feed_links(body: bytes, *, url: str, content_type: str | None = None) -> tuple[Candidate, ...]:
    """The feeds that a page names, best first: ``<link rel=alternate>``, then links that look like feeds."""
    text = decode(body, content_type)
    if sniff(text) in ("text", "binary"):
        return ()
    try:
        tree = html.document_fromstring(text)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ()
    base = web_url(_attribute(tree.find(".//base"), "href"), url) or url
    found: dict[str, Candidate] = {}
    for candidate in (*_declared(tree, base, url), *_linked(tree, base, url)):
        found.setdefault(candidate.url, candidate)
    return tuple(sorted(found.values(), key=lambda candidate: candidate.rank))[:MAX_CANDIDATES]


def _declared(tree: etree._Element, base: str, site: str) -> Iterable[Candidate]:
    for link in tree.iter("link"):
        relations = _attribute(link, "rel").lower().split()
        media_type = _attribute(link, "type").split(";")[0].strip().lower()
        if "alternate" not in relations or media_type not in _TYPES:
            continue
        href = _attribute(link, "href")
        # Pages name themselves in other languages and for other devices with the same relation; WordPress names its
        # JSON API so too.
        if media_type in ("text/xml", "application/xml", "application/json") and not _FEED_PATH.search(href):
            continue
        if address := web_url(href, base):
            title = _attribute(link, "title")
            yield _ranked(address, _TYPES[media_type], title, site, 0, "named by the page (link rel=alternate)")


def _linked(tree: etree._Element, base: str, site: str) -> Iterable[Candidate]:
    for link in tree.iter("a"):
        href = _attribute(link, "href")
        if not _FEED_PATH.search(urlsplit_path(href)):
            continue
        address = web_url(href, base)
        if address and urlsplit(address).hostname:
            title = " ".join(link.text_content().split())[:100] if hasattr(link, "text_content") else ""
            yield _ranked(address, "rss", title, site, 100, "linked from the page, by the look of its address")


def urlsplit_path(href: str) -> str:
    """The path of a link, empty for what is no link."""
    try:
        return urlsplit(href.strip()).path
    except ValueError:
        return ""


def _ranked(address: str, form: str, title: str, site: str, rank: int, why: str) -> Candidate:
    notes = [why]
    if _COMMENTS.search(address) or _COMMENTS.search(title):
        rank += 60
        notes.append("comments only")
    if _PARTIAL.search(urlsplit(address).path):
        rank += 20
        notes.append("a part of the site only")
    if _host(address) != _host(site):
        rank += 10
        notes.append("on another host")
    if form == "json":
        rank += 5  # as good, but less tried by readers than the same site's XML
    return Candidate(url=address, format=form, title=title, rank=rank, why=", ".join(notes))


def sitemaps_of(robots: str, *, url: str) -> tuple[Candidate, ...]:
    """The sitemaps that a robots.txt (fetched from ``url``) names, those for news first."""
    found: dict[str, Candidate] = {}
    for line in robots.splitlines():
        name, colon, value = line.partition(":")
        if not colon or name.strip().lower() != "sitemap":
            continue
        address = web_url(value.strip(), url)
        if address is None or address in found:
            continue
        rank, why = 210, "sitemap named in robots.txt"
        if _NEWS_SITEMAP.search(address):
            rank, why = 200, why + ", for news by its name"
        elif _NO_ARTICLES.search(address):
            rank, why = 230, why + ", hardly of articles by its name"
        found[address] = Candidate(url=address, format="sitemap", title="", rank=rank, why=why)
    return tuple(sorted(found.values(), key=lambda candidate: candidate.rank))[:MAX_CANDIDATES]


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _attribute(element: etree._Element | None, name: str) -> str:
    value = element.get(name) if element is not None else None
    return value.strip() if isinstance(value, str) else ""
