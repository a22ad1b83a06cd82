"""What kind of edit made one version of an article out of another."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import cache

import regex

from pipelines.clean.labels import is_label
from pipelines.clean.lines import boilerplate_rules
from pipelines.clean.words import read_words
from pipelines.dedup.align import Alignment, align
from pipelines.dedup.facts import changes as text_changes
from pipelines.dedup.words import Sentence, Text, analyse, is_figure
from pipelines.revisions.facts import fact_changes
from storewatch.types import Edit, FactChange, Version

MAX_SMALL = 5
"""An edit of more sentences than this is a rewrite, however little it changes in each."""

_LONGEST = 400
"""Longer sentences, in words, are not compared word by word: they are lists, or a page without any full stop."""
_TYPO_WORD = 5
"""Shorter words become others by one letter (now, not); longer ones seldom do."""
_LONG_WORD = 8
_LONGEST_WORD = 60
"""Words of no language are longer; letters are compared each with each."""
_STAMP_WORDS = 14
_VERDICTS = {"rejected": 0, "uncertain": 1, "relevant": 2}
_BLANKLESS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")


def classify(old: Version, new: Version) -> Edit:
    """The edit that made ``new`` of ``old``. Linear for what is equal; at most 150 sentences a side are compared.

    A typo may keep a fact from being read, but it takes none back: such an edit is trivial, its correction is not.
    """
    a, b = analyse(old.title, old.text), analyse(new.title, new.text)
    alignment = align(a, b)
    changed = fact_changes(old, new)
    small = _trivial(a, b, alignment, new.lang or old.lang)
    if small is not None and not _gains(old, new, changed):
        return Edit(kind="trivial", detail=small)
    if changed:
        return Edit(kind="facts", detail=sentence_of(changed[0], more=len(changed) - 1), changes=changed)
    if old.verdict != new.verdict:
        return Edit(kind="wording", detail=f"it reads as {new.verdict} now, as {old.verdict} before")
    return Edit(kind="wording", detail=_wording(a, b, alignment))


def _gains(old: Version, new: Version, changed: Sequence[FactChange]) -> bool:
    """Whether the new version says more: facts that were not read before, or a better verdict."""
    if _VERDICTS[new.verdict] != _VERDICTS[old.verdict]:
        return _VERDICTS[new.verdict] > _VERDICTS[old.verdict]
    return bool(changed) and all(change.old is None for change in changed)


def sentence_of(change: FactChange, *, more: int = 0) -> str:
    """A changed fact in words: ``Xiaomi open: count 2000 -> 1000``."""
    text = f"{change.about}: {change.fact} {change.old or 'not said'} -> {change.new or 'not said'}"
    return f"{text}, and {more} more" if more else text


def _trivial(a: Text, b: Text, alignment: Alignment, lang: str | None) -> str | None:
    """Why nothing worth a revision has changed; None where something has."""
    if a.tokens == b.tokens and a.title.folded == b.title.folded:
        return "spacing, case or punctuation"  # which may also divide a text into other sentences
    pairs = [(a.sentences[i], b.sentences[j]) for i, j in alignment.near]
    if a.title.folded != b.title.folded:
        pairs.append((a.title, b.title))
    gone, come = _unmatched(a, alignment.matched_a), _unmatched(b, alignment.matched_b)
    if not pairs and not gone and not come:
        return None  # sentences moved
    if len(pairs) + len(gone) + len(come) > MAX_SMALL:
        return None
    # Of two or three words a typo leaves too few to know the sentence again.
    respelt = [(one, other) for one, other in zip(gone, come, strict=False) if len(one.folded) == len(other.folded)]
    respelt = [(one, other) for one, other in respelt if _small(one, other, lang)]
    pairs += respelt
    left = [one for one in gone if one not in [pair[0] for pair in respelt]]
    left += [one for one in come if one not in [pair[1] for pair in respelt]]
    reasons = [_small(one, other, lang) for one, other in pairs]
    reasons += [_aside(sentence) for sentence in left]
    if None in reasons:
        return None
    return ", ".join(dict.fromkeys(reason for reason in reasons if reason))


def _unmatched(text: Text, matched: frozenset[int]) -> list[Sentence]:
    return [sentence for i, sentence in enumerate(text.sentences) if i not in matched]


def _aside(sentence: Sentence) -> str | None:
    """What a sentence is that came or went, if it is nothing of the article."""
    if _is_stamp(sentence):
        return "a time stamp"
    line = " ".join(sentence.written)
    if is_label(line):
        return "an ad"
    return "boilerplate" if boilerplate_rules([line]) else None


def _small(one: Sentence, other: Sentence, lang: str | None) -> str | None:
    """What two wordings of a sentence differ in, if it is nothing that anybody would call a change."""
    if _is_stamp(one) and _is_stamp(other):
        return "a time stamp"
    if max(len(one.folded), len(other.folded)) > _LONGEST:
        return None
    if one.numbers != other.numbers or not _is_respelled(one.folded, other.folded):
        return None
    return "a typo" if _named(one, lang) == _named(other, lang) else None


def _is_respelled(ours: Sequence[str], others: Sequence[str]) -> bool:
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, ours, others, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        gone, come = ours[i1:i2], others[j1:j2]
        if "".join(gone) == "".join(come):
            continue  # written in one word or in two
        if tag == "replace" and len(gone) == len(come) and all(map(is_typo, gone, come)):
            continue
        doubled = (ours, i1, i2) if tag == "delete" else (others, j1, j2) if tag == "insert" else None
        if doubled is None or not _is_doubled(*doubled):
            return False
    return True


def _is_doubled(words: Sequence[str], start: int, end: int) -> bool:
    """Whether ``words[start:end]`` is a word that stands twice ("the the")."""
    around = (*words[max(start - 1, 0) : start], *words[end : end + 1])
    return end - start == 1 and not _BLANKLESS.match(words[start]) and words[start] in around


def is_typo(one: str, other: str) -> bool:
    """Whether two folded words may be spellings of one: the same first letter, one letter more, less, other or swapped;
    two in longer words. Short words and characters of scripts without blanks never are, nor are figures.

    >>> is_typo("announced", "annuonced"), is_typo("million", "billion"), is_typo("could", "would")
    (True, False, False)
    """
    shorter, longer = sorted((len(one), len(other)))
    if shorter < _TYPO_WORD or longer > _LONGEST_WORD or one[0] != other[0] or not one.isalpha() or not other.isalpha():
        return False
    if _BLANKLESS.search(one) or _BLANKLESS.search(other):
        return False
    return _distance(one, other) <= (2 if shorter >= _LONG_WORD else 1)


def _distance(one: str, other: str) -> int:
    """Letters to put in, take out, exchange or swap (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        after = [i]
        for j, wanted in enumerate(other, 1):
            cost = min(row[j] + 1, after[-1] + 1, row[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, before[j - 2] + 1)
            after.append(cost)
        before, row = row, after
    return row[-1]


def _named(sentence: Sentence, lang: str | None) -> tuple[object, ...]:
    """Vendors, places and numbers in a sentence: a typo in one of them makes it another."""
    from pipelines.counts import find_counts
    from pipelines.places import find_places
    from pipelines.topics import load

    text = " ".join(sentence.written)
    vendors = sorted(match.vendor for match in load().find_vendors(text, lang))
    places = sorted((place.city or "", place.country or "", place.region or "") for place in find_places(text, lang))
    return vendors, places, [count.value for count in find_counts(text, lang)]


@cache
def _stamp_words() -> frozenset[str]:
    from pipelines.metadata.moments import MONTHS

    return read_words("stamp_words.txt")[0] | {word.casefold() for word in MONTHS}


def _is_stamp(sentence: Sentence) -> bool:
    """Whether a sentence says only when something was published or changed."""
    words = sentence.folded
    if not 2 <= len(words) <= _STAMP_WORDS or not any(is_figure(word) for word in words):
        return False
    known = _stamp_words()
    return all(is_figure(word) or word in known for word in words)


def _wording(a: Text, b: Text, alignment: Alignment) -> str:
    """What has changed, in numbers of sentences; differing figures are named."""
    gone, come = len(_unmatched(a, alignment.matched_a)), len(_unmatched(b, alignment.matched_b))
    numbers = ((len(alignment.near), "changed"), (come, "added"), (gone, "removed"))
    counted = ", ".join(f"{count} {what}" for count, what in numbers if count)
    long = any(len(a.sentences[i].folded) > _LONGEST for i, _ in alignment.near)
    figures = () if long else text_changes(a, b, alignment).figures
    parts = (
        "another headline" if a.title.folded != b.title.folded else "",
        f"sentences: {counted}" if counted else "",
        f"a figure: {figures[0][0]} -> {figures[0][1]}" if figures else "",
    )
    return "; ".join(part for part in parts if part) or "sentences moved"
