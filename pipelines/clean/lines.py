"""Boilerplate lines: what publishers put around and between an article's paragraphs.

A rule looks at a whole line. Most lines of an article are longer than any rule allows or begin with no word that a
rule knows, so a paragraph is safe; a rule that could hit one is not in here. Every rule bounds the length of its line:
a long line that begins like a pointer to another article is most likely a paragraph after all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.clean.phrases import DOUBTFUL_HEADINGS, RULES, SURE_HEADINGS

_LIST_ITEM = re.compile(r"^(?:[-–—•*▪►▶»>]|\d{1,2}[.)])\s+\S")
_ENDS_SENTENCE = re.compile(r"""[.!?…。！？।؟:]["'”’»)\]]*$""")
_TAGGED_HEADLINE = re.compile(r"\[[A-Z][A-Z ]{2,20}\]\s*\|?$")
_AROUND_LINE = "[](){}|*_ \t-–—•▪►▶»›>"
_AROUND_HEADING = " :…-–—•*|▼↓>»"
_IN_LISTS = "read_more"
"""The only rule for list items: there the words of the others are an article's own."""
_LONGEST_HEADING = 60
_LONGEST_HEADLINE = 160
_SHORTEST_HEADLINE = 25
_MOST_FOLLOWERS = 8


def boilerplate_rules(lines: Sequence[str]) -> dict[int, str]:
    """Which lines are boilerplate: index -> name of the rule."""
    found: dict[int, str] = {}
    for index, line in enumerate(lines):
        if index in found or not line:
            continue
        rule = _rule_of(line)
        if rule is not None:
            found[index] = rule
            continue
        heading = _heading(line)
        if heading in SURE_HEADINGS or heading in DOUBTFUL_HEADINGS:
            followers = _followers(lines, index)
            if followers or index == len(lines) - 1 or heading in SURE_HEADINGS:
                found.update(dict.fromkeys([index, *followers], "related"))
    return found


def _rule_of(line: str) -> str | None:
    length = len(line)
    listed = bool(_LIST_ITEM.match(line))
    bare = line.strip(_AROUND_LINE)
    for rule in RULES:
        if length <= rule.longest and (not listed or rule.name == _IN_LISTS) and rule.pattern.match(bare):
            return rule.name
    return None


def _heading(line: str) -> str:
    return line.strip(_AROUND_HEADING).casefold().replace("’", "'") if len(line) <= _LONGEST_HEADING else ""


def _followers(lines: Sequence[str], header: int) -> list[int]:
    """The headlines below a heading ("Also interesting"): list items, or whatever is no sentence up to the end."""
    items: list[int] = []
    headlines: list[int] = []
    for index in range(header + 1, min(len(lines), header + 1 + _MOST_FOLLOWERS)):
        line = lines[index]
        if len(line) > _LONGEST_HEADLINE:
            break
        if _LIST_ITEM.match(line) or _TAGGED_HEADLINE.search(line):
            items.append(index)
        elif items or len(line) < _SHORTEST_HEADLINE or _ENDS_SENTENCE.search(line):
            break
        else:
            headlines.append(index)
    if items:
        return [*headlines, *items]
    return headlines if header + 1 + len(headlines) == len(lines) else []
