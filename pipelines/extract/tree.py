"""HTML to a tree, once, quickly and within bounds."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement

from pipelines.clean.tokens import tokens_in
from storewatch.types import AS_SHIPPED, Cleaning

# A class lookup in C: lxml.html's own is a Python function that is called for every element touched.
_PARSER = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
_PARSER.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))

_BAD_DOCTYPE = re.compile(r"^\s*<\s?!\s?doctype[^>]*/[^<>]*>", re.IGNORECASE)
_CLOSED_HTML = re.compile(r"(<html[^>]*?)\s*/>", re.IGNORECASE)
# Tags of that size hold data URIs, or so many attributes that libxml2 takes minutes (it compares each with each).
_LONG = 30_000
_LONG_TAG = re.compile(rf"<([a-zA-Z][\w-]*)[^<>]{{{_LONG},}}>")
_CODE_TAGS = ("code", "pre", "kbd", "samp", "textarea")
_CODE_HINT = re.compile(r"<(?:code|pre|kbd|samp)\b", re.IGNORECASE)


def parse(markup: str) -> HtmlElement | None:
    """The tree of a decoded page, None when there is nothing in it. libxml2 stops at 256 nested elements."""
    head = markup[:4096]
    if _BAD_DOCTYPE.match(head):
        markup = _BAD_DOCTYPE.sub("<!DOCTYPE html>", markup, count=1)
    if _CLOSED_HTML.search(head):
        markup = _CLOSED_HTML.sub(r"\1>", markup, count=1)
    if _may_have_long_tag(markup):
        markup = _LONG_TAG.sub(r"<\1>", markup)
    try:
        tree = etree.fromstring(markup.encode("utf-8", "replace"), _PARSER)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return tree if isinstance(tree, HtmlElement) else None


def _may_have_long_tag(markup: str) -> bool:
    """Is there a half of a long tag's length without the beginning of another, in a tag? This costs nearly nothing."""
    half = _LONG // 2
    for start in range(half, len(markup) - half + 1, half):
        if markup.find("<", start, start + half) < 0 and markup.rfind("<", 0, start) > markup.rfind(">", 0, start):
            return True
    return False


def code_tokens(tree: HtmlElement, markup: str, cleaning: Cleaning = AS_SHIPPED) -> frozenset[str]:
    """The ad tokens that the page shows as code: they are what it is about."""
    if not _CODE_HINT.search(markup):
        return frozenset()
    found = ("".join(element.itertext()) for element in tree.iter(*_CODE_TAGS))
    return frozenset(token for code in found for token in tokens_in(code, cleaning))
