"""What an article says: the verdict on it and its events, each with its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

VerdictName = Literal["relevant", "uncertain", "rejected"]


Action = Literal["open", "plan", "stock", "close", "relocate", "partner", "market_entry", "online_store"]


StoreType = Literal[
    "own_store",
    "flagship",
    "experience",
    "partner_store",
    "shop_in_shop",
    "popup",
    "kiosk",
    "online",
    "market",
    "service_centre",
]


CountIs = Literal["exact", "at_least", "about", "at_most"]


Certainty = Literal["confirmed", "announced", "rumoured", "cancelled", "denied"]


Where = Literal["text", "title"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where a value was read."""

    where: Where
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A verbatim sentence: ``text`` equals the document's text (or title) between ``start`` and ``end``."""

    where: Where
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Is it about the topic? ``score`` is 0..1; ``reason`` a stable code (``retail_event`` or why not); ``signals``
    says in words what spoke for and against it."""

    verdict: VerdictName
    score: float
    reason: str
    lang: str | None = None
    vendors: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    signals: tuple[str, ...] = ()

    @property
    def relevant(self) -> bool:
        return self.verdict == "relevant"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetailEvent:
    """One thing said about a vendor's retail. Field meanings: docs/topic.md.

    ``spans`` maps a field's name to where its value was read; a field without a span was inferred (a country from its
    city) or is a default.
    """

    vendor: str
    action: Action
    evidence: Evidence
    store_count: int | None = None
    count_is: CountIs | None = None
    store_type: StoreType = "own_store"
    city: str | None = None
    country: str | None = None
    region: str | None = None
    share: float | None = None
    horizon: str | None = None
    horizon_text: str | None = None
    partner: str | None = None
    certainty: Certainty = "confirmed"
    speaker: str | None = None
    source_outlet: str | None = None
    more_evidence: tuple[Evidence, ...] = ()
    spans: Mapping[str, Span] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict with the events it rests on; events are only given for relevant and uncertain documents."""

    verdict: Verdict
    events: tuple[RetailEvent, ...] = ()
