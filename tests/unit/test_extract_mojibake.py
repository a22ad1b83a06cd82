"""Wrongly decoded text: put right where that is certain, marked where it is not, and right text left alone."""

from __future__ import annotations

import pytest
from unit.test_extract_charset import TEXTS

from pipelines.extract import extract
from pipelines.extract.charset import decode
from pipelines.extract.mojibake import is_mojibake, repair
from storewatch.types import Page


def misread(text: str, codec: str) -> str:
    """``text`` in UTF-8 as a browser shows it that believes in ``codec``."""
    return "".join(
        bytes([byte]).decode(codec, "ignore") or chr(byte) if byte >= 0x80 else chr(byte) for byte in text.encode()
    )


@pytest.mark.parametrize("lang", TEXTS)
def test_utf8_read_as_windows_1252_is_put_right(lang: str) -> None:
    text = f"{TEXTS[lang]} „So“ – ‘it’ … €"
    assert repair(misread(text, "cp1252")) == text
    assert not is_mojibake(text)


@pytest.mark.parametrize("lang", ["ru", "uk"])
def test_utf8_read_as_windows_1251_is_put_right(lang: str) -> None:
    assert repair(misread(TEXTS[lang], "cp1251")) == TEXTS[lang]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Das macht Spaß“, sagte er. „Ä“ und „Ü“ sind Buchstaben.", id="German quotes"),
        pytest.param("«CAFÉ» et «ÂGE» : l’été à Paris, « À bientôt »", id="French quotes"),
        pytest.param("AMANHû, dizia a placa. O PÃO e a MAÇû.", id="Portuguese capitals"),
        pytest.param("Ångström und Åsa’s Laden, Ørsted – Æbler", id="Nordic"),
        pytest.param("РСФСР, США и ООН — С. Петров", id="Russian capitals"),
        pytest.param("Să fie “Ă”, Ñandú, ¿Qué?, ¡Olé!", id="signs"),
        pytest.param("Preis: 20 € – 30 £, 5 °C, ½ l, © 2024, 3 × 4", id="symbols"),
        pytest.param("ÄÖÜ ÉÈÊ ŠĐČĆŽ", id="lists of letters"),
    ],
)
def test_real_text_stays_and_is_not_marked(text: str) -> None:
    assert repair(text) == text
    assert not is_mojibake(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("The vendor\ufffds store\ufffd opened \ufffd in \ufffd Paris", id="lost characters"),
        pytest.param("Ïðèâåò, êîìïàíèÿ îòêðûëà ïåðâûé ôèðìåííûé ìàãàçèí", id="windows-1251 read as latin-1"),
        pytest.param(
            "лПНРБОЙС ПФЛТЩМБ РЕТЧЩК ЖЙТНЕООЩК НБЗБЪЙО ОБ уПЧЕФУЛПК хМЙГЕ лБЪБОЙ рЕТЧЩК дЕУСФШ",
            id="KOI8-R read as windows-1251",
        ),
        pytest.param("縺薙ｌ縺ｯ繝ｆ繧ｹ繝医〒縺吶€ゅ％繧後", id="UTF-8 read as Shift_JIS"),
        pytest.param("锟斤拷司锟节成讹拷锟斤拷锟斤拷锟阶家碉拷", id="UTF-8 read as GBK twice"),
    ],
)
def test_what_cannot_be_undone_is_marked(text: str) -> None:
    assert is_mojibake(text)


def test_a_page_that_was_encoded_twice_gives_the_text_it_meant() -> None:
    paragraphs = "".join(f"<p>{misread(TEXTS['de'], 'cp1252')} {n}</p>" for n in range(5))
    html = f"<html><head><meta charset='utf-8'><title>{misread('Läden für München', 'cp1252')}</title></head>"
    page = f"{html}<body><article>{paragraphs}</article></body></html>"
    article = extract(Page(url="https://z.example/a", final_url="https://z.example/a", body=page.encode()))
    assert article.text.split("\n")[0] == f"{TEXTS['de']} 0"
    assert article.title == "Läden für München"
    assert article.flags == ()


def test_a_page_whose_letters_are_lost_is_marked() -> None:
    sentence = "Der H\ufffdndler er\ufffdffnet {} L\ufffdden in M\ufffdnchen und K\ufffdln."
    paragraphs = "".join(f"<p>{sentence.format(number)}</p>" for number in range(5))
    page = f"<html><body><article>{paragraphs}</article></body></html>"
    article = extract(Page(url="https://z.example/a", final_url="https://z.example/a", body=page.encode()))
    assert article.flags == ("mojibake",)


@pytest.mark.parametrize("lang", TEXTS)
def test_decoding_leaves_right_text_alone(lang: str) -> None:
    page = f"<p>{TEXTS[lang]}</p>"
    assert decode(page.encode(), None) == page
