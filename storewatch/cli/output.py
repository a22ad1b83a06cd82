"""Rows to standard output, as a table, JSON, JSONL, CSV or Markdown; messages to standard error.

An empty result is an empty output (JSON: ``[]``, which is what an empty list is there). Tables are for people: one line
a row, cut to the terminal's width, the least important columns left out where there is no room. JSON, JSONL and CSV
carry every column, uncut.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from storewatch import logs
from storewatch.cli.rows import Row
from storewatch.wording import CONTROL
from storewatch.wording import json_text as json_text
from storewatch.wording import one_line as one_line

if TYPE_CHECKING:
    from rich.console import Console

#: Width of a table that goes into a pipe or file while ``COLUMNS`` says nothing else.
PIPED_WIDTH = 140
GAP = "  "


class Format(StrEnum):
    """How rows are printed."""

    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"
    markdown = "markdown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table for people.

    :param value: from the row to what the cell shows; None shows as nothing.
    :param least: cells below this width make no sense (nor cells below their head's); where they do not fit, columns
        are left out.
    :param most: wider cells are cut.
    :param rank: the columns of the highest rank are left out first; rank 0 stays.
    """

    head: str
    value: Callable[[Row], object]
    least: int = 0
    most: int = 40
    rank: int = 0
    right: bool = False


def say(message: str, *, level: str | None = None) -> None:
    """One line to standard error, as text or JSON (``log.format``); ``level`` is one of :mod:`logging`'s names."""
    print(logs.spoken(message, level=level), file=sys.stderr, flush=True)  # noqa: T201  the one place that talks to people


def write(text: str) -> None:
    """Text to standard output, as it is."""
    sys.stdout.write(text)


def write_jsonl(row: Mapping[str, Any]) -> None:
    """One row as one line, at once: who reads the pipe need not wait for the rest."""
    sys.stdout.write(json_text(row) + "\n")
    sys.stdout.flush()


def print_rows(rows: Iterable[Row], columns: Sequence[Column], output: Format, *, fields: Sequence[str]) -> None:
    """Print rows.

    :param columns: what a table shows.
    :param fields: the columns of CSV and the keys of JSON, in order.
    """
    if output is Format.jsonl:
        for row in rows:
            write(json_text({name: row.get(name) for name in fields}) + "\n")
    elif output is Format.json:
        picked = [{name: row.get(name) for name in fields} for row in rows]
        write(json_text(picked, indent=2) + "\n")
    elif output is Format.csv:
        write(csv_text(rows, fields))
    elif output is Format.markdown:
        write(markdown_text(list(rows), columns))
    else:
        write(table_text(list(rows), columns, width=terminal_width(), bold=is_styled(sys.stdout)))


def csv_text(rows: Iterable[Row], fields: Sequence[str]) -> str:
    """CSV (RFC 4180, but with ``\\n``) with a head; lists and evidence as JSON, None as nothing; "" without rows."""
    from storewatch.export.plain import csv_cell, csv_writer

    buffer = io.StringIO()
    writer = csv_writer(buffer)
    empty = True
    for row in rows:
        if empty:
            writer.writerow(fields)
            empty = False
        writer.writerow([csv_cell(row.get(name)) for name in fields])
    return buffer.getvalue()


def markdown_text(rows: Sequence[Row], columns: Sequence[Column]) -> str:
    """A table in GitHub's Markdown, uncut; signs that Markdown would read are escaped. "" without rows."""
    if not rows:
        return ""
    lines = [
        "| " + " | ".join(column.head for column in columns) + " |",
        "| " + " | ".join("---:" if column.right else "---" for column in columns) + " |",
    ]
    for row in rows:
        cells = (re.sub(r"([\\`*_\[\]<>|])", r"\\\1", one_line(_shown(column.value(row)))) for column in columns)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def table_text(rows: Sequence[Row], columns: Sequence[Column], *, width: int, bold: bool = False) -> str:
    """A table of at most ``width`` cells; East Asian characters count as two cells. "" without rows."""
    if not rows:
        return ""
    cells = [[one_line(_shown(column.value(row))) for column in columns] for row in rows]
    widths = _widths(columns, cells, width)
    lines = []
    for index, line in enumerate([[column.head for column in columns], *cells]):
        parts = [_fitted(cell, size, column) for cell, size, column in zip(line, widths, columns, strict=True) if size]
        text = GAP.join(parts).rstrip()
        lines.append(f"\x1b[1m{text}\x1b[0m" if bold and index == 0 else text)
    return "\n".join(lines) + "\n"


def one_line_keeping_blanks(text: str) -> str:
    """As :func:`one_line`, for a piece of a line: blanks at its ends stay."""
    return CONTROL.sub(" ", text)


def cut(text: str, width: int) -> str:
    """``text`` in at most ``width`` cells, with an ellipsis where something is missing."""
    from rich.cells import cell_len, set_cell_size

    return text if cell_len(text) <= width else set_cell_size(text, max(0, width - 1)) + "…"


def is_terminal(stream: object) -> bool:
    """Is a person looking at it?"""
    isatty = getattr(stream, "isatty", None)
    return bool(isatty and isatty())


def is_styled(stream: object) -> bool:
    """May it be bold and coloured? Not in pipes, on dumb terminals, or where ``NO_COLOR`` is set (no-color.org)."""
    return is_terminal(stream) and os.environ.get("TERM") != "dumb" and not os.environ.get("NO_COLOR")


def terminal_width() -> int:
    return max(20, shutil.get_terminal_size((PIPED_WIDTH, 24)).columns)


def console() -> Console:
    """A rich console on standard output, for texts with highlighted passages."""
    from rich.console import Console

    return Console(width=terminal_width(), highlight=False, soft_wrap=False)


def _shown(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _widths(columns: Sequence[Column], cells: Sequence[Sequence[str]], width: int) -> list[int]:
    """The width of each column, 0 for one left out: what its cells need, shortened where the terminal is narrow."""
    from rich.cells import cell_len

    wanted = [
        min(column.most, max(len(column.head), *(cell_len(line[index]) for line in cells)))
        for index, column in enumerate(columns)
    ]
    least = [min(max(column.least, len(column.head)), size) for column, size in zip(columns, wanted, strict=True)]
    kept = [True] * len(columns)
    while _total(least, kept) > width and any(keep and column.rank for keep, column in zip(kept, columns, strict=True)):
        # The last one of the highest rank goes first.
        kept[max(range(len(columns)), key=lambda index: (kept[index] and columns[index].rank, index))] = False
    widths = [size if keep else 0 for size, keep in zip(least, kept, strict=True)]
    # What is left is shared alike, those that want little first: short cells stay whole, long texts get the rest.
    room = max(0, width - _total(least, kept))
    wanting = sorted(
        (index for index, keep in enumerate(kept) if keep), key=lambda index: wanted[index] - widths[index]
    )
    for place, index in enumerate(wanting):
        more = min(wanted[index] - widths[index], room // (len(wanting) - place))
        widths[index] += more
        room -= more
    return widths


def _total(widths: Sequence[int], kept: Sequence[bool]) -> int:
    shown = [size for size, keep in zip(widths, kept, strict=True) if keep]
    return sum(shown) + len(GAP) * max(0, len(shown) - 1)


def _fitted(text: str, size: int, column: Column) -> str:
    from rich.cells import cell_len, set_cell_size

    needed = cell_len(text)
    if needed > size:
        return set_cell_size(text, size - 1) + "…"
    fill = " " * (size - needed)
    return fill + text if column.right else text + fill
