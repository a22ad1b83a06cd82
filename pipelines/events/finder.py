"""From sentences to events: candidates, their fields, and what is told twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pipelines.counts import Count
from pipelines.events import who
from pipelines.events.actions import Signals, certainty, signals, store_action
from pipelines.events.draft import Draft, finished
from pipelines.events.heads import Head, find_heads
from pipelines.events.market import market_drafts
from pipelines.events.merge import merged
from pipelines.events.reading import Reading, Sentence, read
from pipelines.events.where import Where, completed, in_sentence, usual_country
from pipelines.topics import Topic
from storewatch.types import Document, RetailEvent

_MAX_EVENTS = 400
"""More events than any article has; texts made of vendor names alone stop here."""


def find_events(document: Document, topic: Topic) -> tuple[RetailEvent, ...]:
    """What ``document`` says about vendors' stores, in the order it says it.

    Each event carries its sentence verbatim with offsets into ``document.text`` or ``document.title``, and for each
    field read from the text a span. The same thing told twice is one event with ``more_evidence``; where two tellings
    differ the later one wins. ``partner`` is null unless a company is named; "with partners" shows in ``store_type``.
    """
    reading = read(document, topic)
    drafts: list[Draft] = []
    for draft in _drafts(reading):
        drafts.append(draft)
        if len(drafts) >= _MAX_EVENTS:
            break
    return tuple(finished(draft, reading) for draft in merged(drafts, reading))


def _drafts(reading: Reading) -> Iterator[Draft]:
    usual = usual_country(reading)
    main = who.dominant(reading)
    if main is None:
        return
    carried = who.Owner(main, 0, 0, 0)
    context = Where()
    title_action = ""
    for sentence in reading.sentences:
        heads = find_heads(sentence, reading)
        found = list(_store_drafts(sentence, heads, reading, carried, context, title_action))
        if sentence.title and found:
            title_action = found[0].action
        found += market_drafts(sentence, heads, found, reading, carried)
        for draft in found:
            yield replace(draft, where=_placed(draft, context, usual))
        context = _context(sentence, found, context)
        carried = who.carried_on(sentence, carried) or carried


def _placed(draft: Draft, context: Where, usual: str | None) -> Where:
    where = draft.where
    single = draft.count == 1 and draft.action in ("open", "plan", "close", "relocate")
    if (
        single
        and where.city is None
        and context.city
        and (where.country in (None, context.country))
        and not where.region
    ):
        return replace(where, city=context.city, country=context.country)
    return completed(where, context.country or usual)


def _context(sentence: Sentence, found: Sequence[Draft], before: Where) -> Where:
    """The place that the next sentences go on speaking of."""
    cities = [p for p in sentence.places if p.city]
    if cities:
        names = {p.city for p in cities}
        return Where(cities[0].city if len(names) == 1 else None, cities[0].country)
    countries = [p for p in sentence.places if p.kind in ("country", "state") and p.country]
    if countries:
        country = countries[0].country
        return Where(before.city if before.country == country else None, country)
    return before


def _store_drafts(
    sentence: Sentence, heads: list[Head], reading: Reading, carried: who.Owner, context: Where, title_action: str
) -> Iterator[Draft]:
    for head in heads:
        if head.store_type == "service_centre":
            continue
        owner = who.owner(head, sentence, reading, carried)
        if owner is None:
            continue
        found = signals(head, sentence, reading)
        if not _worth(head, found, owner):
            continue
        draft = _store_draft(head, found, owner, sentence, reading, title_action)
        yield draft
        yield from _further(draft, head, reading)


def _worth(head: Head, found: Signals, owner: who.Owner) -> bool:
    """Does the sentence say something of the stores: a number, an action, or a store of the vendor's by name?"""
    acts = min(found.at(kind) for kind in ("open", "plan", "close", "relocate", "expand", "online_store"))
    if head.count is not None and head.count.value > 1:
        return True
    return acts < 110 and (owner.near > 0 or acts < 60)


def _store_draft(
    head: Head, found: Signals, owner: who.Owner, sentence: Sentence, reading: Reading, title_action: str
) -> Draft:
    action = store_action(head, found, title_action)
    where = in_sentence(head, sentence, reading)
    count = _number(head, where)
    spans: dict[str, tuple[int, int]] = {"store_type": (head.start, head.end)}
    if owner.end > owner.start:
        spans["vendor"] = (owner.start, owner.end)
    if head.count is not None and count is not None:
        spans["store_count"] = (head.count.start, head.count.end)
    for place in where.places:
        spans["city" if place.city else "country" if place.country else "region"] = (place.start, place.end)
    share = _share(head, sentence, reading)
    if share is not None:
        spans["share"] = (share[0].start, share[0].end)
        if share[1] is not None and share[1].country == where.country and where.city is None:
            where = Where()
    horizon = found.horizon if action in ("plan", "open", "close", "relocate", "online_store") else None
    return Draft(
        sentence=sentence,
        vendor=owner.vendor,
        action=action,
        count=count,
        count_is=head.count.count_is if head.count else ("exact" if count else None),
        store_type=head.store_type,
        where=where,
        share=float(share[0].value) if share else None,
        region=share[1].region if share and share[1] else None,
        horizon=horizon,
        partner=who.partner(head.start, sentence, owner.vendor),
        certainty=certainty(found, action, found.when == "future"),
        speaker=who.speaker(sentence, reading),
        outlet=who.source_outlet(sentence, reading),
        spans=spans,
        head=head,
        signals=found,
    )


def _number(head: Head, where: Where) -> int | None:
    """The count said, 1 for a single store, None where no number is said."""
    if head.count is not None:
        return int(head.count.value)
    if head.ordinal is not None and head.plural is not True:
        return 1
    if head.plural is False:
        return 1
    if head.plural is None and (where.city or head.store_type in ("flagship", "experience", "popup")):
        return 1 if ";" not in (where.city or "") else None
    return None


def _share(head: Head, sentence: Sentence, reading: Reading) -> tuple[Count, Where | None] | None:
    """A share such as "half of them outside China", on the largest count of the sentence, with its region."""
    shares = [c for c in sentence.counts if c.kind == "share" and 0 < c.value < 1]
    if not shares or head.count is None or head.count.value < 4:
        return None
    region = next((p for p in sentence.places if p.kind == "region"), None)
    if region is None:
        return None
    share = min(shares, key=lambda c: abs(c.start - region.start))
    if abs(share.start - region.start) > 60:
        return None
    return share, Where(region=region.region, places=(region,))


def _further(draft: Draft, head: Head, reading: Reading) -> Iterable[Draft]:
    """Stock that a sentence gives beside its event: the whole of "15 of 19", the rank of "the 16th store"."""
    if head.whole is not None:
        yield replace(
            draft,
            action="stock",
            count=int(head.whole.value),
            count_is=head.whole.count_is,
            horizon=None,
            certainty="confirmed",
            spans={**draft.spans, "store_count": (head.whole.start, head.whole.end)},
        )
    rank = head.ordinal
    if rank is not None and head.count is None and rank.value >= 3 and draft.action in ("open", "plan") and rank.digits:
        number = int(rank.value) - (1 if draft.action == "plan" else 0)
        yield replace(
            draft,
            action="stock",
            count=number,
            count_is="exact",
            where=replace(draft.where, city=None),
            horizon=None,
            certainty="confirmed",
            spans={**draft.spans, "store_count": (rank.start, rank.end)},
        )
