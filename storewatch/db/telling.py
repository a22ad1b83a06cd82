"""Stories for people: who told an event first, and who told it after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Select, select, tuple_

from storewatch.db import articles, event_terms, paging
from storewatch.db import models as m
from storewatch.db.orders import ARTICLE_SORTS
from storewatch.db.paging import Listed, Order, clauses, down, labelled
from storewatch.db.queries import (
    EVERYTHING,
    article_ids,
    event_fields,
    of_query,
    page_of,
    shown_as,
    v_articles,
    v_events,
)
from storewatch.db.records import AnyRow, at_the_latest
from storewatch.db.rows import Filters, StoryRow, TellingRow

if TYPE_CHECKING:
    from storewatch.db.store import Store

_PORTION = 500
_a = m.articles.alias("latest")
#: The one order of a list of stories, by the latest article of each.
STORY_SORTS: dict[str, Order] = {"newest": down(_a.c.dated_at, _a.c.story_id)}


def stories(store: Store, filters: Filters = EVERYTHING) -> tuple[StoryRow, ...]:
    """The stories of the articles that ``filters`` ask for, each with all its articles; the latest told first."""
    return story_list(store, filters).rows


def story_list(store: Store, filters: Filters = EVERYTHING) -> Listed[StoryRow]:
    """As :func:`stories`, each with its place in the list."""
    order = paging.order_of(STORY_SORTS, filters.sort)
    with store.reading() as connection:
        places = connection.execute(_latest(connection, filters, order)).all()
        found = {tellings[0].story_id: tellings for tellings in _tellings(connection, [row.key_1 for row in places])}
    return Listed(
        rows=tuple(_story(found[row.key_1]) for row in places),
        positions=paging.places("stories", filters.sort, order, places),
    )


def story(store: Store, story_id: int) -> tuple[StoryRow, tuple[TellingRow, ...]] | None:
    """One story with its articles, the earliest first; None when there is none of this number.

    A number that a story had before it was joined with another one still leads to it.
    """
    a = m.articles.c
    with store.reading() as connection:
        joined = connection.scalar(select(a.story_id).where(a.article_id == articles.resolve(connection, story_id)))
        found = _tellings(connection, [story_id if joined is None else joined])
    return (_story(found[0]), found[0]) if found else None


def _latest(connection: Connection, filters: Filters, order: Order) -> Select[Any]:
    """When each story that is asked for was told last, and its number, the latest told first.

    A story stands where its latest article stands in the list of all articles, so that a first page is found without
    a look at the stories behind it.
    """
    of_latest, of_later = v_articles.alias("of_latest"), v_articles.alias("of_later")
    later = m.articles.alias("later")
    told_later = (
        select(later.c.article_id)
        .join(of_later, shown_as(of_later, later))
        .where(later.c.story_id == _a.c.story_id)
        .where(tuple_(later.c.dated_at, later.c.shown_id) > tuple_(_a.c.dated_at, _a.c.shown_id))
    )
    found = select(*labelled(order)).join(of_latest, shown_as(of_latest, _a))
    found = found.where(*_asked(connection, filters), ~told_later.correlate(_a).exists())
    found = found.where(*paging.behind(filters.after, "stories", filters.sort, order))
    return page_of(found.order_by(*clauses(order)), filters)


def _asked(connection: Connection, filters: Filters) -> list[ColumnElement[bool]]:
    """Whether one of a story's articles is asked for: looked up where these are few, else asked story by story."""
    a = m.articles.c
    plain = replace(filters, sort="newest", limit=None, offset=0, after=None)
    if plain == EVERYTHING:
        return [_a.c.story_id.is_not(None)]
    fitting = article_ids(v_articles, plain, of_query(connection, plain)).with_only_columns(a.story_id)
    fitting = fitting.where(a.story_id.is_not(None))
    each = fitting.where(a.story_id == _a.c.story_id).correlate(_a).exists()
    of_event = event_fields(filters) or event_terms.event_parts(filters.query)
    if of_event and not event_terms.are_few(connection, of_event):
        return [each]
    # Looking up what has to be looked for in order reads no more than asking would.
    most = event_terms.FEW if of_event or filters.limit is None else 4 * (filters.limit + filters.offset)
    few = connection.scalars(fitting.order_by(*clauses(ARTICLE_SORTS["newest"])).limit(most + 1)).all()
    return [_a.c.story_id.in_(sorted(set(few)))] if len(few) <= most else [each]


def _tellings(connection: Connection, story_ids: Sequence[int]) -> list[tuple[TellingRow, ...]]:
    """The shown articles of each story, the earliest first."""
    a, t = m.articles.c, v_articles.c
    found: dict[int, list[AnyRow]] = defaultdict(list)
    for start in range(0, len(story_ids), _PORTION):
        wanted = (
            select(t.article_id, t.story_id, t.title, t.url, t.outlet, t.lang, t.source, t.copies, a.dated_at)
            .add_columns(a.published_at, a.published_offset_min, a.published_precision)
            .select_from(m.articles.join(v_articles, shown_as(v_articles)))
            .where(t.story_id.in_(story_ids[start : start + _PORTION]))
        )
        for row in connection.execute(wanted):
            found[row.story_id].append(row)
    said = _said(connection, [row.article_id for rows in found.values() for row in rows])
    return [tuple(_telling(row, said[row.article_id]) for row in sorted(rows, key=_by_time)) for rows in found.values()]


def _by_time(row: AnyRow) -> tuple[datetime, int]:
    return at_the_latest(row), row.article_id


def _said(connection: Connection, ids: Sequence[int]) -> dict[int, list[AnyRow]]:
    e = v_events.c
    found: dict[int, list[AnyRow]] = defaultdict(list)
    for start in range(0, len(ids), _PORTION):
        wanted = select(e.article_id, e.vendor, e.country, e.source_outlet).order_by(e.event_id)
        for row in connection.execute(wanted.where(e.article_id.in_(ids[start : start + _PORTION]))):
            found[row.article_id].append(row)
    return found


def _telling(row: AnyRow, events: Sequence[AnyRow]) -> TellingRow:
    return TellingRow(
        article_id=row.article_id,
        story_id=row.story_id,
        told_at=row.dated_at,
        title=row.title,
        url=row.url,
        outlet=row.outlet,
        lang=row.lang,
        copies=row.copies,
        vendors=_each(event.vendor for event in events),
        countries=_each(event.country for event in events),
        source_outlets=_each(event.source_outlet for event in events),
    )


def _story(tellings: Sequence[TellingRow]) -> StoryRow:
    first = tellings[0]
    return StoryRow(
        story_id=first.story_id,
        title=first.title,
        first_at=first.told_at,
        last_at=max(telling.told_at for telling in tellings),
        first_outlet=first.outlet,
        first_url=first.url,
        attributed_to=_each(name for telling in tellings for name in telling.source_outlets),
        articles=len(tellings),
        outlets=len({telling.outlet for telling in tellings}),
        langs=_each(telling.lang for telling in tellings),
        vendors=_each(name for telling in tellings for name in telling.vendors),
        countries=_each(code for telling in tellings for code in telling.countries),
    )


def _each(values: Iterable[str | None]) -> tuple[str, ...]:
    """Each value once, in the order in which it first came; nothing for None."""
    return tuple(dict.fromkeys(value for value in values if value))
