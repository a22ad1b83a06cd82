"""Facts as what ``json.dumps`` takes, the same in the rows that commands print and in the columns of the database.
Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from storewatch.types import Evidence, RetailEvent, Span

EVENT_FACTS = (
    "vendor",
    "action",
    "store_count",
    "count_is",
    "store_type",
    "city",
    "country",
    "region",
    "share",
    "horizon",
    "horizon_text",
    "partner",
    "certainty",
    "speaker",
    "source_outlet",
)
"""What an event says, in the order of every row and column that tells it."""


def event_facts(event: RetailEvent) -> dict[str, Any]:
    """What an event says, without where it says so."""
    return {name: getattr(event, name) for name in EVENT_FACTS}


def evidence_plain(evidence: Evidence) -> dict[str, Any]:
    """The form of docs/commands.md: ``{in, text, start, end}``."""
    return {"in": evidence.where, "text": evidence.text, "start": evidence.start, "end": evidence.end}


def spans_plain(event: RetailEvent) -> dict[str, Any]:
    """Where each fact of an event stands, by the fact's name."""
    return {name: _span(span) for name, span in event.spans.items()}


def _span(span: Span) -> dict[str, Any]:
    return {"in": span.where, "start": span.start, "end": span.end}
