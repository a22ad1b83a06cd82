"""Labels of ad slots and "continue reading" notes, language by language."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources

import pytest

from pipelines.clean import clean, remove_ad_tokens

BEFORE = "Die Kette eröffnet im Mai ihren dritten Laden in Graz."
AFTER = "Ein Sprecher bestätigte die Pläne am Montag."

# Written down apart from the list that is shipped: one label of each language, as its newspapers print it.
LABELS = {
    "ar": "إعلان", "bg": "Реклама", "bn": "বিজ্ঞাপন", "cs": "Reklama", "da": "Annonce", "de": "Anzeige",
    "el": "Διαφήμιση", "en": "Advertisement", "es": "Publicidad", "et": "Reklaam", "fa": "آگهی", "fi": "Mainos",
    "fr": "Publicité", "gu": "જાહેરાત", "he": "פרסומת", "hi": "विज्ञापन", "hr": "Oglas", "hu": "Hirdetés",
    "hy": "Գովազդ", "id": "Iklan", "is": "Auglýsing", "it": "Pubblicità", "ja": "広告", "ka": "რეკლამა",
    "kn": "ಜಾಹೀರಾತು", "ko": "광고", "lt": "Reklama", "lv": "Reklāma", "ml": "പരസ്യം", "mr": "जाहिरात", "ms": "Iklan",
    "nl": "Advertentie", "no": "Annonse", "pa": "ਇਸ਼ਤਿਹਾਰ", "pl": "Reklama", "pt": "Publicidade", "ro": "Publicitate",
    "ru": "Реклама", "si": "දැන්වීම", "sk": "Reklama", "sl": "Oglas", "sq": "Reklamë", "sr": "Оглас", "sv": "Annons",
    "ta": "விளம்பரம்", "te": "ప్రకటన", "th": "โฆษณา", "tl": "Patalastas", "tr": "Reklam", "uk": "Реклама",
    "ur": "اشتہار", "vi": "Quảng cáo", "zh": "广告", "zh-TW": "廣告",
}  # fmt: skip
# The label as the first word of a sentence: it stays.
SENTENCES = {
    "ar": "إعلان الشركة عن متجرها الجديد جاء يوم الجمعة", "cs": "Reklama stála firmu milion korun.",
    "da": "Annonce om den nye butik kom fredag.", "de": "Anzeige erstattete der Betreiber am Freitag.",
    "el": "Διαφήμιση της εταιρείας προκάλεσε αντιδράσεις.", "en": "Advertisement rules changed for shops on Friday.",
    "es": "Publicidad y tiendas cuestan un millón al año.", "fa": "آگهی استخدام فروشگاه تازه منتشر شد.",
    "fi": "Mainos maksoi yhtiölle miljoonan.", "fr": "Publicité et boutiques coûtent un million par an.",
    "he": "פרסומת של החברה עלתה מיליון שקל.", "hi": "विज्ञापन पर कंपनी ने एक करोड़ रुपये खर्च किए।",
    "hu": "Hirdetés jelent meg az új üzletről.", "id": "Iklan toko baru itu tayang pada hari Jumat.",
    "it": "Pubblicità e negozi costano un milione all'anno.", "ja": "広告費は一億円に増えた。",
    "ko": "광고 비용은 일억 원으로 늘었다.", "nl": "Advertentie over de winkel verscheen vrijdag.",
    "no": "Annonse om butikken kom fredag.", "pl": "Reklama kosztowała firmę milion złotych.",
    "pt": "Publicidade e lojas custam um milhão por ano.", "ro": "Publicitate și magazine costă un milion pe an.",
    "ru": "Реклама обошлась компании в миллион рублей.", "sv": "Annons om butiken kom i fredags.",
    "th": "โฆษณาของบริษัทออกอากาศเมื่อวันศุกร์", "tr": "Reklam şirkete bir milyon liraya mal oldu.",
    "uk": "Реклама коштувала компанії мільйон гривень.", "ur": "اشتہار پر کمپنی نے ایک کروڑ خرچ کیے۔",
    "vi": "Quảng cáo của công ty phát sóng hôm thứ Sáu.", "zh": "广告费用增加到一亿元。",
}  # fmt: skip
FORMS = ("{}", "- {} -", "[{}]", "({})", "{}:", "— {} —", "*** {} ***", "{0} {0}")


def between(line: str) -> str:
    return f"{BEFORE}\n{line}\n{AFTER}"


@pytest.mark.parametrize("lang", LABELS)
def test_the_label_of_a_language_goes_in_every_form(lang: str) -> None:
    for label in (LABELS[lang], LABELS[lang].upper()):
        for form in FORMS:
            line = form.format(label)
            for remove in (clean, remove_ad_tokens):
                cleaned, removed = remove(between(line))
                assert cleaned == f"{BEFORE}\n{AFTER}", line
                assert [(r.rule, r.text, r.position) for r in removed] == [("ad_label", line, len(BEFORE) + 1)]


@pytest.mark.parametrize("lang", SENTENCES)
def test_a_sentence_that_begins_with_the_label_stays(lang: str) -> None:
    sentence = SENTENCES[lang]
    assert sentence.startswith(LABELS[lang])
    assert clean(between(sentence)) == (between(sentence), ())


def test_thirty_languages_are_told_apart_from_sentences() -> None:
    assert len(SENTENCES) >= 30


def shipped() -> Iterator[tuple[str, str]]:
    text = resources.files("pipelines").joinpath("data/ad_labels.txt").read_text(encoding="utf-8")
    for line in text.split("\n"):
        lang, _, labels = line.partition(": ")
        if labels and not line.startswith("#"):
            yield from ((lang, label.strip().removeprefix("!").strip()) for label in labels.split("|"))


def test_every_label_of_the_list_goes_in_brackets() -> None:
    left = [(lang, label) for lang, label in shipped() if clean(between(f"[{label}]"))[0] != f"{BEFORE}\n{AFTER}"]
    assert left == []


CONTINUES = {
    "de": "Weiter nach der Anzeige", "en": "Story continues below", "es": "Sigue leyendo después de la publicidad",
    "fr": "La suite après la publicité", "it": "L'articolo continua dopo la pubblicità",
    "nl": "Lees verder na de advertentie", "pt": "Continua depois da publicidade",
    "ru": "Продолжение после рекламы", "sv": "Artikeln fortsätter efter annonsen",
    "da": "Artiklen fortsætter efter annoncen", "no": "Artikkelen fortsetter under annonsen",
    "pl": "Dalszy ciąg artykułu pod reklamą", "tr": "Haberin devamı reklamdan sonra",
    "id": "Gulir ke bawah untuk melanjutkan", "zh": "广告后继续阅读", "ja": "広告の後に続きます", "ko": "광고 후 계속",
}  # fmt: skip


@pytest.mark.parametrize("lang", CONTINUES)
def test_notes_that_the_text_goes_on_behind_the_ad_go(lang: str) -> None:
    cleaned, removed = clean(between(CONTINUES[lang]))
    assert cleaned == f"{BEFORE}\n{AFTER}"
    assert [r.text for r in removed] == [CONTINUES[lang]]


@pytest.mark.parametrize(
    "line",
    [
        "La empresa sigue después de la publicidad con sus planes.",
        "Haberin devamı reklamdan sonra gelen bölümde.",
        "광고 후 계속 늘어난 매장은 모두 열 곳이다.",
        "広告の後に続き、新店舗の開業が発表された。",
        "广告后继续增长的门店达到十家。",
        "Historien fortsætter efter annoncen om butikken i Aarhus.",
    ],
)
def test_sentences_that_begin_like_such_notes_stay(line: str) -> None:
    assert clean(between(line)) == (between(line), ())
