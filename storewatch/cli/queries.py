"""``articles``, ``events``, ``show`` and ``runs``: what was collected. They never make or change a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer

from storewatch.cli import stored
from storewatch.cli.options import ConfigFile, Database, Output
from storewatch.cli.output import Column, Format, json_text, print_rows, say, write, write_jsonl
from storewatch.cli.rows import Row
from storewatch.cli.session import configuration, database, now
from storewatch.errors import InputError
from storewatch.types import Action

if TYPE_CHECKING:
    from storewatch.config import Loaded
    from storewatch.db.rows import Filters

#: Rows of a table when ``--limit`` says nothing: what a person reads. Other formats give all.
TABLE_LIMIT = 50

Found = TypeVar("Found")

State = Literal["relevant", "uncertain", "rejected"]
Vendor = Annotated[str | None, typer.Option(help="Only this vendor: Xiaomi.")]
Country = Annotated[str | None, typer.Option(help="Only events in this country, as ISO 3166-1: DE.")]
EventKind = Annotated[Action | None, typer.Option("--action", help="Only this kind of event.")]
Since = Annotated[
    str | None, typer.Option(metavar="DATE", help="Published then or later: 2024, 2024-03, 2024-03-05; 30d or 4w ago.")
]
Until = Annotated[
    str | None, typer.Option(metavar="DATE", help="Published then or earlier; all of the year, month or day named.")
]
Lang = Annotated[str | None, typer.Option(help="Only this language, as ISO 639-1: de.")]
OfSource = Annotated[str | None, typer.Option("--source", help="Only what this source brought, by its name.")]
Outlet = Annotated[str | None, typer.Option(help="Only this outlet: golem.de.")]
Limit = Annotated[
    int | None, typer.Option(min=0, help="At most so many rows; 0: all. Default: 50 in a table, else all.")
]
Offset = Annotated[int, typer.Option(min=0, help="Leave out so many rows first.")]


def articles(
    state: Annotated[
        State, typer.Option(help="Accepted articles, doubtful ones, or pages that became no article.")
    ] = "relevant",
    reasons: Annotated[bool, typer.Option("--reasons", help="Of rejected pages: how many for which reason.")] = False,
    reason: Annotated[
        str | None, typer.Option(metavar="CODE", help="Of rejected pages: only those with this reason.")
    ] = None,
    vendor: Vendor = None,
    country: Country = None,
    action: EventKind = None,
    since: Since = None,
    until: Until = None,
    lang: Lang = None,
    source: OfSource = None,
    outlet: Outlet = None,
    limit: Limit = None,
    offset: Offset = 0,
    output: Output = Format.table,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """List the collected articles, the newest first. Copies of a text are counted, not listed."""
    given = _given(vendor, country, action, since, until, lang, source, outlet)
    page = _Page(limit, offset, output)
    if state == "rejected":
        _refuse(given, "does not narrow rejected pages down", hint="use --reason CODE")
        _rejected(configuration(db, config), page, reasons=reasons, reason=reason)
        return
    _refuse({"reasons": reasons or None, "reason": reason}, "is for rejected pages", hint="add --state rejected")
    filters = _filters(given, page, uncertain=state == "uncertain")
    with database(configuration(db, config)) as store:
        from storewatch.db.queries import articles as stored_articles

        found = stored_articles(store, filters)
    page.show([stored.article_line(row) for row in found], stored.ARTICLE_COLUMNS, stored.ARTICLE_FIELDS)


def events(
    vendor: Vendor = None,
    country: Country = None,
    action: EventKind = None,
    since: Since = None,
    until: Until = None,
    lang: Lang = None,
    source: OfSource = None,
    outlet: Outlet = None,
    limit: Limit = None,
    offset: Offset = 0,
    output: Output = Format.table,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """List what was said of vendors' stores, each with its sentence; of the newest article first."""
    page = _Page(limit, offset, output)
    filters = _filters(_given(vendor, country, action, since, until, lang, source, outlet), page)
    with database(configuration(db, config)) as store:
        from storewatch.db.queries import events as stored_events

        found = stored_events(store, filters)
    page.show([stored.event_line(row) for row in found], stored.EVENT_COLUMNS, stored.EVENT_FIELDS)


