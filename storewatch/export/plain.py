"""CSV and JSON Lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from storewatch.export import About, Row, in_order


def write_csv(path: Path, rows: Iterable[Row], about: About) -> int:
    """CSV (RFC 4180) in UTF-8 with a head; lists and mappings as JSON, None as nothing."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(about.columns)
        for row in rows:
            writer.writerow([_cell(value) for value in in_order(row, about.columns)])
            count += 1
    return count


def write_jsonl(path: Path, rows: Iterable[Row], about: About) -> int:
    """One JSON object a line, in UTF-8."""
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            picked = dict(zip(about.columns, in_order(row, about.columns), strict=True))
            file.write(json.dumps(picked, ensure_ascii=False) + "\n")
            count += 1
    return count


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | tuple | dict) else value
