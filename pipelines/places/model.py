"""The value that ``find_places`` returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PlaceKind = Literal["city", "district", "country", "adjective", "state", "region", "home"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place named at ``[start, end)``.

    ``city`` is the canonical English name (also for a district, a known street or mall of a city), ``country`` the ISO
    3166-1 alpha-2 code, ``region`` the English name of a state or wider region. ``kind`` says what was named:
    ``adjective`` is "Indian", ``home`` words such as 国内 that mean the reader's own country. ``outside``: the text
    speaks of what lies outside ("outside China"); ``region`` then says so. ``people``: the city's population, 0 if
    unknown.
    """

    start: int
    end: int
    kind: PlaceKind
    city: str | None = None
    country: str | None = None
    region: str | None = None
    outside: bool = False
    people: int = 0
