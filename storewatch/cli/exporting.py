"""``export``: the answer to a question as a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from storewatch.cli import selection, stored
from storewatch.cli.asking import Asked, asking
from storewatch.cli.options import ConfigFile, Database
from storewatch.cli.output import Format, say
from storewatch.cli.rows import Row
from storewatch.cli.selection import chosen
from storewatch.cli.session import configuration, database

if TYPE_CHECKING:
    from storewatch.cli.selection import Selection
    from storewatch.db.store import Store

What = Literal["articles", "events"]
#: Items of a feed when ``--limit`` says nothing.
FEED_LIMIT = 100


@asking(without=("output",))
def export(
    *,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="events.csv, articles.parquet, ...: the ending says how it is written."),
    ],
    what: Annotated[
        What | None, typer.Option(help="What is written; default: what the file is called, else events.")
    ] = None,
    asked: Asked,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """Write articles or events into a file: .csv, .jsonl, .parquet, .xlsx, .sqlite, or a feed: .atom, .json."""
    from storewatch.export import FEEDS, About, writer_of
    from storewatch.export import export as write_file

    writer_of(file)
    kind: What = what or ("articles" if file.stem.startswith("articles") else "events")
    fields = stored.ARTICLE_FIELDS if kind == "articles" else stored.EVENT_FIELDS
    names = tuple(chosen(asked.columns, fields)) if asked.columns is not None else fields
    if asked.limit is None and file.suffix.lower() in FEEDS:
        asked = replace(asked, limit=FEED_LIMIT)
    wanted = selection.select(asked, sorts=_sorts(kind), output=Format.jsonl)
    about = About(kind=kind, columns=names, title=f"storewatch: {kind} {asked.words}".strip(), query=asked.words)
    with database(configuration(db, config)) as store:
        count = write_file(file, _rows(store, kind, wanted, asked.limit), about)
        selection.check_found(store, count, wanted)
    say(f"{file}: {count} {kind}")


def _sorts(kind: What) -> tuple[str, ...]:
    from storewatch.db.queries import ARTICLE_SORTS, EVENT_SORTS

    return tuple(ARTICLE_SORTS) if kind == "articles" else EVENT_SORTS


def _rows(store: Store, kind: What, wanted: Selection, limit: int | None) -> Iterator[Row]:
    from storewatch.db import streaming

    filters = replace(wanted.filters, limit=limit or None)
    if kind == "articles":
        lines = (stored.article_line(row) for row in streaming.articles(store, filters))
    else:
        lines = (stored.event_line(row) for row in streaming.events(store, filters))
    return (stored.in_zone(line, wanted.zone) for line in lines)
