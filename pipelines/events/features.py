"""A candidate as named numbers, for the fitted weights.

The names say what was seen, in no language: distances to the topic's words in steps, the form of the verb, where the
time lies, what the title tells. So what was learned in one language holds in the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from math import log10

from pipelines.events.actions import Signals, signals, store_action
from pipelines.events.candidates import Candidate, alone
from pipelines.events.grammar import SENSES
from pipelines.events.reading import Reading, Sentence
from pipelines.topics.model import VALUES

_STEPS = ((12, "beside"), (40, "near"), (90, "clause"), (200, "sentence"))
_ACTIONS = ("open", "plan", "close", "relocate", "partner", "market_entry", "online_store", "stock", "expand")
_CUES = ("retail", "market", "own", "place", "phone", "said")
_TRAPS = tuple(sorted(VALUES["trap"]))


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for all candidates of a document."""

    main: str | None
    title: frozenset[str]
    sentences: int
    stores: int
    told: Callable[[int], frozenset[str]]
    """What the sentence of an index says of time and of stores, in words that its neighbours are told by."""
    body: Callable[[], frozenset[str]]
    """What the first sentences of the text say so."""


def setting(reading: Reading, main: str | None) -> Setting:
    """The document's own signals: the actions its title names, and how long it is."""
    title = {t.value for s in reading.sentences if s.title for t in s.terms if t.kind in ("action", "store", "hedge")}
    stores = sum(1 for s in reading.sentences for t in s.terms if t.kind == "store" and t.value != "maybe")

    @cache
    def told(index: int) -> frozenset[str]:
        return frozenset(_told(reading.sentences[index], reading))

    @cache
    def body() -> frozenset[str]:
        inside = [index for index, s in enumerate(reading.sentences) if not s.title][:_BODY]
        return frozenset().union(*(told(index) for index in inside))

    return Setting(main, frozenset(title), len(reading.sentences), stores, told, body)


_BODY = 3
"""Sentences of a text that say what its title means."""

_TOLD = ("open", "plan", "close", "relocate", "market_entry", "rumour", "cancel", "negation", "future")


def _told(sentence: Sentence, reading: Reading) -> Iterator[str]:
    """What a sentence says to those around it: when, what happens, whether stores or other vendors are spoken of."""
    for horizon in reading.horizons(sentence):
        lies = horizon.lies(reading.day)
        if lies != "unknown":
            yield f"date {lies}"
    yield from {t.value for t in sentence.terms if t.value in _TOLD and t.kind in ("action", "hedge")}
    senses = reading.senses(sentence)
    yield from (name for name in ("ahead", "done") if senses[name])
    if sentence.of("store"):
        yield "store"
    if sentence.vendors:
        yield "vendor"


def step(distance: int) -> str | None:
    """The name of a distance, None if nothing is in reach."""
    return next((name for limit, name in _STEPS if distance <= limit), None)


def features(candidate: Candidate, reading: Reading, around: Setting) -> tuple[dict[str, float], Signals]:
    """The candidate's features, and the signals they were made of. weights.py adds each again for the kind."""
    found = signals(candidate.head, candidate.sentence, reading)
    names = dict.fromkeys(_binary(candidate, found, around), 1.0)
    names |= dict.fromkeys(_counted(candidate, reading), 1.0)
    if candidate.kind == "bare" and candidate.counted is not None:
        names[f"alone {alone(candidate.counted, reading)}"] = 1.0
    names["sentence number"] = min(candidate.sentence.index, 12) / 12
    if candidate.number:
        names["size"] = min(log10(candidate.number), 5) / 5
    return names, found


def _counted(candidate: Candidate, reading: Reading) -> Iterator[str]:
    """How the number stands in its sentence: what it grows from or to, of what it is a part, which place is near."""
    count, words, text = candidate.counted, reading.grammar, reading.folded
    if count is None:
        return
    for name, (before, behind) in (("left", words.left), ("reached", words.reached)):
        if before.search(text, max(0, count.start - 24), count.start) or behind.match(text, count.end, count.end + 8):
            yield f"number {name}"
    others = [c for c in candidate.sentence.counts if c is not count and c.kind == "cardinal" and c.unit is None]
    if others:
        yield "number among others"
    for other in others:
        first, second = (count, other) if count.start < other.start else (other, count)
        gap = text[first.end : second.start]
        if len(gap) <= 30 and words.of.search(gap) and "," not in gap and first.value <= second.value:
            yield "number part" if first is count else "number whole"
    if any(0 <= p.start - count.end < 22 or 0 <= count.start - p.end < 22 for p in candidate.sentence.places):
        yield "number by place"


