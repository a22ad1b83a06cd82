"""``articles``, ``events``, ``search``, ``stories`` and ``stats``: lists of what was collected.

They never make a database, and only ``articles delete`` changes one.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from storewatch.cli import selection, stored
from storewatch.cli.asking import Asked, asking
from storewatch.cli.ledgers import AsOf
from storewatch.cli.options import ConfigFile, Database
from storewatch.cli.output import Format, is_styled, print_rows, say, terminal_width, write
from storewatch.cli.selection import Page, select
from storewatch.cli.session import configuration, database, now
from storewatch.errors import InputError

if TYPE_CHECKING:
    from storewatch.config import Loaded

State = Literal["relevant", "uncertain", "rejected"]
By = Literal["vendor", "country", "city", "action", "month", "year", "outlet", "lang", "source", "certainty", "partner"]

articles_app = typer.Typer(invoke_without_command=True)


@articles_app.callback()
@asking()
def articles(
    *,
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
    asked: Asked,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """List the collected articles, the newest first. Copies of a text are counted, not listed."""
    if context.invoked_subcommand is not None:
        return
    if state == "rejected":
        given = {**asked.filters, "query": asked.query, "sort": asked.sort, "copies": copies or None}
        given |= {"after": asked.after, "cursor": asked.cursor or None}
        _refuse(given, "does not narrow rejected pages down", hint="use --reason CODE")
        _rejected(configuration(db, config), asked, reasons=reasons, reason=reason)
        return
    _refuse({"reasons": reasons or None, "reason": reason}, "is for rejected pages", hint="add --state rejected")
    from storewatch.db.orders import ARTICLE_SORTS

    wanted = select(asked, sorts=tuple(ARTICLE_SORTS), uncertain=state == "uncertain")
    with database(configuration(db, config)) as store:
        from storewatch.db import queries

        found = queries.article_list(store, wanted.filters)
        selection.check_found(store, found.rows, wanted)
        if copies:
            doubles = queries.copies_of(store, [row.article_id for row in found.rows])
    if copies:
        wanted.show([stored.copy_line(row) for row in doubles], stored.COPY_COLUMNS, stored.COPY_FIELDS)
    else:
        lines = [stored.article_line(row) for row in found.rows]
        wanted.show(lines, stored.ARTICLE_COLUMNS, stored.ARTICLE_FIELDS, found.positions)


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


@asking()
def events(*, as_of: AsOf = None, asked: Asked, db: Database = None, config: ConfigFile = None) -> None:
    """List what was said of vendors' stores, each with its sentence; of the newest article first."""
    from storewatch.db.queries import EVENT_SORTS, event_list

    wanted = select(asked, sorts=tuple(EVENT_SORTS), as_of=as_of)
    with database(configuration(db, config)) as store:
        found = event_list(store, wanted.filters)
        selection.check_found(store, found.rows, wanted)
    lines = [stored.event_line(row) for row in found.rows]
    wanted.show(lines, stored.EVENT_COLUMNS, stored.EVENT_FIELDS, found.positions)


@asking(without=("query", "vendor", "country", "action", "since", "until", "lang", "source", "outlet"))
def search(
    *,
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help="What to look for: 'vendor:vivo country:IN \"flagship store\"'.")
    ],
    asked: Asked,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """Find articles by their words and by what is known of them, the most relevant first."""
    from storewatch.db.finding import SEARCH_SORTS, search_list

    wanted = select(replace(asked, query=query), sorts=SEARCH_SORTS)
    with database(configuration(db, config)) as store:
        found = search_list(store, wanted.filters)
        selection.check_found(store, found.rows, wanted)
    rows = [stored.search_line(row) for row in found.rows]
    page = wanted.page
    if asked.output is Format.table and asked.columns is None and not asked.cursor:
        shown = rows[: page.limit] if page.limit else rows
        write(stored.search_text(shown, width=terminal_width(), styled=is_styled(sys.stdout)))
        page.tell_more(len(rows), found.positions)
    else:
        wanted.show(rows, stored.SEARCH_COLUMNS, stored.SEARCH_FIELDS, found.positions)


@asking(without=("sort", "columns", "timezone", "after", "cursor"))
def stats(
    *,
    by: Annotated[By, typer.Argument(metavar="WHAT", help="What to count by.")] = "vendor",
    asked: Asked,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """Count articles and events by vendor, country, month, outlet, language, ...; with bars on a table."""
    from storewatch.db.finding import stats as stored_stats

    wanted = select(asked)
    with database(configuration(db, config)) as store:
        found = stored_stats(store, by, wanted.filters)
        selection.check_found(store, found, wanted)
    rows = [{"value": row.value, "articles": row.articles, "events": row.events} for row in found]
    wanted.page.show(rows, stored.stat_columns(by, rows, terminal_width()), stored.STAT_FIELDS)


@asking(without=("sort",))
def stories(*, asked: Asked, db: Database = None, config: ConfigFile = None) -> None:
    """List stories: the articles that tell one event, who told it first, how many outlets and languages."""
    from storewatch.db.telling import story_list

    wanted = select(asked)
    with database(configuration(db, config)) as store:
        found = story_list(store, wanted.filters)
        selection.check_found(store, found.rows, wanted)
    lines = [stored.story_line(row) for row in found.rows]
    wanted.show(lines, stored.STORY_COLUMNS, stored.STORY_FIELDS, found.positions)


def _refuse(given: Mapping[str, object], problem: str, *, hint: str) -> None:
    for name, value in given.items():
        if value is not None:
            raise InputError(f"--{name}", problem, hint=hint)


def _rejected(loaded: Loaded, asked: Asked, *, reasons: bool, reason: str | None) -> None:
    from storewatch.db import queries

    page = Page(asked.limit, asked.offset, asked.output, asked.columns)
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
