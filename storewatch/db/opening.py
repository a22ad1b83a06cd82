"""What a database is before it is used: missing, empty, ours, older, newer, or something else."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text

from storewatch.db import version
from storewatch.errors import DatabaseError


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """``revision`` is the schema's, None without one; ``empty``: no tables at all."""

    revision: str | None
    empty: bool


def prepare_file(path: Path, shown: str, *, create: bool) -> None:
    """Refuse what cannot be an SQLite database of ours before SQLite is asked: its own words would mislead.

    The file itself is not opened here. Who closes a file gives up all locks that the process has on it, SQLite's too
    (POSIX), and the database is destroyed when another thread or connection of this process is at work on it.
    """
    try:
        if path.is_dir():
            raise DatabaseError(shown, "is a folder, not a database", hint="name a file in it")
        if not path.exists():
            _require_creatable(path, shown, create=create)
            return
        is_empty = path.stat().st_size == 0
        if not _may(path, os.R_OK):
            raise PermissionError
    except PermissionError as error:
        hint = "check the rights of the file and its folder"
        raise DatabaseError(shown, "may not be opened by this user", hint=hint) from error
    except (OSError, ValueError) as error:
        raise DatabaseError(shown, f"cannot be opened: {getattr(error, 'strerror', None) or error}") from error
    if is_empty and not create:
        raise DatabaseError(shown, "is empty", hint=_FIRST)
    if create and not (_may(path, os.W_OK) and _may(path.parent, os.W_OK)):
        hint = "check the rights of the file and its folder, or name another database"
        raise DatabaseError(shown, "is read-only", hint=hint)


_FIRST = "`storewatch crawl` fills one, `storewatch db upgrade` makes an empty one"


def _require_creatable(path: Path, shown: str, *, create: bool) -> None:
    if not create:
        raise DatabaseError(shown, "there is no such database", hint=_FIRST)
    if not path.parent.is_dir():
        raise DatabaseError(shown, f"there is no folder {path.parent}", hint="make it first")
    if not _may(path.parent, os.W_OK | os.X_OK):
        raise DatabaseError(shown, f"nothing may be written into {path.parent}", hint="check its rights")


def _may(path: Path, mode: int) -> bool:
    return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)


def inspect_schema(connection: Connection) -> Schema:
    """The schema found; costs one or two small queries."""
    if connection.dialect.name == "sqlite":
        names = set(connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")))
    else:
        query = "SELECT c.relname FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace"
        names = set(connection.scalars(text(query + " AND c.relkind IN ('r', 'p')")))
    if version.TABLE not in names:
        return Schema(revision=None, empty=not names)
    revision = connection.scalar(text(f"SELECT version_num FROM {version.TABLE}"))
    return Schema(revision=revision, empty=False)


def require_ours(schema: Schema, shown: str) -> None:
    """Raise for a database that an upgrade cannot bring to the newest schema."""
    if schema.revision is None:
        if not schema.empty:
            raise DatabaseError(shown, "holds tables that are not storewatch's", hint="name an empty database")
    elif schema.revision not in version.REVISIONS:
        problem = f"was made by a newer storewatch (schema {schema.revision}, this one knows {version.HEAD})"
        raise DatabaseError(shown, problem, hint="install the newer storewatch")


def require_head(schema: Schema, shown: str) -> None:
    """Raise for a database that cannot be used as it is."""
    require_ours(schema, shown)
    if schema.revision is None:
        raise DatabaseError(shown, "is empty", hint=_FIRST)
    if schema.revision != version.HEAD:
        problem = f"was made by an older storewatch (schema {schema.revision}, this one needs {version.HEAD})"
        raise DatabaseError(shown, problem, hint="run `storewatch db upgrade`")
