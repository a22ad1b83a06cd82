"""Keys under which a similar text is found again: few, and the same on every machine and in every order.

FracMinHash: of all runs of five words those whose hash falls below a fixed limit. Which of them are kept depends on
the run alone, never on the rest of the text, so a teaser's keys are among those of its article. Opening sentences and
the title are keys of their own, because a teaser may be too short for the limit to leave it enough.
"""

from __future__ import annotations

from pipelines.dedup.words import Text, hash64

SHARE = 8
"""One run in so many is a key: the research's best compromise between rows and recall."""
SHARE_LONG, LONG_WORDS = 16, 400
"""In texts of more words than this, of which half as dense a sketch is enough."""
MAX_KEYS = 256
"""A text of 20,000 words would have 1,250 keys; the smallest are as good."""

_LEAD_SENTENCES, _LEAD_WORDS = 6, 6
_TITLE_WORDS = 4
_RANGE = 2**64


def keys(text: Text) -> frozenset[int]:
    """The sketch of a text, as signed 64-bit numbers. Odd ones name a title or an opening sentence: one that two texts
    share makes them worth a comparison. Even ones are runs, of which it takes two (:data:`ENOUGH`)."""
    ordered = sorted(run & (_RANGE - 1) for run in text.runs)
    share = SHARE if len(text.tokens) < LONG_WORDS else SHARE_LONG
    runs = [run for run in ordered if run < _RANGE // share][:MAX_KEYS]
    special = [hash64(s.folded, b"lead") for s in text.sentences if len(s.folded) >= _LEAD_WORDS][:_LEAD_SENTENCES]
    if len(text.title.folded) >= _TITLE_WORDS:
        special.append(hash64(text.title.folded, b"title"))
    return frozenset([*(_signed(run & ~1) for run in runs), *(key | 1 for key in special)])


ENOUGH = 2
"""Shared runs that make two texts worth a comparison."""


def is_special(key: int) -> bool:
    """Whether a key stands for a whole sentence or a title."""
    return bool(key & 1)


def _signed(number: int) -> int:
    return number - _RANGE if number >= _RANGE // 2 else number
