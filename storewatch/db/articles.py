"""Writing articles: their revisions, events, copies and redirects.

An article is a text group: one canonical text with its revisions, and the copies of it found elsewhere. Its id stays
the same when an earlier copy takes over as the canonical one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, case, delete, func, insert, or_, select, text, update

from storewatch.db import models as m
from storewatch.db import similar
from storewatch.db.columns import upsert
from storewatch.db.edits import edit_values, thin
from storewatch.db.records import Values, article_values, event_values, moment_values, reader_values, revision_values
from storewatch.db.searching import index_text
from storewatch.types import Article, Edit, Judgement, PageRead, RetailEvent

_a, _c = m.articles, m.article_copies
# Statements of every save are made once and handed their values: to spell thirty columns out takes longer than to write
# them.
_INSERT = insert(_a)
_INSERT_REVISION = insert(m.revisions)
_INSERT_EVENTS = insert(m.events).inline()
_DROP_COPIES = (
    delete(_c)
    .where(or_(_c.c.page_id == bindparam("page"), _c.c.url_key == bindparam("key")))
    .returning(_c.c.article_id, _c.c.outlet)
)
# The next numbers are asked for beforehand: so all rows of an article can be written together.
_NUMBERED = {"articles": "article_id", "revisions": "revision_id"}
_NUMBERS_SQLITE = text(  # as SQLite itself settles the next one
    "SELECT "
    + ", ".join(
        f"1 + max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = '{table}'), 0),"
        f" coalesce((SELECT max({key}) FROM {table}), 0)) AS {table}"
        for table, key in _NUMBERED.items()
    )
)
_NUMBERS_POSTGRESQL = text(
    "SELECT "
    + ", ".join(f"nextval(pg_get_serial_sequence('{table}', '{key}')) AS {table}" for table, key in _NUMBERED.items())
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a text stands and whence it came."""

    url: str
    url_key: str
    outlet: str
    page_id: int
    source_id: int | None
    first_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a page says and what was made of it; the same for an article's first text and for each later one."""

    article: Article
    judgement: Judgement
    text_sha: str
    read: PageRead
    #: The text's sketch and its number of words (pipelines.dedup).
    keys: frozenset[int] = frozenset()
    words: int | None = None
    #: The edit that made it of the text before.
    edit: Edit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The numbers that an article and a text of it get."""

    article_id: int
    revision_id: int


def next_numbers(connection: Connection) -> Numbers:
    """Free numbers; who holds the write lock may use them. A server never gives them again, used or not."""
    row = connection.execute(_NUMBERS_POSTGRESQL if connection.dialect.name == "postgresql" else _NUMBERS_SQLITE).one()
    return Numbers(article_id=row.articles, revision_id=row.revisions)


def insert_article(connection: Connection, numbers: Numbers, place: Place, content: Content) -> None:
    """A text of its own, as a group and (until it is found to tell an event) a story of its own. Only writes."""
    itself = dict.fromkeys(("article_id", "group_id", "leader_id", "shown_id", "story_id"), numbers.article_id)
    values = _present_values(content, place.first_seen_at) | _place_values(place) | itself
    connection.execute(_INSERT, values | {"revision": 1, "kinship": "canonical"})
    _insert_revision(connection, numbers, 1, content)


def add_revision(connection: Connection, article_id: int, page_id: int, content: Content) -> None:
    """A new text for a known article; the old one stays, with its events bound to it."""
    number = _next_number(connection, article_id)
    numbers = replace(next_numbers(connection), article_id=article_id)
    _insert_revision(connection, numbers, number, content)
    first_seen_at = connection.execute(select(_a.c.first_seen_at).where(_a.c.article_id == article_id)).scalar_one()
    values = _present_values(content, first_seen_at) | {"revision": number, "page_id": page_id}
    connection.execute(update(_a).where(_a.c.article_id == article_id).values(values))
    thin(connection, article_id)


def reject_article(connection: Connection, article_id: int, values: Values, now: datetime) -> None:
    """The article's page says something else now that was rejected: a revision without a judge's events.

    ``values``: columns of ``revisions``. The text gets no fingerprint, so it attracts no copies.
    """
    number = _next_number(connection, article_id)
    connection.execute(insert(m.revisions).values(values | {"article_id": article_id, "number": number}))
    similar.drop_keys(connection, article_id)
    kept = {name: values[name] for name in ("title", "score", "reason", "verdict")}
    statement = update(_a).where(_a.c.article_id == article_id)
    connection.execute(statement.values(kept | {"revision": number, "changed_at": now}))
    thin(connection, article_id)


def take_over(connection: Connection, article_id: int, place: Place, content: Content) -> None:
    """Make an earlier copy the canonical text and the present one its copy.

    The present revision is replaced, not followed, by the new text: both are the same text, and what is stored in the
    end must not tell which copy came first.
    """
    old = connection.execute(select(_a).where(_a.c.article_id == article_id)).one()
    old_place = Place(
        url=old.url,
        url_key=old.url_key,
        outlet=old.outlet,
        page_id=old.page_id,
        source_id=old.source_id,
        first_seen_at=old.first_seen_at,
    )
    published = {name: getattr(old, name) for name in moment_values("published", None)}
    first_seen_at = min(old.first_seen_at, place.first_seen_at)
    values = _place_values(place) | _present_values(content, first_seen_at) | {"first_seen_at": first_seen_at}
    connection.execute(update(_a).where(_a.c.article_id == article_id).values(values))
    _insert_copy(connection, article_id, old_place, {"title": old.title, "text_sha": content.text_sha, **published})
    present = m.revisions.c.article_id == article_id, m.revisions.c.number == old.revision
    connection.execute(delete(m.revisions).where(*present))
    numbers = replace(next_numbers(connection), article_id=article_id)
    _insert_revision(connection, numbers, old.revision, content)
    _name_copies(connection, article_id)


def add_copy(connection: Connection, article_id: int, place: Place, content: Content, kind: str) -> None:
    """``kind``: ``partial`` stays what it is; of an exact copy it follows from the outlets."""
    values = {"title": content.article.title, "text_sha": content.text_sha}
    values |= moment_values("published", content.article.published)
    _insert_copy(connection, article_id, place, values, kind)
    _name_copies(connection, article_id, place.url_key)


def drop_copies(connection: Connection, *, page_id: int, url_key: str | None = None) -> dict[int, set[str]]:
    """Forget that a page, or an address, holds a copy; returns the outlets of the copies of each article that had
    one there."""
    found: dict[int, set[str]] = {}
    for row in connection.execute(_DROP_COPIES, {"page": page_id, "key": url_key}):
        found.setdefault(row.article_id, set()).add(row.outlet)
    return found


def merge(connection: Connection, old_id: int, new_id: int, *, reason: str, now: datetime) -> None:
    """Give up an article for another one; its id, copies, pages and a person's label lead there from now on."""
    for table in (m.article_copies, m.article_redirects, m.pages):
        connection.execute(update(table).where(table.c.article_id == old_id).values(article_id=new_id))
    labelled = select(m.labels.c.article_id).where(m.labels.c.article_id == new_id).scalar_subquery()
    moved = update(m.labels).where(m.labels.c.article_id == old_id, labelled.is_(None)).values(article_id=new_id)
    connection.execute(moved)
    connection.execute(delete(_a).where(_a.c.article_id == old_id))
    values = {"old_id": old_id, "article_id": new_id, "moved_at": now, "reason": reason}
    connection.execute(insert(m.article_redirects).values(values))
    _name_copies(connection, new_id)


