"""Numbers without a noun that count no stores: hours, days, houses, names, and more of what was counted just before."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from pipelines.counts import Count
from pipelines.events.grammar import words
from pipelines.events.heads import Head
from pipelines.events.reading import Reading, Sentence

_BEFORE = 48
"""Characters before a number that may say what it is."""

_HOURS = 24
_DAYS = 31
_HOUSES = 2_000

_CLOCK, _STREET = words("clock"), words("street")

_FIGURES_BEFORE, _FIGURES_BEHIND = regex.compile(r"\p{Nd}[/-]"), regex.compile(r"[/-]\p{Nd}")

_GOES_ON = 40
"""Characters behind a number with a unit within which a number without noun still has that unit: "5,000 jobs, 1,500 of
them in Japan", "10 billion dollars instead of 2"."""

_UNITS = frozenset(("people", "money", "area", "goods"))
"""What is counted on; times and places stand beside numbers of stores as well ("in 28 states there are 2,000")."""


def not_stores(count: Count, sentence: Sentence, heads: Sequence[Head], reading: Reading) -> bool:
    """Does the text around a number without noun show that it is no number of stores?"""
    before = reading.folded[max(sentence.start, count.start - _BEFORE) : count.start]
    if count.value <= _HOURS and _CLOCK.search(before):
        return True
    if count.value <= _HOUSES and count.digits and _STREET.search(before):
        return True
    if _part_of_figures(count, reading) or _day(count, reading):
        return True
    return _name(count, sentence, reading) or _goes_on(count, sentence, heads, reading)


def _part_of_figures(count: Count, reading: Reading) -> bool:
    """The 25 of "25/7" and the 16 of "2015-16": half a date or a financial year."""
    before, behind = reading.text[max(0, count.start - 2) : count.start], reading.text[count.end : count.end + 2]
    return count.digits and (_FIGURES_BEFORE.fullmatch(before) or _FIGURES_BEHIND.fullmatch(behind)) is not None


def _day(count: Count, reading: Reading) -> bool:
    """The 26 of "Monday (26)" and the 14 of "am 14., am 16. und am 28. Januar"."""
    if count.value > _DAYS or not count.digits:
        return False
    before, behind = reading.text[count.start - 1 : count.start], reading.text[count.end : count.end + 2]
    return (before in "(（" and behind[:1] in ")）" and bool(before)) or behind in (".,", ".;")


def _name(count: Count, sentence: Sentence, reading: Reading) -> bool:
    """A number word with a capital amid a sentence of the text is a company ("with Three as the first partner")."""
    word = reading.text[count.start : count.end]
    inside = not sentence.title and reading.text[sentence.start : count.start].strip(" \"'«„“”(‘") != ""
    return not count.digits and inside and word.istitle() and reading.text[count.start - 2 : count.start - 1].isalpha()


def _goes_on(count: Count, sentence: Sentence, heads: Sequence[Head], reading: Reading) -> bool:
    """Does a number go on about people, money, areas or goods that the number before it counts?"""
    if heads:
        return False
    before = next((c for c in reversed(sentence.counts) if c.end <= count.start and c.kind == "cardinal"), None)
    if before is None or any(mark in reading.text[before.end : count.start] for mark in ";:。；："):
        return False
    if count.start - before.end > _GOES_ON:
        return False
    return before.unit in _UNITS or (before.unit is None and _goes_on(before, sentence, heads, reading))
