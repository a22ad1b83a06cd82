"""A clock that is set: noticed by holding the time of the day against a clock that only ever goes on."""

from __future__ import annotations

from datetime import timedelta

#: By less a clock is corrected, not set; seconds.
LEAP_S = 30.0


class ClockWatch:
    """Notices leaps. ``wall`` is the time of the day, ``steady`` one that never is set and stands while the machine
    sleeps; both in seconds from wherever."""

    def __init__(self, wall: float, steady: float) -> None:
        self._ahead = wall - steady

    def leap(self, wall: float, steady: float) -> float:
        """Seconds by which the time of the day was set since the last look, below zero when it was set back; 0.0 when
        it was not set."""
        ahead = wall - steady
        leap, self._ahead = ahead - self._ahead, ahead
        return leap if abs(leap) >= LEAP_S else 0.0


def leap_line(leap_s: float) -> str:
    """A leap in words.

    >>> leap_line(-86400.2)
    'the clock was set back by 1 day, 0:00:00: all jobs are planned anew'
    """
    far = timedelta(seconds=round(abs(leap_s)))
    if leap_s < 0:
        return f"the clock was set back by {far}: all jobs are planned anew"
    return f"the clock was set forward by {far}, or this machine slept: what is due by now is done"
