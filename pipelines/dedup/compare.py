"""What two texts are to each other: a pure, symmetric verdict on what they say, whoever came first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pipelines.dedup.align import Alignment, align
from pipelines.dedup.facts import changes
from pipelines.dedup.words import MIN_WORDS, Text, analyse

Likeness = Literal["equal", "same", "partial", "update", "quotes", "distinct", "unrelated"]

CONTAINED = 0.70
"""Part of the shorter text that the longer one must have. Unrelated articles share at most .21 of their runs, and with
three paragraphs of boilerplate .56 (research/dedup: C .70 leaves room)."""
ALIKE = 0.35
"""Jaccard similarity of the runs from which on two texts of like length are one."""
QUOTED = 0.15
QUOTED_RUNS = 25
"""What a round-up shares with a text that it quotes."""
PART = 0.6
"""A text with less than this part of the other's words is a teaser or cut off."""

_OWN_SHARE, _OWN_WORDS = 0.12, 25
"""Each text has so much that the other lacks, and another headline: two articles that share matter (a site's standard
paragraphs, the background to a story), not one."""
_LEAD, _LEAD_WORDS = 3, 8
_TITLES = 0.5
_FRAGMENT_WORDS = 12
"""A teaser shorter than this says too little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """``share_*``: the part of each text that the other has, 0..1. ``detail`` says in words what differs."""

    likeness: Likeness
    jaccard: float
    share_a: float
    share_b: float
    detail: str = ""


#: These make one text group; the others only link.
MERGING: frozenset[str] = frozenset({"equal", "same", "partial", "update"})

_UNRELATED = Relation(likeness="unrelated", jaccard=0.0, share_a=0.0, share_b=0.0)


def relate(title_a: str, text_a: str, title_b: str, text_b: str) -> Relation:
    """The relation of two texts with their titles. Swapping them swaps only the shares."""
    if (title_b, text_b) < (title_a, text_a):
        turned = _relate(title_b, text_b, title_a, text_a)
        return Relation(
            likeness=turned.likeness,
            jaccard=turned.jaccard,
            share_a=turned.share_b,
            share_b=turned.share_a,
            detail=turned.detail,
        )
    return _relate(title_a, text_a, title_b, text_b)


@lru_cache(maxsize=1024)
def _relate(title_a: str, text_a: str, title_b: str, text_b: str) -> Relation:
    a, b = analyse(title_a, text_a), analyse(title_b, text_b)
    if not a.tokens or not b.tokens:
        return _UNRELATED
    titles = _titles_alike(a, b)
    if a.tokens == b.tokens:
        equal = len(a.tokens) >= MIN_WORDS or titles
        return Relation(likeness="equal" if equal else "unrelated", jaccard=1.0, share_a=1.0, share_b=1.0)
    common = len(a.runs & b.runs)
    jaccard = common / len(a.runs | b.runs)
    alignment = align(a, b)
    share_a = max(common / len(a.runs), alignment.share_a)
    share_b = max(common / len(b.runs), alignment.share_b)
    likeness: Likeness = "unrelated"
    detail = ""
    if max(share_a, share_b) >= CONTAINED or jaccard >= ALIKE:
        likeness, detail = _likeness(a, b, alignment, titles=titles, common=common)
    elif max(share_a, share_b) >= QUOTED or common >= QUOTED_RUNS:
        likeness = "quotes"
    return Relation(likeness=likeness, jaccard=jaccard, share_a=share_a, share_b=share_b, detail=detail)


def _likeness(a: Text, b: Text, alignment: Alignment, *, titles: bool, common: int) -> tuple[Likeness, str]:
    """What two texts that share most of one of them are to each other, and what differs."""
    shorter, longer = sorted((a, b), key=lambda text: len(text.tokens))
    if not titles and _own_matter(a, b, alignment.left_a, alignment.left_b):
        return "quotes", "each has matter of its own"
    if len(shorter.tokens) < MIN_WORDS and not _is_fragment(shorter, titles=titles, common=common):
        return "unrelated", "too short to tell"
    differ = changes(a, b, alignment)
    if differ.subject:
        return "distinct", differ.subject
    other = differ.figures or differ.names
    if other:
        return "update", "{} / {}".format(*other[0])
    if len(shorter.tokens) < PART * len(longer.tokens):
        if titles or _opens(shorter, longer):
            return "partial", ""
        return "quotes", "a passage of the other"
    return ("update", "a notice of correction") if differ.notice else ("same", "")


def _titles_alike(a: Text, b: Text) -> bool:
    """Equal, or one cut, turned or with a name of the site: most words of the shorter one."""
    ours, others = frozenset(a.title.folded), frozenset(b.title.folded)
    return bool(ours) and len(ours & others) > _TITLES * min(len(ours), len(others))


def _own_matter(a: Text, b: Text, left_a: int, left_b: int) -> bool:
    return all(
        left >= _OWN_WORDS and left >= _OWN_SHARE * len(text.tokens) for text, left in ((a, left_a), (b, left_b))
    )


def _is_fragment(shorter: Text, *, titles: bool, common: int) -> bool:
    """Whether a text of fewer words than can stand for themselves belongs to the longer one."""
    return len(shorter.tokens) >= _FRAGMENT_WORDS and (titles or common >= _FRAGMENT_WORDS)


def _opens(shorter: Text, longer: Text) -> bool:
    """Whether the shorter text is the longer one's beginning, not a passage from its middle."""
    leads = [sentence.folded for sentence in longer.sentences[: 2 * _LEAD] if len(sentence.folded) >= _LEAD_WORDS]
    have = {sentence.folded for sentence in shorter.sentences}
    return any(lead in have for lead in leads[:_LEAD])