def label(connection: Connection, article_id: int, relevant: bool, now: datetime, by: str, note: str) -> bool:
    """Write a person's decision over any earlier one; False when there is no such article."""
    if connection.scalar(select(_a.c.article_id).where(_a.c.article_id == article_id)) is None:
        return False
    values = {"relevant": relevant, "labelled_at": now, "labelled_by": by or None, "note": note or None}
    statement = upsert(connection, m.labels).values(values | {"article_id": article_id})
    connection.execute(statement.on_conflict_do_update(index_elements=[m.labels.c.article_id], set_=values))
    if not relevant:
        withdraw(connection, list(connection.scalars(select(_a.c.article_id).where(_a.c.shown_id == article_id))))
    return True


def withdraw(connection: Connection, article_ids: Sequence[int]) -> None:
    """Take these articles out of the digests that are not made yet. If they come back, watches find them anew."""
    t = m.watch_items
    waiting = t.c.digest.is_(None), t.c.kind.in_(("new", "changed"))
    connection.execute(delete(t).where(t.c.article_id.in_(article_ids), *waiting))


def resolve(connection: Connection, article_id: int) -> int:
    """The id under which an article is found today."""
    t = m.article_redirects.c
    return connection.scalar(select(t.article_id).where(t.old_id == article_id)) or article_id


