"""The words of every language, tried on sentences of our own (tests/data/topic_words.tsv)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pipelines.topics import load
from pipelines.topics.matching import parse

TABLE = Path(__file__).parents[1] / "data" / "topic_words.tsv"
SENTENCES_PER_LANGUAGE = 6

# What a language file must have words for, or events of that language cannot be told apart.
NEEDED = {
    "store": {"own_store", "flagship", "experience", "online", "maybe"},
    "action": {"open", "plan", "close", "relocate", "partner", "market_entry", "stock", "expand"},
    "hedge": {"rumour", "cancel", "deny", "negation", "future", "past"},
    "speaker": {"said"},
    "cue": {"retail", "market", "own", "place", "phone"},
    "trap": {"app_store", "factory", "office", "car", "product_launch", "deal", "software", "break_in", "results"},
    "ignore": {"phrase"},
}


def _rows() -> list[tuple[str, str, frozenset[str], frozenset[str]]]:
    rows = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            lang, sentence, expected, forbidden = line.split("\t")
            rows.append((lang, sentence, frozenset(expected.split()), frozenset(forbidden.split())))
    return rows


ROWS = _rows()
LANGUAGES = sorted({language.code for language in load().languages.values()} - {"xx"})


@pytest.mark.parametrize(
    ("lang", "sentence", "expected", "forbidden"), ROWS, ids=[f"{row[0]}-{index}" for index, row in enumerate(ROWS)]
)
def test_a_sentence_is_read(lang: str, sentence: str, expected: frozenset[str], forbidden: frozenset[str]) -> None:
    terms = load().find_terms(sentence, lang)
    found = {f"{term.kind}:{term.value}" for term in terms}
    shown = [f"{term.kind}:{term.value} {sentence[term.start : term.end]!r}" for term in terms]
    assert expected <= found, f"lacks {sorted(expected - found)}: {shown}"
    assert not forbidden & found, f"must not have {sorted(forbidden & found)}: {shown}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_language_is_tried_on_enough_sentences(lang: str) -> None:
    assert Counter(row[0] for row in ROWS)[lang] >= SENTENCES_PER_LANGUAGE


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_language_has_words_for_everything(lang: str) -> None:
    has: dict[str, set[str]] = {}
    for _, (kind, value) in load().language(lang).entries:
        has.setdefault(kind, set()).add(value)
    lacking = {kind: missing for kind, values in NEEDED.items() if (missing := values - has.get(kind, set()))}
    assert lacking == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_neutral_phrase_is_no_word_of_the_topic(lang: str) -> None:
    """A neutral phrase hides words inside it; listed as a word as well it would only hide itself."""
    entries = load().language(lang).entries
    neutral = {pattern.source.strip("*~") for pattern, (kind, _) in entries if kind == "ignore"}
    assert [p.source for p, (kind, _) in entries if kind != "ignore" and p.source.strip("*~") in neutral] == []


VENDORS = [
    ("en", "Xiaomi and its sub-brand POCO share a shop", {"Xiaomi"}),
    ("en", "Infinix, TECNO and itel open a joint store", {"Transsion"}),
    ("en", "HMD Global sells Nokia phones, Lenovo owns Motorola", {"Nokia", "Motorola"}),
    ("en", "iQOO and Nubia stores, Alcatel kiosks", {"vivo", "ZTE", "TCL"}),
    ("en", "We oppose it, nothing early came, realmente", set()),
    ("es", "Vivo en Madrid y me asusta el realmente opuesto", set()),
    ("fr", "Il s'oppose au projet et honore sa promesse", set()),
    ("hi", "शाओमी और रियलमी ने दुकान खोली; टेक्नोलॉजी", {"Xiaomi", "Realme"}),
    ("bn", "শাওমি ও স্যামসাংয়ের দোকান", {"Xiaomi", "Samsung"}),
    ("te", "శాంసంగ్ స్టోర్, ఒప్పో స్టోర్", {"Samsung", "Oppo"}),
    ("ta", "ஆப்பிள் மற்றும் சாம்சங் கடைகள்", {"Apple", "Samsung"}),
    ("ar", "افتتحت هواوي وشاومي وسامسونج متاجر", {"Huawei", "Xiaomi", "Samsung"}),
    ("fa", "فروشگاه شیائومی و سامسونگ", {"Xiaomi", "Samsung"}),
    ("he", "חנות של שיאומי ושל סמסונג", {"Xiaomi", "Samsung"}),
    ("ru", "магазины Сяоми, Самсунга и Хуавея", {"Xiaomi", "Samsung", "Huawei"}),
    ("zh", "华为、荣耀手机和一加都开了店，小米粥和统一加油站没有", {"Huawei", "Honor", "OnePlus"}),
    ("ja", "シャオミとファーウェイとソニーの店舗", {"Xiaomi", "Huawei", "Sony"}),
    ("ko", "샤오미와 삼성전자 매장, 삼성동 카페", {"Xiaomi", "Samsung"}),
    ("th", "ร้านซัมซุงและเสียวหมี่", {"Samsung", "Xiaomi"}),
    ("tr", "Xiaomi'nin ve Samsung'un mağazaları", {"Xiaomi", "Samsung"}),
    ("fi", "Applen ja Nokian myymälät", {"Apple", "Nokia"}),
    ("cs", "prodejny Applu a Xiaomi", {"Apple", "Xiaomi"}),
]


@pytest.mark.parametrize(("lang", "sentence", "expected"), VENDORS, ids=[f"{v[0]}-{i}" for i, v in enumerate(VENDORS)])
def test_vendors_are_named(lang: str, sentence: str, expected: set[str]) -> None:
    found = {match.vendor for match in load().find_vendors(sentence, lang) if not match.ambiguous}
    assert found == expected


# The watched vendors as the topic page lists them; all but the sub-brands stand under their own name.
WATCHED = [
    "Xiaomi",
    "Samsung",
    "Apple",
    "Huawei",
    "Honor",
    "Oppo",
    "OnePlus",
    "Realme",
    "vivo",
    "Nothing",
    "Transsion",
    "Motorola",
    "Nokia",
    "Sony",
    "Google",
    "ZTE",
    "Meizu",
    "Asus",
    "Fairphone",
    "LG",
    "HTC",
    "BlackBerry",
    "Vertu",
    "Micromax",
    "Lava",
    "Wiko",
    "Gigaset",
    "Doro",
    "Sharp",
    "TCL",
    "Gionee",
    "Intex",
    "Ulefone",
    "Doogee",
    "Cubot",
    "Blackview",
]


def test_every_watched_vendor_is_there() -> None:
    assert set(WATCHED) <= set(load().vendor_names)


BRANDS = [
    ("Der Vodafone-Shop neben MediaMarkt", {("Vodafone", "carrier"), ("MediaMarkt", "retailer")}),
    (
        "T-Mobile and Best Buy stock it, IKEA does not",
        {("T-Mobile", "carrier"), ("Best Buy", "retailer"), ("IKEA", "brand")},
    ),
    ("Связной и МТС закрыли точки", {("Связной", "retailer"), ("МТС", "carrier")}),
    ("ヨドバシカメラとドコモで販売", {("ヨドバシカメラ", "retailer"), ("ドコモ", "carrier")}),
    ("Il negozio alza la serranda; comfy restore, au plus tôt; iPhone 8 Plus", set()),
    ("Three stores in Paris and Liverpool follow the spring play", set()),
]


@pytest.mark.parametrize(("sentence", "expected"), BRANDS, ids=[str(i) for i in range(len(BRANDS))])
def test_other_companies_are_named(sentence: str, expected: set[tuple[str, str]]) -> None:
    assert {(match.name, match.kind) for match in load().find_brands(sentence)} == expected


def test_patterns_are_compared_in_the_form_of_the_texts() -> None:
    assert parse("\u095eोन").folded == parse("\u092b\u093cोन").folded == "\u092b\u093cोन"
