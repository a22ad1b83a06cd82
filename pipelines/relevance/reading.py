"""A document taken apart: its sentences, each with the vendors, brands and words of the topic that stand in it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from pipelines.places import Place, find_places
from pipelines.sentences import split
from pipelines.topics import BrandMatch, Term, Topic, VendorMatch
from storewatch.types import Document, Evidence

MAX_READ = 200_000
"""Code points of a document that are read: a hundred times a long article; what follows cannot change the verdict."""

_MOST = 100
"""Matches of a kind that a sentence keeps; real ones have a tenth. Bounds what pairs of them cost."""
M = TypeVar("M", VendorMatch, BrandMatch, Term, Place)


@dataclass(slots=True, kw_only=True)
class Sentence:
    """One sentence (or the title). ``start`` and ``end`` are offsets in ``Reading.joined``."""

    start: int
    end: int
    is_title: bool
    vendors: list[VendorMatch]
    products: list[VendorMatch]
    brands: list[BrandMatch]
    terms: list[Term]
    places: list[Place]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """``joined`` is the title, a line break, and the text; ``title_size`` tells the two apart."""

    joined: str
    title_size: int
    lang: str | None
    sentences: tuple[Sentence, ...]

    def without_rubbish(self, document: Document) -> Document:
        """``document`` with blanks for the sentences that are only lists of names and words, so that nobody spends
        time on the pairs of them; offsets stay as they are."""
        rubbish = [s for s in self.sentences if len(s.terms) >= _MOST or len(s.vendors) >= _MOST]
        if not rubbish:
            return document
        parts, done = [], 0
        for sentence in rubbish:
            parts += [self.joined[done : sentence.start], " " * (sentence.end - sentence.start)]
            done = sentence.end
        joined = "".join([*parts, self.joined[done:]])
        return replace(document, title=joined[: self.title_size], text=joined[self.title_size + 1 :])

    def evidence(self, sentence: Sentence) -> Evidence:
        """The sentence verbatim, with offsets in the document's own title or text."""
        words = self.joined[sentence.start : sentence.end]
        if sentence.is_title:
            return Evidence(where="title", text=words, start=sentence.start, end=sentence.end)
        shift = self.title_size + 1
        return Evidence(where="text", text=words, start=sentence.start - shift, end=sentence.end - shift)


def read(document: Document, topic: Topic) -> Reading:
    """The document's sentences with what the topic's automata find in them. Never raises."""
    joined = f"{document.title}\n{document.text[:MAX_READ]}"
    size = len(document.title)
    sentences = [
        Sentence(start=start, end=end, is_title=end <= size, vendors=[], products=[], brands=[], terms=[], places=[])
        for start, end in _spans(joined, size, document.lang)
    ]
    starts = [sentence.start for sentence in sentences]
    _deal(topic.find_vendors(joined, document.lang), sentences, starts, lambda s: s.vendors)
    _deal(topic.find_products(joined), sentences, starts, lambda s: s.products)
    _deal(topic.find_brands(joined), sentences, starts, lambda s: s.brands)
    _deal(topic.find_terms(joined, document.lang), sentences, starts, lambda s: s.terms)
    if any(sentence.vendors or sentence.products for sentence in sentences):
        # The dearest look-up, and of no use where nobody could open anything.
        _deal(find_places(joined, document.lang), sentences, starts, lambda s: s.places)
    return Reading(joined=joined, title_size=size, lang=document.lang, sentences=tuple(sentences))


def _spans(joined: str, size: int, lang: str | None) -> Iterable[tuple[int, int]]:
    """The title as one sentence, then those of the text."""
    title = joined[:size]
    left = len(title) - len(title.lstrip())
    right = len(title.rstrip())
    if right > left:
        yield left, right
    for start, end in split(joined[size + 1 :], lang):
        yield start + size + 1, end + size + 1


def _deal(
    found: Iterable[M], sentences: list[Sentence], starts: list[int], hand: Callable[[Sentence], list[M]]
) -> None:
    """Gives each match to the sentence it begins in."""
    for match in found:
        index = bisect_right(starts, match.start) - 1
        if index >= 0 and match.start < sentences[index].end and len(hand(sentences[index])) < _MOST:
            hand(sentences[index]).append(match)
