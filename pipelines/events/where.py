"""Where an event takes place: the places beside it, else what the text named last, else the article's country."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import regex

from pipelines.events.heads import Head
from pipelines.events.reading import Reading, Sentence
from pipelines.places import Place

_LIST_GAP = regex.compile(
    r"\s?(?:,|、|，|/|&|;|and|und|et|y|e|i|og|och|en|и|та|a|ve|dan|và|и в|и|και|및|과|와|和|与|與|及|以及|と|やและ"
    r"|และ|और|ও|మరియు|و|,? (?:and|und|et|y|e|in|i w|and in|und in|et à|y en|e a|и в) (?:in )?)\s?"
)


@dataclass(frozen=True, slots=True)
class Where:
    """Cities (joined by "; "), country, region, with the places they were read from."""

    city: str | None = None
    country: str | None = None
    region: str | None = None
    places: tuple[Place, ...] = ()


def cities_of(places: Sequence[Place]) -> list[Place]:
    return [p for p in places if p.city]


def nearest(head: Head, places: Sequence[Place]) -> Place | None:
    """The place nearest to a noun phrase; behind it counts as nearer than before ("store in Milan")."""
    return min(
        places,
        key=lambda p: p.start - head.end if p.start >= head.end else (head.start - p.end) * 1.2 + 4,
        default=None,
    )


def listed(place: Place, places: Sequence[Place], reading: Reading) -> list[Place]:
    """``place`` with the cities that stand in one list with it ("in Mumbai, Delhi und Pune")."""
    run = [place]
    ordered = sorted(places, key=lambda p: p.start)
    index = ordered.index(place)
    for step, others in ((1, ordered[index + 1 :]), (-1, ordered[:index][::-1])):
        edge = place
        for other in others:
            low, high = (edge, other) if step == 1 else (other, edge)
            gap = reading.folded[low.end : high.start]
            if len(gap) > 14 or not _LIST_GAP.fullmatch(gap) or other.city is None:
                break
            run.append(other)
            edge = other
    return sorted(run, key=lambda p: p.start)


def in_sentence(head: Head, sentence: Sentence, reading: Reading) -> Where:
    """What the sentence itself says of the place of ``head``."""
    places = [p for p in sentence.places if p.kind != "adjective" or _attributive(p, head, reading)]
    cities = cities_of(places)
    country_places = [p for p in places if p.kind in ("country", "adjective", "state", "home")]
    regions = [p for p in places if p.kind == "region"]
    city = nearest(head, cities)
    if city is not None:
        run = listed(city, cities, reading)
        names = list(dict.fromkeys(p.city for p in run if p.city))
        countries = {p.country for p in run}
        country = countries.pop() if len(countries) == 1 else None
        return Where("; ".join(names), country, None, tuple(run))
    country_place = nearest(head, country_places)
    region = nearest(head, regions)
    if country_place is not None and (region is None or country_place.kind != "adjective" or not region.outside):
        others = {p.country for p in country_places if p.kind == "country"}
        if len(others) > 1 and _enumerated(country_places, reading):
            return Where(None, None, ", ".join(sorted(c for c in others if c)), tuple(country_places))
        return Where(None, country_place.country, region.region if region else country_place.region, (country_place,))
    if region is not None:
        return Where(None, None, region.region, (region,))
    return Where()


def _attributive(place: Place, head: Head, reading: Reading) -> bool:
    """Does an adjective such as "Indian" belong to the noun (Indian stores), not to a company (Chinese maker)?"""
    if place.end <= head.start:
        gap = reading.folded[place.end : head.start]
    else:
        gap = reading.folded[head.end : place.start]
    return len(gap) <= 20 and not regex.search(r"[,;:.。，]", gap)


def _enumerated(places: Sequence[Place], reading: Reading) -> bool:
    ordered = sorted((p for p in places if p.kind == "country"), key=lambda p: p.start)
    return any(
        _LIST_GAP.fullmatch(reading.folded[a.end : b.start]) is not None
        for a, b in pairwise(ordered)
        if b.start - a.end <= 14 and a.end <= b.start
    )


def usual_country(reading: Reading) -> str | None:
    """The country an article speaks of: the one named most, adjectives counting less, the title more."""
    votes: Counter[str] = Counter()
    for sentence in reading.sentences:
        for place in sentence.places:
            if place.country and not place.outside:
                weight = 1 if place.kind == "adjective" else 3
                votes[place.country] += weight * (2 if sentence.title else 1)
    return votes.most_common(1)[0][0] if votes else None


def completed(where: Where, country: str | None) -> Where:
    """``where`` with a country from the context, unless the text named a region or a place of its own."""
    if where.country or where.region or where.city or country is None:
        return where
    return replace(where, country=country)
