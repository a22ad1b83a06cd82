"""Which facts two versions of an article say differently, by the events that were read from them.

Only what the text says counts: where the sentence of an event stands in both versions, another reading of it (because
the judge weighed the rest of the article anew) is no edit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pipelines.dedup.words import words
from storewatch.types import FactChange, FactName, RetailEvent, Span, Version

MAX_EVENTS = 60
"""So many events a version are compared; articles with more are lists."""

_NEAR = 0.5
"""Dice coefficient of the words of two events' sentences from which on they may be wordings of one."""
# The fields in which a fact lies; the first ones of a place are what a reader would name.
_FIELDS: dict[FactName, tuple[str, ...]] = {
    "vendor": ("vendor",),
    "action": ("action",),
    "count": ("store_count", "count_is"),
    "place": ("city", "country", "region"),
    "horizon": ("horizon", "horizon_text"),
    "partner": ("partner",),
    "certainty": ("certainty",),
}
_BOUNDS = {"at_least": "at least ", "about": "about ", "at_most": "at most "}


def fact_changes(old: Version, new: Version) -> tuple[FactChange, ...]:
    """What ``new`` says of vendors' stores that ``old`` said differently, did not say, or says no more."""
    ours, others = list(old.events[:MAX_EVENTS]), list(new.events[:MAX_EVENTS])
    _drop_equal(ours, others)
    found: list[FactChange] = []
    for one, other in _pairs(ours, others):
        ours.remove(one)
        others.remove(other)
        found += _differences(old, new, one, other)
    found += [_change(one, "event", told(one), None) for one in ours if not _says(new, one)]
    found += [_change(other, "event", None, told(other)) for other in others if not _says(old, other)]
    # An event that is told twice in an article changes twice.
    return tuple(dict.fromkeys(found))


def told(event: RetailEvent) -> str:
    """An event in a few words: ``Xiaomi plan 2000, ES, 2026``."""
    what = " ".join(part for part in (event.vendor, event.action, _value(event, "count")) if part)
    more = (_value(event, "place"), _value(event, "horizon"), _value(event, "certainty"))
    return ", ".join(part for part in (what, *more) if part and part != "confirmed")


def _key(event: RetailEvent) -> tuple[str | None, ...]:
    return tuple(_value(event, fact) for fact in _FIELDS)


def _value(event: RetailEvent, fact: FactName) -> str | None:
    """A fact of an event in words; None where it does not say it."""
    if fact == "count":
        if event.store_count is None:
            return None
        return f"{_BOUNDS.get(event.count_is or '', '')}{event.store_count}"
    if fact == "place":
        return ", ".join(part for part in (event.city, event.region, event.country) if part) or None
    if fact == "horizon":
        return event.horizon or event.horizon_text
    value: str | None = getattr(event, fact)
    return value


def _drop_equal(ours: list[RetailEvent], others: list[RetailEvent]) -> None:
    """Take out what both say, each as often as both do."""
    common = Counter(map(_key, ours)) & Counter(map(_key, others))
    for events in (ours, others):
        left = Counter(common)
        kept = []
        for event in events:
            if left[_key(event)]:
                left[_key(event)] -= 1
            else:
                kept.append(event)
        events[:] = kept


def _pairs(ours: Sequence[RetailEvent], others: Sequence[RetailEvent]) -> list[tuple[RetailEvent, RetailEvent]]:
    """The events that are the same one told differently, the most alike first."""
    bags = [[frozenset(words(event.evidence.text)) for event in events] for events in (ours, others)]
    scored: list[tuple[float, int, int]] = []
    for i, one in enumerate(ours):
        for j, other in enumerate(others):
            near = _dice(bags[0][i], bags[1][j])
            same = sum(_value(one, fact) == _value(other, fact) for fact in _FIELDS)
            if near >= _NEAR or (one.vendor == other.vendor and one.action == other.action):
                scored.append((-(same + 3 * near), i, j))
    found: list[tuple[RetailEvent, RetailEvent]] = []
    taken: tuple[set[int], set[int]] = (set(), set())
    for _, i, j in sorted(scored):
        if i not in taken[0] and j not in taken[1]:
            taken[0].add(i)
            taken[1].add(j)
            found.append((ours[i], others[j]))
    return found


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def _differences(old: Version, new: Version, one: RetailEvent, other: RetailEvent) -> Iterator[FactChange]:
    unchanged = words(one.evidence.text) == words(other.evidence.text)
    for fact, fields in _FIELDS.items():
        before, after = _value(one, fact), _value(other, fact)
        if before == after:
            continue
        if unchanged and _read_from(old, one, fields) == _read_from(new, other, fields):
            continue  # the same words, read in another way
        yield _change(one, fact, before, after)


def _read_from(version: Version, event: RetailEvent, fields: Sequence[str]) -> list[str]:
    """The words that the values of ``fields`` were read from."""
    spans = [event.spans[name] for name in fields if name in event.spans]
    return [" ".join(words(_text_of(version, span)[span.start : span.end])) for span in spans]


def _text_of(version: Version, span: Span) -> str:
    return version.title if span.where == "title" else version.text


def _says(version: Version, event: RetailEvent) -> bool:
    """Whether a version says what an event says: in its sentence, or as a part of another event."""
    if any(_covers(one, event) for one in version.events):
        return True
    sentence = " ".join(words(event.evidence.text))
    return any(f" {sentence} " in f" {' '.join(words(text))} " for text in (version.text, version.title))


def _covers(one: RetailEvent, other: RetailEvent) -> bool:
    """Whether ``one`` says all that ``other`` says."""
    named = [(getattr(one, name), getattr(other, name)) for fields in _FIELDS.values() for name in fields]
    return all(value is None or value == ours for ours, value in named)


def _change(event: RetailEvent, fact: FactName, old: str | None, new: str | None) -> FactChange:
    return FactChange(about=f"{event.vendor} {event.action}", fact=fact, old=old, new=new)
