"""The catalogue of sources: what is polled, and who decided so.

The shipped catalogue (``added_by`` ``catalogue``) may change with every version; what a user added, removed, enabled or
disabled stays as the user wants it. Sources of a ``--feeds`` file (``file``) give way to both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from storewatch.db import models as m
from storewatch.db.records import AnyRow, Values, source_of
from storewatch.errors import InputError
from storewatch.types import NewSource, Source

#: Clocks of machines on one database may differ by so much; a poll further ahead was made by a clock that was wrong.
CLOCKS_DIFFER = timedelta(hours=1)

_t = m.sources
# Polling starts afresh when the address changes: another feed's ETag would hide its items.
_FRESH: Values = {
    "etag": None,
    "last_modified": None,
    "body_sha": None,
    "failures": 0,
    "failure_weight": 0.0,
    "failing_since": None,
    "last_polled_at": None,
    "last_ok_at": None,
    "next_poll_at": None,
    "last_reason": None,
    "newest_at": None,
    "moved_to": None,
    "moved_polls": 0,
    "moved_since": None,
    "trusts_validators": True,
    "verified_at": None,
    "history": None,
    "seen_items": None,
}
_DESCRIPTION = ("url", "title", "site", "kind", "lang", "country", "category")


def _description(source: NewSource) -> Values:
    return {name: getattr(source, name) for name in _DESCRIPTION}


def _insert(connection: Connection, source: NewSource, now: datetime) -> int:
    values = _description(source) | _FRESH
    values |= {"name": source.name, "enabled": source.enabled, "enabled_by_user": False}
    values |= {"removed": False, "added_by": source.added_by, "added_at": now}
    return int(connection.execute(insert(_t).values(values).returning(_t.c.source_id)).scalar_one())


def _rewrite(connection: Connection, row: AnyRow, source: NewSource, **more: Any) -> None:
    values = _description(source) | more
    if row.url != source.url:
        values |= _FRESH
    connection.execute(update(_t).where(_t.c.source_id == row.source_id).values(values))


def needs_sync(connection: Connection, rows: Sequence[NewSource]) -> bool:
    """Whether ``sync_catalogue`` would change anything: asked first, so that most runs need no write lock for it."""
    by_name = {row.name: row for row in connection.execute(select(_t))}
    users = _users_urls(by_name.values())
    return any(_sync_step(by_name.get(source.name), source, users) is not None for source in rows)


def sync_catalogue(connection: Connection, rows: Sequence[NewSource], now: datetime) -> int:
    """Insert what is missing, update what the catalogue itself added; returns how many sources changed."""
    by_name = {row.name: row for row in connection.execute(select(_t))}
    users = _users_urls(by_name.values())
    changed = 0
    for source in rows:
        row = by_name.get(source.name)
        step = _sync_step(row, source, users)
        if step is None:
            continue
        changed += 1
        if row is not None and step == "rename":
            _rename(connection, row, by_name)
        if row is None or step == "rename":
            _insert(connection, source, now)
        else:
            enabled = row.enabled if row.enabled_by_user else source.enabled
            _rewrite(connection, row, source, added_by=source.added_by, enabled=enabled)
    return changed


def _users_urls(rows: Iterable[AnyRow]) -> set[str]:
    return {row.url for row in rows if row.added_by == "user" and not row.removed}


def _sync_step(row: AnyRow | None, source: NewSource, users: set[str]) -> str | None:
    """What one source of the catalogue asks for: ``insert``, ``update``, ``rename`` (a file's source), or nothing."""
    if source.url in users:
        return None
    if row is None:
        return "insert"
    if row.added_by == "file" and row.url != source.url:
        return "rename"
    if row.added_by == "user" or row.removed:
        return None
    same = all(getattr(row, name) == value for name, value in _description(source).items())
    same = same and row.added_by == source.added_by and (row.enabled_by_user or row.enabled == source.enabled)
    return None if same else "update"


def _rename(connection: Connection, row: AnyRow, taken: Iterable[str]) -> None:
    name = _free_name(row.name, set(taken))
    connection.execute(update(_t).where(_t.c.source_id == row.source_id).values(name=name))


def _free_name(name: str, taken: set[str]) -> str:
    return next(free for number in range(2, len(taken) + 3) if (free := f"{name}-{number}") not in taken)


def add_source(connection: Connection, source: NewSource, now: datetime) -> Source:
    """Add a source, or give back the one that is meant.

    A source of a file (``added_by`` ``file``) whose address is known is that known source; one whose name is taken
    gets the next free name. For a user both are an InputError, unless the known one came from a file or was removed.
    """
    known = connection.execute(
        select(_t)
        .where(or_(_t.c.url == source.url, _t.c.name == source.name))
        .order_by(_t.c.removed, _t.c.url != source.url, _t.c.source_id)
    ).all()
    same_url = next((row for row in known if row.url == source.url), None)
    same_name = next((row for row in known if row.name == source.name), None)
    if source.added_by == "file":
        return _add_from_file(connection, source, same_url, same_name, now)
    for row in (same_url, same_name):
        if row is not None and not row.removed and row.added_by != "file":
            raise _taken(source, row)
    if same_name is not None and same_name.url != source.url and not same_name.removed:
        _rename(connection, same_name, connection.scalars(select(_t.c.name)))
        same_name = None
    row = same_name or same_url
    if row is None:
        return _get(connection, _insert(connection, source, now))
    _rewrite(
        connection,
        row,
        source,
        name=source.name,
        added_by=source.added_by,
        added_at=now,
        removed=False,
        enabled=source.enabled,
    )
    if row is same_name and same_url is not None and same_url is not row:
        # The address belonged to a file's or a removed source of another name: two would poll it twice.
        connection.execute(update(_t).where(_t.c.source_id == same_url.source_id).values(removed=True))
    return _get(connection, row.source_id)


def _taken(source: NewSource, by: AnyRow) -> InputError:
    if by.url == source.url:
        return InputError(source.url, f"is already there as source {by.name!r}")
    return InputError(source.name, f"there is already a source of this name: {by.url}", hint="choose another")


def _add_from_file(
    connection: Connection, source: NewSource, same_url: AnyRow | None, same_name: AnyRow | None, now: datetime
) -> Source:
    if same_url is not None:
        if same_url.removed:
            values = {"removed": False, "added_by": "file", "added_at": now, "enabled": True}
            connection.execute(update(_t).where(_t.c.source_id == same_url.source_id).values(values))
        return _get(connection, same_url.source_id)
    source_id = _insert_named(connection, source, same_name, now)
    return _get(connection, source_id)


def _insert_named(connection: Connection, source: NewSource, same_name: AnyRow | None, now: datetime) -> int:
    if same_name is None:
        return _insert(connection, source, now)
    free = _free_name(source.name, set(connection.scalars(select(_t.c.name))))
    values = {name: getattr(source, name) for name in _DESCRIPTION}
    renamed = NewSource(name=free, added_by=source.added_by, enabled=source.enabled, **values)
    return _insert(connection, renamed, now)


def _get(connection: Connection, source_id: int) -> Source:
    return source_of(connection.execute(select(_t).where(_t.c.source_id == source_id)).one())


def remove_source(connection: Connection, name: str) -> bool:
    """Remove a source; its articles stay and still name it. False when there is none."""
    statement = update(_t).where(_t.c.name == name, ~_t.c.removed).values(removed=True, enabled=False)
    return connection.execute(statement).rowcount > 0


def set_enabled(connection: Connection, name: str, enabled: bool) -> bool:
    """Switch a source on or off, whatever later catalogues say. False when there is none."""
    values = {"enabled": enabled, "enabled_by_user": True}
    statement = update(_t).where(_t.c.name == name, ~_t.c.removed).values(values)
    return connection.execute(statement).rowcount > 0


def sources(connection: Connection, *, enabled: bool | None = None, names: Sequence[str] = ()) -> tuple[Source, ...]:
    """The sources that were not removed, by name."""
    statement = select(_t).where(~_t.c.removed).order_by(_t.c.name)
    if enabled is not None:
        statement = statement.where(_t.c.enabled == enabled)
    if names:
        statement = statement.where(_t.c.name.in_(names))
    return tuple(source_of(row) for row in connection.execute(statement))


def due_sources(
    connection: Connection,
    now: datetime,
    *,
    names: Sequence[str] = (),
    ignore_due: bool = False,
    added_by: str | None = None,
    disabled_too: bool = False,
) -> tuple[Source, ...]:
    """Whom to poll now, the longest waiting first. What was polled in the future was so by a clock that was wrong, and
    so is the time when it is due."""
    statement = select(_t).where(~_t.c.removed)
    if not disabled_too:
        statement = statement.where(_t.c.enabled)
    if names:
        statement = statement.where(_t.c.name.in_(names))
    if added_by is not None:
        statement = statement.where(_t.c.added_by == added_by)
    elif not names:
        statement = statement.where(_t.c.added_by != "file")
    if not ignore_due:
        in_the_future = _t.c.last_polled_at > now + CLOCKS_DIFFER
        statement = statement.where(or_(_t.c.next_poll_at.is_(None), _t.c.next_poll_at <= now, in_the_future))
    statement = statement.order_by(_t.c.last_polled_at.is_not(None), _t.c.last_polled_at, _t.c.source_id)
    return tuple(source_of(row) for row in connection.execute(statement))