def shown(connection: Connection, article_id: int) -> int:
    """The id under which an article, a copy or one that was merged is shown today."""
    article_id = resolve(connection, article_id)
    return connection.scalar(select(_a.c.shown_id).where(_a.c.article_id == article_id)) or article_id


def _present_values(content: Content, first_seen_at: datetime) -> Values:
    """What ``articles`` says of the text in force."""
    published = content.article.published
    dates = {"changed_at": content.read.now, "dated_at": published.at if published else first_seen_at}
    return article_values(content.article, content.judgement.verdict) | dates | {"words": content.words}


def _place_values(place: Place) -> Values:
    names = ("url", "url_key", "outlet", "page_id", "source_id", "first_seen_at")
    return {name: getattr(place, name) for name in names}


def _next_number(connection: Connection, article_id: int) -> int:
    last = select(func.max(m.revisions.c.number)).where(m.revisions.c.article_id == article_id)
    return (connection.scalar(last) or 0) + 1


def _insert_revision(connection: Connection, numbers: Numbers, number: int, content: Content) -> None:
    article_id, revision_id = numbers.article_id, numbers.revision_id
    values = revision_values(content.article, content.judgement.verdict) | {
        "revision_id": revision_id,
        "article_id": article_id,
        "number": number,
        "seen_at": content.read.now,
        "text_sha": content.text_sha,
        **reader_values(content.read),
        **edit_values(content.edit),
    }
    connection.execute(_INSERT_REVISION, values)
    fingerprint = {"kind": "text", "key": content.text_sha, "revision_id": revision_id}
    connection.execute(insert(m.fingerprints), fingerprint)
    if number > 1:
        similar.drop_keys(connection, article_id)
    similar.store_keys(connection, revision_id, content.keys)
    _insert_events(connection, article_id, revision_id, content.judgement.events)
    index_text(connection, article_id, content.article.title, content.article.text)


def _insert_events(connection: Connection, article_id: int, revision_id: int, events: Sequence[RetailEvent]) -> None:
    if not events:
        return
    belongs = {"article_id": article_id, "revision_id": revision_id}
    rows = [event_values(event, position) | belongs for position, event in enumerate(events)]
    connection.execute(_INSERT_EVENTS, rows)


def _insert_copy(
    connection: Connection, article_id: int, place: Place, values: Values, kind: str = "duplicate"
) -> None:
    row = values | _place_values(place) | {"article_id": article_id, "kind": kind}
    # Inline: nobody asks for its number, and among writes that travel together no answer can be read.
    statement = upsert(connection, m.article_copies).values(row).inline()
    # An address keeps the day on which it was first seen.
    changed = {name: value for name, value in row.items() if name not in ("url_key", "first_seen_at")}
    connection.execute(statement.on_conflict_do_update(index_elements=[m.article_copies.c.url_key], set_=changed))


def _name_copies(connection: Connection, article_id: int, url_key: str | None = None) -> None:
    """Say of each exact copy (or of the one at an address) whether it stands in the canonical text's outlet, whoever
    that is now."""
    t = m.article_copies
    outlet = select(_a.c.outlet).where(_a.c.article_id == article_id).scalar_subquery()
    kind = case((t.c.outlet == outlet, "duplicate"), else_="syndicated")
    exact = [t.c.article_id == article_id, t.c.kind.in_(("duplicate", "syndicated")), t.c.kind != kind]
    if url_key is not None:
        exact.append(t.c.url_key == url_key)
    connection.execute(update(t).where(*exact).values(kind=kind))
