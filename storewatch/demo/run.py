"""``storewatch demo``: serve the press world, crawl it on two days, show what came of it, and how it goes on alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import TextIO

from rich.console import Console

from scheduler.runner import run_crawl
from storewatch.config import Loaded, load
from storewatch.db import queries
from storewatch.db.store import Store, open_store
from storewatch.demo import report, service
from storewatch.demo.server import PressWorld, serve
from storewatch.demo.world import DAYS
from storewatch.demo.world import load as load_world
from storewatch.errors import InputError
from storewatch.types import NewSource, Run

KEPT = "storewatch-demo.db"
"""Where ``keep`` leaves the database, in the working folder."""


def run_demo(*, db: str | None, keep: bool, out: TextIO, err: TextIO) -> int:
    """Run the demo; returns the exit code of the first crawl that did not end well, else 0.

    :param db: a file or URL for the database, which must be new; it is kept.
    :param keep: keep the database in the working folder, when ``db`` says nothing.
    :raises InputError: where the database holds sources already.
    """
    world = load_world()
    to = report.console(out)
    with _database(db, keep=keep) as (url, kept), serve(world) as servers:
        config = _config(url)
        with open_store(url) as store:
            _register(store, servers.sources())
        stories = sum(len(outlet.stories) for outlet in world.outlets)
        languages = len({outlet.lang for outlet in world.outlets})
        to.print(
            f"A small press world on 127.0.0.1: {len(world.outlets)} outlets, {languages} languages, {stories} stories."
            " It is made up, firms' plans included; only one story follows real news (Xiaomi's plan of July 2017)."
        )
        before: Sequence[queries.EventRow] = ()
        for day in DAYS:
            servers.turn_to(day)
            started = monotonic()
            code, run = _crawl(config, url, servers)
            if run is None or code:
                err.write(f"storewatch: the crawl of day {day} ended with {code}\n")
                return code or 1
            to.print(report.day_line(day, run, monotonic() - started))
            if day != DAYS[-1]:
                with open_store(url, create=False) as store:
                    before = queries.events(store)
        to.print()
        with open_store(url, create=False) as store:
            report.show(_findings(store, before), to)
        if not _serves(servers, to):
            err.write("storewatch: the service did not work as it should\n")
            return 1
        if kept:
            to.print(f"The database is kept. Ask it yourself: storewatch events --db {kept}")
    return 0


@contextmanager
def _database(db: str | None, *, keep: bool) -> Iterator[tuple[str, str | None]]:
    """The database's URL or path, and where it is afterwards (None: nowhere)."""
    if db is not None:
        yield db, db
    elif keep:
        if Path(KEPT).exists():
            raise InputError(KEPT, "is there already", hint="remove it, or name another file with --db")
        yield KEPT, KEPT
    else:
        with TemporaryDirectory(prefix="storewatch-demo-") as folder:
            yield str(Path(folder) / "demo.db"), None


def _serves(servers: PressWorld, to: Console) -> bool:
    """Show the service at work, on a database that is thrown away."""
    with TemporaryDirectory(prefix="storewatch-demo-") as folder:
        config = _config(str(Path(folder) / "serve.db"), {"schedule.crawl": service.TICK})
        return service.show_service(config, servers, to)


def _config(url: str, more: Mapping[str, object] | None = None) -> Loaded:
    """The defaults, whatever the user's own configuration says, but for what loopback needs and ``more``."""
    flags = {"database.url": url, "fetch.allow_private_addresses": True, "fetch.delay_s": 0.0, **(more or {})}
    with TemporaryDirectory() as nowhere:
        return load(flags=flags, environ={}, cwd=Path(nowhere))


def _register(store: Store, sources: Sequence[NewSource]) -> None:
    if store.sources():
        raise InputError(store.url_shown, "holds sources already, and the demo wants a database of its own")
    for source in sources:
        store.add_source(source, datetime.now(UTC))


def _crawl(config: Loaded, url: str, servers: PressWorld) -> tuple[int, Run | None]:
    names = ",".join(source.name for source in servers.sources())
    outcome = run_crawl(config, spider="feeds", arguments={"sources": names})
    if outcome.run_id is None:
        return outcome.exit_code, None
    with open_store(url, create=False) as store:
        return outcome.exit_code, store.run(outcome.run_id)


def _findings(store: Store, before: Sequence[queries.EventRow]) -> report.Findings:
    articles = queries.articles(store)
    details = [detail for row in articles if (detail := queries.article(store, row.article_id))]
    return report.Findings(
        articles=articles,
        uncertain=queries.articles(store, queries.Filters(uncertain=True)),
        events=queries.events(store),
        before=before,
        rejected=queries.rejected(store, limit=None),
        details=details,
        sources=store.sources(),
    )


__all__ = ["KEPT", "run_demo"]
