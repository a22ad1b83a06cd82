"""The value that ``find_counts`` returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from storewatch.types import CountIs

CountKind = Literal["cardinal", "ordinal", "share"]
Unit = Literal["area", "people", "money", "time", "goods", "place", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A number in a text, at ``[start, end)`` (with its multiplier, without "about" and the like).

    ``value`` is an int for whole numbers, else a float; 0..1 for shares; the lower bound for ranges. ``unit``: what is
    counted, None where it may be stores. ``digits``: written with digits. ``collective``: a vague word (dozens) whose
    least value is given. ``dual``: a noun that says two by its form (متجرين), so it is number and noun in one.
    """

    start: int
    end: int
    value: int | float
    kind: CountKind = "cardinal"
    count_is: CountIs = "exact"
    unit: Unit | None = None
    digits: bool = True
    collective: bool = False
    dual: bool = False

    @property
    def yearlike(self) -> bool:
        """Four digits without grouping that may as well be a year."""
        return self.digits and self.kind == "cardinal" and 1900 <= self.value <= 2099 and self.end - self.start == 4
