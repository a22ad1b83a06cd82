"""Which sayings say the same thing. Every rule looks at a set of sayings, never at their order of arrival."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from storewatch.ledger.subjects import COUNTED, Subject, count_of, kind_of, spot_of, subject_of
from storewatch.types.ledger import Said

NEAR_COUNT = 0.1
"""Within one story, numbers this near are one number as outlets round it: "about 500", "more than 480"."""

V = TypeVar("V", bound=Hashable)


class Key(NamedTuple):
    """Sayings of one key may belong to one claim: whether they do is a question of time."""

    subject: Subject
    spot: str
    partner: str
    kind: str
    number: int | None


class _Reading(NamedTuple):
    said: Said
    spot: str
    number: int | None
    kind: str


def by_key(sayings: Iterable[Said]) -> dict[Key, list[Said]]:
    """The sayings by what they are about, each list in the order of time."""
    told: dict[tuple[Subject, Hashable], list[Said]] = defaultdict(list)
    for said in sayings:
        # Without stories an article still speaks for itself.
        story: Hashable = ("article", said.article_id) if said.story is None else said.story
        told[subject_of(said), story].append(said)
    found: dict[Key, list[Said]] = defaultdict(list)
    for (subject, _), some in told.items():
        for reading in _agreed(subject, sorted(some, key=lambda said: said.order)):
            partner = (reading.said.partner or "").casefold() if subject.family == "partner" else ""
            found[Key(subject, reading.spot, partner, reading.kind, reading.number)].append(reading.said)
    return {key: sorted(some, key=lambda said: said.order) for key, some in found.items()}


def _agreed(subject: Subject, told: Sequence[Said]) -> list[_Reading]:
    """What the tellings of one story mean, each read in the light of the others: the vague with the exact."""
    readings = [_Reading(said, spot_of(said), count_of(said), kind_of(said.store_type)) for said in told]
    readings = _placed(readings)
    for spot in sorted({reading.spot for reading in readings}):
        readings = _counted(subject, readings, spot)
    groups: dict[tuple[str, int | None], list[_Reading]] = defaultdict(list)
    for reading in readings:
        groups[reading.spot, reading.number].append(reading)
    return [reading for some in groups.values() for reading in _typed(some)]


def _placed(readings: list[_Reading]) -> list[_Reading]:
    """A single store somewhere in the country is the one in the only city that the others name."""
    cities = {reading.spot for reading in readings if reading.spot and reading.number in (0, 1)}
    if len(cities) != 1:
        return readings
    (city,) = cities
    speakers = {reading.said.article_id for reading in readings if reading.spot == city}
    one = next(reading.number for reading in readings if reading.spot == city and reading.number in (0, 1))
    return [
        reading._replace(spot=city, number=one)
        if not reading.spot and reading.number in (0, 1, None) and reading.said.article_id not in speakers
        else reading
        for reading in readings
    ]


def _counted(subject: Subject, readings: list[_Reading], spot: str) -> list[_Reading]:
    """Numbers that are nearly the same are one; who gives none means the only one there is."""
    if subject.family not in COUNTED:
        return readings
    here = [reading for reading in readings if reading.spot == spot and reading.number is not None]
    meant = _folded(here, lambda reading: reading.number or 0, _are_near)
    numbers = set(meant.values())
    counted: list[_Reading] = []
    for reading in readings:
        if reading.spot == spot and reading.number is not None:
            reading = reading._replace(number=meant[reading.number])
        elif reading.spot == spot and len(numbers) == 1:
            (number,) = numbers
            speakers = {other.said.article_id for other in here}
            if reading.said.article_id not in speakers:
                reading = reading._replace(number=number)
        counted.append(reading)
    return counted


def _typed(readings: list[_Reading]) -> list[_Reading]:
    """Tellings of one story that agree on place and number speak of the same stores."""
    meant = _folded(readings, lambda reading: reading.kind, lambda one, other: True)
    return [reading._replace(kind=meant[reading.kind]) for reading in readings]


def _folded(
    readings: Sequence[_Reading], value_of: Callable[[_Reading], V], alike: Callable[[V, V], bool]
) -> dict[V, V]:
    """Each value as the one that most articles give of those alike; not where one article gives both."""
    speakers: dict[V, set[int]] = defaultdict(set)
    for reading in readings:
        speakers[value_of(reading)].add(reading.said.article_id)
    first = {value: place for place, value in reversed(list(enumerate(map(value_of, readings))))}
    meant: dict[V, V] = {}
    chosen: list[V] = []
    for value in sorted(speakers, key=lambda value: (-len(speakers[value]), first[value])):
        near = (one for one in chosen if alike(value, one) and not speakers[value] & speakers[one])
        meant[value] = next(near, value)
        if meant[value] == value:
            chosen.append(value)
    return meant


def _are_near(one: int, other: int) -> bool:
    return abs(one - other) <= NEAR_COUNT * max(one, other)
