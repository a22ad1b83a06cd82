"""The phrases of boilerplate lines and of headings that lead to other articles, read from ``pipelines/data``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import resources

from pipelines.clean.words import read_words

_FILLS_LINE = r"\s*[.…:!>»›→|\])]*\s*$"
_POINTS = r"\s?[:：|▶►→»>–—]\s*\S"
"""What must follow "read more": without it the words may begin a sentence."""
_STANDS_ALONE = r"\s*[.…>»›→:：]+\s*$"
_LONGEST_ALONE = 40
_POINTER = "read_more"
_PLACEHOLDER = re.compile(r"<(\w+)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """``pattern`` matches at the beginning of lines of at most ``longest`` characters."""

    name: str
    longest: int
    pattern: re.Pattern[str]


def _read_sections() -> list[tuple[str, int, list[str]]]:
    """Name, longest line and phrases of each rule in ``boilerplate_phrases.txt``, whose head explains the format."""
    text = resources.files("pipelines").joinpath("data/boilerplate_phrases.txt").read_text(encoding="utf-8")
    words: dict[str, str] = {}
    sections: list[tuple[str, int, list[str]]] = []
    for line in text.split("\n"):
        opening = re.fullmatch(r"\[(\w+) (\d+)\]", line)
        if opening:
            sections.append((opening[1], int(opening[2]), []))
        elif line.startswith("@"):
            name, alternatives = line[1:].split(" ", 1)
            words[name] = f"{words[name]}|{alternatives}" if name in words else alternatives
        elif line and not line.startswith("#"):
            phrase = _PLACEHOLDER.sub(lambda match: f"(?:{words[match[1]]})", line)
            sections[-1][2].append(phrase[:-1] + _FILLS_LINE if phrase.endswith("$") else phrase)
    return sections


def _read_rules() -> tuple[Rule, ...]:
    rules: list[Rule] = []
    for name, longest, phrases in _read_sections():
        either = f"(?:{'|'.join(phrases)})"
        if name == _POINTER:
            rules.append(Rule(name=name, longest=longest, pattern=_compiled(either + _POINTS)))
            rules.append(Rule(name=name, longest=_LONGEST_ALONE, pattern=_compiled(either + _STANDS_ALONE)))
        else:
            rules.append(Rule(name=name, longest=longest, pattern=_compiled(either)))
    return tuple(rules)


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


RULES = _read_rules()
SURE_HEADINGS, DOUBTFUL_HEADINGS = read_words("related_headings.txt")
