"""What speaks for and against relevance, as named numbers.

A feature's name has up to two parts: where (``title``, ``any``, ``many``) and what. ``FEATURES`` says each in words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from math import log1p

from pipelines.relevance.reading import Reading, Sentence
from pipelines.topics import Term

PHYSICAL = frozenset(["own_store", "flagship", "experience", "popup", "kiosk", "shop_in_shop", "partner_store"])
MOVES = frozenset(["open", "close", "relocate"])
GROWS = frozenset(["plan", "expand", "stock"])
NEAR = 90
_DIGIT = re.compile(r"\d")


def _gap(a: int, b: int, c: int, d: int) -> int:
    """Characters between the spans ``[a, b)`` and ``[c, d)``."""
    return max(0, c - b, a - d)


def stores(sentence: Sentence) -> list[tuple[int, int]]:
    found = [(t.start, t.end) for t in sentence.terms if t.kind == "store" and t.value in PHYSICAL]
    return found + [(v.start, v.end) for v in sentence.vendors if v.store_type not in (None, "online", "market")]


def _values(sentence: Sentence, kind: str) -> set[str]:
    return {t.value for t in sentence.terms if t.kind == kind}


def sure_vendors(sentence: Sentence) -> list[tuple[int, int]]:
    """Vendors that are named beyond doubt: an ordinary word counts beside a store or a phone."""
    helpers: list[Term] = [
        t for t in sentence.terms if (t.kind == "store" and t.value != "maybe") or t.value == "phone"
    ]
    return [
        (v.start, v.end)
        for v in sentence.vendors
        if not v.ambiguous or any(_gap(v.start, v.end, t.start, t.end) < NEAR for t in helpers)
    ]


def sentence_signs(sentence: Sentence, joined: str) -> Iterator[str]:
    """The signs of one sentence."""
    vendors, shops = sure_vendors(sentence), stores(sentence)
    actions, cues, traps, hedges = (_values(sentence, kind) for kind in ("action", "cue", "trap", "hedge"))
    kinds = _values(sentence, "store")
    brands = {b.kind for b in sentence.brands}
    banner = any(v.store_type not in (None, "online", "market") for v in sentence.vendors)
    near = any(_gap(*v, *s) < NEAR for v in vendors for s in shops)
    counted = any(_DIGIT.search(joined, max(sentence.start, s[0] - 25), s[0]) for s in shops)
    moves, grows = actions & MOVES, actions & GROWS
    if vendors:
        yield "vendor"
    if shops:
        yield "store"
    if banner:
        yield "banner"
        if moves:
            yield "banner moves"
    if near:
        yield "vendor store"
        if moves:
            yield "vendor store moves"
        if grows:
            yield "vendor store grows"
        if counted:
            yield "vendor store counted"
        for cue in ("own", "place", "retail"):
            if cue in cues:
                yield f"vendor store {cue}"
        if hedges & {"negation", "deny", "cancel"}:
            yield "vendor store negated"
        if brands:
            yield "vendor store brand"
    if shops and not vendors and not brands:
        if moves:
            yield "it store moves"
        if counted:
            yield "it store counted"
        if grows:
            yield "it store grows"
    if vendors and not shops:
        if "maybe" in kinds and moves:
            yield "vendor maybe moves"
        if "partner" in actions:
            yield "vendor partner"
        if "market_entry" in actions:
            yield "vendor enters" + (" market" if "market" in cues else "")
        if "retail" in cues and actions:
            yield "vendor retail"
        if "online" in kinds and actions & {"open", "online_store", "market_entry", "plan"}:
            yield "vendor online"
    if shops and brands and not vendors:
        yield "brand store"
    for trap in traps:
        yield f"trap {trap}"


def features(reading: Reading) -> Mapping[str, float]:
    """Named numbers of a document, absent ones are 0."""
    found: dict[str, float] = {}
    tally: Counter[str] = Counter()
    for sentence in reading.sentences:
        for sign in sentence_signs(sentence, reading.joined):
            if sentence.is_title:
                found[f"title {sign}"] = 1.0
            else:
                tally[sign] += 1
    size = max(1, len(reading.sentences) - 1)
    for sign, count in tally.items():
        if sign.startswith("trap"):
            found[f"share {sign}"] = count / size
        else:
            found[f"any {sign}"] = 1.0
            found[f"many {sign}"] = log1p(count - 1)
    if not tally["vendor"] and "title vendor" not in found:
        found["no vendor"] = 1.0
    if not tally["store"] and "title store" not in found:
        found["no store"] = 1.0
    found["vendors"] = log1p(len({v.vendor for s in reading.sentences for v in s.vendors}))
    return found
