"""Cities, countries and regions in running text, by whatever name and in whatever case they stand there."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.marked import LANGUAGES, marked

from pipelines.places import Place, find_places

CITIES: list[tuple[str, str, str, str, str]] = [
    ("en plain", "en", "Honor opens its first store in [Leeds].", "Leeds", "GB"),
    ("en possessive", "en", "It is [London]'s third Honor store.", "London", "GB"),
    ("en two words", "en", "A store opened in [New York] on Friday.", "New York", "US"),
    ("en capitals", "en", "HONOR OPENS STORE IN [LONDON]", "London", "GB"),
    ("ru short name", "ru", "Магазин открылся в [Уфе].", "Ufa", "RU"),
    ("pl two words", "pl", "Salon otwarto w [Zielonej Górze].", "Zielona Góra", "PL"),
    ("cs small city", "cs", "Prodejnu otevřeli v [Liberci].", "Liberec", "CZ"),
    ("hr locative", "hr", "Trgovina je otvorena u [Novom Sadu].", "Novi Sad", "RS"),
    ("hi Indore", "hi", "[इंदौर] में नया स्टोर खुला।", "Indore", "IN"),
    ("fa Beijing", "fa", "فروشگاه در [پکن] باز شد.", "Beijing", "CN"),
    ("en apostrophe", "en", "Another store opens in [Xi'an].", "Xi'an", "CN"),
    ("en curly apostrophe", "en", "Another store opens in [Xi’an].", "Xi'an", "CN"),
    ("fr apostrophe", "fr", "Une boutique ouvre à [Villeneuve-d'Ascq].", "Villeneuve-d'Ascq", "FR"),
    ("en Mumbai", "en", "The outlet in [Mumbai] covers two floors.", "Mumbai", "IN"),
    ("en Bengaluru", "en", "The outlet in [Bengaluru] covers two floors.", "Bengaluru", "IN"),
    ("en old name", "en", "The outlet in [Bangalore] covers two floors.", "Bengaluru", "IN"),
    ("de plain", "de", "Honor eröffnet in [Hamburg] einen Laden.", "Hamburg", "DE"),
    ("de exonym", "de", "Im Herbst folgt ein Laden in [Mailand].", "Milan", "IT"),
    ("de genitive", "de", "In [Berlins] Mitte steht ein neuer Laden.", "Berlin", "DE"),
    ("de adjective", "de", "Im [Münchner] Zentrum steht ein neuer Laden.", "Munich", "DE"),
    ("de umlaut", "de", "Der Laden in [Köln] ist der zweite.", "Cologne", "DE"),
    ("de Prag", "de", "Der Laden in [Prag] ist der zweite.", "Prague", "CZ"),
    ("fr plain", "fr", "Honor ouvre une boutique à [Lyon].", "Lyon", "FR"),
    ("fr exonym", "fr", "Honor ouvre une boutique à [Londres].", "London", "GB"),
    ("fr hyphen", "fr", "Honor ouvre une boutique à [Saint-Étienne].", "Saint-Étienne", "FR"),
    ("fr Pékin", "fr", "Honor ouvre une boutique à [Pékin].", "Beijing", "CN"),
    ("es plain", "es", "Honor abre una tienda en [Sevilla].", "Seville", "ES"),
    ("es exonym", "es", "Honor abre una tienda en [Múnich].", "Munich", "DE"),
    ("es Ciudad de México", "es", "Honor abre una tienda en [Ciudad de México].", "Mexico City", "MX"),
    ("it plain", "it", "Honor apre un negozio a [Torino].", "Turin", "IT"),
    ("it exonym", "it", "Honor apre un negozio a [Parigi].", "Paris", "FR"),
    ("it Monaco di Baviera", "it", "Honor apre un negozio a [Monaco di Baviera].", "Munich", "DE"),
    ("pt plain", "pt", "A Honor abre uma loja em [São Paulo].", "São Paulo", "BR"),
    ("pt Lisboa", "pt", "A Honor abre uma loja em [Lisboa].", "Lisbon", "PT"),
    ("pt exonym", "pt", "A Honor abre uma loja em [Londres].", "London", "GB"),
    ("nl plain", "nl", "Honor opent een winkel in [Utrecht].", "Utrecht", "NL"),
    ("nl Den Haag", "nl", "Honor opent een winkel in [Den Haag].", "The Hague", "NL"),
    ("nl exonym", "nl", "Honor opent een winkel in [Parijs].", "Paris", "FR"),
    ("pl locative", "pl", "Honor otworzył salon w [Warszawie].", "Warsaw", "PL"),
    ("pl Kraków", "pl", "Honor otworzył salon w [Krakowie].", "Krakow", "PL"),
    ("pl exonym", "pl", "Honor otworzył salon w [Pradze].", "Prague", "CZ"),
    ("ru locative", "ru", "Honor открыл магазин в [Москве].", "Moscow", "RU"),
    ("ru Kazan", "ru", "Honor открыл магазин в [Казани].", "Kazan", "RU"),
    ("ru two words", "ru", "Honor открыл магазин в [Нижнем Новгороде].", "Nizhny Novgorod", "RU"),
    ("ru exonym", "ru", "Honor открыл магазин в [Лондоне].", "London", "GB"),
    ("uk locative", "uk", "Honor відкрив магазин у [Києві].", "Kyiv", "UA"),
    ("uk Lviv", "uk", "Honor відкрив магазин у [Львові].", "Lviv", "UA"),
    ("uk Odesa", "uk", "Honor відкрив магазин в [Одесі].", "Odesa", "UA"),
    ("tr apostrophe", "tr", "Honor [İstanbul]'da mağaza açtı.", "Istanbul", "TR"),
    ("tr curly apostrophe", "tr", "Honor [Ankara]’da mağaza açtı.", "Ankara", "TR"),
    ("tr exonym", "tr", "Honor [Londra]'da mağaza açtı.", "London", "GB"),
    ("id plain", "id", "Honor membuka gerai di [Bandung].", "Bandung", "ID"),
    ("id Jakarta", "id", "Honor membuka gerai di [Jakarta].", "Jakarta", "ID"),
    ("id Surabaya", "id", "Honor membuka gerai di [Surabaya].", "Surabaya", "ID"),
    ("vi Hà Nội", "vi", "Honor mở cửa hàng tại [Hà Nội].", "Hanoi", "VN"),
    ("vi TP.HCM", "vi", "Honor mở cửa hàng tại [TP.HCM].", "Ho Chi Minh City", "VN"),
    ("vi Đà Nẵng", "vi", "Honor mở cửa hàng tại [Đà Nẵng].", "Da Nang", "VN"),
    ("th Bangkok", "th", "Honor เปิดร้านใน[กรุงเทพ]เมื่อวันเสาร์", "Bangkok", "TH"),
    ("th Chiang Mai", "th", "Honor เปิดร้านใน[เชียงใหม่]เมื่อวันเสาร์", "Chiang Mai", "TH"),
    ("th exonym", "th", "Honor เปิดร้านใน[ลอนดอน]เมื่อวันเสาร์", "London", "GB"),
    ("hi Delhi", "hi", "ऑनर ने [मुंबई] में स्टोर खोला।", "Mumbai", "IN"),
    ("hi Pune", "hi", "ऑनर ने [पुणे] में स्टोर खोला।", "Pune", "IN"),
    ("hi exonym", "hi", "ऑनर ने [लंदन] में स्टोर खोला।", "London", "GB"),
    ("bn Dhaka", "bn", "অনার [ঢাকা]য় দোকান খুলেছে।", "Dhaka", "BD"),
    ("bn Kolkata", "bn", "অনার [কলকাতা]য় দোকান খুলেছে।", "Kolkata", "IN"),
    ("bn Chattogram", "bn", "অনার [চট্টগ্রাম]ে দোকান খুলেছে।", "Chattogram", "BD"),
    ("zh Hangzhou", "zh", "荣耀在[杭州]开设新店。", "Hangzhou", "CN"),
    ("zh exonym", "zh", "荣耀在[慕尼黑]开设新店。", "Munich", "DE"),
    ("zh traditional", "zh", "榮耀在[臺北]開設新店。", "Taipei", "TW"),
    ("ja Osaka", "ja", "オナーが[大阪]に店を開く。", "Osaka", "JP"),
    ("ja Katakana", "ja", "オナーが[ロンドン]に店を開く。", "London", "GB"),
    ("ja Tokyo", "ja", "オナーが[東京]に店を開く。", "Tokyo", "JP"),
    ("ko particle", "ko", "아너가 [부산]에 매장을 연다.", "Busan", "KR"),
    ("ko Seoul", "ko", "아너가 [서울]에서 매장을 연다.", "Seoul", "KR"),
    ("ko exonym", "ko", "아너가 [런던]에 매장을 연다.", "London", "GB"),
    ("ar Dubai", "ar", "افتتحت أونر متجرا في [دبي].", "Dubai", "AE"),
    ("ar Riyadh", "ar", "افتتحت أونر متجرا في [الرياض].", "Riyadh", "SA"),
    ("ar glued", "ar", "افتتحت أونر متجرا ب[القاهرة].", "Cairo", "EG"),
    ("ar glued to two words", "ar", "افتتحت أونر متجرا ب[الدار البيضاء].", "Casablanca", "MA"),
    ("fa Tehran", "fa", "آنر در [تهران] فروشگاه باز کرد.", "Tehran", "IR"),
    ("fa Mashhad", "fa", "آنر در [مشهد] فروشگاه باز کرد.", "Mashhad", "IR"),
    ("fa Isfahan", "fa", "آنر در [اصفهان] فروشگاه باز کرد.", "Isfahan", "IR"),
    ("cs locative", "cs", "Honor otevřel prodejnu v [Praze].", "Prague", "CZ"),
    ("cs Brno", "cs", "Honor otevřel prodejnu v [Brně].", "Brno", "CZ"),
    ("cs exonym", "cs", "Honor otevřel prodejnu ve [Vídni].", "Vienna", "AT"),
    ("hu suffix", "hu", "A Honor [Budapesten] üzletet nyitott.", "Budapest", "HU"),
    ("hu Debrecen", "hu", "A Honor [Debrecenben] üzletet nyitott.", "Debrecen", "HU"),
    ("hu smaller city", "hu", "A Honor [Győrben] üzletet nyitott.", "Győr", "HU"),
    ("hu exonym", "hu", "A Honor [Bécsben] üzletet nyitott.", "Vienna", "AT"),
    ("el Athens", "el", "Η Honor άνοιξε κατάστημα στην [Αθήνα].", "Athens", "GR"),
    ("el Thessaloniki", "el", "Η Honor άνοιξε κατάστημα στη [Θεσσαλονίκη].", "Thessaloniki", "GR"),
    ("el Patras", "el", "Η Honor άνοιξε κατάστημα στην [Πάτρα].", "Patras", "GR"),
    ("el exonym", "el", "Η Honor άνοιξε κατάστημα στο [Λονδίνο].", "London", "GB"),
    ("sv Stockholm", "sv", "Honor öppnar en butik i [Stockholm].", "Stockholm", "SE"),
    ("sv Göteborg", "sv", "Honor öppnar en butik i [Göteborg].", "Gothenburg", "SE"),
    ("sv exonym", "sv", "Honor öppnar en butik i [Köpenhamn].", "Copenhagen", "DK"),
    ("fi inessive", "fi", "Honor avasi myymälän [Helsingissä].", "Helsinki", "FI"),
    ("ro București", "ro", "Honor a deschis un magazin în [București].", "Bucharest", "RO"),
]

COUNTRIES: list[tuple[str, str, str, str]] = [
    ("en", "en", "Honor enters [Germany] with a store.", "DE"),
    ("en the US", "en", "Honor enters the [US] with a store.", "US"),
    ("en UAE", "en", "Honor opens stores in the [UAE].", "AE"),
    ("de", "de", "Honor startet in [Frankreich].", "FR"),
    ("de genitive", "de", "Es ist [Österreichs] erster Laden.", "AT"),
    ("fr", "fr", "Honor arrive en [Allemagne].", "DE"),
    ("es", "es", "Honor llega a [Alemania].", "DE"),
    ("it", "it", "Honor arriva in [Germania].", "DE"),
    ("pt", "pt", "A Honor chega à [Alemanha].", "DE"),
    ("nl", "nl", "Honor komt naar [Duitsland].", "DE"),
    ("pl", "pl", "Honor wchodzi do [Niemiec].", "DE"),
    ("ru", "ru", "Honor открывает магазины в [Германии].", "DE"),
    ("uk", "uk", "Honor відкриває магазини в [Німеччині].", "DE"),
    ("tr", "tr", "Honor [Almanya]'da mağaza açıyor.", "DE"),
    ("id", "id", "Honor membuka gerai di [Jerman].", "DE"),
    ("vi", "vi", "Honor mở cửa hàng tại [Đức].", "DE"),
    ("th", "th", "Honor เปิดร้านใน[เยอรมนี]", "DE"),
    ("hi", "hi", "ऑनर [जर्मनी] में स्टोर खोलेगी।", "DE"),
    ("bn", "bn", "অনার [জার্মানি]তে দোকান খুলবে।", "DE"),
    ("zh", "zh", "荣耀进入[德国]市场。", "DE"),
    ("ja", "ja", "オナーが[ドイツ]に店を開く。", "DE"),
    ("ko", "ko", "아너가 [독일]에 매장을 연다.", "DE"),
    ("ar", "ar", "تفتتح أونر متاجر في [ألمانيا].", "DE"),
    ("fa", "fa", "آنر در [آلمان] فروشگاه باز می‌کند.", "DE"),
    ("cs", "cs", "Honor vstupuje do [Německa].", "DE"),
    ("hu", "hu", "A Honor [Németországban] nyit üzletet.", "DE"),
    ("el", "el", "Η Honor ανοίγει καταστήματα στη [Γερμανία].", "DE"),
    ("sv", "sv", "Honor öppnar butiker i [Tyskland].", "DE"),
]

REGIONS: list[tuple[str, str, str, str]] = [
    ("en Europe", "en", "It runs 300 stores in [Europe].", "Europe"),
    ("en South-East Asia", "en", "It runs 300 stores in [Southeast Asia].", "South-East Asia"),
    ("en worldwide", "en", "It runs 300 stores [worldwide].", "World"),
    ("en outside", "en", "It runs 300 stores [outside China].", "outside China"),
    ("en outside of", "en", "It runs 300 stores [outside of China].", "outside China"),
    ("de außerhalb", "de", "Es gibt 300 Läden [außerhalb Chinas].", "outside China"),
    ("de Europa", "de", "Es gibt 300 Läden in [Europa].", "Europe"),
    ("fr hors de", "fr", "Elle compte 300 boutiques [hors de Chine].", "outside China"),
    ("es fuera de", "es", "Tiene 300 tiendas [fuera de China].", "outside China"),
    ("it fuori dalla", "it", "Ha 300 negozi [fuori dalla Cina].", "outside China"),
    ("pt fora da", "pt", "Tem 300 lojas [fora da China].", "outside China"),
    ("nl buiten", "nl", "Er zijn 300 winkels [buiten China].", "outside China"),
    ("pl poza", "pl", "Ma 300 salonów [poza Chinami].", "outside China"),
    ("ru за пределами", "ru", "У бренда 300 магазинов [за пределами Китая].", "outside China"),
    ("tr dışında", "tr", "[Çin dışında] 300 mağazası var.", "outside China"),
    ("id di luar", "id", "Ada 300 gerai [di luar China].", "outside China"),
    ("vi ngoài", "vi", "Có 300 cửa hàng [ngoài Trung Quốc].", "outside China"),
    ("hi बाहर", "hi", "[चीन के बाहर] 300 स्टोर हैं।", "outside China"),
    ("zh 以外", "zh", "在[中国以外]有300家门店。", "outside China"),
    ("zh 东南亚", "zh", "在[东南亚]有300家门店。", "South-East Asia"),
    ("ja 以外", "ja", "[中国以外]に300店舗ある。", "outside China"),
    ("ko 외", "ko", "[중국 외]에 300개 매장이 있다.", "outside China"),
    ("ar خارج", "ar", "لديها 300 متجر [خارج الصين].", "outside China"),
    ("cs mimo", "cs", "Má 300 prodejen [mimo Čínu].", "outside China"),
    ("sv utanför", "sv", "Det finns 300 butiker [utanför Kina].", "outside China"),
]

AMBIGUOUS: list[tuple[str, str, str, str | None, str | None]] = [
    ("Georgia beside Tbilisi", "en", "Honor opened a store in Tbilisi, [Georgia].", None, "GE"),
    ("Georgia beside Atlanta", "en", "Honor opened a store in Atlanta, [Georgia], United States.", None, "US"),
    ("Georgia behind a comma", "en", "Honor opened a store in Atlanta, [Georgia].", None, "US"),
    ("London with Ontario", "en", "A store opens in [London], Ontario.", "London", "CA"),
    ("Birmingham with Alabama", "en", "A store opens in [Birmingham], Alabama.", "Birmingham", "US"),
    ("La Paz with Bolivia", "es", "La tienda abre en [La Paz], Bolivia.", "La Paz", "BO"),
    ("Paris alone", "en", "A store opens in [Paris].", "Paris", "FR"),
    ("Santiago with Chile", "es", "La tienda abre en [Santiago], Chile.", "Santiago", "CL"),
    ("Valencia with Venezuela", "es", "La tienda de [Valencia], en Venezuela, abre hoy.", "Valencia", "VE"),
    ("Valencia alone", "es", "La tienda de [Valencia] abre hoy.", "Valencia", "ES"),
    ("Hyderabad with Pakistan", "en", "The store in [Hyderabad], Pakistan, opens today.", "Hyderabad", "PK"),
    ("Hyderabad alone", "en", "The store in [Hyderabad] opens today.", "Hyderabad", "IN"),
    ("Cordoba with Argentina", "es", "La tienda de [Córdoba], Argentina, abre hoy.", "Córdoba", "AR"),
]

NO_PLACES: list[tuple[str, str, str]] = [
    ("a person called Carmen", "es", "Carmen López dirige la marca."),
    ("a person behind a title", "de", "Laut Carmen Schmidt läuft das Geschäft gut."),
    ("a vendor", "en", "Nokia sells phones."),
    ("a vendor with in", "fi", "Nokia myy puhelimia."),
    ("pronoun", "en", "They told us that we may come."),
    ("nice", "en", "Nice phones are on sale."),
    ("reading", "en", "Reading the manual helps."),
    ("mobile", "en", "Mobile phones are on sale."),
    ("five years", "id", "Lima tahun berlalu."),
    ("small letters", "en", "the orange and the split of the bath"),
    ("katakana inside a word", "ja", "ソニーストアに行く。"),
    ("empty", "en", ""),
]


def at(text: str, lang: str | None) -> Place:
    """The place that stands where ``text`` is marked."""
    plain, start, end = marked(text)
    found = find_places(plain, lang)
    exact = [place for place in found if (place.start, place.end) == (start, end)]
    assert len(exact) == 1, [(plain[p.start : p.end], p.kind, p.city, p.country, p.region) for p in found]
    return exact[0]


@pytest.mark.parametrize(("lang", "text", "city", "country"), [pytest.param(*row[1:], id=row[0]) for row in CITIES])
def test_a_city_has_one_name_in_all_languages(lang: str, text: str, city: str, country: str) -> None:
    place = at(text, lang)
    assert (place.city, place.country) == (city, country)


@pytest.mark.parametrize(("lang", "text", "country"), [pytest.param(*row[1:], id=row[0]) for row in COUNTRIES])
def test_a_country_has_its_code(lang: str, text: str, country: str) -> None:
    place = at(text, lang)
    assert (place.kind, place.city, place.country) == ("country", None, country)


@pytest.mark.parametrize(("lang", "text", "region"), [pytest.param(*row[1:], id=row[0]) for row in REGIONS])
def test_a_region_is_no_country(lang: str, text: str, region: str) -> None:
    place = at(text, lang)
    assert (place.region, place.country, place.outside) == (region, None, region.startswith("outside"))


@pytest.mark.parametrize(("lang", "text", "city", "country"), [pytest.param(*row[1:], id=row[0]) for row in AMBIGUOUS])
def test_the_rest_of_the_text_decides_on_a_name(lang: str, text: str, city: str | None, country: str) -> None:
    place = at(text, lang)
    assert (place.city, place.country) == (city, country)


@pytest.mark.parametrize(("lang", "text"), [pytest.param(*row[1:], id=row[0]) for row in NO_PLACES])
def test_people_vendors_and_words_are_no_places(lang: str, text: str) -> None:
    assert [(text[place.start : place.end], place.city) for place in find_places(text, lang)] == []


@pytest.mark.parametrize(
    ("lang", "text", "country"),
    [
        pytest.param("en", "The [Indian] market is large.", "IN", id="en"),
        pytest.param("de", "Der [französische] Markt ist groß.", "FR", id="de"),
        pytest.param("ru", "[Немецкий] рынок велик.", "DE", id="ru"),
        pytest.param("es", "El mercado [español] es grande.", "ES", id="es"),
    ],
)
def test_an_adjective_names_a_country_but_no_place(lang: str, text: str, country: str) -> None:
    place = at(text, lang)
    assert (place.kind, place.country) == ("adjective", country)


@pytest.mark.parametrize("lang", ["zh", "ja"])
def test_the_readers_own_country_depends_on_the_language(lang: str) -> None:
    assert at("[国内]で", lang).country == {"zh": "CN", "ja": "JP"}[lang]


def test_several_cities_of_a_list_are_all_found() -> None:
    text = "Stores open in Madrid, Barcelona and Valencia."
    assert [place.city for place in find_places(text, "en")] == ["Madrid", "Barcelona", "Valencia"]


_WORDS = (
    "Paris|Hilton|Georgia|Atlanta|US|us|U.S.|New York|New|Saint-|Étienne|İstanbul|'da|’|ISTANBUL|İ|"
    "ß|ŉ|\ufb01|Κ|в|Москве|Нижнем Новгороде|w|Warszawie|Budapesten|Helsingissä|in|outside|"
    "outside of|China|Chinas|以外|中国|慕尼黑|大阪|ロンドン|北|京|กรุงเทพ|เชียงใหม่|서울|에서|중국 외|दिल्ली|में|ঢাকায়|"
    "دبي|وبالرياض|للصين|خارج|Europe|worldwide|im Ausland|,|(|)|.|-| |\n"
)
_PIECES = st.sampled_from(_WORDS.split("|"))
_TEXTS = st.one_of(st.text(max_size=200), st.lists(_PIECES).map(" ".join), st.lists(_PIECES).map("".join))


@settings(deadline=None)
@given(text=_TEXTS, lang=st.sampled_from([*LANGUAGES, "xx", "", "zh-Hant", None]))
def test_any_text_gives_ordered_places_inside_it(text: str, lang: str | None) -> None:
    end = 0
    for place in find_places(text, lang):
        assert end <= place.start < place.end <= len(text)
        assert place.city or place.country or place.region
        assert place.country is None or (len(place.country) == 2 and place.country.isupper())
        assert not place.outside or (place.region or "").startswith("outside ")
        end = place.end


@settings(deadline=None)
@given(before=st.text(st.characters(categories=("Lu", "Ll", "Zs"), max_codepoint=0x17F), max_size=40))
def test_offsets_survive_letters_that_change_length_when_folded(before: str) -> None:
    text = f"{before}. Honor opens a store in Stockholm."
    assert "Stockholm" in [text[place.start : place.end] for place in find_places(text, "en")]
