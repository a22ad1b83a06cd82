"""Paragraphs, openings and languages."""

from __future__ import annotations

import unicodedata

import pytest

from pipelines.extract.language import identify
from pipelines.extract.opening import strip_opening
from pipelines.extract.paragraphs import normalise, text_of_fragment


def test_text_is_normalised_to_one_paragraph_a_line() -> None:
    text = "Die\u00a0 Fi\u00adliale\r\n\r\n  in Mu\u0308nchen\u200b \u2028 öffnet \u202eheute"
    assert normalise(text) == "Die Filiale\nin München\nöffnet heute"
    assert unicodedata.is_normalized("NFC", normalise(text))


def test_joiners_that_letters_need_stay() -> None:
    assert normalise("می\u200cخواهد") == "می\u200cخواهد"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One<br>two</p><p>Three</p>", "One\ntwo\nThree"),
        ("<div>One<div>two</div>three</div>", "One\ntwo\nthree"),
        ("One <b>bo</b>ld word", "One bold word"),
        ("<ul><li>a</li><li>b</li></ul>c", "a\nb\nc"),
        ("<p>Text</p><script>var x;</script><style>p{}</style> tail", "Text\ntail"),
        ("a &amp; b", "a & b"),
        ("no markup", "no markup"),
        ("line\nbreaks in <b>source</b>\nare spaces", "line breaks in source are spaces"),
        ("", ""),
    ],
)
def test_fragments_become_lines_without_glued_words(markup: str, text: str) -> None:
    assert normalise(text_of_fragment(markup)) == text


BODY = "The vendor opened a store in Lyon on Friday.\nIt plans ten more."


def test_title_byline_and_date_go_from_the_head_of_a_text() -> None:
    head = "Vendor opens a store\nBy Ana Beispiel\nPublished: 12 May 2024, 10:30"
    text, removed = strip_opening(f"{head}\n{BODY}", titles=["Vendor opens a store!"], authors=["Ana Beispiel"])
    assert text == BODY
    assert [(r.rule, r.position) for r in removed] == [("title", 0), ("byline", 0), ("date", 0)]


@pytest.mark.parametrize(
    "line",
    [
        "By Friday the store was open.",
        "On 12 May 2024 the vendor opened a store.",
        "2024 was a good year",
        "Termin: 12. Mai 2024 in Graz",
        "Another title",
    ],
)
def test_a_first_sentence_stays(line: str) -> None:
    text = f"{line}\n{BODY}"
    assert strip_opening(text, titles=["Vendor opens a store"], authors=["Ana Beispiel"]) == (text, ())


def test_a_text_is_never_emptied() -> None:
    assert strip_opening("Vendor opens", titles=["Vendor opens"], authors=[]) == ("Vendor opens", ())


def test_a_title_below_the_opening_stays() -> None:
    text = f"{BODY}\n{BODY}\n{BODY}\nVendor opens a store"
    assert strip_opening(text, titles=["Vendor opens a store"], authors=[]) == (text, ())


SENTENCES = {
    "de": "Der Hersteller eröffnet im Herbst drei Läden in Hamburg und plant weitere in kleineren Städten.",
    "en": "The company opens three stores in Hamburg this autumn and plans more of them in smaller towns.",
    "es": "La empresa abrirá tres tiendas en Madrid este otoño y planea más en ciudades pequeñas.",
    "uk": "Компанія відкриє три магазини у Києві цієї осені та планує ще кілька в менших містах.",
    "zh": "公司计划今年秋天在北京开设三家门店，并在较小的城市开设更多门店。",
    "id": "Perusahaan itu akan membuka tiga toko di Jakarta pada musim gugur ini dan merencanakan lebih banyak lagi.",
}


@pytest.mark.parametrize(
    ("text", "declared", "expected"),
    [
        ("de", "de", "de"),
        ("de", "en", "de"),
        ("en", "de", "en"),
        ("es", None, "es"),
        ("uk", "ru", "uk"),
        ("zh", "en", "zh"),
        ("id", "ms", "ms"),
        ("de", "deu", "de"),
        ("en", "xx", "en"),
    ],
)
def test_the_text_wins_over_what_is_declared_unless_they_are_close(
    text: str, declared: str | None, expected: str
) -> None:
    assert identify(SENTENCES[text] * 3, declared=declared) == expected


@pytest.mark.parametrize(
    ("text", "declared", "expected"),
    [("", "de", "de"), ("123 456", None, None), ("OK", "nb", "no"), ("", "zxx", None), ("Ja!", "iw", "he")],
)
def test_where_there_is_too_little_text_the_declared_language_counts(
    text: str, declared: str | None, expected: str | None
) -> None:
    assert identify(text, declared=declared) == expected
