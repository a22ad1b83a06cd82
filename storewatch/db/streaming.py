"""Long answers in flat memory: the ids first, in order, then the rows in portions, of one state of the database."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, Select, select

from storewatch.db import past
from storewatch.db.orders import ARTICLE_SORTS
from storewatch.db.paging import clauses, order_of
from storewatch.db.queries import (
    EVENT_SORTS,
    EVERYTHING,
    article_ids,
    asked_events,
    of_query,
    page_of,
    rows_of,
    v_articles,
    v_events,
    v_uncertain,
)
from storewatch.db.rows import ArticleRow, EventRow, Filters

if TYPE_CHECKING:
    from storewatch.db.store import Store

#: Rows at a time; with texts of 3 kB this is 1.5 MB.
PORTION = 500
T = TypeVar("T")


def articles(store: Store, filters: Filters = EVERYTHING) -> Iterator[ArticleRow]:
    """As ``queries.articles``, a portion at a time."""
    t = v_uncertain if filters.uncertain else v_articles

    def ids(connection: Connection) -> Select[Any]:
        found = article_ids(t, filters, of_query(connection, filters))
        return page_of(found.order_by(*clauses(order_of(ARTICLE_SORTS, filters.sort))), filters)

    return _stream(store, ids, t.c.article_id, ArticleRow)


def events(store: Store, filters: Filters = EVERYTHING) -> Iterator[EventRow]:
    """As ``queries.events``, a portion at a time; events ``as_of`` a moment all at once."""
    if filters.as_of is not None:
        return iter(past.event_list(store, filters).rows)

    def ids(connection: Connection) -> Select[Any]:
        found = asked_events(connection, filters, v_events.c.event_id)
        return page_of(found.order_by(*clauses(order_of(EVENT_SORTS, filters.sort))), filters)

    return _stream(store, ids, v_events.c.event_id, EventRow)


def _stream(store: Store, ids: Callable[[Connection], Select[Any]], key: Any, kind: type[T]) -> Iterator[T]:
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]  # every kind here is a dataclass
    with store.reading() as connection:
        order = array("q", connection.execution_options(yield_per=10_000).scalars(ids(connection)))
        for start in range(0, len(order), PORTION):
            portion = order[start : start + PORTION].tolist()
            statement = select(*(key.table.c[name] for name in names)).where(key.in_(portion))
            found = {getattr(row, key.name): row for row in connection.execute(statement)}
            yield from rows_of(kind, [found[one] for one in portion if one in found])
