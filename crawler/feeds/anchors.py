"""The links of a page that may lead to articles, and how much their addresses and words speak for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from crawler.feeds.addresses import date_in_path
from crawler.feeds.entries import MAX_TITLE, plain_text, web_url
from crawler.feeds.written import read_written
from storewatch.urls import url_key

#: Links of one page that are looked at; a page with more is an index of a site.
MAX_LINKS = 5000

# Parts of a page that hold no news of its own, by element, role, and words in class and id.
_FRAME_TAGS = frozenset({"nav", "footer", "form", "select", "noscript", "template", "dialog", "svg"})
_FRAME_ROLES = frozenset({"navigation", "menu", "menubar", "search", "contentinfo", "dialog", "tablist"})
_FRAME_WORDS = re.compile(
    r"(?:^|[\s_-])(?:nav(?:bar|igation)?|(?:main|mega|sub|side|top|foot(?:er)?)[_-]?(?:menu|nav|bar)|menu|footer|"
    r"breadcrumbs?|pagination|pager|paginator|page-?numbers?|share|sharing|social|tag-?(?:list|cloud)|tags|cookies?|consent|"
    r"sidebar|language|lang-switch\w*|login|skip-?links?|widget-area|sponsored|advert\w*|most-?read|popular|ticker)"
    r"(?:$|[\s_-])",
    re.I,
)
# Segments of paths under which sites keep what is no article: the first wherever they stand, the second unless a date
# or a segment such as `news` says otherwise (/news/products/a-new-phone).
_NO_ARTICLE = re.compile(
    r"/(?:tags?|topics?|themen?|themes?|categor(?:y|ies|ia|ias|ie)|kategorien?|rubri(?:k|ken|que|ques|c)|labels?|"
    r"authors?|autor(?:en|es)?|auteurs?|redaktion|users?|profile?s?|members?|search|suche|buscar|recherche|login|"
    r"log-in|signin|sign-in|register|account|konto|cart|warenkorb|checkout|impressum|imprint|legal|privacy[\w-]*|"
    r"datenschutz|terms[\w-]*|agb|cookies?[\w-]*|newsletters?|subscri\w+|abo|werbung|mediadaten|sitemap|rss|feeds?|amp|"
    r"print|share|comments?|wp-(?:content|admin|login|json)\w*|cdn-cgi)(?:[./]|$)",
    re.I,
)
_SELDOM_ARTICLE = re.compile(
    r"/(?:people|videos?|podcasts?|shop|store|buy|products?|produkte?|productos?|specs|devices|downloads?|support|help|hilfe|faqs?|"
    r"contacts?|kontakt|contacto|about(?:-us)?|ueber-uns|careers?|jobs?|karriere|advertis\w+|forums?|gallery|galleries|"
    r"events?|archive|archiv|archives)(?:[./]|$)",
    re.I,
)
_FILE = re.compile(
    r"\.(?:pdf|jpe?g|png|gif|webp|svg|avif|mp[34]|m4a|avi|mov|zip|rar|apk|exe|docx?|xlsx?|pptx?|xml|json|rss|ics)$",
    re.I,
)
_PAGES = re.compile(
    r"/(?:page|seite|pagina|p)[/-]?\d{1,4}/?$|[?&](?:page|paged|pg|start|offset|seite|pagina)=\d{1,5}(?:&|$)|"
    r"[?&]p=\d{1,2}(?:&|$)",
    re.I,
)
_QUERY_ID = re.compile(r"[?&](?:(?:\w*id|no|num|seq|article|news|story|idx|newsno|articleno)=\w*\d{2,}|p=\d{3,})", re.I)
# Segments under which sites keep their articles.
_ARTICLE = re.compile(
    r"/(?:news\w*|press\w*|blogs?|articles?|artikel|articulos?|artigos?|articol[oi]|stor(?:y|ies)|posts?|noticias?|"
    r"nachrichten|meldung(?:en)?|actualit\w+|actu|notizie|aktual\w+|haber\w*|novosti|berita|tin-tuc|detail|content|"
    r"read|view)(?:[/.?]|$)",
    re.I,
)
_NUMBER = re.compile(r"\d{4,}")
_SMALL_NUMBER = re.compile(r"(?:^|[/_-])\d{2,3}(?:$|\.\w{3,5}$)")
_EXTENSION = re.compile(r"\.(?:s?html?|php|aspx?|jsp|do|htm)$", re.I)
_WORDS = re.compile(r"[^\W\d_]+")
_NO_TITLE = re.compile(
    r"^\W*(?:\d*|(?:read|learn|see|view|show|find out|continue)(?: reading)? ?"
    r"(?:more|all|full|on|article|the (?:full )?(?:story|article)|now|story|details)?|more|zum artikel|"
    r"weiter(?:lesen)?|mehr(?: lesen| erfahren| anzeigen| dazu)?|"
    r"(?:leer|ver) (?:más|mas|todo|noticia)|(?:leia|saiba|ler|ver) (?:mais|a notícia)|lire (?:la suite|l.article|plus)|"
    r"en savoir plus|voir (?:plus|la suite)|scopri di più|leggi (?:tutto|di più|l.articolo)|continua a leggere|"
    r"czytaj (?:więcej|dalej)|lees (?:meer|verder)|l[äæe]s mere?|číst dál|devamını oku|baca selengkapnya|xem thêm|"
    r"\d+ comments?|comments?|share|details?|подробнее|читать (?:далее|дальше|полностью)|"
    r"阅读(?:全文|更多)|查看(?:详情|更多|全文)|更多|詳細|続きを読む|詳しく(?:見る|はこちら)?|더 ?보기|자세히 ?보기|"
    r"المزيد|اقرأ المزيد|और पढ़ें)\W*$",
    re.I,
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_INLINE = frozenset({"b", "i", "em", "strong", "mark", "u", "wbr", "br", "sup", "sub", "font", "abbr", "img", "svg"})
_LONGEST_DATE = 40
# Characters before a link in its paragraph: more than the kicker, place or date of a teaser.
_SENTENCE = 40
_TITLE_CLASS = re.compile(r"(?:^|[\s_-])(?:title|headline|heading|tit|ttl)(?:$|[\s_-])", re.I)
_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")


@dataclass(slots=True)
class Target:
    """An address that the page links to, with the links that lead there in the page's order."""

    url: str
    pattern: str
    shape: int
    elements: list[HtmlElement] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        """What the links say: the longest text that is no "read more"."""
        return max(self.titles, key=len, default="")

    @property
    def label(self) -> str:
        """What stands for the links where they show no text: their titles, and what their pictures show."""
        return max(self.labels, key=len, default="")


