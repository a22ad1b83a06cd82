"""Lists in ``pipelines/data``: words separated by ``|``, doubtful ones marked with ``!``; entries in sections."""

from __future__ import annotations

import re
import unicodedata
from importlib import resources

_SECTION = re.compile(r"\[(\w+)\]")
_LANGUAGE = re.compile(r"^[a-z]{2,3}:\s")


def read_words(name: str) -> tuple[frozenset[str], frozenset[str]]:
    """The sure and the doubtful words of a list, case-folded and NFC. Lines may begin with a language code."""
    text = resources.files("pipelines").joinpath(f"data/{name}").read_text(encoding="utf-8")
    sure: set[str] = set()
    doubtful: set[str] = set()
    for line in text.split("\n"):
        if line.startswith("#"):
            continue
        for entry in _LANGUAGE.sub("", line).split("|"):
            word = unicodedata.normalize("NFC", entry.strip()).casefold()
            if word.startswith("!"):
                doubtful.add(word[1:].strip())
            elif word:
                sure.add(word)
    return frozenset(sure), frozenset(doubtful)


def read_sections(name: str) -> dict[str, list[str]]:
    """The entries below each ``[section]`` of a list, one a line; comments begin with ``#``."""
    text = resources.files("pipelines").joinpath(f"data/{name}").read_text(encoding="utf-8")
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in text.split("\n"):
        if opening := _SECTION.fullmatch(line):
            current = sections.setdefault(opening[1], [])
        elif line and not line.startswith("#"):
            current.append(line)
    return sections
