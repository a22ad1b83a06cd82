"""What may be an event: every store noun, number and place of an article that could be one, before any is believed.

Kinds: ``store`` a store noun with its number; ``rank`` the total that an ordinal tells ("the 16th store"); ``whole``
the 19 of "15 of 19 stores"; ``bare`` a number without noun ("now there are 17"); ``city`` a city without noun
("Vancouver got one"); ``market`` a vendor and a country; ``partner`` a vendor and a seller of phones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import regex

from pipelines.counts import Count
from pipelines.events import who
from pipelines.events.grammar import words
from pipelines.events.heads import Head, can_count, find_heads
from pipelines.events.reading import Reading, Sentence
from pipelines.events.unrelated import not_stores
from pipelines.events.where import LIST_GAP, Where, cities_of, in_sentence, listed, only_near
from pipelines.places import Place
from storewatch.types import StoreType

Kind = Literal["store", "rank", "whole", "bare", "city", "market", "partner"]

_MAX_PARTNERS = 4
"""Sellers of one sentence that are looked at; longer lists tell where phones are sold, not who was won."""

_MAX_BARE = 60_000
_ASIDE = 24
"""Characters from a city to another that tells where it lies."""
_MARKET_WORDS = ("market_entry", "close", "plan", "open", "expand", "partner", "online_store")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Candidate:
    """A possible event. ``number``: the count it would have; ``counted``: the number it was read from; ``aside``: a
    city that only says where the one before it lies ("Mississauga, west of Toronto")."""

    kind: Kind
    sentence: Sentence
    head: Head
    owner: who.Owner
    where: Where
    number: int | None = None
    counted: Count | None = None
    partner: tuple[str, int, int] | None = None
    heads_here: int = 0
    heads_before: int = 0
    aside: bool = False


@dataclass(frozen=True, slots=True)
class _Context:
    """What earlier sentences leave to later ones."""

    owner: who.Owner
    store_type: StoreType = "own_store"
    heads: int = 0
    stores: bool = False


def candidates(reading: Reading) -> Iterator[Candidate]:
    """All candidates of a document in the order of its sentences."""
    main = who.dominant(reading)
    if main is None:
        return
    stores = any(
        any(t.kind == "store" and t.value != "maybe" for t in s.terms) or any(v.store_type for v in s.vendors)
        for s in reading.sentences
    )
    context = _Context(who.Owner(main, 0, 0, 0), stores=stores)
    for sentence in reading.sentences:
        if not (sentence.vendors or sentence.counts or sentence.places or sentence.terms):
            continue
        heads = find_heads(sentence, reading)
        found = [*_stores(sentence, heads, reading, context)]
        found += _bare(sentence, heads, reading, context)
        found += _cities(sentence, heads, found, reading, context)
        found += _markets(sentence, heads, reading, context)
        found += _partners(sentence, heads, reading, context)
        yield from found
        kind = next(
            (h.store_type for h in heads if h.store_type not in ("online", "service_centre")), context.store_type
        )
        owner = who.carried_on(sentence, context.owner, main)
        context = _Context(owner, kind, context.heads + len(heads), context.stores)


def _stores(sentence: Sentence, heads: list[Head], reading: Reading, context: _Context) -> Iterator[Candidate]:
    for head in heads:
        if head.store_type == "service_centre":
            continue
        owner = who.owner(head, sentence, reading, context.owner)
        if owner is None:
            continue
        several = int(head.count.value) if head.count else 99 if head.plural else None
        where = in_sentence(head, sentence, reading, several if several != 1 else None)
        base = Candidate(
            kind="store",
            sentence=sentence,
            head=head,
            owner=owner,
            where=where,
            number=_number(head, where),
            counted=head.count,
            heads_here=len(heads),
            heads_before=context.heads,
        )
        yield base
        if head.whole is not None:
            yield replace(base, kind="whole", number=int(head.whole.value), counted=head.whole)
        rank = head.ordinal or _rank_behind(head, sentence, reading)
        if rank is not None and rank.value >= 3 and (head.count is None or rank is not head.ordinal):
            wide = replace(where, city=None) if where.country else where
            yield replace(base, kind="rank", number=int(rank.value), counted=rank, where=wide)


_APPOSED = regex.compile(r"[^.;:!?]{0,40},\s(?:\p{L}[\p{L}'’]*\s){0,2}")
"""What stands between a store and its rank told behind it: "a store in Lagos, its third in Nigeria"."""


def _rank_behind(head: Head, sentence: Sentence, reading: Reading) -> Count | None:
    """The rank of a single store that an apposition tells; the noun is not said again."""
    if head.count is not None and head.count.value != 1:
        return None
    for count in sentence.counts if head.plural is not True else ():
        if count.kind == "ordinal" and head.end <= count.start <= head.end + 60:
            between = _APPOSED.fullmatch(reading.folded, head.end, count.start)
            if between and alone(count, reading) in ("end", "function"):
                return count
    return None


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


def _bare(sentence: Sentence, heads: list[Head], reading: Reading, context: _Context) -> Iterator[Candidate]:
    """Numbers that no noun follows, where stores are spoken of."""
    if not context.stores:
        return
    bound = {(c.start, c.end) for h in heads for c in (h.count, h.ordinal, h.whole) if c is not None}
    for count in sentence.counts:
        if (count.start, count.end) in bound or count.kind != "cardinal" or count.collective:
            continue
        if count.value > _MAX_BARE or not can_count(count, (), sentence, reading) or alone(count, reading) is None:
            continue
        if _named(count, sentence, reading) or not_stores(count, sentence, heads, reading):
            continue
        head = Head(
            start=count.start, end=count.end, store_type=context.store_type, count=count, plural=count.value > 1
        )
        owner = who.owner(head, sentence, reading, context.owner)
        if owner is None:
            continue
        yield Candidate(
            kind="bare",
            sentence=sentence,
            head=head,
            owner=owner,
            where=in_sentence(head, sentence, reading, int(count.value) if count.value > 1 else None),
            number=int(count.value),
            counted=count,
            heads_here=len(heads),
            heads_before=context.heads,
        )


_NAME_GAP = frozenset(("", " ", " (", "-", "\u00a0"))


def _named(count: Count, sentence: Sentence, reading: Reading) -> bool:
    """Is a number part of a name ("Redmi 2 and 4", "top 10"), or has it the unit of the next ("14 to 18 per cent")?"""
    names = [*sentence.vendors, *sentence.products]
    if any(reading.text[n.end : count.start] in _NAME_GAP for n in names if n.end <= count.start):
        return True
    if words("model").search(reading.folded, max(0, count.start - 24), count.start):
        return True
    before = next((c for c in reversed(sentence.counts) if c.end <= count.start), None)
    if before is not None and _listed(before, count, reading) and _named(before, sentence, reading):
        return True
    after = next((c for c in sentence.counts if c.start >= count.end), None)
    return after is not None and after.unit is not None and _listed(count, after, reading)


def _listed(first: Count, second: Count, reading: Reading) -> bool:
    """Do two numbers stand in one list or range?"""
    gap = reading.folded[first.end : second.start]
    return LIST_GAP.fullmatch(gap) is not None or _RANGE_GAP.fullmatch(gap) is not None


_RANGE_GAP = regex.compile(r"\s?(?:\p{L}{1,3}|[-–~])\s?")


_NEXT = regex.compile(r"\s*([\p{L}\p{M}]+)")


def alone(count: Count, reading: Reading) -> str | None:
    """What follows a number without noun: "end", "function" word, "verb" (German, where nouns are written large), most
    likely a "noun" or some "other" word; None where a noun is counted for sure."""
    rest = reading.folded[count.end : count.end + 20]
    if reading.grammar.spaceless:
        return "end" if _EAST_COUNTER.match(rest) else None
    word = _NEXT.match(rest)
    if word is None or _MARK.match(rest):
        return "end"
    if reading.grammar.blocks.fullmatch(word.group(1)) or reading.grammar.done.fullmatch(word.group(1)):
        return "function"
    if reading.lang == "de":
        return None if reading.text[count.end + word.start(1)].isupper() else "verb"
    if reading.grammar.lang in _PLURAL_BY_S and word.group(1).endswith("s"):
        return "noun"
    return "other"


_PLURAL_BY_S = frozenset(("en", "fr", "es", "pt", "ca"))
"""Languages whose plurals end in s: another noun is counted, most likely.  ("60,000 cases")"""
_EAST_COUNTER = words("counter_alone")
_MARK = regex.compile(r"\s*[.,;:!?)–—]")


def _cities(
    sentence: Sentence, heads: list[Head], found: Sequence[Candidate], reading: Reading, context: _Context
) -> Iterator[Candidate]:
    """Cities that no store noun of the sentence has taken."""
    if not context.stores and not (sentence.vendors and sentence.of("action", "open", "close", "relocate")):
        return
    taken = {(p.start, p.end) for c in found for p in c.where.places}
    cities = [p for p in cities_of(sentence.places) if (p.start, p.end) not in taken]
    told = [p.end for c in found for p in c.where.places if p.city]
    done: set[tuple[int, int]] = set()
    for city in cities:
        if (city.start, city.end) in done:
            continue
        run = [p for p in listed(city, cities, reading) if p.country == city.country and (p.start, p.end) not in done]
        done.update((p.start, p.end) for p in run)
        head = Head(start=city.start, end=city.end, store_type=context.store_type, plural=False)
        owner = who.owner(head, sentence, reading, context.owner)
        if owner is None:
            continue
        names = list(dict.fromkeys(p.city for p in run if p.city))
        countries = {p.country for p in run}
        where = Where("; ".join(names), countries.pop() if len(countries) == 1 else None, None, tuple(run))
        yield Candidate(
            kind="city",
            sentence=sentence,
            head=head,
            owner=owner,
            where=where,
            number=1,
            heads_here=len(heads),
            heads_before=context.heads,
            aside=only_near(city, reading) and any(0 < city.start - end <= _ASIDE for end in told),
        )


def _countries(sentence: Sentence) -> list[Place]:
    kept: dict[str, Place] = {}
    for place in sentence.places:
        if place.country and place.kind in ("country", "home", "city", "adjective", "state"):
            kept.setdefault(place.country, place)
    return list(kept.values())[:6]


def _markets(sentence: Sentence, heads: list[Head], reading: Reading, context: _Context) -> Iterator[Candidate]:
    """A vendor and a country in a sentence that tells of coming, going or selling."""
    if not sentence.of("action", *_MARKET_WORDS):
        return
    for place in _countries(sentence):
        head = Head(start=place.start, end=place.end, store_type="market")
        owner = who.owner(head, sentence, reading, context.owner)
        if owner is None:
            continue
        yield Candidate(
            kind="market",
            sentence=sentence,
            head=head,
            owner=owner,
            where=Where(country=place.country, places=(place,)),
            heads_here=len(heads),
            heads_before=context.heads,
        )


def _partners(sentence: Sentence, heads: list[Head], reading: Reading, context: _Context) -> Iterator[Candidate]:
    """A vendor and a company that sells phones: known as a chain or carrier, or named beside a word of partnership."""
    known = [(b.name, b.start, b.end) for b in sentence.brands if b.kind in ("retailer", "carrier")][:_MAX_PARTNERS]
    if not known and sentence.vendors:
        unknown = who.unknown_partner(sentence, reading)
        known = [unknown] if unknown is not None else []
    for name, start, end in known:
        head = Head(start=start, end=end, store_type="partner_store")
        nearest = sorted(sentence.vendors, key=lambda v: abs(v.start - start))[:1]
        owner = who.Owner(nearest[0].vendor, nearest[0].start, nearest[0].end, 1) if nearest else context.owner
        if not owner.vendor:
            continue
        yield Candidate(
            kind="partner",
            sentence=sentence,
            head=head,
            owner=owner,
            where=in_sentence(head, sentence, reading),
            partner=(name, start, end),
            heads_here=len(heads),
            heads_before=context.heads,
        )
