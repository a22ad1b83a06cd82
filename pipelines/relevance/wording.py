"""How an article is worded, as hashed character n-grams: the judge's second opinion.

The n-grams of one to four characters of the folded text fall into ``BUCKETS`` counters; their dampened counts, scaled
to length one, are weighed by a linear model. It knows no facts, but it knows how openings are told in languages whose
word list misses a phrase.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.topics.folding import fold

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SIZES = (1, 2, 3, 4)
BUCKETS = 1 << 16
MAX_CHARS = 4000
"""Code points of a passage that are read."""
_NO_WORD = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d")
# FNV's prime and a mixing constant of splitmix64: they only have to spread, and to stay as they are.
_PRIME = 1_099_511_628_211
_MIX = 0xBF58476D1CE4E5B9


def buckets(title: str, text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The buckets that the n-grams of ``title`` and ``text`` fall into, and their values (Euclidean length 1)."""
    import numpy as np

    found = [part for words in (title, text[:MAX_CHARS]) for part in _hashes(words)]
    if not found:
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    index, counts = np.unique(np.concatenate(found), return_counts=True)
    values = 1 + np.log(counts)
    return index, (values / np.sqrt(values @ values)).astype(np.float32)


def _hashes(words: str) -> list[NDArray[np.int64]]:
    import numpy as np

    plain = _DIGITS.sub("0", " " + _NO_WORD.sub(" ", fold(words)).strip() + " ")
    codes = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    out: list[NDArray[np.int64]] = []
    for size in SIZES:
        if len(codes) < size:
            break
        value = np.full(len(codes) - size + 1, size, dtype=np.uint64)
        for offset in range(size):
            value = value * np.uint64(_PRIME) ^ codes[offset : len(codes) - size + 1 + offset]
        value = (value ^ value >> np.uint64(29)) * np.uint64(_MIX)
        out.append((value >> np.uint64(40) & np.uint64(BUCKETS - 1)).astype(np.int64))
    return out
