"""Words of time and what they mean on the day of publication."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from support.marked import marked

from pipelines.horizons import Horizon, find_horizons
from storewatch.types import Moment

# Wednesday, 15 May 2024
PUBLISHED = Moment(at=datetime(2024, 5, 15, 9, 30, tzinfo=UTC))

CASES: list[tuple[str, str, str, str]] = [
    ("en in years", "en", "It wants 500 stores [in the next three years].", "2027"),
    ("en within months", "en", "It will open [within six months].", "2024-11"),
    ("en years ago", "en", "It opened its first store [five years ago].", "2019"),
    ("en quarter", "en", "The store opens in [Q3].", "2024-Q3"),
    ("en quarter of year", "en", "The store opens in [Q1 2025].", "2025-Q1"),
    ("en half", "en", "It plans 40 stores for the [second half of 2025].", "2025-H2"),
    ("en month and year", "en", "The store opens in [March 2025].", "2025-03"),
    ("en day", "en", "The store opens on [12 July 2024].", "2024-07-12"),
    ("en day American", "en", "The store opens on [July 12, 2024].", "2024-07-12"),
    ("en day without year", "en", "The store opens on [June 3].", "2024-06-03"),
    ("en ISO", "en", "The store opens on [2024-07-12].", "2024-07-12"),
    ("en next year", "en", "It will enter Peru [next year].", "2025"),
    ("en this year", "en", "It will enter Peru [later this year].", "2024"),
    ("en next month", "en", "It opens [next month].", "2024-06"),
    ("en next Saturday", "en", "It opens [next Saturday].", "2024-05-18"),
    ("en last Friday", "en", "It opened [last Friday].", "2024-05-10"),
    ("en today", "en", "It opened [today].", "2024-05-15"),
    ("en yesterday", "en", "It opened [yesterday].", "2024-05-14"),
    ("en tomorrow", "en", "It opens [tomorrow].", "2024-05-16"),
    ("de Jahre", "de", "[In den nächsten drei Jahren] sollen 50 Läden folgen.", "2027"),
    ("de Ende", "de", "Das soll bis [Ende 2025] geschehen.", "2025"),
    ("de Quartal", "de", "Der Laden öffnet im [dritten Quartal].", "2024-Q3"),
    ("de 2. Halbjahr", "de", "Der Laden öffnet im [2. Halbjahr 2025].", "2025-H2"),
    ("de Monat", "de", "Der Laden öffnet im [März 2025].", "2025-03"),
    ("de Tag", "de", "Der Laden öffnet am [3. Juni].", "2024-06-03"),
    ("de Datum", "de", "Der Laden öffnet am [03.06.2024].", "2024-06-03"),
    ("de nächstes Jahr", "de", "Der Laden öffnet [nächstes Jahr].", "2025"),
    ("de morgen", "de", "Der Laden öffnet [morgen].", "2024-05-16"),
    ("de kommenden Samstag", "de", "Der Laden öffnet [kommenden Samstag].", "2024-05-18"),
    ("de vor Jahren", "de", "Der erste Laden öffnete [vor zwei Jahren].", "2022"),
    ("fr ans", "fr", "Elle vise 50 boutiques [dans les trois prochaines années].", "2027"),
    ("fr mois", "fr", "La boutique ouvre en [mars 2025].", "2025-03"),
    ("fr jour", "fr", "La boutique ouvre le [3 juin].", "2024-06-03"),
    ("fr trimestre", "fr", "La boutique ouvre au [troisième trimestre].", "2024-Q3"),
    ("fr année prochaine", "fr", "La boutique ouvre [l'année prochaine].", "2025"),
    ("fr il y a", "fr", "La première a ouvert [il y a deux ans].", "2022"),
    ("fr date", "fr", "La boutique ouvre le [03/06/2024].", "2024-06-03"),
    ("es años", "es", "Abrirá 50 tiendas [en los próximos tres años].", "2027"),
    ("es mes", "es", "La tienda abre en [marzo de 2025].", "2025-03"),
    ("es día", "es", "La tienda abre el [3 de junio].", "2024-06-03"),
    ("es trimestre", "es", "La tienda abre en el [tercer trimestre].", "2024-Q3"),
    ("es próximo año", "es", "La tienda abre [el próximo año].", "2025"),
    ("es hace", "es", "La primera abrió [hace dos años].", "2022"),
    ("it anni", "it", "Aprirà 50 negozi [nei prossimi tre anni].", "2027"),
    ("it mese", "it", "Il negozio apre a [marzo 2025].", "2025-03"),
    ("it giorno", "it", "Il negozio apre il [3 giugno].", "2024-06-03"),
    ("it fa", "it", "Il primo ha aperto [due anni fa].", "2022"),
    ("it anno prossimo", "it", "Il negozio apre [l'anno prossimo].", "2025"),
    ("pt anos", "pt", "Vai abrir 50 lojas [nos próximos três anos].", "2027"),
    ("pt mês", "pt", "A loja abre em [março de 2025].", "2025-03"),
    ("pt dia", "pt", "A loja abre em [3 de junho].", "2024-06-03"),
    ("pt semestre", "pt", "A loja abre no [segundo semestre].", "2024-H2"),
    ("nl jaar", "nl", "Er komen 50 winkels [in de komende drie jaar].", "2027"),
    ("nl maand", "nl", "De winkel opent in [maart 2025].", "2025-03"),
    ("nl dag", "nl", "De winkel opent op [3 juni].", "2024-06-03"),
    ("nl kwartaal", "nl", "De winkel opent in het [derde kwartaal].", "2024-Q3"),
    ("nl geleden", "nl", "De eerste opende [twee jaar geleden].", "2022"),
    ("pl lata", "pl", "Powstanie 50 salonów [w ciągu najbliższych trzech lat].", "2027"),
    ("pl koniec roku", "pl", "Salon ruszy [do końca roku].", "2024"),
    ("pl miesiąc", "pl", "Salon ruszy w [marcu 2025].", "2025-03"),
    ("pl dzień", "pl", "Salon ruszy [3 czerwca].", "2024-06-03"),
    ("pl temu", "pl", "Pierwszy otwarto [dwa lata temu].", "2022"),
    ("ru года", "ru", "Откроют 50 магазинов [в течение трех лет].", "2027"),
    ("ru до конца года", "ru", "Магазин откроют [до конца года].", "2024"),
    ("ru месяц", "ru", "Магазин откроют в [марте 2025 года].", "2025-03"),
    ("ru день", "ru", "Магазин откроют [3 июня].", "2024-06-03"),
    ("ru квартал", "ru", "Магазин откроют в [третьем квартале].", "2024-Q3"),
    ("ru назад", "ru", "Первый открыли [два года назад].", "2022"),
    ("uk роки", "uk", "Відкриють 50 магазинів [протягом трьох років].", "2027"),
    ("uk місяць", "uk", "Магазин відкриють у [березні 2025 року].", "2025-03"),
    ("uk день", "uk", "Магазин відкриють [3 червня].", "2024-06-03"),
    ("uk наступного року", "uk", "Магазин відкриють [наступного року].", "2025"),
    ("tr yıl", "tr", "[Önümüzdeki üç yıl içinde] 50 mağaza açılacak.", "2027"),
    ("tr yıl sonu", "tr", "Mağaza [yıl sonuna kadar] açılacak.", "2024"),
    ("tr ay", "tr", "Mağaza [Mart 2025]'te açılacak.", "2025-03"),
    ("tr gün", "tr", "Mağaza [3 Haziran]'da açılacak.", "2024-06-03"),
    ("tr önce", "tr", "İlki [iki yıl önce] açıldı.", "2022"),
    ("id tahun", "id", "Akan ada 50 gerai [dalam tiga tahun ke depan].", "2027"),
    ("id bulan", "id", "Gerai dibuka pada [Maret 2025].", "2025-03"),
    ("id hari", "id", "Gerai dibuka pada [3 Juni].", "2024-06-03"),
    ("id kuartal", "id", "Gerai dibuka pada [kuartal ketiga].", "2024-Q3"),
    ("id tahun depan", "id", "Gerai dibuka [tahun depan].", "2025"),
    ("vi năm", "vi", "Hãng sẽ mở 50 cửa hàng [trong ba năm tới].", "2027"),
    ("vi tháng", "vi", "Cửa hàng mở vào [tháng 3/2025].", "2025-03"),
    ("vi quý", "vi", "Cửa hàng mở vào [quý 3].", "2024-Q3"),
    ("vi năm sau", "vi", "Cửa hàng mở vào [năm sau].", "2025"),
    ("th ปี", "th", "จะเปิด 50 สาขา[ภายใน 3 ปี]", "2027"),
    ("th เดือน", "th", "ร้านจะเปิด[เดือนหน้า]", "2024-06"),
    ("th ปีหน้า", "th", "ร้านจะเปิด[ปีหน้า]", "2025"),
    ("th Buddhist era", "th", "ร้านจะเปิดใน[ปี 2568]", "2025"),
    ("hi साल", "hi", "कंपनी [अगले तीन साल में] 50 स्टोर खोलेगी।", "2027"),
    ("hi महीना", "hi", "स्टोर [मार्च 2025] में खुलेगा।", "2025-03"),
    ("hi दिन", "hi", "स्टोर [3 जून] को खुलेगा।", "2024-06-03"),
    ("hi अगले साल", "hi", "स्टोर [अगले साल] खुलेगा।", "2025"),
    ("bn বছর", "bn", "[আগামী তিন বছরের মধ্যে] ৫০টি দোকান খোলা হবে।", "2027"),
    ("bn মাস", "bn", "দোকানটি [মার্চ ২০২৫] খুলবে।", "2025-03"),
    ("bn দিন", "bn", "দোকানটি [৩ জুন] খুলবে।", "2024-06-03"),
    ("bn গত বছর", "bn", "দোকানটি [গত বছর] খুলেছে।", "2023"),
    ("zh 年内", "zh", "门店将于[年内]开业。", "2024"),
    ("zh 未来三年", "zh", "[未来三年]将开设500家门店。", "2027"),
    ("zh 三年内", "zh", "计划[三年内]开设500家门店。", "2027"),
    ("zh 月", "zh", "门店将于[2025年3月]开业。", "2025-03"),
    ("zh 日", "zh", "门店将于[6月3日]开业。", "2024-06-03"),
    ("zh 季度", "zh", "门店将于[第三季度]开业。", "2024-Q3"),
    ("zh 上半年", "zh", "门店将于[2025年上半年]开业。", "2025-H1"),
    ("zh 明年", "zh", "门店将于[明年]开业。", "2025"),
    ("ja 年内", "ja", "[年内]に開店する。", "2024"),
    ("ja 今後", "ja", "[今後3年間で]50店舗を開く。", "2027"),
    ("ja 月", "ja", "[2025年3月]に開店する。", "2025-03"),
    ("ja 日", "ja", "[6月3日]に開店する。", "2024-06-03"),
    ("ja 来年", "ja", "[来年]開店する。", "2025"),
    ("ko 향후", "ko", "[향후 3년 내] 매장 50곳을 연다.", "2027"),
    ("ko 연내", "ko", "[연내] 매장을 연다.", "2024"),
    ("ko 월", "ko", "[2025년 3월] 매장을 연다.", "2025-03"),
    ("ko 일", "ko", "[6월 3일] 매장을 연다.", "2024-06-03"),
    ("ko 분기", "ko", "[3분기] 매장을 연다.", "2024-Q3"),
    ("ar سنوات", "ar", "ستفتتح 50 متجرا [خلال ثلاث سنوات].", "2027"),
    ("ar شهر", "ar", "يفتتح المتجر في [مارس 2025].", "2025-03"),
    ("ar يوم", "ar", "يفتتح المتجر في [3 يونيو].", "2024-06-03"),
    ("ar العام المقبل", "ar", "يفتتح المتجر [العام المقبل].", "2025"),
    ("ar الربع", "ar", "يفتتح المتجر في [الربع الثالث].", "2024-Q3"),
    ("fa سال آینده", "fa", "فروشگاه [سال آینده] باز می‌شود.", "2025"),
    ("fa سه سال", "fa", "[در سه سال آینده] ۵۰ فروشگاه باز می‌شود.", "2027"),
    ("fa ماه", "fa", "فروشگاه [ماه آینده] باز می‌شود.", "2024-06"),
    ("cs let", "cs", "[Během příštích tří let] vznikne 50 prodejen.", "2027"),
    ("cs konec roku", "cs", "Prodejna otevře [do konce roku].", "2024"),
    ("cs měsíc", "cs", "Prodejna otevře v [březnu 2025].", "2025-03"),
    ("cs den", "cs", "Prodejna otevře [3. června].", "2024-06-03"),
    ("hu év", "hu", "[A következő három évben] 50 üzlet nyílik.", "2027"),
    ("hu hónap", "hu", "Az üzlet [2025. márciusban] nyílik.", "2025-03"),
    ("hu jövőre", "hu", "Az üzlet [jövőre] nyílik.", "2025"),
    ("el χρόνια", "el", "Θα ανοίξουν 50 καταστήματα [τα επόμενα τρία χρόνια].", "2027"),
    ("el μήνας", "el", "Θα ανοίξει τον [Μάρτιο 2025].", "2025-03"),
    ("el ημέρα", "el", "Θα ανοίξει στις [3 Ιουνίου].", "2024-06-03"),
    ("el αύριο", "el", "Θα ανοίξει [αύριο].", "2024-05-16"),
    ("sv år", "sv", "[Under de närmaste tre åren] öppnar 50 butiker.", "2027"),
    ("sv månad", "sv", "Butiken öppnar i [mars 2025].", "2025-03"),
    ("sv dag", "sv", "Butiken öppnar den [3 juni].", "2024-06-03"),
    ("sv nästa år", "sv", "Butiken öppnar [nästa år].", "2025"),
    ("en fiscal", "en", "It wants 300 stores in [FY2025].", "2025"),
    ("en season", "en", "It opens in [spring 2025].", "2025"),
    ("en weeks", "en", "It opens [in two weeks].", "2024-05-27"),
    ("de anderthalb", "de", "Er öffnet [in anderthalb Jahren].", "2025-11"),
    ("fr d'ici la fin", "fr", "Elle ouvrira [d'ici la fin de l'année].", "2024"),
    ("it sabato", "it", "Il negozio apre [sabato prossimo].", "2024-05-18"),
    ("es sábado", "es", "La tienda abre [el próximo sábado].", "2024-05-18"),
    ("pt sábado", "pt", "A loja abre no [próximo sábado].", "2024-05-18"),
    ("pl sobota", "pl", "Salon ruszy w [najbliższą sobotę].", "2024-05-18"),
    ("ru суббота", "ru", "Магазин откроют в [следующую субботу].", "2024-05-18"),
    ("uk субота", "uk", "Магазин відкриють [наступної суботи].", "2024-05-18"),
    ("tr çeyrek", "tr", "Mağaza [2025'in ilk çeyreğinde] açılacak.", "2025-Q1"),
    ("tr cumartesi", "tr", "Mağaza [gelecek cumartesi] açılacak.", "2024-05-18"),
    ("id Jumat", "id", "Gerai dibuka [Jumat depan].", "2024-05-17"),
    ("vi ngày", "vi", "Cửa hàng mở [ngày 3 tháng 6].", "2024-06-03"),
    ("vi thứ bảy", "vi", "Cửa hàng mở [thứ bảy tới].", "2024-05-18"),
    ("vi quý năm", "vi", "Cửa hàng mở vào [quý 3 năm 2025].", "2025-Q3"),
    ("th day of the Buddhist era", "th", "ร้านจะเปิดวันที่ [3 มิถุนายน 2567]", "2024-06-03"),
    ("th Saturday", "th", "ร้านจะเปิด[วันเสาร์หน้า]", "2024-05-18"),
    ("hi शनिवार", "hi", "स्टोर [अगले शनिवार] को खुलेगा।", "2024-05-18"),
    ("hi तिमाही", "hi", "स्टोर [2025 की पहली तिमाही] में खुलेगा।", "2025-Q1"),
    ("bn শনিবার", "bn", "দোকানটি [আগামী শনিবার] খুলবে।", "2024-05-18"),
    ("zh 下周六", "zh", "门店将于[下周六]开业。", "2024-05-25"),
    ("zh 本周日", "zh", "门店将于[本周日]开业。", "2024-05-19"),
    ("zh 上周一", "zh", "门店已于[上周一]开业。", "2024-05-06"),
    ("ja 土曜日", "ja", "[来週土曜日]に開店する。", "2024-05-25"),
    ("ko 토요일", "ko", "[다음 주 토요일] 문을 연다.", "2024-05-25"),
    ("ko 후", "ko", "[3개월 후] 문을 연다.", "2024-08"),
    ("ar الجمعة", "ar", "يفتتح المتجر [الجمعة المقبل].", "2024-05-17"),
    ("ar الربع من عام", "ar", "يفتتح المتجر في [الربع الأول من عام 2025].", "2025-Q1"),
    ("fa Persian digits", "fa", "فروشگاه [۱۲ ژوئن ۲۰۲۴] باز می‌شود.", "2024-06-12"),
    ("cs sobota", "cs", "Prodejna otevře [příští sobotu].", "2024-05-18"),
    ("hu szombat", "hu", "Az üzlet [jövő szombaton] nyílik.", "2024-05-18"),
    ("el Σάββατο", "el", "Θα ανοίξει το [επόμενο Σάββατο].", "2024-05-18"),
    ("sv lördag", "sv", "Butiken öppnar [nästa lördag].", "2024-05-18"),
    ("leap day", "en", "It opened on [29 February 2024].", "2024-02-29"),
]

YEARS: list[tuple[str, str, str, str]] = [
    ("en", "en", "It wants 300 stores by 2026.", "2026"),
    ("de", "de", "Das soll bis 2026 gelingen.", "2026"),
    ("fr", "fr", "Elle vise 300 boutiques d'ici 2026.", "2026"),
    ("es", "es", "Quiere 300 tiendas para 2026.", "2026"),
    ("it", "it", "Vuole 300 negozi entro il 2026.", "2026"),
    ("pt", "pt", "Quer 300 lojas até 2026.", "2026"),
    ("nl", "nl", "Er moeten 300 winkels zijn voor 2026.", "2026"),
    ("pl", "pl", "Chce mieć 300 salonów do 2026 roku.", "2026"),
    ("ru", "ru", "К 2026 году будет 300 магазинов.", "2026"),
    ("uk", "uk", "До 2026 року буде 300 магазинів.", "2026"),
    ("tr", "tr", "2026 yılına kadar 300 mağaza olacak.", "2026"),
    ("id", "id", "Targetnya 300 gerai pada 2026.", "2026"),
    ("vi", "vi", "Mục tiêu là 300 cửa hàng vào năm 2026.", "2026"),
    ("hi", "hi", "कंपनी 2026 तक 300 स्टोर खोलेगी।", "2026"),
    ("zh", "zh", "到2026年将有300家门店。", "2026"),
    ("ja", "ja", "2026年までに300店舗を目指す。", "2026"),
    ("ko", "ko", "2026년까지 매장 300곳을 연다.", "2026"),
    ("ar", "ar", "تستهدف 300 متجر بحلول عام 2026.", "2026"),
    ("fa", "fa", "تا سال ۲۰۲۶ به ۳۰۰ فروشگاه می‌رسد.", "2026"),
    ("cs", "cs", "Do roku 2026 chce 300 prodejen.", "2026"),
    ("hu", "hu", "2026-ig 300 üzletet akar.", "2026"),
    ("el", "el", "Θέλει 300 καταστήματα έως το 2026.", "2026"),
    ("sv", "sv", "Målet är 300 butiker till 2026.", "2026"),
]

OPEN: list[tuple[str, str, str]] = [
    ("en", "en", "A store will open [soon]."),
    ("de", "de", "Ein Laden öffnet [demnächst]."),
    ("fr", "fr", "Une boutique ouvrira [prochainement]."),
    ("es", "es", "Una tienda abrirá [próximamente]."),
    ("it", "it", "Un negozio aprirà [a breve]."),
    ("pt", "pt", "Uma loja abrirá [em breve]."),
    ("nl", "nl", "Een winkel opent [binnenkort]."),
    ("pl", "pl", "Salon zostanie otwarty [wkrótce]."),
    ("ru", "ru", "Магазин откроется [скоро]."),
    ("uk", "uk", "Магазин відкриється [незабаром]."),
    ("tr", "tr", "Mağaza [yakında] açılacak."),
    ("id", "id", "Gerai itu [segera] dibuka."),
    ("hi", "hi", "स्टोर [जल्द] खुलेगा।"),
    ("zh", "zh", "门店[即将]开业。"),
    ("ja", "ja", "[まもなく]開店する。"),
    ("ko", "ko", "매장이 [조만간] 문을 연다."),
    ("ar", "ar", "سيفتتح المتجر [قريبا]."),
    ("fa", "fa", "فروشگاه [به زودی] باز می‌شود."),
    ("cs", "cs", "Prodejna otevře [brzy]."),
    ("hu", "hu", "Az üzlet [hamarosan] nyílik."),
    ("el", "el", "Το κατάστημα ανοίγει [σύντομα]."),
    ("sv", "sv", "Butiken öppnar [snart]."),
]


def at(text: str, lang: str, published: Moment | None = PUBLISHED) -> Horizon:
    """The horizon that stands where ``text`` is marked."""
    plain, start, end = marked(text)
    found = find_horizons(plain, lang, published)
    exact = [horizon for horizon in found if (horizon.start, horizon.end) == (start, end)]
    assert len(exact) == 1, [(plain[horizon.start : horizon.end], horizon.value) for horizon in found]
    return exact[0]


@pytest.mark.parametrize(("lang", "text", "value"), [pytest.param(*row[1:], id=row[0]) for row in CASES])
def test_words_of_time_are_resolved(lang: str, text: str, value: str) -> None:
    assert at(text, lang).value == value


@pytest.mark.parametrize(("lang", "text", "value"), [pytest.param(*row[1:], id=row[0]) for row in YEARS])
def test_a_bare_year_is_read_beside_its_word(lang: str, text: str, value: str) -> None:
    assert [horizon.value for horizon in find_horizons(text, lang, None)] == [value]


@pytest.mark.parametrize(("lang", "text"), [pytest.param(*row[1:], id=row[0]) for row in OPEN])
def test_a_promise_without_a_date_keeps_its_words(lang: str, text: str) -> None:
    horizon = at(text, lang)
    assert (horizon.value, horizon.soon, horizon.lies(date(2024, 5, 15))) == (None, True, "future")


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        pytest.param("en", "It opens [next year].", id="next year"),
        pytest.param("en", "It opens [in the next three years].", id="span"),
        pytest.param("de", "Er öffnet [morgen].", id="tomorrow"),
        pytest.param("zh", "门店将于[年内]开业。", id="within the year"),
        pytest.param("en", "It opens in [Q3].", id="quarter"),
        pytest.param("en", "It opens on [June 3].", id="day without year"),
    ],
)
def test_without_a_publication_date_relative_words_stay_open(lang: str, text: str) -> None:
    horizon = at(text, lang, None)
    assert (horizon.value, horizon.first, horizon.last) == (None, None, None)


@pytest.mark.parametrize("lang", ["en", None], ids=["en", "no language"])
def test_a_full_date_needs_no_publication(lang: str | None) -> None:
    text = "It opens on 2024-07-12 at noon."
    assert [horizon.value for horizon in find_horizons(text, lang, None)] == ["2024-07-12"]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        pytest.param("en", "The store may open. They march on.", id="small may and march"),
        pytest.param("en", "It has 2,024 stores.", id="a number like a year"),
        pytest.param("de", "Es sind 2.000 Filialen.", id="grouped number"),
        pytest.param("en", "The phone costs 3.5 dollars.", id="price"),
        pytest.param("en", "", id="empty"),
    ],
)
def test_what_is_no_time_is_left_alone(lang: str, text: str) -> None:
    assert find_horizons(text, lang, PUBLISHED) == ()


def test_digits_that_python_cannot_read_stop_nothing() -> None:
    newest = "\U00010d40\U00011de0\U00016ac0\U0001e5f1"
    assert find_horizons(f"It opens on {newest} June {newest}.", "en", PUBLISHED)


@pytest.mark.parametrize("text", ["It opens on 2024-02-30.", "It opens on 31.04.2024."], ids=["30 Feb", "31 April"])
def test_a_day_that_does_not_exist_is_no_day(text: str) -> None:
    assert [horizon.value for horizon in find_horizons(text, "en", PUBLISHED) if horizon.value] == []


def test_a_weekday_alone_may_be_the_last_or_the_next() -> None:
    horizon = at("The store opens on [Saturday].", "en")
    assert (horizon.value, horizon.lies(date(2024, 5, 15))) == (None, "unknown")


@pytest.mark.parametrize(
    ("published", "words", "value"),
    [
        pytest.param((2024, 1, 31), "next month", "2024-02", id="31 January, next month"),
        pytest.param((2023, 1, 31), "in one month", "2023-02", id="31 January, in a month"),
        pytest.param((2024, 2, 29), "next year", "2025", id="29 February, next year"),
        pytest.param((2024, 2, 29), "in three years", "2027", id="29 February, in three years"),
        pytest.param((2024, 12, 31), "next month", "2025-01", id="turn of the year"),
        pytest.param((2024, 12, 31), "tomorrow", "2025-01-01", id="New Year's Day"),
        pytest.param((2024, 3, 31), "last month", "2024-02", id="31 March, last month"),
        pytest.param((2024, 11, 30), "next quarter", "2025-Q1", id="next quarter"),
        pytest.param((2024, 12, 20), "on 5 January", "2025-01-05", id="the nearest January"),
        pytest.param((2024, 1, 5), "on 28 December", "2023-12-28", id="the nearest December"),
        pytest.param((2023, 2, 10), "on 29 February", "2023-02", id="29 February in a common year"),
    ],
)
def test_the_calendar_has_short_months(published: tuple[int, int, int], words: str, value: str) -> None:
    moment = Moment(at=datetime(*published, 12, tzinfo=UTC))
    assert [horizon.value for horizon in find_horizons(f"It opens {words}.", "en", moment)] == [value]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        pytest.param("in [Q1 2025]", (2025, 1, 1), (2025, 3, 31), id="quarter"),
        pytest.param("in the [second half of 2024]", (2024, 7, 1), (2024, 12, 31), id="half"),
        pytest.param("in [February 2024]", (2024, 2, 1), (2024, 2, 29), id="leap month"),
        pytest.param("[next week]", (2024, 5, 20), (2024, 5, 26), id="week"),
        pytest.param("on [12 July 2024]", (2024, 7, 12), (2024, 7, 12), id="day"),
    ],
)
def test_a_period_has_its_first_and_last_day(
    text: str, first: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    horizon = at(f"It opens {text}.", "en")
    assert (horizon.first, horizon.last) == (date(*first), date(*last))


@pytest.mark.parametrize(
    ("text", "lies"),
    [
        pytest.param("It opened [last year].", "past", id="last year"),
        pytest.param("It opens [next year].", "future", id="next year"),
        pytest.param("It opens [this year].", "unknown", id="this year"),
        pytest.param("It opened [today].", "past", id="today"),
        pytest.param("It opens [tomorrow].", "future", id="tomorrow"),
        pytest.param("It opens [in the next three years].", "future", id="span ahead"),
        pytest.param("It opened [three years ago].", "past", id="span behind"),
    ],
)
def test_a_time_lies_before_or_after_publication(text: str, lies: str) -> None:
    assert at(text, "en").lies(date(2024, 5, 15)) == lies


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        pytest.param("en", "It wants 300 stores by 2026.", id="en"),
        pytest.param("de", "Bis Ende 2026 sollen es 300 sein.", id="de"),
        pytest.param("ru", "До 2026 года откроют 300 магазинов.", id="ru"),
        pytest.param("ja", "2026年までに300店舗を目指す。", id="ja"),
        pytest.param("ko", "2026년까지 300곳을 연다.", id="ko"),
    ],
)
def test_a_limit_is_still_to_come(lang: str, text: str) -> None:
    assert [horizon.limit for horizon in find_horizons(text, lang, PUBLISHED)] == [True]
