"""CSV and JSON Lines."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

from storewatch.export import About, Row, Written, in_order
from storewatch.wording import json_text


class _Lines:
    """Ends lines with ``\\n`` where the csv module ends them with ``\\r\\n``.

    Told to do so itself, it leaves a lone ``\\r`` in a cell without quotes, and every reader ends the line there.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, line: str) -> None:
        self._file.write(line.removesuffix("\r\n") + "\n")


def csv_writer(file: TextIO) -> Any:
    """A writer of CSV (RFC 4180, but with ``\\n``)."""
    return csv.writer(_Lines(file))


def write_csv(path: Path, rows: Iterable[Row], about: About) -> Written:
    """CSV (RFC 4180) in UTF-8 with a head; lists and mappings as JSON, None as nothing."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv_writer(file)
        writer.writerow(about.columns)
        for row in rows:
            writer.writerow([csv_cell(value) for value in in_order(row, about.columns)])
            count += 1
    return Written(count=count)


def write_jsonl(path: Path, rows: Iterable[Row], about: About) -> Written:
    """One JSON object a line, in UTF-8."""
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            picked = dict(zip(about.columns, in_order(row, about.columns), strict=True))
            file.write(json_text(picked) + "\n")
            count += 1
    return Written(count=count)


def csv_cell(value: Any) -> Any:
    """A value as CSV holds it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json_text(value) if isinstance(value, list | tuple | dict) else value
