"""``articles``, ``events``, ``search``, ``stories``, ``stats``, ``show`` and ``runs``: what was collected.

They never make a database, and only ``articles delete`` changes one.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from storewatch.cli import selection, stored
from storewatch.cli.options import ConfigFile, Database, Output
from storewatch.cli.output import Format, is_styled, json_text, print_rows, say, terminal_width, write, write_jsonl
from storewatch.cli.selection import (
    Columns,
    Country,
    EventKind,
    Lang,
    Limit,
    Offset,
    OfSource,
    Outlet,
    Page,
    Query,
    Since,
    Sort,
    TimeZone,
    Until,
    Vendor,
    given,
    select,
)
from storewatch.cli.session import configuration, database, now
from storewatch.errors import InputError

if TYPE_CHECKING:
    from storewatch.config import Loaded

State = Literal["relevant", "uncertain", "rejected"]
By = Literal["vendor", "country", "city", "action", "month", "year", "outlet", "lang", "source", "certainty", "partner"]

articles_app = typer.Typer(invoke_without_command=True)


@articles_app.callback()
def articles(
    context: typer.Context,
    state: Annotated[
        State, typer.Option(help="Accepted articles, doubtful ones, or pages that became no article.")
    ] = "relevant",
    reasons: Annotated[bool, typer.Option("--reasons", help="Of rejected pages: how many for which reason.")] = False,
    reason: Annotated[
        str | None, typer.Option(metavar="CODE", help="Of rejected pages: only those with this reason.")
    ] = None,
    copies: Annotated[
        bool, typer.Option("--copies", help="List the copies of these articles found elsewhere instead.")
    ] = False,
    query: Query = None,
    vendor: Vendor = None,
    country: Country = None,
    action: EventKind = None,
    since: Since = None,
    until: Until = None,
    lang: Lang = None,
    source: OfSource = None,
    outlet: Outlet = None,
    sort: Sort = None,
    limit: Limit = None,
    offset: Offset = 0,
    columns: Columns = None,
    timezone: TimeZone = None,
    output: Output = Format.table,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """List the collected articles, the newest first. Copies of a text are counted, not listed."""
    if context.invoked_subcommand is not None:
        return
    filters = given(
        vendor=vendor,
        country=country,
        action=action,
        since=since,
        until=until,
        lang=lang,
        source=source,
        outlet=outlet,
    )
    page = Page(limit, offset, output, columns)
    if state == "rejected":
        _refuse(
            {**filters, "query": query, "sort": sort, "copies": copies or None},
            "does not narrow rejected pages down",
            hint="use --reason CODE",
        )
        _rejected(configuration(db, config), page, reasons=reasons, reason=reason)
        return
    _refuse({"reasons": reasons or None, "reason": reason}, "is for rejected pages", hint="add --state rejected")
    from storewatch.db.queries import ARTICLE_SORTS

    uncertain = state == "uncertain"
    wanted = select(
        filters, page, query=query, sort=sort, sorts=tuple(ARTICLE_SORTS), timezone=timezone, uncertain=uncertain
    )
    with database(configuration(db, config)) as store:
        from storewatch.db.queries import articles as stored_articles

        found = stored_articles(store, wanted.filters)
        if not found:
            selection.check_vendors(store, wanted.filters)
        if copies:
            from storewatch.db.queries import copies_of

            wanted.show(
                [stored.copy_line(row) for row in copies_of(store, [row.article_id for row in found])],
                stored.COPY_COLUMNS,
                stored.COPY_FIELDS,
            )
            return
    wanted.show([stored.article_line(row) for row in found], stored.ARTICLE_COLUMNS, stored.ARTICLE_FIELDS)


@articles_app.command()
def delete(
    article: Annotated[
        int | None, typer.Argument(metavar="ID", help="An article's id, as `articles` shows it.")
    ] = None,
    url: Annotated[str | None, typer.Option(metavar="URL", help="What stands at this address instead.")] = None,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """Delete an article with all that was read from it. Its page is not fetched again."""
    from storewatch.db.deleting import delete_article, delete_url

    if (article is None) == (url is None):
        raise InputError("articles delete", "wants an ID or a --url", hint="give one of the two")
    with database(configuration(db, config)) as store:
        if url is not None:
            stored_there = delete_url(store, url, now())
            say(f"{url}: {'deleted' if stored_there else 'nothing was stored of it'}; it will not be fetched again")
            return
        assert article is not None
        gone = delete_article(store, article, now())
    if gone is None:
        raise InputError(f"article {article}", "there is none of this id", hint="`storewatch articles` lists the ids")
    for address in gone:
        say(f"deleted {address}; it will not be fetched again")


def events(
    query: Query = None,
    vendor: Vendor = None,
    country: Country = None,
    action: EventKind = None,
    since: Since = None,
    until: Until = None,
    lang: Lang = None,
    source: OfSource = None,
    outlet: Outlet = None,
    sort: Sort = None,
    limit: Limit = None,
    offset: Offset = 0,
    columns: Columns = None,
    timezone: TimeZone = None,
    output: Output = Format.table,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """List what was said of vendors' stores, each with its sentence; of the newest article first."""
    from storewatch.db.queries import EVENT_SORTS

    filters = given(
        vendor=vendor,
        country=country,
        action=action,
        since=since,
        until=until,
        lang=lang,
        source=source,
        outlet=outlet,
    )
    page = Page(limit, offset, output, columns)
    wanted = select(filters, page, query=query, sort=sort, sorts=EVENT_SORTS, timezone=timezone)
    with database(configuration(db, config)) as store:
        from storewatch.db.queries import events as stored_events

        found = stored_events(store, wanted.filters)
        if not found:
            selection.check_vendors(store, wanted.filters)
    wanted.show([stored.event_line(row) for row in found], stored.EVENT_COLUMNS, stored.EVENT_FIELDS)


