"""Could a page be about the topic? Asked of every page before it is extracted, so it has a millisecond.

Measured on crawled pages, vendors and store words stand in the menus of almost all of them; they stand within a few
hundred characters of each other in the paragraphs of one page in nine. So only those are looked at, or title and
summary where the feed's own words already say enough.
"""

from __future__ import annotations

import html as entities
import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence

from pipelines.topics import HintKind, Topic

NEAR = 300
"""Characters within which a vendor and a retail or market-entry term must stand."""
FEW_CHARS = 500
"""Pages with less text in ``<p>`` are built of ``<div>``: nothing can be said of them, so they pass."""
_MAX_CHARS = 200_000

_LONG_RUN = 80
"""Characters of text without a block's border, from which on it is a paragraph in whatever element it stands."""

_BORDERS = (
    rb"p|li|div|br|td|dd|ul|ol|dl|table|tr|blockquote|section|article|main|nav|footer|header|aside|h[1-6]|script|style|"
    rb"noscript|select|form|button|svg|figure"
)
_BLOCK = re.compile(
    rb"<(p|li|div|br|td|dd|blockquote|section|article)(?=[\s>/])[^<>]*>"
    rb"([^<]*(?:<(?!/?(?:" + _BORDERS + rb")[\s>/])[^<]*)*)",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^>]*>?")
_CHARSET = re.compile(rb"charset=[\"']?\s*([A-Za-z0-9_\-]{3,20})", re.IGNORECASE)
_TITLE = re.compile(rb"<title[^>]*>([^<]{1,1000})", re.IGNORECASE)


def passes(*, entry_title: str, entry_summary: str, html: bytes | str, topic: Topic) -> tuple[bool, str]:
    """Whether the page is worth extracting, and why in a few words.

    ``entry_title`` and ``entry_summary`` are what the feed said of it, ``html`` the page as it came. Never raises.
    """
    said = topic.find_hints(f"{entry_title}\n{_plain(entry_summary)}")
    if said["banner"] or (said["vendor"] and said["strong"]):
        return True, "the feed names a vendor and a retail term"
    raw = html.encode("utf-8", "replace") if isinstance(html, str) else html
    text, in_paragraphs = _paragraphs(raw)
    if in_paragraphs < FEW_CHARS:
        return True, f"only {in_paragraphs} characters of text in <p>"
    head = f"{entry_title}\n{_page_title(raw)}\n"
    return _hits(topic.find_hints(head + text[:_MAX_CHARS]), len(head))


def _hits(found: Mapping[HintKind, Sequence[int]], head: int) -> tuple[bool, str]:
    """Does a vendor stand near a retail term? ``head``: where the titles end."""
    vendors = found["vendor"]
    if found["banner"]:
        return True, "a vendor's store is named"
    if not vendors:
        return False, "no vendor in title or text"
    if _near(vendors, found["strong"]):
        return True, "a vendor and a retail term stand near each other"
    if vendors[0] < head and _near(vendors, found["weak"]):
        return True, "a vendor in the title and near a word of the trade"
    return False, f"no vendor within {NEAR} characters of a retail or market-entry term"


def _near(vendors: Sequence[int], terms: Sequence[int]) -> bool:
    """Do two of the (ordered) positions stand within ``NEAR`` characters?"""
    for position in vendors:
        index = bisect_left(terms, position - NEAR)
        if index < len(terms) and terms[index] <= position + NEAR:
            return True
    return False


def _paragraphs(raw: bytes) -> tuple[str, int]:
    """The page's paragraphs without tags, one a line, and how many characters of them stand in ``<p>``.

    Others are long runs of text in lists, tables and ``<div>``: pages are built of them beside a few ``<p>``, and
    menus and scripts are not.
    """
    found = [(name in b"pP", part) for name, part in _BLOCK.findall(raw) if len(part) >= _LONG_RUN or name in b"pP"]
    # Decoded at once, because the charset is; NUL is in no text.
    parts = _decode(b"\0".join(part.replace(b"\0", b"") for _, part in found), raw).split("\0")
    kept, in_paragraphs = [], 0
    for (is_paragraph, _), part in zip(found, parts, strict=False):
        line = _plain(part)
        if is_paragraph:
            in_paragraphs += len(line) + 1
        if is_paragraph or len(line.strip()) >= _LONG_RUN * 3 // 4:
            kept.append(line)
    return "\n".join(kept), in_paragraphs


def _page_title(raw: bytes) -> str:
    found = _TITLE.search(raw, 0, 100_000)
    return entities.unescape(_decode(found.group(1), raw)) if found else ""


def _decode(part: bytes, page: bytes) -> str:
    try:
        return part.decode("utf-8")
    except UnicodeDecodeError:
        named = _CHARSET.search(page, 0, 4096)
        charset = named.group(1).decode("ascii") if named else "windows-1252"
    try:
        return part.decode(charset, "replace")
    except LookupError:
        return part.decode("windows-1252", "replace")


def _plain(markup: str) -> str:
    text = _TAG.sub(" ", markup) if "<" in markup else markup
    return entities.unescape(text) if "&" in text else text
