"""What a source's past says of its future: how often, at which hours and on which days it brings items.

Pure. A :class:`Rhythm` is learned from the times at which items were published, as far as these are credible, and from
the times between which they first appeared otherwise. It is kept as JSON in ``sources.history`` (bounded, well under
2 kB) and changes only with polls that brought something: between them it is a function of the clock.

The rate of a source is an average over its items that weigh half as much after a week (:data:`WEEK_D`), leaning on one
over months (:data:`SEASON_D`) where a week says little; multiplied by how the hour and the weekday compare with others
(UTC), and by how the last hours compare with what was to be expected of them (a burst, or a silence).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from storewatch.types import FeedEntry

DAY_S = 86400.0
HOUR_S = 3600.0
# Half-lives of the two averages of the rate, of the profile of hours and weekdays, and of what counts as "just now".
WEEK_D = 7.0
SEASON_D = 90.0
_PROFILE_D = 60.0
_RECENT_H = 3.0
# What is known of a source of which nothing is known: so many items a day, worth so many items seen.
PRIOR_PER_DAY = 3.0
_PRIOR_ITEMS = 1.0
# So many items the season's average is worth against the week's, and an even profile against the observed one.
_SEASON_ITEMS = 4.0
_HOUR_ITEMS = 8.0
_DAY_ITEMS = 14.0
_RECENT_ITEMS = 2.0
_BURST = (0.4, 5.0)
# The share of the items that a feed holds which may be replaced, as far as can be expected, before it is polled again.
_TURNOVER = 0.25
# What is remembered one by one.
MAX_GAPS = 32
MAX_DAYS = 28
MAX_WEEKS = 8
MAX_TIMES = 400
_VERSION = 1
# A date is believed up to this long after now (clocks differ), and up to this long before the last poll.
_AHEAD = timedelta(minutes=10)
_BEHIND = timedelta(days=7)
# What computers without a clock say.
_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
# Silence is beyond the habit after so many usual gaps and so many times the longest gap of the last weeks. In a year of
# synthetic feeds (tests/support/polled_world.py) that is one false alarm in six feeds.
_SILENT_GAPS = 4.0
_SILENT_LONGEST = 2.0
# A source of which less than this is known gets more time: its first weekend or holiday is still to come.
_YOUNG_D = 15.0
_YOUNG_SILENCE = timedelta(days=4)
_SHORTEST_SILENCE = timedelta(hours=6)
# When a source with too few items to have a habit counts as silent.
UNKNOWN_SILENCE = timedelta(days=60)
_ENOUGH_ITEMS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PerDay:
    """Items a day over the days observed (at most :data:`MAX_DAYS` whole ones): ``mean``, ``spread`` (standard
    deviation) and how many ``days`` that rests on."""

    mean: float
    spread: float
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """See the module. Times are seconds since 1970; ``week`` and ``season`` are (items, days) with their weights as of
    ``at``; ``gaps`` are the last ones between items, in minutes; ``daily`` the items of the days up to ``day`` (days
    since 1970), ``longest`` the longest gap that ended in each of the weeks up to ``week_no``, in minutes; ``window``
    is how many items the feed holds; ``ttl_s`` what it says of itself."""

    begun: float = 0.0
    at: float = 0.0
    last: float = 0.0
    items: int = 0
    week: tuple[float, float] = (0.0, 0.0)
    season: tuple[float, float] = (0.0, 0.0)
    recent: float = 0.0
    hours: tuple[float, ...] = (0.0,) * 24
    days: tuple[float, ...] = (0.0,) * 7
    gaps: tuple[float, ...] = ()
    day: int = 0
    daily: tuple[int, ...] = ()
    week_no: int = 0
    longest: tuple[float, ...] = ()
    window: int = 0
    ttl_s: int | None = None

    # --- what helps others ---------------------------------------------------------------------------------------

    @property
    def known(self) -> bool:
        """Whether anything has been learned yet."""
        return self.at > 0

    @property
    def newest_at(self) -> datetime | None:
        """When the newest item known came."""
        return datetime.fromtimestamp(self.last, UTC) if self.last else None

    @property
    def expected_gap(self) -> timedelta | None:
        """The usual time between two items: the median of the last :data:`MAX_GAPS`; None before there is one."""
        if not self.gaps:
            return None
        ordered = sorted(self.gaps)
        middle = len(ordered) // 2
        median = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
        return timedelta(minutes=median)

    @property
    def per_day(self) -> PerDay:
        """Items a day as of the last change, the unfinished days at both ends left out."""
        whole = self.daily[:-1] if self.day - int(self.begun // DAY_S) > MAX_DAYS else self.daily[1:-1]
        if not whole:
            return PerDay(mean=self.rate(self.at), spread=0.0, days=0)
        mean = sum(whole) / len(whole)
        spread = math.sqrt(sum((count - mean) ** 2 for count in whole) / len(whole))
        return PerDay(mean=mean, spread=spread, days=len(whole))

    def silent_after(self, now: datetime) -> datetime:
        """The time after which silence is beyond this source's habit (it lies in the past when it is silent).

        The habit is twice the longest gap of the last weeks, or several usual gaps, whichever is longer.
        Nothing is held against a source of which too little is known (:data:`UNKNOWN_SILENCE`).
        """
        if not self.last:
            return (datetime.fromtimestamp(self.begun, UTC) if self.begun else now) + UNKNOWN_SILENCE
        since = datetime.fromtimestamp(self.last, UTC)
        gap = self.expected_gap
        if gap is None or self.items < _ENOUGH_ITEMS:
            return since + UNKNOWN_SILENCE
        longest = timedelta(minutes=max(*self.longest, *self.gaps))
        allowed = max(gap * _SILENT_GAPS, longest * _SILENT_LONGEST, _SHORTEST_SILENCE)
        if self.at - self.begun < _YOUNG_D * DAY_S:
            allowed = max(allowed, _YOUNG_SILENCE)
        return since + allowed

    # --- the rate ------------------------------------------------------------------------------------------------

    def rate(self, now: float) -> float:
        """Items a day to be expected around ``now``, whatever the hour."""
        elapsed = (now - self.at) / DAY_S if self.known else 0.0
        season_items, season_days = _aged(self.season, elapsed, SEASON_D)
        season = (season_items + _PRIOR_ITEMS) / (season_days + _PRIOR_ITEMS / PRIOR_PER_DAY)
        week_items, week_days = _aged(self.week, elapsed, WEEK_D)
        return (week_items + _SEASON_ITEMS) / (week_days + _SEASON_ITEMS / season)

    def hour_factors(self) -> list[float]:
        """How each hour of the day (UTC) compares with the mean of them, smoothed over its neighbours."""
        counts, total = self.hours, sum(self.hours)
        scale = 24 / (total + _HOUR_ITEMS)
        even = _HOUR_ITEMS / 24
        return [
            (0.25 * counts[hour - 1] + 0.5 * counts[hour] + 0.25 * counts[(hour + 1) % 24] + even) * scale
            for hour in range(24)
        ]

    def day_factors(self) -> list[float]:
        """How each weekday (Monday first, UTC) compares with the mean of them."""
        scale = 7 / (sum(self.days) + _DAY_ITEMS)
        return [(count + _DAY_ITEMS / 7) * scale for count in self.days]

    def wait(self, now: datetime, cost: float, *, longest_s: float = DAY_S, most_items: float = math.inf) -> float:
        """Seconds from ``now`` until the items to be expected will have waited for ``cost`` item-days together.

        That is when a poll is worth its price. With an even rate r it is the square root of 2 cost / r, which spends a
        given number of polls over sources of different rates so that the sum of their items' delays is least. Never
        longer than ``longest_s``, nor than ``most_items`` take to come or a quarter of the feed's items to be replaced.
        """
        start = now.timestamp()
        rate, hours, days = self.rate(start), self.hour_factors(), self.day_factors()
        burst = self._burst(start, rate, hours, days) - 1.0
        enough = min(max(self.window * _TURNOVER, min(self.window, 2.0)) if self.window else math.inf, most_items)
        expected = waited = passed = 0.0
        fade = math.exp2(-1 / _RECENT_H)
        while passed < longest_s:
            moment = start + passed
            step = min(HOUR_S - moment % HOUR_S, longest_s - passed)
            here = rate * hours[int(moment // HOUR_S) % 24] * days[(int(moment // DAY_S) + 3) % 7] * (1.0 + burst)
            burst *= fade
            length = step / DAY_S
            if waited + expected * length + here * length * length / 2 >= cost or expected + here * length >= enough:
                by_cost = (math.sqrt(expected * expected + 2 * here * (cost - waited)) - expected) / here
                by_window = (enough - expected) / here
                return min(passed + min(by_cost, by_window) * DAY_S, longest_s)
            waited += expected * length + here * length * length / 2
            expected += here * length
            passed += step
        return longest_s

    def expected_items(self, since: datetime, now: datetime) -> float:
        """How many items were to be expected between two times, by the habit as of ``since`` (weekdays, not hours)."""
        rate, days = self.rate(since.timestamp()), self.day_factors()
        first, last = since.timestamp() / DAY_S, now.timestamp() / DAY_S
        if last <= first:
            return 0.0
        weeks = int((last - first) // 7)
        total, position = 7.0 * weeks, first + 7 * weeks
        while position < last:
            step = min(math.floor(position) + 1, last) - position
            total += step * days[(int(position) + 3) % 7]
            position += step
        return rate * total

    def _burst(self, now: float, rate: float, hours: Sequence[float], days: Sequence[float]) -> float:
        """The last hours against what was to be expected of them."""
        fade = math.exp2(-1 / _RECENT_H)
        expected, weight = 0.0, 1.0
        for back in range(6):
            moment = now - back * HOUR_S
            expected += weight * hours[int(moment // HOUR_S) % 24] * days[(int(moment // DAY_S) + 3) % 7]
            weight *= fade
        expected *= rate / 24
        recent = self.recent * math.exp2(-max(now - self.at, 0.0) / HOUR_S / _RECENT_H)
        return min(max((recent + _RECENT_ITEMS) / (expected + _RECENT_ITEMS), _BURST[0]), _BURST[1])

    # --- learning ------------------------------------------------------------------------------------------------

    def after(self, times: Iterable[float], *, now: datetime, window: int, ttl_s: int | None = None) -> Rhythm:
        """The rhythm after a poll at ``now`` that brought items of these ``times`` (seconds since 1970, any order).

        ``window`` is how many items the feed held, ``ttl_s`` what it says of itself. On the first poll the past is read
        from the feed: from its oldest dated item on it counts as observed.
        """
        moment = now.timestamp()
        came = sorted(time for time in times if time <= moment + 1)[-MAX_TIMES:]
        known = replace(self, window=_window(self, window), ttl_s=ttl_s)
        if not self.known:
            begun = came[0] if came else moment
            known = replace(known, begun=begun, at=begun, last=begun if came else 0.0, items=len(came[:1]))
            known = replace(known, day=int(begun // DAY_S), daily=(len(came[:1]),), week_no=int(begun // (7 * DAY_S)))
            came = came[1:]
        elapsed = max(moment - known.at, 0.0) / DAY_S
        return replace(
            known._counted(came, moment),
            at=max(moment, known.at),
            items=known.items + len(came),
            week=_grown(known.week, elapsed, WEEK_D, moment, came),
            season=_grown(known.season, elapsed, SEASON_D, moment, came),
            recent=known.recent * math.exp2(-elapsed * 24 / _RECENT_H)
            + sum(math.exp2(-max(moment - time, 0.0) / HOUR_S / _RECENT_H) for time in came),
        )

    def _counted(self, came: Sequence[float], moment: float) -> Rhythm:
        """With ``came`` in the profile, the gaps and the counts of days and weeks."""
        fade = math.exp2(-max(moment - self.at, 0.0) / DAY_S / _PROFILE_D)
        hours = [count * fade for count in self.hours]
        days = [count * fade for count in self.days]
        gaps, longest, last = list(self.gaps), dict(enumerate(reversed(self.longest))), self.last
        daily = dict(enumerate(reversed(self.daily)))
        today, week_no = int(moment // DAY_S), int(moment // (7 * DAY_S))
        daily = {age + today - self.day: count for age, count in daily.items()}
        longest = {age + week_no - self.week_no: gap for age, gap in longest.items()}
        for time in came:
            hours[int(time // HOUR_S) % 24] += 1
            days[(int(time // DAY_S) + 3) % 7] += 1
            age = max(today - int(time // DAY_S), 0)
            daily[age] = daily.get(age, 0) + 1
            if last:
                gap = max(time - last, 0.0) / 60
                gaps.append(round(gap, 1))
                week = max(week_no - int(time // (7 * DAY_S)), 0)
                longest[week] = max(longest.get(week, 0.0), round(gap, 1))
            last = max(last, time)
        span = min(today - int(self.begun // DAY_S) + 1, MAX_DAYS + 1)
        weeks = min(week_no - int(self.begun // (7 * DAY_S)) + 1, MAX_WEEKS)
        return replace(
            self,
            last=last,
            hours=tuple(hours),
            days=tuple(days),
            gaps=tuple(gaps[-MAX_GAPS:]),
            day=today,
            daily=tuple(daily.get(age, 0) for age in range(span - 1, -1, -1)),
            week_no=week_no,
            longest=tuple(longest.get(age, 0.0) for age in range(weeks - 1, -1, -1)),
        )

    # --- keeping -------------------------------------------------------------------------------------------------

    def dump(self) -> dict[str, Any]:
        """As it is stored: whole numbers and short floats."""
        return {
            "v": _VERSION,
            "begun": round(self.begun),
            "at": round(self.at),
            "last": round(self.last),
            "items": self.items,
            "week": [round(value, 3) for value in self.week],
            "season": [round(value, 3) for value in self.season],
            "recent": round(self.recent, 2),
            "hours": [round(value, 1) for value in self.hours],
            "days": [round(value, 1) for value in self.days],
            "gaps": list(self.gaps),
            "day": self.day,
            "daily": list(self.daily),
            "week_no": self.week_no,
            "longest": list(self.longest),
            "window": self.window,
            "ttl_s": self.ttl_s,
        }


def load(history: Mapping[str, Any] | None) -> Rhythm:
    """The rhythm that was kept. One of another version, or one that somebody has edited, is learned afresh."""
    if not history or history.get("v") != _VERSION:
        return Rhythm()
    try:
        rhythm = Rhythm(
            begun=float(history["begun"]),
            at=float(history["at"]),
            last=float(history["last"]),
            items=int(history["items"]),
            week=(history["week"][0] + 0.0, history["week"][1] + 0.0),
            season=(history["season"][0] + 0.0, history["season"][1] + 0.0),
            recent=float(history["recent"]),
            hours=tuple(history["hours"]),
            days=tuple(history["days"]),
            gaps=tuple(history["gaps"]),
            day=int(history["day"]),
            daily=tuple(history["daily"]),
            week_no=int(history["week_no"]),
            longest=tuple(history["longest"]),
            window=int(history["window"]),
            ttl_s=history["ttl_s"],
        )
        usable = len(rhythm.hours) == 24 and len(rhythm.days) == 7 and sum(rhythm.hours) + sum(rhythm.days) >= 0
    except (KeyError, TypeError, ValueError, IndexError):
        return Rhythm()
    return rhythm if usable else Rhythm()


def item_times(entries: Sequence[FeedEntry], *, now: datetime, last_poll_at: datetime | None) -> tuple[float, ...]:
    """When ``entries``, which are new since ``last_poll_at``, were published (seconds since 1970).

    A date is credible when it names a moment that is neither in the future nor long before the last poll, and that
    not all the others share (a stamp of the feed's making). What has none came some time since the last poll: these
    are spread evenly over it. At a first poll, where nothing better is known, a day will do, or when an item was last
    changed; what has neither is left out.
    """
    if last_poll_at is None:
        return _past(entries, now)
    stamps = [entry.published.at for entry in entries if entry.published and entry.published.precision == "instant"]
    oldest = last_poll_at - _BEHIND
    credible = [] if _one_stamp(stamps) else [min(at, now).timestamp() for at in stamps if oldest <= at <= now + _AHEAD]
    undated = len(entries) - len(credible)
    start, length = last_poll_at.timestamp(), max((now - last_poll_at).total_seconds(), 0.0)
    return (*credible, *(start + length * (number + 0.5) / undated for number in range(undated)))


def _past(entries: Sequence[FeedEntry], now: datetime) -> tuple[float, ...]:
    """When the items of a feed that is read for the first time were published; those of one day are spread over it."""
    moments = [moment for entry in entries if (moment := entry.published or entry.updated)]
    moments = [moment for moment in moments if _OLDEST <= moment.at <= now + _AHEAD]
    instants = [moment.at for moment in moments if moment.precision == "instant"]
    times = [] if _one_stamp(instants) else [min(at, now).timestamp() for at in instants]
    days = Counter(moment.at.timestamp() for moment in moments if moment.precision == "day")
    for day, count in days.items():
        length = min(DAY_S, now.timestamp() - day)
        times += [day + length * (number + 0.5) / count for number in range(count)]
    return tuple(times)


def _one_stamp(stamps: Sequence[datetime]) -> bool:
    return len(stamps) > 2 and min(stamps) == max(stamps)


def _window(rhythm: Rhythm, window: int) -> int:
    """How many items a feed holds: the fewest lately, grown slowly; a feed that is not yet full holds more."""
    if not rhythm.window:
        return window
    return window if window < rhythm.window else math.ceil(rhythm.window + (window - rhythm.window) / 4)


def _aged(average: tuple[float, float], days: float, half_life: float) -> tuple[float, float]:
    """(items, days) so many days without an item later."""
    fade = math.exp2(-max(days, 0.0) / half_life)
    return average[0] * fade, average[1] * fade + half_life / math.log(2) * (1 - fade)


def _grown(
    average: tuple[float, float], elapsed: float, half_life: float, moment: float, came: Sequence[float]
) -> tuple[float, float]:
    items, days = _aged(average, elapsed, half_life)
    return items + sum(math.exp2(-max(moment - time, 0.0) / DAY_S / half_life) for time in came), days
