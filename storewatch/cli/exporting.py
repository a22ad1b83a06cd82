"""``export``: the answer to a question as a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from storewatch.cli import selection, stored
from storewatch.cli.asking import Asked, asking
from storewatch.cli.ledgers import LEDGER_FIELDS, AsOf, ledger_line
from storewatch.cli.options import ConfigFile, Database
from storewatch.cli.output import Format, say
from storewatch.cli.rows import Row
from storewatch.cli.selection import chosen
from storewatch.cli.session import configuration, database
from storewatch.errors import InputError

if TYPE_CHECKING:
    from storewatch.cli.selection import Selection
    from storewatch.db.store import Store

What = Literal["articles", "events", "ledger"]
_FIELDS: dict[What, tuple[str, ...]] = {
    "articles": stored.ARTICLE_FIELDS,
    "events": stored.EVENT_FIELDS,
    "ledger": LEDGER_FIELDS,
}
#: Items of a feed when ``--limit`` says nothing.
FEED_LIMIT = 100


@asking(without=("output", "after", "cursor"))
def export(
    *,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="events.csv, ledger.xlsx, ...: the ending says how it is written."),
    ],
    what: Annotated[
        What | None, typer.Option(help="What is written; default: what the file is called, else events.")
    ] = None,
    as_of: AsOf = None,
    asked: Asked,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """Write articles, events or the ledger to a file: .csv, .jsonl, .parquet, .xlsx, .sqlite; a feed: .atom, .json."""
    from storewatch.export import FEEDS, About, writer_of
    from storewatch.export import export as write_file

    writer_of(file)
    kind: What = what or _kind_of(file)
    if kind == "ledger" and file.suffix.lower() in FEEDS:
        raise InputError(str(file), "the ledger is no feed", hint="write ledger.csv, or events.atom")
    if kind == "articles" and as_of is not None:
        raise InputError("--as-of", "is for events and the ledger", hint="add --until")
    fields = _FIELDS[kind]
    names = tuple(chosen(asked.columns, fields)) if asked.columns is not None else fields
    if asked.limit is None and file.suffix.lower() in FEEDS:
        asked = replace(asked, limit=FEED_LIMIT)
    wanted = selection.select(asked, sorts=_sorts(kind), as_of=as_of, output=Format.jsonl)
    about = About(kind=kind, columns=names, title=f"storewatch: {kind} {asked.words}".strip(), query=asked.words)
    with database(configuration(db, config)) as store:
        written = write_file(file, _rows(store, kind, wanted, asked.limit), about)
        selection.check_found(store, written.count, wanted)
    say(f"{file}: {written.count} {'claims' if kind == 'ledger' else kind}")
    for note in written.notes:
        say(f"{file}: {note}")


def _kind_of(file: Path) -> What:
    for kind in _FIELDS:
        if file.stem.startswith(kind):
            return kind
    return "events"


def _sorts(kind: What) -> tuple[str, ...]:
    from storewatch.db.ledger import LEDGER_SORTS
    from storewatch.db.orders import ARTICLE_SORTS
    from storewatch.db.queries import EVENT_SORTS

    if kind == "ledger":
        return tuple(LEDGER_SORTS)
    return tuple(ARTICLE_SORTS if kind == "articles" else EVENT_SORTS)


def _rows(store: Store, kind: What, wanted: Selection, limit: int | None) -> Iterator[Row]:
    from storewatch.db import ledger, streaming

    filters = replace(wanted.filters, limit=limit or None)
    if kind == "articles":
        lines = (stored.article_line(row) for row in streaming.articles(store, filters))
    elif kind == "ledger":
        lines = (ledger_line(row) for row in ledger.stream(store, filters))
    else:
        lines = (stored.event_line(row) for row in streaming.events(store, filters))
    return (stored.in_zone(line, wanted.zone) for line in lines)
