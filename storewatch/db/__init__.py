"""The database: the one place for SQL. ``open_store`` in ``store.py`` writes, ``queries.py`` reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storewatch.db.migrate import Upgrade
    from storewatch.db.similar import Sketcher


def upgrade(url: str, sketcher: Sketcher | None = None) -> Upgrade:
    """Bring the database to the newest schema, making it where there is none; takes the run lock.

    ``sketcher`` (``pipelines.dedup.kinship``) gives texts of older versions the keys under which copies are found.

    Raises DatabaseError or DatabaseLocked as ``open_store`` does, RunLocked while a run is at work.
    """
    from storewatch.db import migrate

    return migrate.upgrade(url, sketcher)


def check(url: str) -> list[str]:
    """What is wrong with the database, a sentence each; empty when all is well. Changes nothing."""
    from storewatch.db import migrate

    return migrate.check(url)
