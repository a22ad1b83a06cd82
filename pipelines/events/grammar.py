"""Grammar of a language as patterns (data/grammar.toml): time, number of nouns, and what may stand beside a number."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import regex

SPACELESS = frozenset({"zh", "ja", "ko", "th"})
"""Languages without spaces, or (Korean) with endings glued to words: patterns match anywhere, numbers follow nouns."""

SENSES = ("begin", "end", "move", "have", "intend")
"""What verbs and nouns near a store may mean in a wide sense; the topic's lists hold the surer words."""

_ALIASES = {"ms": "id", "nb": "no", "nn": "no", "sr": "hr", "bs": "hr", "sl": "hr", "be": "ru", "kk": "ru"}
_NEVER = regex.compile(r"(?!)")


@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """Patterns of one language, on folded text; one that matches nothing where the language has none.

    ``present``: forms of ``past`` that are the present as well where no auxiliary stands by (German "eröffnet").
    ``left`` and ``reached``: (before, behind) a number from or to which something grows.
    """

    lang: str
    spaceless: bool
    future: regex.Pattern[str]
    past: regex.Pattern[str]
    present: regex.Pattern[str]
    ahead: regex.Pattern[str]
    done: regex.Pattern[str]
    plural: regex.Pattern[str]
    singular: regex.Pattern[str]
    blocks: regex.Pattern[str]
    of: regex.Pattern[str]
    total: regex.Pattern[str]
    partners: regex.Pattern[str]
    senses: tuple[tuple[str, regex.Pattern[str]], ...]
    left: tuple[regex.Pattern[str], regex.Pattern[str]]
    reached: tuple[regex.Pattern[str], regex.Pattern[str]]


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files("pipelines") / "data" / "grammar.toml").read_text("utf-8"))


@cache
def words(key: str) -> regex.Pattern[str]:
    """A pattern of the table [all], which holds for every language."""
    return regex.compile(_table()["all"][key])


@cache
def grammar(lang: str | None) -> Grammar:
    """The grammar for an ISO 639-1 code."""
    code = (lang or "").lower().replace("_", "-").split("-")[0]
    code = _ALIASES.get(code, code)
    table = _table().get(code, {})
    spaceless = code in SPACELESS
    left, right = ("", "") if spaceless else (r"(?<![\p{L}\p{M}\p{N}])", r"(?![\p{L}\p{M}\p{N}])")

    def words(key: str) -> regex.Pattern[str]:
        return regex.compile(f"{left}(?:{table[key]}){right}") if table.get(key) else _NEVER

    def whole(key: str) -> regex.Pattern[str]:
        return regex.compile(table[key]) if table.get(key) else _NEVER

    def before(key: str) -> regex.Pattern[str]:
        return regex.compile(rf"{left}(?:{table[key]})(?:\s?[\p{{L}}.']+){{0,2}}\s?$") if table.get(key) else _NEVER

    def behind(key: str) -> regex.Pattern[str]:
        return regex.compile(rf"\s?(?:{table[key]})") if table.get(key) else _NEVER

    return Grammar(
        lang=code,
        spaceless=spaceless,
        future=whole("future"),
        past=whole("past"),
        present=whole("present"),
        ahead=words("ahead"),
        done=words("done"),
        plural=regex.compile(f"(?:{table['plural']})$") if table.get("plural") else _NEVER,
        singular=regex.compile(f"(?:{table['singular']})$") if table.get("singular") else _NEVER,
        blocks=words("blocks"),
        of=words("of"),
        total=words("total"),
        partners=words("partners"),
        senses=tuple((name, words(name)) for name in SENSES if table.get(name)),
        left=(before("from"), behind("from_after")),
        reached=(before("to"), behind("to_after")),
    )
