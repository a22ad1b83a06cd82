"""Boilerplate lines: what publishers put around and between an article's paragraphs.

A rule looks at a whole line. Most lines of an article are longer than any rule allows or begin with no word that a rule
knows, so a paragraph is safe; a rule that could hit one is not in here. Every rule bounds the length of its line: a long
line that begins like a pointer to another article is most likely a paragraph after all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.clean.phrases import AMBIGUOUS_HEADERS, HEADERS, RULES

_LIST_ITEM = re.compile(r"^(?:[-–—•*▪►▶»>]|\d{1,2}[.)])\s+\S")
_ENDS_SENTENCE = re.compile(r"""[.!?…。！？।؟:]["'”’»)\]]*$""")
_TAGGED_HEADLINE = re.compile(r"\[[A-Z][A-Z ]{2,20}\]\s*\|?$")
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
        elif _is_header(line):
            followers = _followers(lines, index)
            if followers or index == len(lines) - 1 or _header_word(line) not in AMBIGUOUS_HEADERS:
                found[index] = "related"
                found.update(dict.fromkeys(followers, "related"))
    return found


def _rule_of(line: str) -> str | None:
    length = len(line)
    listed = bool(_LIST_ITEM.match(line))
    bare = line.strip("[](){}|*_ \t-–—•▪►▶»›>")
    for rule, longest, pattern in RULES:
        if length <= longest and (not listed or rule == "read_more") and pattern.match(bare):
            return rule
    return None


def _is_header(line: str) -> bool:
    return len(line) <= 60 and _header_word(line) in HEADERS


def _header_word(line: str) -> str:
    return line.strip(" :…-–—•*|▼↓>»").casefold().replace("’", "'")


def _followers(lines: Sequence[str], header: int) -> list[int]:
    """The headlines below a header such as "Also interesting": list items, or whatever is no sentence up to the text's end."""
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
    at_end = header + 1 + len(headlines) == len(lines)
    return headlines if at_end else []
