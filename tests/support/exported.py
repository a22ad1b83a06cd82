"""Exported files read back, row by row, and what a row is in each of them."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

#: Formats that can be read back; feeds hold what a reader shows.
FORMATS = (".csv", ".jsonl", ".parquet", ".xlsx", ".sqlite")


def read_back(path: Path, kind: str) -> Iterator[dict[str, Any]]:
    """The rows of a file, one by one."""
    return {".csv": _csv, ".jsonl": _jsonl, ".parquet": _parquet, ".xlsx": _xlsx, ".sqlite": _sqlite}[path.suffix](
        path, kind
    )


def as_kept(row: Mapping[str, Any], suffix: str) -> dict[str, Any]:
    """What a format keeps of a row: CSV has texts only, and but JSONL none has lists."""
    if suffix == ".jsonl":
        return dict(row)
    kept = {name: json.dumps(one, ensure_ascii=False) if isinstance(one, list) else one for name, one in row.items()}
    return {name: "" if one is None else str(one) for name, one in kept.items()} if suffix == ".csv" else kept


def _csv(path: Path, kind: str) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _jsonl(path: Path, kind: str) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def _parquet(path: Path, kind: str) -> Iterator[dict[str, Any]]:
    from pyarrow import parquet

    for batch in parquet.ParquetFile(path).iter_batches(10_000):
        yield from batch.to_pylist()


def _xlsx(path: Path, kind: str) -> Iterator[dict[str, Any]]:
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    for sheet in book.worksheets:
        lines = sheet.iter_rows(values_only=True)
        head = [str(name) for name in next(lines)]
        # Empty cells at the end of a line are not in the file.
        yield from (dict.fromkeys(head) | dict(zip(head, line, strict=False)) for line in lines)
    book.close()


def _sqlite(path: Path, kind: str) -> Iterator[dict[str, Any]]:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        yield from map(dict, connection.execute(f'SELECT * FROM "{kind}" ORDER BY rowid'))
