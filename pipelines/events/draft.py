"""An event while it is being put together, in offsets of the joined string."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipelines.events.heads import Head
from pipelines.events.reading import Reading, Sentence
from pipelines.events.where import Where
from pipelines.horizons import Horizon
from storewatch.types import Action, Certainty, CountIs, Evidence, RetailEvent, Span, StoreType

Named = tuple[str, int, int]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Draft:
    """A candidate event. ``spans``: field -> offsets in the joined string."""

    sentence: Sentence
    vendor: str
    action: Action
    count: int | None = None
    count_is: CountIs | None = None
    store_type: StoreType = "own_store"
    where: Where = field(default_factory=Where)
    share: float | None = None
    region: str | None = None
    horizon: Horizon | None = None
    partner: Named | None = None
    certainty: Certainty = "confirmed"
    speaker: Named | None = None
    outlet: Named | None = None
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    more: tuple[Sentence, ...] = ()
    head: Head | None = None
    chance: float = 0.0


def finished(draft: Draft, reading: Reading) -> RetailEvent:
    """The draft as a public value; every span and sentence is checked to be verbatim."""
    evidence = _checked(reading.evidence(draft.sentence), reading)
    own = draft.sentence.index
    more = tuple(_checked(reading.evidence(s), reading) for s in draft.more if s.index != own)
    spans = dict(draft.spans)
    for name, found in (("partner", draft.partner), ("speaker", draft.speaker), ("source_outlet", draft.outlet)):
        if found is not None:
            spans[name] = (found[1], found[2])
    horizon = draft.horizon
    if horizon is not None:
        spans["horizon"] = spans["horizon_text"] = (horizon.start, horizon.end)
    region = draft.region or draft.where.region
    return RetailEvent(
        vendor=draft.vendor,
        action=draft.action,
        evidence=evidence,
        store_count=draft.count,
        count_is=draft.count_is,
        store_type=draft.store_type,
        city=draft.where.city,
        country=draft.where.country,
        region=region,
        share=draft.share,
        horizon=horizon.value if horizon else None,
        horizon_text=reading.text[horizon.start : horizon.end] if horizon else None,
        partner=draft.partner[0] if draft.partner else None,
        certainty=draft.certainty,
        speaker=draft.speaker[0] if draft.speaker else None,
        source_outlet=draft.outlet[0] if draft.outlet else None,
        more_evidence=more,
        spans={name: _span(reading, start, end) for name, (start, end) in spans.items()},
    )


def _span(reading: Reading, start: int, end: int) -> Span:
    span = reading.span(start, end)
    assert 0 <= span.start < span.end, (span, start, end)
    return span


def _checked(evidence: Evidence, reading: Reading) -> Evidence:
    base = 0 if evidence.where == "title" else reading.head
    assert reading.text[base + evidence.start : base + evidence.end] == evidence.text
    return evidence
