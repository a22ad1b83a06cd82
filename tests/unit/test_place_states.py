"""A name that a city shares with its state, a street, a department store or a company means what stands beside it."""

from __future__ import annotations

import pytest

from pipelines.places import find_places

STATES: list[tuple[str, str, str]] = [
    ("en state of", "en", "Honor opens a store in the state of New York."),
    ("en state behind", "en", "New York state gets a store of its own."),
    ("de", "de", "Honor sucht einen Laden im Bundesstaat New York."),
    ("fr", "fr", "Honor ouvre une boutique dans l'état de New York."),
    ("es", "es", "Honor abre una tienda en el estado de Nueva York."),
    ("pt", "pt", "A Honor abre uma loja no estado de Nova York."),
    ("it", "it", "Honor apre un negozio nello stato di New York."),
    ("pl", "pl", "Honor otwiera sklep w stanie Nowy Jork."),
    ("ru", "ru", "Honor откроет магазин (штат Нью-Йорк) летом."),
    ("uk", "uk", "Honor відкриє магазин у штаті Нью-Йорк."),
    ("tr", "tr", "Honor, New York eyaletinde mağaza açıyor."),
    ("vi", "vi", "Honor mở cửa hàng ở bang New York."),
    ("ja", "ja", "ニューヨーク州に新しい店ができる。"),
    ("zh", "zh", "荣耀将在纽约州开店。"),
]

CITIES: list[tuple[str, str, str, str]] = [
    ("en", "en", "Honor opens a store in New York.", "New York"),
    ("de", "de", "Honor eröffnet einen Laden in New York.", "New York"),
    ("pt", "pt", "A Honor abriu uma loja em São Paulo.", "São Paulo"),
    ("ru", "ru", "Honor открыл магазин в Нью-Йорке.", "New York"),
    ("tr", "tr", "Honor New York'ta mağaza açtı.", "New York"),
    ("ja", "ja", "ニューヨークに新しい店ができる。", "New York"),
    ("zh 州 in the name", "zh", "荣耀在广州开店。", "Guangzhou"),
    ("ko", "ko", "아너가 뉴욕에 매장을 연다.", "New York"),
]

NO_CITIES: list[tuple[str, str, str]] = [
    ("fr department store", "fr", "Le corner des Galeries Lafayette ferme."),
    ("de hotel", "de", "Der Laden liegt neben dem Hotel Bristol."),
    ("fr company", "fr", "La boutique de Google ouvre demain."),
    ("de company", "de", "Der Laden von Google öffnet morgen."),
    ("es company", "es", "La tienda de Google abre mañana."),
]


@pytest.mark.parametrize(("lang", "text"), [row[1:] for row in STATES], ids=[row[0] for row in STATES])
def test_the_word_for_a_state_makes_the_name_the_states(lang: str, text: str) -> None:
    (place,) = find_places(text, lang)
    assert (place.kind, place.city, place.country) == ("state", None, "US")


@pytest.mark.parametrize(("lang", "text", "city"), [row[1:] for row in CITIES], ids=[row[0] for row in CITIES])
def test_without_it_the_name_is_the_citys(lang: str, text: str, city: str) -> None:
    assert [place.city for place in find_places(text, lang)] == [city]


@pytest.mark.parametrize(("lang", "text"), [row[1:] for row in NO_CITIES], ids=[row[0] for row in NO_CITIES])
def test_names_of_houses_and_companies_are_no_cities(lang: str, text: str) -> None:
    assert [place.city for place in find_places(text, lang) if place.city] == []
