"""Events as they were known at a moment: of texts that had been published, as they read then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, Subquery, select

from storewatch.db import models as m
from storewatch.db import sayings, searching
from storewatch.db.queries import about_article, about_event, event_order, page_of, rows_of, shown_as
from storewatch.db.rows import EventRow, Filters
from storewatch.search import language as q

if TYPE_CHECKING:
    from datetime import datetime

    from storewatch.db.store import Store

_OF_ARTICLE = ("url", "outlet", "published_at")
_OF_EVENT = tuple(name for name in EventRow.__dataclass_fields__ if name not in ("article_id", *_OF_ARTICLE))


def events(store: Store, filters: Filters) -> tuple[EventRow, ...]:
    """As ``queries.events``, of what was known before ``filters.as_of``.

    Words of the query are looked for in the texts of today; what it asks of events, in the events of that time.
    """
    assert filters.as_of is not None
    with store.reading() as connection:
        return rows_of(EventRow, connection.execute(_wanted(connection, filters, filters.as_of)).all())


def _wanted(connection: Connection, filters: Filters, moment: datetime) -> Select[Any]:
    t, a = _known(moment), m.articles
    names = [t.c[name] for name in EventRow.__dataclass_fields__]
    wanted = select(*names).join(a, shown_as(t)).where(*about_article(t, filters), *about_event(t, filters))
    wanted = wanted.where(
        searching.condition(connection, _of_texts(filters.query)),
        searching.event_condition(connection, filters.query, t.c),
    )
    return page_of(wanted.order_by(*event_order(t, filters.sort), t.c.event_id), filters)


def _known(moment: datetime) -> Subquery:
    a, e, s = m.articles.c, m.events.c, m.sources
    source = select(s.c.name).where(s.c.source_id == a.source_id).correlate(m.articles).scalar_subquery()
    columns = [e[name] for name in _OF_EVENT]
    columns += [a[name] for name in (*_OF_ARTICLE, "lang")]
    whole = select(*columns, a.shown_id.label("article_id"), source.label("source"))
    return sayings.in_force(whole, moment).subquery("known")


def _of_texts(query: q.Node) -> q.Node:
    """What a query asks of texts: its conditions on events are met by the events of the time, not of today."""
    if searching.is_about_event(query):
        return q.EVERYTHING
    if isinstance(query, q.All):
        return q.All(parts=tuple(part for part in query.parts if not searching.is_about_event(part)))
    return query
