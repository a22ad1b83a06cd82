"""When the judge and the events ask the encoder, what they show it, and what becomes of its answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from support.fake_mind import FakeMind

from pipelines import topics
from pipelines.events import find_events
from pipelines.events.encoded import Encoded
from pipelines.events.finder import scored_candidates
from pipelines.events.models import signs
from pipelines.events.reading import read
from pipelines.relevance import weigh
from storewatch.types import Document, Moment

TOPIC = topics.load()
STORY = Document(
    title="Xiaomi opens a store in Lyon",
    text="Xiaomi opens its first own store in Lyon on Saturday. The shop has 200 square metres.",
    lang="en",
    published=Moment(at=datetime(2025, 3, 10, tzinfo=UTC), precision="day"),
)
PHONE = Document(title="A new phone", text="Xiaomi shows a new phone with a large battery.", lang="en")
WEATHER = Document(title="Storm", text="Heavy rain kept the ferries in the harbour.", lang="en")
FILLER = "Heavy rain kept the ferries in the harbour all morning. The council met on Tuesday in the old town hall. " * 6


def judged(document: Document, mind: FakeMind | None) -> tuple[str, float]:
    verdict = weigh(document, TOPIC, encoder=lambda: mind).verdict  # type: ignore[arg-type,return-value]  # a fake
    return verdict.verdict, verdict.score


@pytest.mark.parametrize("document", [pytest.param(WEATHER, id="no vendor"), pytest.param(PHONE, id="no store")])
def test_it_is_not_asked_about_what_the_rules_reject(document: Document) -> None:
    def never() -> None:
        raise AssertionError("asked")

    assert weigh(document, TOPIC, encoder=never).verdict.verdict == "rejected"


def test_it_is_not_asked_about_a_topic_that_it_was_not_fitted_on() -> None:
    other = replace(TOPIC, name="bikes")
    found = weigh(STORY, other, encoder=lambda: FakeMind(margin=-20.0, action="close"))  # type: ignore[arg-type,return-value]  # a fake
    assert found == weigh(STORY, TOPIC, encoder=lambda: None)
    assert {event.action for event in find_events(STORY, other)} == {event.action for event in found.events}


def test_without_it_the_rules_judge_alone() -> None:
    assert judged(STORY, None)[0] == "relevant"
    assert weigh(STORY, TOPIC, encoder=lambda: None).events


@pytest.mark.parametrize(
    ("margin", "verdict"),
    [
        pytest.param(20.0, "relevant", id="it is sure"),
        pytest.param(-20.0, "rejected", id="it is sure of the contrary"),
    ],
)
def test_it_moves_the_verdict(margin: float, verdict: str) -> None:
    assert judged(STORY, FakeMind(margin=margin))[0] == verdict


def test_it_is_shown_a_short_document_as_it_is() -> None:
    mind = FakeMind()
    judged(STORY, mind)
    assert mind.texts == [f"{STORY.title}\n{STORY.text}"]


def test_of_a_long_document_it_is_shown_passages_with_the_title() -> None:
    mind = FakeMind(margin=20.0)
    document = Document(title="News of the day", text=f"{FILLER}\n{STORY.text}\n{FILLER}", lang="en")
    assert judged(document, mind)[0] == "relevant"
    assert 1 <= len(mind.texts) <= 4
    assert all(text.startswith("News of the day\n") and len(text) < 1200 for text in mind.texts)
    assert any("first own store in Lyon" in text for text in mind.texts)


def test_the_signals_say_what_it_changed() -> None:
    found = weigh(STORY, TOPIC, encoder=lambda: FakeMind(margin=-20.0))  # type: ignore[arg-type,return-value]  # a fake
    assert any(s.startswith("-") and s.endswith("as the encoder reads them") for s in found.verdict.signals)


@pytest.mark.parametrize("action", ["close", "stock", "relocate"])
def test_its_answer_is_the_action_of_the_events(action: str) -> None:
    found = weigh(STORY, TOPIC, encoder=lambda: FakeMind(margin=20.0, action=action))  # type: ignore[arg-type,return-value]  # a fake
    assert {event.action for event in found.events} == {action}


def test_it_is_shown_the_noun_the_owner_the_place_and_the_sentence_of_a_candidate() -> None:
    mind = FakeMind()
    find_events(STORY, TOPIC, model=Encoded(mind=mind, signs=signs()))  # type: ignore[arg-type]  # a fake
    reading = read(STORY, TOPIC)
    store = next(c for c in scored_candidates(reading, signs()) if c.candidate.kind == "store" and not c.order)
    head = store.candidate.head
    places, found = mind.events.asked[0]
    # The fake's states are the rows' numbers, of which the first is <s>.
    assert places[0] == pytest.approx((head.start + head.end - 1) / 2 + 1)
    assert places[2] == 0, "no number is said"
    assert places[10:].tolist() == [1, 0, 1, 1, 1]
    assert found["kind store"] == 1.0


def test_what_stands_behind_all_that_is_read_is_judged_by_its_signs() -> None:
    reading = read(STORY, TOPIC)
    seen = [(item.candidate, item.found) for item in scored_candidates(reading, signs())]
    blind = Encoded(mind=FakeMind(action="close", reach=0), signs=signs())  # type: ignore[arg-type]  # a fake
    assert blind.think(reading, seen) == signs().think(reading, seen)
    title = Encoded(mind=FakeMind(action="close", reach=len(STORY.title)), signs=signs())  # type: ignore[arg-type]  # a fake
    said = [max(thought.chances, key=lambda name: thought.chances[name]) for thought in title.think(reading, seen)]
    assert {name == "close" for (c, _), name in zip(seen, said, strict=True) if c.sentence.title} == {True}
    assert "close" not in [name for (c, _), name in zip(seen, said, strict=True) if not c.sentence.title]
