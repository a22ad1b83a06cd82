"""What a page looks like at a glance: its words by block, and the outlines of its markup. Pure; needs lxml."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

# Inline scripts and styles are looked at for names; a page's data in them is not.
_MARKUP = 200_000
# Links with fewer characters are symbols, page numbers and languages.
_LINK_WORDS = 15
_SILENT = frozenset({"script", "style", "template", "svg", "noscript", "head", "iframe", "select", "textarea"})
_BLOCKS = frozenset(
    [
        *("address", "article", "aside", "blockquote", "body", "br", "button", "caption", "center", "dd", "div", "dl"),
        *("dt", "figcaption", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "label", "legend"),
        *("li", "main", "nav", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul"),
    ]
)
_ADDRESSES = frozenset({"src", "action", "href", "id", "class", "name", "content", "data-sitekey"})
_ARTICLE_DATA = re.compile(r'"@type"\s*:\s*\[?\s*"(?:\w*NewsArticle|Article|BlogPosting|LiveBlogPosting|Report)"')
_ARTICLE_LENGTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """``blocks``: the visible text, a paragraph each; ``links``: the words of its links; ``is_article``: the page
    says that it is an article; ``markup``: names and addresses in its markup with its inline scripts; ``buttons``:
    their labels; ``fields``: the types of fields to fill in; ``ids``: those of its elements; ``scripts``: how many."""

    title: str = ""
    blocks: tuple[str, ...] = ()
    noscript: str = ""
    links: tuple[str, ...] = ()
    is_article: bool = False
    markup: str = ""
    buttons: tuple[str, ...] = ()
    fields: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    scripts: int = 0


def glance(text: str) -> Glance:
    """Look at the HTML ``text``; what is no HTML gives an empty glance. Never raises."""
    from lxml import etree, html

    try:
        tree = html.document_fromstring(text)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return Glance()
    eye = _Eye()
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if event == "start":
            eye.open(element)
        elif event == "end":
            eye.close(element)
        else:
            eye.say(element.tail)
    eye.end_block()
    return Glance(
        title=" ".join((tree.findtext(".//title") or "").split()),
        blocks=tuple(eye.blocks),
        noscript=" ".join(eye.noscript)[:2000],
        links=tuple(eye.links),
        is_article=eye.is_article,
        markup=" ".join(eye.markup)[:_MARKUP],
        buttons=tuple(eye.buttons),
        fields=frozenset(eye.fields),
        ids=frozenset(eye.ids),
        scripts=eye.scripts,
    )


@dataclass(slots=True)
class _Eye:
    """What has been seen so far while walking through a page."""

    blocks: list[str] = field(default_factory=list)
    block: list[str] = field(default_factory=list)
    noscript: list[str] = field(default_factory=list)
    markup: list[str] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    scripts: int = 0
    silent: int = 0
    is_article: bool = False

    def open(self, element: _Element) -> None:
        tag = str(element.tag)
        self._attributes(tag, element)
        if tag in _SILENT:
            self.silent += 1
        if tag == "noscript":
            self.noscript.append(_text(element))
        elif tag == "script":
            self._script(element)
        elif tag == "meta":
            self._meta(element)
        elif tag in ("button", "a") and len(label := _text(element)) <= 60:
            self.buttons.append(label)
        elif tag == "article" and not self.is_article and len(_text(element)) >= _ARTICLE_LENGTH:
            self.is_article = True
        if tag == "a" and not self.silent and len(label := _text(element)) >= _LINK_WORDS:
            self.links.append(label[:200])
        if tag in _BLOCKS:
            self.end_block()
        self.say(element.text)

    def close(self, element: _Element) -> None:
        tag = str(element.tag)
        if tag in _SILENT:
            self.silent -= 1
        if tag in _BLOCKS:
            self.end_block()
        self.say(element.tail)

    def say(self, text: str | None) -> None:
        if text and not self.silent:
            self.block.append(text)

    def end_block(self) -> None:
        if words := " ".join("".join(self.block).split()):
            self.blocks.append(words)
        self.block.clear()

    def _attributes(self, tag: str, element: _Element) -> None:
        for name, value in element.items():
            if name in _ADDRESSES and len(value) < 2000:
                self.markup.append(str(value))
        if one := element.get("id"):
            self.ids.add(str(one))
        if tag == "input":
            kind = str(element.get("type") or "text").lower()
            if kind in ("submit", "button"):
                self.buttons.append(str(element.get("value") or ""))
            elif kind in ("text", "email", "password", "tel", "search"):
                self.fields.add(kind)
        elif tag == "textarea":
            self.fields.add(tag)

    def _script(self, element: _Element) -> None:
        self.scripts += 1
        said = element.text or ""
        if "json" in str(element.get("type") or "").lower():
            self.is_article = self.is_article or bool(_ARTICLE_DATA.search(said))
        else:
            self.markup.append(said[:20_000])

    def _meta(self, element: _Element) -> None:
        name = str(element.get("property") or element.get("name") or "").lower()
        value = str(element.get("content") or "").lower()
        if (name == "og:type" and value.startswith("article")) or name == "article:published_time":
            self.is_article = True


def _text(element: _Element) -> str:
    return " ".join("".join(map(str, element.itertext())).split())


__all__ = ["Glance", "glance"]
