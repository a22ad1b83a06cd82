"""When a job runs, as people write it: ``off``, ``every 5m``, ``daily 03:30``, ``weekly sun 03:30``. Times are UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

FORMS = "off, every 90s, every 5m, every 6h, daily 03:30 or weekly sun 03:30 (UTC)"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_EVERY = re.compile(r"every (\d{1,6}) ?(s|m|h|d)")
_DAILY = re.compile(r"daily ([01]?\d|2[0-3]):([0-5]\d)")
_WEEKLY = re.compile(rf"weekly ({'|'.join(f'{day[:3]}(?:{day[3:]})?' for day in WEEKDAYS)}) ([01]?\d|2[0-3]):([0-5]\d)")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """``every`` is the time between two runs of an ``every``; ``weekday`` (0 is Monday), ``hour`` and ``minute`` are
    those of a ``daily`` or ``weekly`` one."""

    kind: Literal["off", "every", "daily", "weekly"]
    every: timedelta = timedelta(0)
    weekday: int = 0
    hour: int = 0
    minute: int = 0


def parse_when(text: str) -> When:
    """Read what a person wrote. Raises ValueError for what is none of :data:`FORMS`.

    >>> parse_when("weekly sun 3:30").weekday
    6
    """
    said = " ".join(text.lower().split())
    if said == "off":
        return When(kind="off")
    if (found := _EVERY.fullmatch(said)) and int(found[1]):
        return When(kind="every", every=timedelta(seconds=int(found[1]) * _UNITS[found[2]]))
    if found := _DAILY.fullmatch(said):
        return When(kind="daily", hour=int(found[1]), minute=int(found[2]))
    if found := _WEEKLY.fullmatch(said):
        return When(kind="weekly", weekday=_weekday(found[1]), hour=int(found[2]), minute=int(found[3]))
    raise ValueError(f"{text!r} is no time for a job")


def _weekday(name: str) -> int:
    return [day[:3] for day in WEEKDAYS].index(name[:3])


def following(when: When, last: datetime | None, now: datetime) -> datetime | None:
    """The next run after the one at ``last`` (None: there was none): ``now`` when it was missed, None when ``off``.

    A clock that was wrong (``last`` ahead of ``now``) counts as no run.
    """
    if when.kind == "off":
        return None
    if last is not None and last > now:
        last = None
    if when.kind == "every":
        return now if last is None else max(now, last + when.every)
    if last is None:
        return _occurrence(when, now)
    return max(now, _occurrence(when, last))


def _occurrence(when: When, after: datetime) -> datetime:
    """The first occurrence of a time of the day or the week after a moment."""
    days = (when.weekday - after.weekday()) % 7 if when.kind == "weekly" else 0
    found = (after + timedelta(days=days)).replace(hour=when.hour, minute=when.minute, second=0, microsecond=0)
    return found if found > after else found + timedelta(days=7 if when.kind == "weekly" else 1)
