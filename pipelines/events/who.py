"""Whose store it is, who says so, and with whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import regex

from pipelines.events.heads import Head
from pipelines.events.reading import Reading, Sentence

_OWNER_GAP = 26
_BREAK = regex.compile(r"[;:.!?()。；：！？（）]")
_TITLE_WEIGHT = 4


@dataclass(frozen=True, slots=True)
class Owner:
    """A vendor with where it was read; ``near``: how surely (2 beside the noun, 1 in the sentence, 0 carried on)."""

    vendor: str
    start: int
    end: int
    near: int


def dominant(reading: Reading) -> str | None:
    """The vendor an article is about: the one named most, the title counting more."""
    votes: Counter[str] = Counter()
    for sentence in reading.sentences:
        for match in sentence.vendors:
            votes[match.vendor] += _TITLE_WEIGHT if sentence.title else 1
    return votes.most_common(1)[0][0] if votes else None


def owner(head: Head, sentence: Sentence, reading: Reading, carried: Owner | None) -> Owner | None:
    """The vendor whose store ``head`` is; None when another company owns it or nobody is known."""
    if head.vendor is not None:
        return Owner(head.vendor, head.start, head.end, 2)
    beside = _beside(head, sentence, reading)
    if beside is not None:
        return beside if beside.vendor else None
    subject = _subject(head, sentence, reading)
    if subject is not None:
        return subject if subject.vendor else None
    return carried if carried is not None and carried.vendor else None


def _names(sentence: Sentence) -> list[tuple[int, int, str]]:
    """Vendors and other owners of shops in a sentence, in order; other owners have no vendor's name."""
    names = [(v.start, v.end, v.vendor) for v in sentence.vendors]
    names += [(b.start, b.end, "") for b in sentence.brands if b.kind != "retailer"]
    return sorted(names)


def _beside(head: Head, sentence: Sentence, reading: Reading) -> Owner | None:
    """The name right before the noun ("Xiaomi's new store") or right behind it ("tienda de Xiaomi")."""
    best: tuple[int, Owner] | None = None
    for start, end, vendor in _names(sentence):
        if end <= head.start:
            gap, extra = reading.folded[end : head.start], 0
        elif start >= head.end:
            gap, extra = reading.folded[head.end : start], 4
        else:
            gap, extra = "", 0
        limit = 14 if not extra else 16
        if len(gap) > limit or _BREAK.search(gap) or "," in gap or "，" in gap:
            continue
        if best is None or len(gap) + extra < best[0]:
            best = (len(gap) + extra, Owner(vendor, start, end, 2))
    return best[1] if best else None


def _subject(head: Head, sentence: Sentence, reading: Reading) -> Owner | None:
    """The last name before the noun in the sentence, else the first behind it."""
    names = _names(sentence)
    before = [name for name in names if name[1] <= head.start]
    if before:
        start, end, vendor = before[-1]
        if not vendor and len(before) > 1 and before[-2][2]:
            return (
                Owner(before[-2][2], before[-2][0], before[-2][1], 1)
                if head.start - end > 40
                else Owner("", start, end, 1)
            )
        return Owner(vendor, start, end, 1)
    behind = [name for name in names if name[0] >= head.end]
    if behind and behind[0][2] and behind[0][0] - head.end < 90:
        start, end, vendor = behind[0]
        return Owner(vendor, start, end, 1)
    return None


NOBODY = Owner("", 0, 0, 0)
"""The vendor of sentences that go on about a company which is none."""

_LIST = 3
"""A sentence that names this many vendors lists makers whose phones somebody sells."""


def _about_another(sentence: Sentence) -> bool:
    """Does a sentence that names no vendor begin with another company, before anything that is done or opened?"""
    if not sentence.brands:
        return False
    said = min((t.start for t in sentence.terms if t.kind in ("store", "action")), default=sentence.end)
    return sentence.brands[0].start < said


def carried_on(sentence: Sentence, before: Owner, main: str) -> Owner:
    """The vendor that a next sentence without a name speaks of: of those named last the main one, else the first.

    A sentence with another company as its subject and no vendor leaves nobody: what follows is that company's.
    """
    if not sentence.vendors:
        return NOBODY if _about_another(sentence) else before
    if not before.vendor and len({v.vendor for v in sentence.vendors}) >= _LIST:
        return before
    match = next((v for v in sentence.vendors if v.vendor == main), sentence.vendors[0])
    return Owner(match.vendor, match.start, match.end, 0)


def partner(head_start: int, sentence: Sentence) -> tuple[str, int, int] | None:
    """A chain, carrier or distributor named in the sentence, the nearest to the noun."""
    candidates = [b for b in sentence.brands if b.kind in ("retailer", "carrier")]
    if not candidates:
        return None
    best = min(candidates, key=lambda b: abs(b.start - head_start))
    return best.name, best.start, best.end


# A name's word, or an initial with its full stop.
_CAPITALISED = r"\p{Lu}(?:[\p{L}\p{M}'’-]+|\.)"
_PERSON = regex.compile(rf"{_CAPITALISED}(?:\s(?:(?:van|von|de|der|da|bin|al)\s){{0,2}}{_CAPITALISED}){{1,4}}")
_HAN_PERSON = regex.compile(
    r"(?:总裁|總裁|CEO|董事长|副总裁|副總裁|总经理|總經理|高管|创始人|負責人|负责人|社長|会長|법인장|대표|사장|부사장)\s?([\p{Han}]{2,3}?|[\p{Hangul}]{2,4})(?=[接说說表告称稱宣认認在对對受、，透指氏は이가은는])"
)


