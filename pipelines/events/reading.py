"""A document as the events module reads it: title and text as one string, cut into sentences with all their mentions.

Everything is found once in the joined string; `Reading.span` turns offsets back into those of title or text.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Protocol, TypeVar

from pipelines import sentences
from pipelines.counts import Count, find_counts
from pipelines.events.grammar import Grammar, grammar
from pipelines.horizons import Horizon, find_horizons
from pipelines.places import Place, find_places
from pipelines.topics import BrandMatch, Term, Topic, VendorMatch
from pipelines.topics.folding import fold
from storewatch.types import Document, Evidence, Moment, Span


class _Spanned(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


S = TypeVar("S", bound=_Spanned)


@dataclass(frozen=True, eq=False)
class Sentence:
    """A sentence at ``[start, end)`` of the joined string with what was found in it. ``index`` 0 is the title's."""

    index: int
    start: int
    end: int
    title: bool
    vendors: Sequence[VendorMatch]
    products: Sequence[VendorMatch]
    brands: Sequence[BrandMatch]
    terms: Sequence[Term]
    counts: Sequence[Count]
    places: Sequence[Place]

    def of(self, kind: str, *values: str) -> list[Term]:
        """The terms of a kind (and of some of its values)."""
        return [t for t in self.terms if t.kind == kind and (not values or t.value in values)]


@dataclass(frozen=True, eq=False)
class Reading:
    """The joined string, its sentences, and how to get back to the document."""

    text: str
    folded: str
    head: int
    lang: str
    grammar: Grammar
    published: Moment | None
    sentences: tuple[Sentence, ...]
    _horizons: dict[int, tuple[Horizon, ...]] = field(default_factory=dict)
    _senses: dict[int, dict[str, tuple[tuple[int, int], ...]]] = field(default_factory=dict)

    @cached_property
    def day(self) -> date | None:
        """The day of publication; None when only a year or month is known."""
        if self.published is None or self.published.precision == "year":
            return None
        return self.published.at.date()

    def horizons(self, sentence: Sentence) -> tuple[Horizon, ...]:
        """Words of time in a sentence, with offsets into the joined string; found on demand because that is costly."""
        if sentence.index not in self._horizons:
            found = find_horizons(self.text[sentence.start : sentence.end], self.lang, self.published)
            self._horizons[sentence.index] = tuple(_moved(h, sentence.start) for h in found)
        return self._horizons[sentence.index]

    def senses(self, sentence: Sentence) -> dict[str, tuple[tuple[int, int], ...]]:
        """Where a sentence speaks of starting, ending, moving, having, intending, and of what is ahead or done."""
        if sentence.index not in self._senses:
            patterns = (*self.grammar.senses, ("ahead", self.grammar.ahead), ("done", self.grammar.done))
            self._senses[sentence.index] = {
                name: tuple(m.span() for m in pattern.finditer(self.folded, sentence.start, sentence.end))
                for name, pattern in patterns
            }
        return self._senses[sentence.index]

    def span(self, start: int, end: int) -> Span:
        """A span of the joined string as a span of title or text."""
        if start < self.head:
            return Span(where="title", start=start, end=min(end, self.head - 1))
        return Span(where="text", start=start - self.head, end=end - self.head)

    def evidence(self, sentence: Sentence) -> Evidence:
        """A sentence as evidence: verbatim, with offsets into title or text."""
        span = self.span(sentence.start, sentence.end)
        return Evidence(where=span.where, text=self.text[sentence.start : sentence.end], start=span.start, end=span.end)


def _moved(horizon: Horizon, by: int) -> Horizon:
    return Horizon(
        start=horizon.start + by,
        end=horizon.end + by,
        value=horizon.value,
        first=horizon.first,
        last=horizon.last,
        limit=horizon.limit,
        soon=horizon.soon,
    )


def _cut(items: Sequence[S], starts: Sequence[int], start: int, end: int) -> Sequence[S]:
    """The items that begin inside ``[start, end)``; ``starts`` are their sorted starts."""
    return items[bisect_left(starts, start) : bisect_left(starts, end)]


_STORE_REACH = 40
"""An ambiguous name (Nothing, vivo) is believed when a store word begins this near."""


def _certain(vendors: Sequence[VendorMatch], terms: Sequence[Term], text: str) -> Sequence[VendorMatch]:
    """The names that are vendors here.

    An ambiguous one is believed near a store word, and everywhere once it was believed or when no other vendor is
    named: whoever asks for events has an article about a vendor's stores before them.
    """
    if not any(v.ambiguous for v in vendors):
        return vendors
    stores = [t.start for t in terms if t.kind == "store" and t.value != "maybe"]
    believed = {v.vendor for v in vendors if not v.ambiguous}
    if not believed:
        return vendors
    for v in vendors:
        if v.ambiguous and v.vendor not in believed and text[v.start].isupper():
            index = bisect_left(stores, v.start - _STORE_REACH)
            if index < len(stores) and stores[index] <= v.end + _STORE_REACH:
                believed.add(v.vendor)
    return tuple(v for v in vendors if v.vendor in believed and (not v.ambiguous or not text[v.start].islower()))


def read(document: Document, topic: Topic) -> Reading:
    """Finds sentences and mentions. Title and text are joined with a line break, so no sentence crosses it."""
    text = f"{document.title}\n{document.text}"
    lang = (document.lang or "").lower().replace("_", "-").split("-")[0]
    head = len(document.title) + 1
    terms = topic.find_terms(text, lang)
    mentions = (
        _certain(topic.find_vendors(text, lang), terms, text),
        topic.find_products(text),
        topic.find_brands(text),
        terms,
        find_counts(text, lang),
        find_places(text, lang),
    )
    starts = [[item.start for item in found] for found in mentions]
    parts: list[Sentence] = []
    for index, (start, end) in enumerate(sentences.split(text, lang), 1):
        cut = [_cut(found, begins, start, end) for found, begins in zip(mentions, starts, strict=True)]  # type: ignore[type-var]  # a tuple of different mention types
        parts.append(Sentence(index, start, end, start < head, *cut))  # type: ignore[arg-type]  # in the order above
    return Reading(
        text=text,
        folded=fold(text),
        head=head,
        lang=lang,
        grammar=grammar(lang),
        published=document.published,
        sentences=tuple(parts),
    )
