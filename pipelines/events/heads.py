"""Store nouns with the numbers that belong to them.

A head is a noun phrase for stores: neighbouring store words and store banners ("own flagship store", "Mi Home stores")
are one. Numbers are bound to the nearest head they can count: nothing but adjectives may stand between them, and a
number that counts square metres, people, money, time, goods or places never counts stores.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import regex

from pipelines.counts import Count
from pipelines.events.grammar import words
from pipelines.events.reading import Reading, Sentence
from storewatch.types import StoreType

_SPECIAL: tuple[StoreType, ...] = (
    "popup",
    "shop_in_shop",
    "kiosk",
    "flagship",
    "experience",
    "partner_store",
    "online",
    "service_centre",
)
"""Store types that say more than "store"; the first that a noun phrase carries is its type."""

_MAX_GAP = 44
"""Longest stretch between a number and its noun: "2,000 of its own new brick-and-mortar stores"."""

_BARRIER = regex.compile(r"[,;:.!?()\[\]«»„“”\"。，、；：！？（）]|\s[-–—]\s")
_COUNTER = words("counter_behind")
_DIRECT = words("counter_direct")
_LED_TO = words("led_to")
_END_OF_PHRASE = regex.compile(r"\s*(?:$|[.,;:!?)。，、；])")
_NUMBER_WORD = words("number_word")
_GLUED_DAY = regex.compile(r"(?:19|20)[0-9]{2}(?:0?[1-9]|1[0-2])[0-9]{1,2}")
"""A day whose marks a page has lost: "2020613"."""


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """A store noun phrase at ``[start, end)`` of the joined string.

    ``vendor``: whose banner it names; ``plural``: its form, None where that does not tell; ``count``/``ordinal``: the
    numbers bound to it; ``whole``: the larger number of "15 of 19 stores"; ``loose``: the words mean a store only in
    this context (space, location).
    """

    start: int
    end: int
    store_type: StoreType
    vendor: str | None = None
    plural: bool | None = None
    count: Count | None = None
    ordinal: Count | None = None
    whole: Count | None = None
    loose: bool = False


Part = tuple[int, int, str | None, str | None]
"""Start, end, store type and vendor of a store word or banner."""


def find_heads(sentence: Sentence, reading: Reading) -> list[Head]:
    """The heads of a sentence with their numbers, in order."""
    parts: list[Part] = [(t.start, t.end, t.value, None) for t in sentence.of("store")]
    parts += [(v.start, v.end, v.store_type, v.vendor) for v in sentence.vendors if v.store_type]
    groups = _grouped(sorted(parts, key=lambda p: (p[0], -p[1])), reading.text)
    heads = [_head(group, reading) for group in groups]
    heads = [h for h in heads if not h.loose or _supported(h, sentence)]
    return _with_numbers(heads, sentence, reading)


def _grouped(parts: Sequence[Part], text: str) -> list[list[Part]]:
    """Parts that overlap or stand next to each other form one phrase."""
    groups: list[list[Part]] = []
    end = -1
    for part in parts:
        gap = text[end : part[0]] if 0 <= end <= part[0] else ""
        if groups and (part[0] <= end or (len(gap) <= 2 and not gap.strip(" -'’的의"))):
            groups[-1].append(part)
        else:
            groups.append([part])
        end = max(end, part[1]) if len(groups[-1]) > 1 else part[1]
    return groups


def _head(group: list[Part], reading: Reading) -> Head:
    start, end = min(p[0] for p in group), max(p[1] for p in group)
    types = {p[2] for p in group}
    kind: StoreType = next((t for t in _SPECIAL if t in types), "own_store")
    folded = reading.folded[start:end]
    plural: bool | None = None
    if reading.grammar.singular.search(folded):
        plural = False
    elif reading.grammar.plural.search(folded):
        plural = True
    elif reading.grammar.lang in ("en", "fr", "es", "pt"):
        plural = False
    return Head(
        start=start,
        end=end,
        store_type=kind,
        vendor=next((p[3] for p in group if p[3]), None),
        plural=plural,
        loose=types == {"maybe"},
    )


def _supported(head: Head, sentence: Sentence) -> bool:
    """Is a word such as "location" a store here: beside a vendor's name or a number?"""
    near_vendor = any(0 <= head.start - v.end <= 12 or 0 <= v.start - head.end <= 8 for v in sentence.vendors)
    near_count = any(c.unit is None and not c.yearlike and 0 <= head.start - c.end <= 14 for c in sentence.counts)
    return near_vendor or near_count


def _with_numbers(heads: list[Head], sentence: Sentence, reading: Reading) -> list[Head]:
    counts = [c for c in sentence.counts if can_count(c, heads, sentence, reading)]
    pairs = sorted(_pairs(heads, counts, reading), key=lambda p: p[0])
    taken: dict[int, int] = {}
    counted: dict[int, dict[str, Count]] = {}
    for _, h, c in pairs:
        role = "ordinal" if counts[c].kind == "ordinal" else "count"
        if c not in taken and role not in counted.setdefault(h, {}):
            taken[c] = h
            counted[h][role] = counts[c]
    out: list[Head] = []
    for index, head in enumerate(heads):
        found = counted.get(index, {})
        count, whole = _part_of(found.get("count"), counts, taken, reading)
        out.append(_replaced(head, count, found.get("ordinal"), whole))
    return out


