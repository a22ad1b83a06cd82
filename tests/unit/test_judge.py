"""Language, verdict and events of a document in one call."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines import topics
from pipelines.judge import judge
from storewatch.types import Document

GERMAN = Document(
    title="Xiaomi eröffnet Laden in Kassel",
    text="Xiaomi eröffnet am Samstag seinen zweiten Mi Store in Hessen. Der Laden in Kassel misst 180 Quadratmeter.",
)


@pytest.mark.parametrize(
    ("lang", "title", "text"),
    [
        pytest.param("de", GERMAN.title, GERMAN.text, id="German"),
        pytest.param(
            "fr", "Oppo ouvre une boutique", "La marque chinoise ouvre samedi une boutique à Nantes.", id="French"
        ),
        pytest.param("zh", "小米新店开业", "小米之家在杭州的新店本周六正式开业，面积三百平方米。", id="Chinese"),
        pytest.param("ko", "샤오미 매장 개장", "샤오미가 토요일 대전에 새 매장을 연다고 밝혔다.", id="Korean"),
    ],
)
def test_the_language_is_recognised(lang: str, title: str, text: str) -> None:
    assert judge(Document(title=title, text=text)).verdict.lang == lang


def test_a_language_that_is_given_is_believed() -> None:
    assert judge(replace(GERMAN, lang="nl")).verdict.lang == "nl"


def test_nothing_to_read_has_no_language() -> None:
    verdict = judge(Document(title="", text="")).verdict
    assert (verdict.lang, verdict.verdict, verdict.reason) == (None, "rejected", "no_vendor")


def test_a_relevant_document_comes_with_events_and_evidence() -> None:
    found = judge(GERMAN)
    assert found.verdict.relevant
    assert {event.vendor for event in found.events} == {"Xiaomi"}
    for event in found.events:
        source = GERMAN.text if event.evidence.where == "text" else GERMAN.title
        assert source[event.evidence.start : event.evidence.end] == event.evidence.text


def test_a_rejected_document_has_no_events() -> None:
    found = judge(
        Document(title="Aldi eröffnet Filiale", text="Aldi eröffnet am Samstag eine Filiale in Kassel.", lang="de")
    )
    assert (found.verdict.verdict, found.events) == ("rejected", ())


def test_the_same_document_is_always_judged_alike() -> None:
    assert judge(GERMAN) == judge(GERMAN, topics.load("retail"))
