"""Sentences as offsets into the text they stand in.

A line always ends a sentence (``Article.text`` has one paragraph a line). Inside a line a sentence ends at ``! ? 。 ।``
and their kin, and at a full stop that neither belongs to a number, an initial or an abbreviation
(data/abbreviations.txt) nor is followed by a small letter. Thai has no full stops: its phrases, which stand between
spaces, are joined until they make a sentence's length. No sentence is longer than `MAX_SENTENCE`, so that whatever
reads sentences stays linear on text without any punctuation.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import regex

MAX_SENTENCE = 1200
"""Longest sentence in code points; real ones in the evaluation texts stay under 600."""

_THAI_SENTENCE = 70
"""Thai phrases are joined until this many code points: about one clause with its object."""

_ORDINAL_DOT = frozenset(
    {"de", "cs", "sk", "pl", "hu", "da", "no", "nb", "fi", "sl", "hr", "sr", "et", "lv", "tr", "is"}
)
"""Languages that write ordinals as a number with a full stop ("am 3. Oktober")."""

_CLOSERS = "\"'”“’»›」』）)\\]】》〉"
_CLOSED = rf"[{_CLOSERS}]*(?:[ \u00a0\u202f]»(?=\s|$))?"  # French sets a space before its closing quote
_END = regex.compile(
    rf"(?:[。！？．｡!?؟۔।॥…‼⁇⁈⁉]+|\.\.+){_CLOSED}"  # ends wherever it stands
    rf"|\.{_CLOSED}(?=\s|$)"  # a full stop, to be judged
)
_WORD_BEFORE = regex.compile(r"[\p{L}\p{M}\p{N}.\-]+$")
_LETTER_AFTER = regex.compile(r"\s?\p{L}{1,2}\.")
_WORD_AFTER = regex.compile(r"[\s\"'“„«‹(\[¿¡–—-]*([\p{L}\p{M}\p{N}]+)")
_CJK_END = frozenset("。！？．｡")
_SPACE = regex.compile(r"\s")
_THAI_GAP = regex.compile(r"(?<=\p{Thai}) +(?=\p{Thai})")


@cache
def _lines(name: str) -> dict[str, tuple[str, ...]]:
    raw = (files("pipelines") / "data" / name).read_text("utf-8")
    pairs = (line.split(":", 1) for line in raw.splitlines() if line and not line.startswith("#"))
    return {code.strip(): tuple(words.split()) for code, words in pairs}


@cache
def _abbreviations(lang: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """(never ends a sentence, may end one, usual first words) for a language."""
    table = _lines("abbreviations.txt")
    words = (*table.get("*", ()), *table.get(lang, ()))
    hard = frozenset(word for word in words if not word.endswith("?"))
    soft = frozenset(word[:-1] for word in words if word.endswith("?"))
    starters = _lines("starters.txt")
    return hard - soft, soft, frozenset(starters.get(lang, starters["en"]))


def _stop_ends(line: str, stop: int, after: int, lang: str) -> bool:
    """Does the full stop at ``stop`` end a sentence? ``after`` is the offset behind it and its closing quotes."""
    following = _WORD_AFTER.match(line, after)
    if following is None:
        return True
    first = following.group(1)
    if first[0].islower():
        return False
    found = _WORD_BEFORE.search(line, max(0, stop - 40), stop)
    if found is None:
        return True
    word = found.group().lower().strip("-")
    hard, soft, starters = _abbreviations(lang)
    if word in soft:
        return first.lower() in starters
    if word in hard or (len(word) == 1 and found.group().isupper()):
        return False
    if len(word) == 1 and word.isalpha() and _LETTER_AFTER.match(line, after):
        return False  # z. B.
    if word.isdigit() and len(word) <= 2 and lang in _ORDINAL_DOT:
        return after > stop + 1 or first.lower() in starters
    return not regex.fullmatch(r"(?:\p{L}\.)+\p{L}", word)


def _ends(line: str, lang: str) -> list[int]:
    """Offsets in ``line`` behind which a sentence ends."""
    ends: list[int] = []
    for match in _END.finditer(line):
        mark = match.group()[0]
        if mark == "." and not match.group().startswith(".."):
            if not _stop_ends(line, match.start(), match.end(), lang):
                continue
        elif not _mark_ends(line, match.end(), mark, lang):
            continue
        ends.append(match.end())
    if "\u0e00" <= line[:1] <= "\u0e7f" or lang == "th":
        ends.extend(match.start() for match in _THAI_GAP.finditer(line))
        ends.sort()
    return ends


def _mark_ends(line: str, after: int, mark: str, lang: str) -> bool:
    """``!``, ``?``, ``…`` and the CJK stops end a sentence unless the sentence visibly goes on."""
    following = line[after : after + 1]
    if mark in _CJK_END:
        return not (lang == "ja" and following in "とっというなの" and following and line[after - 1] not in _CJK_END)
    if mark in "。।॥۔؟":
        return True
    match = _WORD_AFTER.match(line, after)
    return match is None or not match.group(1)[0].islower()


def _pieces(line: str, ends: list[int], lang: str) -> list[tuple[int, int]]:
    """Cuts ``line`` at ``ends``; joins Thai phrases that are too short and cuts what is too long."""
    pieces: list[tuple[int, int]] = []
    start = 0
    for end in (*ends, len(line)):
        if lang == "th" and end < len(line) and end - start < _THAI_SENTENCE:
            continue
        while end - start > MAX_SENTENCE:
            gap = max(
                line.rfind(mark, start + MAX_SENTENCE // 2, start + MAX_SENTENCE) for mark in (" ", ",", "，", "、")
            )
            cut = gap + 1 if gap > 0 else start + MAX_SENTENCE
            pieces.append((start, cut))
            start = cut
        if end > start:
            pieces.append((start, end))
            start = end
    return pieces


def split(text: str, lang: str | None) -> tuple[tuple[int, int], ...]:
    """Sentences of ``text`` as half-open offsets, without surrounding white space, in order.

    ``lang`` is an ISO 639-1 code (None: only what holds for all languages). Every character that is not white space
    lies in exactly one sentence.
    """
    code = (lang or "").lower().split("-")[0]
    sentences: list[tuple[int, int]] = []
    offset = 0
    for line in text.splitlines(keepends=True):
        for start, end in _pieces(line, _ends(line, code), code):
            piece = line[start:end]
            left = len(piece) - len(piece.lstrip())
            right = len(piece.rstrip())
            if right > left:
                sentences.append((offset + start + left, offset + start + right))
        offset += len(line)
    return tuple(sentences)
