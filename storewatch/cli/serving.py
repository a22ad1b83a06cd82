"""``serve`` and ``schedule``: storewatch as a service, and what people ask of it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from storewatch import logs
from storewatch.cli.options import ConfigFile, Database, Output
from storewatch.cli.output import Column, Format, print_rows, say
from storewatch.cli.rows import Row, instant_text
from storewatch.cli.run_rows import local_text
from storewatch.cli.session import configuration, database, database_exists, now
from storewatch.errors import InputError

if TYPE_CHECKING:
    from scheduler.jobs import Planned
    from storewatch.config import Loaded

schedule_app = typer.Typer(no_args_is_help=True, help="See and control the jobs of `storewatch serve`.")

SCHEDULE_FIELDS = ("job", "when", "paused", "next_at", "last_at", "outcome", "succeeded_at", "does")
SCHEDULE_COLUMNS = (
    Column(head="job", value=lambda row: row["job"], least=6),
    Column(head="when", value=lambda row: row["when"], least=8),
    Column(head="next", value=lambda row: "paused" if row["paused"] else local_text(row["next_at"]) or "-", least=16),
    Column(head="last", value=lambda row: local_text(row["last_at"]), least=16, rank=2),
    Column(head="outcome", value=lambda row: row["outcome"], least=16, most=60, rank=1),
    Column(head="does", value=lambda row: row["does"], least=20, most=70, rank=3),
)
JobName = Annotated[str, typer.Argument(metavar="NAME", help="A job, as `schedule list` names it.")]


def serve(db: Database = None, config: ConfigFile = None) -> None:
    """Stay and work: crawl whenever sources are due, look after health, database and backups. Stop it with Ctrl-C.

    SIGTERM stops it cleanly, SIGHUP or a changed configuration file is taken up. A second one on the same database is
    refused (exit code 75).
    """
    from scheduler.daemon import Rim
    from scheduler.daemon import serve as work
    from storewatch.config import file_of

    rim = Rim(reload=lambda: configuration(db, config), say=_tell, file=file_of(config))
    raise typer.Exit(work(configuration(db, config), rim))


@schedule_app.command("list")
def list_(output: Output = Format.table, db: Database = None, config: ConfigFile = None) -> None:
    """List the jobs: when they run, how the last run ended, when the next one is."""
    loaded = configuration(db, config)
    print_rows([row_of(one) for one in _planned(loaded)], SCHEDULE_COLUMNS, output, fields=SCHEDULE_FIELDS)


@schedule_app.command()
def run(name: JobName, db: Database = None, config: ConfigFile = None) -> None:
    """Run a job now: in the running `serve`, or here and at once when there is none."""
    from storewatch.db.lock import is_served

    loaded = configuration(db, config)
    _known(loaded, name)
    if is_served(loaded.config.database.url):
        from storewatch.db.schedule import request

        with database(loaded) as store:
            request(store, name, now())
        say(f"{name}: asked for; `storewatch schedule list` shows how it ends")
        return
    from scheduler.jobs import Context, perform
    from storewatch.cli.session import collecting

    with collecting(loaded):
        pass  # the database is made where there is none
    told: list[str] = []
    outcome = perform(name, Context(loaded=loaded, say=told.append))
    for line in told:
        say(line)
    say(f"{name}: {outcome}")
    raise typer.Exit(1 if outcome.startswith("failed") else 0)


@schedule_app.command()
def pause(name: JobName, db: Database = None, config: ConfigFile = None) -> None:
    """Let a job rest until it is resumed; what it is doing now goes on."""
    _rest(name, True, db, config)


@schedule_app.command()
def resume(name: JobName, db: Database = None, config: ConfigFile = None) -> None:
    """Let a paused job run again."""
    _rest(name, False, db, config)


def row_of(one: Planned) -> Row:
    return {
        "job": one.job.name,
        "when": one.job.said,
        "paused": one.paused,
        "next_at": instant_text(one.next_at),
        "last_at": instant_text(one.last_at),
        "outcome": one.outcome,
        "succeeded_at": instant_text(one.succeeded_at),
        "does": one.job.does,
    }


def _planned(loaded: Loaded) -> tuple[Planned, ...]:
    from scheduler.jobs import jobs, planned

    states = {}
    if database_exists(loaded):
        from storewatch.db.schedule import job_states

        with database(loaded) as store:
            states = job_states(store)
    return planned(jobs(loaded.config), states, now())


def _known(loaded: Loaded, name: str) -> None:
    """:raises InputError: for a job that there is not."""
    from scheduler.jobs import jobs

    names = [job.name for job in jobs(loaded.config)]
    if name not in names:
        raise InputError(name, "there is no such job", hint=f"there are {', '.join(names)}")


def _rest(name: str, paused: bool, db: str | None, config: Path | None) -> None:
    from storewatch.db.schedule import pause as note

    loaded = configuration(db, config)
    _known(loaded, name)
    with database(loaded) as store:
        note(store, name, paused)
    say(f"{name}: {'paused' if paused else 'resumed'}")


def _tell(line: str) -> None:
    """A line of a service's log: the time in UTC, then what there is to say."""
    with suppress(OSError):  # a log on a full disk, or one that nobody reads any more, must not end the service
        if logs.is_json():
            say(line)
        else:
            say(f"{now():%Y-%m-%dT%H:%M:%SZ} {logs.origin_of(logs.current_run(), logs.current_source())}{line}")
