"""Numbers written with digits, in any script and grouping, and Han numerals."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from pipelines.counts.lexicon import Lexicon
from pipelines.counts.model import Count

_NUMBER = regex.compile(
    r"(?<![\p{Latin}\p{Cyrillic}\p{Greek}\p{Nd}_/])(?<![\p{Nd}][.,:])"
    r"(?:(?<!\p{Hangul})|(?<=(?<!\p{Hangul})[제약총단]))"  # 갤럭시24 is a name, 제5호점 a number
    r"(?:\p{Nd}{1,2}(?:,\p{Nd}{2})+,\p{Nd}{3}"  # 1,10,000
    r"|\p{Nd}{1,3}(?:(?P<sep>[.,'’٬\u00a0\u202f\u2009 ])\p{Nd}{3})(?:(?P=sep)\p{Nd}{3})*"  # 2.000 2,000 2'000 2 000
    r"|\p{Nd}+)"
    r"(?!\p{Nd})(?P<fraction>[.,٫]\p{Nd}{1,2}(?!\p{Nd}))?"
)
_NO_COUNT = regex.compile(
    r"\p{Nd}{1,4}[./-]\p{Nd}{1,2}[./-]\p{Nd}{1,4}(?!\p{Nd})"  # dates
    r"|\p{Nd}{1,2}:\p{Nd}{2}"  # clock
    r"|\p{Nd}+(?:\.\p{Nd}+){2,}(?!\p{Nd})(?<!\.\p{Nd}{3})"  # versions
)
# Unicode adds the digits of further scripts beyond the Basic Multilingual Plane only.
_NEWER_DIGIT = regex.compile(r"(?V1)[\p{Nd}&&[\U00010000-\U0010FFFF]]")
_PERCENT = regex.compile(
    r"\s?(?:%|٪|％|percent|per cent|prozent|pour cent|por ciento|por cento|per cento|procent|prosent|százalék"
    r"|процент|відсот|प्रतिशत|फीसदी|टक्के|শতাংশ|శాతం|சதவீத|ശതമാന|بالمئة|بالمائة|في المئة|في المائة|درصد|퍼센트|persen)",
    regex.I,
)
_TENTHS = {"ja": "割", "zh": "成"}
_SCALES = {"万": 10_000, "萬": 10_000, "千": 1_000, "百": 100, "亿": 10**8, "億": 10**8}
_KOREAN = {"만": 10_000, "천": 1_000, "백": 100, "억": 10**8, "십": 10}
_HAN = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2, "二": 2, "壹": 1}
_HAN_SCALES = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "萬": 10_000, "亿": 10**8, "億": 10**8}
_HAN_NUMBER = regex.compile(
    r"(?<vague>[几幾数數上])?(?P<n>[零〇一二两兩三四五六七八九十百千万萬亿億]+)(?P<more>[多余餘几幾])?"
)
# Letters right behind digits that make them part of a name or a measure: 5G, 4K, 3D, 2nm.
_GLUED = regex.compile(r"[\p{Latin}\p{Cyrillic}\p{Greek}]")
_SPACE_GROUPING = frozenset({"fr", "ru", "uk", "pl", "cs", "sk", "sv", "no", "nb", "da", "fi", "hu", "bg"}) | frozenset(
    {"pt", "es", "et", "lt", "lv", "ca", "it", "de"}
)

_RESTS = frozenset({"tr", "ko", "vi", "es", "hi", "bn", "id", "ar", "fa"})
"""Languages that write "2 mil 500": digits, a multiplier and the rest."""


def _grouped(match: regex.Match[str], lang: str) -> tuple[str, int]:
    """The digits that belong to one number and their end: a plain space groups only where the language does so."""
    body = match.group()
    if match.group("sep") == " " and lang not in _SPACE_GROUPING:
        head = regex.match(r"\p{Nd}+", body)
        assert head is not None
        return head.group(), match.start() + head.end()
    return body, match.end()


def known_digits(text: str) -> str:
    """``text`` with a dot for every digit that Python cannot read: ``regex`` knows the digits of newer scripts."""
    return str(_NEWER_DIGIT.sub(lambda match: match.group() if match.group().isdecimal() else "·", text))


def value_of(body: str) -> int | float:
    """The value of digits with grouping marks and perhaps a fraction of one or two digits."""
    digits = regex.sub(r"[^\p{Nd}.,٫]", "", body)
    parts = regex.split(r"[.,٫]", digits)
    if len(parts) > 1 and len(parts[-1]) < 3:
        return float(
            "".join(str(int(c)) for c in "".join(parts[:-1]) or "0") + "." + "".join(str(int(c)) for c in parts[-1])
        )
    whole = "".join(str(int(c)) for c in "".join(parts))
    return int(whole) if len(whole) <= 15 else float(whole[:300])


def whole(value: float) -> int | float:
    """An int where the value is whole."""
    return int(value) if value == int(value) else value


def digit_numbers(text: str, lexicon: Lexicon) -> Iterator[Count]:
    """Numbers with digits and what multiplies them; dates, clock times and names such as 5G are left out."""
    skip = [match.span() for match in _NO_COUNT.finditer(text)]
    position = 0
    for match in _NUMBER.finditer(text):
        if match.start() < position:
            continue
        while skip and skip[0][1] <= match.start():
            skip.pop(0)
        if skip and skip[0][0] < match.end():
            continue
        count = _digit_number(text, match, lexicon)
        if count is not None:
            position = count.end
            yield count


def _digit_number(text: str, match: regex.Match[str], lexicon: Lexicon) -> Count | None:
    body, end = _grouped(match, lexicon.lang)
    value = value_of(body)
    value, scaled = _scaled(text, value, end, lexicon)
    if scaled > end and value_of(body) == 0:
        return None
    start = match.start()
    if scaled == end:
        suffix = _ordinal_suffix(text, end, body, lexicon)
        if suffix:
            return Count(start=start, end=end + suffix, value=whole(value), kind="ordinal")
        if _ordinal_before(text, start, lexicon.lang):
            return Count(start=start, end=end, value=whole(value), kind="ordinal")
        if _GLUED.match(text, end) and not regex.match(r"[a-z]{2,4}\b|\+|m\b", text[end : end + 5]):
            return None
    found = _PERCENT.match(text, scaled)
    if found and 0 <= value <= 100:
        return Count(start=start, end=found.end(), value=round(value / 100, 4), kind="share")
    if 0 < value < 10 and text[scaled : scaled + 1] == _TENTHS.get(lexicon.lang):
        return Count(start=start, end=scaled + 1, value=round(value / 10, 4), kind="share")
    return Count(start=start, end=scaled, value=whole(value))


def _scaled(text: str, value: int | float, end: int, lexicon: Lexicon) -> tuple[int | float, int]:
    """Multiplies by what follows: 6 тыс., 25 mil, 10k, 3万5千, 1만8천, 55 bin 735."""
    size = len(text)
    if end < size and text[end] in _SCALES:
        return _chain(text, value, end, _SCALES)
    if end < size and lexicon.lang == "ko" and text[end : end + 1].strip() in _KOREAN and text[end : end + 1] != " ":
        return _chain(text, value, end, _KOREAN)
    gap = regex.match(r"[\s\u00a0\u202f-]?(?:de\s)?([\p{L}\p{M}]+)", text[end : end + 24])
    if gap is None:
        return value, end
    word, glued = gap.group(1).lower(), gap.start(1) == 0
    if lexicon.lang == "th":
        for unit, scale in (("ล้าน", 10**6), ("แสน", 10**5), ("หมื่น", 10**4), ("พัน", 1000), ("ร้อย", 100)):
            if word.startswith(unit):
                return whole(value * scale), end + gap.start(1) + len(unit)
    atom = lexicon.words.get(word)
    if atom is None or atom.role != "scale" or (len(word) == 1 and not glued):
        return value, end
    if _unscaled(text, value, atom.value, glued, word, end + gap.end(1)):
        return value, end
    total: int | float = whole(round(value * atom.value, 4))
    stop = end + gap.end(1)
    if (
        word in ("tys", "tyś", "тыс", "тис", "tis", "tsd", "mln", "млн", "mio", "χιλ", "tūkst")
        and text[stop : stop + 1] == "."
    ):
        stop += 1
    rest = regex.match(r"\s(?:و\s?)?(\p{Nd}{1,3})(?!\p{Nd}|[.,]\p{Nd})", text[stop : stop + 8])
    if rest and lexicon.lang in _RESTS and int(rest.group(1)) < atom.value:
        return total + int(rest.group(1)), stop + rest.end()
    again = regex.match(r"\s([\p{L}\p{M}]+)", text[stop : stop + 20])
    more = lexicon.words.get(again.group(1).lower()) if again else None
    if again and more is not None and more.role == "scale" and more.value > atom.value:
        return whole(total * more.value), stop + again.end()
    return total, stop


def _unscaled(text: str, value: int | float, scale: int | float, glued: bool, word: str, end: int) -> bool:
    """Is the word behind digits no multiplier after all: "bis 2021 hundert werden", "ein 4K-Modell"?"""
    if not glued and 1900 <= value <= 2100 and scale <= 1000:
        return True
    return len(word) == 1 and _JOINED_BEHIND.match(text, end) is not None


_JOINED_BEHIND = regex.compile(r"-\p{L}")


def _chain(text: str, value: int | float, end: int, scales: dict[str, int]) -> tuple[int | float, int]:
    """A number of the East: digits and scale characters in falling order."""
    total: float = value * scales[text[end]]
    least, end = scales[text[end]], end + 1
    while end < len(text) and text[end] in scales and scales[text[end]] > least:
        total, least, end = total * scales[text[end]], scales[text[end]], end + 1
    while True:
        more = regex.match(r"(\p{Nd}+(?:,\p{Nd}{3})*)", text[end : end + 8])
        if more is None:
            return whole(round(total, 4)), end
        part: float = value_of(more.group())
        stop = end + more.end()
        if stop < len(text) and text[stop] in scales:
            part, stop = part * scales[text[stop]], stop + 1
        if part >= least:
            return whole(round(total, 4)), end
        total, end = total + part, stop
        least = 1


def _ordinal_suffix(text: str, end: int, body: str, lexicon: Lexicon) -> int:
    """Length of an ordinal's ending behind digits (5th, 16., 3-й, 100ª, 5号店, 3번째), 0 where there is none."""
    if lexicon.lang in ("ja", "zh", "ko"):
        found = regex.match(
            r"(?:カ店|店舗|店|軒|つ|カ所|か所|ヶ所|番|인|곳|개)?目|号店|號店|호점|호 매장|번째|번\s?째|家?分号",
            text[end : end + 5],
        )
        return found.end() if found else 0
    if lexicon.suffixes is None:
        return 0
    found = lexicon.suffixes.match(text, end)
    if found:
        following = text[found.end() : found.end() + 1]
        return found.end() - end if not following or not regex.match(r"[\p{L}\p{Nd}]", following) else 0
    if text[end : end + 1] == "." and lexicon.lang in (
        "de",
        "da",
        "no",
        "cs",
        "sk",
        "hu",
        "fi",
        "hr",
        "et",
        "tr",
        "pl",
    ):
        return 1 if regex.match(r"\.\s(?=\p{L})", text[end : end + 3]) else 0
    return 0


