"""The command tree, and what a command ends with when something goes wrong.

An error that storewatch raises on purpose is one line on standard error and its exit code, never a traceback; a reader
that closes the pipe early (``| head``) is no error; Ctrl-C ends with 130 (typer does that).
"""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from storewatch import logs
from storewatch.cli import (
    crawling,
    exporting,
    health,
    ledgers,
    queries,
    review,
    serving,
    showing,
    sources,
    texts,
    upkeep,
    watch,
)
from storewatch.cli.options import LogFormat
from storewatch.cli.output import say, write
from storewatch.errors import StorewatchError


class Commands(TyperGroup):
    """A group that answers our own errors."""

    def invoke(self, ctx: Any) -> Any:  # typer's own type of it is private
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except StorewatchError as error:
            say(f"storewatch: {error}", level="ERROR")
            raise typer.Exit(error.exit_code) from error
        except BrokenPipeError:
            _leave_pipe()
            raise typer.Exit(0) from None
        except Exception as error:
            # What is wrong with a command line has a message; typer shows it in a box, which is no line of a log.
            message = getattr(error, "format_message", None)
            if message is None or not logs.is_json():
                raise
            say(f"storewatch: {message()}", level="ERROR")
            raise typer.Exit(getattr(error, "exit_code", 2)) from None
        return result


def _leave_pipe() -> None:
    """Nobody reads on: what is still buffered goes nowhere, so that the interpreter does not complain at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


app = typer.Typer(
    cls=Commands,
    help="Which smartphone vendor opens, plans or closes stores, where, how many, by when, and who says so?",
    epilog="Data go to standard output, everything else to standard error. Manual: docs/commands.md.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        write(f"storewatch {version('storewatch')}\n")
        raise typer.Exit


@app.callback()
def storewatch(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
    log_format: Annotated[
        LogFormat | None,
        typer.Option("--log-format", help="Write messages and logs as text or as one JSON object a line."),
    ] = None,
) -> None:
    logs.choose(None if log_format is None else log_format.value)


COLLECT, ASK, TEXTS, UPKEEP = "Collect", "Ask", "Texts and pages, nothing stored", "Upkeep"

app.command(rich_help_panel=COLLECT)(crawling.crawl)
app.command(rich_help_panel=COLLECT)(crawling.demo)
app.command(rich_help_panel=COLLECT)(serving.serve)
app.add_typer(serving.schedule_app, name="schedule", rich_help_panel=COLLECT)
app.add_typer(sources.app, name="sources", rich_help_panel=COLLECT)
app.add_typer(queries.articles_app, name="articles", rich_help_panel=ASK)
app.command(rich_help_panel=ASK)(queries.events)
app.command(rich_help_panel=ASK)(queries.search)
app.command(rich_help_panel=ASK)(queries.stories)
app.command(rich_help_panel=ASK)(ledgers.ledger)
app.command(rich_help_panel=ASK)(queries.stats)
app.command(rich_help_panel=ASK)(exporting.export)
app.command(rich_help_panel=ASK)(showing.show)
app.command(rich_help_panel=ASK)(showing.runs)
app.command(rich_help_panel=ASK)(review.review)
app.command(rich_help_panel=ASK)(review.label)
app.command(rich_help_panel=ASK)(review.labels)
app.add_typer(watch.app, name="watch", rich_help_panel=ASK)
app.command(rich_help_panel=TEXTS)(texts.read)
app.command(rich_help_panel=TEXTS)(texts.judge)
app.command(rich_help_panel=TEXTS)(texts.dedup)
app.command(rich_help_panel=UPKEEP)(health.health)
app.command(rich_help_panel=UPKEEP)(upkeep.config)
app.add_typer(upkeep.db_app, name="db", rich_help_panel=UPKEEP)
