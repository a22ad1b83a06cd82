"""The signs of a passage and the facts found in it, as named numbers.

A name says where a sign was seen (``title``, ``any`` sentence, ``many`` sentences, ``share`` of the sentences) and
what it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import log1p

from pipelines.relevance.reading import Reading, Sentence
from pipelines.relevance.signs import signs
from storewatch.types import RetailEvent

Passage = list[tuple[Sentence, frozenset[str]]]
"""Sentences with their signs; the title comes first."""
PASSAGE = 450
"""Characters of a passage, about what the labelled articles have on which the weights were fitted."""
SHORT, VERY_SHORT = 260, 130
"""Characters of a text that says what it says with fewer signs: a teaser, a piece of a round-up."""
_SIZE_COUNTS = 2.0
"""Twice as much as other signs, so that what is learned of single sentences stays with them: with 1, false alarms
among whole articles rise from 7.5 to 8.4 %, with 2 to 7.8 %."""
_CORE = re.compile(
    r"(vendor|focus) (store|online) |vendor (store|online)$|banner"
    r"|(vendor|focus) (market_entry|partner|maybe|moves|retail)|(vendor|focus) (close|expand) "
    r"|(vendor|focus|product) with (carrier|retailer)"
)
_STORELESS = re.compile("trap|market_entry|partner|close|carrier|retailer|trade")


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


Likely = tuple[RetailEvent, float]
"""An event with its probability."""


def event_signs(events: Iterable[Likely]) -> Iterator[str]:
    """What the facts found in a passage say of it."""
    for event, _ in events:
        yield "event"
        yield f"event {event.action}"
        yield f"event {event.certainty}"
        yield f"event {event.store_type}"
        if event.store_count is not None:
            yield "event counted" if event.store_count > 1 else "event of one store"
        for name in ("city", "country", "partner", "horizon"):
            if getattr(event, name) is not None:
                yield f"event {name}"


def _size_signs(passage: Passage) -> Iterator[str]:
    """How little there is to read."""
    if not any(sentence.is_title for sentence, _ in passage):
        yield "untitled"
    size = sum(sentence.end - sentence.start for sentence, _ in passage if not sentence.is_title)
    if size < SHORT:
        yield "short"
    if size < VERY_SHORT:
        yield "very short"


def features(passage: Passage, events: Sequence[Likely] = (), *, whole: bool = True) -> Mapping[str, float]:
    """Named numbers of a passage and the events found in it; absent ones are 0. ``whole``: it is all of a document,
    which may be short; a part of a long one is as short as it was cut."""
    found: dict[str, float] = dict.fromkeys(event_signs(events), 1.0)
    if events:
        found["many event"] = log1p(len(events) - 1)
        surest = max(chance for _, chance in events)
        found["event chance"] = surest
        found |= {f"event chance over {limit}": 1.0 for limit in (40, 55, 70, 85) if 100 * surest >= limit}
        for event, chance in events:
            name = f"event {event.action} chance"
            found[name] = max(found.get(name, 0.0), chance)
    tally: Counter[str] = Counter()
    for sentence, seen in passage:
        if sentence.is_title:
            found |= dict.fromkeys((f"title {sign}" for sign in seen), 1.0)
        else:
            tally.update(seen)
    if whole:
        found |= dict.fromkeys(_size_signs(passage), _SIZE_COUNTS)
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
        # Where no store is named, markets and sellers weigh more, and so do a car, a factory or an office.
        found |= {f"storeless {name}": value for name, value in found.items() if _STORELESS.search(name)}
    found["vendors"] = log1p(len({v.vendor for sentence, _ in passage for v in sentence.vendors}))
    return found
