"""Who wrote it: people, not organisations, without the labels and times glued to their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml.html import HtmlElement

from pipelines.metadata.head import Head
from pipelines.metadata.jsonld import LinkedData, Object
from pipelines.metadata.values import plain, text_of

_META_NAMES = (
    "author", "article:author", "byl", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "citation_author",
    "article.author", "cxenseparse:author", "authors", "twitter:data1", "vr:author", "og:author", "creator",
)  # fmt: skip
_LABEL = re.compile(
    r"^(?:(?:written|posted|published|reported|edited|story|words|text|article|reviewed)\s+by|by|from|von|par|por|de|di|door|av|af|przez|от|автор|"
    r"autor(?:in|en|a|es)?|author|auteur|autore|skribent|redaktör|text|texte|texto|testo|作者|文|記者|记者|编辑|編輯)\s*[:：]?\s+"
    r"|^(?:by|von|author|autor(?:in)?|auteur|autore|作者|记者|記者|文|text)\s*[:：/／]\s*",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\s*(?:,|;|、|/|\||•|·|&|\s(?:and|und|et|y|e|en|och|og|i|и)\s|\s(?:with|mit|avec)\s)\s*")
_NOT_A_NAME = re.compile(r"https?:|www\.|@|\d{3,}|[<>{}=\\]|\.(?:com|net|org|de|html?)\b", re.IGNORECASE)
_ORGANISATION = re.compile(
    r"\b(?:redaktion|editorial|newsroom|news desk|newsdesk|staff|team|editors?|press|presse|agency|agentur|agence|agencia|agenzia|media|"
    r"gmbh|inc|ltd|llc|admin|administrator|webmaster|redacción|redazione|rédaction|redactie|redaktionen|desk|correspondents?|reporters?|"
    r"guest|unknown|anonymous|magazine|online|news|tv|radio|reuters|dpa|afp|ap|apa|sid|epd|kna|pti|ani|ians|afp|efe|ansa|"
    r"contributors?|writers?|author|user|none|null|undefined)\b",
    re.IGNORECASE,
)
_EMAIL_NAME = re.compile(r"^\S+@\S+\s*\(([^()]+)\)$|^([^<>]+?)\s*<\S+@\S+>$")
_MAX_AUTHORS = 20
_LONGEST = 60


def read(
    tree: HtmlElement, head: Head, data: LinkedData, article: dict[str, Any], *, site_name: str | None
) -> tuple[str, ...]:
    """The article's authors, each once, in the page's order."""
    site = (site_name or "").casefold()
    for candidates in (_linked(data, article), _metas(head), _linked(data, data.page), _marked(tree)):
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
    value = _LABEL.sub("", value, count=1)
    for piece in _SPLIT.split(value):
        name = _LABEL.sub("", piece.strip(" .:-–—*"), count=1).strip(" .:-–—*()")
        if name:
            yield name + ("." if piece.rstrip().endswith((" Jr.", " Sr.")) else "")


def _is_person(name: str, site: str) -> bool:
    if not 2 <= len(name) <= _LONGEST or len(name.split()) > 6 or _NOT_A_NAME.search(name):
        return False
    if name.casefold() == site or _ORGANISATION.search(name):
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
        names = author.get("name")
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
    """Microdata and ``rel=author``."""
    for element in tree.xpath("//*[@itemprop='author' or @rel='author'][not(self::meta or self::link)]")[:_MAX_AUTHORS]:
        inner = element.xpath(".//*[@itemprop='name']")
        text = plain(" ".join((inner[0] if inner else element).itertext()))
        if text:
            yield text