def can_count(count: Count, heads: Iterable[Head], sentence: Sentence, reading: Reading) -> bool:
    """May a number count stores at all, with one of ``heads`` or alone?

    What may be a year of these days does only right before its noun.
    """
    if count.kind == "share" or count.value != int(count.value) or count.value < 1:
        return False
    if count.unit is not None or count.value > 3_000_000 or _GLUED_DAY.fullmatch(reading.text, count.start, count.end):
        return False
    if not count.yearlike:
        return not dated(count, sentence, reading)
    if _COUNTER.match(reading.folded, count.end):
        return True
    if dated(count, sentence, reading):
        return False
    this_year = reading.published.at.year if reading.published else None
    far_off = this_year is not None and not this_year - 9 <= count.value <= this_year + 14
    return any(0 <= h.start - count.end <= (_MAX_GAP if far_off else 2) for h in heads)


def dated(count: Count, sentence: Sentence, reading: Reading) -> bool:
    """Is a number part of a date or another word of time?"""
    if count.value > 31 and not count.yearlike:
        return False
    return any(h.start <= count.start and count.end <= h.end for h in reading.horizons(sentence))


def _pairs(heads: list[Head], counts: list[Count], reading: Reading) -> Iterable[tuple[int, int, int]]:
    """(distance, head, count) for every number that may belong to a head."""
    for h, head in enumerate(heads):
        for c, count in enumerate(counts):
            if count.end <= head.start:
                distance = _before(count, head, heads, reading)
            elif count.start >= head.end:
                distance = _behind(count, head, heads, reading)
            elif count.start <= head.start < count.end or count.start >= head.start:
                distance = 0
            else:
                distance = None
            if distance is not None:
                yield distance, h, c


def _before(count: Count, head: Head, heads: list[Head], reading: Reading) -> int | None:
    gap = reading.folded[count.end : head.start]
    if len(gap) > _MAX_GAP or _BARRIER.search(gap) or regex.search(r"\p{Nd}", gap):
        return None
    if any(count.end <= other.start < head.start for other in heads if other is not head):
        return None
    if reading.grammar.spaceless:
        counter = _COUNTER.match(gap)
        if counter or _DIRECT.fullmatch(gap):
            return len(gap)
        return len(gap) + 4 if len(gap) <= 12 else None
    blocked = reading.grammar.blocks.search(_without_of(gap, reading))
    return None if blocked else len(gap)


_OR_SO = words("or_so")


def _without_of(gap: str, reading: Reading) -> str:
    """The gap without a leading "of its" or "or so" (150 of its stores, 1,400 or so shops)."""
    gap = gap.strip()
    of = _OR_SO.match(gap) or reading.grammar.of.match(gap)
    return gap[of.end() :] if of else gap


def _behind(count: Count, head: Head, heads: list[Head], reading: Reading) -> int | None:
    """Numbers behind their noun: 매장 3곳, 门店超6000家, "the number of stores to 700"."""
    gap = reading.folded[head.end : count.start]
    if len(gap) > _MAX_GAP or regex.search(r"[;.!?。；！？]", gap):
        return None
    if any(head.end <= other.start < count.start for other in heads if other is not head):
        return None
    if reading.grammar.spaceless:
        if _COUNTER.match(reading.folded, count.end):
            return len(gap) + 6
        return None
    if count.kind == "ordinal":
        return len(gap) if len(gap) <= 12 and _NUMBER_WORD.fullmatch(gap) else None
    if reading.lang in ("vi", "id", "ms", "ar", "fa") and len(gap) <= 2:
        return len(gap) + 6
    if count.value > 1 and len(gap) <= 30 and "," not in gap and _LED_TO.search(gap):
        rest = reading.folded[count.end : count.end + 12]
        if _END_OF_PHRASE.match(rest) or reading.grammar.blocks.match(rest.lstrip()):
            return len(gap) + 30
    return None


def _part_of(
    count: Count | None, counts: list[Count], taken: dict[int, int], reading: Reading
) -> tuple[Count | None, Count | None]:
    """Reads "15 of 19 stores": the part is what happens, the whole is what there is."""
    if count is None or count.kind == "ordinal":
        return count, None
    for index, part in enumerate(counts):
        gap = reading.folded[part.end : count.start]
        if index in taken or part.end > count.start or len(gap) > 24 or part.kind != "cardinal":
            continue
        of = reading.grammar.of.search(gap)
        if of and part.value < count.value and not _BARRIER.search(gap):
            return part, count
    return count, None


def _replaced(head: Head, count: Count | None, ordinal: Count | None, whole: Count | None) -> Head:
    return Head(
        start=head.start,
        end=head.end,
        store_type=head.store_type,
        vendor=head.vendor,
        plural=head.plural,
        count=count,
        ordinal=ordinal,
        whole=whole,
        loose=head.loose,
    )
