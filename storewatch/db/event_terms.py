"""What a query asks of events, as SQL: of one of an article's, or of each single one where events are listed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, false, func, not_, or_, select, text, true

from storewatch.db import models as m
from storewatch.search import language as q

#: Where no more events than this meet a condition, the articles are taken from them and sorted; where more do, the
#: articles are looked through in order. Each way takes milliseconds where the other takes seconds, at a million.
FEW = 5_000
#: Up to so many, a search for words is helped by the set of articles that may have such an event.
SOME = 50_000


def event_condition(connection: Connection, node: q.Node, event: Any) -> ColumnElement[bool]:
    """What ``node`` asks of each single event, where events are listed: its event fields outside of any OR."""
    match node:
        case q.Field() | q.Number() if node.name in q.EVENT_FIELDS:
            return _about_event(canonical(connection, node), event)
        case q.All(parts=parts):
            return and_(true(), *(event_condition(connection, part, event) for part in parts))
        case q.Not(part=part) if is_about_event(part):
            return not_(func.coalesce(event_condition(connection, part, event), false()))
        case q.Any(parts=parts) if all(is_about_event(part) for part in parts):
            return or_(*(event_condition(connection, part, event) for part in parts))
    return true()


def is_about_event(node: q.Node) -> bool:
    match node:
        case q.Field() | q.Number():
            return node.name in q.EVENT_FIELDS
        case q.All(parts=parts) | q.Any(parts=parts):
            return bool(parts) and all(is_about_event(part) for part in parts)
        case q.Not(part=part):
            return is_about_event(part)
    return False


def an_event(connection: Connection, wanted: Sequence[q.Field | q.Number]) -> ColumnElement[bool]:
    """Whether one event of the article's present text is all that."""
    e, r, a = m.events, m.revisions, m.articles
    meets = _meets(connection, wanted)
    present = select(e.c.article_id).join(r, r.c.revision_id == e.c.revision_id).where(*meets)
    if _are_at_most(connection, FEW, meets):
        newest = a.alias("newest")
        present = present.join(newest, newest.c.article_id == e.c.article_id)
        return a.c.article_id.in_(present.where(r.c.number == newest.c.revision))
    return present.where(e.c.article_id == a.c.article_id, r.c.number == a.c.revision).correlate(a).exists()


def perhaps(connection: Connection, wanted: Sequence[q.Field | q.Number]) -> Select[Any] | None:
    """The articles of which some text, present or earlier, has such an event; None where these are many."""
    meets = _meets(connection, wanted)
    return select(m.events.c.article_id).where(*meets) if _are_at_most(connection, SOME, meets) else None


def are_few(connection: Connection, wanted: Sequence[q.Field | q.Number]) -> bool:
    """Whether only few events are all that, so that their articles are quickly told."""
    return _are_at_most(connection, FEW, _meets(connection, wanted))


def event_parts(node: q.Node) -> tuple[q.Field | q.Number, ...]:
    """What a query asks of one and the same event, outside of any OR and NOT."""
    parts = node.parts if isinstance(node, q.All) else (node,)
    return tuple(part for part in parts if isinstance(part, q.Field | q.Number) and part.name in q.EVENT_FIELDS)


def besides_event_parts(node: q.Node) -> q.Node:
    """A query without its :func:`event_parts`, for lists of events: they ask these of each event themselves."""
    gone = event_parts(node)
    return q.All(parts=tuple(one for one in (node.parts if isinstance(node, q.All) else (node,)) if one not in gone))


def _meets(connection: Connection, wanted: Sequence[q.Field | q.Number]) -> list[ColumnElement[bool]]:
    return [_about_event(canonical(connection, one), m.events.c) for one in wanted]


def _are_at_most(connection: Connection, number: int, meets: Sequence[ColumnElement[bool]]) -> bool:
    if not meets:
        return False
    some = select(m.events.c.event_id).where(*meets).limit(number + 1).subquery()
    return (connection.scalar(select(func.count()).select_from(some)) or 0) <= number


def canonical(connection: Connection, node: q.Field | q.Number) -> q.Field | q.Number:
    """Vendors as the events write them: only so does the index find them, and only so do all spellings mean one."""
    if not isinstance(node, q.Field) or node.name != "vendor":
        return node
    known = {name.lower(): name for name in vendor_names(connection)}
    return q.Field(name="vendor", values=tuple(known.get(value.lower(), value) for value in node.values))


def vendor_names(connection: Connection) -> tuple[str, ...]:
    """Every vendor that an event names. By a walk along the index: reading all events to see 80 names takes long."""
    walk = text(
        "WITH RECURSIVE walk(name) AS (SELECT min(vendor) FROM events UNION ALL "
        "SELECT (SELECT min(e.vendor) FROM events e WHERE e.vendor > walk.name) FROM walk WHERE walk.name IS NOT NULL) "
        "SELECT name FROM walk WHERE name IS NOT NULL"
    )
    return tuple(connection.scalars(walk))


def _about_event(node: q.Node, e: Any) -> ColumnElement[bool]:
    if isinstance(node, q.Number):
        return between(e.store_count, node)
    assert isinstance(node, q.Field)
    column: ColumnElement[str] = e.store_type if node.name == "type" else getattr(e, node.name)
    if node.name == "vendor":
        return column.in_(node.values)
    if node.name == "country":
        return column.in_([value.upper() for value in node.values])
    if node.name in ("region", "speaker", "partner"):
        written = [one for value in node.values for one in spellings(value)]
        return or_(*(func.lower(column).contains(one, autoescape=True) for one in written))
    if node.name == "horizon":
        return or_(*(column.startswith(value.upper(), autoescape=True) for value in node.values))
    if node.name == "city":
        return func.lower(column).in_([one for value in node.values for one in spellings(value)])
    # Codes in small letters, which the indexes know.
    return column.in_([value.lower() for value in node.values])


def spellings(value: str) -> tuple[str, ...]:
    """What ``lower()`` of the engine may make of a name that ``value`` means: SQLite, and PostgreSQL in the locale C,
    leave all but ASCII letters as they are, so that Łódź stays Łódź.

    >>> spellings("łódź"), spellings("Paris")
    (('łódź', 'Łódź'), ('paris',))
    """
    return tuple(dict.fromkeys((value.lower(), _ascii_lower(value), _ascii_lower(value.title()))))


def _ascii_lower(text: str) -> str:
    return "".join(sign.lower() if sign.isascii() else sign for sign in text)


def between(column: Any, bounds: q.Number) -> ColumnElement[bool]:
    wanted = [column >= bounds.least] if bounds.least is not None else []
    if bounds.most is not None:
        wanted.append(column <= bounds.most)
    return and_(true(), *wanted)
