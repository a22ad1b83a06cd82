"""Finds words of time and resolves them against the day of publication."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import cast
from unicodedata import decimal

import regex

from pipelines.counts.digits import known_digits
from pipelines.counts.lexicon import lexicon
from pipelines.horizons.lexicon import SPACELESS, Compiled, TimeWords, time_words
from pipelines.horizons.model import Horizon, Period, Step, credible, shifted, valid_day
from pipelines.horizons.seasons import find_seasons
from storewatch.types import Moment

_NUMERIC = regex.compile(
    r"(?<![\p{Nd}.])(?:(?P<y>(?:19|20)\p{Nd}{2})[-/.](?P<m>\p{Nd}{1,2})[-/.](?P<d>\p{Nd}{1,2})"
    r"|(?P<d2>\p{Nd}{1,2})\.\s?(?P<m2>\p{Nd}{1,2})\.(?:\s?(?P<y2>(?:19|20)\p{Nd}{2}))?"
    r"|(?P<d3>\p{Nd}{1,2})/(?P<m3>\p{Nd}{1,2})(?:/(?P<y3>(?:19|20)\p{Nd}{2}))?)(?!\p{Nd}|[.,/]\p{Nd})"
)
_EAST = regex.compile(
    r"(?:(?P<y>(?:19|20)\p{Nd}{2})\s?[年년]\s?)?(?P<m>\p{Nd}{1,2})\s?[月월](?:份)?(?:\s?(?P<d>\p{Nd}{1,2})\s?[日号號일])?"
)
_EAST_DAY = regex.compile(
    r"(?<![\p{Nd}月월.,-])(?P<d>\p{Nd}{1,2})\s?(?:日(?!間|元|本)|号(?!店|機|线|線|楼)|일(?!간|본|부터 \p{Nd}))"
)
_VIETNAMESE = regex.compile(
    r"(?<!\p{Nd})(?:(?:ngày\s)?(?P<d>\p{Nd}{1,2})(?:/|\stháng\s)(?P<m>\p{Nd}{1,2})(?:/|\snăm\s)(?P<y>(?:19|20)\p{Nd}{2})"
    r"|(?:ngày|mùng)\s(?P<d>\p{Nd}{1,2})\stháng\s(?P<m>\p{Nd}{1,2})"
    r"|(?:tháng\s)?(?P<m>\p{Nd}{1,2})[/ ](?:năm\s)?(?P<y>(?:19|20)\p{Nd}{2})"
    r"|tháng\s(?P<m>\p{Nd}{1,2}))(?![\p{Nd}/])",
    regex.I,
)
_EAST_WEEKDAY = regex.compile(
    r"(?P<week>(?:本|这|這|下|上)个?(?:周|週|星期|礼拜)|[来今先]週|(?:다음|이번|지난) ?주)\s?の?"
    r"(?:(?P<han>[一二三四五六日天])|(?P<ja>[月火水木金土日])曜日?|(?P<ko>[월화수목금토일])요일)"
)
_EAST_DAYS = {"han": "一二三四五六日", "ja": "月火水木金土日", "ko": "월화수목금토일"}
_EAST_WEEKS = {"下": 1, "来": 1, "다": 1, "上": -1, "先": -1, "지": -1}
_FOREIGN_DIGIT = regex.compile(r"(?V1)[\p{Nd}--[0-9]]")
_HAN = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "兩": 2, "十": 10}
_PAST_ONLY = regex.compile(r"\b(?:for|since|past|last|seit|vor|depuis|sejak|od|desde)\b", regex.I)


def find_horizons(text: str, lang: str | None, published: Moment | None) -> tuple[Horizon, ...]:
    """All words of time in ``text``, ordered, the longest where they overlap."""
    words = time_words(lang)
    text = _FOREIGN_DIGIT.sub(lambda match: str(decimal(match.group())), known_digits(text))
    base = published.at.date() if published and credible(published.at.year) else None
    found = sorted(_all(text, words, base), key=lambda h: (h.start - h.end, h.start))
    kept: list[Horizon] = []
    for horizon in found:
        if all(horizon.end <= other.start or horizon.start >= other.end for other in kept):
            kept.append(horizon)
    return tuple(sorted(kept, key=lambda h: h.start))


def _all(text: str, words: TimeWords, base: date | None) -> Iterator[Horizon]:
    yield from _dates(text, words, base)
    yield from _spans(text, words, base)
    yield from _deictics(text, words, base)
    yield from _years(text, words, base)
    numbered: tuple[tuple[Step, tuple[tuple[int, Compiled], ...]], ...] = (("q", words.quarters), ("h", words.halves))
    for step, patterns in numbered:
        for number, pattern in patterns:
            for match in pattern.finditer(text):
                said = _group(match, "y") or _group(match, "y0")
                year = _common_era(said) if said else base.year if base else None
                yield _horizon(text, match.span(), Period(step, year, number) if year else None, words)
    yield from _weekdays(text, words, base)
    yield from _seasons(text, words, base)
    if words.soon is not None:
        for match in words.soon.finditer(text):
            yield Horizon(start=match.start(), end=match.end(), soon=True)


def _horizon(text: str, span: tuple[int, int], period: Period | None, words: TimeWords, limit: bool = False) -> Horizon:
    start, end = span
    bounds = period.bounds if period else None
    head = text[max(0, start - 24) : start]
    by = words.by is not None and words.by.search(head) is not None
    inside = words.by is not None and words.by.search(text[start : start + 12].split(" ")[0] + " ") is not None
    tail = text[end : end + 4]
    by = (
        by
        or inside
        or (words.lang in SPACELESS and regex.match(r"까지|まで|前|之前|以前|底前|末まで", tail) is not None)
        or (words.lang == "ko" and text.endswith("까지", start, end))
    )
    return Horizon(
        start=start,
        end=end,
        value=period.value if period and bounds else None,
        first=bounds[0] if bounds else None,
        last=bounds[1] if bounds else None,
        limit=limit or by,
    )


def _common_era(year: str) -> int:
    """The year as a number; Thai texts count in the Buddhist era."""
    return int(year) - 543 if int(year) > 2500 else int(year)


def _group(match: regex.Match[str], name: str) -> str | None:
    return cast("str | None", match.groupdict().get(name))


def _nearest(month: int, day: int, base: date | None) -> Period | None:
    """The day or month without a year that lies nearest to publication: from five months before to seven after."""
    if base is None or not 1 <= month <= 12:
        return None
    year = base.year
    distance = (month - base.month) + 12 * 0
    if distance > 7:
        year -= 1
    elif distance < -5:
        year += 1
    if not day:
        return Period("m", year, month)
    return Period("d", year, month, day) if valid_day(year, month, day) else None


def _dated(year: str | None, month: int, day: int, base: date | None) -> Period | None:
    if year is None:
        return _nearest(month, day, base)
    number = _common_era(year)
    if not day:
        return Period("m", number, month) if 1 <= month <= 12 else None
    return Period("d", number, month, day) if valid_day(number, month, day) else None


def _dates(text: str, words: TimeWords, base: date | None) -> Iterator[Horizon]:
    for match in _NUMERIC.finditer(text):
        year = match.group("y") or match.group("y2") or match.group("y3")
        month = int(match.group("m") or match.group("m2") or match.group("m3"))
        day = int(match.group("d") or match.group("d2") or match.group("d3"))
        if match.group("m3") and (words.lang == "en" or month > 12):
            month, day = day, month
        period = _dated(year, month, day, base)
        if period is not None:
            yield _horizon(text, match.span(), period, words)
    if words.lang in ("zh", "ja", "ko"):
        yield from _east(text, words, base)
    elif words.lang == "vi":
        for match in _VIETNAMESE.finditer(text):
            period = _dated(match.group("y"), int(match.group("m")), int(match.group("d") or 0), base)
            if period is not None:
                yield _horizon(text, match.span(), period, words)
    elif words.month is not None:
        yield from _months(text, words, base)


def _months(text: str, words: TimeWords, base: date | None) -> Iterator[Horizon]:
    assert words.month is not None
    for match in words.month.finditer(text):
        name = match.group("m")
        if name.islower() and words.lang == "en" and name.lower() in ("may", "march", "mar", "dec", "sep"):
            continue
        if len(name) <= 3 and not (match.group("d1") or match.group("d2") or match.group("y")):
            continue
        month = words.months[name.lower()]
        day = int(match.group("d1") or match.group("d2") or 0)
        year = match.group("y") or match.group("y0")
        if day and words.lang == "hu" and year is None:
            day = int(match.group("d2") or 0)
        period = _dated(year, month, day, base)
        if period is None and day:
            period = _dated(year, month, 0, base)
        start, end = match.span()
        if match.group().endswith(".") and (text[end - 2].isdigit() or text.endswith(name, start, end - 1)):
            end -= 1  # the full stop of the sentence, or an abbreviation's
        yield _horizon(text, (start, end), period, words)


def _east(text: str, words: TimeWords, base: date | None) -> Iterator[Horizon]:
    for match in _EAST.finditer(text):
        period = _dated(match.group("y"), int(match.group("m")), int(match.group("d") or 0), base)
        if period is not None:
            yield _horizon(text, match.span(), period, words)
    for match in _EAST_DAY.finditer(text):
        day = int(match.group("d"))
        if base is not None and valid_day(base.year, base.month, day):
            yield _horizon(text, match.span(), Period("d", base.year, base.month, day), words)
    for match in _EAST_WEEKDAY.finditer(text) if base else ():
        yield _horizon(text, match.span(), _east_weekday(match, cast(date, base)), words)


def _east_weekday(match: regex.Match[str], base: date) -> Period:
    """本周六, 来週土曜日, 다음 주 토요일: a day of this, the next or the last week."""
    script = next(name for name in _EAST_DAYS if match.group(name))
    index = _EAST_DAYS[script].index(match.group(script).replace("天", "日"))
    monday = base - timedelta(days=base.weekday())
    day = monday + timedelta(days=index + 7 * _EAST_WEEKS.get(match.group("week")[0], 0))
    return Period("d", day.year, day.month, day.day)


def _number(word: str, words: TimeWords) -> int | float | None:
    word = regex.split(r"\s(?:or|bis|to|oder|o|ou|à|a|do)\s", word)[-1]
    if word.isdecimal():
        return int(word)
    if all(c in _HAN for c in word):
        if word[0] == "十":
            return 10 + (_HAN[word[1]] if len(word) > 1 else 0)
        return _HAN[word[0]] * 10 if word[1:] == "十" else _HAN[word[-1]] if len(word) == 1 else None
    atom = lexicon(words.lang).words.get(word.lower())
    return atom.value if atom and atom.role in ("cardinal", "collective") and atom.value >= 1 else None


def _spans(text: str, words: TimeWords, base: date | None) -> Iterator[Horizon]:
    if words.span is None:
        return
    for match in words.span.finditer(text):
        number = _number(match.group("n"), words)
        step = next((key for key, pattern in words.units if pattern.fullmatch(match.group("unit"))), None)
        if number is None or step is None:
            continue
        if step == "y" and number != int(number):
            step, number = "m", number * 12  # a year and a half
        past = _is_past(match, words)
        period = shifted(base, cast(Step, step), int(-number if past else number)) if base else None
        if period is not None and step == "w":
            period = Period("d", period.year, period.number, period.day)
        horizon = _horizon(text, match.span(), period, words, limit=not past)
        yield horizon


def _is_past(match: regex.Match[str], words: TimeWords) -> bool:
    """Does a span look back ("vor drei Jahren", "3 years ago")?"""
    if match.group("next"):
        return False  # "au cours des trois prochaines années"
    after = (match.group("after") or "").lower()
    if after:
        return words.ago is not None and words.ago.fullmatch(after) is not None
    before = (match.group("before") or "").lower()
    return words.ago is not None and words.ago.fullmatch(before) is not None


_YEAR_BEHIND = regex.compile(r"\s(?:lui |de |del |do |von |of )?((?:19|20)\d{2})(?!\p{Nd})")


def _deictics(text: str, words: TimeWords, base: date | None) -> Iterator[Horizon]:
    if words.deictic is None:
        return
    for match in words.deictic.finditer(text):
        code = _lookup(words.deictics, match.group().lower())
        if code is None:
            continue
        named = _YEAR_BEHIND.match(text, match.end()) if code == "y0" else None
        if named is not None:  # "do konce roku 2026": the end of that year, not of this one
            yield _horizon(text, (match.start(), named.end()), Period("y", int(named.group(1))), words)
            continue
        period = shifted(base, cast(Step, code[0]), int(code[1:])) if base else None
        yield _horizon(text, match.span(), period, words)


def _seasons(text: str, words: TimeWords, base: date | None) -> Iterator[Horizon]:
    for season in find_seasons(text, words, base):
        if season.ahead:
            yield Horizon(start=season.start, end=season.end, soon=True)
            continue
        horizon = _horizon(text, (season.start, season.end), season.year, words)
        if horizon.value and season.first and season.last and season.first.bounds and season.last.bounds:
            horizon = replace(horizon, first=season.first.bounds[0], last=season.last.bounds[1])
        yield horizon


def _lookup(deictics: dict[str, str], said: str) -> str | None:
    if said in deictics:
        return deictics[said]
    return next((code for word, code in deictics.items() if regex.fullmatch(word, said, regex.I)), None)


def _years(text: str, words: TimeWords, base: date | None) -> Iterator[Horizon]:
    if words.year is None:
        return
    for match in words.year.finditer(text):
        year = next(_common_era(y) for y in match.captures("y") if y)
        yield _horizon(text, match.span(), Period("y", year), words)


def _weekdays(text: str, words: TimeWords, base: date | None) -> Iterator[Horizon]:
    if words.weekday is None or base is None:
        return
    for match in words.weekday.finditer(text):
        index = words.weekdays.get(match.group("day").lower())
        ahead = _any(match, ("next", "next2"))
        behind = _any(match, ("last", "last2"))
        if index is None:
            continue
        if not (ahead or behind):
            yield Horizon(start=match.start(), end=match.end())  # "on Saturday" may be the last or the next one
            continue
        delta = (index - base.weekday()) % 7 or 7
        day = base + timedelta(days=delta if ahead else delta - 7 if delta < 7 else -7)
        yield _horizon(text, match.span(), Period("d", day.year, day.month, day.day), words)


def _any(match: regex.Match[str], names: Iterable[str]) -> bool:
    return any(_group(match, name) for name in names)
