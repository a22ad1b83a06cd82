"""Findings by what a source's pages turned out to be: walls, refusals, teasers. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from scheduler.health.findings import Finding, count
from storewatch.types import PageFact, SourceFacts

#: So many of the last pages are looked at, and so many there must be.
LAST, LEAST = 15, 8
_SHARE = 0.9
# Shorter texts say nothing; a page that the prefilter turned away had more in its paragraphs.
THIN = 500
_THIN_ACCESS = frozenset({"teaser", "paywalled", "empty"})
_BLOCKED = frozenset({"http_401", "http_403", "http_429", "http_451", "bot_wall"})


def _mostly(pages: Sequence[PageFact], chosen: Sequence[PageFact]) -> bool:
    return len(pages) >= LEAST and len(chosen) >= _SHARE * len(pages)


def unreachable(facts: SourceFacts, now: datetime) -> Finding | None:
    """A feed that is well, while the pages it names cannot be had."""
    pages = facts.pages[:LAST]
    failed = [page for page in pages if page.state in ("failed", "pending")]
    if not _mostly(pages, failed):
        return None
    reason, _ = Counter(page.reason or "unknown" for page in failed).most_common(1)[0]
    status = "blocked" if reason in _BLOCKED else "robots" if reason == "robots" else "failing"
    evidence = f"{len(failed)} of its last {count(len(pages), 'page')} could not be fetched, most for {reason}"
    return Finding(status=status, reason=reason, evidence=evidence, since=failed[-1].first_seen_at)


def walls(facts: SourceFacts, now: datetime) -> Finding | None:
    """Pages that are consent forms or bot walls in place of articles."""
    pages = _read(facts)
    for wall, status, words in (
        ("consent_wall", "consent", "consent pages"), ("bot_wall", "blocked", "bot walls"),
    ):  # fmt: skip
        found = [page for page in pages if wall in (page.reason, page.access)]
        if _mostly(pages, found):
            evidence = f"{len(found)} of its last {count(len(pages), 'page')} were {words} in place of articles"
            return Finding(status=status, reason=wall, evidence=evidence, since=found[-1].first_seen_at)
    return None


def thin(facts: SourceFacts, now: datetime) -> Finding | None:
    """Pages that give no more than a teaser."""
    pages = _read(facts)
    found = [page for page in pages if _is_thin(page)]
    if not _mostly(pages, found):
        return None
    how = Counter(page.access or page.reason or "short" for page in found).most_common(1)[0][0]
    reason = how if how in _THIN_ACCESS else "short"
    lengths = sorted(page.length or 0 for page in found)
    evidence = (
        f"{len(found)} of its last {count(len(pages), 'page')} had hardly any text"
        f" (half of them at most {lengths[len(lengths) // 2]} characters)"
    )
    return Finding(status="thin", reason=reason, evidence=evidence, since=found[-1].first_seen_at)


def _read(facts: SourceFacts) -> list[PageFact]:
    return [page for page in facts.pages if page.state in ("stored", "rejected")][:LAST]


def _is_thin(page: PageFact) -> bool:
    if page.access in _THIN_ACCESS or page.reason in _THIN_ACCESS:
        return True
    return page.length is not None and page.length < THIN
