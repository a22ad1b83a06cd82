"""Texts as the words that are searched: one rule for what is stored and for what is asked, on every engine.

A word is a run of letters, digits and their marks, folded: lower case, without the accents of Latin, Greek, Arabic and
Hebrew letters (``Düsseldorf`` = ``dusseldorf``, ``Đà Nẵng`` = ``da nang``), compatibility forms made plain (``ｘ`` =
``x``). Scripts that write no spaces between words (Chinese, Japanese, Thai, Lao, Khmer, Burmese), and Korean, whose
particles stick to its words, become overlapping pairs of characters, so that any part of a run is found: ``小米之家``
gives ``小米 米之 之家 家``. The lone last character lets one character be searched at all.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import regex

#: Positions that a PostgreSQL tsvector can tell apart end at 16,383; no article needs more.
MAX_WORDS = 16_000
#: A tsvector takes words of at most 2,046 bytes; what is longer than this is no word but a code.
MAX_LETTERS = 100

_RUN = regex.compile(r"[\p{L}\p{N}\p{M}]+")
_PAIRED = regex.compile(
    r"([\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\u3005\u30fc]+)", regex.V1
)
# Russian marks the stressed vowel with an acute accent; its other marks make other letters (и, й).
_UNMARKED = regex.compile(r"(?<=[\p{Latin}\p{Greek}\p{Arabic}\p{Hebrew}]\p{Mn}*)\p{Mn}|(?<=\p{Cyrillic})[\u0300\u0301]")
# Letters that Unicode does not decompose, though people type them plain.
_PLAIN = str.maketrans(
    {"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ħ": "h", "ı": "i", "þ": "th", "æ": "ae", "œ": "oe", "ŋ": "ng"}
    | {"ё": "е", "ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي", "ـ": ""}
)


class Word(NamedTuple):
    """A folded word with the place in the text that it comes from (offsets in code points, half-open).

    A tuple, because a text has hundreds of them and each must cost next to nothing.
    """

    text: str
    start: int
    end: int


def words(text: str) -> Iterator[Word]:
    """The words of ``text`` in order, as they are stored; of a paired run each pair, then its last character."""
    for run in _RUN.finditer(text):
        if run.group().isascii():
            yield Word(run.group()[:MAX_LETTERS].lower(), run.start(), run.end())
            continue
        for part, start, end in _parts(run.group(), run.start()):
            if _PAIRED.match(part):
                for place in range(len(part)):
                    pair = part[place : place + 2]
                    yield Word(_fold(pair), start + place, start + place + len(pair))
            else:
                for piece in _fold(part).split():
                    yield Word(piece, start, end)


def fold(text: str) -> str:
    """The words of ``text``, at most :data:`MAX_WORDS`, with one space between them: what is stored for searching.

    >>> fold("Die 2.000 Läden in İstanbul")
    'die 2 000 laden in istanbul'
    """
    found: list[str] = []
    for run in _RUN.findall(text):
        if run.isascii():
            found.append(run[:MAX_LETTERS].lower())
        else:
            found += [word.text for word in words(run)]
        if len(found) >= MAX_WORDS:
            break
    return " ".join(found[:MAX_WORDS])


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What a word or phrase of a query looks for: ``words`` that stand side by side; ``prefix``: the last of them is
    only the beginning of a word. Without words it can find nothing."""

    words: tuple[str, ...]
    prefix: bool = False


def sought(text: str, *, prefix: bool = False) -> Sought:
    """How ``text`` of a query is looked for."""
    found = [word.text for word in words(text)]
    paired = [bool(_PAIRED.match(word)) for word in found]
    if found and paired[-1]:
        if len(found) > 1 and len(found[-2]) == 2 and paired[-2]:
            found.pop()  # the last character of a run is only there for itself
            return Sought(words=tuple(found))
        return Sought(words=tuple(found), prefix=True)  # one character: any pair that begins with it
    return Sought(words=tuple(found), prefix=prefix and bool(found))


def _parts(run: str, start: int) -> Iterator[tuple[str, int, int]]:
    """The pieces of a run that are all paired script or all not."""
    for piece in _PAIRED.split(run):
        if piece:
            yield piece, start, start + len(piece)
            start += len(piece)


@lru_cache(maxsize=50_000)
def _fold(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.casefold())
    plain = unicodedata.normalize("NFC", _UNMARKED.sub("", plain)).translate(_PLAIN)
    # Compatibility forms may bring signs of their own: one half becomes "1⁄2".
    return " ".join(piece[:MAX_LETTERS] for piece in _RUN.findall(plain))
