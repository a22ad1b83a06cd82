"""Spring, summer, autumn and winter as times: "im Herbst", "autumn 2025", 今秋."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pipelines.horizons.lexicon import SEASONS, TimeWords
from pipelines.horizons.model import Period, credible

_FIRST_MONTH = {"spring": 3, "summer": 6, "autumn": 9}
"""The first of a season's three months north of the equator, by the calendar of meteorologists."""
_BACK = 2
"""Months for which a season without "next" or "last" may lie back: in December, "in autumn" is the one just over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """A season named at ``[start, end)``. ``year``: the one it lies in, None where the words leave it open;
    ``first`` and ``last``: its first and last month, where its half of the globe is known; ``ahead``: it lies ahead,
    though its year is open (a winter has two)."""

    start: int
    end: int
    year: Period | None = None
    first: Period | None = None
    last: Period | None = None
    ahead: bool = False


def find_seasons(text: str, words: TimeWords, base: date | None) -> Iterator[Season]:
    """The seasons named in ``text``, resolved against ``base``, the day of publication."""
    for match in words.seasons.finditer(text) if words.seasons is not None else ():
        name = next(name for name in SEASONS if match.group(name))
        groups, end = match.groupdict(), match.end()
        start = match.start("said") if groups["said"] else match.start(name)
        said = groups["y"]
        if said:
            year: int | None = int(said)
        elif base is None or words.southern or not credible(base.year):
            year = None
        elif name == "winter":
            yield Season(start=start, end=end, ahead=4 <= base.month <= 11 and not groups["last"])
            continue
        else:
            ahead = bool(groups["next"]) and not _is_this(groups["next"], words)
            year = _year(base, _FIRST_MONTH[name], ahead=ahead, back=bool(groups["last"]))
        if year is None or name == "winter" or words.southern:
            yield Season(start=start, end=end, year=Period("y", year) if year else None)
            continue
        month = _FIRST_MONTH[name]
        first, last = Period("m", year, month), Period("m", year, month + 2)
        yield Season(start=start, end=end, year=Period("y", year), first=first, last=last)


def _is_this(said: str, words: TimeWords) -> bool:
    """Whether a word that stands for "next" also means the season one is in: this, diesen, deze."""
    return words.this is not None and words.this.fullmatch(said) is not None


def _year(base: date, month: int, *, ahead: bool, back: bool) -> int:
    """The year of the season that begins with ``month``: the next, the last, or the one that is nearest at hand."""
    if back:
        return base.year if base.month > month + 2 else base.year - 1
    if ahead:
        return base.year if base.month < month else base.year + 1
    if (month + 2 - base.month) % 12 <= 12 - _BACK:
        return base.year if base.month <= month + 2 else base.year + 1
    return base.year if base.month > month + 2 else base.year - 1
