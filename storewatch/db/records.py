"""Values to rows and back: the one place that knows in which columns a value lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row

from storewatch.json_facts import event_facts, evidence_plain, spans_plain
from storewatch.types import (
    Article,
    FeedEntry,
    Moment,
    PageRead,
    PendingPage,
    Precision,
    RetailEvent,
    Run,
    RunCounts,
    Source,
    Verdict,
)

Values = dict[str, Any]
AnyRow = Row[*tuple[Any, ...]]

_BIGGEST_COUNT = 2**63 - 1


def moment_values(name: str, moment: Moment | None) -> Values:
    return {
        f"{name}_at": moment.at if moment else None,
        f"{name}_offset_min": moment.offset_min if moment else None,
        f"{name}_precision": moment.precision if moment else None,
    }


def moment_of(at: datetime | None, offset_min: int | None, precision: str | None) -> Moment | None:
    if at is None:
        return None
    return Moment(at=at, offset_min=offset_min, precision=cast(Precision, precision or "instant"))


def at_the_latest(row: AnyRow) -> datetime:
    """When an article was surely told: its publication, at the end of the day where it names no hour; without a date
    its first sight. By this it is settled who was first."""
    published = moment_of(row.published_at, row.published_offset_min, row.published_precision)
    dated: datetime = row.dated_at
    return published.at_the_latest if published else dated


def article_values(article: Article, verdict: Verdict) -> Values:
    """What the tables ``articles`` holds of an article, apart from its address and its place in the store."""
    return {
        "title": article.title,
        "lang": article.lang or verdict.lang,
        **moment_values("published", article.published),
        **moment_values("modified", article.modified),
        "authors": list(article.authors),
        "site_name": article.site_name,
        "section": article.section,
        "tags": list(article.tags),
        "image": article.image,
        "paywalled": article.paywalled,
        "access": article.access,
        "access_evidence": list(article.access_evidence),
        "flags": list(article.flags),
        "verdict": verdict.verdict,
        "score": verdict.score,
        "reason": verdict.reason,
        "vendors": list(verdict.vendors),
    }


def reader_values(read: PageRead) -> Values:
    """Which run has read a page, with which versions; pages and revisions say it."""
    return {
        "run_id": read.run_id,
        "topic_version": read.topic_version,
        "extractor_version": read.extractor_version,
    }


def revision_values(article: Article, verdict: Verdict) -> Values:
    return {
        "title": article.title,
        "text": article.text,
        "verdict": verdict.verdict,
        "score": verdict.score,
        "reason": verdict.reason,
        "evidence": [evidence_plain(item) for item in verdict.evidence],
        "signals": list(verdict.signals),
        "removed": [asdict(item) for item in article.removed],
    }


def event_values(event: RetailEvent, position: int) -> Values:
    count = event.store_count
    return {
        "position": position,
        **event_facts(event),
        # No engine holds a larger number, and no vendor that many stores; the sentence still says it.
        "store_count": count if count is None or abs(count) <= _BIGGEST_COUNT else None,
        "evidence": event.evidence.text,
        "evidence_in": event.evidence.where,
        "evidence_start": event.evidence.start,
        "evidence_end": event.evidence.end,
        "more_evidence": [evidence_plain(item) for item in event.more_evidence],
        "spans": spans_plain(event),
    }


def entry_values(entry: FeedEntry) -> Values:
    return {
        "entry_title": entry.title,
        "entry_summary": entry.summary,
        "entry_guid": entry.guid,
        "entry_authors": list(entry.authors),
        "entry_content_html": entry.content_html,
        **moment_values("entry_published", entry.published),
    }


def pending_page(row: AnyRow) -> PendingPage:
    entry = None
    # A page that no feed named has no entry; a feed's entry has at least an empty title.
    if row.entry_title is not None:
        entry = FeedEntry(
            url=row.url,
            title=row.entry_title,
            summary=row.entry_summary or "",
            guid=row.entry_guid,
            published=moment_of(row.entry_published_at, row.entry_published_offset_min, row.entry_published_precision),
            authors=tuple(row.entry_authors or ()),
            content_html=row.entry_content_html,
        )
    return PendingPage(
        page_id=row.page_id,
        url=row.url,
        source_id=row.source_id,
        source=row.source,
        attempts=row.attempts,
        entry=entry,
    )


_SOURCE_FIELDS = tuple(field.name for field in fields(Source))


def source_of(row: AnyRow) -> Source:
    values = {name: getattr(row, name) for name in _SOURCE_FIELDS}
    return Source(**values | {"seen_items": tuple(row.seen_items or ())})


def counts_json(counts: RunCounts) -> Values:
    return asdict(counts)


def counts_of(stored: Mapping[str, Any] | None) -> RunCounts:
    known = {field.name for field in fields(RunCounts)}
    return RunCounts(**{name: value for name, value in (stored or {}).items() if name in known})


def run_of(row: AnyRow) -> Run:
    return Run(
        run_id=row.run_id,
        command=row.command,
        started_at=row.started_at,
        finished_at=row.finished_at,
        finish_reason=row.finish_reason,
        exit_code=row.exit_code,
        counts=counts_of(row.counts),
        problems=tuple(row.problems or ()),
        noted_at=row.noted_at,
        peak_mb=row.peak_mb,
    )
