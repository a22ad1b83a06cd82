"""``sources``: the catalogue of what is polled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from storewatch.cli.finding import as_row, chosen, discovered, looked, warning
from storewatch.cli.options import ConfigFile, Database, Output
from storewatch.cli.output import Format, print_rows, say, write
from storewatch.cli.rows import Row
from storewatch.cli.session import collecting, configuration, database, database_exists, now
from storewatch.cli.source_rows import COLUMNS, FIELDS, ListFormat, list_text, source_row
from storewatch.errors import InputError

if TYPE_CHECKING:
    from storewatch.config import Loaded
    from storewatch.types import NewSource, Source

app = typer.Typer(no_args_is_help=True, help="The catalogue: what is polled.")

Names = Annotated[list[str], typer.Argument(metavar="SOURCE", help="Names as `storewatch sources list` shows them.")]


class Kind(StrEnum):
    """What a source's address gives."""

    feed = "feed"
    sitemap = "sitemap"
    listing = "listing"


@app.command("list")
def list_(
    names: Annotated[list[str] | None, typer.Argument(metavar="SOURCE", help="Only these.")] = None,
    enabled: Annotated[
        bool | None, typer.Option("--enabled/--disabled", help="Only those that are polled, or not.")
    ] = None,
    lang: Annotated[str | None, typer.Option(help="Only this language, as ISO 639-1: de.")] = None,
    country: Annotated[str | None, typer.Option(help="Only this country, as ISO 3166-1: DE.")] = None,
    failing: Annotated[bool, typer.Option("--failing", help="Only those whose last poll failed.")] = False,
    output: Output = Format.table,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """List the sources with the state of their polling."""
    kept = [
        row
        for row in map(source_row, _there(configuration(db, config), names or ()))
        if (enabled is None or row["enabled"] == enabled)
        and (lang is None or row["lang"] == lang.lower())
        and (country is None or row["country"] == country.upper())
        and (not failing or row["failures"])
    ]
    print_rows(kept, COLUMNS, output, fields=FIELDS)


@app.command()
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="The address of a feed, a site or a part of a site.")],
    name: Annotated[
        str | None, typer.Option(help="What to call it: small letters, digits, hyphens. Default: made from the title.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="Its display name. Default: what the feed calls itself.")] = None,
    lang: Annotated[str | None, typer.Option(help="Its language, as ISO 639-1: de.")] = None,
    country: Annotated[str | None, typer.Option(help="Its country, as ISO 3166-1: DE.")] = None,
    category: Annotated[str | None, typer.Option(help="Its category, a word of your own.")] = None,
    pick: Annotated[int | None, typer.Option(min=1, help="Take number N of what is found, not the best.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Take all that is found and brings other items.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what is found.")] = False,
    kind: Annotated[Kind | None, typer.Option(help="With --no-check: what the address is. Default: feed.")] = None,
    no_check: Annotated[bool, typer.Option("--no-check", help="Take the address as it stands, unfetched.")] = False,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """Add a source. The address is looked at first: what is found there, and why it is taken, is told."""
    if kind is not None and not no_check:
        raise InputError("--kind", "is found out by looking", hint="it goes with --no-check")
    if no_check and (pick or everything or dry_run):
        raise InputError("--no-check", "looks at nothing", hint="leave --pick, --all and --dry-run out")
    if everything and (pick or name or title):
        raise InputError("--all", "takes several sources", hint="leave --pick, --name and --title out")
    loaded = configuration(db, config)
    told = {"name": name, "title": title, "lang": lang, "country": country, "category": category}
    rows = [{"url": url, "kind": kind or "feed"}] if no_check else _found(loaded, url, pick, everything)
    given = {key: value for key, value in told.items() if value is not None}
    sources = [new_source({**row, **given}, name=name) for row in rows]
    if not dry_run:
        _add(loaded, sources, named=name is not None, skip_known=everything)


@app.command()
def remove(names: Names, db: Database = None, config: ConfigFile = None) -> None:
    """Stop polling sources and take them off the list; their articles stay."""
    with collecting(configuration(db, config)) as store:
        for source in named(store.sources(), names):
            store.remove_source(source.name)
            say(f"removed {source.name} ({source.url})")


@app.command()
def enable(names: Names, db: Database = None, config: ConfigFile = None) -> None:
    """Poll sources again, or sources that the catalogue ships switched off."""
    _switch(names, True, db, config)


@app.command()
def disable(names: Names, db: Database = None, config: ConfigFile = None) -> None:
    """Do not poll sources for now."""
    _switch(names, False, db, config)


@app.command()
def check(
    which: Annotated[
        list[str] | None, typer.Argument(metavar="SOURCE|URL", help="Names or addresses; default: all enabled sources.")
    ] = None,
    output: Output = Format.table,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """Fetch each source once, store nothing, and explain: what it is, how old its news are, what is wrong with it.

    Ends with 0 when all are fine and with 1 when any is not.
    """
    from storewatch.cli import checking

    loaded = configuration(db, config)
    sources = wanted(_there(loaded, ()), which or ())
    known = {source.name: source for source in sources if source.source_id}
    seen = checking.visits(loaded, sources)
    at = now()
    rows = [checking.report(visit, known.get(visit.name or ""), now=at) for visit in seen]
    checking.print_reports(rows, output, now=at)
    raise typer.Exit(checking.exit_code(rows, len(sources)))


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="OPML, JSONL or text with one address a line.")],
    look: Annotated[
        bool, typer.Option("--look", help="Look at each new address first, as `sources add` does; take what is best.")
    ] = False,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """Add all sources of a list. Those that are there already stay as they are."""
    from crawler.sources import read_list

    listed = read_list(file, added_by="user")
    loaded = configuration(db, config)
    with collecting(loaded) as store:
        fresh = unknown(listed, store.sources())
    taken = looked(loaded, fresh) if look else fresh
    with collecting(loaded) as store:
        added = unknown(taken, store.sources())
        for source in added:
            store.add_source(source, now())
    nothing = f", {len(fresh) - len(taken)} with nothing to follow" if look else ""
    known = len(listed) - len(fresh) + len(taken) - len(added)
    say(f"{file}: {len(added)} added, {known} known already{nothing}")


@app.command()
def export(
    names: Annotated[list[str] | None, typer.Argument(metavar="SOURCE", help="Only these; default: all.")] = None,
    form: Annotated[
        ListFormat, typer.Option("--format", "-f", help="OPML (feed readers), JSONL, or one address a line.")
    ] = ListFormat.opml,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """Write the sources as a list that `sources import`, `crawl --feeds` and feed readers take."""
    write(list_text(_there(configuration(db, config), names or ()), form))


def new_source(row: Row, *, name: str | None = None) -> NewSource:
    """The source that ``row`` describes, added by the user. Pure.

    :param name: the name that was asked for; it is refused rather than mended.
    :raises InputError: for a value of the wrong form.
    """
    from crawler.sources.rows import NAME, RowError, source

    if name is not None and not NAME.fullmatch(name):
        raise InputError(name, "is no name for a source", hint="use small letters, digits and single hyphens")
    try:
        return source(row, added_by="user")
    except RowError as error:
        raise InputError(str(row["url"]), str(error)) from error


def unknown(listed: Iterable[NewSource], there: Iterable[Source]) -> list[NewSource]:
    """Those of ``listed`` whose address is new, with names that are still free. Pure."""
    from storewatch.urls import url_key

    known = [*there]
    urls, names = {url_key(source.url) for source in known}, {source.name for source in known}
    fresh = []
    for source in listed:
        if url_key(source.url) in urls:
            continue
        name, number = source.name, 1
        while name in names:
            number += 1
            name = f"{source.name}-{number}"
        urls.add(url_key(source.url))
        names.add(name)
        fresh.append(replace(source, name=name))
    return fresh


def _found(loaded: Loaded, url: str, pick: int | None, everything: bool) -> list[Row]:
    """What is taken of what is found at ``url``, as rows of a list."""
    found = discovered(loaded, url)
    taken = chosen(found, pick=pick, everything=everything)
    for line in taken:
        if said := warning(line):
            say(f"note: {said}")
    return [as_row(line) for line in taken]


def _add(loaded: Loaded, sources: Sequence[NewSource], *, named: bool, skip_known: bool) -> None:
    with collecting(loaded) as store:
        for source in sources:
            there = store.sources()
            known = known_as(source, there)
            if known is not None and skip_known:
                say(f"known already: {known.name} ({known.url})")
                continue
            if known is not None and known.url != source.url and known.added_by != "file":
                raise InputError(source.url, f"is already there as source {known.name!r} ({known.url})")
            if known is not None and not named:
                # One that came from a list stays what it was called there.
                source = replace(source, name=known.name)
            elif not named and source.name in {one.name for one in there}:
                source = next(iter(unknown([source], there)), source)
            added = store.add_source(source, now())
            say(f"added {added.name} ({added.url})")


def _switch(names: Sequence[str], enabled: bool, db: str | None, config: Path | None) -> None:
    with collecting(configuration(db, config)) as store:
        for source in named(store.sources(), names):
            store.set_enabled(source.name, enabled)
            say(f"{'enabled' if enabled else 'disabled'} {source.name} ({source.url})")


def _there(loaded: Loaded, names: Sequence[str]) -> tuple[Source, ...]:
    """The sources of the database, or of the shipped catalogue where there is no database yet: asking makes none."""
    if database_exists(loaded):
        with database(loaded) as store:
            found = store.sources()
    else:
        say("no database yet: these are the sources of the shipped catalogue")
        found = shipped()
    return named(found, names) if names else found


def shipped() -> tuple[Source, ...]:
    """The shipped catalogue as a new database would hold it."""
    from crawler.sources import catalogue

    return tuple(as_source(number, source) for number, source in enumerate(catalogue(), start=1))


def as_source(number: int, new: NewSource) -> Source:
    """A source that was never polled."""
    from storewatch.types import NewSource, Source

    return Source(source_id=number, **{name: getattr(new, name) for name in NewSource.__slots__})


def known_as(source: NewSource, there: Iterable[Source]) -> Source | None:
    """The one of ``there`` with the same address, in whatever writing. Pure."""
    from storewatch.urls import url_key

    key = url_key(source.url)
    return next((one for one in there if url_key(one.url) == key), None)


def named(sources: Sequence[Source], names: Sequence[str]) -> tuple[Source, ...]:
    """The sources of these names, each once. Pure.

    :raises InputError: for a name that there is not, with the nearest ones.
    """
    found = {source.name: source for source in sources}
    for name in names:
        if name not in found:
            raise unknown_source(name, [*found])
    return tuple(found[name] for name in dict.fromkeys(names))


def wanted(there: Sequence[Source], which: Sequence[str]) -> tuple[Source, ...]:
    """The sources that are meant by names or addresses; an address that is no source's becomes one that the database
    does not know (``source_id`` 0). Without any: all that are enabled. Pure.

    :raises InputError: for a name that there is not.
    """
    if not which:
        return tuple(source for source in there if source.enabled)
    from crawler.sources.rows import NAME

    by_url = {source.url: source for source in there}
    found: list[Source] = []
    for one in which:
        if NAME.fullmatch(one):
            found += named(there, [one])
        else:
            url = one if "://" in one else f"https://{one}"
            found.append(by_url.get(url) or as_source(0, new_source({"url": url})))
    return tuple(found)


def unknown_source(name: str, names: Sequence[str]) -> InputError:
    """The error for a source's name that there is not; says which names are near."""
    from difflib import get_close_matches

    near = get_close_matches(name, names, n=3, cutoff=0.6) or [other for other in names if name.lower() in other][:3]
    hint = f"did you mean {' or '.join(near)}?" if near else "`storewatch sources list` shows the names"
    return InputError(name, "there is no such source", hint=hint)
