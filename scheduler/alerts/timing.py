"""When a digest is due, and when a letter that failed is tried again. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from storewatch.types import Attempt, Every, LetterState

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
#: How long a letter waits after its first, second, ... failure. After one more it is dead: three days after the first.
DELAYS = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 24 * HOUR)
#: No receiver is waited for any longer, whatever it asks for.
MOST = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """When daily and weekly digests are made: at ``at`` on the clocks of ``zone``, the weekly ones on ``weekday``
    (0: Monday)."""

    at: time
    weekday: int
    zone: ZoneInfo


def last_slot(every: Every, now: datetime, timetable: Timetable) -> datetime:
    """The latest moment up to ``now`` at which a digest was to be made, in UTC.

    Where the clocks skip the hour, it is the moment that was meant before they were changed; where an hour comes twice,
    its first coming.
    """
    if every == "instant":
        return now
    day = now.astimezone(timetable.zone).date()
    # A zone's day may be a day ahead of the slot; of a week's eight days one at least is the weekday.
    for back in range(9):
        date = day - timedelta(days=back)
        slot = datetime.combine(date, timetable.at, tzinfo=timetable.zone).astimezone(UTC)
        if slot <= now and (every == "daily" or date.weekday() == timetable.weekday):
            return slot
    raise AssertionError("a week has every weekday")


def is_due(every: Every, digested_at: datetime, now: datetime, timetable: Timetable) -> bool:
    """Is the next digest to be made? Of several that were missed, one is made up for.

    ``digested_at`` later than ``now``: the clock went wrong, and a digest more is better than none for a year.
    """
    return digested_at > now or every == "instant" or digested_at < last_slot(every, now, timetable)


def after_failure(failures: int, attempt: Attempt, now: datetime) -> tuple[LetterState, datetime | None]:
    """What becomes of a letter that failed now, after ``failures`` earlier ones: ``pending`` and when it is tried
    again, or ``dead``."""
    if attempt.permanent or failures >= len(DELAYS):
        return "dead", None
    asked = timedelta(seconds=min(max(attempt.wait_s or 0.0, 0.0), MOST.total_seconds()))
    return "pending", now + max(DELAYS[failures], asked)
