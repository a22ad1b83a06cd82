"""From features to a verdict that explains itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log
from typing import TYPE_CHECKING

from pipelines.events import find_likely
from pipelines.events.models import encoded, serves, shipped, signs
from pipelines.relevance.features import Likely, Passage, features, has_core, passages
from pipelines.relevance.reading import Reading, Sentence, read
from pipelines.relevance.reasons import reason_against
from pipelines.relevance.scope import sure_vendors
from pipelines.relevance.telling import told
from pipelines.relevance.weights import Weights, logistic, weights
from pipelines.topics import Topic
from storewatch.types import Document, Evidence, Judgement, Verdict, VerdictName

if TYPE_CHECKING:
    from pipelines.encoder.mind import Mind

RELEVANT_FROM = 0.5
UNCERTAIN_FROM = 0.35
PASSAGE_DOUBT = 0.3
"""Log-odds that a passage behind the first loses for each e-fold of passages: of many, one looks relevant by chance."""
WINDOW_DOUBT = 0.15
"""Log-odds that the surroundings of an event lose: they were chosen for what they seem to say."""
_WINDOWS = 12
"""Events whose surroundings are looked at, the surest first; articles have fewer."""
ASKED_FROM = 0.03
"""Below this score by rules, events and wording the encoder is not asked: it could hardly make it relevant."""
_MOST_ASKED = 4
"""Passages of a document that the encoder is asked about."""
_MAX_EVIDENCE = 3
_MAX_SIGNALS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What the judge thinks of one passage; ``rules`` and ``wording`` are their parts of the log-odds, ``meaning`` what
    the encoder adds to them, where it was asked. ``most`` is the score that events and wording can still make of it."""

    passage: Passage
    found: Mapping[str, float]
    rules: float
    wording: float
    score: float
    most: float
    doubt: float
    meaning: float = 0.0


def assess(document: Document, topic: Topic) -> Verdict:
    """Is ``document`` about the topic, and why? Reads ``document.lang`` as it is; never raises on any text.

    A long document is as relevant as its most relevant passage. ``evidence`` are the sentences that speak most for it
    (also for rejected documents, where there are any); ``signals`` what moved the score most, in log-odds.
    """
    return weigh(document, topic).verdict


def weigh(document: Document, topic: Topic, *, encoder: Callable[[], Mind | None] = shipped) -> Judgement:
    """The verdict with the events of the document, which are left out where it is rejected.

    First the rules judge by themselves, and most documents end there. Where events can still make it relevant they are
    looked for, by their signs; where it then may be relevant the ``encoder`` is asked, if there is one, about the
    verdict and about the events. ``encoder`` gives it, the shipped one by default; it is called only then, and for the
    topic only that it was fitted on.
    """
    if not serves(topic):
        encoder = _none
    reading = read(document, topic)
    parts = passages(reading)
    known = weights()
    doubt = PASSAGE_DOUBT * log(len(parts))
    said = [opinion_on(part, reading, known, doubt=doubt if place else 0.0) for place, part in enumerate(parts)]
    best = max(said, key=lambda opinion: opinion.most)
    events: tuple[Likely, ...] = ()
    if best.most >= UNCERTAIN_FROM:
        events = find_likely(reading.without_rubbish(document), topic, model=signs())
        hopeful = [opinion for opinion in said if opinion.most >= UNCERTAIN_FROM]
        said = [opinion_on(o.passage, reading, known, events=events, doubt=o.doubt) for o in hopeful]
        near = _surroundings(parts, events, reading) if len(parts) > 1 else ()
        said += [opinion_on(part, reading, known, events=events, doubt=WINDOW_DOUBT) for part in near]
        best = max(with_meaning(said, reading, known, encoder), key=lambda opinion: opinion.score)
    name: VerdictName = "rejected"
    if best.score >= UNCERTAIN_FROM:
        name = "relevant" if best.score >= RELEVANT_FROM else "uncertain"
    verdict = Verdict(
        verdict=name,
        score=round(best.score, 4),
        reason="retail_event" if name == "relevant" else reason_against(best.found),
        lang=document.lang,
        vendors=_vendors(reading),
        evidence=_evidence(reading, best, known),
        signals=_signals(best, known),
    )
    if name != "rejected" and (mind := encoder()) is not None:
        events = find_likely(reading.without_rubbish(document), topic, model=encoded(mind))
    return Judgement(verdict=verdict, events=() if name == "rejected" else tuple(e for e, _ in events))


def _none() -> None:
    """No encoder."""


def with_meaning(
    said: Sequence[Opinion], reading: Reading, known: Weights, encoder: Callable[[], Mind | None]
) -> list[Opinion]:
    """The opinions on the passages most likely relevant, with what the encoder makes of their words; as they are where
    there is no encoder or no hope."""
    hopeful = sorted((o for o in said if o.score >= ASKED_FROM), key=lambda o: -o.score)[:_MOST_ASKED]
    if not hopeful or (mind := encoder()) is None:
        return list(said)
    return [_asked(opinion, reading, known, mind) for opinion in hopeful]


