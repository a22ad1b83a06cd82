"""What moved the score, in words for people.

Features have names for the weights (``any vendor store moves``); here each becomes a clause of plain English. Features
that read the same (seen once, seen several times) are one signal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_WHERE = {"title": "the title", "any": "the text", "many": "the text", "share": "the text"}
_OWNERS = {
    "vendor": "a vendor's",
    "focus": "the same vendor's",
    "brand": "another company's",
    "other": "somebody's",
}
_WHO = {"vendor": "a vendor", "focus": "the vendor spoken of"}
_STORE = {
    "moves": "that opens, closes or moves",
    "grows": "that is planned, added or counted",
    "partner": "beside a word of partnership",
    "counted": "with a number",
    "counted moves": "with a number, opening, closing or moving",
    "own": "called its own, first or official",
    "place": "in a mall or street",
    "retail": "beside a word of retail",
    "market": "beside a word of markets",
    "negation": "beside a negation",
    "deny": "that is denied",
    "cancel": "that is cancelled",
    "rumour": "that is rumoured",
    "in city": "with a city",
    "in country": "with a country",
    "in region": "with a region",
}
_DOES = {
    "close": "closing or leaving",
    "expand": "growing",
    "market_entry": "entering a market",
    "partner": "winning or losing a seller",
    "moves": "opening, closing or moving",
    "maybe moves": "opening or closing something that may be a store",
    "retail": "beside a word of retail",
    "list": "among several others",
    "dealer": "in the name of its dealer",
    "with carrier": "with a carrier",
    "with retailer": "with a chain of shops",
    "with brand": "with another company",
}
_SAYS = {
    "action": "speaks of {}",
    "hedge": "has words of {}",
    "cue": "has words of {}",
    "store": "names a store ({})",
    "speaker": "quotes somebody",
}
_WORDS = {
    "market_entry": "entering a market",
    "online_store": "online shops",
    "open": "opening",
    "close": "closing",
    "plan": "planning",
    "expand": "growing",
    "relocate": "moving house",
    "partner": "partners",
    "stock": "having a number of stores",
    "own": "something of its own",
    "place": "malls and streets",
    "phone": "phones",
    "own_store": "its own",
    "service_centre": "service centre",
    "maybe": "perhaps one",
}
_ALONE = {
    "no vendor": "no vendor is named",
    "only product": "products are named, but no vendor",
    "no store": "no store is named",
    "untitled": "there is no title",
    "short": "there is little to read",
    "very short": "there is little to read",
    "vendors": "several vendors are named",
    "event": "something is said of a vendor's stores",
    "event chance": "how sure the surest event is",
    "many event": "several events are told",
    "event counted": "an event has a number",
    "event of one store": "an event is about one store",
    "event city": "an event has a city",
    "event country": "an event has a country",
    "event partner": "an event has a partner",
    "event horizon": "an event has a date",
    "wording": "the wording of the whole",
    "meaning": "what the sentences mean, as the encoder reads them",
}
_PLAIN = {
    "vendor": "names a vendor",
    "product": "names a vendor's product",
    "product with retailer": "names a product with a chain that sells it",
    "product with carrier": "names a product with a carrier that sells it",
    "banner": "names stores by their own name",
    "store": "names a store",
    "city": "names a city",
    "country": "names a country",
    "region": "names a region",
    "retail told": "says what happens to a vendor's store",
    "retail told and placed": "says what happens to a vendor's store, and where",
    "trade told and placed": "says where a vendor gains or loses a market or a seller",
}
_SPOT = re.compile(r"(.*?) ?\bin (city|country|region)$")


def told(moved: Iterable[tuple[float, str]], *, most: int, least: float = 0.1) -> tuple[str, ...]:
    """The strongest of the pairs (log-odds, feature) as sentences with a sign, strongest first.

    At most ``most`` are given, and none that moved the score by less than ``least``.
    """
    sums: dict[str, float] = {}
    for value, name in moved:
        words = clause(name)
        sums[words] = sums.get(words, 0.0) + value
    loud = sorted((-abs(value), words) for words, value in sums.items() if abs(value) >= least)
    return tuple(f"{sums[words]:+.1f} {words}" for _, words in loud[:most])


def clause(feature: str) -> str:
    """A feature in words."""
    if feature in _ALONE:
        return _ALONE[feature]
    if feature.startswith("storeless "):
        return f"{clause(feature.removeprefix('storeless '))}, and no store is named"
    if feature.startswith("event "):
        return f"an event is told ({feature.removeprefix('event ').replace('_', ' ')})"
    where, _, sign = feature.partition(" ")
    return f"{_WHERE.get(where, where)} {_sign(sign)}"


def _sign(sign: str) -> str:
    if sign in _PLAIN:
        return _PLAIN[sign]
    head, _, rest = sign.partition(" ")
    if head == "trap":
        return f"speaks of something else ({rest.replace('_', ' ')})"
    if sign.startswith("store trap "):
        return f"names a vendor's store beside something else ({sign.removeprefix('store trap ').replace('_', ' ')})"
    if head == "says":
        kind, _, value = rest.partition(" ")
        return _SAYS.get(kind, "says {}").format(_WORDS.get(value, value.replace("_", " ")))
    what, _, detail = rest.partition(" ")
    if what in ("store", "online"):
        noun = "online shop" if what == "online" else "store"
        return f"names {_OWNERS.get(head, head)} {noun} {_STORE.get(detail, detail)}".rstrip()
    return _company(head, rest)


def _company(head: str, rest: str) -> str:
    """What a company does where no store need be named."""
    spot = _SPOT.fullmatch(rest)
    does, place = (spot.group(1), f" in a {spot.group(2)}") if spot else (rest, "")
    if does.endswith(" market"):
        does, place = does.removesuffix(" market"), " beside a word of markets"
    doing = _DOES.get(does, does.replace("_", " "))
    return " ".join(f"shows {_WHO.get(head, head)} {doing}{place}".split())
