"""Horizons (``2020``, ``2020-H1``, ``2020-Q3``, ``2020-07``, ``2020-07-15``) as periods of days."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache

_FORM = re.compile(r"(\d{4})(?:-(?:H([12])|Q([1-4])|(\d\d)(?:-(\d\d))?))?", re.ASCII)


@lru_cache(maxsize=4096)
def days_of(horizon: str | None) -> tuple[date, date] | None:
    """The first and the last day of a horizon; None for one that names no period.

    >>> days_of("2020-Q3")
    (datetime.date(2020, 7, 1), datetime.date(2020, 9, 30))
    """
    found = _FORM.fullmatch(horizon or "")
    if found is None:
        return None
    year, half, quarter, month, day = (int(part) if part else 0 for part in found.groups())
    if day:
        first_month = last_month = month
    elif half:
        first_month, last_month = 6 * half - 5, 6 * half
    elif quarter:
        first_month, last_month = 3 * quarter - 2, 3 * quarter
    else:
        first_month, last_month = month or 1, month or 12
    try:
        if day:
            return date(year, month, day), date(year, month, day)
        return date(year, first_month, 1), date(year, last_month, monthrange(year, last_month)[1])
    except ValueError:  # month 13, day 32, year 0
        return None


def overlap(one: tuple[date, date], other: tuple[date, date]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]
