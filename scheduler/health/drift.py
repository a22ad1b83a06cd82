"""Has the judge begun to see other things than it used to? Its verdicts of the last days against its habit. Pure.

The shares of relevant and uncertain verdicts are compared on the arcsine scale, where a share's spread does not depend
on the share (Cohen, *Statistical Power Analysis*, ch. 6), so that a share that falls to nothing is noticed as well as
one that grows. The spread is not that of chance alone: pages of one day resemble each other (a launch fills all feeds),
and so do days of one week. How much more than by chance the habit's own days and weeks differ says its dispersion
(Pearson's; McCullagh and Nelder, *Generalized Linear Models*, 4.5.2). What the audit of the prefilter finds is rare,
and is compared by Fisher's exact test, in one direction: more than usual.

There is no alarm by small numbers, nor by a difference that is significant and of no weight.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from storewatch.types import JudgedDay

#: The last days, and those before them that are the habit.
RECENT, HABIT = 7, 56
#: So many verdicts there must be of either, and so many days of the habit with any.
LEAST_RECENT, LEAST_HABIT, LEAST_DAYS = 100, 400, 14
#: So many of either kind must be expected in either part, or the normal curve says nothing (Cochran).
LEAST_EXPECTED = 5.0
#: So many standard errors. Health is looked at for years: 20 years of daily looks at a share whose days swing by two
#: thirds of it gave 4 false alarms (simulated), and in 20 where waves of it last for days, 34.
ERRORS = 3.5
#: A share that is less than this times its habit, or more than one part of it, is no drift.
TIMES = 1.5
#: The audit: so many pages in the habit, so many finds lately, and so little chance.
LEAST_AUDITED, LEAST_FOUND, AUDIT_CHANCE = 100, 3, 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """``hits`` of ``of``."""

    hits: int
    of: int

    @property
    def share(self) -> float | None:
        return self.hits / self.of if self.of else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How one share (``what``: ``relevant``, ``uncertain``, ``audit``) stands to its habit. ``known``: there were
    numbers enough to say so; ``drifted``: it is another one now."""

    what: str
    recent: Share
    habit: Share
    known: bool = False
    drifted: bool = False


def drifts(days: Sequence[JudgedDay], today: date) -> tuple[Drift, ...]:
    """The shares of relevant and uncertain verdicts and of the audit's finds; today's pages count as recent."""
    start = today - timedelta(days=RECENT - 1)
    recent = [one for one in days if start <= one.day <= today]
    habit = [one for one in days if start - timedelta(days=HABIT) <= one.day < start]
    verdicts = tuple(
        _verdicts(what, _counts(recent, what, "verdicts"), _counts(habit, what, "verdicts"))
        for what in ("relevant", "uncertain")
    )
    return (*verdicts, _audit(_counts(recent, "audit_found", "audited"), _counts(habit, "audit_found", "audited")))


def _counts(days: Sequence[JudgedDay], hits: str, of: str) -> list[Share]:
    return [Share(hits=getattr(one, hits), of=getattr(one, of)) for one in days if getattr(one, of)]


def _sum(days: Sequence[Share]) -> Share:
    return Share(hits=sum(one.hits for one in days), of=sum(one.of for one in days))


def _verdicts(what: str, recent_days: Sequence[Share], habit_days: Sequence[Share]) -> Drift:
    recent, habit = _sum(recent_days), _sum(habit_days)
    if recent.of < LEAST_RECENT or habit.of < LEAST_HABIT or len(habit_days) < LEAST_DAYS:
        return Drift(what=what, recent=recent, habit=habit)
    pooled = (recent.hits + habit.hits) / (recent.of + habit.of)
    if min(pooled, 1 - pooled) * min(recent.of, habit.of) < LEAST_EXPECTED:
        return Drift(what=what, recent=recent, habit=habit)
    now, usual = recent.hits / recent.of, habit.hits / habit.of
    swing = max(dispersion(habit_days), dispersion(_weeks(habit_days)))
    error = math.sqrt((1 / recent.of + 1 / habit.of) * swing / 4)
    apart = abs(math.asin(math.sqrt(now)) - math.asin(math.sqrt(usual)))
    weighs = now > usual * TIMES or now * TIMES < usual
    return Drift(what=what, recent=recent, habit=habit, known=True, drifted=weighs and apart > ERRORS * error)


def _weeks(days: Sequence[Share]) -> list[Share]:
    """Seven days with verdicts each; fewer at the end are left out."""
    return [_sum(days[start : start + 7]) for start in range(0, len(days) - 6, 7)]


def dispersion(days: Sequence[Share]) -> float:
    """How many times as much as by chance the shares of single days vary; at least 1."""
    whole = _sum(days)
    if len(days) < 2 or not 0 < whole.hits < whole.of:
        return 1.0
    share = whole.hits / whole.of
    squares = sum((one.hits - one.of * share) ** 2 / (one.of * share * (1 - share)) for one in days)
    return max(1.0, squares / (len(days) - 1))


def _audit(recent_days: Sequence[Share], habit_days: Sequence[Share]) -> Drift:
    recent, habit = _sum(recent_days), _sum(habit_days)
    known = habit.of >= LEAST_AUDITED and bool(recent.of)
    drifted = known and recent.hits >= LEAST_FOUND and as_many(recent, habit) < AUDIT_CHANCE
    return Drift(what="audit", recent=recent, habit=habit, known=known, drifted=drifted)


def as_many(recent: Share, habit: Share) -> float:
    """The chance of as many hits lately, or more, if they were spread over all alike (hypergeometric)."""
    hits, of = recent.hits + habit.hits, recent.of + habit.of
    most = min(hits, recent.of)
    chances = (math.comb(recent.of, n) * math.comb(habit.of, hits - n) for n in range(recent.hits, most + 1))
    return sum(chances) / math.comb(of, hits)
