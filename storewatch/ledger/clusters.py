"""Which tellings of one subject and number belong to one claim, by their times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from storewatch.ledger.periods import days_of, overlap
from storewatch.types.ledger import Said

REPEATED_WITHIN = timedelta(days=365)
"""A claim that nobody has repeated for a year is made anew by who makes it then."""

SINGLE_WITHIN = timedelta(days=30)
"""Openings of a single store in one place, a month or more apart, are two stores."""

EARLY = timedelta(days=60)
"""Stores may open so long before the time that was announced, ..."""

LATE = timedelta(days=365)
"""... or so long after it."""

REPORTED_LATE = timedelta(days=7)
"""Some outlets still report a plan when the store is open: as long as a story lasts."""


class _Plan:
    """Tellings of one plan, with the days by which it is told apart (None: no time was named)."""

    def __init__(self, days: tuple[date, date] | None, tellings: Sequence[Said]) -> None:
        self.days = days
        self.tellings: list[Said] = []
        self.first = self.last = tellings[0].said_at
        self._articles: set[int] = set()
        self._stories: set[int] = set()
        for said in tellings:
            self.add(said)

    def add(self, said: Said) -> None:
        self.tellings.append(said)
        self.first, self.last = min(self.first, said.said_at), max(self.last, said.said_at)
        self._articles.add(said.article_id)
        if said.story is not None:
            self._stories.add(said.story)

    def fits(self, said: Said, days: tuple[date, date]) -> bool:
        if self.days is not None and overlap(self.days, days):
            return True
        return said.story in self._stories and said.article_id not in self._articles

    def away(self, said: Said) -> timedelta:
        """How long before or after its tellings something was said."""
        return max(self.first - said.said_at, said.said_at - self.last, timedelta(0))

    def came(self, at: datetime) -> bool:
        """Whether an opening told at ``at`` may be this plan carried out."""
        if at < self.first - REPORTED_LATE:
            return False
        if self.days is None:
            return at - self.last <= REPEATED_WITHIN
        return self.days[0] - EARLY <= at.date() <= self.days[1] + LATE

    @property
    def expected(self) -> datetime:
        if self.days is None:
            return self.last
        return datetime.combine(self.days[1], datetime.min.time(), tzinfo=self.last.tzinfo)


def clusters(tellings: Sequence[Said]) -> list[list[Said]]:
    """The claims that ``tellings``, all of one key and in the order of time, make."""
    plans = _plans([said for said in tellings if said.action == "plan"])
    done = [said for said in tellings if said.action != "plan"]
    single = bool(done) and done[0].action in ("open", "close") and (done[0].store_count or 1) == 1
    happened = _sessions(done, SINGLE_WITHIN if single else REPEATED_WITHIN)
    found = []
    for opened in happened:
        plan = _plan_of(opened, plans)
        if plan is not None:
            plans.remove(plan)
            opened = sorted([*plan.tellings, *opened], key=lambda said: said.order)
        found.append(opened)
    return [*found, *(sorted(plan.tellings, key=lambda said: said.order) for plan in plans)]


def _sessions(tellings: Sequence[Said], pause: timedelta) -> list[list[Said]]:
    """Tellings that follow each other within ``pause``."""
    found: list[list[Said]] = []
    last: datetime | None = None
    for said in tellings:
        if last is not None and said.said_at - last <= pause:
            found[-1].append(said)
            last = max(last, said.said_at)
        else:
            found.append([said])
            last = said.said_at
    return found


def _plans(tellings: Sequence[Said]) -> list[_Plan]:
    """Plans by their horizons: what is said more vaguely belongs to the more exact that it agrees with.

    Other horizons are other plans, except within one story: there they are contradictions about one.
    """
    found: list[_Plan] = []
    timed = [(days, said) for said in tellings if (days := days_of(said.horizon)) is not None]
    for days, said in sorted(timed, key=lambda one: (one[0][1] - one[0][0], one[0], one[1].order)):
        fitting = [plan for plan in found if plan.fits(said, days)]
        if fitting:
            min(fitting, key=lambda plan: (plan.away(said), plan.first)).add(said)
        else:
            found.append(_Plan(days, [said]))
    # Where the tellings without a time go must not depend on which of them came first.
    joined = [(said, _nearest(found, said)) for said in tellings if days_of(said.horizon) is None]
    for said, plan in joined:
        if plan is not None:
            plan.add(said)
    alone = _sessions([said for said, plan in joined if plan is None], REPEATED_WITHIN)
    return [*found, *(_Plan(None, some) for some in alone)]


def _nearest(plans: Sequence[_Plan], said: Said) -> _Plan | None:
    near = [plan for plan in plans if plan.away(said) <= REPEATED_WITHIN]
    return min(near, key=lambda plan: (plan.away(said), plan.first)) if near else None


def _plan_of(opened: Sequence[Said], plans: Sequence[_Plan]) -> _Plan | None:
    """The plan that an opening carries out: the nearest whose time has come."""
    at = opened[0].said_at
    fitting = [plan for plan in plans if plan.came(at)]
    return min(fitting, key=lambda plan: (abs(plan.expected - at), plan.first)) if fitting else None
