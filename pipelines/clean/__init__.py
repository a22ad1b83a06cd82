"""Take out of an article's text what is not the article: ad tokens, ad labels, boilerplate lines.

A text has one paragraph a line. Every rule looks at one line (ad tokens also at the line before, to tell a leftover
from an example in a tutorial), and everything taken out is recorded as a :class:`~storewatch.types.Removal`. Nothing is
guessed from bare brackets: see :mod:`pipelines.clean.tokens` for what a token is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipelines.clean.labels import is_label
from pipelines.clean.lines import boilerplate_rules
from pipelines.clean.tokens import Cut, find_tokens
from pipelines.repeated import repeated_lines
from storewatch.types import AS_SHIPPED, Cleaning, Removal

_CLOSING = ".,;:!?)"
_SENTENCE_MARKS = tuple(".!?…:;,")
_UNSPACED = "\u2e80"
"""From here on stand the scripts of East Asia, which set no spaces."""


def clean(text: str, *, keep: Iterable[str] = (), cleaning: Cleaning = AS_SHIPPED) -> tuple[str, tuple[Removal, ...]]:
    """Ad tokens, other shortcodes, ad labels and boilerplate lines out of ``text``.

    ``keep`` names tokens that stay because the page shows them as code. Lines that no rule touches come out unchanged.
    """
    lines = text.split("\n")
    cuts = _token_cuts(lines, frozenset(keep), cleaning)
    left = [_apply(line, line_cuts) for line, line_cuts in zip(lines, cuts, strict=True)]
    rules = boilerplate_rules([line for line, _ in left])
    for index in repeated_lines([line for line, _ in left], cleaning.repeated):
        rules.setdefault(index, "repeated")
    for index, rule in rules.items():
        left[index] = ("", [*left[index][1], Cut(rule=rule, start=0, end=0, text=left[index][0])])
    return _join(lines, left)


def remove_ad_tokens(
    text: str, *, keep: Iterable[str] = (), cleaning: Cleaning = AS_SHIPPED
) -> tuple[str, tuple[Removal, ...]]:
    """Only the tokens and ad labels out of ``text``; the other lines stay."""
    lines = text.split("\n")
    cuts = _token_cuts(lines, frozenset(keep), cleaning)
    return _join(lines, [_apply(line, line_cuts) for line, line_cuts in zip(lines, cuts, strict=True)])


def _token_cuts(lines: Sequence[str], keep: frozenset[str], cleaning: Cleaning) -> list[list[Cut]]:
    """The cuts of each line, in order. ``previous`` is the last line with text before it, for the tutorial rule."""
    result: list[list[Cut]] = []
    previous = ""
    for line in lines:
        if is_label(line, further=cleaning.ad_labels):
            result.append([Cut(rule="ad_label", start=0, end=len(line), text=line.strip())])
            continue
        result.append(find_tokens(line, previous=previous, keep=keep, cleaning=cleaning))
        if line.strip():
            previous = line
    return result


def _apply(line: str, cuts: Sequence[Cut]) -> tuple[str, list[Cut]]:
    """The line without its cuts, and the cuts with their offsets in it. Lines without cuts come out as they are."""
    if not cuts:
        return line, []
    new = ""
    offsets: list[int] = []
    done = 0
    for cut in cuts:
        piece = line[done : cut.start]
        new = new + piece if done == 0 or new.strip() else piece.lstrip()
        after = line[cut.end :]
        if new[-1:].isspace() and (not after or after[0].isspace() or after[0] in _CLOSING):
            new = new.rstrip()
        elif _glued(new, after):
            new += " "
        offsets.append(len(new))
        done = cut.end
    rest = line[done:]
    new = (new + rest).rstrip() if new.strip() else rest.strip()
    return new, [
        replace(cut, start=min(at, len(new)), end=min(at, len(new))) for cut, at in zip(cuts, offsets, strict=True)
    ]


def _glued(before: str, after: str) -> bool:
    """Do two words or sentences meet without a space when what stood between them goes? ``end.{token}Next``"""
    last, first = before[-1:], after[:1]
    return first.isalnum() and first < _UNSPACED and (last in _SENTENCE_MARKS or (last.isalnum() and last < _UNSPACED))


def _join(lines: Sequence[str], left: Sequence[tuple[str, Sequence[Cut]]]) -> tuple[str, tuple[Removal, ...]]:
    """The text of what is left, and the removals with their offsets in it. A line that lost everything goes away."""
    kept: list[str] = []
    removed: list[Removal] = []
    offset = 0
    for line, (new, cuts) in zip(lines, left, strict=True):
        gone = bool(cuts) and not new
        start = offset
        removed.extend(Removal(rule=c.rule, text=c.text, position=start + (0 if gone else c.start)) for c in cuts)
        if not gone:
            kept.append(new if cuts else line)
            offset += len(kept[-1]) + 1
    text = "\n".join(kept)
    return text, tuple(replace(r, position=min(r.position, len(text))) for r in removed)


__all__ = ["Cleaning", "clean", "remove_ad_tokens"]
