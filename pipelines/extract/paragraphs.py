"""Texts with one paragraph a line."""

from __future__ import annotations

import re
import unicodedata

from lxml import etree

# Soft hyphens, zero-width and direction marks, private control codes: invisible, and they break words for matching.
_INVISIBLE = re.compile(
    "[\u00ad\u200b\u2060\ufeff\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufff9-\ufffb]"
)
_BREAKS = re.compile("\r\n?|\x85|\u2028|\u2029")
_SPACES = re.compile(r"[^\S\n]+")
_BLOCK_TAGS = """
address article aside blockquote br caption center dd details dialog div dl dt fieldset figcaption figure footer form
h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tr ul
"""
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_DROPPED = frozenset(
    {"script", "style", "noscript", "template", "iframe", "svg", "button", "select", "textarea", "nav", "footer"}
)
_PARSER = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)


def normalise(text: str) -> str:
    """NFC, without invisible characters, single spaces, no empty lines."""
    text = _INVISIBLE.sub("", _BREAKS.sub("\n", text))
    text = unicodedata.normalize("NFC", _SPACES.sub(" ", text))
    return "\n".join(line for line in (line.strip() for line in text.split("\n")) if line)


def text_of_fragment(markup: str) -> str:
    """The text of a piece of HTML (a feed's full content, an ``articleBody``), one block a line."""
    if "<" not in markup and "&" not in markup:
        return markup
    try:
        root = etree.fromstring(f"<div>{markup}</div>".encode("utf-8", "replace"), _PARSER)
    except (etree.XMLSyntaxError, ValueError):
        return ""
    return "" if root is None else text_of_element(root)


def text_of_element(root: etree._Element) -> str:
    """The text of an element, one block a line, without what readers do not see."""
    pieces: list[str] = []
    skip = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag
        if tag in _DROPPED:
            skip += 1 if event == "start" else -1
            text = element.tail if event == "end" and not skip else None
        elif skip:
            continue
        else:
            if tag in _BLOCKS:
                pieces.append("\n")
            text = element.text if event == "start" else element.tail
        if text:
            pieces.append(" ".join(text.split("\n")) if "\n" in text else text)
    return "".join(pieces)
