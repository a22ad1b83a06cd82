"""What one sentence says for and against relevance: its signs.

A sign is a short phrase, such as ``vendor store moves``: a vendor's store within reach of opening, closing or moving.
docs/topic.md lists them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipelines.places.model import PlaceKind
from pipelines.relevance.reading import Reading, Sentence
from pipelines.relevance.scope import Store, is_dealer, stores, sure_vendors
from pipelines.topics import VendorMatch

MOVES = frozenset(["open", "close", "relocate"])
GROWS = frozenset(["plan", "expand", "stock"])
TRADE = frozenset(["partner", "market_entry", "close", "expand"])
OURS = frozenset(["vendor", "focus"])
_HEDGES = frozenset(["negation", "deny", "cancel", "rumour"])
_CUES = ("own", "place", "retail", "market")
# What is named -> how the signs call it. Words for the reader's own country tell least.
_SPOTS: Mapping[PlaceKind, str] = {
    "city": "city",
    "district": "city",
    "country": "country",
    "adjective": "country",
    "state": "country",
    "region": "region",
    "home": "region",
}
_MEMORY = 3
"""Sentences for which a text goes on speaking of a vendor it does not name again."""
_LIST = 3
"""A sentence that names this many vendors lists goods or rivals."""


def signs(reading: Reading) -> Iterator[tuple[Sentence, frozenset[str]]]:
    """The signs of each sentence, in order.

    A sentence that names no company speaks of the vendor (the focus) that one of the ``_MEMORY`` sentences before it
    named, or that the title names, unless another company was named since.
    """
    titled = False
    vendor_ago = brand_ago = _MEMORY + 1
    for sentence in reading.sentences:
        focus = vendor_ago <= min(_MEMORY, brand_ago) or (titled and brand_ago > _MEMORY)
        found = frozenset(_signs(sentence, reading, focus))
        # Where another company's text lists makers, it goes on speaking of that company.
        aside = "vendor list" in found and brand_ago <= _MEMORY
        vendor_ago = 0 if "vendor" in found and not aside else vendor_ago + 1
        brand_ago = 0 if sentence.brands and "vendor" not in found else brand_ago + 1
        titled = titled or (sentence.is_title and "vendor" in found)
        yield sentence, found


def _signs(sentence: Sentence, reading: Reading, focus: bool) -> Iterator[str]:
    vendors = sure_vendors(sentence)
    shops = tuple(stores(sentence, reading.joined, reading.lang, focus))
    spots = {_SPOTS[place.kind] for place in sentence.places if not place.outside}
    yield from spots
    yield from (f"says {term.kind} {term.value}" for term in sentence.terms if term.kind != "trap")
    yield from _company_signs(sentence, vendors)
    for shop in shops:
        yield from _store_signs(shop, spots)
    for trap in {term.value for term in sentence.terms if term.kind == "trap"}:
        yield f"trap {trap}"
        if any(shop.owner == "vendor" for shop in shops):
            yield f"store trap {trap}"
    if all(shop.online for shop in shops) and (vendors or focus):
        yield from _storeless_signs(sentence, "vendor" if vendors else "focus", spots)


def _company_signs(sentence: Sentence, vendors: Sequence[VendorMatch]) -> Iterator[str]:
    """Which companies are named, and how."""
    if vendors:
        yield "vendor"
        if len({v.vendor for v in vendors}) >= _LIST:
            yield "vendor list"
        if any(is_dealer(v, sentence) for v in vendors):
            yield "vendor dealer"
    if sentence.products:
        yield "product"
        for brand in {b.kind for b in sentence.brands} - {"brand"}:
            yield f"product with {brand}"


def _store_signs(shop: Store, spots: set[str]) -> Iterator[str]:
    """What is said of one store."""
    head = f"{shop.owner} {'online' if shop.online else 'store'}"
    yield head
    if not shop.online:
        yield "store"
    if shop.banner and not shop.online:
        yield "banner"
    yield from (f"{head} in {spot}" for spot in spots)
    if shop.owner in OURS and (shop.counted or shop.actions & (MOVES | GROWS)):
        yield "retail told" + (" and placed" if spots else "")
    if shop.actions & MOVES:
        yield f"{head} moves"
        if shop.counted:
            yield f"{head} counted moves"
    if shop.actions & GROWS:
        yield f"{head} grows"
    if shop.actions & {"partner", "market_entry"}:
        yield f"{head} partner"
    if shop.counted:
        yield f"{head} counted"
    for cue in _CUES:
        if cue in shop.cues:
            yield f"{head} {cue}"
    for hedge in _HEDGES & shop.hedges:
        yield f"{head} {hedge}"


def _storeless_signs(sentence: Sentence, who: str, spots: set[str]) -> Iterator[str]:
    """Entering a market, gaining a seller, opening a space: what needs no store word."""
    actions = {t.value for t in sentence.terms if t.kind == "action"}
    cues = {t.value for t in sentence.terms if t.kind == "cue"}
    for spot in spots:
        yield f"{who} in {spot}"
        if actions & MOVES:
            yield f"{who} moves in {spot}"
    if actions & MOVES and any(t.kind == "store" and t.value == "maybe" for t in sentence.terms):
        yield f"{who} maybe moves"
    for action in sorted(TRADE):
        if action in actions:
            yield f"{who} {action}"
            for spot in spots:
                yield f"{who} {action} in {spot}"
            if "market" in cues:
                yield f"{who} {action} market"
    if spots and actions & TRADE:
        yield "trade told and placed"
    if "retail" in cues:
        yield f"{who} retail"
    for brand in {b.kind for b in sentence.brands}:
        yield f"{who} with {brand}"