def _binary(candidate: Candidate, found: Signals, around: Setting) -> Iterator[str]:
    yield f"kind {candidate.kind}"
    yield from _own(candidate, around)
    yield from _time(found)
    for name in _ACTIONS:
        reached = step(found.at(name))
        if reached:
            yield f"{name} {reached}"
            yield f"{name} in sentence"
        if name in around.title:
            yield f"title {name}"
    for name in SENSES:
        reached = step(found.at(name))
        if reached:
            yield f"{name} {reached}"
            yield f"{name} in sentence"
    yield f"nearest sense {min(SENSES, key=found.at) if any(found.at(n) < 200 for n in SENSES) else 'none'}"
    for name in ("rumour", "cancel", "deny", "negation", "future", "past"):
        reached = step(found.at(name))
        if reached:
            yield f"{name} {reached}"
    yield from _around(candidate, found)
    yield from _neighbours(candidate.sentence, around)
    yield f"rule {store_action(candidate.head, found, '')}"
    yield f"first {_first(found)}"


def _around(candidate: Candidate, found: Signals) -> Iterator[str]:
    """What else stands in the sentence: words of retail, things counted, companies, words that mislead."""
    for name in _CUES:
        if found.at(name) < 90:
            yield f"cue {name}"
    for unit in {c.unit for c in candidate.sentence.counts if c.unit is not None}:
        yield f"counts {unit}"
    for kind in {b.kind for b in candidate.sentence.brands}:
        yield f"company {kind}"
    for name in _TRAPS:
        if found.at(name) < 200:
            yield f"trap {name}"


def _neighbours(sentence: Sentence, around: Setting) -> Iterator[str]:
    """What the sentences before and behind say, and for a title what the text says."""
    index = sentence.index - 1
    if sentence.title:
        yield from (f"text {name}" for name in around.body())
        return
    if index:
        yield from (f"before {name}" for name in around.told(index - 1))
    if index + 1 < around.sentences:
        yield from (f"behind {name}" for name in around.told(index + 1))


def _tense(found: Signals) -> str:
    return "ahead nearer" if found.ahead < found.done else "done nearer" if found.done < found.ahead else "no tense"


def _amount(candidate: Candidate) -> str:
    number = candidate.number
    if number is None:
        return "no number"
    return "one" if number == 1 else "few" if number < 8 else "many" if number < 200 else "mass"


def _first(found: Signals) -> str:
    """The nearest of the actions."""
    return min(_ACTIONS, key=found.at) if any(found.at(n) < 200 for n in _ACTIONS) else "none"


def _own(candidate: Candidate, around: Setting) -> Iterator[str]:
    """The noun, its number, its owner and its place."""
    head, sentence = candidate.head, candidate.sentence
    yield f"owner {candidate.owner.near}"
    yield "main vendor" if candidate.owner.vendor == around.main else "other vendor"
    yield f"type {head.store_type}"
    yield f"form {head.plural}"
    if head.loose:
        yield "loose noun"
    if head.ordinal is not None:
        yield f"rank {min(int(head.ordinal.value), 3)}"
    if head.vendor is not None:
        yield "banner"
    if candidate.counted is not None:
        yield "collective" if candidate.counted.collective else "digits" if candidate.counted.digits else "in words"
        yield f"count is {candidate.counted.count_is}"
    number = candidate.number
    yield (
        "no number"
        if number is None
        else "one"
        if number == 1
        else "few"
        if number < 8
        else "many"
        if number < 200
        else "mass"
    )
    yield (
        "city"
        if candidate.where.city
        else "country"
        if candidate.where.country
        else "region"
        if candidate.where.region
        else "no place"
    )
    if sentence.title:
        yield "in title"
    yield f"heads here {min(candidate.heads_here, 3)}"
    yield f"heads before {min(candidate.heads_before, 2)}"
    yield f"vendors here {min(len({v.vendor for v in sentence.vendors}), 3)}"
    if around.sentences <= 4:
        yield "short text"


def _time(found: Signals) -> Iterator[str]:
    yield f"verb {found.verb or 'plain'}"
    yield f"date {found.when}"
    yield f"ahead {step(found.ahead)}"
    yield f"done {step(found.done)}"
    yield _tense(found)
    if found.total:
        yield "total"
    if found.horizon is None:
        yield "no date"
    elif found.horizon.limit:
        yield "date limit"
    elif found.horizon.soon:
        yield "date soon"
    if found.horizon is not None and found.horizon.value:
        yield f"date precision {len(found.horizon.value)}"
