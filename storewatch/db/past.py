"""Events as they were known at a moment: of texts that had been published, as they read then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, Subquery, select

from storewatch.db import event_terms, paging, sayings, searching
from storewatch.db import models as m
from storewatch.db.orders import event_sorts
from storewatch.db.paging import Listed, Order, clauses, labelled
from storewatch.db.queries import about_article, about_event, page_of, rows_of, shown_as
from storewatch.db.rows import EventRow, Filters
from storewatch.search import language as q

if TYPE_CHECKING:
    from datetime import datetime

    from storewatch.db.store import Store

_OF_ARTICLE = ("url", "outlet", "published_at")
_OF_EVENT = tuple(name for name in EventRow.__dataclass_fields__ if name not in ("article_id", *_OF_ARTICLE))


def event_list(store: Store, filters: Filters) -> Listed[EventRow]:
    """As ``queries.event_list``, of what was known before ``filters.as_of``.

    Words of the query are looked for in the texts of today; what it asks of events, in the events of that time.
    """
    assert filters.as_of is not None
    t = _known(filters.as_of)
    order = paging.order_of(event_sorts(t), filters.sort)
    with store.reading() as connection:
        wanted = _wanted(connection, t, filters, order)
        found = connection.execute(wanted.where(*paging.behind(filters.after, "events", filters.sort, order))).all()
    return Listed(rows=rows_of(EventRow, found), positions=paging.places("events", filters.sort, order, found))


def _wanted(connection: Connection, t: Subquery, filters: Filters, order: Order) -> Select[Any]:
    a = m.articles
    names = [t.c[name] for name in EventRow.__dataclass_fields__]
    wanted = select(*names, *labelled(order)).join(a, shown_as(t))
    wanted = wanted.where(*about_article(t, filters), about_event(connection, t, filters))
    wanted = wanted.where(searching.condition(connection, _of_texts(filters.query)))
    return page_of(wanted.order_by(*clauses(order)), filters)


def _known(moment: datetime) -> Subquery:
    a, e, s = m.articles.c, m.events.c, m.sources
    source = select(s.c.name).where(s.c.source_id == a.source_id).correlate(m.articles).scalar_subquery()
    columns = [e[name] for name in _OF_EVENT]
    columns += [a[name] for name in (*_OF_ARTICLE, "lang")]
    whole = select(*columns, a.shown_id.label("article_id"), source.label("source"))
    return sayings.in_force(whole, moment).subquery("known")


def _of_texts(query: q.Node) -> q.Node:
    """What a query asks of texts: its conditions on events are met by the events of the time, not of today."""
    if event_terms.is_about_event(query):
        return q.EVERYTHING
    if isinstance(query, q.All):
        return q.All(parts=tuple(part for part in query.parts if not event_terms.is_about_event(part)))
    return query
