"""Values as the plain rows that the commands print: the field names here are contracts (docs/commands.md). Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from storewatch.json_facts import event_facts, evidence_plain, spans_plain

if TYPE_CHECKING:
    from storewatch.errors import PageError
    from storewatch.types import Article, Judgement, Moment, Removal, RetailEvent

#: A row is what ``json.dumps`` takes: strings, numbers, booleans, None, lists and further rows.
Row = dict[str, Any]


def moment_text(moment: Moment | None) -> str | None:
    """As much of a date as was said: ``2017``, ``2017-07``, ``2017-07-12`` or an ISO 8601 instant.

    An instant keeps the page's own offset and fraction; it has no offset where the page named none.
    """
    if moment is None:
        return None
    offset = moment.offset_min
    local = moment.at.astimezone(UTC if offset is None else timezone(timedelta(minutes=offset)))
    if moment.precision == "year":
        return f"{local.year:04d}"
    if moment.precision == "month":
        return f"{local.year:04d}-{local.month:02d}"
    if moment.precision == "day":
        return local.date().isoformat()
    if offset is None:
        local = local.replace(tzinfo=None)
    whole_ms = local.microsecond % 1000 == 0
    return local.isoformat(timespec="milliseconds" if local.microsecond and whole_ms else "auto")


def instant_text(at: datetime | None) -> str | None:
    """An instant of ours (not a page's) in UTC: ``2026-11-23T10:00:00Z``, to the second."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def event_row(event: RetailEvent) -> Row:
    """An event as ``judge`` and ``read`` print it."""
    return {
        **event_facts(event),
        "evidence": evidence_plain(event.evidence),
        "more_evidence": [evidence_plain(evidence) for evidence in event.more_evidence],
        "spans": spans_plain(event),
    }


def judgement_row(judgement: Judgement) -> Row:
    """A judgement without the id of its document."""
    verdict = judgement.verdict
    return {
        "relevant": verdict.relevant,
        "verdict": verdict.verdict,
        "score": round(verdict.score, 4),
        "reason": verdict.reason,
        "lang": verdict.lang,
        "vendors": list(verdict.vendors),
        "events": [event_row(event) for event in judgement.events],
        "evidence": [evidence_plain(evidence) for evidence in verdict.evidence],
        "signals": list(verdict.signals),
    }


def removal_row(removal: Removal) -> Row:
    return {"rule": removal.rule, "text": removal.text, "position": removal.position}


def article_row(article: Article) -> Row:
    """An article as ``read`` prints it, without the id and the judgement."""
    return {
        "url": article.url or None,
        "canonical_url": article.canonical_url or None,
        "title": article.title,
        "text": article.text,
        "authors": list(article.authors),
        "published_at": moment_text(article.published),
        "modified_at": moment_text(article.modified),
        "lang": article.lang,
        "site_name": article.site_name,
        "section": article.section,
        "tags": list(article.tags),
        "image": article.image,
        "paywalled": article.paywalled,
        "access": article.access,
        "access_evidence": list(article.access_evidence),
        "flags": list(article.flags),
        "removed": [removal_row(removal) for removal in article.removed],
    }


def read_row(article: Article, judgement: Judgement) -> Row:
    """A page as ``read`` prints it: the article, then what the judge says of it."""
    judged = judgement_row(judgement)
    return {**article_row(article), **judged, "lang": article.lang or judged["lang"]}


def error_row(identity: object, message: str) -> Row:
    """What stands in the place of a line or page that could not be read."""
    return {"id": identity, "error": message, "text": None}


def page_error_row(identity: object, error: PageError) -> Row:
    """What stands in the place of a page that is no article: also why, and for walls and errors the access status."""
    from typing import get_args

    from storewatch.types import Access

    access = error.reason if error.reason in get_args(Access) else None
    told = {"reason": error.reason, "access": access, "access_evidence": list(error.evidence)}
    return {**error_row(identity, str(error)), **told}
