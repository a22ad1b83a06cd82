"""Where an event takes place: the places beside it, else what the text named last, else the article's country."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import pairwise

import regex

from pipelines.events.grammar import words
from pipelines.events.heads import Head
from pipelines.events.reading import Reading, Sentence
from pipelines.places import Place

LIST_GAP = words("list_gap")
"""What stands between the members of a list."""


@dataclass(frozen=True, slots=True)
class Where:
    """Cities (joined by "; "), country, region, with the places they were read from."""

    city: str | None = None
    country: str | None = None
    region: str | None = None
    places: tuple[Place, ...] = ()


def cities_of(places: Sequence[Place]) -> list[Place]:
    return [p for p in places if p.city]


@cache
def _near_words() -> regex.Pattern[str]:
    table = tomllib.loads((files("pipelines") / "data" / "locatives.toml").read_text("utf-8"))
    return regex.compile(rf"(?<![\p{{L}}\p{{M}}])(?:{table['near']['before']})\s(?:the |der |dem |den |la |le )?$")


def _distance(place: Place, head: Head, reading: Reading) -> float:
    """How far a place stands from a noun phrase; behind it counts as nearer ("store in Milan"), beside another city
    ("west of Toronto") as farther."""
    if place.start >= head.end:
        gap = reading.folded[head.end : place.start]
        far = float(len(gap))
    else:
        gap = reading.folded[place.end : head.start]
        far = len(gap) * 1.2 + 4
    far += 15 * gap.count(",") + 40 * len(_STRONG.findall(gap))
    return far + (60 if place.city and only_near(place, reading) else 0)


def only_near(place: Place, reading: Reading) -> bool:
    """Does a place only say where another one is ("west of Toronto", "unweit von Köln")?"""
    return _near_words().search(reading.folded[max(0, place.start - 24) : place.start]) is not None


def nearest(head: Head, places: Sequence[Place], reading: Reading) -> Place | None:
    """The place that belongs to a noun phrase most likely."""
    return min(places, key=lambda p: _distance(p, head, reading), default=None)


_STRONG = regex.compile(r"[;:.!?。；：]|\s[–—-]\s")
_TIGHT = 18
"""Characters that may stand between several stores and their city ("five stores in Beijing")."""


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
            if len(gap) > 14 or not LIST_GAP.fullmatch(gap) or other.city is None:
                break
            run.append(other)
            edge = other
    return sorted(run, key=lambda p: p.start)


def in_sentence(head: Head, sentence: Sentence, reading: Reading, several: int | None = None) -> Where:
    """What the sentence itself says of the place of ``head``.

    ``several``: how many stores, None for one. Several stores lie in a city only when it stands right beside them and
    the list of cities is not longer than they are many; else their country is what counts.
    """
    places = [p for p in sentence.places if p.kind != "adjective" or _attributive(p, head, reading)]
    city = nearest(head, cities_of(places), reading)
    if city is not None:
        run = [p for p in listed(city, cities_of(places), reading) if p.country == city.country]
        names = list(dict.fromkeys(p.city for p in run if p.city))
        if several is None or (len(names) <= max(several, 1) and _distance(city, head, reading) <= _TIGHT):
            return Where("; ".join(names), city.country, None, tuple(run))
    country_places = [p for p in places if p.country and p.kind != "region"]
    country = nearest(head, [p for p in country_places if not p.city] or country_places, reading)
    region = nearest(head, [p for p in places if p.kind == "region"], reading)
    if region is not None and (country is None or _distance(region, head, reading) < _distance(country, head, reading)):
        return Where(None, None, region.region, (region,))
    if country is not None:
        if _enumerated(country_places, reading):
            codes = sorted({p.country for p in country_places if p.country and p.kind == "country"})
            return Where(None, None, ", ".join(codes), tuple(country_places))
        return Where(None, country.country, country.region, (country,))
    if several is not None and several > 20 and any(c.unit == "place" and c.value > 1 for c in sentence.counts):
        return Where(None, None, "World")  # "510 stores in 25 countries"
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
        LIST_GAP.fullmatch(reading.folded[a.end : b.start]) is not None
        for a, b in pairwise(ordered)
        if b.start - a.end <= 14 and a.end <= b.start
    )


def usual_country(reading: Reading) -> str | None:
    """The country an article speaks of: the one named most, adjectives counting less, the title more.

    A single adjective ("the US broadcaster CNBC") says nothing of what the article speaks of.
    """
    votes: Counter[str] = Counter()
    for sentence in reading.sentences:
        for place in sentence.places:
            if place.country and not place.outside:
                weight = 1 if place.kind == "adjective" else 3
                votes[place.country] += weight * (2 if sentence.title else 1)
    if votes:
        country, weight = votes.most_common(1)[0]
        return country if weight > 1 else None
    return None if any(s.places for s in reading.sentences) else _homes().get(reading.lang)


@cache
def _homes() -> dict[str, str]:
    table = tomllib.loads((files("pipelines") / "data" / "locatives.toml").read_text("utf-8"))
    return {code: country for country, codes in table["home"].items() for code in codes.split()}


def completed(where: Where, country: str | None) -> Where:
    """``where`` with a country from the context, unless the text named a region or a place of its own."""
    if where.country or where.region or where.city or country is None:
        return where
    return replace(where, country=country)
