"""Lines that a host repeats on many of its pages: a paper's own words, not those of an article.

What is known of a host is a set of keys, kept in the database (``storewatch.db.lines``) and handed in as a value: the
cleaning of a page depends on nothing but the page and its arguments. A line counts as repeated when it stood on three
pages that are no copies of each other; the first lines of a text are never taken for it, since stories in
instalments and live tickers begin alike.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from storewatch.types import HostLines

FIRST_LINES = 3
"""Lines at the head of a text that are neither learned nor removed."""
SHORTEST, LONGEST = 20, 300
"""Characters of a line that may be boilerplate: shorter ones are subheadings, longer ones paragraphs."""
_SHORTEST_UNSPACED = 10
_UNSPACED = "\u2e80"
"""From here on stand the scripts of East Asia, which say more in a character."""
MOST_LINES = 60
"""Lines learned from one page."""


def key_of(line: str) -> int:
    """The key of a line: a signed 64-bit number of its letters, without case, digits and signs.

    "12 comments" and "3 comments" have the same key.
    """
    letters = "".join(c for c in line.casefold() if c.isalpha())
    return int.from_bytes(
        hashlib.blake2b(letters.encode("utf-8", "replace"), digest_size=8).digest(), "big", signed=True
    )


def may_repeat(line: str) -> bool:
    """Is it of a length that boilerplate has?"""
    shortest = _SHORTEST_UNSPACED if line[:1] >= _UNSPACED else SHORTEST
    return shortest <= len(line) <= LONGEST and sum(c.isalpha() for c in line) >= shortest // 2


def repeated_lines(lines: Sequence[str], known: frozenset[int]) -> list[int]:
    """Which lines the host repeats, by their index. The text is never emptied."""
    if not known:
        return []
    found = [i for i in range(FIRST_LINES, len(lines)) if may_repeat(lines[i]) and key_of(lines[i]) in known]
    return found if len(found) < len(lines) else []


def lines_of(text: str) -> HostLines:
    """What a page's text teaches about its host: the keys of the lines that may be boilerplate, and the page's mark.

    The mark is the key of the longest line: copies of one article under several addresses share it, and count once.
    """
    lines = text.split("\n")
    keys = dict.fromkeys(key_of(line) for line in lines[FIRST_LINES:] if may_repeat(line))
    longest = max(lines, key=len)
    return HostLines(mark=key_of(longest), keys=tuple(k for k in keys if k != key_of(longest))[-MOST_LINES:])
