"""From features to a verdict that explains itself."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.relevance.features import features, sentence_signs, sure_vendors
from pipelines.relevance.reading import Reading, Sentence, read
from pipelines.relevance.reasons import reason_against
from pipelines.relevance.weights import RuleWeights, logistic, rule_weights
from pipelines.topics import Topic
from storewatch.types import Document, Evidence, Verdict, VerdictName

RELEVANT_FROM = 0.5
UNCERTAIN_FROM = 0.35
_MAX_EVIDENCE = 3
_MAX_SIGNALS = 8


def assess(document: Document, topic: Topic) -> Verdict:
    """Is ``document`` about the topic, and why? Reads ``document.lang`` as it is; never raises on any text.

    ``evidence`` are the sentences that speak most for it (also for rejected documents, where there are any);
    ``signals`` the features that moved the score most, as ``+1.2 any vendor store``.
    """
    reading = read(document, topic)
    found = features(reading)
    weights = rule_weights()
    score = logistic(weights.margin(found))
    if "no vendor" in found:
        score = min(score, UNCERTAIN_FROM / 2)
    name: VerdictName = "relevant" if score >= RELEVANT_FROM else "uncertain" if score >= UNCERTAIN_FROM else "rejected"
    return Verdict(
        verdict=name,
        score=round(score, 4),
        reason="retail_event" if name == "relevant" else reason_against(found),
        lang=document.lang,
        vendors=_vendors(reading),
        evidence=_evidence(reading, weights),
        signals=_signals(found, weights),
    )


def _vendors(reading: Reading) -> tuple[str, ...]:
    """The vendors named beyond doubt, in order of appearance."""
    names: dict[str, None] = {}
    for sentence in reading.sentences:
        sure = set(sure_vendors(sentence))
        names |= dict.fromkeys(v.vendor for v in sentence.vendors if (v.start, v.end) in sure)
    return tuple(names)


def _evidence(reading: Reading, weights: RuleWeights) -> tuple[Evidence, ...]:
    """The sentences with the strongest signs, best first; a title only where the text has none."""
    scored: list[tuple[float, int, Sentence]] = []
    for index, sentence in enumerate(reading.sentences):
        where = "title" if sentence.is_title else "any"
        signs = list(sentence_signs(sentence, reading.joined))
        weight = sum(weights.weights.get(f"{where} {sign}", 0.0) for sign in signs if not sign.startswith("trap"))
        if weight > 0 and ("store" in signs or any("enters" in sign or "partner" in sign for sign in signs)):
            scored.append((-weight, index, sentence))
    in_text = [row for row in scored if not row[2].is_title]
    return tuple(reading.evidence(sentence) for _, _, sentence in sorted(in_text or scored)[:_MAX_EVIDENCE])


def _signals(found: Mapping[str, float], weights: RuleWeights) -> tuple[str, ...]:
    moved = [(weights.weights.get(name, 0.0) * value, name) for name, value in found.items()]
    loud = sorted((row for row in moved if abs(row[0]) >= 0.1), key=lambda row: (-abs(row[0]), row[1]))
    return tuple(f"{value:+.1f} {name}" for value, name in loud[:_MAX_SIGNALS])
