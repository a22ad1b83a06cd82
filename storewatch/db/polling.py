"""What a poll brought: the source's state and its new pages, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TypeVar
from urllib.parse import urlsplit

from sqlalchemy import Connection, Update, bindparam, func, insert, select, update

from storewatch.db import gaps
from storewatch.db import models as m
from storewatch.db.records import AnyRow, Values, entry_values
from storewatch.types import FeedEntry, Gap, Poll

T = TypeVar("T")

#: A stored page whose entry changed is fetched again at most so often, and so long after it was first seen: feeds
#: that date every item "now" would otherwise have their pages fetched for ever.
MAX_REFETCHES = 3
REFETCH_WITHIN = timedelta(hours=72)
#: Values in one IN list; SQLite's own limit is 32,766.
_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPage:
    """A URL with the key it is known by; made before the transaction, because it costs some time."""

    url: str
    url_key: str
    host: str
    entry: FeedEntry | None = None


def new_page(url: str, entry: FeedEntry | None = None) -> NewPage:
    from storewatch.urls import url_key

    return NewPage(url=url, url_key=url_key(url), host=(urlsplit(url).hostname or "").lower(), entry=entry)


def new_pages(entries: Sequence[FeedEntry]) -> tuple[NewPage, ...]:
    """The pages that ``entries`` name, each once: the first entry of a page counts."""
    pages: dict[str, NewPage] = {}
    for entry in entries:
        page = new_page(entry.url, entry)
        pages.setdefault(page.url_key, page)
    return tuple(pages.values())


def record_poll(connection: Connection, poll: Poll, pages: Sequence[NewPage]) -> int:
    """Write one poll with the pages it named; returns how many of them were new."""
    known = _known_pages(connection, [page.url_key for page in pages])
    fresh = [page for page in pages if page.url_key not in known]
    if fresh:
        connection.execute(insert(m.pages), [pending_values(page, poll.source_id, poll.polled_at) for page in fresh])
    changed = [
        (known[page.url_key].page_id, page.entry)
        for page in pages
        if page.url_key in known and page.entry and _wants_refetch(known[page.url_key], page.entry, poll)
    ]
    _queue_again(connection, changed)
    _write_poll(connection, poll, new=len(fresh))
    return len(fresh)


def add_pages(connection: Connection, pages: Sequence[NewPage], *, source_id: int, now: datetime) -> int:
    """Queue those of ``pages`` that nobody knows yet, without a poll of their own; returns how many."""
    known = _known_pages(connection, [page.url_key for page in pages])
    fresh = [page for page in pages if page.url_key not in known]
    if fresh:
        connection.execute(insert(m.pages), [pending_values(page, source_id, now) for page in fresh])
    return len(fresh)


def record_polls(connection: Connection, polls: Sequence[Poll]) -> None:
    """Write polls without pages: all their rows by one statement, the states of their sources by one for each shape."""
    if not polls:
        return
    connection.execute(insert(m.polls), [_poll_values(poll, new=0) for poll in polls])
    states: dict[Update, list[Values]] = {}
    for poll in polls:
        statement, values = _source_update(poll)
        states.setdefault(statement, []).append(values)
    for statement, rows in states.items():
        connection.execute(statement, rows)


def pending_values(page: NewPage, source_id: int | None, now: datetime) -> Values:
    entry = page.entry or FeedEntry(url=page.url)
    values = {
        "url": page.url,
        "url_key": page.url_key,
        "host": page.host,
        "source_id": source_id,
        "state": "pending",
        "attempts": 0,
        "refetches": 0,
        "first_seen_at": now,
        **entry_values(entry),
    }
    if page.entry is None:
        values["entry_title"] = None
    return values


def _known_pages(connection: Connection, keys: Sequence[str]) -> dict[str, AnyRow]:
    t = m.pages.c
    columns = (t.page_id, t.url_key, t.source_id, t.state, t.reason, t.refetches, t.first_seen_at)
    statement = select(*columns, t.entry_title, t.entry_published_at).where(
        t.url_key.in_(bindparam("keys", expanding=True))
    )
    found: dict[str, AnyRow] = {}
    for chunk in _chunks(keys, _CHUNK):
        found |= {row.url_key: row for row in connection.execute(statement, {"keys": list(chunk)})}
    return found


def _wants_refetch(row: AnyRow, entry: FeedEntry, poll: Poll) -> bool:
    """Whether a known page has changed, as far as its feed tells.

    Only the source that brought the page is listened to: two feeds may give one page two titles for ever. A rejected
    page is worth another look under a new headline only.
    """
    if row.source_id != poll.source_id or row.state not in ("stored", "rejected") or row.reason == "deleted":
        return False
    if row.refetches >= MAX_REFETCHES or poll.polled_at > row.first_seen_at + REFETCH_WITHIN:
        return False
    if entry.title and entry.title != row.entry_title:
        return True
    published = entry.published.at if entry.published else None
    return row.state == "stored" and published is not None and published != row.entry_published_at


def _queue_again(connection: Connection, changed: Sequence[tuple[int, FeedEntry]]) -> None:
    for page_id, entry in changed:
        values = {"state": "pending", "attempts": 0, "next_try_at": None, **entry_values(entry)}
        statement = update(m.pages).where(m.pages.c.page_id == page_id)
        connection.execute(statement.values(values | {"refetches": m.pages.c.refetches + 1}))


def _write_poll(connection: Connection, poll: Poll, *, new: int) -> None:
    connection.execute(insert(m.polls).values(_poll_values(poll, new=new)))
    if poll.gap_since is not None:
        found = Gap(source_id=poll.source_id, found_at=poll.polled_at, since_at=poll.gap_since)
        gaps.add(connection, found)
    statement, values = _source_update(poll)
    connection.execute(statement, values)


_POLL_COLUMNS = (
    *("source_id", "run_id", "polled_at", "outcome", "status", "reason", "error", "url", "items", "skipped"),
    *("newest_at", "duration_ms"),
)


def _poll_values(poll: Poll, *, new: int) -> Values:
    values = {name: getattr(poll, name) for name in _POLL_COLUMNS}
    return values | {"new_pages": new, "skipped_by": dict(poll.skipped_by) or None}


def _source_update(poll: Poll) -> tuple[Update, Values]:
    """The statement that brings the state of a source up to date, and its values."""
    state = _source_state(poll)
    # Under names of their own: SQLAlchemy keeps those of columns for itself.
    values = {f"to_{name}": value for name, value in state.items()} | {"of_source": poll.source_id}
    return _state_statement(tuple(state), failed=poll.outcome == "failed"), values


@lru_cache(maxsize=64)
def _state_statement(names: tuple[str, ...], *, failed: bool) -> Update:
    """An update of one source: failures are counted on, everything else is set."""
    t = m.sources.c
    values: Values = {name: bindparam(f"to_{name}", type_=t[name].type) for name in names}
    if failed:
        values["failures"] = t.failures + values["failures"]
        values["failure_weight"] = t.failure_weight + values["failure_weight"]
        values["failing_since"] = func.coalesce(t.failing_since, values["failing_since"])
    return update(m.sources).where(t.source_id == bindparam("of_source")).values(values)


def _source_state(poll: Poll) -> Values:
    """The polling state of the source after ``poll``; of a failed one, what is to be added to it."""
    values: Values = {"last_polled_at": poll.polled_at, "next_poll_at": poll.next_poll_at}
    if poll.history is not None:
        values["history"] = dict(poll.history)
    if poll.trusts_validators is not None:
        values["trusts_validators"] = poll.trusts_validators
    if poll.move is not None:
        values |= {"moved_to": poll.move.to, "moved_polls": poll.move.polls, "moved_since": poll.move.since}
    if poll.outcome == "failed":
        failure = {"failures": 1, "failure_weight": poll.failure_weight, "failing_since": poll.polled_at}
        return values | failure | {"last_reason": poll.reason}
    values |= {"last_reason": None, "failures": 0, "failure_weight": 0.0, "failing_since": None}
    values["last_ok_at"] = poll.polled_at
    marks = {"etag": poll.etag, "last_modified": poll.last_modified, "body_sha": poll.body_sha}
    if poll.body_sha is not None:
        values["verified_at"] = poll.polled_at
    if poll.outcome == "unchanged":
        # A 304 names its validators only when they have changed.
        marks = {name: value for name, value in marks.items() if value is not None}
    if poll.newest_at is not None:
        values["newest_at"] = poll.newest_at
    if poll.seen_items is not None:
        values["seen_items"] = list(poll.seen_items)
    return values | marks


def _chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))