_ORDINAL_BEFORE = {
    "zh": regex.compile(r"第\s?$"),
    "ja": regex.compile(r"第\s?$"),
    "ko": regex.compile(r"제\s?$"),
    "id": regex.compile(r"\bke-?$"),
    "vi": regex.compile(r"\bthứ\s$", regex.I),
    "th": regex.compile(r"(?:ที่|แห่งที่|สาขาที่|ลำดับที่)\s?$"),
    "ar": regex.compile(r"رقم\s$"),
}
_NUMBER_SIGN = regex.compile(
    r"(?:№|\bNo\.|\bNr\.|\bn\.º|\bnº|\bNummer|\bnummer|\bnumber|\bnúmero|\bnumero|\bномер|#)\s?$"
)


def _ordinal_before(text: str, start: int, lang: str) -> bool:
    head = text[max(0, start - 12) : start]
    pattern = _ORDINAL_BEFORE.get(lang)
    return bool((pattern and pattern.search(head)) or _NUMBER_SIGN.search(head))


def han_numbers(text: str, lexicon: Lexicon) -> Iterator[Count]:
    """Numbers in Han characters where a counter follows or 第 stands before; elsewhere 一 and 万 are parts of words."""
    if lexicon.classifiers is None:
        return
    for match in _HAN_NUMBER.finditer(text):
        start, end = match.start("n"), match.end("n")
        before = text[start - 1 : start]
        if before and (before.isdigit() or before in ".,"):
            continue
        ordinal = before == "第" or regex.match(r"号店|號店|店目|店舗目", text[end : end + 3]) is not None
        stop = match.end()
        if not ordinal and not lexicon.classifiers.match(text, stop):
            continue
        value = han_value(match.group("n"))
        if value is None:
            continue
        vague = match.group("vague")
        if vague and match.group("n")[0] in "零一二两兩三四五六七八九":
            vague = None
        if text[end : end + 1] == _TENTHS["zh"] and value < 10 and not ordinal:
            yield Count(start=start, end=end + 1, value=value / 10, kind="share", digits=False)
            continue
        factor = 2 if vague in ("几", "幾", "数", "數") and not ordinal else 1
        yield Count(
            start=match.start("vague") if vague else start,
            end=end,
            value=value * factor,
            kind="ordinal" if ordinal else "cardinal",
            count_is="at_least" if vague or match.group("more") else "exact",
            digits=False,
            collective=bool(vague),
        )


def han_value(word: str) -> int | None:
    """The value of a numeral in Han characters (两千五百 -> 2500); None if it is none."""
    if len(word) > 12:
        return None
    if all(c in _HAN for c in word):
        return int("".join(str(_HAN[c]) for c in word)) if len(word) != 2 or "〇" in word or "零" in word else None
    total = section = current = 0
    for char in word:
        if char in _HAN:
            current = _HAN[char]
        elif _HAN_SCALES[char] < 10_000:
            section += (current or 1) * _HAN_SCALES[char]
            current = 0
        else:
            total = (total + section + current or 1) * _HAN_SCALES[char]
            section = current = 0
    return total + section + current
