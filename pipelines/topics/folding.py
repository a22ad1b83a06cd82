"""Length-preserving folding of text, and word boundaries across scripts.

Offsets found in a folded text are offsets in the text as it came, because every character is folded to exactly one.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_HYPHENS = "-\u2010\u2011"
_SPACES = "\u00a0\u2007\u2009\u200a\u202f\u200c\u200d\t"
_QUOTES = "\u2019\u2018\u02bc\u00b4`"


def _singles() -> tuple[tuple[str, str], ...]:
    pairs = [(c, " ") for c in _HYPHENS + _SPACES] + [(c, "'") for c in _QUOTES]
    # Dotless i, final sigma, Cyrillic yo, Arabic letters that are written in several ways.
    pairs += zip("ıςёأإآىیک", "iσеاااييك", strict=True)
    # Greek capitals go without accents, so small letters are compared without them too.
    pairs += zip("άέήίόύώϊϋΐΰ", "αεηιουωιυιυ", strict=True)
    return tuple(pairs)


_SINGLES = _singles()
# Full-width forms of ASCII, as Japanese and Chinese pages use them, and their space.
_WIDE = {code: chr(code - 0xFEE0).lower() for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xFF0D: " "}
# Halves of surrogate pairs, which broken JSON brings, can be passed to no automaton.
_WIDE |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_HAS_WIDE = re.compile("[\uff01-\uff5e\u3000\ud800-\udfff]")


# The vendor, brand and term automata ask for the same text one after the other.
@lru_cache(maxsize=4)
def fold(text: str) -> str:
    """The text in lower case with hyphens as spaces and spelling variants unified; ``len`` stays the same."""
    # U+0130 is the only character whose lower case has another length.
    folded = text.replace("\u0130", "i").lower()
    if folded.isascii():
        return folded.replace("-", " ").replace("\t", " ").replace("`", "'")
    # A few searches for single characters take a fifth of the time of str.translate.
    for single, plain in _SINGLES:
        folded = folded.replace(single, plain)
    return folded.translate(_WIDE) if _HAS_WIDE.search(folded) else folded


@lru_cache(maxsize=4096)
def script_class(char: str) -> int:
    """0: no part of a word; 1: Latin letter or digit; 2: other script with spaces; 3: script without word spaces."""
    code = ord(char)
    if code < 0x250:
        return 1 if char.isalnum() else 0
    category = unicodedata.category(char)
    if category[0] not in "LMN":
        return 0
    if 0x0E00 <= code < 0x0F00 or 0x1000 <= code < 0x1100 or 0x1780 <= code < 0x1800:
        return 3  # Thai, Lao, Burmese, Khmer
    if 0x1100 <= code < 0x1200 or 0x3040 <= code < 0xA000 or 0xAC00 <= code < 0xD7B0 or 0xF900 <= code < 0xFB00:
        return 3  # Han, kana, Hangul
    if code >= 0x20000:
        return 3
    return 1 if 0x1E00 <= code < 0x1F00 else 2


def joined(a: str, b: str) -> bool:
    """Are two neighbouring characters parts of one word? (So no word begins or ends between them.)"""
    kind = script_class(a)
    return kind in (1, 2) and kind == script_class(b)


# No word is longer; keeps texts without any space from costing quadratic time.
_MAX_WORD = 50


def word_end(text: str, position: int) -> int:
    """The end of the word that the character before ``position`` belongs to."""
    size = min(len(text), position + _MAX_WORD)
    while position < size and joined(text[position - 1], text[position]):
        position += 1
    return position


def word_start(text: str, position: int) -> int:
    """The start of the word that the character at ``position`` belongs to."""
    floor = max(0, position - _MAX_WORD)
    while position > floor and joined(text[position - 1], text[position]):
        position -= 1
    return position
