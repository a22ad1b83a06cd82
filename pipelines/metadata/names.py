"""Who wrote it: people, not organisations, without the labels and times glued to their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from pipelines.metadata.head import Head
from pipelines.metadata.jsonld import LinkedData, Object
from pipelines.metadata.values import element_text, elements, plain, text_of

_METAS = """
author article:author byl parsely-author sailthru.author dc.creator dcterms.creator citation_author article.author
cxenseparse:author authors twitter:data1 vr:author og:author creator
"""
_META_NAMES = _METAS.split()
_LABEL = re.compile(
    r"^(?:and|und)\s+"
    r"|^(?:(?:written|posted|published|reported|edited|story|words|text|article|reviewed|recipe|photos?|created|updated)\s+by"
    r"|by|from|von|par|por|di|door|av|af|przez|от|(?:view|see|show) all (?:posts|articles) (?:by|from)"
    r"|(?:more|all) (?:about|posts by|articles by|from)|(?:zeige )?alle (?:beiträge|artikel) von"
    r"|(?:artikel|beitrag|text) von"
    r"|voir tous les articles de|ver todas las entradas de|(?:veröffentlicht|erstellt|geschrieben|verfasst) von"
    r"|author|autor(?:in|en|a|es)?|auteur|autore|автор|skribent|redaktör|text|texte|texto|testo|作者|文|記者|记者|编辑|編輯)"
    r"\s*[:：]?\s+"
    r"|^(?:by|von|author|autor(?:in)?|auteur|autore|text|作者|记者|記者|文)\s*[:：/／]\s*",
    re.IGNORECASE,
)
# What follows a name in the same element: roles, times, calls.
_AFTER = re.compile(
    r"\s+(?:last updated|updated|published|posted|on \d|am \d|le \d|el \d|\d{1,2}[.:/]|im gespräch|»|›"
    r"|(?:january|february|march|april|may|june|july|august|september|october|november|december)\s+\d).*$"
    r"|[,|•·–—-]\s*(?:\d|updated|published).*$",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\s*(?:,|;|、|/|\||•|·|&|\s(?:and|und|et|y|e|en|och|og|i|и)\s|\s(?:with|mit|avec)\s)\s*")
_NOT_A_NAME = re.compile(r"https?:|www\.|@|\d{2,}|[<>{}=\\»›]|\.(?:com|net|org|de|html?|php)\b", re.IGNORECASE)
_ORGANISATION = re.compile(
    r"\b(?:redaktion|editorial|newsroom|news desk|newsdesk|staff|team|editors?|press|presse|agency|agentur|agence"
    r"|agencia|agenzia|media|gmbh|inc|ltd|llc|ag|e\.?v|admin|administrator|webmaster|redacción|redazione|rédaction|redactie"
    r"|redaktionen|desk|correspondents?|reporters?|guest|unknown|anonymous|magazine|magazin|online|news|tv|radio|reuters|dpa"
    r"|afp|ap|apa|sid|epd|kna|pti|ani|ians|efe|ansa|contributors?|writers?|author|autor|user|none|null|undefined|posted|name"
    r"|stand|updated|published|google|facebook|comments?|share|january|february|march|april|june|july|august|september"
    r"|october|november|december|januar|februar|märz|juni|juli|oktober|dezember)\b",
    re.IGNORECASE,
)
_EMAIL_NAME = re.compile(r"^\S+@\S+\s*\(([^()]+)\)$|^([^<>]+?)\s*<\S+@\S+>$")
_IN_BRACKETS = re.compile(r"\s*\([^()]{1,30}\)")
_ADDRESS = re.compile(r"https?:|www\.", re.IGNORECASE)
# By-lines, as class names tell them.
_BYLINES = etree.XPath(
    "//*[@itemprop='author' or @rel='author' or contains(@class, 'uthor') or contains(@class, 'yline')"
    " or contains(@id, 'uthor')]"
)
_NAME_CLASS = re.compile(
    r"author[-_]*(?:name|link)|(?:^|\s)(?:author|fn|byline)(?:\s|$)|byline[-_]*(?:name|author)", re.IGNORECASE
)
_OTHERS = re.compile(r"comment|related|sidebar|teaser|widget|footer|recommend|latest|popular", re.IGNORECASE)
_PARTICLES = r"(?:von|van|de|der|den|del|di|da|la|le|bin|al|el|dos|du|zu|ten|ter)"
_WORD = r"[^\W\d_a-z][\w.’'-]*"
_PERSON = re.compile(
    rf"{_WORD}(?:\s+(?:{_PARTICLES}\s+)*{_WORD}){{1,4}}|[\u0400-\u04ff\u0530-\u1fff\u2e80-\u9fff\uac00-\ud7af\s.·・]{{2,20}}"
)
_LONGEST_BYLINE = 90
_MAX_MARKED = 30
_MAX_AUTHORS = 20
_LONGEST = 60


def read(
    tree: HtmlElement, head: Head, data: LinkedData, article: dict[str, Any], *, site_name: str | None
) -> tuple[str, ...]:
    """The article's authors, each once, in the page's order."""
    site = _squeeze(site_name or "")
    for candidates in (
        _linked(data, article),
        _metas(head),
        _linked(data, data.page),
        () if head.is_vast else _marked(tree),
    ):
        names = people(candidates, site=site)
        if names:
            return names
    return ()


def people(candidates: Iterable[str], *, site: str = "") -> tuple[str, ...]:
    """The names of people among strings as pages write them ("By Ann Lee and Bo Chen", "Redaktion")."""
    found: dict[str, str] = {}
    for candidate in candidates:
        for name in _split(candidate):
            if _is_person(name, site):
                found.setdefault(name.casefold(), name)
    return tuple(found.values())[:_MAX_AUTHORS]


def _split(value: str) -> Iterator[str]:
    value = plain(value)
    match = _EMAIL_NAME.match(value)
    if match:
        value = match[1] or match[2]
    if _ADDRESS.search(value):
        return
    value = _IN_BRACKETS.sub("", _AFTER.sub("", _LABEL.sub("", value, count=1)))
    for piece in _SPLIT.split(value):
        name = _LABEL.sub("", piece.strip(" .:-–—*"), count=1).strip(" .:-–—*()")
        if name:
            yield name + ("." if piece.rstrip().endswith((" Jr.", " Sr.")) else "")


def _is_person(name: str, site: str) -> bool:
    if not 2 <= len(name) <= _LONGEST or len(name.split()) > 6 or _NOT_A_NAME.search(name):
        return False
    if _squeeze(name) == site or _ORGANISATION.search(name):
        return False
    return any(c.isalpha() for c in name)


def _linked(data: LinkedData, article: Object) -> Iterator[str]:
    value = article.get("author") or article.get("creator")
    for item in value if isinstance(value, list) else [value]:
        author = data.resolve(item)
        kinds = author.get("@type")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if "Person" not in kinds and any(isinstance(k, str) and "Organization" in k for k in kinds):
            continue
        names = author.get("name") or " ".join(
            filter(None, map(text_of, (author.get("givenName"), author.get("familyName"))))
        )
        for name in names if isinstance(names, list) else [names]:
            text = text_of(name)
            if text:
                yield text


def _metas(head: Head) -> Iterator[str]:
    for name in _META_NAMES:
        if name == "twitter:data1" and "writ" not in head.meta("twitter:label1").lower():
            continue
        values = head.metas(name)
        if values and people(values):
            yield from values
            return


def _marked(tree: HtmlElement) -> Iterator[str]:
    """Microdata, ``rel=author`` and by-lines told by their class, in that order of trust."""
    found: tuple[list[str], list[str], list[str]] = ([], [], [])
    for element in elements(_BYLINES(tree))[:_MAX_MARKED]:
        if element.tag in ("meta", "link", "script", "style", "img") or _elsewhere(element):
            continue
        named = element.find(".//*[@itemprop='name']") if element.get("itemprop") else None
        text = element_text(element if named is None else named, longest=_LONGEST_BYLINE)
        if len(text) >= 2:
            found[_trust(element)].append(text)
    for candidates in found:
        names = [text for text in candidates if _looks_like_people(text)]
        if names:
            yield from names[:3]
            return


def _trust(element: HtmlElement) -> int:
    if element.get("itemprop") == "author" or "author" in (element.get("rel") or "").split():
        return 0
    return 1 if _NAME_CLASS.search(element.get("class") or "") else 2


def _elsewhere(element: HtmlElement) -> bool:
    return any(
        ancestor.tag in ("nav", "footer") or _OTHERS.search(f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}")
        for ancestor in element.iterancestors()
    )


def _looks_like_people(text: str) -> bool:
    """Every name in a by-line has two to five words, each with a capital, or stands in a script without capitals."""
    names = people([text])
    return bool(names) and all(_PERSON.fullmatch(name) is not None for name in names)


def _squeeze(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
