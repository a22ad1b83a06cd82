"""Whose store it is, and what is said of it: the reading of one sentence.

Every store word gets an owner, the company nearest to it in the sentence, and the words within reach of it: an action,
a number, a place. So a rival's stores, a carrier's branches and a factory in the same sentence do not count as the
vendor's stores.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from pipelines.relevance.reading import Sentence
from pipelines.topics import Term, VendorMatch

PHYSICAL = frozenset(["own_store", "flagship", "experience", "popup", "kiosk", "shop_in_shop", "partner_store"])
Owner = Literal["vendor", "brand", "focus", "other"]
"""``focus``: nobody is named in the sentence, the vendor is what the text speaks of; ``other``: nobody at all."""

_REACH = 60
_REACH_DENSE = 28
"""Characters between a store word and what is said of it; in scripts of few, full characters the second."""
_LONGEST_TERM = 60
_MAX_STORES = 24
"""Store words of a sentence that are looked at; more of them stand only in lists and in rubbish."""
_DENSE = frozenset(["zh", "ja", "ko"])
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A store word with its owner and the values of the words within reach (``actions``, ``cues``, ...)."""

    start: int
    end: int
    owner: Owner
    online: bool
    banner: bool
    counted: bool
    actions: frozenset[str]
    cues: frozenset[str]
    hedges: frozenset[str]
    traps: frozenset[str]


def reach(lang: str | None) -> int:
    """How far a store word and what is said of it stand apart at most."""
    return _REACH_DENSE if lang in _DENSE else _REACH


def gap(a: tuple[int, int], b: tuple[int, int]) -> int:
    """Characters between two spans."""
    return max(0, b[0] - a[1], a[0] - b[1])


def is_physical(match: VendorMatch) -> bool:
    """Is it the name of stores one can walk into?"""
    return match.store_type not in (None, "online", "market")


def sure_vendors(sentence: Sentence) -> list[VendorMatch]:
    """Vendors named beyond doubt: an ordinary word counts only right beside a store or a phone."""
    if not any(v.ambiguous for v in sentence.vendors):
        return sentence.vendors
    helpers = [t for t in sentence.terms if (t.kind == "store" and t.value != "maybe") or t.value == "phone"]
    return [
        v
        for v in sentence.vendors
        if not v.ambiguous or any(gap((v.start, v.end), (t.start, t.end)) < _REACH for t in helpers)
    ]


def stores(sentence: Sentence, joined: str, lang: str | None, focus: bool) -> Iterator[Store]:
    """The store words of a sentence. ``focus``: does the text speak of a vendor when it names nobody?"""
    vendors = sure_vendors(sentence)
    spans = [(t.start, t.end, t.value == "online", False) for t in sentence.terms if _is_store(t)]
    named = [(v.start, v.end, not is_physical(v), True) for v in vendors if v.store_type is not None]
    spans = [s for s in spans if not any(n[0] <= s[0] and s[1] <= n[1] for n in named)] + named
    limit = reach(lang)
    starts = [t.start for t in sentence.terms]
    for start, end, online, banner in sorted(spans)[:_MAX_STORES]:
        low = bisect_left(starts, start - limit - _LONGEST_TERM)
        high = bisect_right(starts, end + limit)
        near = [t for t in sentence.terms[low:high] if t.end >= start - limit]
        yield Store(
            start=start,
            end=end,
            owner="vendor" if banner else _owner(start, end, vendors, sentence, focus),
            online=online,
            banner=banner,
            counted=_DIGIT.search(joined, max(sentence.start, start - 25), start) is not None,
            actions=_values(near, "action"),
            cues=_values(near, "cue"),
            hedges=_values(near, "hedge"),
            traps=_values(near, "trap"),
        )


def _is_store(term: Term) -> bool:
    return term.kind == "store" and (term.value in PHYSICAL or term.value == "online")


def _values(terms: Iterable[Term], kind: str) -> frozenset[str]:
    return frozenset(term.value for term in terms if term.kind == kind)


def is_dealer(vendor: VendorMatch, sentence: Sentence) -> bool:
    """Is the vendor's name part of its dealer's description ("Apple reseller", "distributeur Xiaomi")?"""
    return any(
        gap((vendor.start, vendor.end), (term.start, term.end)) <= 2
        for term in sentence.terms
        if (term.kind, term.value) in (("store", "partner_store"), ("action", "partner"))
    )


def _owner(start: int, end: int, vendors: list[VendorMatch], sentence: Sentence, focus: bool) -> Owner:
    """The nearest company, what stands before the store word being preferred."""
    best: tuple[int, Owner] | None = None
    companies: list[tuple[int, int, Owner]] = [(v.start, v.end, "vendor") for v in vendors]
    companies += [(b.start, b.end, "brand") for b in sentence.brands]
    for first, last, kind in companies:
        distance = gap((start, end), (first, last))
        if first > start and distance > 2:
            distance += 15
        if best is None or distance < best[0]:
            best = (distance, kind)
    if best is not None:
        return best[1]
    return "focus" if focus else "other"
