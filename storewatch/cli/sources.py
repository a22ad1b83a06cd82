"""``sources``: the catalogue of what is polled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from storewatch.cli.finding import as_row, chosen, discovered, warning
from storewatch.cli.options import ConfigFile, Database, Output
from storewatch.cli.output import Column, Format, json_text, print_rows, say, write
from storewatch.cli.rows import Row, instant_text
from storewatch.cli.session import collecting, configuration, database, database_exists, now
from storewatch.errors import InputError

if TYPE_CHECKING:
    from storewatch.config import Loaded
    from storewatch.types import NewSource, Source

app = typer.Typer(no_args_is_help=True, help="The catalogue: what is polled.")

FIELDS = (
    "name",
    "title",
    "url",
    "site",
    "kind",
    "lang",
    "country",
    "category",
    "enabled",
    "added_by",
    "failures",
    "last_reason",
    "last_polled_at",
    "last_ok_at",
    "next_poll_at",
)
COLUMNS = (
    Column(head="name", value=lambda row: row["name"], least=12, most=32),
    Column(head="lang", value=lambda row: row["lang"], rank=2),
    Column(head="category", value=lambda row: row["category"], rank=4, least=14, most=16),
    Column(head="state", value=lambda row: _state(row), least=8, most=24, rank=1),
    Column(head="polled", value=lambda row: (row["last_polled_at"] or "")[:10], least=10, rank=3),
    Column(head="url", value=lambda row: row["url"], least=20, most=70),
)

Names = Annotated[list[str], typer.Argument(metavar="SOURCE", help="Names as `storewatch sources list` shows them.")]


class Kind(StrEnum):
    """What a source's address gives."""

    feed = "feed"
    sitemap = "sitemap"
    listing = "listing"


class ListFormat(StrEnum):
    """How a list of sources is written for other programs."""

    opml = "opml"
    jsonl = "jsonl"
    text = "text"


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


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="OPML, JSONL or text with one address a line.")],
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """Add all sources of a list. Those that are there already stay as they are."""
    from crawler.sources import read_list

    listed = read_list(file, added_by="user")
    with collecting(configuration(db, config)) as store:
        fresh = unknown(listed, store.sources())
        for source in fresh:
            store.add_source(source, now())
    say(f"{file}: {len(fresh)} added, {len(listed) - len(fresh)} known already")


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


def source_row(source: Source) -> Row:
    """A source as ``sources list`` prints it."""
    return {
        "name": source.name,
        "title": source.title,
        "url": source.url,
        "site": source.site,
        "kind": source.kind,
        "lang": source.lang,
        "country": source.country,
        "category": source.category,
        "enabled": source.enabled,
        "added_by": source.added_by,
        "failures": source.failures,
        "last_reason": source.last_reason,
        "last_polled_at": instant_text(source.last_polled_at),
        "last_ok_at": instant_text(source.last_ok_at),
        "next_poll_at": instant_text(source.next_poll_at),
    }


def unknown(listed: Iterable[NewSource], there: Iterable[Source]) -> list[NewSource]:
    """Those of ``listed`` whose address is new, with names that are still free. Pure."""
    known = [*there]
    urls, names = {source.url for source in known}, {source.name for source in known}
    fresh = []
    for source in listed:
        if source.url in urls:
            continue
        name, number = source.name, 1
        while name in names:
            number += 1
            name = f"{source.name}-{number}"
        urls.add(source.url)
        names.add(name)
        fresh.append(replace(source, name=name))
    return fresh


def list_text(sources: Sequence[Source], form: ListFormat) -> str:
    """A list of sources in one of the exchange formats; "" without sources. Pure."""
    if not sources:
        return ""
    if form is ListFormat.text:
        return "".join(f"{source.url}\n" for source in sources)
    if form is ListFormat.jsonl:
        kept = FIELDS[: FIELDS.index("added_by")]
        return "".join(json_text({name: source_row(source)[name] for name in kept}) + "\n" for source in sources)
    from crawler.sources import write_opml

    return write_opml(sources)


def _state(row: Row) -> str:
    if not row["enabled"]:
        return "disabled"
    if row["failures"]:
        return f"failing ({row['last_reason']})" if row["last_reason"] else "failing"
    return "ok" if row["last_ok_at"] else "not polled yet"


def _found(loaded: Loaded, url: str, pick: int | None, everything: bool) -> list[Row]:
    """What is taken of what is found at ``url``, as rows of a list."""
    found = discovered(loaded, url)
    taken = chosen(found, pick=pick, everything=everything)
    for line in taken:
        if said := warning(line):
            say(f"note: {said}")
    return [as_row(line, url) for line in taken]


def _add(loaded: Loaded, sources: Sequence[NewSource], *, named: bool, skip_known: bool) -> None:
    with collecting(loaded) as store:
        for source in sources:
            there = store.sources()
            if skip_known and source.url in {one.url for one in there}:
                say(f"known already: {source.url}")
                continue
            if not named and source.name in {one.name for one in there}:
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


def named(sources: Sequence[Source], names: Sequence[str]) -> tuple[Source, ...]:
    """The sources of these names, each once. Pure.

    :raises InputError: for a name that there is not, with the nearest ones.
    """
    found = {source.name: source for source in sources}
    for name in names:
        if name not in found:
            raise unknown_source(name, [*found])
    return tuple(found[name] for name in dict.fromkeys(names))


def unknown_source(name: str, names: Sequence[str]) -> InputError:
    """The error for a source's name that there is not; says which names are near."""
    from difflib import get_close_matches

    near = get_close_matches(name, names, n=3, cutoff=0.6) or [other for other in names if name.lower() in other][:3]
    hint = f"did you mean {' or '.join(near)}?" if near else "`storewatch sources list` shows the names"
    return InputError(name, "there is no such source", hint=hint)
