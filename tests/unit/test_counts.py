"""Numbers in running text: where they stand, what they are worth, how exact they are and what they count."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.counted import Row, at
from support.marked import LANGUAGES, marked

from pipelines.counts import find_counts

ORDINALS: list[Row] = [
    ("ru 15", "ru", "Открылся [пятнадцатый] магазин.", 15),
    ("ru 50", "ru", "Открыли [пятидесятую] точку.", 50),
    ("uk 12", "uk", "Відкрили [дванадцятий] магазин.", 12),
    ("pl 15", "pl", "Otwarto [piętnasty] salon.", 15),
    ("cs 15", "cs", "Otevřel [patnáctou] prodejnu.", 15),
    ("sk 12", "sk", "Otvoril [dvanástu] predajňu.", 12),
    ("bg 20", "bg", "Отвори [двадесетия] магазин.", 20),
    ("hr 12", "hr", "Otvorili su [dvanaestu] trgovinu.", 12),
    ("es 15", "es", "Abrió su [decimoquinta] tienda.", 15),
    ("es 50", "es", "Abrió su [quincuagésima] tienda.", 50),
    ("pt 15", "pt", "Abriu a [décima quinta] loja.", 15),
    ("pt 50", "pt", "Abriu a [quinquagésima] loja.", 50),
    ("nl 17", "nl", "De [zeventiende] winkel is open.", 17),
    ("sv 13", "sv", "Den [trettonde] butiken är öppen.", 13),
    ("da 20", "da", "Den [tyvende] butik er åben.", 20),
    ("no 15", "no", "Den [femtende] butikken er åpen.", 15),
    ("fi 12", "fi", "Se on [kahdestoista] myymälä.", 12),
    ("tr 15", "tr", "[On beşinci] mağaza açıldı.", 15),
    ("ro 15", "ro", "Al [cincisprezecelea] magazin s-a deschis.", 15),
    ("el 12", "el", "Το [δωδέκατο] κατάστημα άνοιξε.", 12),
    ("hu 15", "hu", "Megnyílt a [tizenötödik] üzlet.", 15),
    ("id 11", "id", "Gerai [kesebelas] dibuka.", 11),
    ("hi 11", "hi", "[ग्यारहवां] स्टोर खुला।", 11),
    ("mr 10", "mr", "[दहावे] स्टोअर सुरू झाले.", 10),
    ("ar 15", "ar", "افتتح المتجر [الخامس عشر].", 15),
    ("fa 11", "fa", "[یازدهمین] فروشگاه باز شد.", 11),
    ("ko 11", "ko", "[열한 번째] 매장을 열었다.", 11),
    ("en 5th", "en", "This is its [5th] store in Ohio.", 5),
    ("en 1,000th", "en", "It opened its [1,000th] store.", 1000),
    ("en word", "en", "This is its [third] store in Ohio.", 3),
    ("en twenty-first", "en", "This is its [twenty-first] store in Ohio.", 21),
    ("en one hundredth", "en", "It opened its [one hundredth] store.", 100),
    ("pl dwudziesty pierwszy", "pl", "To [dwudziesty pierwszy] salon marki.", 21),
    ("ru двадцать первый", "ru", "Это [двадцать первый] магазин бренда.", 21),
    ("ko 제", "ko", "국내 제[5호점]을 열었다.", 5),
    ("de dot", "de", "Es ist die [16.] Filiale in Bayern.", 16),
    ("de word", "de", "Es ist der [dritte] Laden in Bayern.", 3),
    ("es ª", "es", "Es la [100ª] tienda de la marca.", 100),
    ("es word", "es", "Es la [segunda] tienda de la marca.", 2),
    ("fr e", "fr", "C'est la [50e] boutique de la marque.", 50),
    ("fr word", "fr", "C'est la [deuxième] boutique de la marque.", 2),
    ("it °", "it", "È il [20°] negozio del marchio.", 20),
    ("it word", "it", "È il [quinto] negozio del marchio.", 5),
    ("pt ª", "pt", "É a [30ª] loja da marca.", 30),
    ("pt word", "pt", "É a [terceira] loja da marca.", 3),
    ("nl e", "nl", "Het is de [12e] winkel van het merk.", 12),
    ("nl word", "nl", "Het is de [vierde] winkel van het merk.", 4),
    ("pl dot", "pl", "To [10.] salon marki w Polsce.", 10),
    ("pl word", "pl", "To [trzeci] salon marki w Polsce.", 3),
    ("ru -й", "ru", "Это [100-й] магазин бренда.", 100),
    ("ru word", "ru", "Это [второй] магазин бренда.", 2),
    ("uk -й", "uk", "Це [20-й] магазин бренду.", 20),
    ("uk word", "uk", "Це [перший] магазин бренду.", 1),
    ("tr dot", "tr", "Markanın [10.] mağazası açıldı.", 10),
    ("tr 'inci", "tr", "Markanın [50'nci] mağazası açıldı.", 50),
    ("tr word", "tr", "Markanın [ikinci] mağazası açıldı.", 2),
    ("id ke-", "id", "Ini gerai ke-[15] di Jawa.", 15),
    ("id word", "id", "Ini gerai [kedua] di Jawa.", 2),
    ("vi thứ", "vi", "Đây là cửa hàng thứ [100] của hãng.", 100),
    ("vi word", "vi", "Đây là cửa hàng [đầu tiên] của hãng.", 1),
    ("th ที่", "th", "นี่คือสาขาที่ [20] ของแบรนด์", 20),
    ("th word", "th", "นี่คือสาขา[แรก]ของแบรนด์", 1),
    ("hi वां", "hi", "यह ब्रांड का [50वां] स्टोर है।", 50),
    ("hi word", "hi", "यह ब्रांड का [तीसरा] स्टोर है।", 3),
    ("bn word", "bn", "এটি ব্র্যান্ডের [দ্বিতীয়] দোকান।", 2),
    ("zh 第", "zh", "这是该品牌第[1000]家门店。", 1000),
    ("zh 第三", "zh", "这是该品牌第[三]家门店。", 3),
    ("ja 号店", "ja", "国内[5号店]となる。", 5),
    ("ja 第", "ja", "これが第[二]号店となる。", 2),
    ("ko 호점", "ko", "국내 [3호점]을 열었다.", 3),
    ("ko word", "ko", "국내 [두 번째] 매장을 열었다.", 2),
    ("ar word", "ar", "هذا هو المتجر [الثالث] للعلامة.", 3),
    ("fa word", "fa", "این [دومین] فروشگاه برند است.", 2),
    ("cs dot", "cs", "Je to [15.] prodejna značky.", 15),
    ("cs word", "cs", "Je to [druhá] prodejna značky.", 2),
    ("hu dot", "hu", "Ez a márka [10.] üzlete.", 10),
    ("hu word", "hu", "Ez a márka [harmadik] üzlete.", 3),
    ("el ο", "el", "Είναι το [10ο] κατάστημα της μάρκας.", 10),
    ("el word", "el", "Είναι το [δεύτερο] κατάστημα της μάρκας.", 2),
    ("sv :e", "sv", "Det är märkets [10:e] butik.", 10),
    ("sv word", "sv", "Det är märkets [tredje] butik.", 3),
]

EXACTNESS: list[tuple[str, str, str, float, str]] = [
    ("en more than", "en", "It has more than [300] stores.", 300, "at_least"),
    ("en plus sign", "en", "It has [300]+ stores.", 300, "at_least"),
    ("en about", "en", "It has about [300] stores.", 300, "about"),
    ("en nearly", "en", "It has nearly [300] stores.", 300, "about"),
    ("en up to", "en", "It may open up to [300] stores.", 300, "at_most"),
    ("en exact", "en", "It has exactly [300] stores.", 300, "exact"),
    ("en range", "en", "It will open [10 to 15] stores.", 10, "at_least"),
    ("en hyphen range", "en", "It will open [10-15] stores.", 10, "at_least"),
    ("en between", "en", "It will open between [10 and 15] stores.", 10, "at_least"),
    ("en shared thousand", "en", "It wants [2 to 3 thousand] stores.", 2000, "at_least"),
    ("en words range", "en", "It will open [three to five] stores.", 3, "at_least"),
    ("de mehr als", "de", "Es sind mehr als [300] Filialen.", 300, "at_least"),
    ("de rund", "de", "Es sind rund [300] Filialen.", 300, "about"),
    ("de bis zu", "de", "Geplant sind bis zu [30] Filialen.", 30, "at_most"),
    ("de range", "de", "Geplant sind [10 bis 15] Filialen.", 10, "at_least"),
    ("es más de", "es", "Tiene más de [300] tiendas.", 300, "at_least"),
    ("es unas", "es", "Tiene unas [300] tiendas.", 300, "about"),
    ("es range", "es", "Abrirá de [10 a 15] tiendas.", 10, "at_least"),
    ("fr plus de", "fr", "Elle compte plus de [300] magasins.", 300, "at_least"),
    ("fr environ", "fr", "Elle compte environ [300] magasins.", 300, "about"),
    ("fr jusqu'à", "fr", "Elle ouvrira jusqu'à [30] magasins.", 30, "at_most"),
    ("fr range", "fr", "Elle ouvrira de [10 à 15] magasins.", 10, "at_least"),
    ("it oltre", "it", "Ha oltre [300] negozi.", 300, "at_least"),
    ("it circa", "it", "Ha circa [300] negozi.", 300, "about"),
    ("it fino a", "it", "Aprirà fino a [30] negozi.", 30, "at_most"),
    ("pt mais de", "pt", "Tem mais de [300] lojas.", 300, "at_least"),
    ("pt cerca de", "pt", "Tem cerca de [300] lojas.", 300, "about"),
    ("pt até", "pt", "Vai abrir até [30] lojas.", 30, "at_most"),
    ("nl meer dan", "nl", "Er zijn meer dan [300] winkels.", 300, "at_least"),
    ("nl ongeveer", "nl", "Er zijn ongeveer [300] winkels.", 300, "about"),
    ("nl range", "nl", "Er komen [10 tot 15] winkels.", 10, "at_least"),
    ("pl ponad", "pl", "Sieć ma ponad [300] sklepów.", 300, "at_least"),
    ("pl około", "pl", "Sieć ma około [300] sklepów.", 300, "about"),
    ("ru более", "ru", "У сети более [300] магазинов.", 300, "at_least"),
    ("ru около", "ru", "У сети около [300] магазинов.", 300, "about"),
    ("ru range", "ru", "Откроется [10–15] магазинов.", 10, "at_least"),
    ("uk понад", "uk", "Мережа має понад [300] магазинів.", 300, "at_least"),
    ("uk близько", "uk", "Мережа має близько [300] магазинів.", 300, "about"),
    ("tr den fazla", "tr", "Zincirin [300]'den fazla mağazası var.", 300, "at_least"),
    ("tr yaklaşık", "tr", "Zincirin yaklaşık [300] mağazası var.", 300, "about"),
    ("tr en fazla", "tr", "Zincir en fazla [30] mağaza açacak.", 30, "at_most"),
    ("id lebih dari", "id", "Ada lebih dari [300] gerai.", 300, "at_least"),
    ("id sekitar", "id", "Ada sekitar [300] gerai.", 300, "about"),
    ("id hingga", "id", "Akan dibuka hingga [30] gerai.", 30, "at_most"),
    ("vi hơn", "vi", "Chuỗi có hơn [300] cửa hàng.", 300, "at_least"),
    ("vi khoảng", "vi", "Chuỗi có khoảng [300] cửa hàng.", 300, "about"),
    ("th มากกว่า", "th", "มีมากกว่า [300] สาขา", 300, "at_least"),
    ("th ประมาณ", "th", "มีประมาณ [300] สาขา", 300, "about"),
    ("hi से ज्यादा", "hi", "कंपनी के [300] से ज्यादा स्टोर हैं।", 300, "at_least"),
    ("hi करीब", "hi", "कंपनी के करीब [300] स्टोर हैं।", 300, "about"),
    ("bn প্রায়", "bn", "প্রতিষ্ঠানটির প্রায় [৩০০] দোকান আছে।", 300, "about"),
    ("bn র বেশি", "bn", "প্রতিষ্ঠানটির [৩০০]টির বেশি দোকান আছে।", 300, "at_least"),
    ("zh 超过", "zh", "门店超过[300]家。", 300, "at_least"),
    ("zh 约", "zh", "门店约[300]家。", 300, "about"),
    ("zh 多家", "zh", "已有[300]多家门店。", 300, "at_least"),
    ("en plus word", "en", "The brand's [1,000]-plus stores are open.", 1000, "at_least"),
    ("en thousands", "en", "It has [thousands] of stores.", 1000, "at_least"),
    ("ar thousands", "ar", "لديها [آلاف] المتاجر.", 1000, "at_least"),
    ("el thousands", "el", "Έχει [χιλιάδες] καταστήματα.", 1000, "at_least"),
    ("zh 十几", "zh", "已有[十]几家门店。", 10, "at_least"),
    ("zh 近千", "zh", "已有近[千]家门店。", 1000, "about"),
    ("zh 左右", "zh", "已有[300]家左右。", 300, "about"),
    ("zh range", "zh", "将开设[10至15]家门店。", 10, "at_least"),
    ("zh shared 万", "zh", "将开设[2-3万]家门店。", 20_000, "at_least"),
    ("ja 以上", "ja", "[300]店舗以上を展開する。", 300, "at_least"),
    ("ja 約", "ja", "約[300]店舗を展開する。", 300, "about"),
    ("ja range", "ja", "[10～15]店舗を開く。", 10, "at_least"),
    ("ko 이상", "ko", "매장 [300]개 이상을 운영한다.", 300, "at_least"),
    ("ko 약", "ko", "약 [300]개 매장을 운영한다.", 300, "about"),
    ("ko 여 개", "ko", "[300]여 개 매장을 운영한다.", 300, "at_least"),
    ("ar أكثر من", "ar", "لديها أكثر من [300] متجر.", 300, "at_least"),
    ("ar نحو", "ar", "لديها نحو [300] متجر.", 300, "about"),
    ("fa بیش از", "fa", "بیش از [۳۰۰] فروشگاه دارد.", 300, "at_least"),
    ("fa حدود", "fa", "حدود [۳۰۰] فروشگاه دارد.", 300, "about"),
    ("cs více než", "cs", "Síť má více než [300] prodejen.", 300, "at_least"),
    ("cs zhruba", "cs", "Síť má zhruba [300] prodejen.", 300, "about"),
    ("hu több mint", "hu", "A lánc több mint [300] üzletből áll.", 300, "at_least"),
    ("hu mintegy", "hu", "A lánc mintegy [300] üzletből áll.", 300, "about"),
    ("el πάνω από", "el", "Έχει πάνω από [300] καταστήματα.", 300, "at_least"),
    ("el περίπου", "el", "Έχει περίπου [300] καταστήματα.", 300, "about"),
    ("sv fler än", "sv", "Kedjan har fler än [300] butiker.", 300, "at_least"),
    ("sv cirka", "sv", "Kedjan har cirka [300] butiker.", 300, "about"),
    ("sv upp till", "sv", "Kedjan öppnar upp till [30] butiker.", 30, "at_most"),
]

SHARES: list[Row] = [
    ("en percent", "en", "About [40%] of its stores are in malls.", 0.4),
    ("en half", "en", "[Half of] them will open this year.", 0.5),
    ("en a third of", "en", "Some [a third of] them will open this year.", 0.333),
    ("de Prozent", "de", "Rund [40 Prozent] der Läden liegen in Städten.", 0.4),
    ("de Hälfte", "de", "[Die Hälfte] der Läden liegt in Städten.", 0.5),
    ("fr pour cent", "fr", "Près de [40 %] des magasins sont franchisés.", 0.4),
    ("es por ciento", "es", "El [40 por ciento] de las tiendas son franquicias.", 0.4),
    ("ru половина", "ru", "[Половина] магазинов работает в регионах.", 0.5),
    ("zh 一半", "zh", "其中[一半]门店位于县城。", 0.5),
    ("zh percent", "zh", "其中[40%]位于县城。", 0.4),
    ("ja 割", "ja", "その[3割]が駅前にある。", 0.3),
    ("ja 半数", "ja", "その[半数]が駅前にある。", 0.5),
    ("ko 절반", "ko", "매장의 [절반이] 수도권에 있다.", 0.5),
    ("ar نصف", "ar", "يقع [نصف] المتاجر في العاصمة.", 0.5),
    ("tr yarısı", "tr", "Mağazaların [yarısı] büyük şehirlerde.", 0.5),
    ("hi percent", "hi", "करीब [40 प्रतिशत] स्टोर छोटे शहरों में हैं।", 0.4),
]

UNITS: list[tuple[str, str, str, str | None]] = [
    ("en area", "en", "The store covers [400] square metres.", "area"),
    ("en sq ft", "en", "The store covers [4,000] sq ft.", "area"),
    ("en people", "en", "The store employs [40] people.", "people"),
    ("en money before", "en", "The store cost $[2] million to build last spring.", "money"),
    ("en money behind", "en", "The store cost [900] dollars a day.", "money"),
    ("en time", "en", "The store was built in [90] days.", "time"),
    ("en goods", "en", "It shipped [500] phones from there.", "goods"),
    ("en cities", "en", "It is present in [40] cities.", "place"),
    ("en stores", "en", "It runs [40] stores there.", None),
    ("de area", "de", "Der Laden misst [400] Quadratmeter.", "area"),
    ("de people", "de", "Dort arbeiten [40] Mitarbeiter.", "people"),
    ("de cities", "de", "Die Kette ist in [40] Städten vertreten.", "place"),
    ("fr area", "fr", "La boutique s'étend sur [400] m².", "area"),
    ("fr people", "fr", "Elle emploie [40] salariés.", "people"),
    ("es area", "es", "La tienda ocupa [400] metros cuadrados.", "area"),
    ("es cities", "es", "Está presente en [40] ciudades.", "place"),
    ("it area", "it", "Il negozio occupa [400] metri quadrati.", "area"),
    ("pt area", "pt", "A loja tem [400] metros quadrados.", "area"),
    ("nl area", "nl", "De winkel is [400] vierkante meter groot.", "area"),
    ("pl area", "pl", "Salon ma [400] metrów kwadratowych.", "area"),
    ("ru area", "ru", "Площадь магазина [400] квадратных метров.", "area"),
    ("ru people", "ru", "В магазине работают [40] человек.", "people"),
    ("uk area", "uk", "Площа магазину [400] квадратних метрів.", "area"),
    ("tr area", "tr", "Mağaza [400] metrekare alana sahip.", "area"),
    ("id people", "id", "Gerai itu punya [40] karyawan.", "people"),
    ("vi area", "vi", "Cửa hàng rộng [400] m².", "area"),
    ("th area", "th", "ร้านมีพื้นที่ [400] ตารางเมตร", "area"),
    ("hi area", "hi", "स्टोर [400] वर्ग फुट में फैला है।", "area"),
    ("bn area", "bn", "দোকানটি [৪০০] বর্গফুটের।", "area"),
    ("zh area", "zh", "门店面积[400]平方米。", "area"),
    ("zh cities", "zh", "覆盖全国[40]个城市。", "place"),
    ("zh people", "zh", "现场有[400]人排队。", "people"),
    ("zh stores", "zh", "全国共有[400]家门店。", None),
    ("ja area", "ja", "売り場面積は[400]平方メートル。", "area"),
    ("ja people", "ja", "約[400]人が並んだ。", "people"),
    ("ko area", "ko", "매장 면적은 [400]㎡다.", "area"),
    ("ko people", "ko", "직원 [40]명이 일한다.", "people"),
    ("ar area", "ar", "تبلغ مساحة المتجر [400] متر مربع.", "area"),
    ("fa people", "fa", "در آنجا [۴۰] نفر کار می‌کنند.", "people"),
    ("cs area", "cs", "Prodejna má [400] metrů čtverečních.", "area"),
    ("hu area", "hu", "Az üzlet [400] négyzetméteres.", "area"),
    ("el area", "el", "Το κατάστημα έχει έκταση [400] τετραγωνικά μέτρα.", "area"),
    ("sv area", "sv", "Butiken är [400] kvadratmeter stor.", "area"),
]

NO_COUNTS: list[tuple[str, str, str]] = [
    ("no number", "en", "The shop sells phones and tablets."),
    ("5G", "en", "The 5G model is sold there."),
    ("4K", "de", "Das 4K-Modell steht im Laden."),
    ("clock", "en", "Doors open at 10:30."),
    ("ISO date", "en", "Doors open on 2024-05-17."),
    ("dotted date", "de", "Eröffnung ist am 17.05.2024."),
    ("slashed date", "fr", "Ouverture le 17/05/2024."),
    ("version", "en", "It runs HyperOS 1.0.4.2 out of the box."),
    ("glued letters", "en", "The Mi11 and A52s are on show."),
    ("一 in a word", "zh", "小米进一步拓展线下渠道。"),
    ("万 in a name", "zh", "新店位于万达广场。"),
    ("million as a noun", "en", "A million is a lot."),
]


@pytest.mark.parametrize(("lang", "text", "value"), [pytest.param(*row[1:], id=row[0]) for row in ORDINALS])
def test_a_rank_is_no_amount(lang: str, text: str, value: float) -> None:
    count = at(text, lang)
    assert (count.kind, count.value) == ("ordinal", value)


@pytest.mark.parametrize(
    ("lang", "text", "value", "count_is"), [pytest.param(*row[1:], id=row[0]) for row in EXACTNESS]
)
def test_words_beside_a_number_say_how_exact_it_is(lang: str, text: str, value: float, count_is: str) -> None:
    count = at(text, lang)
    assert (count.value, count.count_is) == (value, count_is)


@pytest.mark.parametrize(("lang", "text", "value"), [pytest.param(*row[1:], id=row[0]) for row in SHARES])
def test_a_part_of_a_whole_is_a_share(lang: str, text: str, value: float) -> None:
    count = at(text, lang)
    assert (count.kind, count.value) == ("share", value)


@pytest.mark.parametrize(("lang", "text", "unit"), [pytest.param(*row[1:], id=row[0]) for row in UNITS])
def test_what_is_plainly_no_store_is_said(lang: str, text: str, unit: str | None) -> None:
    plain, start, _ = marked(text)
    assert [count.unit for count in find_counts(plain, lang) if count.start == start] == [unit]


@pytest.mark.parametrize(("lang", "text"), [pytest.param(*row[1:], id=row[0]) for row in NO_COUNTS])
def test_digits_in_dates_clocks_and_names_are_no_counts(lang: str, text: str) -> None:
    assert [text[count.start : count.end] for count in find_counts(text, lang) if count.value != 1] == []


@pytest.mark.parametrize("noun", ["متجرين", "فرعين", "معرضين"], ids=["stores", "branches", "showrooms"])
def test_an_arabic_dual_is_number_and_noun_in_one(noun: str) -> None:
    count = at(f"افتتحت الشركة [{noun}] في دبي.", "ar")
    assert (count.value, count.dual, count.digits) == (2, True, False)


def test_a_dual_is_not_every_two() -> None:
    assert not at("افتتحت الشركة [2] من المتاجر.", "ar").dual


@pytest.mark.parametrize(
    ("text", "yearlike"),
    [
        pytest.param("It started in [2019] with a kiosk.", True, id="year"),
        pytest.param("It has [2,019] stores.", False, id="grouped"),
        pytest.param("It has [2600] stores.", False, id="no year"),
    ],
)
def test_four_digits_may_be_a_year(text: str, yearlike: bool) -> None:
    assert at(text, "en").yearlike is yearlike


def test_one_of_its_three_stores_has_two_numbers() -> None:
    text = "It closed one of its 3 stores."
    assert [(text[c.start : c.end], c.value) for c in find_counts(text, "en")] == [("one", 1), ("3", 3)]


def test_numbers_in_a_list_stay_apart() -> None:
    text = "They have 12, 40 and 7 stores."
    assert [count.value for count in find_counts(text, "en")] == [12, 40, 7]


def test_digits_that_python_cannot_read_stop_nothing() -> None:
    newest = "\U00010d40\U00011de0\U00016ac0\U0001e5f1"
    assert 40 in [count.value for count in find_counts(f"They have {newest} and 40 stores.", "en")]


def test_a_vague_number_is_marked() -> None:
    count = at("Honor opened [dozens] of stores.", "en")
    assert (count.collective, count.count_is, count.digits) == (True, "at_least", False)


# Numbers and the words around them, so that random texts reach the rules and not only the plain words.
_WORDS = (
    "1 12 300 2.000 2,000 2'000 2 000 1,10,000 3万 1만8천 6 тыс. 25 mil 10k 2 lakh ½ ٣ ۲۵۰ ১২ ५० 〇 十 百 两千 第 "
    "号店 zwei hundert tausend and y et bis to - – ~ . , ' : / über about rund 多 이상 мен более ที่ สอง พัน متجرين "
    "و آلاف 40% stores Filialen m² % $ € € 家 店舗 개 \n \u00a0 \u202f \u200c"
)
_PIECES = st.sampled_from(_WORDS.split(" "))
_TEXTS = st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=25).map(" ".join), st.lists(_PIECES).map("".join))


@settings(deadline=None)
@given(text=_TEXTS, lang=st.sampled_from([*LANGUAGES, "xx", "", "zh-Hant", "pt_BR", None]))
def test_any_text_gives_ordered_numbers_inside_it(text: str, lang: str | None) -> None:
    end = 0
    for count in find_counts(text, lang):
        assert end <= count.start < count.end <= len(text)
        assert text[count.start : count.end].strip() == text[count.start : count.end]
        assert count.value >= 0
        assert count.kind != "share" or count.value <= 1
        end = count.end


@settings(deadline=None)
@given(value=st.integers(1, 9_999_999), mark=st.sampled_from([",", ".", "'", "\u00a0", "\u202f"]))
def test_grouping_never_changes_a_whole_number(value: int, mark: str) -> None:
    number = f"{value:,}".replace(",", mark)
    text = f"Es sind {number} Filialen"
    assert [(c.value, text[c.start : c.end]) for c in find_counts(text, "de")] == [(value, number)]


@settings(deadline=None)
@given(value=st.integers(0, 999_999), zero=st.sampled_from("०০٠۰๐"))
def test_digits_of_every_script_are_worth_the_same(value: int, zero: str) -> None:
    number = "".join(chr(ord(zero) + int(digit)) for digit in str(value))
    assert [count.value for count in find_counts(f" {number} ", None)] == [value]
