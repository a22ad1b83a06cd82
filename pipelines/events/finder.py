"""From candidates to events: which are believed, their fields, and what is told twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from pipelines.events import who
from pipelines.events.actions import Signals, certainty, still_to_come, store_action
from pipelines.events.candidates import Candidate, candidates
from pipelines.events.choose import Scored, chosen
from pipelines.events.context import enriched
from pipelines.events.draft import Draft, finished
from pipelines.events.features import features, setting
from pipelines.events.models import best
from pipelines.events.reading import Reading, Sentence, read
from pipelines.events.weights import NOTHING, Model, Seen, Thought
from pipelines.events.where import Where, completed, usual_country
from pipelines.topics import Topic
from storewatch.types import Action, Document, RetailEvent

_MAX_CANDIDATES = 300
"""More than any article has; texts made of vendor names and numbers alone stop here."""

_DATED = frozenset({"plan", "open", "close", "relocate", "online_store", "market_entry", "partner"})


def find_events(document: Document, topic: Topic, *, model: Model | None = None) -> tuple[RetailEvent, ...]:
    """What ``document`` says about vendors' stores, in the order it says it.

    Each event carries its sentence verbatim with offsets into ``document.text`` or ``document.title``, and for each
    field read from the text a span. The same thing told twice is one event with ``more_evidence``; where two tellings
    differ the later one wins. ``partner`` is null unless a company is named; "with partners" shows in ``store_type``.
    ``model``: another than the best shipped one.
    """
    return tuple(event for event, _ in find_likely(document, topic, model=model))


def find_likely(
    document: Document, topic: Topic, *, model: Model | None = None
) -> tuple[tuple[RetailEvent, float], ...]:
    """The events as `find_events` gives them, each with the probability of its vendor, action and number."""
    reading = read(document, topic)
    drafts = enriched(_drafts(reading, model or best(topic)), reading)
    return tuple((finished(draft, reading), draft.chance) for draft in drafts)


def _drafts(reading: Reading, model: Model) -> Iterator[Draft]:
    for found in chosen(list(scored_candidates(reading, model)), model.told):
        draft = _draft(found.best, found.action, reading)
        yield replace(draft, chance=found.chance, more=tuple(other.candidate.sentence for other in found.others))


def scored_candidates(reading: Reading, model: Model) -> Iterator[Scored]:
    """The candidates of a document, each with what the model thinks of it."""
    usual = usual_country(reading)
    around = setting(reading, who.dominant(reading))
    context, last = Where(), 0
    read_of: list[tuple[Candidate, Signals, Where]] = []
    seen: list[Seen] = []
    for candidate in islice(candidates(reading), _MAX_CANDIDATES):
        if candidate.sentence.index != last:
            context, last = _context(reading, candidate.sentence.index, last, context), candidate.sentence.index
        found, signals = features(candidate, reading, around)
        read_of.append((candidate, signals, context))
        seen.append((candidate, found))
    thoughts = model.think(reading, seen)
    for order, ((candidate, signals, context), (_, names), thought) in enumerate(
        zip(read_of, seen, thoughts, strict=True)
    ):
        number = _number(candidate, thought)
        yield Scored(
            candidate=candidate,
            chances=NOTHING if candidate.aside else thought.chances,
            signals=signals,
            number=number,
            where=_placed(candidate, number, context, usual),
            order=order,
            found=names,
        )


def _number(candidate: Candidate, thought: Thought) -> int | None:
    """The count: as said; 1 for a single store, None for stores without a number."""
    if candidate.counted is None and candidate.kind in ("store", "city"):
        if candidate.head.plural is True and candidate.head.ordinal is None:
            return None
        return 1 if thought.single else None
    return candidate.number


def _context(reading: Reading, index: int, last: int, before: Where) -> Where:
    """The place that the sentences before ``index`` leave open: the city or country named last."""
    for sentence in reading.sentences[max(last - 1, 0) : index - 1]:
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


def _placed(candidate: Candidate, number: int | None, context: Where, usual: str | None) -> Where:
    where = candidate.where
    if candidate.kind == "market":
        return where
    single = number == 1 and candidate.kind != "partner"
    if single and where.city is None and context.city and where.country in (None, context.country) and not where.region:
        return replace(where, city=context.city, country=context.country)
    return completed(where, context.country or usual)


def _draft(scored: Scored, action: Action, reading: Reading) -> Draft:
    candidate, signals, where = scored.candidate, scored.signals, scored.where
    head, sentence, number = candidate.head, candidate.sentence, scored.number
    action = _dated(action, candidate, signals)
    if candidate.kind == "rank" and number is not None and action == "stock" and _still_ahead(signals):
        number -= 1
    spans: dict[str, tuple[int, int]] = {}
    if candidate.kind == "store":
        spans["store_type"] = (head.start, head.end)
    if candidate.owner.end > candidate.owner.start:
        spans["vendor"] = (candidate.owner.start, candidate.owner.end)
    if candidate.counted is not None:
        spans["store_count"] = (candidate.counted.start, candidate.counted.end)
    for place in where.places:
        spans["city" if place.city else "country" if place.country else "region"] = (place.start, place.end)
    return Draft(
        sentence=sentence,
        vendor=candidate.owner.vendor,
        action=action,
        count=number,
        count_is=candidate.counted.count_is if candidate.counted else "exact" if number else None,
        store_type=head.store_type,
        where=where,
        horizon=signals.horizon if action in _DATED else None,
        partner=candidate.partner or (who.partner(head.start, sentence) if candidate.kind == "store" else None),
        certainty=certainty(signals, action, signals.when == "future"),
        spans=spans,
        head=head,
    )


def _dated(action: Action, candidate: Candidate, signals: Signals) -> Action:
    """The action with what the date and the kind of store decide for sure: what opens on a day still ahead, or will be
    the number of stores by then, is a plan; what opens on the web is an online store."""
    if candidate.head.store_type == "online" and action in ("open", "plan"):
        return "online_store"
    if candidate.kind == "rank" or action not in ("open", "stock"):
        return action
    ahead = action == "open" and signals.verb == "future" and signals.when != "past"
    return "plan" if ahead or still_to_come(signals) else action


def _still_ahead(signals: Signals) -> bool:
    """Is the store whose rank is told ("the 16th") still to come? Then there is one less today."""
    return signals.when == "future" or signals.verb == "future" or signals.ahead < signals.done


__all__ = ["find_events", "store_action"]
