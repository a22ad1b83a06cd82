"""Where a page says that its site can be followed: feeds that it declares or links, sitemaps that robots.txt names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import unquote, urlsplit

from lxml import etree, html

from crawler.discovery.section import belongs, section_of
from crawler.feeds.bodies import decode, sniff
from crawler.feeds.entries import web_url
from storewatch.urls import outlet

#: A page that names more than this is a directory of feeds, not a site with a feed.
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
_FEED_TYPES = frozenset(kind for kind in _TYPES if "+" in kind)
_FEED_PATH = re.compile(r"(?:^|[/._-])(?:rss2?|atom|feeds?|rdf)(?:$|[/._?-]|\.xml)|\.(?:rss|rdf|atom)$", re.I)
_COMMENTS = re.compile(
    r"comment|kommentar|reactions|reacties|comentario|comentári|commentaire|commenti(?:$|\W)|komentar|коммент|yorum|评论|コメント",
    re.I,
)
_PARTIAL = re.compile(
    r"/(?:tags?|[\w-]*(?:categor|kategori)\w*|rubri\w+|topics?|themen?|label|authors?|autor|search|forums?|jobs)/"
    r"|[?&](?:tag|cat|category|author|s|q)=",
    re.I,
)
_OTHER_MEDIA = re.compile(
    r"podcast|videos?(?:\W|$)|audio|youtube|fotos?(?:\W|$)|gallery|galerie|web-?stories|(?:\W|_|^)(?:events?|calendar|"
    r"termine|products?|produkte?|jobs?)(?:\W|_|$)",
    re.I,
)
# Of a site with many feeds, the one for all of it.
_WHOLE = re.compile(
    r"\b(?:all|alles?|gesamt|latest|top|main|home|news|headlines|aktuell\w*|schlagzeilen|nachrichten|startseite|une|toutes?"
    r"|todas?|todos|portada|últim[ao]s|ultime|home ?page|nieuws|nyheter|wszystk\w+|все|новости|tüm|son)\b",
    re.I,
)
# Links of readers and services have the feed's address inside of them.
_INSIDE = re.compile(r"(?:https?:|https?%3a)(?://|%2f%2f)[^\s\"'<>]+$", re.I)
_LONGEST = 2000
_LINK_HEADER = re.compile(r"<([^<>]{1,2000})>((?:\s*;[^,<>]{0,300})*)")
_FEED_HOST = re.compile(r"^(?:feeds?|rss)\d?\.|feedburner|feedblitz|\.feed", re.I)
_NEWS_SITEMAP = re.compile(r"news|nachrichten|noticias|actualites|latest|notizie|aktuell", re.I)
_ARTICLES_SITEMAP = re.compile(r"article|artikel|articulo|post|stor(?:y|ies)|blog|press", re.I)
_NO_ARTICLES = re.compile(r"image|video|tag|categor|author|page-sitemap|static|product|user|shop|forum", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Something that may be followed. ``format`` is ``rss``, ``atom``, ``rdf``, ``json``, ``sitemap`` or ``listing``;
    ``rank`` is lower for those to be looked at earlier; ``why`` says where it was found and what speaks for or against
    it. By its address and title it may be of ``comments``, ``partial`` (of a part of the site), of ``other_media``, or
    the site's ``newsroom``; ``named_by`` is the element of the page that names it."""

    url: str
    format: str
    title: str = ""
    rank: int = 0
    why: str = ""
    comments: bool = False
    partial: bool = False
    other_media: bool = False
    newsroom: bool = False
    named_by: Literal["link", "anchor"] | None = None

    @property
    def whole(self) -> bool:
        """A candidate for all of the site's articles."""
        return not (self.comments or self.partial or self.other_media)


def feed_links(body: bytes, *, url: str, content_type: str | None = None) -> tuple[Candidate, ...]:
    """The feeds that a page names, best first: ``<link rel=alternate>``, then links that look like feeds."""
    text = decode(body, content_type)
    if sniff(text) in ("text", "binary"):
        return ()
    return links_of(text, url=url)


def links_of(text: str, *, url: str, header: str = "") -> tuple[Candidate, ...]:
    """The same of decoded HTML; ``header`` is the answer's Link header (RFC 8288), which may name them too."""
    try:
        tree = html.document_fromstring(text)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ()
    base = web_url(_attribute(tree.find(".//base"), "href"), url) or url
    found: dict[str, Candidate] = {}
    for candidate in (*_declared(tree, base, url), *_in_header(header, url), *_linked(tree, base, url)):
        found.setdefault(candidate.url, candidate)
    return tuple(sorted(found.values(), key=lambda candidate: candidate.rank))[:MAX_CANDIDATES]


def _declared(tree: etree._Element, base: str, site: str) -> Iterable[Candidate]:
    for link in tree.iter("link"):
        relations = _attribute(link, "rel").lower().split()
        media_type = _attribute(link, "type").split(";")[0].strip().lower()
        if not {"alternate", "feed"} & set(relations) or media_type not in _TYPES:
            continue
        href = _attribute(link, "href")
        # Pages name themselves in other languages and for other devices with the same relation; WordPress names its
        # JSON API so too, and oEmbed its descriptions.
        if media_type in ("text/xml", "application/xml", "application/json") and not _FEED_PATH.search(href):
            continue
        if address := web_url(href, base):
            title = _attribute(link, "title")
            why = "named by the page (link rel=alternate)"
            yield replace(candidate_of(address, _TYPES[media_type], title, site, 0, why), named_by="link")


