"""From candidates to events: which are believed, their fields, and what is told twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipelines.counts import Count
from pipelines.events import who
from pipelines.events.actions import Signals, certainty, store_action
from pipelines.events.candidates import Candidate, candidates
from pipelines.events.draft import Draft, finished
from pipelines.events.features import features, setting
from pipelines.events.merge import merged
from pipelines.events.reading import Reading, Sentence, read
from pipelines.events.weights import Weights, weights
from pipelines.events.where import Where, completed, usual_country
from pipelines.places import Place
from pipelines.topics import Topic
from storewatch.types import Action, Document, RetailEvent

_MAX_CANDIDATES = 2000
"""More than any article has; texts made of vendor names and numbers alone stop here."""

_BELIEVED = 0.5
"""A candidate is an event when "none" is less likely than this."""

_DATED = frozenset({"plan", "open", "close", "relocate", "online_store", "market_entry", "partner"})


def find_events(document: Document, topic: Topic, *, model: Weights | None = None) -> tuple[RetailEvent, ...]:
    """What ``document`` says about vendors' stores, in the order it says it.

    Each event carries its sentence verbatim with offsets into ``document.text`` or ``document.title``, and for each
    field read from the text a span. The same thing told twice is one event with ``more_evidence``; where two tellings
    differ the later one wins. ``partner`` is null unless a company is named; "with partners" shows in ``store_type``.
    ``model``: other weights than the shipped ones.
    """
    reading = read(document, topic)
    drafts = list(_drafts(reading, model or weights()))
    return tuple(finished(draft, reading) for draft in merged(drafts, reading))


def _drafts(reading: Reading, model: Weights) -> Iterator[Draft]:
    usual = usual_country(reading)
    around = setting(reading, who.dominant(reading))
    context, last = Where(), -1
    ranked: tuple[int, str] | None = None
    for number, candidate in enumerate(candidates(reading)):
        if number >= _MAX_CANDIDATES:
            return
        if candidate.sentence.index != last:
            context, last = _context(reading, candidate.sentence.index, last, context), candidate.sentence.index
        found, signals = features(candidate, reading, around)
        chances = model.chances(found)
        action = max((c for c in model.classes if c != "none"), key=chances.__getitem__)
        if candidate.kind == "store":
            ranked = (candidate.head.start, action)
        if chances["none"] > _BELIEVED:
            continue
        draft = _draft(candidate, action, signals, reading)  # type: ignore[arg-type]  # classes are actions
        draft = _counted(draft, candidate, model.is_single(found), ranked)
        yield replace(draft, where=_placed(draft, candidate, context, usual))


def _counted(draft: Draft, candidate: Candidate, single: bool, ranked: tuple[int, str] | None) -> Draft:
    """The count: as said; 1 for a single store; one less for the rank of a store still to come."""
    if candidate.kind == "rank" and candidate.number is not None:
        planned = ranked == (candidate.head.start, "plan")
        return replace(draft, count=candidate.number - (1 if planned and draft.action == "stock" else 0))
    if candidate.counted is None and candidate.kind in ("store", "city"):
        return replace(draft, count=1 if single else None, count_is="exact" if single else None)
    return draft


def _context(reading: Reading, index: int, last: int, before: Where) -> Where:
    """The place that the sentences before ``index`` leave open: the city or country named last."""
    for sentence in reading.sentences[max(last, 1) - 1 : index - 1]:
        before = _left_open(sentence, before)
    return before


def _left_open(sentence: Sentence, before: Where) -> Where:
    cities = [p for p in sentence.places if p.city]
    if cities:
        names = {p.city for p in cities}
        return Where(cities[0].city if len(names) == 1 else None, cities[0].country)
    countries = [p for p in sentence.places if p.kind in ("country", "state") and p.country]
    if countries:
        country = countries[0].country
        return Where(before.city if before.country == country else None, country)
    return before


def _placed(draft: Draft, candidate: Candidate, context: Where, usual: str | None) -> Where:
    where = draft.where
    if candidate.kind in ("market", "partner"):
        return where if candidate.kind == "market" else completed(where, context.country or usual)
    single = draft.count == 1 and draft.action != "stock"
    if single and where.city is None and context.city and where.country in (None, context.country) and not where.region:
        return replace(where, city=context.city, country=context.country)
    return completed(where, context.country or usual)


def _draft(candidate: Candidate, action: Action, signals: Signals, reading: Reading) -> Draft:
    head, sentence, where = candidate.head, candidate.sentence, candidate.where
    spans: dict[str, tuple[int, int]] = {}
    if candidate.kind == "store":
        spans["store_type"] = (head.start, head.end)
    if candidate.owner.end > candidate.owner.start:
        spans["vendor"] = (candidate.owner.start, candidate.owner.end)
    if candidate.counted is not None:
        spans["store_count"] = (candidate.counted.start, candidate.counted.end)
    for place in where.places:
        spans["city" if place.city else "country" if place.country else "region"] = (place.start, place.end)
    share = _share(candidate)
    if share is not None:
        spans["share"], spans["region"] = (share[0].start, share[0].end), (share[1].start, share[1].end)
        where = Where() if where.region == share[1].region else where
    return Draft(
        sentence=sentence,
        vendor=candidate.owner.vendor,
        action=action,
        count=candidate.number,
        count_is=candidate.counted.count_is if candidate.counted else None,
        store_type=head.store_type,
        where=where,
        share=float(share[0].value) if share else None,
        region=share[1].region if share else None,
        horizon=signals.horizon if action in _DATED else None,
        partner=candidate.partner or (who.partner(head.start, sentence) if candidate.kind == "store" else None),
        certainty=certainty(signals, action, signals.when == "future"),
        speaker=who.speaker(sentence, reading),
        outlet=who.source_outlet(sentence, reading),
        spans=spans,
    )


def _share(candidate: Candidate) -> tuple[Count, Place] | None:
    """A share with its region ("half of them outside China") that qualifies the candidate's number."""
    sentence, number = candidate.sentence, candidate.number
    shares = [c for c in sentence.counts if c.kind == "share" and 0 < c.value < 1]
    regions: Sequence[Place] = [p for p in sentence.places if p.kind == "region"]
    if not shares or not regions or number is None or number < 4:
        return None
    share, region = min(((s, r) for s in shares for r in regions), key=lambda pair: abs(pair[0].start - pair[1].start))
    return (share, region) if abs(share.start - region.start) <= 60 else None


__all__ = ["find_events", "store_action"]
