"""What is said of stores, as events: one table of sentences, the first article in many tongues, and evidence."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import topics
from pipelines.events import find_events
from storewatch.types import Document, Moment, RetailEvent

PUBLISHED = Moment(at=datetime(2017, 7, 12, 9, tzinfo=UTC))
TOPIC = topics.load()


def events(text: str, lang: str, title: str = "") -> tuple[RetailEvent, ...]:
    return find_events(Document(title=title, text=text, lang=lang, published=PUBLISHED), TOPIC)


def told(found: tuple[RetailEvent, ...], **wanted: Any) -> list[RetailEvent]:
    return [event for event in found if all(getattr(event, name) == value for name, value in wanted.items())]


FIRST = [
    pytest.param(
        "de",
        "Xiaomi will in den nächsten drei Jahren 2.000 Ladengeschäfte eröffnen, die Hälfte davon außerhalb Chinas. "
        "Das sagte Wang Xiang dem Sender CNBC. Viele davon sollen Partner betreiben. "
        "Im letzten Quartal lieferte der Hersteller 23 Millionen Smartphones aus.",
        id="de",
    ),
    pytest.param(
        "en",
        "Xiaomi plans to open 2,000 stores in the next three years, half of them outside China, Wang Xiang told CNBC. "
        "Many will be opened with partners. The company shipped 23 million phones last quarter.",
        id="en",
    ),
    pytest.param(
        "es",
        "Xiaomi abrirá 2.000 tiendas en los próximos tres años, la mitad fuera de China, dijo Wang Xiang a la CNBC. "
        "La empresa vendió 23 millones de teléfonos en el último trimestre.",
        id="es",
    ),
    pytest.param(
        "zh",
        "小米高级副总裁王翔接受CNBC采访时表示，小米计划未来三年内开设2000家门店，其中一半在中国以外。"
        "该公司上季度出货2300万部手机。",
        id="zh",
    ),
]


@pytest.mark.parametrize(("lang", "text"), FIRST)
def test_the_first_article(lang: str, text: str) -> None:
    found = events(text, lang)
    [plan] = told(found, store_count=2000)
    assert (plan.vendor, plan.action, plan.horizon) == ("Xiaomi", "plan", "2020")
    assert (plan.share, plan.region) == (0.5, "outside China")
    assert plan.source_outlet == "CNBC"
    assert not [event for event in found if event.store_count in (23_000_000, 23, 2300, 1000)]


CASES = [
    ("en-open", "en", "Samsung has opened its first flagship store in Madrid.", "Samsung", "open", 1, "Madrid", "ES"),
    ("en-plan", "en", "Oppo plans to open 150 stores in Mexico by 2019.", "Oppo", "plan", 150, None, "MX"),
    (
        "en-close",
        "en",
        "Apple is closing its store in Leeds at the end of the month.",
        "Apple",
        "close",
        1,
        "Leeds",
        "GB",
    ),
    ("en-stock", "en", "Huawei now has 500 stores in Poland.", "Huawei", "stock", 500, None, "PL"),
    ("de-open", "de", "Huawei hat in Wien seinen ersten Store eröffnet.", "Huawei", "open", 1, "Vienna", "AT"),
    ("de-plan", "de", "Samsung will 40 Läden in Polen eröffnen.", "Samsung", "plan", 40, None, "PL"),
    ("de-close", "de", "Sony schließt seinen Laden in Berlin.", "Sony", "close", 1, "Berlin", "DE"),
    ("fr-open", "fr", "Xiaomi a ouvert une boutique à Lyon.", "Xiaomi", "open", 1, "Lyon", "FR"),
    ("fr-plan", "fr", "Oppo prévoit d'ouvrir 30 magasins en Espagne.", "Oppo", "plan", 30, None, "ES"),
    ("es-open", "es", "Xiaomi ha abierto su tercera tienda en Barcelona.", "Xiaomi", "open", 1, "Barcelona", "ES"),
    ("es-plan", "es", "Realme abrirá cincuenta tiendas en Colombia.", "Realme", "plan", 50, None, "CO"),
    ("it-open", "it", "Xiaomi ha aperto un nuovo negozio a Milano.", "Xiaomi", "open", 1, "Milan", "IT"),
    ("pt-open", "pt", "A Xiaomi abriu uma loja em Lisboa.", "Xiaomi", "open", 1, "Lisbon", "PT"),
    ("pl-open", "pl", "Xiaomi otworzyło nowy salon w Warszawie.", "Xiaomi", "open", 1, "Warsaw", "PL"),
    ("nl-open", "nl", "Samsung heeft een winkel in Amsterdam geopend.", "Samsung", "open", 1, "Amsterdam", "NL"),
    ("ru-open", "ru", "Xiaomi открыла магазин в Москве.", "Xiaomi", "open", 1, "Moscow", "RU"),
    ("ru-plan", "ru", "Huawei планирует открыть 20 магазинов в России.", "Huawei", "plan", 20, None, "RU"),
    ("tr-open", "tr", "Xiaomi İstanbul'da yeni mağazasını açtı.", "Xiaomi", "open", 1, "Istanbul", "TR"),
    ("id-open", "id", "Oppo membuka toko resmi di Jakarta.", "Oppo", "open", 1, "Jakarta", "ID"),
    ("vi-open", "vi", "Xiaomi khai trương cửa hàng tại Hà Nội.", "Xiaomi", "open", 1, "Hanoi", "VN"),
    ("th-open", "th", "Samsung เปิดสาขาใหม่ในกรุงเทพ", "Samsung", "open", 1, "Bangkok", "TH"),
    ("hi-plan", "hi", "शाओमी भारत में 100 स्टोर खोलेगी।", "Xiaomi", "plan", 100, None, "IN"),
    ("zh-open", "zh", "华为在深圳开设了首家旗舰店。", "Huawei", "open", 1, "Shenzhen", "CN"),
    ("zh-stock", "zh", "小米之家在中国已有300家门店。", "Xiaomi", "stock", 300, None, "CN"),
    ("ja-open", "ja", "シャオミは東京に直営店をオープンした。", "Xiaomi", "open", 1, "Tokyo", "JP"),
    ("ko-open", "ko", "샤오미가 서울에 첫 매장을 열었다.", "Xiaomi", "open", 1, "Seoul", "KR"),
    ("ar-open", "ar", "افتتحت شركة شاومي متجرا جديدا في دبي.", "Xiaomi", "open", 1, "Dubai", "AE"),
    ("lakh", "en", "Vivo has 1,10,000 outlets in India.", "vivo", "stock", 110_000, None, "IN"),
]


@pytest.mark.parametrize(
    ("lang", "text", "vendor", "action", "count", "city", "country"),
    [pytest.param(*case[1:], id=case[0]) for case in CASES],
)
def test_a_sentence_tells_its_event(
    lang: str, text: str, vendor: str, action: str, count: int, city: str | None, country: str
) -> None:
    found = events(text, lang)
    assert told(found, vendor=vendor, action=action, store_count=count, city=city, country=country), found
    assert {event.vendor for event in found} == {vendor}


NO_COUNTS = [
    ("area", "en", "Xiaomi opened a store of 300 square metres in Madrid.", 300),
    ("staff", "en", "Apple opens a store in Turin with 120 employees.", 120),
    ("shipments", "en", "Oppo, which shipped 28 million phones, opened a store in Paris.", 28_000_000),
    ("rival", "en", "Xiaomi opened a store in Oslo, where IKEA has 30 stores.", 30),
    ("flaeche", "de", "Samsung eröffnet in Köln einen Store mit 1.100 Quadratmetern.", 1100),
    ("rent", "de", "Huawei zahlt für den neuen Laden in Wien 40.000 Euro Miete.", 40_000),
]


@pytest.mark.parametrize(("lang", "text", "number"), [pytest.param(*c[1:], id=c[0]) for c in NO_COUNTS])
def test_other_numbers_are_no_store_counts(lang: str, text: str, number: int) -> None:
    assert number not in [event.store_count for event in events(text, lang)]


def test_no_vendor_no_event() -> None:
    assert events("IKEA opens 30 new stores in Spain next year.", "en") == ()


WORDS = [
    "Xiaomi", "Apple", "opens", "closes", "plans", "2,000", "stores", "store", "Madrid", "in", "China", "half",
    "of", "them", "told", "CNBC", "小米", "门店", "2000家", "开设", "eröffnet", "Laden", "3", "drei", "Jahren", "will",
    "Samsung", "20%", "магазин", "открыла", "в", "Москве", ".", "!", "\n",
]  # fmt: skip


@given(
    text=st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join) | st.text(max_size=200),
    title=st.text(max_size=40),
    lang=st.sampled_from(["en", "de", "zh", "ru", "xx", None]),
)
def test_evidence_and_spans_are_verbatim(text: str, title: str, lang: str | None) -> None:
    document = Document(title=title, text=text, lang=lang, published=PUBLISHED)
    for event in find_events(document, TOPIC):
        for evidence in (event.evidence, *event.more_evidence):
            source = text if evidence.where == "text" else title
            assert evidence.text == source[evidence.start : evidence.end]
            assert evidence.text
        for span in event.spans.values():
            source = text if span.where == "text" else title
            assert 0 <= span.start < span.end <= len(source)
