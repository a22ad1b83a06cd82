"""Search and statistics: which articles fit a query best, and how many there are of what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, Float, and_, cast, func, literal_column, select

from storewatch.db import event_terms, paging
from storewatch.db import models as m
from storewatch.db.columns import Text
from storewatch.db.hits import newest_hits
from storewatch.db.orders import ARTICLE_SORTS
from storewatch.db.paging import Listed, down
from storewatch.db.queries import (
    EVERYTHING,
    about_event,
    article_ids,
    article_list,
    of_query,
    rows_of,
    shown_as,
    v_articles,
    v_events,
)
from storewatch.db.rows import ArticleRow, Filters, SearchRow, StatRow
from storewatch.db.sayings import portions
from storewatch.db.searching import word_hits
from storewatch.search.folding import Sought
from storewatch.search.language import texts
from storewatch.search.ranking import Hit, rank, snippet
from storewatch.types import Position

if TYPE_CHECKING:
    from storewatch.db.store import Store

#: So many of the newest articles that match are compared with each other, then the next ones.
COMPARED = 200
#: Orders of a search, by name.
SEARCH_SORTS = ("relevance", *ARTICLE_SORTS)
# What a place in the order of relevance is made of: the highest number compared, the score, the article.
_RELEVANCE = (
    *down(m.articles.c.article_id),
    *down(literal_column("score", Float())),
    *down(m.articles.c.shown_id),
)


def search(store: Store, filters: Filters) -> tuple[SearchRow, ...]:
    """Articles by relevance to the words of ``filters.query``, or in another order; ``sort`` may be ``relevance``.

    A query without words has nothing to be relevant to: then the newest come first.
    """
    return search_list(store, filters).rows


def search_list(store: Store, filters: Filters) -> Listed[SearchRow]:
    """As :func:`search`, each with its place in the list."""
    wanted = texts(filters.query)
    paging.check_order(SEARCH_SORTS, filters.sort)
    if filters.sort != "relevance" or not wanted:
        order = "newest" if filters.sort == "relevance" else filters.sort
        found = article_list(store, replace(filters, sort=order))
        rows = tuple(_search_row(row, wanted, 0.0) for row in found.rows)
        return Listed(rows=rows, positions=found.positions)
    with store.reading() as connection:
        shown = _ranked(connection, filters, wanted)
        articles = _shown(connection, [one.article_id for one in shown])
    return Listed(
        rows=tuple(_search_row(articles[one.article_id], wanted, one.score) for one in shown),
        positions=tuple(one.position for one in shown),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ranked:
    """An article with its score among those compared, of which ``up_to`` is the highest number."""

    article_id: int
    score: float
    up_to: int

    @property
    def position(self) -> Position:
        return Position(rows="search", order="relevance", values=(self.up_to, self.score, self.article_id))

    @property
    def place(self) -> tuple[float, int]:
        return -self.score, -self.article_id


def _ranked(connection: Connection, filters: Filters, wanted: Sequence[Sought]) -> Sequence[_Ranked]:
    """The part of the matches that is asked for: the newest :data:`COMPARED` by relevance, then the next ones.

    A place names the newest article of those that were compared, so that what is collected meanwhile changes no score.
    """
    up_to, behind = _begin(filters.after)
    end = None if filters.limit is None else filters.offset + filters.limit
    found: list[_Ranked] = []
    while end is None or len(found) < end:
        numbers = _candidates(connection, filters, up_to)
        if numbers:
            top = numbers[0] if up_to is None else up_to
            best = sorted(_scored(connection, numbers, wanted, top), key=lambda one: one.place)
            found += best if behind is None else [one for one in best if one.place > behind]
        if len(numbers) < COMPARED:
            break
        up_to, behind = numbers[-1] - 1, None
    return found[filters.offset : end]


def _begin(after: Position | None) -> tuple[int | None, tuple[float, int] | None]:
    """The highest number of an article that is compared first, and the place there behind which the list goes on."""
    if after is None:
        return None, None
    paging.checked(after, "search", "relevance", _RELEVANCE)
    up_to, score, article_id = after.values
    assert isinstance(up_to, int)
    assert isinstance(score, float | int)
    assert isinstance(article_id, int)
    return up_to, (-score, -article_id)


def _scored(connection: Connection, numbers: Sequence[int], wanted: Sequence[Sought], up_to: int) -> list[_Ranked]:
    a, s = m.articles, m.search_texts
    candidates = select(s.c.title, s.c.body, a.c.shown_id, a.c.dated_at).join(a, a.c.article_id == s.c.article_id)
    hits = [
        Hit(article_id=row.shown_id, title=row.title, body=row.body, dated_at=row.dated_at)
        for row in connection.execute(candidates.where(a.c.article_id.in_(numbers)))
    ]
    # Nine digits: the engines give the hits in different orders, and the last bits of a sum depend on that.
    return [
        _Ranked(article_id=article_id, score=round(score, 9), up_to=up_to)
        for article_id, score in rank(hits, wanted).items()
    ]


def _shown(connection: Connection, article_ids: Sequence[int]) -> dict[int, ArticleRow]:
    found: dict[int, ArticleRow] = {}
    for some in portions(article_ids):
        rows = connection.execute(select(v_articles).where(v_articles.c.article_id.in_(some))).all()
        found.update((row.article_id, row) for row in rows_of(ArticleRow, rows))
    return found


def _candidates(connection: Connection, filters: Filters, up_to: int | None) -> list[int]:
    """The newest articles that match, by their numbers, the highest first."""
    found = word_hits(connection, filters.query)
    if found is not None:
        return newest_hits(connection, filters, found, up_to=up_to, limit=COMPARED)
    number = m.articles.c.article_id
    ids = article_ids(v_articles, filters, of_query(connection, filters)).with_only_columns(number)
    if up_to is not None:
        ids = ids.where(number <= up_to)
    return list(connection.scalars(ids.order_by(number.desc()).limit(COMPARED)))


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
        of_events = and_(e.c.article_id == a.c.shown_id, about_event(connection, e, filters))
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
        return event_terms.vendor_names(connection)
