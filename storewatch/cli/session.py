"""What a command starts with: the configuration in force, and a database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from storewatch import logs

if TYPE_CHECKING:
    from storewatch.config import Loaded
    from storewatch.db.store import Store


def now() -> datetime:
    return datetime.now(UTC)


def configuration(db: str | None = None, file: Path | None = None, flags: Mapping[str, object] | None = None) -> Loaded:
    """The values in force; ``flags`` maps keys to what the command line gave, None where it gave nothing.

    :raises ConfigError: for a wrong key or value anywhere.
    """
    from storewatch.config import load

    loaded = load(flags={"database.url": db, "log.format": logs.chosen(), **(flags or {})}, file=file)
    logs.use(loaded.config.log.format)
    return loaded


@contextmanager
def database(loaded: Loaded, *, create: bool = False) -> Iterator[Store]:
    """The open database. Commands that only ask never create or migrate one.

    :raises DatabaseError: where it is missing, of another version, or none.
    """
    from storewatch.db.store import open_store

    with open_store(loaded.config.database.url, create=create) as store:
        yield store


def database_exists(loaded: Loaded) -> bool:
    """False for an SQLite file that is not there; a server is asked only when it is used."""
    from storewatch.db.engine import target

    path = target(loaded.config.database.url).path
    return path is None or path.exists()


@contextmanager
def collecting(loaded: Loaded) -> Iterator[Store]:
    """The open database of a command that collects: made on first use, with the shipped catalogue in it."""
    with database(loaded, create=True) as store:
        fill(store)
        yield store


def fill(store: Store) -> None:
    """Bring the shipped catalogue in the database up to date; what the user changed stays changed."""
    from crawler.sources import catalogue

    store.sync_catalogue(catalogue(), now())
