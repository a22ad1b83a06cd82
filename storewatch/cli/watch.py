"""``watch``: saved queries, and telling people what they find."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from storewatch.cli.options import ConfigFile, Database, Output
from storewatch.cli.output import Column, Format, print_rows, say
from storewatch.cli.rows import Row, instant_text
from storewatch.cli.session import collecting, configuration, database, now
from storewatch.errors import InputError

if TYPE_CHECKING:
    from storewatch.config import Loaded
    from storewatch.db.letters import Standing
    from storewatch.db.store import Store
    from storewatch.db.watch_rows import StoredWatch
    from storewatch.types import Undelivered

WATCH_FIELDS = (
    "name",
    "query",
    "health",
    "every",
    "to",
    "origin",
    "enabled",
    "added_at",
    "waiting",
    "pending",
    "sent",
    "dead",
    "sent_at",
    "error",
)
WATCH_COLUMNS = (
    Column(head="name", value=lambda row: row["name"], least=8, most=24),
    Column(head="query", value=lambda row: row["query"] or "(health)", least=12, most=60),
    Column(head="every", value=lambda row: row["every"] if row["enabled"] else "off", least=7),
    Column(head="to", value=lambda row: ", ".join(row["to"]), least=16, most=60, rank=1),
    Column(head="waiting", value=lambda row: row["waiting"] or "", right=True, rank=3),
    Column(head="pending", value=lambda row: row["pending"] or "", right=True, rank=2),
    Column(head="sent", value=lambda row: row["sent"], right=True, rank=4),
    Column(head="dead", value=lambda row: row["dead"] or "", right=True),
    Column(head="error", value=lambda row: row["error"], least=12, most=60, rank=1),
)
LETTER_FIELDS = (
    "watch",
    "to",
    "state",
    "items",
    "failures",
    "created_at",
    "next_try_at",
    "message_id",
    "error",
)
LETTER_COLUMNS = (
    Column(head="watch", value=lambda row: row["watch"], least=8, most=24),
    Column(head="to", value=lambda row: row["to"], least=16, most=50, rank=1),
    Column(head="state", value=lambda row: row["state"], least=7),
    Column(head="items", value=lambda row: row["items"], right=True, rank=3),
    Column(head="failures", value=lambda row: row["failures"], right=True, rank=2),
    Column(head="created", value=lambda row: row["created_at"][:16], least=16, rank=4),
    Column(head="next try", value=lambda row: (row["next_try_at"] or "")[:16], least=16, rank=5),
    Column(head="error", value=lambda row: row["error"], least=20, most=90),
)
#: Exit code when something could not be delivered, as when a crawl could not store something.
FAILED = 3


class Rhythm(StrEnum):
    """How often a watch tells."""

    instant = "instant"
    daily = "daily"
    weekly = "weekly"


app = typer.Typer(no_args_is_help=True, help="Saved queries that tell you what is new: by mail, chat or webhook.")
Name = Annotated[str, typer.Argument(metavar="NAME", help="The watch's name, as `watch list` shows it.")]


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the watch is called: Germany.")],
    query: Annotated[
        str | None, typer.Argument(metavar="QUERY", help="What is told, as for `search`: 'country:DE has:event'.")
    ] = None,
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to",
            metavar="ADDRESS",
            help="Whom to tell: mailto:ME@HOST, https://..., env:VARIABLE, or what apprise knows. Can be repeated.",
            show_default=False,
        ),
    ] = None,
    every: Annotated[Rhythm, typer.Option(help="How often: as soon as it is found, or as a digest.")] = Rhythm.instant,
    health: Annotated[bool, typer.Option("--health", help="Tell of sources that fall ill and recover, too.")] = False,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """Save a query and tell of what it finds from now on. Secrets in addresses are references: ${VARIABLE}."""
    from scheduler.alerts import query_of
    from storewatch.config.watches import checked
    from storewatch.types import Watch

    watch = checked(Watch(name=name, query=query, targets=tuple(to or ()), every=every.value, health=health))
    loaded = configuration(db, config)
    if name in loaded.watches:
        raise InputError(f"watch {name}", f"there is one of this name ({loaded.watches[name].origin})")
    node = query_of(watch, now())
    with collecting(loaded) as store:
        from storewatch.db import watching

        watching.add(store, watch, node, now())
    say(f"watch {name}: made; `storewatch watch test {name}` sends a sample, `storewatch watch run` what is new")


@app.command("list")
def list_watches(
    undelivered: Annotated[
        bool, typer.Option("--undelivered", help="List the messages that could not be delivered so far or for good.")
    ] = False,
    output: Output = Format.table,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """List the watches, and how their messages are doing."""
    loaded = configuration(db, config)
    with database(loaded) as store:
        from storewatch.db import letters, watching

        failed = letters.undelivered(store)
        standings = letters.standings(store)
        stored = watching.watches(store)
    if undelivered:
        print_rows([letter_row(one) for one in failed], LETTER_COLUMNS, output, fields=LETTER_FIELDS)
        return
    errors = {one.watch: one.error for one in failed}
    rows = [watch_row(one, standings.get(one.watch_id), errors.get(one.watch.name)) for one in stored]
    rows += [_unread_row(loaded, name) for name in sorted(set(loaded.watches) - {one.watch.name for one in stored})]
    print_rows(rows, WATCH_COLUMNS, output, fields=WATCH_FIELDS)
    dead = sum(row["dead"] for row in rows)
    if output is Format.table and dead:
        what = "1 message is" if dead == 1 else f"{dead} messages are"
        say(f"{what} dead: `storewatch watch list --undelivered` says why, `watch run --again` tries again")


def watch_row(stored: StoredWatch, standing: Standing | None, error: str | None) -> Row:
    watch = stored.watch
    return {
        "name": watch.name,
        "query": watch.query,
        "health": watch.health,
        "every": watch.every,
        "to": list(watch.targets),
        "origin": watch.origin,
        "enabled": stored.enabled,
        "added_at": instant_text(stored.added_at),
        "waiting": standing.waiting if standing else 0,
        "pending": standing.pending if standing else 0,
        "sent": standing.sent if standing else 0,
        "dead": standing.dead if standing else 0,
        "sent_at": instant_text(standing.sent_at) if standing else None,
        "error": error,
    }


def _unread_row(loaded: Loaded, name: str) -> Row:
    """A watch of the configuration file that no `watch run` has seen yet."""
    watch = loaded.watches[name]
    empty = dict.fromkeys(WATCH_FIELDS)
    shown = {"name": name, "query": watch.query, "health": watch.health, "every": watch.every}
    counts = dict.fromkeys(("waiting", "pending", "sent", "dead"), 0)
    return empty | shown | counts | {"to": list(watch.targets), "origin": watch.origin, "enabled": True}


def letter_row(letter: Undelivered) -> Row:
    return {
        "watch": letter.watch,
        "to": letter.target,
        "state": letter.state,
        "items": letter.items,
        "failures": letter.failures,
        "created_at": instant_text(letter.created_at),
        "next_try_at": instant_text(letter.next_try_at),
        "message_id": letter.message_id,
        "error": letter.error,
    }


@app.command()
def remove(name: Name, db: Database = None, config: ConfigFile = None) -> None:
    """Take a watch away, with all that it still had to tell."""
    loaded = configuration(db, config)
    if name in loaded.watches:
        place = loaded.watches[name].origin
        raise InputError(f"watch {name}", f"stands in {place}", hint="take it out there")
    with database(loaded) as store:
        from storewatch.db import watching

        unsent = watching.remove(store, name)
    if unsent is None:
        raise _unknown(name)
    say(f"watch {name}: removed" + (f", with {unsent} messages that were not sent" if unsent else ""))


@app.command("test")
def send_sample(name: Name, db: Database = None, config: ConfigFile = None) -> None:
    """Send a sample to everybody a watch tells, to see whether it arrives. Exit code 3: it did not."""
    from scheduler.alerts import send_samples

    loaded = configuration(db, config)
    watch = loaded.watches.get(name)
    if watch is None:
        with database(loaded) as store:
            watch = _named(store, name).watch
    attempts = send_samples(watch, loaded, now=now())
    for target, attempt in attempts.items():
        say(f"{target}: " + ("sent" if attempt.ok else f"not sent: {attempt.problem}"))
    if not all(attempt.ok for attempt in attempts.values()):
        raise typer.Exit(FAILED)


@app.command()
def run(
    again: Annotated[
        bool, typer.Option("--again", help="Also give messages that have failed, or are dead, another chance now.")
    ] = False,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """Look for what is new and deliver what is due; for cron, where `serve` does not run. Silent when all is well."""
    from scheduler.alerts import deliver_due

    loaded = configuration(db, config)
    with database(loaded) as store:
        if again:
            from storewatch.db import letters

            letters.revive(store, now())
        delivered = deliver_due(store, loaded, clock=now)
    for problem in delivered.problems:
        say(f"storewatch: {problem}")
    if delivered.problems:
        raise typer.Exit(FAILED)


def _named(store: Store, name: str) -> StoredWatch:
    from storewatch.db import watching

    found = next((one for one in watching.watches(store) if one.watch.name == name), None)
    if found is None:
        raise _unknown(name)
    return found


def _unknown(name: str) -> InputError:
    return InputError(f"watch {name}", "there is none of this name", hint="`storewatch watch list` shows the names")
