"""Small helpers for values as pages write them: nested, escaped, of any type."""

from __future__ import annotations

import html
import re
from typing import Any

from lxml.html import HtmlElement

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_INVISIBLE = re.compile(
    "[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]"
)


def plain(value: str) -> str:
    """One line of text: entities resolved (twice: ``&amp;#8217;`` occurs), tags and invisible characters gone."""
    if "&" in value:
        value = html.unescape(html.unescape(value))
    if "<" in value:
        value = _TAG.sub(" ", value)
    return " ".join(_INVISIBLE.sub("", value).split())


def text_of(value: Any) -> str:
    """The first text in a JSON-LD value: a string, a list of them, or an object with a name or ``@value``."""
    found = texts_of(value)
    return found[0] if found else ""


def texts_of(value: Any) -> list[str]:
    """Every text in a JSON-LD value, in order, without empty ones."""
    if isinstance(value, str):
        text = plain(value)
        return [text] if text else []
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return [str(value)]
    if isinstance(value, dict):
        return texts_of(value.get("@value") or value.get("name"))
    if isinstance(value, list):
        return [text for item in value[:200] for text in (texts_of(item) if not isinstance(item, list) else [])]
    return []


def elements(found: object) -> list[HtmlElement]:
    """The elements in the answer of an XPath, which lxml types as anything."""
    return [e for e in found if isinstance(e, HtmlElement)] if isinstance(found, list) else []


def element_text(element: HtmlElement, *, longest: int) -> str:
    """The element's text in one line, the empty string when it is longer than ``longest``: then it is no value."""
    pieces: list[str] = []
    length = 0
    for piece in element.itertext():
        length += len(piece)
        if length > 4 * longest + 1_000:  # white space and entities shrink, but not that much
            return ""
        pieces.append(piece)
    text = plain(" ".join(pieces))
    return text if len(text) <= longest else ""


def first(*values: str) -> str:
    """The first that is not empty, or the empty string."""
    return next((value for value in values if value), "")
