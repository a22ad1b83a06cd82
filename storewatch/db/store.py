"""The store: every write of storewatch, and the reads that a crawl needs. Queries for people are in ``queries.py``."""

from __future__ import annotations

from storewatch.db.engine import connect_engine, read, target, use_wal
from storewatch.db.opening import inspect_schema, prepare_file, require_head, require_ours
from storewatch.db.stores.feeds import FeedsStore
from storewatch.db.stores.pages import PagesStore
from storewatch.db.stores.results import ResultsStore
from storewatch.db.stores.runs import RunsStore


def open_store(url: str, *, create: bool = True) -> Store:
    """Open the database that ``url`` (an SQLAlchemy URL or a file's path) names.

    With ``create`` (for what writes) a missing or empty database is made; without it (for queries) it is an error.
    Raises DatabaseError for a database that cannot be used as it is and says what to do, DatabaseLocked for one that
    is busy or does not answer.
    """
    place = target(url)
    if place.path is not None:
        prepare_file(place.path, place.shown, create=create)
    engine = connect_engine(place)
    try:
        with read(engine, place.shown) as connection:
            schema = inspect_schema(connection)
        require_ours(schema, place.shown)
        if place.path is not None and (create or schema.revision is not None):
            use_wal(engine, place.shown)
        if create and schema.revision is None:
            from storewatch.db.migrate import migrate

            migrate(engine, place.shown)
        else:
            require_head(schema, place.shown)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, place)


class Store(FeedsStore, PagesStore, ResultsStore, RunsStore):
    """One open database. Synchronous, to be used from one thread; every method is one transaction.

    Times (``now``) are arguments, aware and in any zone. All methods raise DatabaseLocked when the database is busy
    for longer than ``engine.BUSY_S`` seconds, DatabaseError for any other trouble with it.
    """
