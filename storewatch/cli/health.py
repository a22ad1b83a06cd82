"""``health``: which sources are not well, since when, why, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from storewatch.cli.options import ConfigFile, Database, Output
from storewatch.cli.output import Column, Format, print_rows, say
from storewatch.cli.rows import Row, instant_text
from storewatch.cli.session import configuration, database, now
from storewatch.errors import InputError

if TYPE_CHECKING:
    from scheduler.health import Health

HEALTH_FIELDS = ("source", "url", "status", "well", "reason", "since", "evidence", "todo", "also")
HEALTH_COLUMNS = (
    Column(head="source", value=lambda row: row["source"], least=10, most=30),
    Column(head="status", value=lambda row: row["status"], least=8),
    Column(head="since", value=lambda row: (row["since"] or "")[:10], least=10, rank=1),
    Column(head="evidence", value=lambda row: row["evidence"], least=30, most=120),
    Column(head="what to do", value=lambda row: row["todo"], least=20, most=90, rank=2),
)


def health(
    source: Annotated[
        list[str] | None, typer.Argument(metavar="SOURCE", help="Only these sources, well or not, enabled or not.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="List the sources that are well, too.")] = False,
    output: Output = Format.table,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """List the sources that are not well: why, since when, and what to do. Exit code 0: ok, 1: warning, 2: critical."""
    names = tuple(dict.fromkeys(source or ()))
    at = now()
    with database(configuration(db, config)) as store:
        from storewatch.db import letters
        from storewatch.db.health import source_facts

        facts = source_facts(store, now=at, names=names)
        undelivered = () if names else letters.undelivered(store)
    if unknown := set(names) - {one.source.name for one in facts}:
        hint = "`storewatch sources list` shows the names"
        raise InputError(", ".join(sorted(unknown)), "no source has this name", hint=hint)

    from scheduler.health import report

    found = report(facts, at, whole=not names, letters=undelivered)
    shown = [row_of(one) for one in found.sources if everything or names or not one.well]
    print_rows(shown, HEALTH_COLUMNS, output, fields=HEALTH_FIELDS)
    if output is Format.table:
        say(found.summary)
    for warning in found.warnings:
        say(f"warning: {warning}")
    for problem in found.critical:
        say(f"critical: {problem}")
    if found.level:
        raise typer.Exit(found.level)


def row_of(one: Health) -> Row:
    return {
        "source": one.source,
        "url": one.url,
        "status": one.status,
        "well": one.well,
        "reason": one.reason,
        "since": instant_text(one.since),
        "evidence": one.evidence,
        "todo": one.todo,
        "also": list(one.also),
    }
