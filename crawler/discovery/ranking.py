"""Which of the sources found for an address is the best, and why. Pure.

Points, so that each reason shows; the numbers say what outweighs what:

- A living feed beats a living sitemap, that beats a listing page; a news sitemap says when its pages were published,
  any other only when they changed, and may hold anything but articles. A listing page lasts as long as its layout;
  one that calls itself news comes before a sitemap of all sorts.
- What has no items, or none of the last year, loses against anything that lives. A quiet feed (:data:`QUIET`) still
  beats a sitemap: a blog may write four times a year, and a sitemap is new after each change of the menu.
- Comments, podcasts and parts of the site lose against the whole site's feed, unless that part was asked for.
- Items at other sites mean a collection of links.
- The rest decides among equals: the whole text rather than teasers, more items rather than few, the site's own host,
  XML rather than JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from crawler.discovery.candidates import Candidate
from crawler.discovery.facts import Facts, same
from crawler.discovery.section import belongs, language_of, section_of
from storewatch.urls import outlet

State = Literal["living", "quiet", "dead", "empty", "undated"]

#: Without news for so long a source is quiet, and after so long dead.
QUIET = timedelta(days=60)
DEAD = timedelta(days=365)

_BASE = {"feed": 100, "sitemap": 55, "listing": 40}
_NEWS_SITEMAP = 30
_STATE: dict[State, int] = {"living": 0, "undated": -5, "quiet": -40, "dead": -150, "empty": -200}
_SECTION = 30
_NOT_SECTION = -20
_COMMENTS = -80
_OTHER_MEDIA = -60
_PARTIAL = -40
_OFF_SITE = -50
_OTHER_HOST = -5
_OTHER_LANGUAGE = -15
_UNDATED_SITEMAP = -30
_NO_ARTICLES = -25
_NEWSROOM = 12
_FULL = 8
_JSON = -3
_MOST_ITEMS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A candidate that was read: ``score`` is higher for better ones, ``why`` says in words what counted;
    ``copy_of`` is the address of a better one with the same items."""

    candidate: Candidate
    facts: Facts
    score: int = 0
    state: State = "living"
    why: str = ""
    copy_of: str | None = None

    @property
    def url(self) -> str:
        return self.candidate.url


def ranked(findings: Iterable[tuple[Candidate, Facts]], *, asked: str, now: datetime) -> tuple[Finding, ...]:
    """All of them, the best first; equal ones in the order given."""
    rated = [rate(candidate, facts, asked=asked, now=now) for candidate, facts in findings]
    rated.sort(key=lambda finding: finding.score, reverse=True)
    kept: list[Finding] = []
    for finding in rated:
        better = next((one for one in kept if one.copy_of is None and same(one.facts, finding.facts)), None)
        if better is not None and better.facts.kind == finding.facts.kind:
            finding = replace(finding, copy_of=better.url, why=f"{finding.why}, the same items as {better.url}")
        kept.append(finding)
    return tuple(kept)


def rate(candidate: Candidate, facts: Facts, *, asked: str, now: datetime) -> Finding:
    """How good a source is for who asked about ``asked``."""
    state = state_of(facts, now)
    points = _BASE[facts.kind] + _STATE[state]
    notes = [candidate.why, *_STATE_NOTES.get(state, ())]
    for worth, note in (
        *_of_kind(candidate, facts),
        *_of_part(candidate, facts, asked),
        *_of_place(candidate, facts, asked),
    ):
        points += worth
        if note:
            notes.append(note)
    return Finding(candidate=candidate, facts=facts, score=points, state=state, why=", ".join(filter(None, notes)))


def state_of(facts: Facts, now: datetime) -> State:
    """Whether there is anything new in it."""
    if not facts.items:
        return "empty"
    if facts.newest_at is None:
        return "undated"
    age = now - facts.newest_at
    return "living" if age < QUIET else "quiet" if age < DEAD else "dead"


def is_enough(findings: Sequence[Finding], *, asked: str) -> bool:
    """Whether the best is so good that looking further would be a burden on the site."""
    section = section_of(asked)
    return any(
        finding.facts.kind == "feed"
        and finding.state in ("living", "undated")
        and finding.candidate.whole
        and finding.facts.on_site >= 0.5
        and (not section or _covers(finding.candidate, finding.facts, section))
        for finding in findings
    )


_STATE_NOTES: dict[State, tuple[str, ...]] = {
    "quiet": ("no item for two months",),
    "dead": ("no item for a year",),
    "empty": ("without items",),
    "undated": ("without dates",),
}


def _of_kind(candidate: Candidate, facts: Facts) -> Iterable[tuple[int, str]]:
    if facts.kind == "sitemap":
        if facts.published >= 0.5:
            yield _NEWS_SITEMAP, "a news sitemap"
        elif not facts.dated:
            yield _UNDATED_SITEMAP, "which does not say what is new"
        if facts.published < 0.5 and facts.items and facts.article_like < 0.3:
            yield _NO_ARTICLES, "hardly of articles by its addresses"
    else:
        yield min(facts.items, _MOST_ITEMS) // 2, ""
    if candidate.newsroom:
        yield _NEWSROOM, ""
    if facts.full >= 0.5:
        yield _FULL, ""
    if facts.format == "json":
        yield _JSON, ""


def _of_part(candidate: Candidate, facts: Facts, asked: str) -> Iterable[tuple[int, str]]:
    section = section_of(asked)
    if candidate.comments:
        yield _COMMENTS, ""
    elif candidate.other_media:
        yield _OTHER_MEDIA, ""
    elif section:
        if _covers(candidate, facts, section):
            yield _SECTION, "" if "asked for" in candidate.why else f"of {section}"
        else:
            yield _NOT_SECTION, f"not only of {section}"
    elif candidate.partial:
        yield _PARTIAL, ""


def _of_place(candidate: Candidate, facts: Facts, asked: str) -> Iterable[tuple[int, str]]:
    if facts.items and facts.on_site < 0.5:
        yield _OFF_SITE, f"most of its items are of other sites than {outlet(asked)}"
    if outlet(candidate.url) != outlet(asked):
        yield _OTHER_HOST, ""
    wanted, given = language_of(asked), language_of(candidate.url)
    if wanted and given and wanted != given:
        yield _OTHER_LANGUAGE, f"of /{given} rather than /{wanted}"


def _covers(candidate: Candidate, facts: Facts, section: str) -> bool:
    return belongs(candidate.url, candidate.title, section) or facts.in_section >= 0.8


__all__ = ["DEAD", "QUIET", "Finding", "State", "is_enough", "ranked", "rate", "state_of"]
