"""Texts as the encoder's tokens: SentencePiece's unigram model, with the place of every token in the text.

A text is normalized code point by code point, runs of spaces become one, and each word, with the mark ``▁`` before it,
is cut into those pieces of the vocabulary whose scores (log-probabilities) have the largest sum.

The vocabulary is held as sorted hashes in arrays of 7 MB together, which processes share after a fork; a dictionary of
strings would be 40 MB in each. All stretches of a text that may be pieces are looked up at once.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipelines.encoder.base import Base, Pieces, broken, installed_base

SPACE = ord(" ")
WORD = ord("\N{LOWER ONE EIGHTH BLOCK}")
"""What stands before a word in the vocabulary."""
MASK = "<mask>"
"""The one special token whose id is not in the file's header."""
UNKNOWN_PENALTY = 10.0
"""A character without a piece costs this much more than the rarest piece (SentencePiece's ``kUnkPenalty``)."""
FACTOR = np.uint64(0x9E3779B97F4A7C15)
"""2^64 divided by the golden ratio, odd (Knuth, The Art of Computer Programming, 6.4): of a product's bits the upper
ones are the best mixed."""
FILTER_BITS = 21
FILTER_SHIFT = np.uint64(64 - FILTER_BITS)
"""2 MB, which stay in a core's cache, say of eight of nine stretches that they are no piece."""

Points = NDArray[np.uint32]
Hashes = NDArray[np.uint64]
Numbers = NDArray[np.int64]


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
    """The pieces of the vocabulary and how to cut texts into them; holds no state, so threads may share it."""

    __slots__ = ("_filter", "_hashes", "_ids", "_longest", "_normal", "_scores", "_unknown", "_unknown_score")

    def __init__(self, base: Base) -> None:
        stored = base.pieces()
        try:
            hashes, lengths, usable = _hashed(stored)
            self._normal = _replacements(stored)
        except (UnicodeDecodeError, struct.error) as error:
            raise broken(base.path, f"has a vocabulary that cannot be read: {error}") from error
        special = base.specials
        numbers = [special.begin, special.end, special.padding, special.unknown]
        if min(numbers) < 0 or max(numbers) >= len(hashes) or len(hashes) > base.shape.vocabulary:
            raise broken(base.path, f"has {len(hashes):,} pieces, which do not fit its words or special tokens")
        # A text that spells "</s>" tells of it and does not end there.
        usable[numbers] = False
        usable &= hashes != _hash(MASK)
        ids = np.flatnonzero(usable)
        # Stable, so that the first of equal pieces is found.
        self._ids = ids[np.argsort(hashes[ids], kind="stable")].astype(np.int32)
        self._hashes: Hashes = hashes[self._ids]
        self._scores = stored.scores[self._ids]
        self._filter = np.zeros(1 << FILTER_BITS, dtype=np.bool_)
        self._filter[self._hashes >> FILTER_SHIFT] = True
        self._longest = int(lengths[ids].max(initial=1))
        self._unknown = special.unknown
        self._unknown_score = float(stored.scores.min()) - UNKNOWN_PENALTY

    def tokenize(self, text: str) -> Tokens:
        """The tokens of a text of any length; the time grows with the length and no faster."""
        points, sources = _marked(*self._normal(_points(text)))
        ids, borders = self._best_cut(points)
        return Tokens(
            ids=np.array(ids, dtype=np.int32),
            starts=sources[borders[:-1]].astype(np.int32),
            ends=(sources[np.array(borders[1:], dtype=np.int64) - 1] + 1).astype(np.int32),
        )

    def _best_cut(self, points: Points) -> tuple[list[int], list[int]]:
        """The ids of the best pieces in a text of marked words, and their borders, one more: by Viterbi.

        Each word begins at 0 anew, so that it is cut the same wherever it stands: no piece goes over a mark.
        """
        starts, ends, found = self._pieces_in(points)
        scores = self._scores[found].tolist()
        numbers = self._ids[found].tolist()
        counts = np.bincount(ends, minlength=len(points) + 1).tolist()
        froms = starts.tolist()
        best, origin, piece = [0.0], [0], [self._unknown]
        at = 0
        for end, begins_word in enumerate([*(points[1:] == WORD).tolist(), False][: len(points)], start=1):
            top, source, number = best[end - 1] + self._unknown_score, end - 1, self._unknown
            for candidate in range(at, at + counts[end]):
                score = best[froms[candidate]] + scores[candidate]
                if score > top:
                    top, source, number = score, froms[candidate], numbers[candidate]
            at += counts[end]
            best.append(0.0 if begins_word else top)
            origin.append(source)
            piece.append(number)
        ids, borders = [], [len(points)]
        while borders[-1]:
            ids.append(piece[borders[-1]])
            borders.append(origin[borders[-1]])
        return ids[::-1], borders[::-1]

    def _pieces_in(self, points: Points) -> tuple[Numbers, Numbers, Numbers]:
        """Every stretch of the text that is a piece: start, end and which; by the end, the longest first."""
        maybes: list[Numbers] = []
        wanted: list[Hashes] = []
        hashes = np.ones(len(points) + 1, dtype=np.uint64)
        for length in range(1, min(self._longest, len(points)) + 1):
            hashes = _longer(hashes[:-1], points[length - 1 :])
            maybes.append(np.flatnonzero(self._filter[(hashes >> FILTER_SHIFT).view(np.int64)]))
            wanted.append(hashes[maybes[-1]])
        if not maybes:
            return (np.zeros(0, dtype=np.int64),) * 3
        asked = np.concatenate(wanted)
        where = np.minimum(np.searchsorted(self._hashes, asked), len(self._hashes) - 1)
        hits = np.flatnonzero(self._hashes[where] == asked)
        lengths = np.repeat(np.arange(1, len(maybes) + 1), [len(part) for part in maybes])[hits]
        starts = np.concatenate(maybes)[hits]
        ends = starts + lengths
        order = np.argsort(ends * (self._longest + 1) - lengths)
        return starts[order], ends[order], where[hits][order]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Normalization:
    """What stands in place of some code points: of ``points[i]`` (sorted) the stretch of ``replacements`` from
    ``starts[i]`` on, ``counts[i]`` long."""

    points: Points
    starts: Numbers
    counts: Numbers
    replacements: Points

    def __call__(self, text: Points) -> tuple[Points, Numbers]:
        """The normalized text and which character of the text each of its characters comes from."""
        index = np.minimum(np.searchsorted(self.points, text), len(self.points) - 1)
        changed = self.points[index] == text
        counts = np.where(changed, self.counts[index], 1)
        sources = np.repeat(np.arange(len(text)), counts)
        normal = text[sources]
        of_changed = np.flatnonzero(changed[sources])
        within = np.arange(len(sources)) - np.repeat(np.cumsum(counts) - counts, counts)
        normal[of_changed] = self.replacements[self.starts[index[sources[of_changed]]] + within[of_changed]]
        return normal, sources


