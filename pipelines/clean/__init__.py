"""Take out of an article's text what is not the article: ad tokens, ad labels, boilerplate lines.

A text has one paragraph a line. Every rule looks at one line (ad tokens also at the line before, to tell a leftover from
an example in a tutorial), and everything taken out is recorded as a :class:`~storewatch.types.Removal`. Nothing is
guessed from bare brackets: see :mod:`pipelines.clean.tokens` for what a token is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipelines.clean.lines import boilerplate_rules
from pipelines.clean.tokens import Cut, find_tokens, label_rule
from storewatch.types import Removal


def clean(text: str, *, keep: Iterable[str] = ()) -> tuple[str, tuple[Removal, ...]]:
    """Ad tokens, ad labels and boilerplate lines out of ``text``.

    ``keep`` names tokens that stay because the page shows them as code. Lines that no rule touches come out unchanged.
    """
    lines = _split(text)
    cuts = _token_cuts(lines, frozenset(keep))
    left = [_apply(line, line_cuts) for line, line_cuts in zip(lines, cuts, strict=True)]
    for index, rule in boilerplate_rules([line for line, _ in left]).items():
        left[index] = ("", [*left[index][1], Cut(rule=rule, start=0, end=0, text=left[index][0])])
    return _join(lines, left)


def remove_ad_tokens(text: str, *, keep: Iterable[str] = ()) -> tuple[str, tuple[Removal, ...]]:
    """Only the ad tokens and ad labels out of ``text``; the other lines stay."""
    lines = _split(text)
    cuts = _token_cuts(lines, frozenset(keep))
    return _join(lines, [_apply(line, line_cuts) for line, line_cuts in zip(lines, cuts, strict=True)])


def _split(text: str) -> list[str]:
    return text.split("\n")


def _token_cuts(lines: Sequence[str], keep: frozenset[str]) -> list[list[Cut]]:
    """The cuts of each line, in order. ``previous`` is the last line with text before it, for the tutorial rule."""
    result: list[list[Cut]] = []
    previous = ""
    for line in lines:
        rule = label_rule(line)
        if rule is not None:
            result.append([Cut(rule=rule, start=0, end=len(line), text=line.strip())])
            continue
        result.append(find_tokens(line, previous=previous, keep=keep))
        if line.strip():
            previous = line
    return result


def _apply(line: str, cuts: Sequence[Cut]) -> tuple[str, list[Cut]]:
    """The line without its cuts, one space where a cut stood between words; the cuts with ``start`` in the new line."""
    if not cuts:
        return line, []
    pieces: list[str] = []
    moved: list[Cut] = []
    done, length = 0, 0
    for cut in cuts:
        piece = line[done : cut.start]
        before = "".join(pieces) + piece
        after = line[cut.end :]
        if before[-1:].isspace() and (not after or after[0].isspace() or after[0] in ".,;:!?)"):
            piece = piece.rstrip()
        elif _glued(before, after):
            piece += " "
        pieces.append(piece)
        length = sum(map(len, pieces))
        moved.append(Cut(rule=cut.rule, start=length, end=length, text=cut.text))
        done = cut.end
    rest = line[done:]
    pieces.append(rest.lstrip() if not "".join(pieces).strip() else rest)
    new = "".join(pieces).rstrip()
    return (new if new.strip() else ""), [
        Cut(rule=cut.rule, start=min(cut.start, len(new)), end=min(cut.start, len(new)), text=cut.text) for cut in moved
    ]


def _glued(before: str, after: str) -> bool:
    """Does taking out what stands between leave two sentences without a space? ``end.{token}Next``"""
    return before[-1:] in tuple(".!?…:;,") and before[-1:] != "" and after[:1].isalnum()


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
    return text, tuple(
        r if r.position <= len(text) else Removal(rule=r.rule, text=r.text, position=len(text)) for r in removed
    )


__all__ = ["clean", "remove_ad_tokens"]
