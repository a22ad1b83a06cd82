"""The title of an article: the heading, without the site's name."""

from __future__ import annotations

import re
from typing import Any

from pipelines.metadata.head import Head
from pipelines.metadata.links import host_of
from pipelines.metadata.values import element_text, first, text_of

_SEPARATORS = re.compile(r"\s+[|–—\-·•»«:/]+\s+|\s*[|｜]\s*|\s[-–—]\s|(?<=\w):\s+|_(?=[^\W\d_]{2,20}$)")
_LONGEST = 500
_SURELY_A_TITLE = 20


def read(head: Head, article: dict[str, Any], *, site_name: str | None, url: str) -> str:
    """The heading as the page's data names it; ``<title>`` only as the last resort, without the site's name."""
    names = _site_words(site_name, url)
    headline = without_site(text_of(article.get("headline")), names)
    shared = without_site(first(head.meta("og:title"), head.meta("twitter:title")), names)
    window = without_site(head.title, names)
    data = [title for title in (headline, shared, window) if title]
    chosen = first(_heading(head, data, names), headline, shared, window, text_of(article.get("name")))
    return chosen[:_LONGEST]


def _heading(head: Head, data: list[str], names: frozenset[str]) -> str:
    """The ``h1`` that the page's data confirms, or the only one there is: it is what readers see.

    Where the data's title is the longer part of the heading, the rest is a kicker or a rubric, and the data's is taken.
    """
    texts = [text for text in (element_text(e, longest=_LONGEST) for e in head.headings) if len(text) >= 5]
    texts = [text for text in texts if _squeeze(text) not in names]
    for title in data:
        for text in texts:
            if _agree(text, title):
                return title if len(title) < len(text) else text
    sole = texts[0] if len(texts) == 1 else ""
    return sole if len(sole) >= _SURELY_A_TITLE and " " in sole else ""


def _agree(one: str, other: str) -> bool:
    """Is the shorter one in the longer, and at least half of it?"""
    short, long = sorted((_squeeze(one), _squeeze(other)), key=len)
    return bool(short) and short in long and 2 * len(short) >= len(long)


def _squeeze(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _site_words(site_name: str | None, url: str) -> frozenset[str]:
    """The site's name and its host's labels, squeezed to letters and digits."""
    host = host_of(url)
    labels = [label for label in host.removeprefix("www.").split(".")[:-1] if len(label) > 2]
    return frozenset(_squeeze(word) for word in [site_name or "", host.removeprefix("www."), *labels] if word)


def without_site(title: str, names: frozenset[str]) -> str:
    """Split the site's name off the end (or, before a bar, off the start) of a title."""
    pieces = list(_SEPARATORS.finditer(title))
    for piece in reversed(pieces[-3:]):
        tail = _squeeze(title[piece.end() :])
        if tail in names and len(title[: piece.start()].strip()) >= 5:
            return without_site(title[: piece.start()].strip(), names)
    if pieces:
        lead = _squeeze(title[: pieces[0].start()])
        if lead in names and len(title[pieces[0].end() :]) >= 15:
            return title[pieces[0].end() :].strip()
    return title
