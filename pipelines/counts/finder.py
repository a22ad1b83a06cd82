"""Puts digits and words together and reads what stands beside them: ranges, "about", units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import regex

from pipelines.counts.digits import digit_numbers, han_numbers, known_digits
from pipelines.counts.lexicon import Lexicon, lexicon
from pipelines.counts.model import Count, Unit
from pipelines.counts.words import word_numbers
from storewatch.types import CountIs

_GLUED = frozenset({"hi", "mr", "bn", "te", "ta", "ml", "pa", "hu", "fi", "tr", "et"})
"""Languages that glue endings to nouns, so that a unit is known by its beginning."""
_LOOK_BACK = 28
_LOOK_AHEAD = 24
_CURRENCY_BEFORE = regex.compile(
    r"(?:[$€£¥₹₩₽₫฿]|\b(?:US|HK|NT|R|S|A|C)\$|\bRs\.?|\bRp\.?|\bRM|\bEUR|\bUSD|\bCHF|\bRMB|\bINR|\bGBP|रु\.?)\s?$"
)
_NEXT_WORD = regex.compile(r"[\s\u00a0\u202f]*-?([\p{L}\p{M}°²³%€$£¥₹㎡+'’.×]+)")
_GROWTH = regex.compile(
    r"(?<!\p{L})(?:(?:from|von|aus|с|со|з|із|z|ze|van|från|fra)|(?:pas|sub|aument|crec|cresc|duplic|ampli|salt|port|augment)"
    r"\p{L}* (?:de|da|dai|dalle|das|dos))\s$",
    regex.I,
)
"""Words before two numbers that make them a growth from one to the other, not a range."""
_LETTERS = regex.compile(r"[^\p{L}\p{M}\p{N}²³㎡°%€$£¥₹×+'’.]+")


def find_counts(text: str, lang: str | None) -> tuple[Count, ...]:
    """All numbers in ``text``, read as language ``lang`` (ISO 639-1; None: digits only), ordered, not overlapping."""
    words = lexicon(lang)
    text = known_digits(text)
    found = _disjoint([*digit_numbers(text, words), *han_numbers(text, words), *word_numbers(text, words)])
    return tuple(_with_context(text, _ranges(text, found, words), words))


def _disjoint(counts: Iterable[Count]) -> list[Count]:
    kept: list[Count] = []
    for count in sorted(counts, key=lambda c: (c.start, -c.end)):
        if kept and count.start < kept[-1].end:
            continue
        kept.append(count)
    return kept


def _ranges(text: str, counts: list[Count], words: Lexicon) -> list[Count]:
    """Joins "10 to 15" into one count with the lower bound."""
    joined: list[Count] = []
    for count in counts:
        last = joined[-1] if joined else None
        if last is not None and _is_range(text, last, count, words):
            joined[-1] = replace(last, end=count.end, value=_lower(last, count), count_is="at_least")
        else:
            joined.append(count)
    return joined


def _is_range(text: str, low: Count, high: Count, words: Lexicon) -> bool:
    if low.kind != "cardinal" or high.kind != "cardinal" or low.yearlike or low.value == 0:
        return False
    if _GROWTH.search(text, max(0, low.start - 24), low.start):
        return False
    between = text[low.end : high.start]
    if len(between) > 8 or words.ranges.fullmatch(between) is None:
        return False
    if between.strip() in words.joins or between.strip() in ("and", "und", "et", "y", "e", "en", "i", "og", "och"):
        head = text[max(0, low.start - 12) : low.start].lower()
        return (
            regex.search(r"(between|zwischen|entre|tra|fra|tussen|pomiędzy|między|mellan|mellem|mellom)\s$", head)
            is not None
        )
    return low.value < high.value or _lower(low, high) < high.value


def _lower(low: Count, high: Count) -> int | float:
    """The lower bound; "2 to 3 thousand" and "2-3万" share the multiplier of the upper one."""
    if high.value >= 1000 and low.value < 100 and high.value % 1000 == 0:
        scale = 10_000 if high.value % 10_000 == 0 and low.value <= high.value // 10_000 else 1000
        if low.value * scale < high.value:
            return low.value * scale
    return low.value


def _with_context(text: str, counts: list[Count], words: Lexicon) -> Iterable[Count]:
    for index, count in enumerate(counts):
        if count.kind == "share":
            yield count
            continue
        floor = counts[index - 1].end if index else 0
        head = text[max(floor, count.start - _LOOK_BACK) : count.start]
        tail = text[count.end : count.end + _LOOK_AHEAD]
        yield replace(
            count,
            count_is=_exactness(count, head, tail, words),
            unit=_unit(head, tail, words),
            dual=words.lang == "ar"
            and not count.digits
            and count.value == 2
            and regex.search("تجر|فرع|معرض|محل|منفذ", text[count.start : count.end]) is not None,
        )


def _exactness(count: Count, head: str, tail: str, words: Lexicon) -> CountIs:
    if count.kind == "ordinal":
        return "exact"
    if count.count_is == "at_least":
        return "at_least"
    for kind, pattern in words.before:
        if pattern.search(head):
            return kind
    if words.classifiers is not None:
        counter = words.classifiers.match(tail)
        tail = tail[counter.end() :] if counter and not any(p.match(tail) for _, p in words.after) else tail
    for kind, pattern in words.after:
        if pattern.match(tail):
            return kind
    if head.rstrip().endswith((">", "≥")):
        return "at_least"
    return count.count_is


def _unit(head: str, tail: str, words: Lexicon) -> Unit | None:
    """What is counted, if the word behind the number (or the sign before it) says so and it is no store."""
    if _CURRENCY_BEFORE.search(head):
        return "money"
    if words.lang in ("zh", "ja", "ko", "th"):
        return _spaceless_unit(tail, words)
    match = _NEXT_WORD.match(tail)
    if match is None:
        return None
    word = match.group(1).lower().rstrip(".")
    second = _NEXT_WORD.match(tail, match.end())
    pair = f"{word} {second.group(1).lower()}" if second else word
    glued = words.lang in _GLUED
    for whole, stems, kind in words.units:
        if word in whole or pair in whole or (stems and word.startswith(stems)):
            return kind
        if glued and len(word) > 3 and word.startswith(tuple(w for w in whole if len(w) > 2)):
            return kind
        if "-" in word and word.split("-")[0] in whole:
            return kind
    return None


def _spaceless_unit(tail: str, words: Lexicon) -> Unit | None:
    behind = tail.lstrip(" 多余餘来여")
    best: tuple[int, Unit] | None = None
    for whole, stems, kind in words.units:
        for word in (*whole, *stems):
            if behind.startswith(word) and (best is None or len(word) > best[0]):
                best = (len(word), kind)
    return best[1] if best else None
