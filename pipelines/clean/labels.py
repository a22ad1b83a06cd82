"""The labels of ad slots as they stand on lines of their own, in some forty languages."""

from __future__ import annotations

import re
import unicodedata

# Whole labels, lower case. A noun that means "advertisement" (or "sponsored content") where it stands alone.
_WORDS = """
advertisement|advertisements|advertising|advertorial|sponsored|sponsored content|sponsored post|sponsored by|promoted|promoted content|paid content|
ad|ads|advert|adverts|paid advertisement|commercial break|google ads|ads by google|ad choices|adchoices|
anzeige|anzeigen|werbung|werbeanzeige|advertorial|bezahlter inhalt|bezahlte anzeige|gesponsert|google-anzeigen|google anzeigen|reklame|
publicité|publicite|pub|annonce|annonces|sponsorisé|contenu sponsorisé|annonces google|
publicidad|anuncio|anuncios|patrocinado|contenido patrocinado|publicidade|anúncio|anúncios|patrocinada|publi|pub.|continua após a publicidade|
pubblicità|pubblicita'|annuncio|annunci|contenuto sponsorizzato|sponsorizzato|annuncio pubblicitario|
advertentie|advertenties|reclame|gesponsord|annons|annonser|reklam|reklame|annonce|sponsoreret|mainos|mainokset|auglýsing|auglýsingar|
reklama|reklamy|reklamní sdělení|inzerce|inzerát|artykuł sponsorowany|materiał sponsorowany|oglas|oglasi|reklame|hirdetés|reklám|publicitate|reclamă|
reklaam|reklāma|reklama|reklamos|shpallje|reklamë|oglašavanje|реклама|рекламе|на правах рекламы|оголошення|реклaма|рекламный блок|объявление|
διαφήμιση|διαφημιση|διαφημίσεις|реклам|reklam alanı|ilan|advertorial|
iklan|iklan google|pariwara|quảng cáo|quang cao|tài trợ|โฆษณา|ads|patalastas|
विज्ञापन|विज्ञापनहरू|বিজ্ঞাপন|விளம்பரம்|ప్రకటన|جاہرات|ജാഹിരാത്|ജാഹിരാത്ത്|പരസ്യം|ಜಾಹೀರಾತು|જાહેરાત|ਇਸ਼ਤਿਹਾਰ|जाहिरात|اشتہار|දැන්වීම|
广告|廣告|赞助内容|贊助內容|推广|赞助商链接|広告|スポンサーリンク|スポンサードリンク|スポンサード リンク|プロモーション|pr|광고|스폰서|
إعلان|اعلان|إعلانات|اعلانات|محتوى ممول|ممول|آگهی|تبلیغات|آگهي|פרסומת|פרסום|תוכן ממומן|კრეკლამა|რეკლამა|գովազդ|реклама
"""
_LABELS = frozenset(
    unicodedata.normalize("NFC", word.strip()).casefold()
    for word in _WORDS.replace("\n", "").split("|")
    if word.strip()
)

