"""What is said to happen to the stores: signals near a noun phrase, and the action they amount to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import regex

from pipelines.events.heads import Head
from pipelines.events.reading import Reading, Sentence
from pipelines.horizons import Horizon
from pipelines.topics import Term
from storewatch.types import Action, Certainty

_FAR = 400
_CLAUSE = regex.compile(r"[,，、]")
_STRONG = regex.compile(r"[;；:：。.]|\s[–—-]\s")


@dataclass(frozen=True, slots=True)
class Signals:
    """Distances from a noun phrase to the nearest word of each kind (`_FAR`: none), and the time of the sentence."""

    near: dict[str, int] = field(default_factory=dict)
    term: dict[str, Term] = field(default_factory=dict)
    ahead: int = _FAR
    done: int = _FAR
    verb: str = ""  # future, past, present or "" by the form of the opening word
    when: str = "unknown"  # past, future or unknown by dates
    total: bool = False
    horizon: Horizon | None = None

    def at(self, kind: str) -> int:
        return self.near.get(kind, _FAR)


def distance(start: int, end: int, head: Head, reading: Reading) -> int:
    """Characters between a word and a noun phrase; commas and stronger marks between them make it longer."""
    if end <= head.start:
        gap = reading.text[end : head.start]
    elif start >= head.end:
        gap = reading.text[head.end : start]
    else:
        return 0
    if not gap:
        return 0
    scale = 3 if reading.grammar.spaceless and reading.lang != "ko" else 1
    return len(gap) * scale + 25 * len(_CLAUSE.findall(gap)) + 90 * len(_STRONG.findall(gap))


def signals(head: Head, sentence: Sentence, reading: Reading) -> Signals:
    """Everything in the sentence that bears on what happens to ``head``."""
    near: dict[str, int] = {}
    term: dict[str, Term] = {}
    for found in sentence.terms:
        if found.kind not in ("action", "hedge", "trap", "cue", "speaker"):
            continue
        far = distance(found.start, found.end, head, reading)
        if far < near.get(found.value, _FAR):
            near[found.value], term[found.value] = far, found
    senses = {
        name: min((distance(start, end, head, reading) for start, end in spans), default=_FAR)
        for name, spans in reading.senses(sentence).items()
    }
    words = reading.grammar
    verb = ""
    opening = term.get("open")
    if opening is not None:
        said = reading.folded[opening.start : opening.end]
        past = "present" if words.present.fullmatch(said) and senses["done"] == _FAR else "past"
        verb = "future" if words.future.fullmatch(said) else past if words.past.fullmatch(said) else ""
    near |= senses
    horizon = best_horizon(head, reading.horizons(sentence), reading)
    return Signals(
        near=near,
        term=term,
        ahead=senses["ahead"],
        done=senses["done"],
        verb=verb,
        when=horizon.lies(reading.day) if horizon else "unknown",
        total=words.total.search(reading.folded, sentence.start, sentence.end) is not None,
        horizon=horizon,
    )


def best_horizon(head: Head, horizons: Sequence[Horizon], reading: Reading) -> Horizon | None:
    """The words of time that belong to ``head``: the nearest, those with a value or a limit first."""
    return min(
        horizons,
        key=lambda h: distance(h.start, h.end, head, reading) + (0 if h.value or h.limit else 60),
        default=None,
    )


def still_to_come(found: Signals) -> bool:
    """Does the sentence name a day, month or year that is still ahead, and no verb that says it is done? ("has opened
    500 stores in one day")"""
    dated = found.when == "future" and found.horizon is not None and found.horizon.value is not None
    return dated and found.verb != "past" and not found.done < found.ahead


def store_action(head: Head, found: Signals, title_action: str) -> Action:
    """The action for a store noun phrase.

    Closing and moving words win when they stand nearer than opening ones; many stores without an opening word, or with
    words for "in all", are stock; else the time decides between plan and open.
    """
    opening = min(found.at("open"), found.at("expand") + 15)
    closing, moving = found.at("close"), found.at("relocate")
    if closing < _FAR and closing <= opening + 5 and closing < 160:
        return "close"
    if moving < 90 and moving < opening + 20 and (head.count is None or head.count.value <= 3):
        return "relocate"
    if head.store_type == "online":
        return "online_store"
    many = head.count is not None and head.count.value > 1
    planning = found.at("plan") < 120 or found.verb == "future" or found.when == "future"
    if many and not planning and (found.at("stock") < opening or found.total or opening >= 120):
        return "stock"
    if found.when == "past" and found.verb != "future":
        return "open" if not many or opening < 120 else "stock"
    if found.when == "future" or found.verb == "future":
        return "plan"
    if found.verb == "past" and found.done <= found.ahead:
        return "open"
    if found.ahead < found.done or (found.ahead < _FAR and found.at("plan") < 60):
        return "plan"
    if found.at("stock") < 40 and opening > 60:
        return "stock"
    if opening < 120:
        return "open"
    if title_action in ("close", "relocate"):
        return "close" if title_action == "close" else "relocate"
    return "plan" if found.ahead < _FAR else "stock" if many else "open"


def certainty(found: Signals, action: Action, horizon_ahead: bool) -> Certainty:
    """How sure the text is of it."""
    if found.at("deny") < 120:
        return "denied"
    if found.at("cancel") < 120 and action == "plan":
        return "cancelled"
    if found.at("rumour") < 120:
        return "rumoured"
    return "announced" if action == "plan" or horizon_ahead else "confirmed"
