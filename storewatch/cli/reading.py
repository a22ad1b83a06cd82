"""An article as a person reads it: head, events, the text with its evidence marked, copies, revisions."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from storewatch.cli.output import is_styled, one_line, terminal_width
from storewatch.cli.rows import Row
from storewatch.wording import event_text

if TYPE_CHECKING:
    from rich.text import Text

EVIDENCE_STYLE = "bold yellow"
#: Control characters become blanks one by one: offsets into the text must stay right.
_BLANKS = {code: " " for code in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029) if chr(code) != "\n"}


def print_article(row: Row, *, removed: bool = False) -> None:
    """Print an article, as ``stored.detail_row`` or ``rows.read_row`` describes it, to standard output."""
    from rich.console import Console
    from rich.text import Text

    console = Console(file=sys.stdout, width=terminal_width(), no_color=not is_styled(sys.stdout), highlight=False)
    console.print(marked(row["title"], _spans(row, "title"), style="bold"))
    for line in head_lines(row):
        console.print(Text(line))
    for index, event in enumerate(row["events"], start=1):
        console.print(Text(f"[{index}] {event_text(event)}", style="cyan"))
    console.print()
    console.print(marked(row["text"], _spans(row, "text")))
    for title, lines in sections(row, removed=removed):
        console.print()
        console.print(Text(title, style="bold"))
        for line in lines:
            console.print(Text(f"  {line}"))


def marked(text: str, spans: Sequence[tuple[int, int, int]], style: str = "") -> Text:
    """``text`` with each span coloured and followed by the number of its event: ``... stores.[1]``. Pure.

    :param spans: (start, end, number), offsets in code points.
    """
    from rich.text import Text

    safe = text.translate(_BLANKS)
    styled = Text(safe, style=style)
    for start, end, _ in spans:
        styled.stylize(EVIDENCE_STYLE, start, end)
    ends: dict[int, list[int]] = {}
    for _, end, number in spans:
        ends.setdefault(end, []).append(number)
    parts, last = [], 0
    for end, numbers in sorted(ends.items()):
        parts += [styled[last:end], Text("".join(f"[{number}]" for number in sorted(set(numbers))), style="cyan")]
        last = end
    return Text().join([*parts, styled[last:]])


def head_lines(row: Row) -> Iterator[str]:
    """What stands below the title. Pure."""
    if row.get("canonical_url") or row["url"]:
        yield row.get("canonical_url") or row["url"]
    facts = [row.get("outlet") or row.get("site_name"), row["lang"], row["published_at"], ", ".join(row["authors"])]
    if any(facts):
        yield one_line(" · ".join(fact for fact in facts if fact))
    judged = f"{row['verdict']} ({row['score']:.2f}, {row['reason']})" if row["score"] is not None else row["verdict"]
    label = row.get("label")
    decided = "" if label is None else f", a person says {'yes' if label else 'no'}"
    yield from access_lines(row)
    if row.get("gone_at"):
        yield f"gone: since {row['gone_at']} its address answers that there is no such page"
    yield one_line(" · ".join([judged + decided, ", ".join(row["vendors"])]).removesuffix(" · "))


def access_lines(row: Row) -> Iterator[str]:
    """What the page gave of its article, where that is not all, and what is wrong with its text. Pure."""
    if row.get("access", "full") != "full":
        yield one_line(f"{row['access']}: {'; '.join(row['access_evidence'])}")
    if row.get("flags"):
        yield one_line(f"flags: {', '.join(row['flags'])}")


def sections(row: Row, *, removed: bool) -> Iterator[tuple[str, list[str]]]:
    """What stands below the text: copies, earlier revisions and, where asked for, what was removed. Pure."""
    copies = row.get("copies") or []
    if copies:
        yield "Copies", [one_line(f"{copy['kind']:12} {copy['url']}") for copy in copies]
    revisions = row.get("revisions") or []
    if len(revisions) > 1:
        yield "Revisions", [revision_text(revision) for revision in revisions]
    if removed:
        lines = [f"{item['rule']:20} at {item['position']}: {one_line(item['text'])}" for item in row["removed"]]
        yield "Removed", lines or ["nothing"]


def revision_text(revision: Row) -> str:
    size = f"{len(revision['text'])} characters, {revision['events']} events"
    edit = f"  {revision['edit']}: {revision['edit_detail']}" if revision.get("edit") else ""
    head = f"{revision['number']}  {revision['seen_at']}  {size}  {revision['verdict']}"
    return one_line(f"{head}{edit}  {revision['title']}")


def _spans(row: Row, where: str) -> list[tuple[int, int, int]]:
    """The evidence of all events that stands in the text, or in the title, with the events' numbers."""
    return [
        (evidence["start"], evidence["end"], index)
        for index, event in enumerate(row["events"], start=1)
        for evidence in (event["evidence"], *event["more_evidence"])
        if evidence["in"] == where
    ]
