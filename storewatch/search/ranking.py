"""Which hit comes first, and where it is shown to hit. The same numbers on every engine, because no engine's own
ranking is asked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from storewatch.search.folding import Sought, Word, words

#: BM25's constants, as Robertson and Zaragoza give them ("The Probabilistic Relevance Framework", 2009).
K1, B = 1.2, 0.75
#: A word of the title counts as this many of the text.
TITLE_WEIGHT = 4.0
#: Of two equally relevant articles one this much older counts half: news age, but "who said it first" is old.
HALF_LIFE = timedelta(days=730)
#: Words before the first hit of a snippet, and the longest snippet.
LEAD, SNIPPET = 8, 40
#: A hit that only comes after so many words is not shown; the beginning is.
LOOKED_AT = 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A candidate with its folded words, as stored."""

    article_id: int
    title: str
    body: str
    dated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A piece of a text; ``marks`` are the places of the hits in ``text`` (offsets in code points, half-open)."""

    text: str
    marks: tuple[tuple[int, int], ...]


def rank(hits: Sequence[Hit], wanted: Sequence[Sought]) -> dict[int, float]:
    """A relevance of each hit, by article id: BM25 over the hits, title words weighing more, younger ones first."""
    if not hits:
        return {}
    lengths = [hit.body.count(" ") + 1 for hit in hits]
    mean = sum(lengths) / len(lengths)
    newest = max(hit.dated_at for hit in hits)
    scores = dict.fromkeys((hit.article_id for hit in hits), 0.0)
    for sought in wanted:
        counts = [TITLE_WEIGHT * count(hit.title, sought) + count(hit.body, sought) for hit in hits]
        having = sum(1 for one in counts if one)
        rarity = math.log(1 + (len(hits) - having + 0.5) / (having + 0.5))
        for hit, often, length in zip(hits, counts, lengths, strict=True):
            scores[hit.article_id] += rarity * often * (K1 + 1) / (often + K1 * (1 - B + B * length / mean))
    for hit in hits:
        scores[hit.article_id] = (0.05 + scores[hit.article_id]) * 0.5 ** ((newest - hit.dated_at) / HALF_LIFE)
    return scores


def count(folded: str, sought: Sought) -> int:
    """How often a folded text has the words of ``sought`` side by side."""
    # Two hits side by side share the space between them and count once: they hardly ever stand so.
    return f" {folded} ".count(" " + " ".join(sought.words) + ("" if sought.prefix else " "))


def snippet(text: str, wanted: Sequence[Sought]) -> Snippet:
    """The first piece of ``text`` with a hit, or its beginning. Looks no further than it has to."""
    found: list[Word] = []
    marks: list[tuple[int, int]] = []
    first: int | None = None
    longest = max((len(sought.words) for sought in wanted), default=0)
    endings = frozenset(sought.words[-1] for sought in wanted if not sought.prefix)
    beginnings = tuple(sought.words[-1] for sought in wanted if sought.prefix)
    for word in islice(words(text), LOOKED_AT if longest else SNIPPET + 1):
        found.append(word)
        # Hardly any word ends a hit: most are passed by at once.
        for sought in wanted if word.text in endings or word.text.startswith(beginnings) else ():
            place = len(found) - len(sought.words)
            if place >= 0 and _stands_at(found, place, sought):
                marks.append((found[place].start, word.end))
                first = place if first is None else min(first, place)
        if first is not None and len(found) > max(0, first - LEAD) + SNIPPET + longest:
            break
    start_word = max(0, (first or 0) - LEAD)
    piece = found[start_word : start_word + SNIPPET]
    if not piece:
        return Snippet(text=text[:200], marks=())
    start = 0 if start_word == 0 else piece[0].start
    end = len(text) if start_word + SNIPPET >= len(found) else piece[-1].end
    before, after = "" if start == 0 else "… ", "" if end == len(text) else " …"
    shift = len(before) - start
    inside = [(one + shift, other + shift) for one, other in _joined(marks) if one >= start and other <= end]
    return Snippet(text=(before + text[start:end] + after).replace("\n", " "), marks=tuple(inside))


def _stands_at(found: Sequence[Word], place: int, sought: Sought) -> bool:
    *first, last = sought.words
    if any(found[place + shift].text != word for shift, word in enumerate(first)):
        return False
    end = found[place + len(first)].text
    return end.startswith(last) if sought.prefix else end == last


def _joined(marks: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Marks that overlap or touch as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(marks):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
