"""The fact guard: what two tellings of one text say differently.

Figures are compared by the words around them, wherever they stand (a heading, a cell of a table); names by the
sentences that differ in a few words only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import regex

from pipelines.dedup.align import Alignment
from pipelines.dedup.words import Sentence, Text, figure, is_figure

_LEAD = 3
"""The first sentences say what a news article is about."""
_RELEASE = 12
"""A text of so few sentences is a notice or a press release: another partner or year makes it another one."""
_REPORT_FIGURES = 3
"""A notice in which so many figures differ, and most of those it has, is the next one of a series: last quarter's
results, another roll-out in the same words."""
_RENAMED_SHARE = 0.15
"""Of a longer text so many of the sentences must name somebody else before it is a text about somebody else."""

_YEAR = regex.compile(r"(?:19|20)\d\d")
_HAN = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]")
_NOTICE = regex.compile(
    r"^(?:corrections?|corrects|corrected|clarification|editor s note|update|korrektur|berichtigung|richtigstellung"
    r"|anm d red|correction|rectificatif|mise à jour|corrección|rectificación|actualización|fe de erratas"
    r"|rettifica|correzione|aggiornamento|correção|errata|atualização|rectificatie|correctie|sprostowanie|aktualizacja"
    r"|исправление|уточнение|обновлено|düzeltme|güncelleme|koreksi|ralat|更 ?正|訂 ?正|勘 ?误|정정|सुधार|تصحيح)\b"
    r"|\ban earlier version of this (?:article|story|post)\b|\bin einer früheren version dieses artikels\b"
    r"|\bune version précédente de cet article\b|\buna versión anterior de este artículo\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What differs. ``figures``: pairs ("2000", "1000"). ``subject``: another vendor or place in the headline or the
    opening, or another partner or year in a short notice, so the texts tell two things; ``names``: somebody else is
    named, but the text is the same. ``notice``: one of them announces a correction."""

    figures: tuple[tuple[str, str], ...] = ()
    subject: str = ""
    names: tuple[tuple[str, str], ...] = ()
    notice: bool = False


def changes(a: Text, b: Text, alignment: Alignment) -> Changes:
    """What the two say differently where they say the same."""
    pairs = [(i, j, a.sentences[i], b.sentences[j]) for i, j in alignment.near]
    small = frozenset(word for text in (a, b) for s in text.sentences for word in s.written if word[0].islower())
    names = tuple(name for _, _, one, other in pairs for name in _renamed(one, other, small))
    # By the words around them and by the sentences they stand in; the way that finds more is right.
    figures, compared = max(_figures(a.tokens, b.tokens), _figures_in(a, pairs, alignment), key=lambda way: len(way[0]))
    subject = _subject(a, b, pairs, names, aligned=len(alignment.matched_a))
    if not subject and _is_short(a, b) and len(figures) >= _REPORT_FIGURES and 2 * len(figures) > compared:
        subject = "other figures throughout"
    return Changes(
        figures=figures,
        subject=subject,
        names=names,
        notice=_has_notice(a, alignment.matched_a) != _has_notice(b, alignment.matched_b),
    )


def _figures(a: Sequence[str], b: Sequence[str]) -> tuple[tuple[tuple[str, str], ...], int]:
    """Figures that stand among the same words with different values, and how many stand among the same words at all.
    Of a text and a part of it none differs: all that the part says, the whole says as well."""
    ours, others = _contexts(a), _contexts(b)
    found: list[tuple[str, str]] = []
    compared = 0
    for context in ours.keys() & others.keys():
        gone, come = ours[context] - others[context], others[context] - ours[context]
        found += zip(sorted(gone.elements()), sorted(come.elements()), strict=False)
        compared += min(ours[context].total(), others[context].total())
    return tuple(sorted(found)), compared


def _figures_in(
    a: Text, pairs: Sequence[tuple[int, int, Sentence, Sentence]], alignment: Alignment
) -> tuple[tuple[tuple[str, str], ...], int]:
    """The same for sentences that differ in other words as well ("on 13 March" / "on 7 February"), one by one."""
    near = {i: (one.numbers, other.numbers) for i, _, one, other in pairs if len(one.numbers) == len(other.numbers)}
    found = [pair for ours, others in near.values() for pair in zip(ours, others, strict=True) if pair[0] != pair[1]]
    equal = sum(len(a.sentences[i].numbers) for i in alignment.matched_a - {i for i, *_ in pairs})
    return tuple(sorted(found)), equal + sum(len(ours) for ours, _ in near.values())