@cache
def installed_vocabulary() -> Vocabulary:
    """The vocabulary of the installed weights, loaded once a process; raises ``EncoderError``."""
    return Vocabulary(installed_base())


def _points(text: str) -> Points:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def _longer(hashes: Hashes, points: Points) -> Hashes:
    """The hashes of stretches by one code point longer; that of none is 1."""
    return (hashes ^ points) * FACTOR


def _hash(text: str) -> np.uint64:
    hashed = np.ones(1, dtype=np.uint64)
    for point in _points(text):
        hashed = _longer(hashed, point)
    return np.uint64(hashed[0])


def _marked(points: Points, sources: Numbers) -> tuple[Points, Numbers]:
    """Words with a mark before each in place of spaces; a mark's source is that of its word's first character."""
    space = points == SPACE
    doubled = space & np.concatenate(([True], space[:-1]))[: len(space)]
    points, sources, space = points[~doubled], sources[~doubled], space[~doubled]
    if len(space) and space[-1]:
        points, sources, space = points[:-1], sources[:-1], space[:-1]
    if not len(points):
        return points, sources
    points = np.where(space, np.uint32(WORD), points)
    sources[:-1][space[:-1]] = sources[1:][space[:-1]]
    return np.concatenate(([np.uint32(WORD)], points)), np.concatenate((sources[:1], sources))


def _hashed(stored: Pieces) -> tuple[Hashes, Numbers, NDArray[np.bool_]]:
    """Each piece's hash and length in code points, and whether a marked word may contain it."""
    points = _points(stored.text.decode())
    # Bytes that begin a character, counted, say where a piece begins among the code points.
    begins = (np.frombuffer(stored.text, dtype=np.uint8) & 0xC0) != 0x80
    characters = np.concatenate(([0], np.cumsum(begins)))
    starts = characters[stored.offsets]
    lengths = np.diff(starts)
    hashes = np.ones(len(lengths), dtype=np.uint64)
    usable = lengths > 0
    for at in range(int(lengths.max())):
        reaching = np.flatnonzero(lengths > at)
        added = points[starts[reaching] + at]
        hashes[reaching] = _longer(hashes[reaching], added)
        if at:
            usable[reaching[added == WORD]] = False
    return hashes, lengths, usable


def _replacements(stored: Pieces) -> Normalization:
    raw = stored.normalizations
    replaced: dict[int, tuple[int, ...]] = {}
    position = 0
    for _ in range(stored.normalized):
        point, count = struct.unpack_from("<IB", raw, position)
        replaced[point] = struct.unpack_from(f"<{count}I", raw, position + 5)
        position += 5 + 4 * count
    replaced.setdefault(SPACE, (SPACE,))
    ordered = sorted(replaced.items())
    counts = np.array([len(points) for _, points in ordered])
    return Normalization(
        points=np.array([point for point, _ in ordered], dtype=np.uint32),
        starts=np.cumsum(counts) - counts,
        counts=counts,
        replacements=np.array([point for _, points in ordered for point in points], dtype=np.uint32),
    )
