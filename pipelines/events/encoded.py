"""Candidates judged by what the encoder makes of their text, beside their signs.

The signs know lists of words; the encoder has seen a hundred languages and reads tense, negation and who owns what
from the words themselves. It is asked about articles only that the judge did not reject, for it takes some ten
milliseconds for a hundred words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.encoder.heads import Slot, at_places
from pipelines.encoder.mind import Chunk, Mind
from pipelines.events.candidates import Candidate
from pipelines.events.reading import Reading
from pipelines.events.rows import RowWeights
from pipelines.events.weights import Seen, Thought, Weights, by_kind

SINGLE_FROM = 0.5


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Encoded:
    """The encoder as a model of candidates; ``signs`` judge those that stand behind all chunks that are read."""

    mind: Mind
    signs: Weights

    @property
    def told(self) -> RowWeights:
        """The weights of the rows: those of the signs. Weights fitted on what half-taught encoders say of articles they
        have not seen trust the whole one too little (dev rows .656 against .675)."""
        return self.signs.told

    def think(self, reading: Reading, seen: Sequence[Seen]) -> list[Thought]:
        """A thought for each candidate."""
        thoughts = self.signs.think(reading, seen)
        if not seen:
            return thoughts
        chunks = self.mind.read(reading.text, reading.head - 1, _wanted(reading, seen))
        places, asked = [], []
        for index, (candidate, _) in enumerate(seen):
            chunk = _chunk_of(candidate, chunks)
            if chunk is not None:
                places.append(at_places(chunk.states, slots(candidate, chunk)))
                asked.append(index)
        if not asked:
            return thoughts
        head = self.mind.events
        features = [by_kind(seen[index][0].kind, seen[index][1]) for index in asked]
        chances, single = head.chances(np.stack(places), features)
        for index, row, one in zip(asked, chances.tolist(), single.tolist(), strict=True):
            thoughts[index] = Thought(chances=dict(zip(head.classes, row, strict=True)), single=one > SINGLE_FROM)
        return thoughts


def _wanted(reading: Reading, seen: Sequence[Seen]) -> list[tuple[int, int]]:
    """The sentences with candidates and those beside them."""
    own = {candidate.sentence.index for candidate, _ in seen}
    near = own | {index + 1 for index in own} | {index - 1 for index in own}
    return [(sentence.start, sentence.end) for sentence in reading.sentences if sentence.index in near]


def _chunk_of(candidate: Candidate, chunks: Sequence[Chunk]) -> Chunk | None:
    head = candidate.head
    return next((chunk for chunk in chunks if chunk.slot(head.start, head.end) is not None), None)


def slots(candidate: Candidate, chunk: Chunk) -> tuple[Slot, ...]:
    """Where the chunk tells what a candidate is made of: the noun, its number, its owner, its place or partner, and
    the sentence."""
    spans = spans_of(candidate)
    return tuple(chunk.slot(*span) if span is not None else None for span in spans)


def spans_of(candidate: Candidate) -> tuple[tuple[int, int] | None, ...]:
    """The noun, its number, its owner, its first place or else its partner, and the sentence of a candidate, in offsets
    of the joined string."""
    head, count, owner = candidate.head, candidate.counted, candidate.owner
    place = candidate.where.places[0] if candidate.where.places else None
    aside = candidate.partner[1:] if candidate.partner else None
    return (
        (head.start, head.end),
        (count.start, count.end) if count else None,
        (owner.start, owner.end) if owner.end > owner.start else None,
        (place.start, place.end) if place else aside,
        (candidate.sentence.start, candidate.sentence.end),
    )