def _contexts(tokens: Sequence[str]) -> dict[tuple[str, ...], Counter[str]]:
    masked = ["#" if is_figure(token) else token for token in tokens]
    padded = ["", "", *masked, "", ""]
    found: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for i, token in enumerate(masked):
        if token == "#":
            around = (*padded[i : i + 2], *padded[i + 3 : i + 5])
            if any(word not in ("", "#") for word in around):
                found[around][figure(tokens[i])] += 1
    return found


def _renamed(one: Sentence, other: Sentence, small: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Names (capitalised words) in the place of other names. Where most words are capitalised, as in English
    headlines, a capital says nothing; nor does it at the start of a sentence, or in a word that the texts write with a
    small letter, too (``small``)."""
    if _is_headline(one) or _is_headline(other):
        return
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, one.folded, other.folded, autojunk=False).get_opcodes():
        if tag != "replace":
            continue
        ours = [word for word in one.written[max(i1, 1) : i2] if _is_name(word, small)]
        others = [word for word in other.written[max(j1, 1) : j2] if _is_name(word, small)]
        if ours and others:
            yield " ".join(ours), " ".join(others)


def _is_headline(sentence: Sentence) -> bool:
    letters = [word for word in sentence.written if word[0].isalpha()]
    return sum(word[0].isupper() for word in letters) > 0.6 * len(letters)


def _is_name(word: str, small: frozenset[str]) -> bool:
    return word[0].isupper() and len(word) > 1 and word.casefold() not in small


def _subject(
    a: Text,
    b: Text,
    pairs: Sequence[tuple[int, int, Sentence, Sentence]],
    names: Sequence[tuple[str, str]],
    *,
    aligned: int,
) -> str:
    """Why the two tell different things; empty if they do not."""
    lead = [(one, other) for i, j, one, other in pairs if i < _LEAD and j < _LEAD]
    for one, other in [(a.title, b.title), *lead]:
        if one.folded != other.folded:
            what = _other_subject(one, other)
            if what:
                return what
    short = _is_short(a, b)
    if names and (short or len(names) >= _RENAMED_SHARE * max(aligned, 1)):
        return f"{names[0][0]} / {names[0][1]}"
    if short:
        for one, other in lead:
            years = {n for n in one.numbers if _YEAR.fullmatch(n)}, {n for n in other.numbers if _YEAR.fullmatch(n)}
            if years[0] and years[1] and not years[0] & years[1]:
                return f"{min(years[0])} / {min(years[1])}"
    return ""


def _is_short(a: Text, b: Text) -> bool:
    return min(len(a.sentences), len(b.sentences)) <= _RELEASE


def _other_subject(one: Sentence, other: Sentence) -> str:
    """Two vendors, or two places, in two wordings of one sentence; by the topic's names and the table of places."""
    from pipelines.places import find_places
    from pipelines.topics import load

    texts = _written(one), _written(other)
    ours, others = ({found.vendor for found in load().find_vendors(text)} for text in texts)
    if ours and others and not ours & others:
        return f"{min(ours)} / {min(others)}"
    places = [find_places(text, None) for text in texts]
    # A city and the country it lies in are no two places.
    for kind in ("city", "country"):
        here, there = ({name for place in found if (name := getattr(place, kind))} for found in places)
        if here and there and not here & there:
            return f"{min(here)} / {min(there)}"
    return ""


def _written(sentence: Sentence) -> str:
    blank = "" if any(_HAN.match(word) for word in sentence.written) else " "
    return blank.join(sentence.written)


def _has_notice(text: Text, matched: frozenset[int]) -> bool:
    """A notice of correction that only this text has, in its first or last sentences."""
    last = len(text.sentences) - _LEAD
    return any(
        _NOTICE.search(" ".join(sentence.folded))
        for i, sentence in enumerate(text.sentences)
        if i not in matched and (i < _LEAD or i >= last)
    )
