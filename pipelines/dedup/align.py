"""Which sentences of two texts are the same, and which are nearly so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.dedup.words import Sentence, Text

NEAR = 0.6
"""Dice coefficient of the words of two sentences from which on they are wordings of one (from the research)."""

_MAX_NEAR = 150
"""So many sentences a side are compared each with each; articles with more that differ are not copies anyway."""
_NEAR_WORDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """``near``: pairs of indices of sentences that differ in some words. ``matched_*``: indices of the sentences that
    the other text has, equal or nearly; ``left_*``: the words in the others; ``share_*``: the part of the words in
    matched ones, 0..1."""

    near: tuple[tuple[int, int], ...]
    matched_a: frozenset[int]
    matched_b: frozenset[int]
    left_a: int
    left_b: int
    share_a: float
    share_b: float


def align(a: Text, b: Text) -> Alignment:
    """Equal sentences first, in any order (paragraphs move); then of the rest the pairs most alike."""
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for j in reversed(range(len(b.sentences))):
        places[b.sentences[j].folded].append(j)
    matched: dict[int, int] = {}
    rest_a: list[int] = []
    for i, sentence in enumerate(a.sentences):
        waiting = places.get(sentence.folded)
        if waiting:
            matched[i] = waiting.pop()
        else:
            rest_a.append(i)
    rest_b = sorted(j for waiting in places.values() for j in waiting)
    near = _near(a.sentences, b.sentences, rest_a[:_MAX_NEAR], rest_b[:_MAX_NEAR])
    found_a = frozenset(matched) | {i for i, _ in near}
    found_b = frozenset(matched.values()) | {j for _, j in near}
    left_a, share_a = _left(a.sentences, found_a)
    left_b, share_b = _left(b.sentences, found_b)
    return Alignment(
        near=tuple(sorted(near)),
        matched_a=found_a,
        matched_b=found_b,
        left_a=left_a,
        left_b=left_b,
        share_a=share_a,
        share_b=share_b,
    )


def _left(sentences: Sequence[Sentence], found: frozenset[int]) -> tuple[int, float]:
    total = sum(len(sentence.folded) for sentence in sentences)
    left = sum(len(sentence.folded) for i, sentence in enumerate(sentences) if i not in found)
    return left, 1 - left / total if total else 0.0


def _near(
    ours: Sequence[Sentence], others: Sequence[Sentence], rest_a: Sequence[int], rest_b: Sequence[int]
) -> list[tuple[int, int]]:
    bags_b = {j: frozenset(others[j].folded) for j in rest_b if len(others[j].folded) >= _NEAR_WORDS}
    scored: list[tuple[float, int, int]] = []
    for i in rest_a:
        bag = frozenset(ours[i].folded)
        if len(ours[i].folded) < _NEAR_WORDS:
            continue
        for j, other in bags_b.items():
            total = len(bag) + len(other)
            # The smaller bag bounds the overlap.
            if 2 * min(len(bag), len(other)) >= NEAR * total:
                dice = 2 * len(bag & other) / total
                if dice >= NEAR:
                    scored.append((-dice, i, j))
    near: list[tuple[int, int]] = []
    taken_a: set[int] = set()
    taken_b: set[int] = set()
    for _, i, j in sorted(scored):
        if i not in taken_a and j not in taken_b:
            near.append((i, j))
            taken_a.add(i)
            taken_b.add(j)
    return near