_COMPANY_REACH = 30
"""Characters between a word of partnership and the company it speaks of."""


def unknown_partner(sentence: Sentence, reading: Reading) -> tuple[str, int, int] | None:
    """A company that no list knows, by its capitals right beside a word of partnership ("appointed Kestrel Mobile as
    the distributor")."""
    words = [(t.start, t.end) for t in sentence.of("action", "partner")]
    words += [m.span() for m in reading.grammar.partners.finditer(reading.folded, sentence.start, sentence.end)]
    taken = [(m.start, m.end) for group in (sentence.vendors, sentence.brands, sentence.places) for m in group]
    best: tuple[int, tuple[str, int, int]] | None = None
    for start, end in _people(sentence, reading.text, taken):
        distance = min((max(low - end, start - high, 0) for low, high in words), default=_COMPANY_REACH + 1)
        if distance <= _COMPANY_REACH and (best is None or distance < best[0]):
            best = (distance, (reading.text[start:end], start, end))
    return best[1] if best else None


_SPEAKER_REACH = 90
"""Characters between a person and the word of saying or the outlet told."""


def speaker(sentence: Sentence, reading: Reading) -> tuple[str, int, int] | None:
    """The person a sentence names as its source: near a word of saying, or told to a named outlet."""
    anchors = [(t.start, t.end) for t in sentence.of("speaker")]
    taken = [(m.start, m.end) for group in (sentence.vendors, sentence.brands, sentence.places) for m in group]
    taken += [(t.start, t.end) for t in sentence.of("cue") if t.value == "place"]  # a street is nobody
    outlet = source_outlet(sentence, reading)
    if outlet is not None:
        anchors.append(outlet[1:])
        taken.append(outlet[1:])
    if not anchors:
        return None
    best: tuple[int, tuple[str, int, int]] | None = None
    for start, end in _people(sentence, reading.text, taken):
        distance = min(max(low - end, start - high, 0) for low, high in anchors)
        if distance <= _SPEAKER_REACH and (best is None or distance < best[0]):
            best = (distance, (reading.text[start:end], start, end))
    return best[1] if best else None


def _people(sentence: Sentence, text: str, taken: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Runs of two and more capitalised words without companies, places and titles; names behind a title in the East."""
    for match in _PERSON.finditer(text, sentence.start, sentence.end):
        low, high = _trimmed(text, match.start(), match.end(), taken)
        start, end = _untitled(text, *_unstarted(text, low, high))
        if " " in text[start:end] and not any(s < end and start < e for s, e in taken):
            yield start, end
    for match in _HAN_PERSON.finditer(text, sentence.start, sentence.end):
        yield match.span(1)


@cache
def _titles() -> frozenset[str]:
    lines = (files("pipelines") / "data" / "job_titles.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def _starters() -> frozenset[str]:
    lines = (files("pipelines") / "data" / "starters.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.partition(":")[2].split())


def _unstarted(text: str, start: int, end: int) -> tuple[int, int]:
    """Cuts the usual first words of sentences off a run of capitalised words ("Der Mietvertrag")."""
    while (space := text.find(" ", start, end)) > 0 and text[start:space].lower() in _starters():
        start = space + 1
    return start, end


def _untitled(text: str, start: int, end: int) -> tuple[int, int]:
    """Cuts job titles off both ends of a run of capitalised words ("Senior Vice President Wang Xiang")."""
    words = [(start + m.start(), start + m.end()) for m in regex.finditer(r"\S+", text[start:end])]
    while words and text[slice(*words[0])].lower().strip(".") in _titles():
        words.pop(0)
    while words and text[slice(*words[-1])].lower().strip(".") in _titles():
        words.pop()
    return (words[0][0], words[-1][1]) if words else (start, start)


def _trimmed(text: str, start: int, end: int, taken: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Cuts names of companies and places off a run of capitalised words ("Xiaomi Wang Xiang")."""
    for s, e in sorted(taken):
        if s <= start < e < end:
            start = e + len(text[e:end]) - len(text[e:end].lstrip(" '’s"))
        elif start < s < end:
            end = s
    return start, max(start, end - (len(text[start:end]) - len(text[start:end].rstrip())))


@cache
def _outlets() -> regex.Pattern[str]:
    lines = (files("pipelines") / "data" / "outlets.txt").read_text("utf-8").splitlines()
    names = "|".join(line for line in lines if line and not line.startswith("#"))
    return regex.compile(rf"(?<![\p{{Latin}}\p{{Cyrillic}}])(?:{names})(?![\p{{Latin}}\p{{Cyrillic}}])")


def source_outlet(sentence: Sentence, reading: Reading) -> tuple[str, int, int] | None:
    """The news outlet a sentence names as the one that was told first."""
    match = _outlets().search(reading.text, sentence.start, sentence.end)
    return (match.group(), match.start(), match.end()) if match else None
