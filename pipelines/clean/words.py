"""Word lists in ``pipelines/data``: words separated by ``|``, doubtful ones marked with ``!``."""

from __future__ import annotations

import re
import unicodedata
from importlib import resources

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
