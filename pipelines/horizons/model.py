"""A time said in a text, and the arithmetic of calendar periods."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Step = Literal["y", "m", "w", "d", "q", "h"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """Words of time at ``[start, end)``. ``value`` is ISO-like with the precision of the words, None if open.

    ``first`` and ``last`` are the first and last day that fit; ``limit``: a time by which something shall be done (by
    2020, in the next three years), not one at which it happened; ``soon``: a promise without a date.
    """

    start: int
    end: int
    value: str | None = None
    first: date | None = None
    last: date | None = None
    limit: bool = False
    soon: bool = False

    def lies(self, published: date | None) -> Literal["past", "future", "unknown"]:
        """Where it lies seen from the day of publication; "unknown" when that day is inside it or not known."""
        if self.soon or (self.limit and self.last is None):
            return "future"
        if published is None or self.first is None or self.last is None:
            return "unknown"
        if self.limit and self.last >= published:
            return "future"
        if self.last < published:
            return "past"
        if self.first > published:
            return "future"
        return "past" if self.first == self.last == published else "unknown"


@dataclass(frozen=True, slots=True)
class Period:
    """A year, half, quarter, month, week or day."""

    step: Step
    year: int
    number: int = 0
    day: int = 0

    @property
    def value(self) -> str | None:
        """The period as DESIGN.md writes it."""
        if not credible(self.year):
            return None
        if self.step == "y":
            return f"{self.year}"
        if self.step in ("q", "h"):
            return f"{self.year}-{self.step.upper()}{self.number}"
        if self.step == "m":
            return f"{self.year}-{self.number:02d}"
        return f"{self.year}-{self.number:02d}-{self.day:02d}"

    @property
    def bounds(self) -> tuple[date, date] | None:
        """First and last day."""
        if not credible(self.year):
            return None
        if self.step == "y":
            return date(self.year, 1, 1), date(self.year, 12, 31)
        if self.step in ("q", "h"):
            months = 3 if self.step == "q" else 6
            last = self.number * months
            return date(self.year, last - months + 1, 1), _month_end(self.year, last)
        if self.step == "m":
            return date(self.year, self.number, 1), _month_end(self.year, self.number)
        day = date(self.year, self.number, self.day)
        return (day, day + timedelta(days=6)) if self.step == "w" else (day, day)


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def credible(year: int) -> bool:
    """Is it a year that news are from, or speak of?"""
    return 1900 <= year <= 2200


def shifted(base: date, step: Step, number: int) -> Period | None:
    """The period that lies ``number`` steps after the one that holds ``base``; None beyond what news speak of."""
    if not credible(base.year) or abs(number) > 150 * {"y": 1, "h": 2, "q": 4, "m": 12, "w": 52, "d": 365}[step]:
        return None
    if step == "y":
        return Period("y", base.year + number)
    if step in ("m", "q", "h"):
        size = {"m": 1, "q": 3, "h": 6}[step]
        index = (base.year * 12 + base.month - 1) // size + number
        per_year = 12 // size
        return Period(step, index // per_year, index % per_year + 1)
    day = base + timedelta(days=number * (7 if step == "w" else 1))
    if step == "w":
        day -= timedelta(days=day.weekday())
    return Period(step, day.year, day.month, day.day)


def valid_day(year: int, month: int, day: int) -> bool:
    """Is there such a day, in a year that news speak of?"""
    return credible(year) and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]
