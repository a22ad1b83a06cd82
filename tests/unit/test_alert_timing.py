"""When digests are made, through changes of the clocks, and when failed letters are tried again."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduler.alerts.timing import DELAYS, MOST, Timetable, after_failure, is_due, last_slot
from scheduler.alerts.webhook import retry_after
from storewatch.types import Attempt, Every

BERLIN = ZoneInfo("Europe/Berlin")
EIGHT = Timetable(at=time(8, 0), weekday=0, zone=BERLIN)
AT_NIGHT = Timetable(at=time(2, 30), weekday=6, zone=BERLIN)
FAR_EAST = Timetable(at=time(8, 0), weekday=0, zone=ZoneInfo("Pacific/Kiritimati"))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("every", "now", "timetable", "slot"),
    [
        pytest.param("daily", "2026-01-07 06:59", EIGHT, "2026-01-06 07:00", id="before eight in winter"),
        pytest.param("daily", "2026-01-07 07:00", EIGHT, "2026-01-07 07:00", id="eight in winter"),
        pytest.param("daily", "2026-07-07 06:00", EIGHT, "2026-07-07 06:00", id="eight in summer"),
        pytest.param("weekly", "2026-01-07 07:00", EIGHT, "2026-01-05 07:00", id="the last Monday"),
        pytest.param("weekly", "2026-01-05 06:59", EIGHT, "2025-12-29 07:00", id="a minute before Monday's"),
        pytest.param("daily", "2026-03-29 00:59", AT_NIGHT, "2026-03-28 01:30", id="before the clocks go forward"),
        pytest.param("daily", "2026-03-29 01:30", AT_NIGHT, "2026-03-29 01:30", id="a time that does not exist"),
        pytest.param("daily", "2026-10-25 00:30", AT_NIGHT, "2026-10-25 00:30", id="the first of two"),
        pytest.param("daily", "2026-10-25 01:30", AT_NIGHT, "2026-10-25 00:30", id="not the second"),
        pytest.param(
            "weekly", "2026-03-29 01:30", AT_NIGHT, "2026-03-29 01:30", id="weekly on the night of the change"
        ),
        pytest.param("daily", "2026-01-07 17:59", FAR_EAST, "2026-01-06 18:00", id="the day after tomorrow's zone"),
        pytest.param("instant", "2026-01-07 07:01", EIGHT, "2026-01-07 07:01", id="instant"),
    ],
)
def test_last_slot(every: Every, now: str, timetable: Timetable, slot: str) -> None:
    assert last_slot(every, utc(now), timetable) == utc(slot)


@pytest.mark.parametrize("timetable", [pytest.param(EIGHT, id="eight"), pytest.param(AT_NIGHT, id="at night")])
@pytest.mark.parametrize(
    ("every", "digests"), [pytest.param("daily", 365, id="daily"), pytest.param("weekly", 52, id="weekly")]
)
def test_a_year_asked_every_ten_minutes_has_one_digest_a_day_or_week(
    every: Every, digests: int, timetable: Timetable
) -> None:
    made_at = now = utc("2026-01-05 12:00")
    made = []
    while now < utc("2027-01-05 12:00"):
        now += timedelta(minutes=10)
        if is_due(every, made_at, now, timetable):
            made_at = now
            made.append(now.astimezone(BERLIN))
    assert len(made) == digests
    assert len({at.date() for at in made}) == digests


@pytest.mark.parametrize(
    ("every", "made_at", "due"),
    [
        pytest.param("daily", "2026-01-07 07:00", False, id="made at its time"),
        pytest.param("daily", "2026-01-07 06:59", True, id="made before its time"),
        pytest.param("daily", "2025-11-01 07:00", True, id="missed for months"),
        pytest.param("daily", "2027-01-01 00:00", True, id="made in the future"),
        pytest.param("instant", "2026-01-07 11:59", True, id="instant"),
    ],
)
def test_is_due(every: Every, made_at: str, due: bool) -> None:
    assert is_due(every, utc(made_at), utc("2026-01-07 12:00"), EIGHT) is due


NOW = utc("2026-01-07 12:00")


@pytest.mark.parametrize(("failures", "delay"), [pytest.param(n, delay, id=f"{n}") for n, delay in enumerate(DELAYS)])
def test_a_failure_puts_a_letter_off(failures: int, delay: timedelta) -> None:
    assert after_failure(failures, Attempt(ok=False), NOW) == ("pending", NOW + delay)
    assert delay <= MOST


@pytest.mark.parametrize(
    ("failures", "attempt", "state", "wait"),
    [
        pytest.param(len(DELAYS), Attempt(ok=False), "dead", None, id="one too many"),
        pytest.param(0, Attempt(ok=False, permanent=True), "dead", None, id="never"),
        pytest.param(0, Attempt(ok=False, wait_s=600), "pending", timedelta(minutes=10), id="later, please"),
        pytest.param(0, Attempt(ok=False, wait_s=1), "pending", DELAYS[0], id="sooner, please"),
        pytest.param(0, Attempt(ok=False, wait_s=1e12), "pending", MOST, id="in 30,000 years, please"),
        pytest.param(0, Attempt(ok=False, wait_s=-5), "pending", DELAYS[0], id="yesterday, please"),
    ],
)
def test_what_the_receiver_says_counts(failures: int, attempt: Attempt, state: str, wait: timedelta | None) -> None:
    assert after_failure(failures, attempt, NOW) == (state, None if wait is None else NOW + wait)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        pytest.param(None, None, id="none"),
        pytest.param("120", 120.0, id="seconds"),
        pytest.param("Wed, 07 Jan 2026 12:01:00 GMT", 60.0, id="a date"),
        pytest.param("Wed, 07 Jan 2026 11:00:00 GMT", 0.0, id="a past date"),
        pytest.param("soon", None, id="nonsense"),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds
