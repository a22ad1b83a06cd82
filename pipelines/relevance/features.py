"""What speaks for and against relevance, as named numbers.

A name says where the sign was seen (``title``, ``any`` sentence, ``many`` sentences, ``share`` of the sentences) and
what it is (``vendor store moves``: a vendor's store within reach of opening, closing or moving).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import log1p

from pipelines.places.model import PlaceKind
from pipelines.relevance.reading import Reading, Sentence
from pipelines.relevance.scope import Store, is_dealer, stores, sure_vendors
from storewatch.types import RetailEvent

MOVES = frozenset(["open", "close", "relocate"])
GROWS = frozenset(["plan", "expand", "stock"])
_TRADE = frozenset(["partner", "market_entry", "close", "expand"])
_OURS = frozenset(["vendor", "focus"])
_DENIES = frozenset(["negation", "deny", "cancel", "rumour"])
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
_CUES = ("own", "place", "retail", "market")
Passage = list[tuple[Sentence, frozenset[str]]]
"""Sentences with their signs; the title comes first."""
_CORE = re.compile(
    r"(vendor|focus) (store|online) |vendor (store|online)$|banner"
    r"|(vendor|focus) (market_entry|partner|maybe|moves|retail)|(vendor|focus) (close|expand) "
    r"|(vendor|focus|product) with (carrier|retailer)"
)
PASSAGE = 450
"""Characters of a passage, about what the labelled articles have on which the weights were fitted."""
# A sentence that names this many vendors lists goods or rivals.
_LIST = 3


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
        vendor_ago = 0 if "vendor" in found else vendor_ago + 1
        brand_ago = 0 if sentence.brands and "vendor" not in found else brand_ago + 1
        titled = titled or (sentence.is_title and "vendor" in found)
        yield sentence, found


def _signs(sentence: Sentence, reading: Reading, focus: bool) -> Iterator[str]:
    vendors = sure_vendors(sentence)
    shops = tuple(stores(sentence, reading.joined, reading.lang, focus))
    if vendors:
        yield "vendor"
        if len({v.vendor for v in vendors}) >= _LIST:
            yield "vendor list"
        if any(is_dealer(v, sentence) for v in vendors):
            yield "vendor dealer"
    spots = {_SPOTS[place.kind] for place in sentence.places if not place.outside}
    yield from {f"says {term.kind} {term.value}" for term in sentence.terms if term.kind != "trap"}
    for shop in shops:
        yield from _store_signs(shop)
        for spot in spots:
            yield f"{shop.owner} {'online' if shop.online else 'store'} in {spot}"
        if shop.owner in _OURS and (shop.counted or shop.actions & (MOVES | GROWS)):
            yield "retail told" + (" and placed" if spots else "")
    for spot in spots:
        yield spot
    for trap in {t.value for t in sentence.terms if t.kind == "trap"}:
        yield f"trap {trap}"
        if any(shop.owner == "vendor" for shop in shops):
            yield f"store trap {trap}"
    if not any(not shop.online for shop in shops):
        yield from _storeless_signs(sentence, bool(vendors), focus, spots)
    if sentence.products:
        yield "product"
        for brand in {b.kind for b in sentence.brands} - {"brand"}:
            yield f"product with {brand}"


def _store_signs(shop: Store) -> Iterator[str]:
    """What is said of one store."""
    head = f"{shop.owner} {'online' if shop.online else 'store'}"
    yield head
    if not shop.online:
        yield "store"
    if shop.banner and not shop.online:
        yield "banner"
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
    for hedge in _DENIES & shop.hedges:
        yield f"{head} {hedge}"


def _storeless_signs(sentence: Sentence, vendor: bool, focus: bool, spots: set[str]) -> Iterator[str]:
    """Entering a market, gaining a seller, opening a space: what needs no store word."""
    actions = {t.value for t in sentence.terms if t.kind == "action"}
    cues = {t.value for t in sentence.terms if t.kind == "cue"}
    who = "vendor" if vendor else "focus" if focus else ""
    if not who:
        return
    for spot in spots:
        yield f"{who} in {spot}"
        if actions & MOVES:
            yield f"{who} moves in {spot}"
    if actions & MOVES and any(t.kind == "store" and t.value == "maybe" for t in sentence.terms):
        yield f"{who} maybe moves"
    for action in sorted(_TRADE):
        if action in actions:
            yield f"{who} {action}"
            for spot in spots:
                yield f"{who} {action} in {spot}"
            if "market" in cues:
                yield f"{who} {action} market"
    if spots and actions & _TRADE:
        yield "trade told and placed"
    if "retail" in cues:
        yield f"{who} retail"
    for brand in {b.kind for b in sentence.brands}:
        yield f"{who} with {brand}"


def passages(reading: Reading) -> list[Passage]:
    """The sentences of a document with their signs, in passages of about ``PASSAGE`` characters.

    The title belongs to each, for it says what all of them are about. A short article is one passage.
    """
    title: Passage = []
    found: list[Passage] = []
    size = PASSAGE
    for sentence, seen in signs(reading):
        if sentence.is_title:
            title = [(sentence, seen)]
            continue
        if size >= PASSAGE:
            found.append(list(title))
            size = 0
        found[-1].append((sentence, seen))
        size += sentence.end - sentence.start
    return found or [title]


def has_core(passage: Passage) -> bool:
    """Does anything in the passage say of a vendor what a retail story is made of?

    Where nothing does, no event can be found and no wording makes a story of it: most of a feed ends here.
    """
    return any(_CORE.match(sign) for _, seen in passage for sign in seen)


def event_signs(events: Iterable[RetailEvent]) -> Iterator[str]:
    """What the facts found in a passage say of it."""
    for event in events:
        yield "event"
        yield f"event {event.action}"
        yield f"event {event.certainty}"
        yield f"event {event.store_type}"
        if event.store_count is not None:
            yield "event counted" if event.store_count > 1 else "event of one store"
        for name in ("city", "country", "partner", "horizon"):
            if getattr(event, name) is not None:
                yield f"event {name}"


def features(passage: Passage, events: Sequence[RetailEvent] = ()) -> Mapping[str, float]:
    """Named numbers of a passage and the events found in it; absent ones are 0."""
    found: dict[str, float] = dict.fromkeys(event_signs(events), 1.0)
    if events:
        found["many event"] = log1p(len(events) - 1)
    tally: Counter[str] = Counter()
    for sentence, seen in passage:
        if sentence.is_title:
            found |= dict.fromkeys((f"title {sign}" for sign in seen), 1.0)
        else:
            tally.update(seen)
    size = max(1, sum(not sentence.is_title for sentence, _ in passage))
    for sign, count in tally.items():
        if "trap" in sign:
            found[f"share {sign}"] = count / size
        else:
            found[f"any {sign}"] = 1.0
            if not sign.startswith("says"):
                found[f"many {sign}"] = log1p(count - 1)
    if not tally["vendor"] and "title vendor" not in found:
        found["no vendor" if not tally["product"] and "title product" not in found else "only product"] = 1.0
    if not tally["store"] and "title store" not in found:
        found["no store"] = 1.0
        # Where no store is named, a car, a factory or an office in the title or text is what the story is about.
        found |= {f"storeless {name}": value for name, value in found.items() if "trap" in name}
    found["vendors"] = log1p(len({v.vendor for sentence, _ in passage for v in sentence.vendors}))
    return found
