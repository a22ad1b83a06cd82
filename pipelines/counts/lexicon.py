"""The number words and units of a language, read from data/numbers.toml and data/units.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, get_args

import regex

from pipelines.counts.model import CountKind, Unit
from storewatch.types import CountIs

# Languages whose written language shares another's words closely enough to be read with it.
_ALIASES = {"ms": "id", "nb": "no", "nn": "no", "sr": "hr", "bs": "hr", "sl": "hr", "be": "ru", "kk": "ru"}
_GERMAN_ENDINGS = ("", "n", "r", "s", "m")


@dataclass(frozen=True, slots=True)
class Atom:
    """One number word. ``role``: how it takes part in longer numbers. ``vague``: a scale that alone is a vague amount
    (آلاف, χιλιάδες: "thousands", but "5 thousand" behind a number)."""

    value: int | float
    role: str  # cardinal, scale, ordinal, share, collective
    vague: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """What a language knows of numbers; built once per language."""

    lang: str
    words: dict[str, Atom]
    inside: dict[str, Atom]
    phrases: dict[str, list[tuple[tuple[str, ...], Atom]]]
    joins: frozenset[str]
    ranges: regex.Pattern[str]
    before: tuple[tuple[CountIs, regex.Pattern[str]], ...]
    after: tuple[tuple[CountIs, regex.Pattern[str]], ...]
    suffixes: regex.Pattern[str] | None
    units: tuple[tuple[frozenset[str], tuple[str, ...], Unit], ...]
    compound: regex.Pattern[str] | None
    substring: regex.Pattern[str] | None
    classifiers: regex.Pattern[str] | None
    compounds: dict[str, Atom | None] = field(default_factory=dict)


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((files("pipelines") / "data" / name).read_text("utf-8"))


def _pairs(line: str) -> Iterable[tuple[str, float]]:
    for pair in line.split():
        word, value = pair.rsplit("=", 1)
        yield word.replace("_", " "), float(value) if "." in value else int(value)


def _atoms(table: dict[str, Any]) -> dict[str, Atom]:
    atoms: dict[str, Atom] = {}
    glued = ("", *table.get("endings", "").split())
    for role in ("cardinal", "scale", "ordinal", "share", "collective"):
        for word, value in _pairs(table.get(role, "")):
            stem, tilde = (word[:-1], True) if word.endswith("~") else (word, False)
            for ending in _GERMAN_ENDINGS if tilde else glued if role == "cardinal" else ("",):
                known = atoms.get(stem + ending)
                if role == "collective" and known is not None and known.role == "scale":
                    atoms[stem + ending] = Atom(known.value, "scale", vague=True)
                else:
                    atoms[stem + ending] = Atom(value, role)
    return atoms


def _modifiers(
    table: dict[str, Any], side: str, spaceless: bool = False
) -> tuple[tuple[CountIs, regex.Pattern[str]], ...]:
    """Words on one side of a number; behind it they must end there, where the script marks the end of a word."""
    whole = "" if spaceless else r"(?![\p{L}\p{M}]{3})"
    found: list[tuple[CountIs, regex.Pattern[str]]] = []
    for kind in get_args(CountIs):
        words = table.get(side, {}).get(kind)
        if words and side == "before":
            found.append((kind, regex.compile(rf"(?<![\p{{L}}\p{{M}}])(?:{words})\s*$|[上数數]$", regex.I)))
        elif words:
            found.append((kind, regex.compile(rf"\s?(?:{words}){whole}", regex.I)))
    return tuple(found)


def _spaceless(table: dict[str, Any]) -> tuple[tuple[CountIs, regex.Pattern[str]], ...]:
    """As `_modifiers`, for scripts without word spaces: any ending of the text before will do."""
    before = table.get("before", {})
    return tuple((kind, regex.compile(rf"(?:{before[kind]})\s*$")) for kind in get_args(CountIs) if kind in before)


def _units(lang: str) -> tuple[tuple[frozenset[str], tuple[str, ...], Unit], ...]:
    tables = [_table("units.toml").get(lang, {}), _table("units.toml")["xx"]]
    found: list[tuple[frozenset[str], tuple[str, ...], Unit]] = []
    for kind in get_args(Unit):
        words = [word.replace("_", " ") for table in tables for word in table.get(kind, "").split()]
        whole = frozenset(word for word in words if not word.endswith("*"))
        stems = tuple(word[:-1] for word in words if word.endswith("*"))
        if words:
            found.append((whole, stems, kind))
    return tuple(found)


def _compound(table: dict[str, Any], atoms: dict[str, Atom]) -> regex.Pattern[str] | None:
    """Splits number words written in one ("zweihundertfünfzig"); None where the language does not write so."""
    if not table.get("compound"):
        return None
    words = [w for w, a in atoms.items() if a.role in ("cardinal", "scale") and " " not in w]
    parts = sorted([*words, *(word for word, _ in _pairs(table.get("inside", "")))], key=len)
    joins = table.get("joins", "").split()
    return regex.compile("|".join(map(regex.escape, [*reversed(parts), *joins])))


@cache
def lexicon(lang: str | None) -> Lexicon:
    """The number words for an ISO 639-1 code; languages without a table get digits and units only."""
    code = (lang or "").lower().replace("_", "-").split("-")[0]
    code = _ALIASES.get(code, code)
    table = _table("numbers.toml").get(code, {})
    atoms = _atoms(table)
    spaceless = code in ("zh", "ja", "th", "ko")
    phrases: dict[str, list[tuple[tuple[str, ...], Atom]]] = {}
    for word, atom in atoms.items():
        if " " in word:
            parts = tuple(word.split())
            phrases.setdefault(parts[0], []).append((parts, atom))
    for options in phrases.values():
        options.sort(key=lambda option: -len(option[0]))
    suffixes = sorted(table.get("suffixes", "").split(), key=len, reverse=True)
    ranges = "|".join(map(regex.escape, table.get("ranges", "- –").split()))
    classifiers = sorted(table.get("classifiers", "").split(), key=len, reverse=True)
    return Lexicon(
        lang=code,
        words={word: atom for word, atom in atoms.items() if " " not in word},
        inside={word: Atom(value, "inside") for word, value in _pairs(table.get("inside", ""))},
        phrases=phrases,
        joins=frozenset(table.get("joins", "").split()),
        ranges=regex.compile(rf"\s?(?:{ranges})\s?", regex.I),
        before=_spaceless(table) if spaceless else _modifiers(table, "before"),
        after=_modifiers(table, "after", spaceless=code in ("zh", "ja", "th")),
        suffixes=regex.compile("|".join(map(regex.escape, suffixes)), regex.I) if suffixes else None,
        units=_units(code),
        compound=_compound(table, atoms),
        substring=_substring(table, atoms, code),
        classifiers=regex.compile("|".join(map(regex.escape, classifiers))) if classifiers else None,
    )


def _substring(table: dict[str, Any], atoms: dict[str, Atom], code: str) -> regex.Pattern[str] | None:
    """Finds number words in scripts without word spaces (Thai; shares in Chinese and Japanese)."""
    if not table.get("substring") and code not in ("zh", "ja"):
        return None
    words = sorted([*atoms, *(word for word, _ in _pairs(table.get("inside", "")))], key=len, reverse=True)
    return regex.compile("|".join(map(regex.escape, words))) if words else None


__all__ = ["Atom", "CountKind", "Lexicon", "lexicon"]