def targets(tree: HtmlElement, *, base: str, url: str, strict: bool = True) -> list[Target]:
    """Addresses of the page's own site that may be articles, in the order of the page.

    ``strict`` leaves out the links of parts that are menus by their class or id; otherwise only those in elements
    that can be nothing else (``nav``, ``footer``).
    """
    framed = _frames(tree, strict=strict)
    found: dict[str, Target] = {}
    own = url_key(url)
    for anchor in _anchors(tree):
        address = web_url(anchor.get("href") or "", base)
        if address is None or not _same_host(address, url) or anchor in framed or _is_in_running_text(anchor):
            continue
        key = url_key(address)
        if key == own or _is_no_article(address, url):
            continue
        target = found.get(key)
        if target is None:
            found[key] = target = Target(url=address, pattern=pattern_of(address), shape=shape_of(address))
        target.elements.append(anchor)
        if title := _worth(_title_of(anchor)):
            target.titles.append(title)
        elif label := _worth(_label_of(anchor)):
            target.labels.append(label)
    return list(found.values())


def shape_of(url: str) -> int:
    """How much an address looks like an article's, 0 to about 8: a date in its path, a long slug, a number."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    points = 3 if date_in_path(url) else 0
    last = path.rstrip("/").rpartition("/")[2]
    slug = _EXTENSION.sub("", last)
    words = len(_WORDS.findall(slug.replace("_", "-")))
    points += 3 if words >= 5 else 2 if words >= 4 else 1 if words == 3 else 0
    if words < 4 and len(_EAST_ASIAN.findall(slug)) >= 6:
        points += 3
    if _NUMBER.search(re.sub(r"/(?:19|20)\d\d(?=/)", "", path)) or _QUERY_ID.search(url):
        points += 2
    elif _SMALL_NUMBER.search(path):
        points += 1
    points += 1 if _ARTICLE.search(parts.path) else 0
    return points + (1 if _EXTENSION.search(last) else 0)


def pattern_of(url: str) -> str:
    """The form of an address: what differs between articles of one section is left out."""
    parts = urlsplit(url)
    segments = []
    for segment in parts.path.split("/"):
        if re.search(r"\d{2}", segment) or segment.count("-") + segment.count("_") >= 2 or len(segment) > 24:
            segments.append("*")
        else:
            segments.append(segment.lower())
    if segments and segments[-1]:
        extension = _EXTENSION.search(parts.path)
        segments[-1] = "*" + (extension.group() if extension else "")
    names = sorted(piece.partition("=")[0] for piece in parts.query.split("&") if piece)
    return "/".join(segments) + "?" + "&".join(names)


def says_much(title: str) -> int:
    """How much a link's words look like a headline: 0 to 2."""
    if _EAST_ASIAN.search(title):
        length = len(_EAST_ASIAN.findall(title))
        return 2 if length >= 10 else 1 if length >= 6 else 0
    words = len(_WORDS.findall(title))
    return 2 if words >= 5 and len(title) >= 25 else 1 if words >= 4 or len(title) >= 30 else 0


