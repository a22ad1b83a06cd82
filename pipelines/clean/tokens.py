"""Ad tokens: the placeholders that ad plugins and CMS leave in a published text, and the labels of ad slots.

A token is removed when its name stands in the closed list below (names from the plugins' manuals and sources, and seen
leaked in published pages), or when its form is that of a shortcode and one whole part of its name is an ad word
(``[my-ad-slot id=3]``; not ``[address]`` or ``[admin]``). Brackets alone never suffice: ``[sic]``, ``[1]``, ``{0}`` and
``{a, b, ad}`` are text.

A token stays when the text explains it: it stands inside a sentence which says so ("put [the_ad id=1] into your post"),
or alone below a line that announces it ("Insert this shortcode:"), or the caller names it in ``keep``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pipelines.clean.labels import is_label

_QUOTED = r"""(?:"[^"\n\]]*"|'[^'\n\]]*'|[“”„«»″][^“”„«»″\n\]]*[“”«»″]|[‘’‚′][^‘’‚′\n\]]*[‘’′]|&(?:quot|\#34|\#822[01]);.*?&(?:quot|\#34|\#822[01]);)"""
_VALUE = rf"""(?:{_QUOTED}|[^\s\[\]{{}}"'“”„«»]+)"""
_ATTRIBUTE = rf"[\w-]+\s*=\s*{_VALUE}"

# Shortcodes of ad plugins and themes (WordPress): the whole name, lower case.
_SHORTCODES = (
    r"adrotate|the_ad(?:_group|_placement)?|adinserter|quads|wp_ad_camp_\d+|bsa_pro_ad_space|bsa_pro_ajax_ad_space|"
    r"pro_ad_display_adzone|wpproads|adning|wpadcenter_ad(?:group)?|adsanity(?:_group|_rotating)?|dfp_ads|"
    r"td_block_ad_box|penci_ads|adsense(?:-[a-z])?|ad_\d+|nousk_ads|advanced_ads_severities|cta_module|"
    r"ads?_?inserter|easyazon[\w-]*|google_?ads?(?:ense)?|admanager|ad_?manager|wp_bannerize(?:_pro)?|useful_banner_manager(?:_banner_rotation)?|"
    r"bannerspace|sam(?:_pro)?(?=\s+(?:id|name)\s*=)|oiopub[\w-]*|cachebuster|insert_ad|show_ads?|display_ads?"
)
# Plugin tags of Joomla and Mambo.
_CURLY = (
    r"eblogads|easyblogads?|loadposition|loadmodule|loadmoduleid|mosloadposition|mosloadmodule|modulepos|"
    r"mosbanner|jbanners?|adsense|adsensemodule|bannerads?|googleads?|ads?(?:manager|module|position)"
)
_MACROS = (
    r"CACHEBUSTER|(?:CLICK|VIEW|DEST)_URL(?:_(?:UN)?ESC(?:_ESC)?)?|ADUNIT|SITE|REFERRER_URL(?:_(?:UN)?ESC(?:_ESC)?)?|"
    r"PATTERN:[\w-]+|TARGETING|ADVERTISING_IDENTIFIER_\w+"
)
_COMMENTS = r"ads\d{1,2}|rndads|offdef|offads|offwidget|noads|offbegin|offmiddle|offend|offpara\d*|adsense[\w-]*|adserver[\w-]*|nextadpage|adblock[\w-]*"

_AD_WORDS = frozenset(
    "ad ads adv advert adverts advertise advertisement advertisements advertising advertorial adsense adzone adunit adslot "
    "adspace adbox adspot adblock adrotate adserver adbanner dfp sponsor sponsored sponsors banner banners werbung anzeige "
    "anzeigen publicidad publicite publicité pubblicita pubblicità publicidade reklama reklam reklame reklaam iklan advertentie "
    "mainos annons".split()
)
# Names made of one such word only: as [ads] or [Anzeige] they are also what an editor inserts into a quotation.
_BARE = frozenset({"cta_module"})