def search(
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help="What to look for: 'vendor:vivo country:IN \"flagship store\"'.")
    ],
    sort: Sort = None,
    limit: Limit = None,
    offset: Offset = 0,
    columns: Columns = None,
    timezone: TimeZone = None,
    output: Output = Format.table,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """Find articles by their words and by what is known of them, the most relevant first."""
    from storewatch.db.finding import search as stored_search
    from storewatch.db.queries import ARTICLE_SORTS

    page = Page(limit, offset, output, columns)
    wanted = select({}, page, query=query, sort=sort, sorts=("relevance", *ARTICLE_SORTS), timezone=timezone)
    with database(configuration(db, config)) as store:
        found = stored_search(store, wanted.filters)
        if not found:
            selection.check_vendors(store, wanted.filters)
    rows = [stored.search_line(row) for row in found]
    if output is Format.table and columns is None:
        shown = rows[: page.limit] if page.limit else rows
        write(stored.search_text(shown, width=terminal_width(), styled=is_styled(sys.stdout)))
        page.tell_more(len(rows))
    else:
        wanted.show(rows, stored.SEARCH_COLUMNS, stored.SEARCH_FIELDS)


def stats(
    by: Annotated[By, typer.Argument(metavar="WHAT", help="What to count by.")] = "vendor",
    query: Query = None,
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
    """Count articles and events by vendor, country, month, outlet, language, ...; with bars on a table."""
    from storewatch.db.finding import stats as stored_stats

    filters = given(
        vendor=vendor,
        country=country,
        action=action,
        since=since,
        until=until,
        lang=lang,
        source=source,
        outlet=outlet,
    )
    page = Page(limit, offset, output)
    wanted = select(filters, page, query=query)
    with database(configuration(db, config)) as store:
        found = stored_stats(store, by, wanted.filters)
        if not found:
            selection.check_vendors(store, wanted.filters)
    rows = [{"value": row.value, "articles": row.articles, "events": row.events} for row in found]
    page.show(rows, stored.stat_columns(by, rows, terminal_width()), stored.STAT_FIELDS)


def stories(
    query: Query = None,
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
    columns: Columns = None,
    timezone: TimeZone = None,
    output: Output = Format.table,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """List stories: the articles that tell one event, who told it first, how many outlets and languages."""
    from storewatch.db.telling import stories as stored_stories

    filters = given(
        vendor=vendor,
        country=country,
        action=action,
        since=since,
        until=until,
        lang=lang,
        source=source,
        outlet=outlet,
    )
    page = Page(limit, offset, output, columns)
    wanted = select(filters, page, query=query, timezone=timezone)
    with database(configuration(db, config)) as store:
        found = stored_stories(store, wanted.filters)
        if not found:
            selection.check_vendors(store, wanted.filters)
    wanted.show([stored.story_line(row) for row in found], stored.STORY_COLUMNS, stored.STORY_FIELDS)


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
        str, typer.Argument(metavar="ID", help="An article's id, as `articles` shows it, or a story: story:12.")
    ],
    removed: Annotated[bool, typer.Option("--removed", help="List what was taken out of the text, and why.")] = False,
    output: Output = Format.table,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """Show one article: its text with the evidence marked, its events, copies and revisions; or who told a story."""
    if what.lower().startswith("story:"):
        _show_story(what[len("story:") :].strip(), output, configuration(db, config))
        return
    if not (what.isascii() and what.isdigit() and len(what) < 19):
        raise InputError(what, "is no id", hint="write the number of an article, or story: and the number of a story")
    article = int(what)
    if output in (Format.csv, Format.markdown):
        raise InputError(f"--format {output}", "one article is no table", hint="use json or jsonl")
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


def _refuse(given: Mapping[str, object], problem: str, *, hint: str) -> None:
    for name, value in given.items():
        if value is not None:
            raise InputError(f"--{name}", problem, hint=hint)


def _rejected(loaded: Loaded, page: Page, *, reasons: bool, reason: str | None) -> None:
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
