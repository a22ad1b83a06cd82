"""A diff of two versions that people can read: paragraphs, in changed ones sentences, in changed ones words.

Bounded: equal beginnings and ends are cut off first, and what is left of two texts is compared each with each only
while that is less than `MAX_COMPARED` comparisons; beyond, the whole is shown as taken out and put in.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

import regex

from storewatch.types import DiffBlock, DiffPart, Mark

MAX_COMPARED = 400_000
"""Comparisons of one step: 600 paragraphs, sentences or words with as many take about 50 ms at worst."""

_ALIKE = 0.3
"""Share of common words from which on two paragraphs are shown as one that was changed."""
_SCRIPTS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORD = regex.compile(
    rf"\d+(?:[.,:]\d+)+|[{_SCRIPTS}]\p{{M}}*|[[\w\p{{M}}]--[{_SCRIPTS}]]+|\s+|.", regex.V1 | regex.DOTALL
)
_SENTENCE = regex.compile(r"(?<=[。！？．｡])|(?<=[.!?…؟।][\"'”’»)]?\s+)")

Where = Literal["title", "text"]


def diff(old: tuple[str, str], new: tuple[str, str]) -> tuple[DiffBlock, ...]:
    """What changed from ``old`` to ``new``, each a title and a text with one paragraph a line. Empty: nothing."""
    blocks = [] if old[0] == new[0] else [DiffBlock(where="title", parts=_parts(old[0], new[0]))]
    ours, others = old[1].split("\n"), new[1].split("\n")
    if ours == others:
        return tuple(blocks)
    for tag, i1, i2, j1, j2 in _opcodes(ours, others):
        if tag == "equal":
            blocks.append(DiffBlock(where="text", skipped=i2 - i1))
        else:
            blocks += _changed(ours[i1:i2], others[j1:j2])
    return tuple(blocks)


def _opcodes(ours: Sequence[str], others: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """As of difflib, in bounded time: beyond it all between the equal ends is replaced."""
    start = 0
    while start < min(len(ours), len(others)) and ours[start] == others[start]:
        start += 1
    end = 0
    while end < min(len(ours), len(others)) - start and ours[-1 - end] == others[-1 - end]:
        end += 1
    left, right = ours[start : len(ours) - end], others[start : len(others) - end]
    if len(left) * len(right) <= MAX_COMPARED:
        codes = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    else:
        codes = [("replace", 0, len(left), 0, len(right))]
    found: list[tuple[str, int, int, int, int]] = [("equal", 0, start, 0, start)] if start else []
    found += [(tag, i1 + start, i2 + start, j1 + start, j2 + start) for tag, i1, i2, j1, j2 in codes]
    if end:
        found.append(("equal", len(ours) - end, len(ours), len(others) - end, len(others)))
    return found


def _changed(ours: Sequence[str], others: Sequence[str]) -> list[DiffBlock]:
    """Paragraphs in the place of others: those that are alike as one that was changed, in their order."""
    blocks: list[DiffBlock] = []
    done = 0
    bags = [frozenset(_WORD.findall(line)) for line in others] if len(ours) * len(others) <= MAX_COMPARED // 100 else []
    for line in ours:
        bag = frozenset(_WORD.findall(line)) if bags else frozenset()
        found = next((j for j in range(done, len(bags)) if _alike(bag, bags[j])), None)
        if found is None:
            blocks += _whole("removed", [line])
            continue
        blocks += _whole("added", others[done:found])
        blocks.append(DiffBlock(where="text", parts=_parts(line, others[found])))
        done = found + 1
    return blocks + _whole("added", others[done:])


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= _ALIKE * max(len(one), len(other), 1)


def _whole(mark: Mark, lines: Sequence[str]) -> list[DiffBlock]:
    return [DiffBlock(where="text", parts=(DiffPart(mark=mark, text=line),)) for line in lines if line]


def _parts(old: str, new: str) -> tuple[DiffPart, ...]:
    """A changed paragraph: equal sentences as they are, the words of the others."""
    ours, others = _SENTENCE.split(old), _SENTENCE.split(new)
    parts: list[DiffPart] = []
    for tag, i1, i2, j1, j2 in _opcodes(ours, others):
        before, after = "".join(ours[i1:i2]), "".join(others[j1:j2])
        if tag == "equal":
            parts.append(DiffPart(mark="same", text=before))
        else:
            parts += _words(before, after)
    return _joined(parts)


def _words(before: str, after: str) -> list[DiffPart]:
    ours, others = _WORD.findall(before), _WORD.findall(after)
    parts: list[DiffPart] = []
    for tag, i1, i2, j1, j2 in _opcodes(ours, others):
        if tag == "equal":
            parts.append(DiffPart(mark="same", text="".join(ours[i1:i2])))
            continue
        parts.append(DiffPart(mark="removed", text="".join(ours[i1:i2])))
        parts.append(DiffPart(mark="added", text="".join(others[j1:j2])))
    return [part for part in parts if part.text]


def _joined(parts: Sequence[DiffPart]) -> tuple[DiffPart, ...]:
    """Changes with nothing but blanks between them are one: "[-two thousand-]{+a few+}" reads better than four."""
    found: list[tuple[Mark, str]] = []
    removed, added = "", ""
    for index, part in enumerate(parts):
        following = parts[index + 1].mark if index + 1 < len(parts) else "same"
        if part.mark == "removed":
            removed += part.text
        elif part.mark == "added":
            added += part.text
        elif part.text.isspace() and (removed or added) and following != "same":
            removed, added = removed + part.text, added + part.text
        else:
            found += [("removed", removed), ("added", added), ("same", part.text)]
            removed, added = "", ""
    found += [("removed", removed), ("added", added)]
    written = [(mark, text) for mark, text in found if text]
    runs = groupby(written, key=lambda one: one[0])
    return tuple(DiffPart(mark=mark, text="".join(text for _, text in run)) for mark, run in runs)
