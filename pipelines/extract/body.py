"""The main text of a page: trafilatura in its precise mode, its default mode where that is too strict."""

from __future__ import annotations

import logging

from lxml.html import HtmlElement
from trafilatura import bare_extraction

from pipelines.extract.paragraphs import text_of_fragment
from pipelines.metadata import Metadata

# What it says about single pages are our reason codes.
for _name in ("trafilatura", "htmldate", "charset_normalizer", "justext"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

SHORT = 1_000
_DEFAULT_SHARE = 0.7
_NEARLY_EMPTY = 250


def main_text(tree: HtmlElement, meta: Metadata) -> str:
    """The article's text as the page has it, one block a line."""
    text = _run(tree, precise=True)
    if len(text) < SHORT:
        default = _run(tree, precise=False)
        if len(text) < _DEFAULT_SHARE * len(default):
            text = default
    if len(text) < _NEARLY_EMPTY and len(meta.article_body) > len(text):
        body = text_of_fragment(meta.article_body)
        text = body if len(body) > len(text) else text
    return text


def _run(tree: HtmlElement, *, precise: bool) -> str:
    try:
        document = bare_extraction(tree, with_metadata=False, include_comments=False, favor_precision=precise)
    except Exception:  # noqa: BLE001  odd trees make third-party code fail in many ways; the page is then judged without it
        return ""
    return getattr(document, "text", None) or ""