# Sentences that belong to the slot: "story continues below". Each must fill the line.
_CONTINUES = re.compile(
    r"""(?:
      (?:advertisement|ad|anzeige|werbung)?\s*\d{0,2}\s*[-–—:|]?\s*(?:the\s+)?(?:story|article|content|post|text|recipe)\s+continues?\s+(?:below|after)(?:\s+(?:this\s+|the\s+)?(?:ad|ads|advert|advertisement|advertisment)s?)?
    | (?:advertisement|ad)\s*\d{0,2}\s*[-–—:|.]?\s*(?:continue|scroll|keep)\s+(?:reading|scrolling|down|to\s+continue)(?:\s+(?:below|with\s+content|reading))*
    | (?:continue|keep)\s+reading\s+(?:below|after)(?:\s+(?:this\s+|the\s+)?(?:ad|advert|advertisement))?
    | scroll\s+(?:down\s+)?(?:to|for)\s+(?:continue|more|read\s+more)(?:\s+(?:reading|with\s+content))?
    | (?:please\s+)?scroll\s+down\s+to\s+continue\s+reading
    | (?:the\s+)?(?:rest\s+of\s+this\s+)?article\s+continues\s+(?:after|below)\s+(?:the\s+|this\s+)?advert(?:isement)?
    | skip\s+(?:ad|ads|advertisement|past\s+(?:ad|advert|advertisement))
    | (?:advertisement|ad)\s+\d{1,2}
    | (?:after|this\s+is)\s+(?:the\s+)?advertisement
    | report\s+this\s+ad | remove\s+(?:all\s+)?ads? | why\s+this\s+ad\?? | hide\s+this\s+ad | close\s+(?:this\s+)?ad
    | (?:der\s+)?(?:artikel|text|beitrag)\s+(?:geht|wird)\s+(?:unter|nach|unterhalb)\s+(?:der|dieser)\s+(?:anzeige|werbung)\s+(?:weiter|fortgesetzt)
    | (?:weiter|weiterlesen)\s+nach\s+(?:der|dieser)\s+(?:anzeige|werbung)
    | nach\s+(?:der|dieser)\s+(?:anzeige|werbung)\s+weiterlesen
    | (?:la\s+)?suite\s+(?:de\s+l['’]article\s+)?(?:après|apres|ci-dessous\s+après)\s+(?:cette\s+|la\s+)?(?:publicité|publicite|pub|annonce)
    | (?:l['’]article\s+)?(?:se\s+poursuit|continue)\s+après\s+(?:cette\s+|la\s+)?(?:publicité|pub|annonce)
    | (?:el\s+)?(?:artículo|la\s+nota)?\s*(?:continúa|sigue)\s+(?:después|debajo|tras)\s+(?:de\s+)?(?:la\s+)?(?:publicidad|anuncio)
    | (?:continua|continúa)\s+(?:depois|após|apos)\s+(?:da|a)\s+publicidade
    | (?:l['’]articolo\s+)?(?:continua|prosegue)\s+(?:dopo|sotto)\s+(?:la\s+)?pubblicità
    | (?:(?:het\s+)?artikel|tekst|lees)\s+(?:gaat\s+)?(?:verder|door)\s+(?:na|onder)\s+(?:de\s+)?(?:advertentie|reclame)
    | (?:artikkelen|artikeln|artiklen|saken)\s+fortsetter?\s+(?:under|etter|efter|nedanför|nedenfor)\s+(?:annonsen|annoncen|reklamen)
    | (?:artikeln|texten)\s+fortsätter\s+(?:efter|under|nedanför)\s+(?:annonsen|reklamen)
    | (?:dalszy\s+ciąg|dalsza\s+część|ciąg\s+dalszy)(?:\s+(?:artykułu|tekstu|materiału))?\s+(?:znajduje\s+się\s+)?(?:pod|poniżej)\s*(?:reklamą|wideo|materiału\s+wideo)?
    | článek\s+pokračuje\s+(?:pod|za)\s+reklamou
    | продолжение\s+(?:после|под)\s+реклам(?:ы|ой) | 記事は広告の(?:下|後)に続きます | 广告之后继续(?:阅读)? | 請繼續往下閱讀 | 请继续往下阅读
    | baca\s+juga\s+setelah\s+iklan | scroll\s+(?:ke\s+bawah\s+)?untuk\s+(?:melanjutkan\s+membaca|lanjut\s+membaca|membaca)
    | advertisement\s*[-–—|]\s*scroll\s+to\s+continue | lanjutkan\s+membaca\s+di\s+bawah\s+iklan | gulir\s+untuk\s+melanjutkan
    )\s*[.…:!>»↓▼]*""",
    re.IGNORECASE | re.VERBOSE,
)
# What may stand around a label: brackets, dashes, arrows.
_FRAME = " \t\u00a0[]()（）【】《》〔〕「」<>«»-–—_*=~|:：.·•…↓▼▲#/"
_LONGEST = 90


def is_label(line: str) -> bool:
    """Is the whole line the label of an ad slot, whatever brackets or dashes stand around it?"""
    if not line or len(line) > _LONGEST:
        return False
    bare = line.strip(_FRAME).casefold()
    if not bare:
        return False
    if bare in _LABELS:
        return not (bare in _SHORT and bare == line.strip() and not line.strip().isupper())
    if len(bare) > 12 and _CONTINUES.fullmatch(bare):
        return True
    half = bare.split()
    # The same label twice: "Advertisement Advertisement"
    return len(half) == 2 and half[0] == half[1] and half[0] in _LABELS


# Short labels that are also ordinary words or abbreviations: only in a frame or in capitals.
_SHORT = frozenset({"ad", "ads", "pub", "pr", "ilan", "publi"})
