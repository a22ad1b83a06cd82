"""Is every source well? A status with its reason for each, judged by values alone.

HTTP 200 does not mean that a feed is alive: it is judged by what its polls brought, by its own rhythm and volume, and
by what its pages turned out to be. docs/health.md explains every status. :mod:`storewatch.db.health` reads the facts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler import rhythm
from scheduler.health import delivering, habits, polling, reading
from scheduler.health.findings import DOWN, STATUSES, WELL, Finding, count, day, span
from scheduler.health.system import Check
from storewatch.types import SourceFacts, Undelivered

__all__ = ["STATUSES", "WELL", "Check", "Finding", "Health", "Report", "judge", "report"]

#: A source counts as new for so long after its first item was seen, while nothing is wrong with it.
NEW_FOR = timedelta(days=7)
#: Nothing at all could be polled for so long, or so large a share of the sources gives nothing: that is critical.
DEAF_FOR = timedelta(hours=26)
CRITICAL_SHARE = 0.5
_CHECKS = (
    polling.failing,
    polling.unpolled,
    polling.empty,
    polling.gap,
    polling.unstable,
    polling.stale_dates,
    habits.silent,
    habits.volume_low,
    habits.volume_high,
    habits.irrelevant,
    reading.unreachable,
    reading.walls,
    reading.thin,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a source is. ``status`` is one of :data:`STATUSES`, ``reason`` a code, ``since`` when it began as far as is
    known, ``evidence`` one sentence, ``todo`` another; ``also`` are the statuses of further findings."""

    source: str
    url: str
    status: str
    reason: str
    evidence: str
    todo: str
    since: datetime | None = None
    also: tuple[str, ...] = ()

    @property
    def well(self) -> bool:
        return self.status in WELL


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How all is together. ``level`` is 0 (ok), 1 (warning) or 2 (critical). ``critical`` says why the sources are,
    ``warnings`` are of watches' messages; ``system`` are the checks of the whole (:mod:`scheduler.health.system`)."""

    sources: tuple[Health, ...]
    critical: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    system: tuple[Check, ...] = ()
    letters: tuple[Undelivered, ...] = ()

    @property
    def level(self) -> int:
        of_sources = 2 if self.critical else int(bool(self.warnings) or not all(one.well for one in self.sources))
        return max(of_sources, *(check.level for check in self.system), 0)

    @property
    def checks(self) -> tuple[Check, ...]:
        """The checks of the whole, with one of all sources and one of all messages where the database tells of them."""
        return (*self.system, *self._summed_up()) if self.system and self.is_known else self.system

    @property
    def is_known(self) -> bool:
        """Could the database be asked?"""
        return not any(check.check == "database" and check.level for check in self.system)

    def _summed_up(self) -> tuple[Check, Check]:
        level = 2 if self.critical else int(not all(one.well for one in self.sources))
        statuses = Counter(one.status for one in self.sources)
        told = "; ".join((self.summary, *self.critical))
        todo = "`storewatch health` lists those that are not well." if level else "Nothing."
        sources = Check(check="sources", level=level, told=told, todo=todo, values=dict(statuses))
        dead = sum(one.state == "dead" for one in self.letters)
        values = {"dead": dead, "failing": len(self.letters) - dead}
        told = "; ".join(self.warnings) or f"{count(dead, 'message')} dead, {values['failing']} to be tried again"
        todo = "`storewatch watch list --undelivered` says why." if self.warnings else "Nothing."
        return sources, Check(check="messages", level=int(bool(self.warnings)), told=told, todo=todo, values=values)

    @property
    def summary(self) -> str:
        """One line: how many sources there are, and how many of each status."""
        counts = Counter(source.status for source in self.sources)
        order = dict.fromkeys((*sorted(WELL, reverse=True), *STATUSES))
        told = ", ".join(f"{counts[status]} {status}" for status in order if counts[status])
        return f"{count(len(self.sources), 'source')}: {told}" if told else "no sources"


def judge(facts: SourceFacts, now: datetime) -> Health:
    """The health of one source."""
    order = list(STATUSES)
    found = [finding for check in _CHECKS if (finding := check(facts, now)) is not None]
    found.sort(key=lambda finding: order.index(finding.status))
    first = found[0] if found else _well(facts, now)
    also = dict.fromkeys(finding.status for finding in found[1:] if finding.status != first.status)
    return Health(
        source=facts.source.name,
        url=facts.source.url,
        status=first.status,
        reason=first.reason,
        evidence=first.evidence,
        todo=STATUSES[first.status],
        since=first.since,
        also=tuple(also),
    )


def _well(facts: SourceFacts, now: datetime) -> Finding:
    source = facts.source
    if source.last_polled_at is None:
        return Finding(status="new", reason="never_polled", evidence="was not polled yet", since=facts.added_at)
    learned = rhythm.load(source.history)
    newest = learned.newest_at
    told = f"its newest item is of {day(newest)}" if newest else "no item has been dated yet"
    if source.failures:
        told += f"; {count(source.failures, 'poll')} failed lately ({source.last_reason})"
    if now - facts.added_at < NEW_FOR:
        return Finding(status="new", reason="learning", evidence=told, since=facts.added_at)
    if learned.expected_gap is not None:
        told += f", one every {span(learned.expected_gap)} is usual"
    return Finding(status="ok", reason="ok", evidence=told)


def report(
    facts: Sequence[SourceFacts],
    now: datetime,
    *,
    whole: bool = True,
    letters: Sequence[Undelivered] = (),
    system: Sequence[Check] = (),
) -> Report:
    """The health of all sources, those with the gravest status first, and whether that is critical: which cannot be
    said of some of them (not ``whole``). ``letters`` are messages of watches that did not arrive, ``system`` the checks
    of the whole."""
    order = list(STATUSES)
    judged = sorted((judge(one, now) for one in facts), key=lambda health: (order.index(health.status), health.source))
    critical = tuple(_critical(facts, judged, now)) if whole else ()
    return Report(
        sources=tuple(judged),
        critical=critical,
        warnings=delivering.undelivered(letters),
        system=tuple(system),
        letters=tuple(letters),
    )


def _critical(facts: Sequence[SourceFacts], judged: Sequence[Health], now: datetime) -> list[str]:
    problems = []
    asked = [one for one in facts if one.source.last_polled_at is not None or now - one.added_at > DEAF_FOR]
    heard = max((one.source.last_ok_at for one in asked if one.source.last_ok_at), default=None)
    if asked and heard is None:
        problems.append("no source could be polled so far")
    elif heard is not None and now - heard > DEAF_FOR:
        problems.append(f"no source could be polled since {day(heard)}")
    down = sum(health.status in DOWN for health in judged)
    if asked and down >= CRITICAL_SHARE * len(asked):
        problems.append(f"{down} of {count(len(asked), 'source')} give nothing at present")
    return problems
