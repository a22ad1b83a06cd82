"""The texts an article has had, and what changed from one to the next, as ``show`` prints them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from storewatch.cli.output import Column, one_line, one_line_keeping_blanks
from storewatch.cli.rows import Row
from storewatch.errors import InputError

REVISION_FIELDS = (
    "number",
    "seen_at",
    "edit",
    "edit_detail",
    "edit_changes",
    "events",
    "verdict",
    "title",
    "text",
    "revision_id",
    "score",
    "reason",
    "topic_version",
    "extractor_version",
)
REVISION_COLUMNS = (
    Column(head="no", value=lambda row: row["number"], right=True),
    Column(head="seen", value=lambda row: (row["seen_at"] or "")[:16].replace("T", " "), least=16),
    Column(head="edit", value=lambda row: row["edit"] or ("first" if row["number"] == 1 else ""), least=7),
    Column(head="what", value=lambda row: row["edit_detail"], least=20, most=80),
    Column(head="events", value=lambda row: row["events"], right=True, rank=2),
    Column(head="characters", value=lambda row: len(row["text"]), right=True, rank=3),
    Column(head="title", value=lambda row: row["title"], least=20, most=60, rank=1),
)
# How a piece of a diff is marked where nothing can be coloured, as `git diff --word-diff` does it.
_SIGNS = {"removed": ("[-", "-]"), "added": ("{+", "+}"), "same": ("", "")}
_COLOURS = {"removed": ("\x1b[31;9m", "\x1b[0m"), "added": ("\x1b[32m", "\x1b[0m"), "same": ("", "")}
_LONGEST_SAME = 160
"""Of an equal piece inside a changed paragraph so many characters are shown, half of them at each end."""


def pair(revisions: Sequence[Row], which: str) -> tuple[Row, Row]:
    """The revision before, and the one that ``which`` names (its number, or ``last``). Raises InputError."""
    numbers = [row["number"] for row in revisions]
    if len(numbers) < 2:
        raise InputError("--diff", "this article has had one text only", hint="leave --diff out")
    wanted = numbers[-1] if which == "last" else int(which) if which.isascii() and which.isdigit() else None
    if wanted not in numbers[1:]:
        known = ", ".join(map(str, numbers[1:]))
        raise InputError(f"--diff {which}", "there is no such revision", hint=f"one of {known}, or last")
    index = numbers.index(wanted)
    return revisions[index - 1], revisions[index]


def diff_row(old: Row, new: Row) -> Row:
    """What changed from a revision to the next, as ``show --diff --format json`` prints it."""
    from pipelines.revisions import diff

    blocks = diff((old["title"], old["text"]), (new["title"], new["text"]))
    named = {name: new[name] for name in ("number", "seen_at", "edit", "edit_detail", "edit_changes")}
    return {"from": old["number"], **named, "blocks": [asdict(block) for block in blocks]}


def diff_text(row: Row, *, styled: bool) -> str:
    """A diff for people: what kind of edit it is, the facts it changed, and the changed paragraphs."""
    kind = f": {row['edit']}" if row["edit"] else ""
    lines = [one_line(f"revision {row['from']} -> {row['number']}, {row['seen_at']}{kind}")]
    changes = row["edit_changes"] or []
    if row["edit_detail"] and not changes:
        lines.append(one_line(row["edit_detail"]))
    lines += [one_line(change_text(change)) for change in changes]
    if not row["blocks"]:
        lines += ["", "the texts are equal"]
    for block in row["blocks"]:
        if block["skipped"]:
            count = block["skipped"]
            lines += ["", f"  ... {count} equal paragraph{'s' if count > 1 else ''}"]
        else:
            head = "title: " if block["where"] == "title" else ""
            lines += ["", head + "".join(_shown(part, styled=styled) for part in block["parts"])]
    return "\n".join(lines) + "\n"


def change_text(change: Mapping[str, Any]) -> str:
    """A changed fact: ``Xiaomi open: count 2000 -> 1000``."""
    return f"{change['about']}: {change['fact']} {change['old'] or 'not said'} -> {change['new'] or 'not said'}"


def _shown(part: Mapping[str, Any], *, styled: bool) -> str:
    mark, text = part["mark"], one_line_keeping_blanks(part["text"])
    if mark == "same" and len(text) > _LONGEST_SAME:
        text = f"{text[: _LONGEST_SAME // 2]} ... {text[-_LONGEST_SAME // 2 :]}"
    on, off = (_COLOURS if styled else _SIGNS)[mark]
    return f"{on}{text}{off}"


__all__ = ["REVISION_COLUMNS", "REVISION_FIELDS", "change_text", "diff_row", "diff_text", "pair"]
