"""Where sentences begin and end, in the scripts and habits of many languages."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.marked import LANGUAGES

from pipelines.sentences import MAX_SENTENCE, split

# "|" stands where a sentence ends; it is no part of the text.
CASES: list[tuple[str, str, str]] = [
    ("en plain", "en", "Honor opened a store. |It is the first in Leeds. |More will follow."),
    ("en title", "en", "Mr. Lee and Dr. Chen cut the ribbon. |The crowd cheered."),
    ("en initials", "en", "J. R. Smith runs the shop. |He is glad."),
    ("en U.S.", "en", "It opened in the U.S. market last year. |It grew."),
    ("en U.S. at the end", "en", "It opened in the U.S. |The store is large."),
    ("en Inc.", "en", "Oppo Inc. opened a store. |It is small."),
    ("en decimal", "en", "The shop sold 2.5 million phones. |Not bad."),
    ("en price", "en", "A phone costs $3.99 there. |Really."),
    ("en version", "en", "It runs HyperOS 2.0 today. |It is fast."),
    ("en a.m.", "en", "Doors open at 10 a.m. on Friday. |Bring a friend."),
    ("en question", "en", "Will it open? |Nobody knows! |We wait."),
    ("en ellipsis", "en", "They waited... |Then the doors opened."),
    ("en ellipsis goes on", "en", "They waited ... and waited. |Then it opened."),
    ("en quote", "en", '"We are glad." |The manager smiled.'),
    ("en quote inside", "en", '"Is it open?" asked a visitor. |It was.'),
    ("en closing quote kept", "en", "He said “we open on Friday.” |Fans cheered."),
    ("en bracket", "en", "It opened (at last.) |Fans cheered."),
    ("en web address", "en", "See mi.com for details. |It is short."),
    ("en Yahoo!", "en", "The firm owns Wow! stores. |It is big."),
    ("en lines", "en", "Honor opens store\n|It is the first. |More follow.\n\n|The end"),
    ("en No. 5", "en", "It stands at No. 5 Main St. near the station. |Go there."),
    ("en e.g.", "en", "It sells wearables, e.g. Bands and watches. |Nice."),
    ("en date", "en", "It opened on Jan. 5 in Austin. |It is big."),
    ("de plain", "de", "Honor eröffnet einen Laden. |Er liegt in Kassel."),
    ("de ordinal", "de", "Am 3. Oktober eröffnet der Laden. |Er ist groß."),
    ("de z. B.", "de", "Es gibt Zubehör, z. B. Hüllen und Kabel. |Auch Uhren."),
    ("de bzw.", "de", "Der Laden bzw. Die Filiale liegt zentral. |Gut so."),
    ("de ca.", "de", "Er misst ca. 200 Quadratmeter. |Das ist viel."),
    ("de Str.", "de", "Er liegt in der Kölner Str. 5 in Essen. |Mehr dazu bald."),
    ("de house number", "de", "Der Laden liegt in Haus 10. |Er ist groß."),
    ("de thousands", "de", "Es gibt 2.000 Filialen. |Weitere folgen."),
    ("de quote", "de", "„Wir freuen uns.“ |Das sagte der Chef."),
    ("de Mio.", "de", "Der Umbau kostete 2 Mio. Euro. |Er lohnt sich."),
    ("es plain", "es", "Honor abre una tienda. |Está en Sevilla."),
    ("es inverted", "es", "¿Cuándo abre? |¡Mañana! |La esperamos."),
    ("es Sr.", "es", "El Sr. Gómez cortó la cinta. |Hubo aplausos."),
    ("es EE.UU.", "es", "Llega a EE.UU. este año. |Es un paso grande."),
    ("fr plain", "fr", "Honor ouvre une boutique. |Elle est à Nantes."),
    ("fr M.", "fr", "M. Dupont dirige la boutique. |Il est ravi."),
    ("fr guillemets", "fr", "« Nous sommes ravis. » |Le patron sourit."),
    ("fr question", "fr", "Quand ouvre-t-elle ? |Samedi."),
    ("it plain", "it", "Honor apre un negozio. |Si trova a Torino."),
    ("it dott.", "it", "Il dott. Rossi ha tagliato il nastro. |Applausi."),
    ("it decimal", "it", "Il negozio misura 1.200 metri quadrati. |È grande."),
    ("pt plain", "pt", "A Honor abre uma loja. |Fica no Porto."),
    ("pt Sr.", "pt", "O Sr. Silva abriu a loja. |Houve festa."),
    ("pt Av.", "pt", "Fica na Av. Paulista, em São Paulo. |É grande."),
    ("pl plain", "pl", "Honor otwiera salon. |Jest w Łodzi."),
    ("pl ul.", "pl", "Salon przy ul. Piotrkowskiej jest otwarty. |Zapraszamy."),
    ("pl tys.", "pl", "Sieć ma 6 tys. Sklepów partnerskich też. |To dużo."),
    ("nl plain", "nl", "Honor opent een winkel. |Die ligt in Breda."),
    ("nl dhr.", "nl", "De winkel van dhr. Jansen is open. |Kom langs."),
    ("nl decimal", "nl", "De winkel kostte 1.500 euro huur. |Dat is weinig."),
    ("ru plain", "ru", "Honor открыл магазин. |Он находится в Казани."),
    ("ru ул.", "ru", "Магазин на ул. Ленина открыт. |Он большой."),
    ("ru тыс.", "ru", "Площадь 2 тыс. Метров мало кому нужна. |Но есть."),
    ("ru initials", "ru", "Директор И. И. Петров рад. |Он открыл магазин."),
    ("ru г.", "ru", "Сеть основана в 2010 г. в Москве. |Она растет."),
    ("uk plain", "uk", "Honor відкрив магазин. |Він у Львові."),
    ("uk вул.", "uk", "Магазин на вул. Франка відкрито. |Він великий."),
    ("uk тис.", "uk", "Мережа має 2 тис. магазинів. |Це багато."),
    ("tr plain", "tr", "Honor mağaza açtı. |Mağaza Bursa'da."),
    ("tr ordinal", "tr", "Markanın 10. Mağazası açıldı. |Tebrikler."),
    ("tr thousands", "tr", "Zincirin 1.500 mağazası var. |Çok büyük."),
    ("id plain", "id", "Honor membuka gerai. |Gerai itu di Bandung."),
    ("id Jl.", "id", "Gerai di Jl. Sudirman sudah buka. |Silakan datang."),
    ("id PT.", "id", "Gerai milik PT. Maju sudah buka. |Silakan datang."),
    ("vi plain", "vi", "Honor mở cửa hàng. |Cửa hàng ở Huế."),
    ("vi TP.", "vi", "Cửa hàng ở TP. Hồ Chí Minh đã mở. |Rất đông."),
    ("vi thousands", "vi", "Chuỗi có 1.700 cửa hàng. |Rất lớn."),
    ("hi danda", "hi", "ऑनर ने स्टोर खोला। |यह पुणे में है। |और खुलेंगे।"),
    ("hi full stop", "hi", "ऑनर ने स्टोर खोला. |यह पुणे में है."),
    ("hi decimal", "hi", "कंपनी ने 2.5 करोड़ खर्च किए। |यह बहुत है।"),
    ("bn danda", "bn", "অনার দোকান খুলেছে। |এটি ঢাকায়। |আরও খুলবে।"),
    ("bn question", "bn", "কবে খুলবে? |কাল।"),
    ("bn decimal", "bn", "দাম ২.৫ কোটি টাকা। |অনেক।"),
    ("mr full stop", "mr", "ऑनरने दुकान उघडले. |ते पुण्यात आहे."),
    ("zh plain", "zh", "荣耀开了一家门店。|它在杭州。|还会更多！"),
    ("zh quote", "zh", "“我们很高兴。”|店长说。"),
    ("zh question", "zh", "什么时候开业？|周六。"),
    ("zh decimal", "zh", "面积为1.5万平方米。|很大。"),
    ("zh traditional", "zh", "榮耀開了一家門市。|它在臺北。"),
    ("ja plain", "ja", "オナーが店を開いた。|場所は大阪だ。"),
    ("ja quote inside", "ja", "「うれしい。」と店長は話した。|客も多い。"),
    ("ja exclamation", "ja", "ついに開店！|週末は混みそうだ。"),
    ("ko plain", "ko", "아너가 매장을 열었다. |위치는 부산이다."),
    ("ko quote", "ko", '"반갑습니다." |점장이 말했다.'),
    ("ko decimal", "ko", "매출이 2.5배 늘었다. |놀랍다."),
    ("ar plain", "ar", "افتتحت أونر متجرا. |يقع المتجر في دبي."),
    ("ar question", "ar", "متى يفتتح؟ |غدا."),
    ("ar comma", "ar", "افتتحت أونر متجرا، وهو كبير. |يقع في دبي."),
    ("fa plain", "fa", "آنر فروشگاه باز کرد. |این فروشگاه در تهران است."),
    ("fa question", "fa", "کی باز می‌شود؟ |فردا."),
    ("fa exclamation", "fa", "باز شد! |همه آمدند."),
    ("ur stop", "ur", "آنر نے دکان کھولی۔ |یہ لاہور میں ہے۔"),
    ("cs plain", "cs", "Honor otevřel prodejnu. |Je v Brně."),
    ("cs ordinal", "cs", "Prodejna otevře 5. Října. |Je velká."),
    ("cs tis.", "cs", "Síť má 2 tis. prodejen. |To je hodně."),
    ("hu plain", "hu", "A Honor üzletet nyitott. |Ez Pécsen van."),
    ("hu ordinal", "hu", "Ez a 10. üzlet. |Nagy siker."),
    ("hu kb.", "hu", "Az üzlet kb. 200 négyzetméteres. |Szép."),
    ("el plain", "el", "Η Honor άνοιξε κατάστημα. |Είναι στην Πάτρα."),
    ("el decimal", "el", "Το κόστος ήταν 2.500 ευρώ. |Λίγο."),
    ("el quote", "el", "«Χαιρόμαστε.» |Το είπε ο διευθυντής."),
    ("sv plain", "sv", "Honor öppnade en butik. |Den ligger i Lund."),
    ("sv bl.a.", "sv", "De säljer bl.a. Klockor där. |Fint."),
    ("sv kl.", "sv", "Butiken öppnar kl. 10 på lördag. |Kom dit."),
    ("da kl.", "da", "Butikken åbner kl. 10. |Det bliver sjovt."),
    ("fi plain", "fi", "Honor avasi myymälän. |Se on Oulussa."),
    ("unknown language", "xx", "Moki opened. |It is big."),
]


@pytest.mark.parametrize(("lang", "text"), [pytest.param(*row[1:], id=row[0]) for row in CASES])
def test_sentences_end_where_a_reader_ends_them(lang: str, text: str) -> None:
    whole = text.replace("|", "")
    found = [whole[start:end] for start, end in split(whole, lang)]
    assert found == [piece.strip() for piece in text.split("|")]


def test_thai_phrases_are_joined_to_sentences() -> None:
    phrase = "บริษัทเปิดร้านใหม่ในจังหวัดเชียงใหม่เมื่อวันเสาร์ที่ผ่านมา"
    text = " ".join([phrase] * 4)
    found = split(text, "th")
    assert 1 < len(found) < 4
    assert "".join(text[start:end] for start, end in found).replace(" ", "") == phrase * 4


def test_no_language_still_splits() -> None:
    assert split("One. Two. 三。四。", None) == ((0, 4), (5, 9), (10, 12), (12, 14))


@pytest.mark.parametrize("text", ["", " ", "\n\n \t\n", "\u3000"], ids=["empty", "space", "lines", "wide space"])
def test_nothing_has_no_sentences(text: str) -> None:
    assert split(text, "en") == ()


@pytest.mark.parametrize("lang", ["en", "th", "zh"])
@pytest.mark.parametrize("piece", ["x", "word ", "字", "ก", "a,"], ids=["letters", "words", "Han", "Thai", "commas"])
def test_text_without_stops_is_cut(lang: str, piece: str) -> None:
    text = piece * 5000
    found = split(text, lang)
    assert max(end - start for start, end in found) <= MAX_SENTENCE
    assert sum(len(text[start:end].replace(" ", "")) for start, end in found) == len(text.replace(" ", ""))


_WORDS = (
    "Dr.|U.S.|z. B.|3.|2.000|...|…|“|”|»|(|)|?|!|。|」|।|۔|؟|J.|The|und|その|と|ร้าน|字|И.|г.| |\n|\r\n|\u2028|\u00a0"
)
_PIECES = st.sampled_from([*_WORDS.split("|"), "x" * 700])
_TEXTS = st.one_of(st.text(max_size=300), st.lists(_PIECES).map("".join), st.lists(_PIECES).map(" ".join))


@settings(deadline=None)
@given(text=_TEXTS, lang=st.sampled_from([*LANGUAGES, "xx", "", "zh-Hant", None]))
def test_every_visible_character_lies_in_exactly_one_sentence(text: str, lang: str | None) -> None:
    covered, last = "", 0
    for start, end in split(text, lang):
        assert last <= start < end <= len(text)
        assert end - start <= MAX_SENTENCE
        assert text[start:end].strip() == text[start:end]
        assert not text[last:start].strip()
        covered, last = covered + text[start:end], end
    assert not text[last:].strip()
    assert "".join(covered.split()) == "".join(text.split())


@settings(deadline=None)
@given(lines=st.lists(st.text(st.characters(exclude_categories=("Cc", "Zl", "Zp", "Cs")), max_size=60), max_size=5))
def test_a_line_always_ends_a_sentence(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert all("\n" not in text[start:end] for start, end in split(text, "en"))
