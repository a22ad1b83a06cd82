"""Patterns of time per language, compiled from data/horizons.toml and data/calendar.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

import regex

Compiled: TypeAlias = "regex.Pattern[str]"

_ALIASES = {"ms": "id", "nb": "no", "nn": "no", "sr": "hr", "bs": "hr", "sl": "hr", "be": "ru"}
GLUED = frozenset({"tr", "hu", "fi", "et", "bn", "hi", "mr", "te", "ta", "ml", "pa", "lt", "el"})
SPACELESS = frozenset({"zh", "ja", "ko", "th"})


@dataclass(frozen=True, slots=True, eq=False)
class TimeWords:
    """What a language knows of time. A pattern is None where the language has no words for it."""

    lang: str
    units: tuple[tuple[str, Compiled], ...]
    span: Compiled | None
    month: Compiled | None
    months: dict[str, int]
    weekday: Compiled | None
    weekdays: dict[str, int]
    year: Compiled | None
    quarters: tuple[tuple[int, Compiled], ...]
    halves: tuple[tuple[int, Compiled], ...]
    seasons: Compiled | None
    this: Compiled | None
    southern: bool
    deictic: Compiled | None
    deictics: dict[str, str]
    soon: Compiled | None
    ago: Compiled | None
    by: Compiled | None


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((files("pipelines") / "data" / name).read_text("utf-8"))


def _alternatives(*groups: str) -> str:
    """Alternatives, longest first, so that the longest expression wins."""
    words = [word for group in groups for word in group.split("|") if word]
    return "|".join(sorted(words, key=len, reverse=True))


def _compile(pattern: str, spaceless: bool) -> Compiled:
    left, right = ("", "") if spaceless else (r"(?<![\p{L}\p{M}\p{N}])", r"(?![\p{L}\p{M}\p{N}])")
    return regex.compile(f"{left}(?:{pattern}){right}", regex.I)


def _span(table: dict[str, Any], spaceless: bool) -> Compiled | None:
    """(before) number unit (after), as in "within three years", "3 years ago", "三年内"."""
    units = "|".join(table.get("units", {}).values())
    if not units:
        return None
    before = _alternatives(table.get("ahead", ""), table.get("ago", ""))
    after = _alternatives(table.get("ahead_after", ""), table.get("ago_after", ""))
    space = r"\s*" if spaceless else r"\s+"
    number = (
        r"(?P<n>\p{Nd}{1,3}|[一二两兩三四五六七八九十]{1,2})"
        if spaceless
        else r"(?P<n>\p{Nd}{1,3}|[\p{L}\p{M}'’-]{2,20}(?:\s(?:or|bis|to|oder|o|ou|à|a|do)\s[\p{L}\p{M}\p{Nd}]{1,12})?)"
    )
    about = r"(?:(?:about|around|some|roughly|etwa|rund|environ|unos|cerca de|circa|około|около|約|约|대략|약)\s*)?"
    front = f"(?:(?P<before>{before}){space}{about})" if before else "(?P<before>(?!))"
    back = rf"(?:{space}(?P<after>{after}))" if after else "(?P<after>(?!))"
    many = r"(?:\p{Nd}{1,2}\s*(?:-|–|to|bis|à|a)\s*)?"
    next_ = (
        r"(?:(?P<next>prochaine?s|próxim[oa]s|prossim[ie]|nächsten|kommenden|volgende|komende|next|najbliższych)\s)?"
    )
    body = rf"{many}{number}(?:\s*[-–~]\s*\p{{Nd}}{{1,2}})?{space}?{next_}(?P<unit>{units})"
    following = r"(?:\s(?:p[rřr][ií]št[ií]ch|prochaine?s|next|nächsten|kommenden))?"
    return _compile(f"{front}{body}{following}{back}?|{many}{number}{space}?(?P<unit>{units}){back}", spaceless)


def _month(names: list[str], spaceless: bool, glued: bool) -> tuple[Compiled | None, dict[str, int]]:
    months = {form: index for index, forms in enumerate(names, 1) for form in forms.split("|") if form}
    if not months:
        return None, {}
    alternatives = "|".join(regex.escape(form) for form in sorted(months, key=len, reverse=True))
    ending = r"(?:\.|st|nd|rd|th|er|º|ª|°|-[а-яіїє]{1,3}|e)?"
    link = r"\s?(?:de |of |d[’']|di |da |del |का |को )?\s?"
    day = rf"(?P<d1>\p{{Nd}}{{1,2}}){ending}(?:\s?[-–/]\s?\p{{Nd}}{{1,2}}\.?)?{link}"
    era = r"(?:\s?(?:года|году|год|г\.|року|році|р\.|r\.|m\.|év\w*))?"
    year = rf"(?:,?\s?(?:de |del |of |do |г\.? ?|พ\.ศ\. ?)?(?P<y>(?:19|20|25)\p{{Nd}}{{2}}){era})"
    tail = rf"(?:\.?\s(?P<d2>\p{{Nd}}{{1,2}})(?:st|nd|rd|th|\.|-\w{{1,3}}|\b))?(?!\p{{Nd}}){year}?"
    # Only languages that glue case endings to month names: "abr" is April, but "abrirá" is "will open".
    ending_of_name = r"(?:(?<=\p{L}{4})[\p{L}\p{M}]{1,4})?" if glued else ""
    head = r"(?:(?P<y0>(?:19|20)\p{Nd}{2})\.?\s(?:de |november )?)?"
    return _compile(rf"{head}(?:{day})?(?P<m>{alternatives})\.?{ending_of_name}{tail}", spaceless), months


def _numbered(table: dict[str, Any], key: str, count: int, spaceless: bool) -> tuple[tuple[int, Compiled], ...]:
    template, ordinals = table.get(key), table.get("first", [])
    if not template:
        return ()
    patterns = []
    for number in range(1, count + 1):
        parts = []
        for alternative in template.split("|"):
            if "{first}" in alternative and number > len(ordinals):
                continue
            first = f"(?:{ordinals[number - 1]})" if number <= len(ordinals) else ""
            parts.append(alternative.replace("{n}", str(number)).replace("{first}", first))
        if parts:
            link = "of|de|del|di|do|von|des jahres|roku|года|году|року|in|,|/|năm|ปี|من عام|من|لعام|عام|tahun"
            year = rf"(?:\s?(?:{link})?\s?(?:fy|fiscal )?(?P<y>(?:19|20|25)\p{{Nd}}{{2}}))?"
            behind = r"(?:年|년|['’]\p{L}{1,3}|\s?yıl\p{L}*|\s(?:की|के|में))?"
            front = rf"(?:(?P<y0>(?:19|20)\p{{Nd}}{{2}})\s?{behind}(?:の)?\s?)?"
            patterns.append((number, _compile(f"{front}(?:{'|'.join(parts)}){year}", spaceless)))
    return tuple(patterns)


SEASONS = ("spring", "summer", "autumn", "winter")


def _seasons(table: dict[str, Any], spaceless: bool) -> Compiled | None:
    """(before) (next or last) season (year): "im kommenden Herbst", "autumn 2025"; groups as in ``SEASONS``."""
    if not table.get("seasons"):
        return None
    names = "|".join(f"(?P<{name}>{forms})" for name, forms in zip(SEASONS, table["seasons"], strict=True))
    turn = rf"(?P<said>(?P<next>{table.get('next', '(?!)')})|(?P<last>{table.get('last', '(?!)')}))\s"
    before = _alternatives(table.get("seasons_before", ""))
    # An elided article ("l'autunno") has no space behind it. Names that need no word before them have one inside.
    front = rf"(?:(?:{before})(?:\s|(?<=['’]))(?:the\s)?(?:{turn})?|{turn})" if before else f"(?:{turn})?"
    link = r"(?:de |del |do |des jahres |of |of the year |roku |года |року )?"
    return _compile(rf"{front}(?:{names})(?:,?\s?{link}(?P<y>20\p{{Nd}}{{2}}))?", spaceless)


def _this(table: dict[str, Any], spaceless: bool) -> Compiled | None:
    """Which words of ``next`` also mean the season that one is in."""
    if not (words := table.get("this")):
        return None
    if strangers := set(words.split("|")) - set(table.get("next", "").split("|")):
        raise ValueError(f"horizons.toml: this: {', '.join(sorted(strangers))} must stand in `next` too")
    return _compile(_alternatives(words), spaceless)


def _weekday(table: dict[str, Any], names: list[str], spaceless: bool) -> tuple[Compiled | None, dict[str, int]]:
    days = {form: index for index, forms in enumerate(names) for form in forms.split("|") if form}
    if not days:
        return None, {}
    alternatives = "|".join(regex.escape(form) for form in sorted(days, key=len, reverse=True))
    before_next, before_last = table.get("next", "(?!)"), table.get("last", "(?!)")
    after_next, after_last = table.get("next_after", "(?!)"), table.get("last_after", "(?!)")
    pattern = (
        rf"(?:(?P<next>{before_next})\s|(?P<last>{before_last})\s)?(?P<day>{alternatives})"
        rf"(?:\s{'?' if spaceless else ''}(?:(?P<next2>{after_next})|(?P<last2>{after_last})))?"
    )
    return _compile(pattern, spaceless), days


def _year(table: dict[str, Any], lang: str) -> Compiled:
    """A bare year beside a word that lets it be read as one."""
    year = r"(?P<y>(?:19|20)\p{Nd}{2})"
    if lang in ("zh", "ja", "ko"):
        return regex.compile(
            rf"(?<!\p{{Nd}}){year}\s?(?:年|년)(?!\s?\p{{Nd}}{{1,2}}\s?(?:月|월))(?:度|底|末|内|內|말|까지|초|初)*"
        )
    if lang == "th":
        return regex.compile(r"(?:ปี|พ\.ศ\.|ค\.ศ\.)\s?(?P<y>(?:19|20|25)\p{Nd}{2})")
    before, after = _alternatives(table.get("in", "")), _alternatives(table.get("year_after", ""))
    options = [rf"fy\s?{year}"]
    if before:
        options.append(rf"(?:{before})\s+{year}(?:\s?[-–/]\s?\p{{Nd}}{{2,4}})?")
    if after:
        options.append(rf"{year}\s?(?:{after})")
    return regex.compile(
        rf"(?<![\p{{L}}\p{{M}}\p{{N}}])(?:{'|'.join(options)})(?![\p{{N}}\p{{L}}]|[.,]\p{{Nd}})", regex.I
    )


@cache
def time_words(lang: str | None) -> TimeWords:
    """The patterns for an ISO 639-1 code; an unknown language gets none but numeric dates."""
    code = (lang or "").lower().replace("_", "-").split("-")[0]
    code = _ALIASES.get(code, code)
    table = _table("horizons.toml").get(code, {})
    names = _table("calendar.toml").get(code, {})
    spaceless = code in SPACELESS
    month, months = _month(names.get("months", []), spaceless, code in GLUED) if code != "vi" else (None, {})
    weekday, weekdays = _weekday(table, names.get("days", []), spaceless) if names else (None, {})
    deictics = {word: value for words, value in table.get("deictic", {}).items() for word in words.split("|")}
    ago = _alternatives(table.get("ago", ""), table.get("ago_after", ""))
    return TimeWords(
        lang=code,
        units=tuple((key[0], regex.compile(pattern, regex.I)) for key, pattern in table.get("units", {}).items()),
        span=_span(table, spaceless),
        month=month,
        months=months,
        weekday=weekday,
        weekdays=weekdays,
        year=_year(table, code),
        quarters=_numbered(table, "quarter_n", 4, spaceless),
        halves=_numbered(table, "half_n", 2, spaceless),
        seasons=_seasons(table, spaceless),
        this=_this(table, spaceless),
        southern=table.get("southern", False),
        deictic=_compile(_alternatives(*deictics), spaceless) if deictics else None,
        deictics=deictics,
        soon=_compile(_alternatives(table["soon"]), spaceless) if table.get("soon") else None,
        ago=_compile(ago, spaceless) if ago else None,
        by=regex.compile(rf"(?<![\p{{L}}\p{{M}}])(?:{_alternatives(table['by'])})\s*(?:\p{{L}}{{1,7}}\s)?$", regex.I)
        if table.get("by")
        else None,
    )
