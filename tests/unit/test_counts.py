"""Numbers in running text: where they stand, what they are worth, how exact they are and what they count."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.marked import LANGUAGES, marked

from pipelines.counts import Count, find_counts

Row = tuple[str, str, str, float]

VALUES: list[Row] = [
    # digits of every grouping
    ("en plain", "en", "Xiaomi now runs [58] stores in the state.", 58),
    ("en comma", "en", "The network has grown to [2,000] stores.", 2000),
    ("en two commas", "en", "Shoppers made [1,250,000] visits to its stores.", 1_250_000),
    ("en lakh grouping", "en", "The chain reached [1,10,000] outlets.", 110_000),
    ("en k", "en", "It wants [10k] stores by spring.", 10_000),
    ("en lakh", "en", "The brand is sold in [2 lakh] shops.", 200_000),
    ("en lakh fraction", "en", "The brand is sold in [1.5 lakh] shops.", 150_000),
    ("en crore", "en", "A plan to invest [3 crore] was shelved.", 30_000_000),
    ("en thousand", "en", "Some [12 thousand] shops stock the phone.", 12_000),
    ("en full stop behind", "en", "That makes the total [300]. More will follow.", 300),
    ("en comma behind", "en", "Of its [300], half are in malls.", 300),
    ("de dot", "de", "Bis Jahresende sollen es [2.000] Filialen sein.", 2000),
    ("de apostrophe", "de", "In der Schweiz führen [1'200] Händler die Marke.", 1200),
    ("de thin space", "de", "Die Marke steht in [12\u202f500] Läden.", 12_500),
    ("de Tsd.", "de", "Die Geräte stehen in [12 Tsd.] Läden.", 12_000),
    ("de Mio.", "de", "Der Laden kostete [1,5 Mio] Euro.", 1_500_000),
    ("es dot", "es", "La marca llega a [1.500] tiendas en España.", 1500),
    ("es mil", "es", "La cadena suma [25 mil] puntos de venta.", 25_000),
    ("fr no-break space", "fr", "L'enseigne compte [2\u00a0000] magasins.", 2000),
    ("fr space", "fr", "L'enseigne compte [2 000] magasins.", 2000),
    ("it dot", "it", "Il marchio è presente in [1.200] negozi.", 1200),
    ("it mila", "it", "Il marchio è presente in [12mila] negozi.", 12_000),
    ("pt dot", "pt", "A marca chegou a [3.500] lojas no Brasil.", 3500),
    ("pt mil", "pt", "A rede soma [3,5 mil] lojas.", 3500),
    ("pl space", "pl", "Sieć liczy [1 250] sklepów.", 1250),
    ("pl tys.", "pl", "Sieć liczy [6 tys.] sklepów.", 6000),
    ("nl dot", "nl", "De keten telt [1.100] winkels.", 1100),
    ("ru space", "ru", "Сеть насчитывает [2 500] магазинов.", 2500),
    ("ru тыс.", "ru", "Сеть насчитывает [6 тыс.] магазинов.", 6000),
    ("ru fraction тыс.", "ru", "Сеть насчитывает [1,5 тыс.] магазинов.", 1500),
    ("uk space", "uk", "Мережа налічує [1 200] магазинів.", 1200),
    ("uk тис.", "uk", "Мережа налічує [3 тис.] магазинів.", 3000),
    ("tr dot", "tr", "Zincirin [1.500] mağazası var.", 1500),
    ("tr bin", "tr", "Zincirin [55 bin] mağazası var.", 55_000),
    ("tr bin and rest", "tr", "Zincirin [55 bin 735] mağazası var.", 55_735),
    ("id dot", "id", "Jaringan itu punya [1.300] gerai.", 1300),
    ("id ribu", "id", "Jaringan itu punya [27 ribu] gerai.", 27_000),
    ("vi dot", "vi", "Chuỗi này có [1.700] cửa hàng.", 1700),
    ("vi nghìn", "vi", "Chuỗi này có [3 nghìn] cửa hàng.", 3000),
    ("th comma", "th", "บริษัทมี [1,200] สาขาทั่วประเทศ", 1200),
    ("th พัน", "th", "บริษัทมีร้านค้า [5 พัน]แห่ง", 5000),
    ("th หมื่น", "th", "บริษัทมีร้านค้า [2 หมื่น]แห่ง", 20_000),
    ("hi lakh", "hi", "कंपनी के [2 लाख] रिटेल आउटलेट हैं।", 200_000),
    ("hi हजार", "hi", "कंपनी के [15 हजार] स्टोर हैं।", 15_000),
    ("hi Devanagari digits", "hi", "कंपनी [१५०] नए स्टोर खोलेगी।", 150),
    ("hi Devanagari grouping", "hi", "कंपनी के [१,१०,०००] आउटलेट हैं।", 110_000),
    ("bn Bengali digits", "bn", "প্রতিষ্ঠানটির [২৫০]টি দোকান রয়েছে।", 250),
    ("bn হাজার", "bn", "দেশে তাদের [৫ হাজার] দোকান আছে।", 5000),
    ("bn লাখ", "bn", "দেশে তাদের [২ লাখ] গ্রাহক আছে।", 200_000),
    ("zh digits", "zh", "小米之家已有[1500]家门店。", 1500),
    ("zh comma", "zh", "小米之家已有[1,500]家门店。", 1500),
    ("zh 万", "zh", "小米计划开设[3万]家门店。", 30_000),
    ("zh fraction 万", "zh", "小米之家突破[1.5万]家。", 15_000),
    ("zh 万 chain", "zh", "门店总数达到[1万2千]家。", 12_000),
    ("zh traditional 萬", "zh", "該品牌擁有[2萬]家門市。", 20_000),
    ("ja digits", "ja", "国内に[120]店舗を展開する。", 120),
    ("ja 万", "ja", "世界で[2万]店を目指す。", 20_000),
    ("ja 万千", "ja", "世界で[1万5千]店を目指す。", 15_000),
    ("ko digits", "ko", "전국에 [250]개 매장을 운영한다.", 250),
    ("ko 천", "ko", "매장을 [5천]개로 늘린다.", 5000),
    ("ko 만", "ko", "전 세계에 [3만]개 매장이 있다.", 30_000),
    ("ko 만천", "ko", "전 세계에 [1만8천]개 매장이 있다.", 18_000),
    ("ar Arabic digits", "ar", "تملك الشركة [١٥٠] متجرا في المنطقة.", 150),
    ("ar Arabic separator", "ar", "تملك الشركة [١٬٥٠٠] متجر.", 1500),
    ("ar ألف", "ar", "تملك الشركة [20 ألف] متجر.", 20_000),
    ("ar آلاف", "ar", "تملك الشركة [5 آلاف] متجر.", 5000),
    ("fa Persian digits", "fa", "این شرکت [۲۵۰] فروشگاه دارد.", 250),
    ("fa هزار", "fa", "این شرکت [۲۰ هزار] فروشگاه دارد.", 20_000),
    ("cs space", "cs", "Síť má [1 200] prodejen.", 1200),
    ("cs tisíc", "cs", "Síť má [5 tisíc] prodejen.", 5000),
    ("hu space", "hu", "A hálózat [1 200] üzletből áll.", 1200),
    ("hu ezer", "hu", "A hálózat [12 ezer] üzletből áll.", 12_000),
    ("el dot", "el", "Η αλυσίδα έχει [1.200] καταστήματα.", 1200),
    ("el χιλιάδες", "el", "Η αλυσίδα έχει [12 χιλιάδες] καταστήματα.", 12_000),
    ("sv space", "sv", "Kedjan har [1 200] butiker.", 1200),
    ("sv tusen", "sv", "Kedjan har [12 tusen] butiker.", 12_000),
    ("ro mii", "ro", "Rețeaua are [2 mii] de magazine.", 2000),
    ("mr digits", "mr", "कंपनी [२५] नवीन दुकाने उघडणार आहे.", 25),
    ("unknown language", "xx", "Moki wa [2,500] duka.", 2500),
    # words
    ("en word", "en", "Honor is opening [three] stores in Leeds.", 3),
    ("en hyphen", "en", "Honor will open [twenty-five] stores.", 25),
    ("en hundred and", "en", "Honor will open [two hundred and fifty] stores.", 250),
    ("en thousand word", "en", "Honor will open [five thousand] stores.", 5000),
    ("en capital", "en", "[Twelve] stores will open.", 12),
    ("de word", "de", "Honor eröffnet [zwölf] Filialen.", 12),
    ("de compound", "de", "Honor eröffnet [fünfundzwanzig] Filialen.", 25),
    ("de compound hundred", "de", "Honor eröffnet [zweihundertfünfzig] Filialen.", 250),
    ("de compound thousand", "de", "Honor eröffnet [dreitausend] Filialen.", 3000),
    ("es word", "es", "Honor abrirá [doce] tiendas.", 12),
    ("es y", "es", "Honor abrirá [treinta y cinco] tiendas.", 35),
    ("es dos mil", "es", "Honor abrirá [dos mil] tiendas.", 2000),
    ("es cien", "es", "Honor abrirá [cien] tiendas.", 100),
    ("fr word", "fr", "Honor ouvrira [quinze] boutiques.", 15),
    ("fr hyphen", "fr", "Honor ouvrira [vingt-cinq] boutiques.", 25),
    ("fr quatre-vingts", "fr", "Honor ouvrira [quatre-vingts] boutiques.", 80),
    ("fr quatre-vingt-dix", "fr", "Honor ouvrira [quatre-vingt-dix] boutiques.", 90),
    ("fr deux cents", "fr", "Honor ouvrira [deux cents] boutiques.", 200),
    ("it word", "it", "Honor aprirà [tre] negozi a Torino.", 3),
    ("it compound", "it", "Honor aprirà [venticinque] negozi.", 25),
    ("it duemila", "it", "Honor aprirà [duemila] negozi.", 2000),
    ("it ventuno", "it", "Honor aprirà [ventuno] negozi.", 21),
    ("pt word", "pt", "A Honor vai abrir [quinze] lojas.", 15),
    ("pt e", "pt", "A Honor vai abrir [trinta e cinco] lojas.", 35),
    ("pt duas mil", "pt", "A Honor vai abrir [duas mil] lojas.", 2000),
    ("pl word", "pl", "Honor otworzy [pięć] salonów.", 5),
    ("pl genitive", "pl", "Honor planuje otwarcie [trzech] salonów.", 3),
    ("pl dwadzieścia pięć", "pl", "Honor otworzy [dwadzieścia pięć] salonów.", 25),
    ("nl word", "nl", "Honor opent [twaalf] winkels.", 12),
    ("nl compound", "nl", "Honor opent [vijfentwintig] winkels.", 25),
    ("nl tweehonderd", "nl", "Honor opent [tweehonderd] winkels.", 200),
    ("ru word", "ru", "Honor откроет [пять] магазинов.", 5),
    ("ru genitive", "ru", "Речь идет об открытии [трех] магазинов.", 3),
    ("ru двадцать пять", "ru", "Honor откроет [двадцать пять] магазинов.", 25),
    ("uk word", "uk", "Honor відкриє [десять] магазинів.", 10),
    ("uk genitive", "uk", "Ідеться про відкриття [двох] магазинів.", 2),
    ("tr word", "tr", "Honor [beş] yeni mağaza açacak.", 5),
    ("tr yirmi beş", "tr", "Honor [yirmi beş] yeni mağaza açacak.", 25),
    ("tr iki bin", "tr", "Honor [iki bin] mağaza açacak.", 2000),
    ("id word", "id", "Honor membuka [tiga] gerai baru.", 3),
    ("id dua puluh lima", "id", "Honor membuka [dua puluh lima] gerai.", 25),
    ("id seratus", "id", "Honor membuka [seratus] gerai.", 100),
    ("ms as id", "ms", "Honor membuka [lima] kedai baharu.", 5),
    ("vi word", "vi", "Honor mở [ba] cửa hàng mới.", 3),
    ("vi hai trăm", "vi", "Honor mở [hai trăm] cửa hàng.", 200),
    ("th word", "th", "Honor เปิดร้านใหม่[สาม]แห่ง", 3),
    ("th สองพัน", "th", "Honor จะเปิดร้าน[สองพัน]แห่ง", 2000),
    ("hi word", "hi", "ऑनर [पांच] नए स्टोर खोलेगी।", 5),
    ("hi दो हजार", "hi", "ऑनर [दो हजार] स्टोर खोलेगी।", 2000),
    ("bn word", "bn", "অনার [তিনটি] নতুন দোকান খুলছে।", 3),
    ("zh 两", "zh", "荣耀将开设[两]家门店。", 2),
    ("zh 两千", "zh", "荣耀将开设[两千]家门店。", 2000),
    ("zh 三百五十", "zh", "荣耀将开设[三百五十]家门店。", 350),
    ("zh 十", "zh", "荣耀将开设[十]家体验店。", 10),
    ("ja 三", "ja", "オナーは[三]店舗を開く。", 3),
    ("ja 二十", "ja", "オナーは[二十]店舗を開く。", 20),
    ("ko 두", "ko", "아너가 [두] 개 매장을 연다.", 2),
    ("ko 열", "ko", "아너가 매장 [열] 곳을 연다.", 10),
    ("ar word", "ar", "ستفتتح أونر [خمسة] متاجر.", 5),
    ("ar عشرة", "ar", "ستفتتح أونر [عشرة] متاجر.", 10),
    ("ar مئة", "ar", "ستفتتح أونر [مئة] متجر.", 100),
    ("fa word", "fa", "آنر [پنج] فروشگاه باز می‌کند.", 5),
    ("fa بیست و پنج", "fa", "آنر [بیست و پنج] فروشگاه باز می‌کند.", 25),
    ("fa دو هزار", "fa", "آنر [دو هزار] فروشگاه باز می‌کند.", 2000),
    ("cs word", "cs", "Honor otevře [pět] prodejen.", 5),
    ("cs dvacet pět", "cs", "Honor otevře [dvacet pět] prodejen.", 25),
    ("cs tři sta", "cs", "Honor otevře [tři sta] prodejen.", 300),
    ("hu word", "hu", "A Honor [öt] üzletet nyit.", 5),
    ("hu compound", "hu", "A Honor [huszonöt] üzletet nyit.", 25),
    ("hu kétszáz", "hu", "A Honor [kétszáz] üzletet nyit.", 200),
    ("el word", "el", "Η Honor ανοίγει [πέντε] καταστήματα.", 5),
    ("el είκοσι πέντε", "el", "Η Honor ανοίγει [είκοσι πέντε] καταστήματα.", 25),
    ("el διακόσια", "el", "Η Honor ανοίγει [διακόσια] καταστήματα.", 200),
    ("sv word", "sv", "Honor öppnar [tolv] butiker.", 12),
    ("sv compound", "sv", "Honor öppnar [tjugofem] butiker.", 25),
    ("sv tvåhundra", "sv", "Honor öppnar [tvåhundra] butiker.", 200),
    ("da word", "da", "Honor åbner [tre] butikker.", 3),
    ("fi word", "fi", "Honor avaa [kolme] myymälää.", 3),
    ("ro word", "ro", "Honor deschide [trei] magazine.", 3),
    ("sk word", "sk", "Honor otvorí [päť] predajní.", 5),
    # number words that are put together
    ("en twelve hundred", "en", "Honor runs [twelve hundred] stores.", 1200),
    ("en fraction thousand", "en", "Honor runs [2.5 thousand] stores.", 2500),
    ("de einundzwanzig", "de", "Honor führt [einundzwanzig] Läden.", 21),
    ("de eintausend", "de", "Honor führt [eintausendzweihundert] Läden.", 1200),
    ("de anderthalb", "de", "Honor führt [anderthalb Tausend] Läden.", 1500),
    ("es mil with rest", "es", "Honor tiene [2 mil 500] tiendas.", 2500),
    ("es ciento", "es", "Honor tiene [ciento veinte] tiendas.", 120),
    ("fr soixante-quinze", "fr", "Honor compte [soixante-quinze] boutiques.", 75),
    ("fr et une", "fr", "Honor compte [vingt et une] boutiques.", 21),
    ("it centoventi", "it", "Honor ha [centoventi] negozi.", 120),
    ("pt cento e vinte", "pt", "A Honor tem [cento e vinte] lojas.", 120),
    ("nl honderdtwintig", "nl", "Honor heeft [honderdtwintig] winkels.", 120),
    ("pl sto dwadzieścia", "pl", "Honor ma [sto dwadzieścia] sklepów.", 120),
    ("pl półtora tysiąca", "pl", "Honor ma [półtora tysiąca] sklepów.", 1500),
    ("ru полторы тысячи", "ru", "У Honor [полторы тысячи] магазинов.", 1500),
    ("ru сто двадцать", "ru", "У Honor [сто двадцать] магазинов.", 120),
    ("uk півтори тисячі", "uk", "Honor має [півтори тисячі] магазинів.", 1500),
    ("tr bin beş yüz", "tr", "Honor'un [bin beş yüz] mağazası var.", 1500),
    ("id seratus dua puluh", "id", "Honor punya [seratus dua puluh] gerai.", 120),
    ("id dua belas", "id", "Honor punya [dua belas] gerai.", 12),
    ("vi hai mươi lăm", "vi", "Honor có [hai mươi lăm] cửa hàng.", 25),
    ("vi một trăm hai mươi", "vi", "Honor có [một trăm hai mươi] cửa hàng.", 120),
    ("th สามสิบเอ็ด", "th", "Honor มีร้าน[สามสิบเอ็ด]แห่ง", 31),
    ("hi इक्कीस", "hi", "ऑनर के [इक्कीस] स्टोर हैं।", 21),
    ("hi डेढ़ हजार", "hi", "ऑनर के [डेढ़ हजार] स्टोर हैं।", 1500),
    ("hi हजार with rest", "hi", "ऑनर के [1 हजार 500] स्टोर हैं।", 1500),
    ("bn একশ", "bn", "অনারের [একশ] দোকান আছে।", 100),
    ("bn classifier", "bn", "অনারের [পঁচিশটি] দোকান আছে।", 25),
    ("zh 一百二十", "zh", "荣耀拥有[一百二十]家门店。", 120),
    ("zh full width", "zh", "荣耀拥有[２０]家门店。", 20),
    ("ja 百二十", "ja", "オナーは[百二十]店舗を持つ。", 120),
    ("ko 2천500", "ko", "아너는 매장 [2천500]곳을 운영한다.", 2500),
    ("ko 스물다섯", "ko", "아너는 매장 [스물다섯] 곳을 운영한다.", 25),
    ("ko glued 총", "ko", "아너는 총[25]개 매장을 운영한다.", 25),
    ("ar خمسة وعشرين", "ar", "تملك أونر [خمسة وعشرين] متجرا.", 25),
    ("ar خمسة آلاف", "ar", "تملك أونر [خمسة آلاف] متجر.", 5000),
    ("ar اثني عشر", "ar", "تملك أونر [اثني عشر] متجرا.", 12),
    ("ar ثلاثمئة", "ar", "تملك أونر [ثلاثمئة] متجر.", 300),
    ("fa چهارده", "fa", "آنر [چهارده] فروشگاه دارد.", 14),
    ("fa هزار و پانصد", "fa", "آنر [هزار و پانصد] فروشگاه دارد.", 1500),
    ("cs pětadvacet", "cs", "Honor má [pětadvacet] prodejen.", 25),
    ("cs dva tisíce", "cs", "Honor má [dva tisíce] prodejen.", 2000),
    ("hu százhúsz", "hu", "A Honornak [százhúsz] üzlete van.", 120),
    ("hu kétezer", "hu", "A Honornak [kétezer] üzlete van.", 2000),
    ("el δύο χιλιάδες", "el", "Η Honor έχει [δύο χιλιάδες] καταστήματα.", 2000),
    ("el εκατόν είκοσι", "el", "Η Honor έχει [εκατόν είκοσι] καταστήματα.", 120),
    ("sv hundratjugo", "sv", "Honor har [hundratjugo] butiker.", 120),
    # vague numbers: their least value
    ("en dozens", "en", "Honor opened [dozens] of stores.", 24),
    ("en half a dozen", "en", "Honor opened [half a dozen] stores.", 6),
    ("en hundreds", "en", "Honor opened [hundreds] of stores.", 100),
    ("en a couple", "en", "Honor opened [a couple] of stores.", 2),
    ("en two dozen", "en", "Honor opened [two dozen] stores.", 24),
    ("de Dutzende", "de", "Honor eröffnete [Dutzende] Läden.", 24),
    ("de ein Dutzend", "de", "Honor eröffnete [ein Dutzend] Läden.", 12),
    ("fr dizaine", "fr", "Honor a ouvert une [dizaine] de boutiques.", 10),
    ("fr centaines", "fr", "Honor a ouvert des [centaines] de boutiques.", 100),
    ("es docena", "es", "Honor abrió una [docena] de tiendas.", 12),
    ("es veintena", "es", "Honor abrió una [veintena] de tiendas.", 20),
    ("it decina", "it", "Honor ha aperto una [decina] di negozi.", 10),
    ("it centinaia", "it", "Honor ha aperto [centinaia] di negozi.", 100),
    ("pt dezenas", "pt", "A Honor abriu [dezenas] de lojas.", 20),
    ("nl tientallen", "nl", "Honor opende [tientallen] winkels.", 20),
    ("pl kilkanaście", "pl", "Honor otworzył [kilkanaście] salonów.", 11),
    ("ru десятки", "ru", "Honor открыл [десятки] магазинов.", 20),
    ("uk сотні", "uk", "Honor відкрив [сотні] магазинів.", 100),
    ("tr onlarca", "tr", "Honor [onlarca] mağaza açtı.", 20),
    ("id puluhan", "id", "Honor membuka [puluhan] gerai.", 20),
    ("vi hàng chục", "vi", "Honor mở [hàng chục] cửa hàng.", 20),
    ("th หลายร้อย", "th", "Honor เปิดร้าน[หลายร้อย]แห่ง", 100),
    ("hi दर्जनों", "hi", "ऑनर ने [दर्जनों] स्टोर खोले।", 24),
    ("zh 数百", "zh", "荣耀开设了[数百]家门店。", 200),
    ("ko 수십", "ko", "아너가 매장 [수십] 곳을 열었다.", 20),
    ("ar عشرات", "ar", "افتتحت أونر [عشرات] المتاجر.", 20),
    ("fa صدها", "fa", "آنر [صدها] فروشگاه باز کرد.", 100),
    ("cs desítky", "cs", "Honor otevřel [desítky] prodejen.", 20),
    ("sv tiotals", "sv", "Honor öppnade [tiotals] butiker.", 20),
]

ORDINALS: list[Row] = [
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


def at(text: str, lang: str) -> Count:
    """The count that stands where ``text`` is marked."""
    plain, start, end = marked(text)
    found = find_counts(plain, lang)
    exact = [count for count in found if (count.start, count.end) == (start, end)]
    assert len(exact) == 1, [(plain[count.start : count.end], count.value) for count in found]
    return exact[0]


@pytest.mark.parametrize(("lang", "text", "value"), [pytest.param(*row[1:], id=row[0]) for row in VALUES])
def test_a_number_has_its_place_and_value(lang: str, text: str, value: float) -> None:
    count = at(text, lang)
    assert (count.kind, count.value) == ("cardinal", value)


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
