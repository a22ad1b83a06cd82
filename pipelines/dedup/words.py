"""Words, sentences and runs of words: what texts are compared by.

Case, width, punctuation, spacing and invisible characters are gone. Scripts that do not set words apart by blanks
(Chinese, Japanese, Thai, Lao, Khmer, Burmese) are compared by their characters.
"""

from __future__ import annotations

import hashlib
import struct
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import regex

MIN_WORDS = 40
"""Texts shorter than this say too little to be told apart by themselves ("The page was moved."): their titles must be
equal too. From the measurements in the project's notes on duplicates."""

MAX_WORDS = 20_000
"""What is compared of a text: as much as the longest articles have; the rest of a 500 kB page adds only time."""

RUN = 5
"""Words in a run (shingle). Runs of five keep unrelated articles apart (Jaccard at most .07 in our measurements) and
still survive a by-line, a cut or an added paragraph."""

_SCRIPTS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_TOKEN = regex.compile(rf"[{_SCRIPTS}]\p{{M}}*|[[\w\p{{M}}]--[{_SCRIPTS}]]+", regex.V1)
"""A word; where words are not set apart by blanks, a character. Vowel signs belong to their word."""
_INVISIBLE = regex.compile(r"\p{Cf}+")
_THOUSANDS = regex.compile(r"(?<=\d)[.,'’\u00a0\u202f](?=\d{3}(?!\d))")
_SENTENCE_END = regex.compile(r"\n+|(?<=[。！？．｡])|(?<=[.!?…؟।][\"'”’»)]?)\s+")
_DIGIT = regex.compile(r"\p{Nd}")
_BETWEEN = "\x1f"


def words(text: str) -> list[str]:
    """The tokens by which texts are compared."""
    return list(_words(text))


@lru_cache(maxsize=4)
def _words(text: str) -> tuple[str, ...]:
    """Kept for a moment: whoever stores a text asks for its words, its key and their number one after the other."""
    return tuple(_TOKEN.findall(_INVISIBLE.sub("", unicodedata.normalize("NFKC", text).casefold())))


def text_key(text: str) -> str:
    """Equal for texts that say the same words in the same order: a SHA-256 in hexadecimal digits."""
    return key_of(words(text))


def key_of(tokens: Sequence[str]) -> str:
    return hashlib.sha256(" ".join(tokens).encode("utf-8", "surrogatepass")).hexdigest()


def hash64(tokens: Sequence[str], salt: bytes = b"") -> int:
    """A signed 64-bit number, as databases keep it, the same on every machine."""
    data = _BETWEEN.join(tokens).encode("utf-8", "surrogatepass")
    digest = hashlib.blake2b(data, digest_size=8, person=salt).digest()
    return int(struct.unpack("<q", digest)[0])


def hashes_of_runs(tokens: Sequence[str], length: int) -> frozenset[int]:
    """``hash64`` of every run of ``length`` tokens; of fewer tokens the one of all. The text is encoded only once."""
    data = _BETWEEN.join(tokens).encode("utf-8", "surrogatepass")
    starts, start = [], 0
    for token in tokens:
        starts.append(start)
        start += (len(token) if token.isascii() else len(token.encode("utf-8", "surrogatepass"))) + 1
    ends = [*(begin - 1 for begin in starts[length:]), len(data)]
    blake = hashlib.blake2b
    digests = [blake(data[begin:end], digest_size=8).digest() for begin, end in zip(starts, ends, strict=False)]
    return frozenset(struct.unpack(f"<{len(digests)}q", b"".join(digests)))


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence or a line: its words as written and folded. ``numbers`` are its figures in their order."""

    written: tuple[str, ...]
    folded: tuple[str, ...]
    numbers: tuple[str, ...]


class Text:
    """A text taken apart. ``tokens`` differ from :func:`words` only in that figures have no separators of thousands."""

    def __init__(self, title: str, text: str) -> None:
        self.title = _sentence(_plain(title))
        self.sentences = _sentences(text)
        self.tokens = [token for sentence in self.sentences for token in sentence.folded]

    @cached_property
    def runs(self) -> frozenset[int]:
        """The hashes of all runs of five words; of a shorter text the one of all its words."""
        tokens = self.tokens
        if not tokens:
            return frozenset()
        return hashes_of_runs(tokens, RUN)


@lru_cache(maxsize=256)
def analyse(title: str, text: str) -> Text:
    """The text taken apart; kept for a while, because each text is compared with several others."""
    return Text(title, text)


def _plain(text: str) -> str:
    plain: str = _THOUSANDS.sub("", _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)))
    return plain


def _sentences(text: str) -> tuple[Sentence, ...]:
    found: list[Sentence] = []
    left = MAX_WORDS
    for piece in _SENTENCE_END.split(_plain(text)):
        sentence = _sentence(piece or "", left)
        if sentence.folded:
            found.append(sentence)
            left -= len(sentence.folded)
            if left <= 0:
                break
    return tuple(found)


def _sentence(piece: str, at_most: int = MAX_WORDS) -> Sentence:
    written = tuple(_TOKEN.findall(piece)[:at_most])
    folded = tuple([token.casefold() for token in written])
    if _DIGIT.search(piece) is None:
        return Sentence(written, folded, ())
    return Sentence(written, folded, tuple([figure(token) for token in folded if _DIGIT.search(token)]))


def is_figure(token: str) -> bool:
    return _DIGIT.search(token) is not None


def figure(token: str) -> str:
    """A word with digits, in the digits of ASCII and without leading zeros."""
    plain = token if token.isascii() else "".join(str(unicodedata.decimal(char, char)) for char in token)
    return plain.lstrip("0") or "0"
