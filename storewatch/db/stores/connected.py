"""An open database and its transactions."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine

from storewatch.db.engine import Target, read, write


class Connected:
    """An open database, as all parts of the store have it."""

    def __init__(self, engine: Engine, place: Target) -> None:
        self._engine = engine
        self._place = place

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._engine.dispose()

    @property
    def url_shown(self) -> str:
        """The database's URL without its password."""
        return self._place.shown

    @property
    def path(self) -> Path | None:
        """The file of an SQLite database."""
        return self._place.path

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection in a read transaction; for the modules of storewatch.db only."""
        return read(self._engine, self._place.shown)

    def writing(self) -> AbstractContextManager[Connection]:
        """A connection that holds the write lock; for the modules of storewatch.db only."""
        return write(self._engine, self._place.shown)
