"""Bytes to text when header, page and bytes disagree."""

from __future__ import annotations

import codecs

import pytest

from pipelines.extract.charset import decode

TEXTS = {
    "de": "Der Hersteller eröffnet seine erste Filiale in München und plant zehn weitere Läden in größeren Städten.",
    "fr": "La société a ouvert sa première boutique à Lyon et prévoit d'en créer dix autres, annoncées l'été passé.",
    "pl": "Firma otworzyła pierwszy sklep w Łodzi i zapowiada dziesięć kolejnych, żeby zwiększyć sprzedaż.",
    "cs": "Společnost otevřela první prodejnu v Plzni, další chystá letos; ředitel řekl, že jich bude deset.",
    "tr": "Şirket İzmir'de ilk mağazasını açtı ve yıl sonuna kadar on mağaza daha açmayı planlıyor, dedi yetkili.",
    "ru": "Компания открыла первый фирменный магазин в Казани и планирует ещё десять до конца года.",
    "uk": "Компанія відкрила перший фірмовий магазин у Львові та планує ще десять до кінця року.",
    "el": "Η εταιρεία άνοιξε το πρώτο της κατάστημα στη Θεσσαλονίκη και σχεδιάζει άλλα δέκα φέτος.",
    "he": "החברה פתחה את החנות הראשונה שלה בחיפה ומתכננת לפתוח עוד עשר חנויות עד סוף השנה.",
    "ar": "افتتحت الشركة أول متجر لها في الرياض وتخطط لافتتاح عشرة متاجر أخرى قبل نهاية العام.",
    "th": "บริษัทเปิดร้านแห่งแรกในเชียงใหม่และวางแผนจะเปิดอีกสิบแห่งภายในสิ้นปีนี้",
    "zh": "公司在成都开设了首家旗舰店，并计划在年底前再开十家门店，负责人对记者表示。",
    "zh-TW": "公司在臺中開設了首家旗艦店，並計劃在年底前再開十家門市，負責人對記者表示。",
    "ja": "同社は大阪に初の直営店を開き、年末までにさらに十店舗を開く計画だと発表した。",
    "ko": "회사는 부산에 첫 매장을 열었으며 연말까지 매장 열 곳을 더 열 계획이라고 밝혔다.",
}
LABELS = {
    "cp1252": "windows-1252", "iso8859_15": "iso-8859-15", "cp1250": "windows-1250", "iso8859_2": "iso-8859-2",
    "cp1254": "iso-8859-9", "cp1251": "windows-1251", "koi8_r": "koi8-r", "koi8_u": "koi8-u", "cp1253": "windows-1253",
    "cp1255": "windows-1255", "cp1256": "windows-1256", "cp874": "tis-620", "gb18030": "gb2312", "big5": "big5",
    "cp932": "shift_jis", "euc_jp": "euc-jp", "iso2022_jp": "iso-2022-jp", "cp949": "euc-kr",
}  # fmt: skip
CASES = [
    ("de", "cp1252"), ("fr", "cp1252"), ("fr", "iso8859_15"), ("pl", "cp1250"), ("pl", "iso8859_2"), ("tr", "cp1254"),
    ("ru", "cp1251"), ("ru", "koi8_r"), ("uk", "cp1251"), ("uk", "koi8_u"), ("el", "cp1253"), ("he", "cp1255"),
    ("ar", "cp1256"), ("th", "cp874"), ("zh", "gb18030"), ("zh-TW", "big5"), ("ja", "cp932"), ("ja", "euc_jp"),
    ("ja", "iso2022_jp"), ("ko", "cp949"),
]  # fmt: skip
DECLARATIONS = {
    "right header": ("", "{right}"),
    "right meta": ('<meta charset="{right}">', None),
    "old meta": ('<meta http-equiv="Content-Type" content="text/html; charset={right}">', None),
    "nothing": ("", None),
    "header utf-8": ("", "utf-8"),
    "meta utf-8": ('<meta charset="utf-8">', None),
    "header latin-1 by default, meta right": ('<meta charset="{right}">', "iso-8859-1"),
    "unknown name": ("", "x-user-defined-charset"),
}


def page(text: str, meta: str = "") -> str:
    return f"<html><head>{meta}<title>t</title></head><body>{f'<p>{text}</p>' * 3}</body></html>"


@pytest.mark.parametrize("declared", DECLARATIONS)
@pytest.mark.parametrize(("lang", "charset"), CASES, ids=[f"{lang}-{charset}" for lang, charset in CASES])
def test_old_charsets_are_read_whatever_is_declared(lang: str, charset: str, declared: str) -> None:
    meta, header = (part and part.format(right=LABELS[charset]) for part in DECLARATIONS[declared])
    expected = page(TEXTS[lang], meta or "")
    assert decode(expected.encode(charset), header) == expected


@pytest.mark.parametrize("lang", TEXTS)
@pytest.mark.parametrize("wrong", ["iso-8859-1", "windows-1251", "shift_jis", "gbk", None])
def test_valid_utf8_is_utf8_whatever_is_declared(lang: str, wrong: str | None) -> None:
    expected = page(TEXTS[lang], f'<meta charset="{wrong or "utf-8"}">')
    assert decode(expected.encode(), wrong) == expected


@pytest.mark.parametrize("lang", ["pl", "tr", "ru", "el", "ja"])
def test_a_page_that_calls_everything_latin1_is_not_believed(lang: str) -> None:
    charset = dict(CASES)[lang]
    expected = page(TEXTS[lang], '<meta charset="iso-8859-1">')
    assert decode(expected.encode(charset), None) == expected


def test_icelandic_letters_are_no_sign_of_a_wrong_latin1() -> None:
    expected = page(
        "Fyrirtækið opnaði fyrstu búð sína á Akureyri og ætlar að opna tíu til viðbótar áður en árið er úti."
    )
    assert decode(expected.encode("cp1252"), "iso-8859-1") == expected


@pytest.mark.parametrize(
    ("mark", "charset"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ],
    ids=["utf-8", "utf-16-le", "utf-16-be", "utf-32-le"],
)
def test_a_byte_order_mark_settles_it(mark: bytes, charset: str) -> None:
    expected = page(TEXTS["ru"])
    assert decode(mark + expected.encode(charset), "iso-8859-1") == expected


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(charset: str) -> None:
    expected = page(TEXTS["de"])
    assert decode(expected.encode(charset), None) == expected


def test_utf8_cut_in_the_middle_of_a_character_stays_utf8() -> None:
    body = page(TEXTS["ru"]).encode()
    cut = body[: body.rindex("д".encode()) + 1]
    assert decode(cut, "windows-1251").startswith(page(TEXTS["ru"])[:200])


def test_control_characters_are_left_out() -> None:
    assert decode(b"<p>Mad\x00rid\x07 \x1f Lyon\n</p>", None) == "<p>Madrid  Lyon\n</p>"


@pytest.mark.parametrize("name", ["undefined", "rot13", "idna", "base64", "unicode_escape", "\x00", "é" * 300, ""])
def test_names_that_are_no_charsets_do_not_matter(name: str) -> None:
    expected = page(TEXTS["fr"])
    assert decode(expected.encode("cp1252"), name) == expected
