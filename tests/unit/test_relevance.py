"""Is it about the topic? Short articles in many languages: tests/data/relevance.tsv."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines import topics
from pipelines.relevance import assess, weigh
from pipelines.relevance.features import passages
from pipelines.relevance.reading import MAX_READ, read
from pipelines.relevance.reasons import REASONS, reason_against
from pipelines.relevance.weights import logistic
from storewatch.types import Document, Evidence, Verdict

TOPIC = topics.load()
ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent.parent / "data" / "relevance.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
RELEVANT = [row for row in ROWS if row[0] == "relevant"]
REJECTED = [row for row in ROWS if row[0] != "relevant"]


def document(row: list[str]) -> Document:
    return Document(title=row[2], text=row[3], lang=row[1].split("-")[0])


def cases(rows: list[list[str]]) -> list[object]:
    return [pytest.param(row, id=f"{row[1]}: {row[2]}") for row in rows]


def check_evidence(verdict: Verdict, of: Document) -> None:
    for evidence in verdict.evidence:
        source = of.text if evidence.where == "text" else of.title
        assert source[evidence.start : evidence.end] == evidence.text


@pytest.mark.parametrize("row", cases(RELEVANT))
def test_relevant(row: list[str]) -> None:
    verdict = assess(document(row), TOPIC)
    assert verdict.verdict == "relevant", (verdict.score, verdict.signals)
    assert verdict.reason == "retail_event"
    assert verdict.vendors
    assert verdict.evidence
    check_evidence(verdict, document(row))


@pytest.mark.parametrize("row", cases(REJECTED))
def test_rejected_with_a_reason(row: list[str]) -> None:
    verdict = assess(document(row), TOPIC)
    assert verdict.verdict == "rejected", (verdict.score, verdict.signals)
    assert verdict.reason in row[0].split("|")
    check_evidence(verdict, document(row))


def test_the_reasons_expected_are_reasons() -> None:
    assert {reason for row in REJECTED for reason in row[0].split("|")} <= REASONS


STORY = (
    "Xiaomi will open its first store in Lyon on Saturday. The shop in the Rue de la République has 200 square metres."
)
OTHER = "The council met on Tuesday and spoke about the new tram. Nobody asked for the minutes to be read. "


@pytest.mark.parametrize("before", [0, 10, 60], ids=["at the head", "behind a page", "behind ten pages"])
def test_a_passage_makes_a_long_article_relevant(before: int) -> None:
    of = Document(title="Xiaomi news", text=f"{OTHER * before}\n{STORY}\n{OTHER * 60}", lang="en")
    verdict = assess(of, TOPIC)
    assert verdict.relevant
    assert any("Lyon" in evidence.text for evidence in verdict.evidence)
    check_evidence(verdict, of)


ITEMS = {
    "en": (
        "The city council met on Tuesday to discuss the budget of the coming year. Several members asked for more.",
        "A storm kept the ferries in the harbour all morning. Commuters waited for buses that were full at once.",
        "The museum shows two hundred drawings from its cellar. The director hopes for visitors from the whole region.",
    ),
    "de": (
        "Der Stadtrat beriet am Dienstag über den Haushalt des kommenden Jahres. Mehrere forderten mehr Geld.",
        "Ein Sturm hielt die Fähren den ganzen Morgen im Hafen. Pendler warteten auf Busse, die sofort voll waren.",
        "Das Museum zeigt zweihundert Zeichnungen aus seinem Keller. Die Direktorin hofft auf Besuch aus der Region.",
    ),
}
LONE = {
    "en": "Xiaomi now has 1,200 stores in India, its manager said.",
    "de": "Xiaomi hat in Indien jetzt 1200 Läden.",
}


@pytest.mark.parametrize("place", range(7))
@pytest.mark.parametrize("lang", ["en", "de"])
def test_lone_news_amid_others_is_seen_wherever_it_stands(lang: str, place: int) -> None:
    items = [*ITEMS[lang], *ITEMS[lang]]
    items.insert(place, LONE[lang])
    assert assess(Document(title="", text="\n".join(items), lang=lang), TOPIC).relevant


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Oppo has closed its flagship store in Madrid, a year after the opening."),
        ("en", "Apple will close its store in Charlotte on March 1."),
        ("de", "Samsung hat am Freitag in Frankfurt einen Laden eröffnet."),
        ("fr", "Xiaomi a ouvert une boutique à Lyon."),
        ("es", "Honor abrirá 50 tiendas en México antes de 2026."),
        ("it", "Samsung ha chiuso il negozio di Torino."),
        ("ru", "Xiaomi открыла в Казани фирменный магазин."),
        ("tr", "Xiaomi, Ankara'da yeni bir mağaza açtı."),
        ("hi", "सैमसंग ने जयपुर में नया स्टोर खोला।"),
        ("zh", "荣耀目前在全国拥有3000家体验店。"),
        ("ja", "アップルは福岡の直営店を移転した。"),
        ("ko", "샤오미가 서울에 첫 매장을 열었다."),
        ("ar", "افتتحت شاومي متجرها الثالث في الرياض."),
    ],
)
def test_one_sentence_is_enough(lang: str, text: str) -> None:
    assert assess(Document(title="", text=text, lang=lang), TOPIC).relevant


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "The Galaxy S25 is 200 euros cheaper in Samsung's online store until Sunday."),
        ("en", "Thieves emptied the Apple Store in Leeds last night."),
        ("de", "Samsung eröffnet in Texas eine Chipfabrik."),
        ("fr", "Orange ferme 30 boutiques où se vendaient des iPhone."),
        ("es", "Cientos de personas hicieron cola ante la tienda de Apple en Madrid."),
        ("ru", "Huawei открыла исследовательский центр в Париже."),
        ("zh", "新款iPhone周五在苹果店开售。"),
        ("ja", "ファーウェイが横浜に研究所を開設した。"),
    ],
)
def test_one_sentence_of_something_else(lang: str, text: str) -> None:
    assert assess(Document(title="", text=text, lang=lang), TOPIC).verdict != "relevant"


@pytest.mark.parametrize("lang", ["en", "de"])
def test_other_news_alone_is_not_seen(lang: str) -> None:
    verdict = assess(Document(title="", text="\n".join(ITEMS[lang] * 2), lang=lang), TOPIC)
    assert verdict.verdict == "rejected"


def test_passages_hold_every_sentence_once() -> None:
    reading = read(Document(title="A title", text=OTHER * 40, lang="en"), TOPIC)
    parts = passages(reading)
    assert len(parts) > 3
    assert all(part[0][0].is_title for part in parts)
    assert [s.start for part in parts for s, _ in part if not s.is_title] == [s.start for s in reading.sentences[1:]]


def test_a_document_without_vendor_is_never_more_than_rejected() -> None:
    verdict = assess(Document(title="Ten stores open", text="A chain opens ten stores in Kent.", lang="en"), TOPIC)
    assert (verdict.verdict, verdict.reason, verdict.vendors) == ("rejected", "no_vendor", ())


def test_rejected_documents_have_no_events() -> None:
    judgement = weigh(
        Document(title="Samsung opens factory", text="Samsung opens a factory in Noida.", lang="en"), TOPIC
    )
    assert judgement.verdict.verdict == "rejected"
    assert judgement.events == ()


def test_relevant_documents_have_their_events() -> None:
    judgement = weigh(Document(title="Xiaomi in Lyon", text=STORY, lang="en"), TOPIC)
    assert judgement.events
    assert judgement.events[0].vendor == "Xiaomi"


def test_signals_say_what_moved_the_score() -> None:
    verdict = assess(Document(title="Xiaomi opens store in Lyon", text=STORY, lang="en"), TOPIC)
    assert any(signal.startswith("+") and "a vendor's store" in signal for signal in verdict.signals)


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        pytest.param({"no vendor": 1.0}, "no_vendor", id="nobody is named"),
        pytest.param({"no store": 1.0, "share trap factory": 0.5}, "factory", id="the loudest trap"),
        pytest.param({"no store": 1.0, "title trap car": 1.0, "share trap factory": 0.4}, "car", id="the title counts"),
        pytest.param({"no store": 1.0}, "no_retail_term", id="nothing of shops"),
        pytest.param({"any brand store": 1.0}, "other_brand", id="somebody else's store"),
        pytest.param({"any vendor store": 1.0}, "no_action", id="a store, but nothing happens"),
        pytest.param({"any vendor store": 1.0, "any vendor store deny": 1.0}, "denied", id="denied"),
    ],
)
def test_reasons(found: dict[str, float], reason: str) -> None:
    assert reason_against(found) == reason


@pytest.mark.parametrize(("margin", "chance"), [(0.0, 0.5), (800.0, 1.0), (-800.0, 0.0)])
def test_the_logistic_function_overflows_nowhere(margin: float, chance: float) -> None:
    assert logistic(margin) == pytest.approx(chance)


STRANGE = [
    pytest.param("", "", id="empty"),
    pytest.param(" \n ", "\n\n \t", id="white space"),
    pytest.param("\ud800", "\udfff Xiaomi opens a store \ud800", id="halves of surrogate pairs"),
    pytest.param("XIAOMI OPENS STORE", "XIAOMI OPENS ITS FIRST STORE IN PARIS. " * 200, id="only capitals"),
    pytest.param("小米", "小米开店门店开业" * 300, id="no spaces"),
    pytest.param("Xiaomi", "Xiaomi Samsung Apple Oppo " * 2500, id="ten thousand vendors"),
    pytest.param("Xiaomi", "Xiaomi erÃ¶ffnet einen Laden in MÃ¼nchen. " * 50, id="mojibake"),
    pytest.param("x", "x" * 1_000_000, id="a megabyte without a word"),
    pytest.param("Xiaomi", "\x00\x01\u202e Xiaomi \ufeff store \u200b opens \U0001f4f1", id="control characters"),
]


@pytest.mark.parametrize("lang", ["en", "zh", "de", None], ids=str)
@pytest.mark.parametrize(("title", "text"), STRANGE)
def test_no_text_raises(title: str, text: str, lang: str | None) -> None:
    of = Document(title=title, text=text, lang=lang)
    verdict = assess(of, TOPIC)
    assert 0 <= verdict.score <= 1
    assert verdict.reason in REASONS
    check_evidence(verdict, of)


def test_rubbish_is_blanked_out_and_offsets_stay() -> None:
    rubbish = "Xiaomi opens new stores " * 60
    of = Document(title="Xiaomi in Lyon", text=f"{rubbish}\n{STORY}", lang="en")
    calm = read(of, TOPIC).without_rubbish(of)
    assert len(calm.text) == len(of.text)
    assert calm.text[len(rubbish) + 1 :] == STORY
    assert not calm.text[: len(rubbish) // 2].strip()
    for event in weigh(of, TOPIC).events:
        assert of.text[event.evidence.start : event.evidence.end] == event.evidence.text


def test_a_normal_document_is_left_as_it_is() -> None:
    of = Document(title="Xiaomi in Lyon", text=STORY, lang="en")
    assert read(of, TOPIC).without_rubbish(of) is of


def test_what_stands_far_behind_is_not_read() -> None:
    text = "a\n" * (MAX_READ // 2 + 10) + STORY
    assert not assess(Document(title="", text=text, lang="en"), TOPIC).evidence


def test_evidence_in_the_title_has_offsets_in_the_title() -> None:
    of = Document(title="  Xiaomi opens a store in Rome ", text="Nobody knows more.", lang="en")
    assert assess(of, TOPIC).evidence == (
        Evidence(where="title", text="Xiaomi opens a store in Rome", start=2, end=30),
    )