def show(
    article: Annotated[int, typer.Argument(metavar="ID", help="An article's id, as `articles` and `events` show it.")],
    removed: Annotated[bool, typer.Option("--removed", help="List what was taken out of the text, and why.")] = False,
    output: Output = Format.table,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """Show one article: its text with the evidence marked, its events, copies and revisions."""
    if output is Format.csv:
        raise InputError("--format csv", "one article is no table", hint="use json or jsonl")
    with database(configuration(db, config)) as store:
        from storewatch.db.queries import article as stored_article

        detail = stored_article(store, article)
    if detail is None:
        raise InputError(f"article {article}", "there is none of this id", hint="`storewatch articles` lists the ids")
    row = stored.detail_row(detail)
    if output is Format.jsonl:
        write_jsonl(row)
    elif output is Format.json:
        write(json_text(row, indent=2) + "\n")
    else:
        from storewatch.cli.reading import print_article

        print_article(row, removed=removed)


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
    rows = [stored.run_line(one) for one in found]
    if run is not None and output is Format.table:
        write(stored.run_text(rows[0]))
    else:
        print_rows(rows, stored.RUN_COLUMNS, output, fields=stored.RUN_FIELDS)


class _Page:
    """Which part of a long answer is wanted. One row more than a table shows is asked for, to know whether there are
    more."""

    def __init__(self, limit: int | None, offset: int, output: Format) -> None:
        if limit is None:
            limit = TABLE_LIMIT if output is Format.table else 0
        self.limit = limit
        self.offset = offset
        self.output = output

    @property
    def query_limit(self) -> int | None:
        return self.limit + 1 if self.limit else None

    def show(self, rows: Sequence[Row], columns: Sequence[Column], fields: Sequence[str]) -> None:
        more = bool(self.limit) and len(rows) > self.limit
        print_rows(rows[: self.limit] if more else rows, columns, self.output, fields=fields)
        if more and self.output is Format.table:
            say(f"there are more: --offset {self.offset + self.limit} shows the next, --limit 0 all")


def _given(
    vendor: str | None,
    country: str | None,
    action: str | None,
    since: str | None,
    until: str | None,
    lang: str | None,
    source: str | None,
    outlet: str | None,
) -> dict[str, str | None]:
    return {
        "vendor": vendor,
        "country": country,
        "action": action,
        "since": since,
        "until": until,
        "lang": lang,
        "source": source,
        "outlet": outlet,
    }


def _filters(given: Mapping[str, str | None], page: _Page, *, uncertain: bool = False) -> Filters:
    from storewatch.db.rows import Filters

    at = now()
    plain = {name: value for name, value in given.items() if name not in ("since", "until")}
    try:
        since = stored.since_of(given["since"], at) if given["since"] is not None else None
    except ValueError:
        raise _no_date("--since", given["since"]) from None
    try:
        until = stored.until_of(given["until"], at) if given["until"] is not None else None
    except ValueError:
        raise _no_date("--until", given["until"]) from None
    return Filters(**plain, since=since, until=until, uncertain=uncertain, limit=page.query_limit, offset=page.offset)


def _no_date(option: str, value: str | None) -> InputError:
    return InputError(
        option, f"{value!r} is no date", hint="write 2024, 2024-03, 2024-03-05, an ISO instant, 30d or 4w"
    )


def _refuse(given: Mapping[str, object], problem: str, *, hint: str) -> None:
    for name, value in given.items():
        if value is not None:
            raise InputError(f"--{name}", problem, hint=hint)


def _rejected(loaded: Loaded, page: _Page, *, reasons: bool, reason: str | None) -> None:
    from storewatch.db import queries

    with database(loaded) as store:
        if reasons:
            counts = [
                {"state": row.state, "reason": row.reason, "pages": row.pages}
                for row in queries.reasons(store)
                if reason is None or row.reason == reason
            ]
            print_rows(counts, stored.REASON_COLUMNS, page.output, fields=stored.REASON_FIELDS)
            return
        found = queries.rejected(store, reason=reason, limit=page.query_limit, offset=page.offset)
    page.show([stored.rejected_line(row) for row in found], stored.REJECTED_COLUMNS, stored.REJECTED_FIELDS)
