"""The newest articles that have the words of a query, found in the engine's index of words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Connection, Select, any_, literal, select

from storewatch.db import models as m
from storewatch.db.event_terms import an_event, perhaps
from storewatch.db.queries import about, accepted, event_fields, with_labels
from storewatch.db.rows import Filters
from storewatch.db.searching import WordHits

#: Articles that are asked for their words at once, at first.
PORTION = 2_000
# One value for thousands of numbers: as many parameters would take longer than the question itself.
_IDS = ARRAY(BigInteger)


def newest_hits(
    connection: Connection, filters: Filters, wanted: WordHits, *, up_to: int | None, limit: int
) -> list[int]:
    """The accepted articles that match, by their numbers (of their own texts), the latest collected first.

    :param wanted: the words of ``filters.query``.
    :param up_to: only articles with this number or a lower one.
    """
    number, a = wanted.number, m.articles
    narrowed = [] if up_to is None else [number <= up_to]
    found = select(number.label("article_id")).select_from(with_labels(wanted.source.join(a, wanted.joined)))
    found = found.where(wanted.condition, accepted(filters.uncertain), *about(filters), *narrowed)
    if fields := event_fields(filters):
        found = found.where(an_event(connection, fields))
    found = found.order_by(number.desc())
    some = perhaps(connection, wanted.events or fields)
    if some is None:
        return list(connection.scalars(found.limit(limit)))
    if connection.dialect.name != "postgresql":
        return list(connection.scalars(found.where(wanted.looked_up.in_(some)).limit(limit)))
    return _by_portions(connection, found, number, some, up_to, limit)


def _by_portions(
    connection: Connection,
    found: Select[Any],
    number: ColumnElement[int],
    some: Select[Any],
    up_to: int | None,
    limit: int,
) -> list[int]:
    """Of the articles that ``some`` selects, the newest ones that match.

    PostgreSQL would look at the words of all of them first: it cannot know that the newest will do.
    """
    hits: list[int] = []
    article, size, looked_at = m.events.c.article_id, PORTION, 0
    while len(hits) < limit:
        narrowed = some if up_to is None else some.where(article <= up_to)
        ids = list(connection.scalars(narrowed.distinct().order_by(article.desc()).limit(size)))
        if ids:
            hits += connection.scalars(found.where(number == any_(literal(ids, _IDS))).limit(limit - len(hits)))
        if len(ids) < size:
            break
        looked_at, up_to = looked_at + size, ids[-1] - 1
        size = next_portion(looked_at, len(hits), limit)
    return hits


def next_portion(looked_at: int, found: int, wanted: int) -> int:
    """How many to look at next where of ``looked_at`` so many were ``found``: a few more than will be needed.

    >>> next_portion(2_000, 200, 300), next_portion(2_000, 299, 300), next_portion(2_000, 0, 300)
    (1200, 500, 8000)
    """
    if found == 0:
        return looked_at * 4
    needed = (wanted - found) * looked_at * 6 // (found * 5)
    return max(PORTION // 4, min(needed, looked_at * 4))