def _anchors(tree: HtmlElement) -> Iterator[HtmlElement]:
    for number, anchor in enumerate(tree.iter("a")):
        if number >= MAX_LINKS:
            return
        if anchor.get("href"):
            yield anchor


def _frames(tree: HtmlElement, *, strict: bool) -> frozenset[HtmlElement]:
    """The links inside menus, footers, pagers and the like. A frame with most of the page's text is none (a class
    such as `with-sidebar` on the body)."""
    inside: set[HtmlElement] = set()
    whole = sum(1 for _ in tree.iter("a"))
    for element in tree.iter():
        if not isinstance(element.tag, str) or element in inside or not _is_frame(element, strict):
            continue
        links = list(element.iter("a"))
        if element.tag in _FRAME_TAGS or (
            element.tag not in ("body", "html", "main") and len(links) < max(3, 0.5 * whole)
        ):
            inside.update(links)
    return frozenset(inside)


def _is_frame(element: HtmlElement, strict: bool) -> bool:
    if element.tag in _FRAME_TAGS or (element.get("role") or "").lower() in _FRAME_ROLES:
        # ASP.NET puts the whole page into one form.
        return element.tag != "form" or sum(1 for _ in element.iter("a")) < 10
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return strict and len(names) > 1 and bool(_FRAME_WORDS.search(names))


def _is_in_running_text(anchor: HtmlElement) -> bool:
    """Whether a sentence of a paragraph leads up to a link: a reference, and no teaser."""
    parent = anchor.getparent()
    if parent is None or parent.tag != "p":
        return False
    tails = [sibling.tail for sibling in islice(anchor.itersiblings(preceding=True), 10)]
    return sum(len((text or "").strip()) for text in (parent.text, *tails)) >= _SENTENCE


def _same_host(address: str, url: str) -> bool:
    return _bare(address) == _bare(url)


def _bare(url: str) -> str:
    host = (urlsplit(url).hostname or "").lower()
    return re.sub(r"^(?:www\d?|m|mobile|amp)\.", "", host)


def _is_no_article(address: str, url: str) -> bool:
    path, own = urlsplit(address).path, urlsplit(url).path
    by_query = _QUERY_ID.search(address) is not None
    if path.rstrip("/") in ("", own.rstrip("/")) and (not by_query or _PAGES.search(address)):
        return True
    if own.startswith(path.rstrip("/") + "/") or _FILE.search(path) or (_PAGES.search(address) and not by_query):
        return True
    # What the listing's own path says does not count: /archive/ or /products/news/ may be where the news are.
    shared = len(own.rstrip("/")) if path.startswith(own.rstrip("/") + "/") else 0
    if _NO_ARTICLE.search(path[shared:]):
        return True
    seldom = _SELDOM_ARTICLE.search(path, shared)
    return seldom is not None and date_in_path(address) is None and not _ARTICLE.search(path[: seldom.start() + 1])


def _title_of(anchor: HtmlElement) -> str:
    """A link's words; where it spans a whole teaser, its heading, its title element or the first text that looks like a
    headline."""
    inner = [node for node in anchor.iterdescendants() if node.tag in _HEADINGS or _is_title(node)]
    if title := next((words for node in inner if (words := text_of(node))), ""):
        return title
    blocks = [node for node in anchor.iterdescendants() if _is_block(node)]
    parts = [text_of(node) for node in blocks if not any(_is_block(child) for child in node.iterdescendants())]
    parts = [part for part in parts if part and (len(part) > _LONGEST_DATE or read_written(part) is None)]
    if not parts or len(text_of(anchor)) == len(parts[0]):
        return text_of(anchor)
    return next((part for part in parts if says_much(part)), "") or max(parts, key=len)


def _is_block(element: HtmlElement) -> bool:
    """Whether an element holds a text of its own, and no emphasis within a text."""
    if not isinstance(element.tag, str) or element.tag in _INLINE:
        return False
    return element.tag != "span" or bool(element.get("class"))


def _label_of(anchor: HtmlElement) -> str:
    label = anchor.get("title") or anchor.get("aria-label")
    return label or next((image.get("alt") or "" for image in anchor.iter("img")), "")


def _worth(title: str) -> str:
    return "" if _NO_TITLE.match(title) else plain_text(title)[:MAX_TITLE]


def _is_title(element: HtmlElement) -> bool:
    return bool(_TITLE_CLASS.search(element.get("class") or ""))


def text_of(element: HtmlElement) -> str:
    """All text in an element, on one line."""
    return " ".join(" ".join(element.itertext()).split())
