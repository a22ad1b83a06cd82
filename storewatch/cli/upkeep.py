"""``config`` and ``db``: the values in force, and the database's schema."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from storewatch.cli.options import ConfigFile, Database, Output
from storewatch.cli.output import Column, Format, print_rows, say, write
from storewatch.cli.session import configuration, database, now
from storewatch.errors import DatabaseError

CONFIG_FIELDS = ("key", "value", "origin")
CONFIG_COLUMNS = (
    Column(head="key", value=lambda row: row["key"], least=12),
    Column(head="value", value=lambda row: row["value"], least=10, most=60),
    Column(head="origin", value=lambda row: row["origin"], least=10, most=60),
)

db_app = typer.Typer(no_args_is_help=True, help="Keep the database: its schema and its health.")


def config(output: Output = Format.table, db: Database = None, file: ConfigFile = None) -> None:
    """Show the configuration in force: each key, its value and where that came from. Passwords are blotted out."""
    loaded = configuration(db, file)
    rows = ({"key": line.key, "value": line.value, "origin": line.origin} for line in loaded.shown())
    print_rows(rows, CONFIG_COLUMNS, output, fields=CONFIG_FIELDS)


@db_app.command()
def upgrade(db: Database = None, file: ConfigFile = None) -> None:
    """Bring the database to this version's schema; a new or empty one is made. Refused while a run is going on."""
    from pipelines.dedup.kinship import kinship
    from storewatch.config import without_secrets
    from storewatch.db import upgrade as upgrade_database

    loaded = configuration(db, file)
    done = upgrade_database(loaded.config.database.url, kinship)
    shown = without_secrets(loaded.config.database.url)
    if done.before == done.after:
        say(f"{shown}: has the newest schema already ({done.after})")
    elif done.before is None:
        say(f"{shown}: made, with schema {done.after}")
    else:
        say(f"{shown}: upgraded from schema {done.before} to {done.after}")
    if done.sketched:
        say(f"{shown}: {done.sketched} older texts can now be recognised in copies")


@db_app.command()
def copy(
    origin: Annotated[str, typer.Argument(metavar="FROM", help="The database to copy: a URL or the path of a file.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="An empty or new database, of either engine.")],
) -> None:
    """Copy a whole collection into a new database, from SQLite to PostgreSQL or back, and compare the two."""
    from storewatch.db.copying import copy as copy_database

    for table, rows in copy_database(origin, target):
        say(f"{table}: {rows} rows, equal")


@db_app.command()
def vacuum(db: Database = None, file: ConfigFile = None) -> None:
    """Give room back to the system and renew the engine's statistics. Refused while a run is going on."""
    from storewatch.config import without_secrets
    from storewatch.db.upkeep import vacuum as vacuum_database

    url = configuration(db, file).config.database.url
    sizes = vacuum_database(url)
    said = "" if sizes is None else f", from {sizes[0] / 1e6:.1f} to {sizes[1] / 1e6:.1f} MB"
    say(f"{without_secrets(url)}: vacuumed{said}")


@db_app.command()
def tidy(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    db: Database = None,
    file: ConfigFile = None,
) -> None:
    """Let go of what has been kept long enough, as every crawl does at its end; articles and events always stay."""
    from crawler.keeping import kept_since
    from storewatch.db.lock import run_lock
    from storewatch.db.retention import expire

    loaded = configuration(db, file)
    since = kept_since(loaded.config.keep, now())
    with (
        database(loaded) as store,
        run_lock(loaded.config.database.url, holder="storewatch db tidy"),
        store.reading() if dry_run else store.writing() as connection,
    ):
        counts = expire(connection, since, dry_run=dry_run)
    for name, number in counts.items():
        say(f"{name}: {number} {'would go' if dry_run else 'gone'}")


@db_app.command()
def backup(
    target: Annotated[Path, typer.Argument(metavar="FILE", help="A new file.")],
    db: Database = None,
    file: ConfigFile = None,
) -> None:
    """Write the whole database into a new file, also while a crawl is at work."""
    from storewatch.db.schedule import note_success
    from storewatch.db.upkeep import backup as backup_database

    loaded = configuration(db, file)
    size = backup_database(loaded.config.database.url, target)
    say(f"{target}: {size / 1e6:.1f} MB")
    with suppress(DatabaseError), database(loaded) as store:  # it is made all the same
        note_success(store, "backup", now())


@db_app.command()
def check(db: Database = None, file: ConfigFile = None) -> None:
    """Look for damage: one line a problem, and exit code 2; nothing and 0 when all is well."""
    from storewatch.db import check as check_database

    problems = check_database(configuration(db, file).config.database.url)
    write("".join(f"{problem}\n" for problem in problems))
    if problems:
        raise typer.Exit(2)
