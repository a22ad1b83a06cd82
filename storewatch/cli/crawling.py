"""``crawl`` and ``demo``: collect."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from storewatch import logs
from storewatch.cli.options import ConfigFile, Database, Output
from storewatch.cli.output import Format, print_rows, say
from storewatch.cli.planned import COLUMNS, FIELDS, Known, by_host, plan
from storewatch.cli.rows import Row
from storewatch.cli.session import configuration, database, database_exists, now
from storewatch.cli.sources import as_source, named, shipped
from storewatch.errors import InputError

if TYPE_CHECKING:
    from storewatch.config import Loaded
    from storewatch.db.store import Store
    from storewatch.types import Source


def crawl(
    names: Annotated[list[str] | None, typer.Argument(metavar="SOURCE", help="Only these sources, due or not.")] = None,
    feeds: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Poll the feeds and sites of this list (OPML, JSONL or text) and nothing else."
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Poll sources that are not due yet, too.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="Fetch at most so many pages in this run.")] = None,
    summary: Annotated[
        bool, typer.Option("--summary", help="Print the closing table even when this is no terminal.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only list what would be asked of whom; nothing is fetched or written.")
    ] = False,
    output: Output = Format.table,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """Run once: poll the sources that are due, fetch what is new, store the articles and what they say."""
    if feeds is not None and names:
        raise InputError("--feeds", "polls the sources of the file and nothing else", hint="leave the names out")
    if output is not Format.table and not dry_run:
        raise InputError(
            "--format", "says how --dry-run prints", hint="`storewatch articles` and `events` show the yield"
        )
    loaded = configuration(db, config, {"run.page_limit": limit})
    if dry_run:
        due = listed(feeds) if feeds is not None else due_sources(loaded, names or (), everything)
        print_rows(planned(loaded, due, all_pages=not names and feeds is None), COLUMNS, output, fields=FIELDS)
        return
    if names:
        due_sources(loaded, names, everything)  # Says which name is wrong before anything is started.
    arguments = {"sources": ",".join(names or ()), "all": "1" if everything else "", "feeds_file": str(feeds or "")}
    raise typer.Exit(_collect(loaded, {name: value for name, value in arguments.items() if value}, summary=summary))


def _collect(loaded: Loaded, arguments: dict[str, str], *, summary: bool) -> int:
    """Run a crawl and say how it died, if it did; returns its exit code."""
    from scheduler.runner import death_line, note_death, run_crawl

    outcome = run_crawl(loaded, spider="feeds", arguments=arguments, summary=summary)
    note_death(loaded, outcome, now())
    if (death := death_line(outcome)) is not None:
        with logs.about(run=outcome.run_id):
            say(death, level="ERROR")
    return outcome.exit_code


def listed(file: Path) -> tuple[Source, ...]:
    """The sources of a list as ``crawl --feeds`` would poll them; a site's feed is only found by polling.

    :raises InputError: when the list cannot be read.
    """
    from crawler.sources import read_list

    rows = [row for row in read_list(file) if row.enabled]
    return tuple(as_source(number, row) for number, row in enumerate(rows, start=1))


def due_sources(loaded: Loaded, names: Sequence[str], everything: bool) -> tuple[Source, ...]:
    """Whom a crawl would poll now, the longest waiting first; asking makes no database.

    :raises InputError: for a name that there is not.
    """
    if not database_exists(loaded):
        every = shipped()
        return named(every, names) if names else tuple(source for source in every if source.enabled)
    with database(loaded) as store:
        if names:
            named(store.sources(), names)
        return store.due_sources(now(), names=names, ignore_due=everything or bool(names), disabled_too=bool(names))


def planned(loaded: Loaded, due: Sequence[Source], *, all_pages: bool) -> list[Row]:
    """What a crawl of the sources ``due`` would ask of whom. ``all_pages``: it also fetches pages of other sources."""
    from crawler.robots import product_token, site_of

    at = now()
    known = Known()
    if database_exists(loaded):
        with database(loaded) as store:
            by_url = {source.url: source for source in store.sources()}
            due = [by_url.get(source.url, source) for source in due]
            ids = None if all_pages else [source.source_id for source in due if source.url in by_url]
            waiting = store.waiting_hosts(at, source_ids=ids)
            rechecks = by_host(_rechecks(store, loaded, ids))
            places = (*waiting.values(), *rechecks.values())
            sites = {site_of(url) for url in (*(one.url for one in due), *(url for _, url in places))}
            deferred = {host: one.until for host, one in store.deferred_hosts(at).items() if one.until is not None}
            known = Known(waiting=waiting, rechecks=rechecks, deferred=deferred, robots=store.robots(sorted(sites)))
    return plan(due, known, token=product_token(loaded.config.fetch.user_agent or "storewatch"), now=at)


def _rechecks(store: Store, loaded: Loaded, source_ids: list[int] | None) -> tuple[str, ...]:
    """The addresses of stored articles that would be looked at again."""
    from scheduler.work import due_rechecks
    from storewatch.db.rechecks import addresses

    pages = due_rechecks(store, loaded.config, now(), source_ids=source_ids)
    with store.reading() as connection:
        return addresses(connection, pages)


def demo(
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the database as storewatch-demo.db in this folder.")
    ] = False,
    db: Annotated[
        str | None, typer.Option("--db", metavar="URL", help="Collect into this new database and keep it.")
    ] = None,
) -> None:
    """Show the whole thing in a minute, without the internet: a small press world is served, crawled and asked."""
    from storewatch.demo import run_demo

    raise typer.Exit(run_demo(db=db, keep=keep, out=sys.stdout, err=sys.stderr))