_TOKEN = re.compile(
    rf"""
    (?P<square>\[\s*(?P<sname>(?:{_SHORTCODES}))(?:\s+rotate)?(?P<sargs>(?:\s+{_ATTRIBUTE})*)\s*/?\s*\])
  | (?P<open>\[(?:{_SHORTCODES})\s+[\w-]+\s*=\s*(?:"[^"\n\]\[]*"|'[^'\n\]\[]*'|[“”″][^“”″\n\]\[]*[“”″]))
  | (?P<sc>\[\s*(?:sc|shortcode|widget|block|snippet)\s+(?:{_ATTRIBUTE}\s*)+/?\s*\])
  | (?P<ruled>\[\s*/?(?P<rname>[A-Za-z][\w-]{{1,60}})(?P<rargs>(?:\s+{_ATTRIBUTE})*)\s*/?\s*\])
  | (?P<curly>\{{\s*/?\s*(?:{_CURLY})(?:\b[^{{}}\n]{{0,120}})?\}})
  | (?P<module>\{{\s*module\s+(?:\d+|[\w-]+\s*=\s*{_QUOTED}[^{{}}\n]{{0,80}}|[A-Za-z][^{{}}\n:;=()]{{0,60}})\s*\}})
  | (?P<comment><!\s*(?:-{{1,3}}|–|—)\s*(?:{_COMMENTS})\s*(?:-{{1,3}}|–|—)\s*>)
  | (?P<hugo>\{{\{{\s*[<%]\s*/?(?P<hname>[\w./-]+)[^{{}}\n]{{0,120}}?[>%]\s*\}}\}})
  | (?P<liquid>\{{%-?\s*include(?:_cached|_relative)?\s+["']?(?P<lname>[\w./-]+)[^{{}}\n]{{0,120}}?-?%\}})
  | (?P<contao>\{{\{{\s*(?:insert_module|insert_ad|banner|ad)::[\w-]+(?:::[\w-]+)*\s*\}}\}})
  | (?P<banner>\{{\{{\s*[\w-]+\s*=\s*["“”'][^"“”'\n{{}}]{{0,160}}["“”']\s*\}}\}})
  | (?P<macro>%%(?:{_MACROS})%%|\$\{{(?:CACHEBUSTER|CLICK_URL(?:_ENC)?|GDPR|CLICKURL)\}})
  | (?P<script>\(\s*adsbygoogle\s*=\s*window\.adsbygoogle\s*\|\|\s*\[\s*\]\s*\)\s*\.push\(\s*\{{[^{{}}]*\}}\s*\)\s*;?
      | googletag\.(?:cmd\.push\(\s*function\s*\(\)\s*\{{[^{{}}\n]{{0,300}}\}}\s*\)|(?:display|enableServices|pubads)\([^()\n]{{0,80}}\))\s*;?
      | google_ad_(?:client|slot|width|height|format)\s*=\s*["']?[\w-]+["']?\s*;)
    """,
    re.IGNORECASE | re.VERBOSE,
)
# A line without one of these holds no token: most lines are passed at the price of one search.
_HINT = re.compile(r"\[\s*/?[A-Za-z]|\{\s*[/%{<a-zA-Z]|<!|%%[A-Z]|\$\{|adsbygoogle|googletag|google_ad_")
_PART = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")

