"""Inflected place names: stems that a name and its cases share."""

from __future__ import annotations

import unicodedata
from functools import cache

import regex

from pipelines.places.gazetteer import Entry, gazetteer

_CYRILLIC = regex.compile(
    r"(?:ями|ами|иям|ией|иях|ях|ах|ом|ем|ём|ой|ей|ою|ею|ью|ию|ия|ии|ие|ию|ією|ії|ія|[аеиоуыэюяьйіїє])$"
)
_ENDINGS = {
    "slavic": r"(?:iach|ich|ach|ami|iem|owi|owie|em|om|ou|ie|iu|ia|ii|ij|im|[aeiouy])$",
    "baltic": r"(?:uje|yje|oje|eje|aus|ius|ui|iui|us|as|is|ys|os|es|a|e|o|u|į|ą|ę)$",
}
# Languages that glue endings to the unchanged name; a final a or e may be doubled or accented before them.
_GLUED = {
    "hungarian": frozenset(
        [
            "ban",
            "ben",
            "ba",
            "be",
            "bol",
            "rol",
            "nak",
            "nek",
            "nal",
            "nel",
            "hoz",
            "hez",
            "val",
            "vel",
            "tol",
            "ig",
            "ra",
            "re",
            "on",
            "en",
            "n",
            "i",
            "t",
            "et",
            "ot",
            "at",
            "ben",
            "s",
        ]
    ),
    "finnic": frozenset(
        [
            "ssa",
            "sta",
            "lla",
            "lta",
            "lle",
            "n",
            "an",
            "en",
            "in",
            "on",
            "un",
            "nssa",
            "issa",
            "ella",
            "elle",
            "esta",
            "eseen",
            "een",
            "aan",
            "oon",
            "uun",
            "iin",
            "ja",
            "st",
            "le",
            "l",
            "lt",
            "s",
            "sse",
            "se",
            "ni",
            "ga",
        ]
    ),
}
_FAMILY = {
    **dict.fromkeys(("pl", "cs", "sk", "hr", "sl", "sr", "bs"), "slavic"),
    "hu": "hungarian",
    **dict.fromkeys(("fi", "et"), "finnic"),
    **dict.fromkeys(("lt", "lv"), "baltic"),
    **dict.fromkeys(("ru", "uk", "bg", "be", "kk", "mk"), "cyrillic"),
}
_MIN_STEM = 4
_MIN_GLUED = 100_000
_MIN_PEOPLE = 150_000
"""Only cities of this size are found by stem: smaller ones collide with ordinary words."""


def plain(word: str) -> str:
    """Without accents, and with ł as l."""
    return "".join(c for c in unicodedata.normalize("NFKD", word.replace("ł", "l")) if not unicodedata.combining(c))


def stem(word: str, family: str) -> str:
    """What is left of a folded word without its case ending."""
    if family == "cyrillic":
        return str(_CYRILLIC.sub("", word))
    return str(regex.sub(_ENDINGS[family], "", plain(word)))


@cache
def _stems(family: str) -> dict[str, tuple[Entry, ...]]:
    """Stem -> places, for names in the family's script."""
    table = gazetteer()
    script = regex.compile(r"[\p{Cyrillic} ]+" if family == "cyrillic" else r"[\p{Latin}\p{M} ]+")
    stems: dict[str, tuple[Entry, ...]] = {}
    least = _MIN_GLUED if family in _GLUED else _MIN_PEOPLE
    big = {
        str(i) for i, row in enumerate(table.rows) if row.startswith("country") or int(row.rsplit("\t", 1)[1]) >= least
    }
    for name, ids in table.names.items():
        if ids.split(",", 1)[0] in big and script.fullmatch(name) and " " not in name:
            stems.setdefault(plain(name) if family in _GLUED else stem(name, family), table.entries(name))
    for name, entries in table.own.items():
        if family not in _GLUED and script.fullmatch(name) and " " not in name and len(name) > 4:
            stems[stem(name, family)] = entries
        if family in _GLUED and script.fullmatch(name) and " " not in name and entries[0].kind != "home":
            stems[plain(name)] = entries
    return {key: entries for key, entries in stems.items() if len(key) >= (3 if family == "cyrillic" else _MIN_STEM)}


def inflected(word: str, lang: str) -> tuple[Entry, ...]:
    """The places whose name ``word`` (folded) may be a case of, in language ``lang``."""
    if word.endswith("s") and lang in ("de", "en", "sv", "da", "no", "nl"):
        return gazetteer().entries(word[:-1]) if len(word) > 5 else ()
    if lang == "de" and word.endswith("er") and len(word) > 5:
        found = gazetteer().entries(word[:-2])
        return tuple(e for e in found if e.kind == "city" and e.people >= _MIN_PEOPLE)
    family = _FAMILY.get(lang)
    if family is None or len(word) < _MIN_STEM:
        return ()
    known = _stems(family)
    if family in _GLUED:
        bare = plain(word)
        return next((known[bare[:-n]] for n in range(1, 6) if bare[-n:] in _GLUED[family] and bare[:-n] in known), ())
    return known.get(stem(word, family), ())
