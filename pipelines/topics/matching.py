"""Patterns of the topic files and an automaton that finds thousands of them in one pass.

A pattern is words separated by single spaces, matched without regard to case, hyphens, and kind of space or quote:

- ``store``      whole words only (scripts without word spaces, such as Chinese, Thai or Korean, match anywhere)
- ``store*``     any ending (``stores``, ``storefront``); ``*laden`` any beginning; ``*filial*`` both
- ``samsung~``   an inflectional ending of at most four letters (``Samsungs``, ``Samsungiem``)
- ``=Laden``     as written, upper and lower case included
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ahocorasick_rs import AhoCorasick

from pipelines.topics.folding import fold, joined, word_end, word_start

T = TypeVar("T")

# The longest inflectional ending that ``~`` lets through: Hungarian -ának/-nál, Polish -iem, Finnish -ssa.
MAX_ENDING = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One entry of a topic file, taken apart. ``ending``: letters allowed behind it, None for any number."""

    source: str
    folded: str
    exact: str | None
    open_start: bool
    ending: int | None


def parse(source: str) -> Pattern:
    """A pattern from its spelling; ValueError says what is wrong with it."""
    # Texts are NFC; editors save some letters (the Hindi fa, the Bengali ya) in another form.
    body, exact = unicodedata.normalize("NFC", source), None
    open_start = body.startswith("*")
    body = body.removeprefix("*")
    ending: int | None = 0
    if body.endswith("*"):
        body, ending = body[:-1], None
    elif body.endswith("~"):
        body, ending = body[:-1], MAX_ENDING
    if body.startswith("="):
        body = body[1:]
        exact = body
    if not body or body != " ".join(body.split()):
        raise ValueError("is empty or has extra spaces")
    if any(c in body for c in "*~="):
        raise ValueError("has *, ~ or = in the middle")
    return Pattern(source=source, folded=fold(body), exact=exact, open_start=open_start, ending=ending)


class Matcher(Generic[T]):
    """Finds patterns, each with a value of its own."""

    __slots__ = ("_automaton", "_patterns")

    def __init__(self, entries: Iterable[tuple[Pattern, T]]) -> None:
        grouped: dict[str, list[tuple[Pattern, T]]] = {}
        for pattern, value in entries:
            grouped.setdefault(pattern.folded, []).append((pattern, value))
        self._patterns: Sequence[list[tuple[Pattern, T]]] = list(grouped.values())
        self._automaton = AhoCorasick(list(grouped), store_patterns=False) if grouped else None

    def find(self, text: str, folded: str) -> list[tuple[int, int, T]]:
        """All matches as (start, end, value), overlapping ones included; open patterns span the whole word."""
        out: list[tuple[int, int, T]] = []
        if self._automaton is None:
            return out
        size = len(folded)
        for index, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            free_start = start == 0 or not joined(folded[start - 1], folded[start])
            free_end = end == size or not joined(folded[end - 1], folded[end])
            for pattern, value in self._patterns[index]:
                if not free_start and not pattern.open_start:
                    continue
                stop = end
                if not free_end:
                    if pattern.ending == 0:
                        continue
                    stop = word_end(folded, end)
                    if pattern.ending is not None and stop - end > pattern.ending:
                        continue
                if pattern.exact is not None and text[start:end] != pattern.exact:
                    continue
                begin = start if free_start else word_start(folded, start)
                out.append((begin, stop, value))
        return out
