"""Parquet, by pyarrow (the extra ``parquet``)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from storewatch.export import About, Row, Written, in_order

#: Rows of a row group: what is held in memory, and what a reader skips at a time.
GROUP = 10_000
_INTEGERS = frozenset(
    {"article_id", "event_id", "revision_id", "story_id", "ledger_id", "store_count", "copies", "articles", "events"}
    | {"published_offset_min", "evidence_start", "evidence_end", "outlets", "progress_count", "baseline_count"}
)
_NUMBERS = frozenset({"score", "share", "relevance"})


def write_parquet(path: Path, rows: Iterable[Row], about: About) -> Written:
    """Columns typed by their names: integers, numbers, else text (times as ISO 8601, lists as JSON)."""
    schema = pa.schema([(name, _type(name)) for name in about.columns])
    count = 0
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        waiting: list[list[Any]] = []
        for row in rows:
            waiting.append([_value(value) for value in in_order(row, about.columns)])
            count += 1
            if len(waiting) == GROUP:
                writer.write_table(_table(waiting, schema))
                waiting = []
        if waiting:
            writer.write_table(_table(waiting, schema))
    return Written(count=count)


def _table(rows: list[list[Any]], schema: Any) -> Any:
    return pa.Table.from_arrays(
        [pa.array(column, type=field.type) for column, field in zip(zip(*rows, strict=True), schema, strict=True)],
        schema=schema,
    )


def _type(name: str) -> Any:
    if name in _INTEGERS:
        return pa.int64()
    return pa.float64() if name in _NUMBERS else pa.string()


def _value(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | tuple | dict) else value
