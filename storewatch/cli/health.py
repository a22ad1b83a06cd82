"""``health``: which sources are not well, since when, why, and what to do; and how the whole is."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from storewatch.cli.options import ConfigFile, Database, Output
from storewatch.cli.output import Column, Format, print_rows, say, write
from storewatch.cli.rows import Row, instant_text
from storewatch.cli.session import configuration, database, now
from storewatch.errors import DatabaseError, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scheduler.health import Check, Health, Report
    from storewatch.config import Loaded

HEALTH_FIELDS = ("source", "url", "status", "well", "reason", "since", "evidence", "todo", "also")
HEALTH_COLUMNS = (
    Column(head="source", value=lambda row: row["source"], least=10, most=30),
    Column(head="status", value=lambda row: row["status"], least=8),
    Column(head="since", value=lambda row: (row["since"] or "")[:10], least=10, rank=1),
    Column(head="evidence", value=lambda row: row["evidence"], least=30, most=120),
    Column(head="what to do", value=lambda row: row["todo"], least=20, most=90, rank=2),
)
LEVELS = ("ok", "warning", "critical")
CHECK_FIELDS = ("check", "level", "told", "todo", "values")
CHECK_COLUMNS = (
    Column(head="check", value=lambda row: row["check"], least=8),
    Column(head="level", value=lambda row: LEVELS[row["level"]], least=8),
    Column(head="what", value=lambda row: row["told"], least=30, most=140),
    Column(head="what to do", value=lambda row: row["todo"] if row["level"] else "", least=20, most=90, rank=1),
)


def health(
    source: Annotated[
        list[str] | None, typer.Argument(metavar="SOURCE", help="Only these sources, well or not, enabled or not.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="List the sources that are well, too.")] = False,
    system: Annotated[
        bool, typer.Option("--system", help="List the checks of the whole instead of the sources.")
    ] = False,
    output: Output = Format.table,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """Tell whether all is well: database, disk, lock, runs, jobs, judge, and which sources are not, since when, and
    what to do. Exit code 0: ok, 1: warning, 2: critical."""
    names = tuple(dict.fromkeys(source or ()))
    if system and names:
        raise InputError("--system", "asks for the whole", hint="leave the names out")
    loaded, at = configuration(db, config), now()
    try:
        found = _of_sources(loaded, names, at) if names else _of_all(loaded, at)
    except DatabaseError as error:
        from scheduler.reporting import without_database

        found = without_database(loaded.config, error, at)
        if not system and output is not Format.table:
            say(f"storewatch: {error}", level="ERROR")
            raise typer.Exit(found.level) from None
    if system or (output is Format.table and not names):
        _print_checks(found.checks, output)
    if not system:
        if output is Format.table and found.checks and found.sources:
            write("\n")
        shown = [row_of(one) for one in found.sources if everything or names or not one.well]
        print_rows(shown, HEALTH_COLUMNS, output, fields=HEALTH_FIELDS)
    _tell(found, summary=output is Format.table and not system)
    if found.level:
        raise typer.Exit(found.level)


def _of_all(loaded: Loaded, at: datetime) -> Report:
    from scheduler.reporting import current

    with database(loaded) as store:
        return current(store, loaded.config, at)


def _of_sources(loaded: Loaded, names: Sequence[str], at: datetime) -> Report:
    """:raises InputError: for a name that there is not."""
    from scheduler.health import report

    with database(loaded) as store:
        from storewatch.db.health import source_facts

        facts = source_facts(store, now=at, names=names)
    if unknown := set(names) - {one.source.name for one in facts}:
        hint = "`storewatch sources list` shows the names"
        raise InputError(", ".join(sorted(unknown)), "no source has this name", hint=hint)
    return report(facts, at, whole=False)


def _tell(found: Report, *, summary: bool) -> None:
    if summary and found.is_known:
        say(found.summary)
    for warning in found.warnings:
        say(f"warning: {warning}", level="WARNING")
    for problem in found.critical:
        say(f"critical: {problem}", level="CRITICAL")
    for check in found.system:
        if check.level:
            level = LEVELS[check.level]
            say(f"{level}: {check.check}: {check.told}", level=level.upper())


def _print_checks(checks: Sequence[Check], output: Format) -> None:
    from scheduler.metrics import check_json

    print_rows([check_json(check) for check in checks], CHECK_COLUMNS, output, fields=CHECK_FIELDS)


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
