"""Texts as the encoder's tokens: SentencePiece's unigram model, with the place of every token in the text.

A text is normalized code point by code point, runs of spaces become one, and each word, with the mark ``▁`` before it,
is cut into those pieces of the vocabulary whose scores (log-probabilities) have the largest sum.
"""

from __future__ import annotations

import struct
from array import array
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipelines.encoder.base import Base, Pieces, Specials, broken, installed_base

WORD = "\N{LOWER ONE EIGHTH BLOCK}"
"""What stands before a word in the vocabulary."""
MASK = "<mask>"
"""The one special token whose id is not in the file's header."""
UNKNOWN_PENALTY = 10.0
"""A character without a piece costs this much more than the rarest piece (SentencePiece's ``kUnkPenalty``)."""
CACHED_WORDS = 16_384
LONGEST_CACHED = 24
"""Longer words do not come again (sentences of Han, addresses); 16,384 words of up to that length take 5 MB."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tokens:
    """The tokens of a text without <s> and </s>: ids, and where each starts and ends in the text (code points).

    ``0 <= start < end <= len(text)`` and neither falls from token to token. Characters that are only spaces belong to
    no token; tokens that come of one character (``…`` is three points) have the same place, and the mark of a word that
    is a token of its own has that of the word's first character.
    """

    ids: NDArray[np.int32]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]


class Vocabulary:
    """The pieces of the vocabulary and how to cut texts into them; may be used by several threads."""

    __slots__ = ("_cut", "_ids", "_longest", "_replacements", "_scores", "_unknown_score", "specials")

    def __init__(self, base: Base) -> None:
        stored = base.pieces()
        try:
            pieces = _decoded(stored)
            self._replacements = _replacements(stored)
        except (UnicodeDecodeError, ValueError, struct.error) as error:
            raise broken(base.path, f"has a vocabulary that cannot be read: {error}") from error
        self.specials: Specials = stored.specials
        self._scores = array("f", stored.scores.tobytes())
        self._unknown_score = min(self._scores) - UNKNOWN_PENALTY
        self._longest = max(map(len, pieces))
        # From the end, so that the first of equal pieces stays.
        self._ids = dict(zip(reversed(pieces), range(len(pieces) - 1, -1, -1), strict=True))
        # A text that spells "</s>" tells of it and does not end there.
        special = (self.specials.begin, self.specials.end, self.specials.padding, self.specials.unknown)
        for piece in (MASK, *(pieces[number] for number in special)):
            self._ids.pop(piece, None)
        self._cut = lru_cache(CACHED_WORDS)(self._best_cut)

    def tokenize(self, text: str) -> Tokens:
        """The tokens of a text of any length; the time grows with the length and no faster."""
        normal, sources = self._normalized(text)
        ids: list[int] = []
        starts: list[int] = []
        ends: list[int] = []
        position = 0
        for word in normal.split(" "):
            if word:
                cut = self._cut if len(word) <= LONGEST_CACHED else self._best_cut
                found, borders = cut(word)
                ids += found
                start = 0
                for border in borders:
                    starts.append(sources[position + start])
                    ends.append(sources[position + max(border, 1) - 1] + 1)
                    start = border
            position += len(word) + 1
        return Tokens(
            ids=np.array(ids, dtype=np.int32),
            starts=np.array(starts, dtype=np.int32),
            ends=np.array(ends, dtype=np.int32),
        )

    def _normalized(self, text: str) -> tuple[str, list[int]]:
        """The normalized text and which character of the text each of its characters comes from."""
        characters: list[str] = []
        sources: list[int] = []
        replaced = self._replacements.get
        after_space = True
        for index, character in enumerate(text):
            for normal in replaced(character, character):
                if normal == " ":
                    if after_space:
                        continue
                    after_space = True
                else:
                    after_space = False
                characters.append(normal)
                sources.append(index)
        return "".join(characters), sources

    def _best_cut(self, word: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The ids of a word's pieces and where they end in it (the mark alone ends at 0): the best way by Viterbi."""
        marked = WORD + word
        length = len(marked)
        ids, scores, longest = self._ids, self._scores, self._longest
        best = [float("-inf")] * (length + 1)
        best[0] = 0.0
        origin = [0] * (length + 1)
        piece = [self.specials.unknown] * (length + 1)
        for start in range(length):
            so_far = best[start]
            for end in range(start + 1, min(length, start + longest) + 1):
                number = ids.get(marked[start:end])
                if number is not None and so_far + scores[number] > best[end]:
                    best[end], origin[end], piece[end] = so_far + scores[number], start, number
            if so_far + self._unknown_score > best[start + 1]:
                best[start + 1], origin[start + 1] = so_far + self._unknown_score, start
                piece[start + 1] = self.specials.unknown
        found, borders = [], []
        end = length
        while end:
            found.append(piece[end])
            borders.append(end - 1)
            end = origin[end]
        return tuple(reversed(found)), tuple(reversed(borders))


@cache
def installed_vocabulary() -> Vocabulary:
    """The vocabulary of the installed weights, loaded once a process; raises ``EncoderError``."""
    return Vocabulary(installed_base())


def _decoded(stored: Pieces) -> list[str]:
    """All pieces, cut from the text decoded once: bytes that begin a character are counted to know where."""
    text = stored.text.decode()
    begins = (np.frombuffer(stored.text, dtype=np.uint8) & 0xC0) != 0x80
    characters = np.zeros(len(begins) + 1, dtype=np.uint32)
    np.cumsum(begins, out=characters[1:])
    borders = characters[stored.offsets].tolist()
    return [text[start:end] for start, end in pairwise(borders)]


def _replacements(stored: Pieces) -> dict[str, str]:
    """What stands in place of a character; characters that stay as they are have no entry."""
    raw = stored.normalizations
    replacements = {}
    position = 0
    for _ in range(stored.normalized):
        point, count = struct.unpack_from("<IB", raw, position)
        points = struct.unpack_from(f"<{count}I", raw, position + 5)
        replacements[chr(point)] = "".join(map(chr, points))
        position += 5 + 4 * count
    return replacements
