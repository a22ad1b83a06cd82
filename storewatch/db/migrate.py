"""Bringing a database to the newest schema, and looking into one that behaves oddly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from storewatch.db import models, searching, similar, version, views
from storewatch.db.bookkeeping import rebuild
from storewatch.db.engine import JOB_STORE, closing_engine, read, target, use_wal, write
from storewatch.db.ledger_check import differences
from storewatch.db.lock import run_lock
from storewatch.db.opening import inspect_schema, prepare_file, require_head, require_ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrade:
    """What an upgrade did: the revisions before (None: the database was empty) and after, and how many texts that were
    stored before there were sketches have got theirs."""

    before: str | None
    after: str
    sketched: int = 0


def migrate(engine: Engine, shown: str) -> Upgrade:
    """Run every missing migration in one transaction. Who comes second finds nothing left to do."""
    with write(engine, shown) as connection:
        before = inspect_schema(connection)
        require_ours(before, shown)
        if before.revision != version.HEAD:
            _run_alembic(connection)
            if before.revision is not None:
                # Claims are computed, and a newer version may compute them otherwise.
                rebuild(connection)
    return Upgrade(before=before.revision, after=version.HEAD)


def upgrade(url: str, sketcher: similar.Sketcher | None = None) -> Upgrade:
    """Make or upgrade the database, under the run lock: no crawl may be at work on it. The ledger is computed anew.

    With a ``sketcher`` old texts without a sketch get theirs, some hundred in a transaction: what was done stays done
    when it is interrupted.
    """
    place = target(url)
    if place.path is not None:
        prepare_file(place.path, place.shown, create=True)
    with run_lock(url, holder="storewatch db upgrade"), closing_engine(place) as engine:
        with read(engine, place.shown) as connection:
            require_ours(inspect_schema(connection), place.shown)
        if place.path is not None:
            use_wal(engine, place.shown)
        done = migrate(engine, place.shown)
        if done.before == done.after:
            with write(engine, place.shown) as connection:
                rebuild(connection)
        return done if sketcher is None else replace(done, sketched=_sketch(engine, place.shown, sketcher))


def _sketch(engine: Engine, shown: str, sketcher: similar.Sketcher) -> int:
    total = last = 0
    while True:
        with write(engine, shown) as connection:
            number, last = similar.store_missing(connection, sketcher, last)
        if number == 0:
            return total
        total += number


def _run_alembic(connection: Connection) -> None:
    # Imported here: Alembic takes a fifth of a second, and most openings do not need it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    # A "%" in the path would be read as an interpolation.
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def check(url: str) -> list[str]:
    """What is wrong with the database, a sentence each.

    Looks at the schema (every table, column and view), at the files' integrity (SQLite), at references, whether each
    event's evidence stands in its text where the offsets say, and whether the ledger is what the events make.
    """
    place = target(url)
    if place.path is not None:
        prepare_file(place.path, place.shown, create=False)
    with closing_engine(place) as engine, read(engine, place.shown) as connection:
        require_head(inspect_schema(connection), place.shown)
        found = list(_integrity(connection)) if place.path is not None else []
        return [*found, *_schema_differences(connection), *_lost_evidence(connection), *differences(connection)]


def _integrity(connection: Connection) -> Iterator[str]:
    for row in connection.execute(text("PRAGMA integrity_check(20)")):
        if row[0] != "ok":
            yield f"SQLite finds damage: {row[0]}"
    for row in connection.execute(text("PRAGMA foreign_key_check")):
        yield f"row {row[1]} of {row[0]} refers to a row of {row[2]} that is missing"


def _schema_differences(connection: Connection) -> Iterator[str]:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    options = {"version_table": version.TABLE, "compare_type": True, "include_name": _is_ours}
    context = MigrationContext.configure(connection, opts=options)
    for difference in compare_metadata(context, models.metadata):
        yield f"the schema differs from the newest one: {difference}"
    present = set(inspect(connection).get_view_names())
    for name in views.VIEWS:
        if name not in present:
            yield f"the view {name} is missing"


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Not the engine's own index of words, with the tables that FTS5 keeps for it, nor APScheduler's table."""
    return not (kind == "table" and name is not None and name.startswith((searching.INDEX, JOB_STORE)))


def _lost_evidence(connection: Connection) -> Iterator[str]:
    query = """
        SELECT e.event_id FROM events e JOIN revisions r ON r.revision_id = e.revision_id
         WHERE substr(CASE e.evidence_in WHEN 'text' THEN r.text ELSE r.title END,
                      e.evidence_start + 1, e.evidence_end - e.evidence_start) <> e.evidence
         ORDER BY e.event_id"""
    for event_id in connection.scalars(text(query)):
        yield f"event {event_id}: its evidence does not stand in its text where the offsets say"
