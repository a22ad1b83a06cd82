"""A collection's rows as an SQLite file for other programs: one plain table, searchable, as Datasette likes it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

_INTEGER = ("_id", "_count", "_start", "_end", "_min", "copies", "articles", "events", "outlets")
_REAL = frozenset({"score", "share", "relevance"})
#: Columns that are worth to be searched and to be counted by, where they are there.
SEARCHED = ("title", "text", "evidence")
FACETS = ("vendor", "action", "country", "lang", "outlet", "certainty", "store_type", "status")


def write_sqlite(
    path: Path,
    rows: Iterable[Mapping[str, Any]],
    table: str,
    columns: Sequence[str],
    *,
    title: str,
    metadata: Mapping[str, Any],
) -> int:
    """One table with all rows, an FTS5 table ``TABLE_fts`` beside it, and a table ``about`` with one row."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        # Nobody else sees the file before it is complete.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        typed = ", ".join(f'"{name}" {_type(name, key=name == columns[0])}' for name in columns)
        connection.execute(f'CREATE TABLE "{table}" ({typed})')
        marks = ", ".join("?" * len(columns))
        done = connection.executemany(
            f'INSERT INTO "{table}" VALUES ({marks})', ([_value(row.get(name)) for name in columns] for row in rows)
        )
        count = done.rowcount if done.rowcount > 0 else 0
        for name in FACETS:
            if name in columns:
                connection.execute(f'CREATE INDEX "ix_{table}_{name}" ON "{table}" ("{name}")')
        if searched := [name for name in SEARCHED if name in columns]:
            names = ", ".join(f'"{name}"' for name in searched)
            connection.execute(
                f'CREATE VIRTUAL TABLE "{table}_fts" USING fts5({names}, content="{table}", '
                "tokenize='unicode61 remove_diacritics 2')"
            )
            connection.execute(f'INSERT INTO "{table}_fts" (rowid, {names}) SELECT rowid, {names} FROM "{table}"')
        connection.execute("CREATE TABLE about (title TEXT, rows INTEGER, metadata TEXT)")
        text = json.dumps(metadata, ensure_ascii=False)
        connection.execute("INSERT INTO about VALUES (?, ?, ?)", (title, count, text))
    return count


def datasette_metadata(database: str, table: str, columns: Sequence[str], title: str) -> dict[str, Any]:
    """What ``datasette -m`` takes: the facets, the search and the order of the table."""
    settings: dict[str, Any] = {"facets": [name for name in FACETS if name in columns][:5], "size": 50}
    if any(name in columns for name in SEARCHED):
        settings["fts_table"] = f"{table}_fts"
    if "published_at" in columns:
        settings["sort_desc"] = "published_at"
    return {"title": title, "databases": {database: {"tables": {table: settings}}}}


def _type(name: str, *, key: bool) -> str:
    if name.endswith(_INTEGER):
        return "INTEGER PRIMARY KEY" if key else "INTEGER"
    return "REAL" if name in _REAL else "TEXT"


def _value(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | tuple | dict) else value