# Words with which a text explains a token. Strong ones also announce a token on the line below.
_EXPLAINS = re.compile(
    r"\b(?:short[ -]?codes?|plug-?ins?|insert\w*|put|puts|paste|pasted|add|adds|write|writes|type|types|copy|place|placed|use|uses|using|"
    r"tags?|tokens?|placeholders?|snippets?|markup|syntax|code|codes|called|module|replace[sd]?|embed\w*|looks? like|such as|named|"
    r"kurzcodes?|platzhalter|einfügen|einsetzen|eingefügt|schreib\w*|füg\w*|setz\w*|verwende\w*|nutz\w*|befehl\w*|"
    r"insér\w+|insere[rz]?|ajoute[rz]?|utilise[rz]?|balise|copie[rz]?|código|inserta\w*|añad\w+|pega\w*|escrib\w+|usa\w*|"
    r"inserisc\w+|aggiung\w+|codice|scriv\w+|вставь\w*|вставит\w*|код\w*|тег\w*|плагин\w*|шорткод\w*)\b"
    r"|ショートコード|プラグイン|タグ|コード|短代码|短代碼|插件|代码|代碼|标签|標籤|숏코드|플러그인|코드",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"\b(?:short[ -]?codes?|plug-?ins?|snippets?|placeholders?|syntax|tokens?|kurzcodes?|platzhalter|joomla|wordpress|код|шорткод|плагин)\b"
    r"|ショートコード|短代码|短代碼|숏코드",
    re.IGNORECASE,
)
_ENDS_SENTENCE = re.compile(r"""(?:[.!?…。！？।॥؟։]|\.{3})["'”’»›)\]]*\s*$""")
_SENTENCE_START = re.compile(r"""[.!?…。！？।؟]["'”’»)]*\s+""")
_ROTATE = re.compile(r"\s*\|\s*rotate\s*\|\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A piece of a line to take out; ``start`` and ``end`` are offsets in the line."""

    rule: str
    start: int
    end: int
    text: str


def find_tokens(line: str, *, previous: str = "", keep: frozenset[str] = frozenset()) -> list[Cut]:
    """The ad tokens to take out of ``line``, in order.

    ``previous`` is the line with text before it; tokens in ``keep`` stay.
    """
    if "|" in line and _ROTATE.fullmatch(line):
        return [Cut(rule="ad_token", start=0, end=len(line), text=line.strip())]
    if not _HINT.search(line):
        return []
    found = [m for m in _TOKEN.finditer(line) if _is_token(m) and m.group().strip() not in keep]
    if not found:
        return []
    alone = not _without(line, found).strip()
    if alone:
        return [] if _announces(previous) else [_cut(m) for m in found]
    return [_cut(m) for m in found if not _belongs_to_sentence(line, m)]


def tokens_in(text: str) -> frozenset[str]:
    """Every token in ``text``, explained or not: what a page shows as code is to be kept in its text."""
    if not _HINT.search(text):
        return frozenset()
    return frozenset(m.group().strip() for line in text.split("\n") for m in _TOKEN.finditer(line) if _is_token(m))


def label_rule(line: str) -> str | None:
    """``ad_label`` when the whole line is the label of an ad slot, else None."""
    return "ad_label" if is_label(line) else None


def _cut(match: re.Match[str]) -> Cut:
    return Cut(rule="ad_token", start=match.start(), end=match.end(), text=match.group().strip())


def _without(line: str, found: list[re.Match[str]]) -> str:
    pieces, done = [], 0
    for match in found:
        pieces.append(line[done : match.start()])
        done = match.end()
    return "".join([*pieces, line[done:]])


def _is_token(match: re.Match[str]) -> bool:
    """The forms that stand for many things need an ad word in their name."""
    kind = match.lastgroup
    groups = match.groupdict()
    if groups["ruled"] is not None:
        return _has_ad_word(groups["rname"])
    if groups["sc"] is not None:
        return any(_has_ad_word(value) for value in re.findall(r"[\w-]+", groups["sc"])[1:])
    if groups["hugo"] is not None:
        return _has_ad_word(groups["hname"])
    if groups["liquid"] is not None:
        return _has_ad_word(groups["lname"])
    if groups["banner"] is not None:
        return _has_ad_word(groups["banner"])
    return kind is not None


@lru_cache(maxsize=4096)
def _has_ad_word(name: str) -> bool:
    """Is an ad word one whole part of the name? Parts end at ``_``, ``-``, ``.``, ``/``, digits and capitals."""
    return any(part.lower() in _AD_WORDS for part in _PART.findall(name))


def _announces(previous: str) -> bool:
    """Does the line above say that an example follows?"""
    end = previous.rstrip()
    return bool(end) and (bool(_STRONG.search(end)) or (end.endswith((":", "：")) and bool(_EXPLAINS.search(end))))


def _belongs_to_sentence(line: str, match: re.Match[str]) -> bool:
    """Is the token a word of its sentence? Then it is only a leftover if nothing in the sentence explains it."""
    before, after = line[: match.start()].rstrip(), line[match.end() :].lstrip()
    if not before or _ENDS_SENTENCE.search(before):
        if not after or not (after[0].islower() or after[0] in ",;"):
            return False
    elif not after and not _EXPLAINS.search(_last_sentence(before)):
        return False
    if match["ruled"] is not None and match["rargs"] == "" and match["rname"].lower() in _AD_WORDS:
        return True  # [ads], [Anzeige]: an editor's insertion as long as it stands inside a sentence
    sentence = f"{_last_sentence(before)} {_SENTENCE_START.split(after, maxsplit=1)[0]}"
    return bool(_EXPLAINS.search(sentence))


def _last_sentence(before: str) -> str:
    return _SENTENCE_START.split(before)[-1]
