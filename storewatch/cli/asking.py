"""The options that every command which asks has, written down once.

A command takes them as one value, :class:`Asked`; :func:`asking` spells them out for typer.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from functools import wraps
from typing import Annotated, Any, get_type_hints

import typer

from storewatch.cli.options import Output
from storewatch.cli.output import Format
from storewatch.types import Action

#: What narrows the rows down, by the names of ``storewatch.db.rows.Filters``.
NARROWING = ("vendor", "country", "action", "since", "until", "lang", "source", "outlet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person asks for: the options as they were typed."""

    query: Annotated[
        str | None,
        typer.Option("--query", "-q", metavar="QUERY", help="Only what this query finds: 'vendor:vivo \"mi store\"'."),
    ] = None
    vendor: Annotated[str | None, typer.Option(help="Only this vendor: Xiaomi.")] = None
    country: Annotated[str | None, typer.Option(help="Only events in this country, as ISO 3166-1: DE.")] = None
    action: Annotated[Action | None, typer.Option("--action", help="Only this kind of event.")] = None
    since: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Published then or later: 2024, 2024-03, 2024-03-05; 30d or 4w ago."),
    ] = None
    until: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Published then or earlier; all of the year, month or day named."),
    ] = None
    lang: Annotated[str | None, typer.Option(help="Only this language, as ISO 639-1: de.")] = None
    source: Annotated[str | None, typer.Option("--source", help="Only what this source brought, by its name.")] = None
    outlet: Annotated[str | None, typer.Option(help="Only this outlet: golem.de.")] = None
    sort: Annotated[str | None, typer.Option(metavar="ORDER", help="The order of the rows.")] = None
    limit: Annotated[
        int | None, typer.Option(min=0, help="At most so many rows; 0: all. Default: 50 in a table, else all.")
    ] = None
    offset: Annotated[int, typer.Option(min=0, help="Leave out so many rows first.")] = 0
    after: Annotated[
        str | None, typer.Option(metavar="CURSOR", help="Go on behind the row with this cursor; see --cursor.")
    ] = None
    cursor: Annotated[
        bool, typer.Option("--cursor", help="Add the column `cursor`: what --after takes to go on behind a row.")
    ] = False
    columns: Annotated[
        str | None, typer.Option(metavar="NAMES", help="Only these columns, in this order, with commas between them.")
    ] = None
    timezone: Annotated[
        str | None,
        typer.Option("--timezone", metavar="ZONE", help="Show times in this zone: Europe/Berlin. Default: UTC."),
    ] = None
    output: Output = Format.table

    @property
    def filters(self) -> Mapping[str, str | None]:
        """The filters by name, None where one was not given."""
        return {name: getattr(self, name) for name in NARROWING}

    @property
    def words(self) -> str:
        """What was asked for, in a title."""
        return " ".join(
            part for part in (self.query, self.vendor, self.country, self.action, self.lang, self.outlet) if part
        )


def asking(*, without: Collection[str] = ()) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of :class:`Asked` in place of its parameter ``asked``, but those ``without``."""
    hints = get_type_hints(Asked, include_extras=True)
    shared = [
        inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=hints[field.name]
        )
        for field in fields(Asked)
        if field.name not in without
    ]

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def spelled_out(**values: Any) -> None:
            asked = Asked(**{option.name: values.pop(option.name) for option in shared})
            command(asked=asked, **values)

        own = inspect.signature(command, eval_str=True)
        before, after = _around(list(own.parameters.values()), "asked")
        signature = own.replace(parameters=[*before, *shared, *after])
        spelled_out.__signature__ = signature  # type: ignore[attr-defined]  # what inspect reads; mypy knows it not
        spelled_out.__annotations__ = {name: option.annotation for name, option in signature.parameters.items()}
        return spelled_out

    return decorate


def _around(parameters: list[inspect.Parameter], name: str) -> tuple[list[inspect.Parameter], list[inspect.Parameter]]:
    """The parameters before and after the one called ``name``, all of them by keyword."""
    kept = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in parameters]
    place = [one.name for one in kept].index(name)
    return kept[:place], kept[place + 1 :]
