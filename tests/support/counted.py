"""The count at a mark, for the tests of pipelines.counts."""

from __future__ import annotations

from support.marked import marked

from pipelines.counts import Count, find_counts

Row = tuple[str, str, str, float]
"""Name, language, text with the number in brackets, value."""


def at(text: str, lang: str) -> Count:
    """The count that stands where ``text`` is marked."""
    plain, start, end = marked(text)
    found = find_counts(plain, lang)
    exact = [count for count in found if (count.start, count.end) == (start, end)]
    assert len(exact) == 1, [(plain[count.start : count.end], count.value) for count in found]
    return exact[0]
