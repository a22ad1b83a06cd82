"""``show`` and ``runs``: one article, one story, and the runs that brought them, in full."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from storewatch.cli import edits, run_rows, stored
from storewatch.cli.ledgers import show_claim
from storewatch.cli.options import ConfigFile, Database, Output
from storewatch.cli.output import Format, is_styled, json_text, print_rows, write, write_jsonl
from storewatch.cli.rows import Row
from storewatch.cli.session import configuration, database
from storewatch.errors import InputError

if TYPE_CHECKING:
    from storewatch.config import Loaded


def _show_story(number: str, output: Format, loaded: Loaded) -> None:
    from storewatch.db.telling import story

    with database(loaded) as store:
        found = story(store, int(number)) if number.isascii() and number.isdigit() and len(number) < 19 else None
    if found is None:
        raise InputError(f"story:{number}", "there is none of this number", hint="`storewatch stories` lists them")
    tellings = [stored.telling_line(one) for one in found[1]]
    if output is Format.table:
        write(stored.story_head(stored.story_line(found[0])))
        print_rows(tellings, stored.TELLING_COLUMNS, output, fields=stored.TELLING_FIELDS)
    elif output in (Format.json, Format.jsonl):
        row = stored.story_line(found[0]) | {"tellings": tellings}
        write(json_text(row, indent=2 if output is Format.json else None) + "\n")
    else:
        print_rows(tellings, stored.TELLING_COLUMNS, output, fields=stored.TELLING_FIELDS)


def show(
    what: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="An article's id, as `articles` shows it, a story (story:12) or a claim (ledger:12)."
        ),
    ],
    removed: Annotated[bool, typer.Option("--removed", help="List what was taken out of the text, and why.")] = False,
    revisions: Annotated[
        bool,
        typer.Option("--revisions", help="List the texts that the article has had, and what kind of edit each was."),
    ] = False,
    diff: Annotated[
        str | None,
        typer.Option(metavar="N", help="Show what changed with revision N (last: the newest), word by word."),
    ] = None,
    output: Output = Format.table,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """Show one article: its text with the evidence marked, its events, copies and revisions; a story; a claim."""
    if what.lower().startswith("story:"):
        _show_story(what[len("story:") :].strip(), output, configuration(db, config))
        return
    if what.lower().startswith("ledger:"):
        show_claim(what[len("ledger:") :].strip(), output, configuration(db, config))
        return
    if output in (Format.csv, Format.markdown) and not revisions:
        raise InputError(f"--format {output}", "one article is no table", hint="use json or jsonl")
    row = _article(what, configuration(db, config))
    if revisions:
        print_rows(row["revisions"], edits.REVISION_COLUMNS, output, fields=edits.REVISION_FIELDS)
        return
    if diff is not None:
        row = edits.diff_row(*edits.pair(row["revisions"], diff))
        if output is Format.table:
            write(edits.diff_text(row, styled=is_styled(sys.stdout)))
            return
    _print_one(row, output, removed=removed)


def _print_one(row: Row, output: Format, *, removed: bool) -> None:
    if output is Format.jsonl:
        write_jsonl(row)
    elif output is Format.json:
        write(json_text(row, indent=2) + "\n")
    else:
        from storewatch.cli.reading import print_article

        print_article(row, removed=removed)


def _article(what: str, loaded: Loaded) -> Row:
    """All of one article.

    :raises InputError: for what is no id, or none of an article.
    """
    if not (what.isascii() and what.isdigit() and len(what) < 19):
        raise InputError(what, "is no id", hint="write the number of an article, or story: and the number of a story")
    from storewatch.db.queries import article as stored_article

    with database(loaded) as store:
        detail = stored_article(store, int(what))
    if detail is None:
        raise InputError(f"article {what}", "there is none of this id", hint="`storewatch articles` lists the ids")
    return stored.detail_row(detail)


def runs(
    run: Annotated[int | None, typer.Argument(metavar="ID", help="One run in full: its counts and problems.")] = None,
    limit: Annotated[int, typer.Option(min=0, help="At most so many, the newest first; 0: all.")] = 20,
    output: Output = Format.table,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """List the runs: when, how long, what they brought, how they ended."""
    with database(configuration(db, config)) as store:
        if run is None:
            found = store.runs(limit or 2**31 - 1)
        else:
            one = store.run(run)
            if one is None:
                raise InputError(f"run {run}", "there is none of this id", hint="`storewatch runs` lists the ids")
            found = (one,)
    rows = [run_rows.run_line(one) for one in found]
    if run is not None and output is Format.table:
        write(run_rows.run_text(rows[0]))
    else:
        print_rows(rows, run_rows.RUN_COLUMNS, output, fields=run_rows.RUN_FIELDS)
