"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from storewatch.cli.output import Format


class LogFormat(StrEnum):
    """How messages and logs are written."""

    text = "text"
    json = "json"


Database = Annotated[
    str | None,
    typer.Option("--db", metavar="URL", help="The database: a URL or the path of an SQLite file.", show_default=False),
]
ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="The configuration file; default: storewatch.toml in this folder."),
]
Output = Annotated[Format, typer.Option("--format", "-f", help="How the rows are printed.")]
InputFile = Annotated[
    Path | None, typer.Argument(metavar="FILE", help="JSONL, gzipped or not; default or -: standard input.")
]
Workers = Annotated[
    int | None, typer.Option(min=1, max=256, help="Worker processes; default: extract.workers, one per core.")
]
