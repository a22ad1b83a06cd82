"""Findings by a source's own habits: silence, volume, relevance. Pure.

All of them are judged as of the last good poll, not as of now: a source that nobody has asked is not silent.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from statistics import median

from crawler import rhythm
from scheduler.health.findings import Finding, count, day, span
from storewatch.types import SourceFacts

DAY = timedelta(days=1)
#: Volume is judged when so many weeks (low) or days (high) lie behind.
LOW_WEEKS = 3
HIGH_DAYS = 7
# The three last whole days against the same weekdays of weeks before: below a quarter, and by more than chance.
_LOW_DAYS, _LOW_SHARE, _LOW_SPREADS = 3, 0.25, 4.0
# A day against the four weeks before: beyond three times the largest of them, by more than chance, and not few.
_HIGH_TIMES, _HIGH_SPREADS, _HIGH_LEAST = 3.0, 8.0, 30
_HIGH_WINDOW = 28
#: All without a hit by chance less often than this, of at least so many pages, after at least so long.
CHANCE = 0.001
_LEAST_HITS, _LEAST_MISSED, _LEAST_DRY = 3, 20, timedelta(days=3)
# One-sided 95 %: of the share of hits, no more is believed than what its few hits prove.
_Z = 1.645


def silent(facts: SourceFacts, now: datetime) -> Finding | None:
    """No new item for longer than its rhythm allows, although it answers."""
    source = facts.source
    seen = source.last_ok_at
    learned = rhythm.load(source.history)
    if seen is None or not learned.known:
        return None
    if seen <= learned.silent_after(seen):
        return None
    since = learned.newest_at or datetime.fromtimestamp(learned.begun, UTC)
    habit = ""
    if learned.expected_gap is not None:
        longest = timedelta(minutes=max(learned.longest, default=0.0))
        habit = f"; usually one comes every {span(learned.expected_gap)}, its longest pause lately was {span(longest)}"
    evidence = f"answers, but has had no new item for {span(seen - since)}{habit}"
    return Finding(status="silent", reason="no_new_items", evidence=evidence, since=since)


def _counts(facts: SourceFacts) -> tuple[Mapping[date, int], date, date] | None:
    """New pages by day with the first day that counts and the last, unfinished one. The day of the first poll brought
    all that the feed had; it counts for nothing."""
    seen = facts.source.last_ok_at
    if seen is None or not facts.days:
        return None
    first = min(facts.days) + DAY
    return facts.days, first, seen.astimezone(UTC).date()


def volume_low(facts: SourceFacts, now: datetime) -> Finding | None:
    """Far fewer items than on the same days of the weeks before."""
    counts = _counts(facts)
    if counts is None or _failed_within(facts, now, timedelta(days=_LOW_DAYS + 1)):
        return None
    days, first, today = counts
    lately = sum(days.get(today - number * DAY, 0) for number in range(1, _LOW_DAYS + 1))
    before = [
        sum(days.get(today - (number + 7 * week) * DAY, 0) for number in range(1, _LOW_DAYS + 1))
        for week in range(1, 6)
        if today - (_LOW_DAYS + 7 * week) * DAY >= first
    ]
    if len(before) < LOW_WEEKS:
        return None
    usual = median(before)
    if lately > _LOW_SHARE * usual or lately >= usual - _LOW_SPREADS * _spread(before, usual):
        return None
    evidence = f"{count(lately, 'new item')} in the last {_LOW_DAYS} days; on the same weekdays {usual:.0f} are usual"
    since = datetime(today.year, today.month, today.day, tzinfo=UTC) - _LOW_DAYS * DAY
    return Finding(status="volume_low", reason="below_band", evidence=evidence, since=since)


def volume_high(facts: SourceFacts, now: datetime) -> Finding | None:
    """Far more items in a day than on any of the weeks before. After days without any, the items may be theirs too."""
    counts = _counts(facts)
    if counts is None:
        return None
    days, first, today = counts
    for judged in (today, today - DAY):
        past = [days.get(judged - number * DAY, 0) for number in range(1, _HIGH_WINDOW + 1)
                if judged - number * DAY >= first]  # fmt: skip
        if len(past) < HIGH_DAYS:
            continue
        came = days.get(judged, 0)
        quiet = next((number for number, pages in enumerate(past) if pages), len(past))
        share, usual = came / (1 + quiet), median(past)
        chance = usual + _HIGH_SPREADS * _spread(past, usual)
        if came >= _HIGH_LEAST and share > _HIGH_TIMES * max(past) and share > chance:
            evidence = f"{count(came, 'new item')} on {judged}; {usual:.0f} a day are usual, at most {max(past)} lately"
            since = datetime(judged.year, judged.month, judged.day, tzinfo=UTC)
            return Finding(status="volume_high", reason="above_band", evidence=evidence, since=since)
    return None


def _spread(values: Sequence[int], middle: float) -> float:
    """A robust spread: of the values themselves, but no less than chance alone gives to counts."""
    deviation = 1.4826 * median(abs(value - middle) for value in values)
    return max(deviation, math.sqrt(middle), 1.0)


def _failed_within(facts: SourceFacts, now: datetime, length: timedelta) -> bool:
    return any(now - poll.polled_at <= length for poll in facts.failed)


def irrelevant(facts: SourceFacts, now: datetime) -> Finding | None:
    """No hit for so many pages that, by its own share of hits, chance would hardly ever give that."""
    if facts.hits < _LEAST_HITS or facts.missed < _LEAST_MISSED or facts.last_hit_at is None:
        return None
    if now - facts.last_hit_at < _LEAST_DRY:
        return None
    share = _at_least(facts.hits, facts.judged)
    chance = (1.0 - share) ** facts.missed
    if chance >= CHANCE:
        return None
    evidence = (
        f"none of the last {count(facts.missed, 'page')} was about the topic; before, {facts.hits} of {facts.judged}"
        f" were (last seen {day(facts.last_hit_at)})"
    )
    return Finding(status="irrelevant", reason="no_hits", evidence=evidence, since=facts.last_hit_at)


def _at_least(hits: int, of: int) -> float:
    """The lower bound of a share (Wilson's score interval)."""
    share, z = hits / of, _Z
    middle = share + z * z / (2 * of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, (middle - half) / (1 + z * z / of))
