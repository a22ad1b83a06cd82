"""The title of an article: the heading, without the site's name."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from pipelines.metadata.head import Head
from pipelines.metadata.values import first, plain, text_of

_SEPARATORS = re.compile(r"\s+[|–—\-·•»«:/]+\s+|\s*[|｜]\s*|\s[-–—]\s|(?<=\w):\s+|_(?=[^\W\d_]{2,20}$)")
_LONGEST = 500


def read(head: Head, article: dict[str, Any], *, site_name: str | None, url: str) -> str:
    """The heading as the page's data names it; ``<title>`` only as the last resort, without the site's name."""
    headline = text_of(article.get("headline"))
    shared = first(head.meta("og:title"), head.meta("twitter:title"))
    names = _site_words(site_name, url)
    heading = _heading(head, [headline, shared, head.title])
    chosen = first(heading, headline, shared, head.title, text_of(article.get("name")))
    return without_site(chosen, names)[:_LONGEST]


def _heading(head: Head, rivals: list[str]) -> str:
    """The ``h1`` that one of the data titles confirms: it is what readers see."""
    texts = [plain(" ".join(element.itertext())) for element in head.headings]
    for text in texts:
        if len(text) >= 5 and any(_agree(text, rival) for rival in rivals):
            return text
    return ""


def _agree(one: str, other: str) -> bool:
    a, b = _squeeze(one), _squeeze(other)
    return bool(a and b) and (a in b or b in a)


def _squeeze(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _site_words(site_name: str | None, url: str) -> frozenset[str]:
    """The site's name and its host's labels, squeezed to letters and digits."""
    host = urlsplit(url).hostname or ""
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