def _asked(opinion: Opinion, reading: Reading, known: Weights, encoder: Mind) -> Opinion:
    rules = known.bias + opinion.rules + opinion.wording
    together = encoder.relevance.together(rules, encoder.margin(_text_of(opinion.passage, reading)))
    score = logistic(together - opinion.doubt)
    return replace(opinion, score=score, most=score, meaning=together - rules)


def _text_of(passage: Passage, reading: Reading) -> str:
    """The title, a line break and the passage, which is all of a short document as it stands."""
    if covers(passage, reading):
        return reading.joined
    body = [sentence for sentence, _ in passage if not sentence.is_title]
    text = reading.joined[body[0].start : body[-1].end] if body else ""
    return f"{reading.joined[: reading.title_size]}\n{text}"


def _surroundings(parts: Sequence[Passage], events: Sequence[Likely], reading: Reading) -> list[Passage]:
    """The title and the sentences around the evidence of each event: a lone piece of news amid others is divided by
    passages of equal size, or drowned in them."""
    surest = sorted(events, key=lambda likely: -likely[1])[:_WINDOWS]
    shift = reading.title_size + 1
    told_at = {event.evidence.start + shift for event, _ in surest if event.evidence.where == "text"}
    title = [pair for pair in parts[0] if pair[0].is_title]
    body = [pair for part in parts for pair in part if not pair[0].is_title]
    return [
        title + body[max(0, index - 1) : index + 2]
        for index, (sentence, _) in enumerate(body)
        if sentence.start in told_at
    ]


def opinion_on(
    passage: Passage,
    reading: Reading,
    known: Weights,
    *,
    events: Sequence[Likely] | None = None,
    doubt: float = 0.0,
) -> Opinion:
    """What the judge thinks of a passage. Without ``events`` it is a first opinion, by its rules alone; ``doubt`` is
    taken off the log-odds."""
    found = features(passage, events_in(passage, reading, events or ()), whole=covers(passage, reading))
    rules, wording = known.of_rules(found), 0.0
    most = known.bias + rules - doubt
    if events is None:
        most += known.most_of_events + known.most_of_wording
    else:
        text = " ".join(reading.joined[s.start : s.end] for s, _ in passage if not s.is_title)
        wording = known.of_wording(reading.joined[: reading.title_size], text)
        most += wording
    score, ceiling = logistic(known.bias + rules + wording - doubt), logistic(most)
    if "no vendor" in found or not has_core(passage):
        # Whatever else it is, it is no story about a vendor's retail.
        score, ceiling = min(score, UNCERTAIN_FROM / 2), min(ceiling, UNCERTAIN_FROM / 2)
    return Opinion(passage=passage, found=found, rules=rules, wording=wording, score=score, most=ceiling, doubt=doubt)


def covers(passage: Passage, reading: Reading) -> bool:
    """Is the passage all of the document?"""
    return len(passage) == len(reading.sentences)


def events_in(passage: Passage, reading: Reading, events: Sequence[Likely]) -> list[Likely]:
    """The events whose evidence stands in the passage (which includes the title)."""
    if not passage:
        return []
    start, end = passage[-1][0].start, passage[-1][0].end
    start = min((s.start for s, _ in passage if not s.is_title), default=start)
    shift = reading.title_size + 1
    return [
        (event, chance)
        for event, chance in events
        if event.evidence.where == "title" or start <= event.evidence.start + shift < end
    ]


def _vendors(reading: Reading) -> tuple[str, ...]:
    """The vendors named beyond doubt, in order of appearance."""
    names: dict[str, None] = {}
    for sentence in reading.sentences:
        names |= dict.fromkeys(v.vendor for v in sure_vendors(sentence))
    return tuple(names)


def _evidence(reading: Reading, best: Opinion, known: Weights) -> tuple[Evidence, ...]:
    """The sentences with the strongest signs, best first; the title only where the text has none.

    A sentence that names neither a vendor nor its stores proves little by itself: it is left out where others do.
    """
    scored: list[tuple[float, int, Sentence, bool]] = []
    for index, (sentence, seen) in enumerate(best.passage):
        where = "title" if sentence.is_title else "any"
        weight = sum(known.rules.get(f"{where} {sign}", 0.0) for sign in seen if _proves(sign))
        if weight > 0 and any(_proves(sign) for sign in seen - {"vendor", "product"}):
            scored.append((-weight, index, sentence, bool(seen & {"vendor", "product", "banner"})))
    named = [row for row in scored if row[3]]
    scored = named or scored
    in_text = [row for row in scored if not row[2].is_title]
    best_first = sorted(in_text or scored, key=lambda row: row[:2])
    return tuple(reading.evidence(sentence) for _, _, sentence, _ in best_first[:_MAX_EVIDENCE])


def _proves(sign: str) -> bool:
    """Is it a sign of what happens, not of a trap or a mere word?"""
    return "trap" not in sign and not sign.startswith("says")


def _signals(best: Opinion, known: Weights) -> tuple[str, ...]:
    moved = [(known.rules.get(name, 0.0) * value, name) for name, value in best.found.items()]
    moved += [(best.wording, "wording"), (best.meaning, "meaning")]
    return told(moved, most=_MAX_SIGNALS)
