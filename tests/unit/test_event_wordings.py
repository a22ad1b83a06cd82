"""The first article told in many tongues and wordings, and what its neighbours in a text may and may not change."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipelines import topics
from pipelines.events import find_events
from storewatch.types import Document, Moment, RetailEvent

TOPIC = topics.load()
IN_2017 = Moment(at=datetime(2017, 7, 12, tzinfo=UTC), precision="day")
IN_2021 = Moment(at=datetime(2021, 3, 3, tzinfo=UTC), precision="day")


def events(text: str, lang: str, *, title: str = "", published: Moment = IN_2021) -> tuple[RetailEvent, ...]:
    return find_events(Document(title=title, text=text, lang=lang, published=published), TOPIC)


def rows(found: tuple[RetailEvent, ...]) -> set[tuple[str, str, int | None]]:
    return {(event.vendor, event.action, event.store_count) for event in found}


FIRST = [
    ("de", "Xiaomi möchte in den kommenden drei Jahren 2.000 Läden eröffnen, die Hälfte davon außerhalb Chinas."),
    ("de", "Innerhalb von drei Jahren will Xiaomi 2000 Geschäfte aufmachen. Die Hälfte soll außerhalb Chinas stehen."),
    ("en", "Xiaomi plans 2,000 Mi Home stores over the next three years, half of them outside China."),
    ("en", "In three years Xiaomi will have 2,000 stores. About half will be outside of China."),
    ("es", "Xiaomi abrirá 2.000 tiendas en los próximos tres años, la mitad de ellas fuera de China."),
    ("fr", "Xiaomi compte ouvrir 2 000 boutiques au cours des trois prochaines années, dont la moitié hors de Chine."),
    ("it", "Xiaomi aprirà 2.000 negozi nei prossimi tre anni, metà dei quali fuori dalla Cina."),
    ("pt", "A Xiaomi pretende abrir 2.000 lojas nos próximos três anos, metade delas fora da China."),
    ("nl", "Xiaomi wil in de komende drie jaar 2.000 winkels openen, de helft daarvan buiten China."),
    ("pl", "Xiaomi zamierza otworzyć 2000 sklepów w ciągu najbliższych trzech lat, połowę z nich poza Chinami."),
    ("cs", "Xiaomi chce během příštích tří let otevřít 2 000 prodejen, polovinu z nich mimo Čínu."),
    ("ru", "Xiaomi планирует открыть 2000 магазинов в течение ближайших трёх лет, половину из них за пределами Китая."),
    ("uk", "Xiaomi планує відкрити 2000 магазинів протягом найближчих трьох років, половину з них за межами Китаю."),
    ("tr", "Xiaomi önümüzdeki üç yıl içinde 2.000 mağaza açacak; bunların yarısı Çin dışında olacak."),
    ("sv", "Xiaomi planerar att öppna 2 000 butiker inom tre år, hälften av dem utanför Kina."),
    ("vi", "Xiaomi dự kiến mở 2.000 cửa hàng trong ba năm tới, một nửa ở ngoài Trung Quốc."),
    ("hi", "शाओमी अगले तीन साल में 2,000 स्टोर खोलेगी, जिनमें से आधे चीन के बाहर होंगे।"),
    ("zh", "小米计划未来三年内开设2000家门店，其中一半在中国以外。"),
    ("ja", "シャオミは今後3年間で2000店舗を開設する計画だ。半数は中国以外に出店する。"),
    ("ar", "تعتزم شاومي افتتاح 2000 متجر خلال ثلاث سنوات، نصفها خارج الصين."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "text"), [pytest.param(*case, id=f"{case[0]}-{index}") for index, case in enumerate(FIRST)]
)
def test_two_thousand_stores_in_three_years_half_of_them_abroad(lang: str, text: str) -> None:
    (plan,) = [event for event in events(text, lang, published=IN_2017) if event.store_count == 2000]
    assert (plan.vendor, plan.action, plan.horizon) == ("Xiaomi", "plan", "2020")
    assert (plan.share, plan.region) == (0.5, "outside China")
    # The share qualifies the plan; it makes no event of a thousand stores.
    assert 1000 not in {event.store_count for event in events(text, lang, published=IN_2017)}


SPEAKERS = [
    ("de", "Oppo will 40 Läden eröffnen, sagte Alen Wu dem Sender CNBC.", "Alen Wu", "CNBC"),
    ("de", "Oppo will 40 Läden eröffnen. Das kündigte Vizepräsident Alen Wu im Gespräch mit Reuters an.",
     "Alen Wu", "Reuters"),
    ("en", "Oppo will open 40 stores, senior vice president Alen Wu told Reuters.", "Alen Wu", "Reuters"),
    ("es", "Oppo abrirá 40 tiendas, dijo Alen Wu a Bloomberg.", "Alen Wu", "Bloomberg"),
    ("ru", "Oppo откроет 40 магазинов, рассказал Ален Ву телеканалу CNBC.", "Ален Ву", "CNBC"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "text", "speaker", "outlet"), [pytest.param(*c, id=f"{c[0]}-{i}") for i, c in enumerate(SPEAKERS)]
)
def test_who_said_it_to_whom(lang: str, text: str, speaker: str, outlet: str) -> None:
    (plan,) = [event for event in events(text, lang) if event.store_count == 40]
    assert (plan.speaker, plan.source_outlet) == (speaker, outlet)


TOLD = [
    ("opened many", "en", "Xiaomi has opened 500 stores across India in one day.", {("Xiaomi", "open", 500)}),
    ("opens many on a day ahead", "en", "Oppo opens 12 stores in Peru on 5 April 2021.", {("Oppo", "plan", 12)}),
    ("part of a whole", "en", "Sony is closing 20 of its 31 stores in the United States.",
     {("Sony", "close", 20), ("Sony", "stock", 31)}),
    ("part of a whole, de", "de", "Sony schließt 20 von 31 Läden in den USA.",
     {("Sony", "close", 20), ("Sony", "stock", 31)}),
    ("rank", "en", "The company opened the 1,000th Mi Store in Jaipur.",
     {("Xiaomi", "open", 1), ("Xiaomi", "stock", 1000)}),
    ("shops on the web", "en", "Apple opens an online store in India.", {("Apple", "online_store", 1)}),
    ("seller unknown to any list", "en", "Nokia has appointed Kestrel Mobile as its distributor in South Africa.",
     {("Nokia", "partner", None)}),
    ("leaving a market", "en", "Meizu is leaving the Indian market.", {("Meizu", "close", None)}),
    ("moving", "de", "Apple verlegt seinen Laden in Hannover in ein größeres Haus.", {("Apple", "relocate", 1)}),
    ("future in the verb, es", "es", "Huawei abrirá 20 tiendas en México.", {("Huawei", "plan", 20)}),
    ("future in the verb, pt", "pt", "A Samsung abrirá 25 lojas em Angola.", {("Samsung", "plan", 25)}),
    ("done, cs", "cs", "Xiaomi otevřelo v Česku deset prodejen.", {("Xiaomi", "open", 10)}),
    ("to come, cs", "cs", "Xiaomi otevře v Česku deset prodejen.", {("Xiaomi", "plan", 10)}),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "text", "wanted"), [pytest.param(*case[1:], id=case[0]) for case in TOLD])
def test_what_is_told(lang: str, text: str, wanted: set[tuple[str, str, int | None]]) -> None:
    found = rows(events(text, lang))
    assert {(v, a, None if a == "online_store" else n) for v, a, n in found} == {
        (v, a, None if a == "online_store" else n) for v, a, n in wanted
    }


def test_several_cities_without_numbers_of_their_own_are_one_event() -> None:
    (event,) = events("Xiaomi will open stores in Lyon, Nantes and Lille.", "en")
    assert (event.city, event.country) == ("Lyon; Nantes; Lille", "FR")


def test_a_city_beside_many_stores_is_not_their_place() -> None:
    (event,) = events("Xiaomi has 800 stores in India; the newest stands in Pune.", "en")[:1]
    assert (event.store_count, event.city, event.country) == (800, None, "IN")


def test_a_city_that_only_serves_to_find_the_place_is_not_it() -> None:
    (event,) = events("Apple opened a store in Mississauga, west of Toronto.", "en")
    assert event.city == "Mississauga"


def test_the_same_opening_told_twice_is_one_event_with_more_evidence() -> None:
    text = "Honor has opened a store in Cairo.\nThe shop in Cairo is Honor's first in Egypt; it opened on Monday."
    (event,) = [e for e in events(text, "en", title="Honor opens store in Cairo") if e.action == "open"]
    assert event.evidence.where == "text"
    assert event.more_evidence


def test_a_sentence_of_another_vendor_adds_nothing() -> None:
    text = "Oppo plans 300 stores.\nHalf of Samsung's stores are outside Asia, Anna Berg told Reuters."
    (plan,) = [event for event in events(text, "en") if event.store_count == 300]
    assert (plan.share, plan.speaker) == (None, None)


@pytest.mark.parametrize(
    ("text", "lang", "city"),
    [
        (
            "Apple opened a store in Taipei on Saturday. The store in Taipei will become a meeting place.",
            "en",
            "Taipei",
        ),
        (
            "In Wallisellen eröffnete der Xiaomi-Store. Der Store in Wallisellen soll auch reparieren.",
            "de",
            "Wallisellen",
        ),
        ("Honor a ouvert une boutique à Lyon. La boutique de Lyon sera un lieu de rencontre.", "fr", "Lyon"),
    ],
    ids=["en", "de", "fr"],
)
def test_one_store_has_not_opened_and_is_planned_as_well(text: str, lang: str, city: str) -> None:
    found = [event.action for event in events(text, lang) if event.city == city and event.store_count == 1]
    assert len({"open", "plan"} & set(found)) == 1


def test_a_day_still_to_come_makes_a_plan() -> None:
    text = (
        "Huawei eröffnet am 2. September in München seinen ersten eigenen Laden in Deutschland. Das Geschäft entsteht "
        "in der Sendlinger Straße auf zwei Etagen, teilte das Unternehmen am Donnerstag mit.\n"
        "Neben Smartphones sollen dort Tablets, Uhren und Zubehör verkauft werden; im Obergeschoss nimmt eine "
        "Werkstatt Geräte zur Reparatur an. Für den Betrieb stellt der Konzern 25 Mitarbeiter ein."
    )
    title = "Huawei eröffnet im September ersten deutschen Laden in München"
    (event,) = events(text, "de", title=title, published=IN_2017)
    assert (event.action, event.city, event.horizon) == ("plan", "Munich", "2017-09-02")


def test_two_stores_of_one_text_keep_their_own_fates() -> None:
    found = events("Honor opened a store in Chengdu in May. Next month another store will open in Xi'an.", "en")
    assert {(event.action, event.city) for event in found} == {("open", "Chengdu"), ("plan", "Xi'an")}


@pytest.mark.parametrize(
    ("text", "lang", "row"),
    [
        ("वीवो इस साल भारत में 300 नए स्टोर खोलेगी।", "hi", ("vivo", "plan", 300)),
        ("సంవత్సరం చివరికి వీవో 50 కొత్త స్టోర్లు ప్రారంభించనుంది.", "te", ("vivo", "plan", 50)),
        ("শিয়াওমি ঢাকায় নতুন স্টোর খুলেছে।", "bn", ("Xiaomi", "open", 1)),
        ("สมาร์ทโฟนวีโวเปิดร้านใหม่ที่เชียงใหม่", "th", ("vivo", "open", 1)),
        ("Samsung öppnar en ny butik i Göteborg i höst.", "sv", ("Samsung", "plan", 1)),
    ],
    ids=["hi vivo", "te vivo", "bn Xiaomi", "th vivo", "sv autumn"],
)
def test_names_and_seasons_in_other_tongues(text: str, lang: str, row: tuple[str, str, int]) -> None:
    assert row in rows(events(text, lang))


@pytest.mark.parametrize(
    ("text", "lang", "rank"),
    [
        ("Xiaomi ha aperto un nuovo Mi Store a Bari, il diciottesimo in Italia.", "it", 18),
        ("Xiaomi a ouvert une boutique à Lyon, la cinquième en France.", "fr", 5),
        ("Samsung opened an experience store in Lagos, its thirteenth in Nigeria.", "en", 13),
        ("Xiaomi открыла магазин в Казани, пятнадцатый в России.", "ru", 15),
    ],
    ids=["it", "fr", "en", "ru"],
)
def test_a_rank_told_behind_the_store_is_how_many_there_are(text: str, lang: str, rank: int) -> None:
    assert ("Xiaomi" if "Xiaomi" in text else "Samsung", "stock", rank) in rows(events(text, lang))


def test_an_ordinal_of_something_else_behind_a_store_is_no_rank() -> None:
    found = rows(events("Samsung opened a store in Lagos, its third quarter was weak.", "en"))
    assert found == {("Samsung", "open", 1)}
