"""Search and statistics: which articles fit a query best, and how many there are of what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, and_, cast, func, select

from storewatch.db import models as m
from storewatch.db import searching
from storewatch.db.columns import Text
from storewatch.db.queries import (
    EVERYTHING,
    about_article,
    about_event,
    article_ids,
    articles,
    of_query,
    rows_of,
    shown_as,
    v_articles,
    v_events,
)
from storewatch.db.rows import ArticleRow, Filters, SearchRow, StatRow
from storewatch.search import language
from storewatch.search.folding import Sought
from storewatch.search.language import texts
from storewatch.search.ranking import Hit, rank, snippet

if TYPE_CHECKING:
    from storewatch.db.store import Store

#: So many of the newest articles that match are compared with each other; older ones are found by ``since``/``until``
#: or in the order of time.
COMPARED = 200


def search(store: Store, filters: Filters) -> tuple[SearchRow, ...]:
    """Articles by relevance to the words of ``filters.query``, or in another order; ``sort`` may be ``relevance``.

    A query without words has nothing to be relevant to: then the newest come first.
    """
    wanted = texts(filters.query)
    if filters.sort != "relevance" or not wanted:
        order = "newest" if filters.sort == "relevance" else filters.sort
        return tuple(_search_row(row, wanted, 0.0) for row in articles(store, replace(filters, sort=order)))
    a, s = m.articles, m.search_texts
    with store.reading() as connection:
        ids = _candidates(connection, filters)
        candidates = select(s.c.title, s.c.body, a.c.shown_id, a.c.dated_at).join(a, a.c.article_id == s.c.article_id)
        hits = [
            Hit(article_id=row.shown_id, title=row.title, body=row.body, dated_at=row.dated_at)
            for row in connection.execute(candidates.where(a.c.article_id.in_(ids)))
        ]
        scores = rank(hits, wanted)
        best = sorted(scores, key=lambda article_id: (-round(scores[article_id], 9), -article_id))
        end = None if filters.limit is None else filters.offset + filters.limit
        shown = best[filters.offset : end]
        found = connection.execute(select(v_articles).where(v_articles.c.article_id.in_(shown))).all()
    rows = {row.article_id: row for row in rows_of(ArticleRow, found)}
    return tuple(_search_row(rows[article_id], wanted, scores[article_id]) for article_id in shown)


def _candidates(connection: Connection, filters: Filters) -> list[int]:
    """The newest articles that match, by their numbers."""
    found = searching.matching(connection, filters.query)
    if found is None:
        ids = article_ids(v_articles, filters, of_query(connection, filters))
        ids = ids.with_only_columns(m.articles.c.article_id).order_by(m.articles.c.article_id.desc())
    else:
        matches, number = found
        # Their order is that of the index, which gives the newest without looking at the others.
        plain = replace(filters, query=language.EVERYTHING)
        t = v_articles
        ids = matches.join(t, shown_as(t)).where(of_query(connection, plain), *about_article(t, filters))
        ids = ids.order_by(number.desc())
    return list(connection.scalars(ids.limit(COMPARED)))


def _search_row(row: ArticleRow, wanted: Sequence[Sought], relevance: float) -> SearchRow:
    piece = snippet(row.text, wanted)
    return SearchRow(article=row, relevance=round(relevance, 4), snippet=piece.text, marks=piece.marks)


#: What can be counted by, with the column of the view that says it.
STATS = ("vendor", "country", "city", "action", "month", "year", "outlet", "lang", "source", "certainty", "partner")


def stats(store: Store, by: str, filters: Filters = EVERYTHING) -> tuple[StatRow, ...]:
    """How many accepted articles and events there are, by one of :data:`STATS`: time in order, else the most first."""
    a, e = m.articles, v_events
    articles_of = {"lang": v_articles.c.lang, "outlet": v_articles.c.outlet, "source": v_articles.c.source}
    with store.reading() as connection:
        said: ColumnElement[str]
        if by in ("month", "year"):
            said = _month_of(connection, 7 if by == "month" else 4)
        else:
            said = articles_of[by] if by in articles_of else e.c[by]
        value = func.coalesce(said, "").label("value")
        ids = article_ids(v_articles, filters, of_query(connection, filters))
        asked = searching.event_condition(connection, filters.query, e.c)
        of_events = and_(e.c.article_id == a.c.shown_id, *about_event(e, filters), asked)
        statement = (
            select(
                value, func.count(a.c.shown_id.distinct()).label("articles"), func.count(e.c.event_id).label("events")
            )
            .select_from(a.join(v_articles, shown_as(v_articles)).outerjoin(e, of_events))
            .where(a.c.shown_id.in_(ids))
            .group_by(value)
        )
        found = rows_of(StatRow, connection.execute(statement).all())
    if by in ("month", "year"):
        return _portion(sorted(found, key=lambda row: row.value), filters)
    return _portion(sorted(found, key=lambda row: (-row.articles, -row.events, row.value)), filters)


def _portion(rows: Sequence[StatRow], filters: Filters) -> tuple[StatRow, ...]:
    end = None if filters.limit is None else filters.offset + filters.limit
    return tuple(rows[filters.offset : end])


def _month_of(connection: Connection, length: int) -> ColumnElement[str]:
    """The month (7 characters) or year (4) of publication, in UTC."""
    if connection.dialect.name == "postgresql":
        return func.to_char(m.articles.c.dated_at, "YYYY-MM" if length == 7 else "YYYY")
    return func.substr(cast(m.articles.c.dated_at, Text), 1, length)


def vendors(store: Store) -> tuple[str, ...]:
    """Every vendor that an event names."""
    with store.reading() as connection:
        return searching.vendor_names(connection)