def _in_header(header: str, site: str) -> Iterable[Candidate]:
    for href, rest in _LINK_HEADER.findall(header):
        said = rest.lower()
        media_type = next((kind for kind in _FEED_TYPES if kind in said), None)
        address = web_url(href, site)
        if address and media_type and re.search(r'rel="?[^";]*\balternate\b', said):
            why = "named by the answer's Link header"
            yield replace(candidate_of(address, _TYPES[media_type], "", site, 1, why), named_by="link")


def _linked(tree: etree._Element, base: str, site: str) -> Iterable[Candidate]:
    for link in tree.iter("a"):
        href = _attribute(link, "href")
        is_feed = _FEED_PATH.search(_path(href)) or _attribute(link, "type").lower() in _FEED_TYPES
        address = web_url(href, base) if is_feed else None
        if address and outlet(address) != outlet(site) and not _FEED_HOST.search(urlsplit(address).hostname or ""):
            address = _inside(address, site)
        if address:
            title = " ".join(link.text_content().split())[:100] if hasattr(link, "text_content") else ""
            why = "linked from the page, by the look of its address"
            candidate = candidate_of(address, "rss", title, site, 100, why)
            whole = 5 if _WHOLE.search(title) else 0
            yield replace(candidate, rank=candidate.rank - whole, named_by="anchor")


def _inside(address: str, site: str) -> str | None:
    """The site's feed that a reader's or a service's link carries, None where it carries none."""
    found = _INSIDE.search(address, len("https://")) if len(address) < _LONGEST else None
    inner = web_url(unquote(found.group()).partition("&")[0], site) if found else None
    return inner if inner and outlet(inner) == outlet(site) and _FEED_PATH.search(_path(inner)) else None


def candidate_of(address: str, form: str, title: str, site: str, rank: int, why: str) -> Candidate:
    """A candidate with what its address and title tell; ``site`` is the address that was asked about."""
    notes = [why]
    path = unquote(address.partition("://")[2].partition("/")[2])
    said = f"{path} {title}"
    comments, other_media = bool(_COMMENTS.search(said)), bool(_OTHER_MEDIA.search(said))
    section = section_of(site)
    partial = bool(_PARTIAL.search(f"/{path}"))
    if section and belongs(address, title, section):
        rank -= 10
        partial = other_media = False
        comments = comments and not _COMMENTS.search(section)
        notes.append("of the part of the site that was asked for")
    if comments:
        rank += 60
        notes.append("comments only")
    elif other_media:
        rank += 40
        notes.append("of podcasts, videos or the like")
    elif partial:
        rank += 20
        notes.append("a part of the site only")
    if outlet(address) != outlet(site):
        rank += 10
        notes.append("on another host")
    if form == "json":
        rank += 5  # as good, but less tried by readers than the same site's XML
    return Candidate(
        url=address,
        format=form,
        title=title,
        rank=rank,
        why=", ".join(notes),
        comments=comments,
        partial=partial,
        other_media=other_media,
    )


def sitemaps_of(robots: str, *, url: str) -> tuple[Candidate, ...]:
    """The sitemaps that a robots.txt (fetched from ``url``) names, those for news first."""
    found: dict[str, Candidate] = {}
    for line in robots.splitlines():
        name, colon, value = line.partition(":")
        if not colon or name.strip().lower() != "sitemap":
            continue
        address = web_url(value.partition(" #")[0].strip(), url)
        if address is not None and address not in found:
            found[address] = sitemap(address, rank=210, why="sitemap named in robots.txt")
    return tuple(sorted(found.values(), key=lambda candidate: candidate.rank))[:MAX_CANDIDATES]


def sitemap(address: str, *, rank: int, why: str) -> Candidate:
    """A sitemap as a candidate; its name tells what it is likely to hold."""
    name = address.partition("://")[2].partition("/")[2]
    if _NO_ARTICLES.search(name):
        return Candidate(
            url=address,
            format="sitemap",
            rank=rank + 20,
            why=f"{why}, hardly of articles by its name",
            partial=True,
        )
    if _NEWS_SITEMAP.search(name):
        rank, why = rank - 10, f"{why}, for news by its name"
    elif _ARTICLES_SITEMAP.search(name):
        rank, why = rank - 5, f"{why}, of articles by its name"
    return Candidate(url=address, format="sitemap", rank=rank, why=why)


def _path(href: str) -> str:
    """The path of a link, empty for what is no link."""
    try:
        return urlsplit(href.strip()).path
    except ValueError:
        return ""


def _attribute(element: etree._Element | None, name: str) -> str:
    value = element.get(name) if element is not None else None
    return value.strip() if isinstance(value, str) else ""


__all__ = ["MAX_CANDIDATES", "Candidate", "candidate_of", "feed_links", "links_of", "sitemap", "sitemaps_of"]
