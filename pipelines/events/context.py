"""What the sentences after an event add to it: who said it, which share lies where, with whom.

News tell a plan in one sentence and its circumstances in the next: "Das sagte Wang Xiang gegenüber CNBC. Die Hälfte
davon soll außerhalb Chinas entstehen, zusammen mit Partnern."
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pipelines.counts import Count
from pipelines.events import who
from pipelines.events.draft import Draft
from pipelines.events.reading import Reading, Sentence
from pipelines.events.where import Where
from pipelines.places import Place

_REACH = 2
"""Sentences behind the event's own that may speak of it."""

_SHARE_REACH = 60
"""Characters between a share and its region: "half of them will be outside China"."""

_FEW = 4
"""A number below this has no shares: "half of two stores" is said of no one."""


def enriched(drafts: Iterable[Draft], reading: Reading) -> Iterator[Draft]:
    """The drafts with what the next sentences say of them, as long as these name no other vendor."""
    for draft in drafts:
        yield _enriched(draft, reading)


def _enriched(draft: Draft, reading: Reading) -> Draft:
    following = list(_following(draft, reading))
    for sentence in (draft.sentence, *following):
        if draft.speaker is None and draft.outlet is None:
            draft = replace(draft, speaker=who.speaker(sentence, reading), outlet=who.source_outlet(sentence, reading))
        if draft.share is None:
            draft = _with_share(draft, sentence)
        if draft.partner is None and draft.action == "plan" and (draft.count or 0) >= _FEW:
            draft = _with_partner(draft, sentence, reading)
    return draft


def _following(draft: Draft, reading: Reading) -> Iterator[Sentence]:
    """The sentences that go on about ``draft``; a number or another vendor of their own ends them."""
    if draft.sentence.title:
        return
    start = draft.sentence.index
    for sentence in reading.sentences[start : start + _REACH]:
        if any(v.vendor != draft.vendor for v in sentence.vendors):
            return
        yield sentence


def share_of(sentence: Sentence) -> tuple[Count, Place] | None:
    """A share beside the region it lies in."""
    shares: Sequence[Count] = [c for c in sentence.counts if c.kind == "share" and 0 < c.value < 1]
    regions: Sequence[Place] = [p for p in sentence.places if p.kind == "region"]
    if not shares or not regions:
        return None
    share, region = min(((s, r) for s in shares for r in regions), key=lambda pair: abs(pair[0].start - pair[1].start))
    return (share, region) if abs(share.start - region.start) <= _SHARE_REACH else None


def _with_share(draft: Draft, sentence: Sentence) -> Draft:
    found = share_of(sentence) if draft.count is not None and draft.count >= _FEW else None
    if found is None:
        return draft
    share, region = found
    spans = {**draft.spans, "share": (share.start, share.end), "region": (region.start, region.end)}
    # A region that only qualifies the share is no place of the whole.
    where = Where() if draft.where.region == region.region else draft.where
    more = draft.more if sentence.index == draft.sentence.index else (*draft.more, sentence)
    return replace(draft, share=float(share.value), region=region.region, where=where, spans=spans, more=more)


def _with_partner(draft: Draft, sentence: Sentence, reading: Reading) -> Draft:
    """A company named as partner in a sentence about partners, else the words for them as they stand."""
    match = reading.grammar.partners.search(reading.folded, sentence.start, sentence.end)
    if match is None:
        return draft
    head = draft.head.start if draft.head else match.start()
    said = (reading.text[match.start() : match.end()], match.start(), match.end())
    return replace(draft, partner=who.partner(head, sentence) or said)
