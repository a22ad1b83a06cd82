"""The full text that a feed carries, made into a page: what an article is made of when its page cannot be had. Pure.

Only what reads like an article: a teaser in a feed is no better than a failed page.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace

from storewatch.types import FeedEntry, Page, PendingPage

#: What marks an article whose text is its feed's (``Article.flags``).
FEED_TEXT = "feed_text"
#: Characters of text from which on a feed's content is taken for an article: teasers seldom have more. Chinese,
#: Japanese and Korean say as much in half of them.
MIN_CHARS = 400

# Failures after which the feed's text is not taken either: the address is a trap or a mistake, or was not asked for.
_NEVER = frozenset({"address_refused", "bad_url", "stopped", "retry_later"})
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)|</?[A-Za-z][^<>]*>", re.S | re.I)
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# How feeds end a teaser: an ellipsis in brackets or at the end, a link "read more".
_CUT_OFF = re.compile(r"(?:…|\.{3})\W{0,3}(?:(?:read|continue|weiter|lire|leer|leia|mehr)\b.{0,60})?$", re.I | re.S)


def extent(text: str) -> int:
    """How much a text says, in characters of an alphabet: one of Chinese, Japanese or Korean counts as two."""
    return len(text) if text.isascii() else len(text) + len(_DENSE.findall(text))


def has_full_text(content_html: str | None) -> bool:
    """Whether a feed's content is the whole article: long enough, and not broken off by an ellipsis."""
    if not content_html or len(content_html) < MIN_CHARS / 2:
        return False
    text = " ".join(html.unescape(_TAG.sub(" ", content_html)).split())
    return extent(text) >= MIN_CHARS and not _CUT_OFF.search(text[-200:])


def unreachable_page(page: PendingPage, *, reason: str, status: int | None) -> Page | None:
    """The page in place of ``page``, which could not be had and will not be asked for again; None where its feed
    carried no full text. ``reason`` and ``status`` are those of the failure."""
    entry = page.entry
    if entry is None or reason in _NEVER or not has_full_text(entry.content_html):
        return None
    return Page(
        url=page.url,
        final_url=page.url,
        body=_document(entry).encode("utf-8", "replace"),
        charset="utf-8",
        status=status or 0,
        entry_title=entry.title,
        entry_summary=entry.summary,
        entry_published=entry.published,
        entry_content_html=entry.content_html,
        unreachable=reason,
    )


def in_place_of(page: Page, *, reason: str) -> Page | None:
    """The page made of the feed's text in place of a fetched one that gives less (``reason``: an access status); None
    where there is no full text."""
    if page.unreachable or not has_full_text(page.entry_content_html):
        return None
    entry = FeedEntry(url=page.url, title=page.entry_title, content_html=page.entry_content_html)
    body = _document(entry).encode("utf-8", "replace")
    return replace(page, body=body, charset="utf-8", status=200, unreachable=reason)


def _document(entry: FeedEntry) -> str:
    title = html.escape(entry.title)
    authors = "".join(f'<meta name="author" content="{html.escape(name)}">' for name in entry.authors)
    head = f'<meta charset="utf-8"><title>{title}</title>{authors}'
    body = f"<article><h1>{title}</h1>\n<div>{entry.content_html}</div></article>"
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


__all__ = ["FEED_TEXT", "MIN_CHARS", "extent", "has_full_text", "in_place_of", "unreachable_page"]
