"""What speaks for and against relevance, as named numbers.

A name says where the sign was seen (``title``, ``any`` sentence, ``many`` sentences, ``share`` of the sentences) and
what it is (``vendor store moves``: a vendor's store within reach of opening, closing or moving).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import log1p

from pipelines.relevance.reading import Reading, Sentence
from pipelines.relevance.scope import Store, is_dealer, stores, sure_vendors

MOVES = frozenset(["open", "close", "relocate"])
GROWS = frozenset(["plan", "expand", "stock"])
_DENIES = frozenset(["negation", "deny", "cancel"])
_CUES = ("own", "place", "retail", "market")
PASSAGE = 1200
"""Characters of a passage: the labelled articles, on which the weights were fitted, are at most about this long."""
# A sentence that names this many vendors lists goods or rivals.
_LIST = 3


def signs(reading: Reading) -> Iterator[tuple[Sentence, frozenset[str]]]:
    """The signs of each sentence, in order."""
    focus = False
    for sentence in reading.sentences:
        found = frozenset(_signs(sentence, reading, focus))
        if "vendor" in found:
            focus = True
        elif sentence.brands:
            focus = False
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
    for shop in shops:
        yield from _store_signs(shop)
    for trap in {t.value for t in sentence.terms if t.kind == "trap"}:
        yield f"trap {trap}"
        if any(shop.owner == "vendor" for shop in shops):
            yield f"store trap {trap}"
    if not any(not shop.online for shop in shops):
        yield from _storeless_signs(sentence, bool(vendors), focus)
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
    if shop.hedges & _DENIES:
        yield f"{head} negated"


def _storeless_signs(sentence: Sentence, vendor: bool, focus: bool) -> Iterator[str]:
    """Entering a market, gaining a seller, opening a space: what needs no store word."""
    actions = {t.value for t in sentence.terms if t.kind == "action"}
    cues = {t.value for t in sentence.terms if t.kind == "cue"}
    who = "vendor" if vendor else "focus" if focus else ""
    if not who:
        return
    if actions & MOVES and any(t.kind == "store" and t.value == "maybe" for t in sentence.terms):
        yield f"{who} maybe moves"
    for action in ("partner", "market_entry", "close", "expand"):
        if action in actions:
            yield f"{who} {action}"
            if "market" in cues:
                yield f"{who} {action} market"
    if "retail" in cues:
        yield f"{who} retail"
    for brand in {b.kind for b in sentence.brands}:
        yield f"{who} with {brand}"


def passages(reading: Reading) -> list[list[tuple[Sentence, frozenset[str]]]]:
    """The sentences of a document with their signs, in passages of about ``PASSAGE`` characters.

    The title belongs to each, for it says what all of them are about. A short article is one passage.
    """
    title: list[tuple[Sentence, frozenset[str]]] = []
    found: list[list[tuple[Sentence, frozenset[str]]]] = []
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


def features(passage: Sequence[tuple[Sentence, frozenset[str]]]) -> Mapping[str, float]:
    """Named numbers of a passage; absent ones are 0."""
    found: dict[str, float] = {}
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
            found[f"many {sign}"] = log1p(count - 1)
    if not tally["vendor"] and "title vendor" not in found:
        found["no vendor" if not tally["product"] and "title product" not in found else "only product"] = 1.0
    if not tally["store"] and "title store" not in found:
        found["no store"] = 1.0
    found["vendors"] = log1p(len({v.vendor for sentence, _ in passage for v in sentence.vendors}))
    return found
