"""Rows into a file, by the file's extension: CSV, JSONL, Parquet, Excel, SQLite, Atom, JSON Feed.

A row is a plain mapping of column names to strings, numbers, booleans, None, lists and mappings, as the commands print
them; times are ISO 8601 texts. Rows are taken one by one, so a million of them need no more memory than a few thousand;
the file appears under its name only when it is complete.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from storewatch.errors import InputError

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is written: ``kind`` (``articles``, ``events``, ...), its ``columns`` in order, what was asked for, and the
    file's ``name`` without its extension."""

    kind: str
    columns: tuple[str, ...]
    title: str
    query: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """How many rows a file holds, and what is not in it as it was: a sentence each, for people."""

    count: int
    notes: tuple[str, ...] = ()


class Writer(Protocol):
    """Writes all rows into a new file."""

    def __call__(self, path: Path, rows: Iterable[Row], about: About) -> Written: ...


def _csv(path: Path, rows: Iterable[Row], about: About) -> Written:
    from storewatch.export.plain import write_csv

    return write_csv(path, rows, about)


def _jsonl(path: Path, rows: Iterable[Row], about: About) -> Written:
    from storewatch.export.plain import write_jsonl

    return write_jsonl(path, rows, about)


def _parquet(path: Path, rows: Iterable[Row], about: About) -> Written:
    from storewatch.export.columnar import write_parquet

    return write_parquet(path, rows, about)


def _xlsx(path: Path, rows: Iterable[Row], about: About) -> Written:
    from storewatch.export.sheets import write_xlsx

    return write_xlsx(path, rows, about)


def _sqlite(path: Path, rows: Iterable[Row], about: About) -> Written:
    from storewatch.db.exporting import datasette_metadata, write_sqlite

    metadata = datasette_metadata(about.name, about.kind, about.columns, about.title)
    count = write_sqlite(path, rows, about.kind, about.columns, title=about.title, metadata=metadata)
    return Written(count=count)


def _atom(path: Path, rows: Iterable[Row], about: About) -> Written:
    from storewatch.export.feeds import write_atom

    return write_atom(path, rows, about)


def _json_feed(path: Path, rows: Iterable[Row], about: About) -> Written:
    from storewatch.export.feeds import write_json_feed

    return write_json_feed(path, rows, about)


#: The writers by extension; a feed holds the newest rows only.
WRITERS: Mapping[str, Writer] = {
    ".csv": _csv,
    ".jsonl": _jsonl,
    ".parquet": _parquet,
    ".xlsx": _xlsx,
    ".sqlite": _sqlite,
    ".db": _sqlite,
    ".atom": _atom,
    ".json": _json_feed,
}
#: Extensions of feeds, whose readers want the newest only.
FEEDS = (".atom", ".json")


def writer_of(path: Path) -> Writer:
    """:raises InputError: for an extension that there is not."""
    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        hint = f"write a name that ends in {', '.join(WRITERS)}"
        raise InputError(str(path), "has no extension that says how to write it", hint=hint)
    return writer


def export(path: Path, rows: Iterable[Row], about: About) -> Written:
    """Write ``rows`` to ``path``, over what was there.

    :raises InputError: for an extension, folder or missing package that stands in the way.
    """
    writer = writer_of(path)
    parts = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        written = writer(parts, rows, replace(about, name=path.stem))
        parts.replace(path)
    except ModuleNotFoundError as error:
        extra = {"pyarrow": "parquet", "openpyxl": "excel"}.get(error.name or "")
        if extra is None:
            raise
        hint = f"pip install 'storewatch[{extra}]'"
        raise InputError(str(path), f"needs the package {error.name}", hint=hint) from None
    except OSError as error:
        raise InputError(str(path), f"cannot be written: {error.strerror or error}") from error
    finally:
        parts.unlink(missing_ok=True)
    return written


def in_order(row: Row, columns: Sequence[str]) -> list[Any]:
    return [row.get(name) for name in columns]
