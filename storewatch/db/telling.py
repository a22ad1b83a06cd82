"""Stories for people: who told an event first, and who told it after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select

from storewatch.db import models as m
from storewatch.db.queries import EVERYTHING, article_ids, of_query, page_of, shown_as, v_articles, v_events
from storewatch.db.records import AnyRow
from storewatch.db.rows import Filters, StoryRow, TellingRow

if TYPE_CHECKING:
    from storewatch.db.store import Store

_PORTION = 500


def stories(store: Store, filters: Filters = EVERYTHING) -> tuple[StoryRow, ...]:
    """The stories of the articles that ``filters`` ask for, each with all its articles; the latest told first."""
    with store.reading() as connection:
        found = _tellings(connection, _story_ids(connection, filters))
    rows = (_story(tellings) for tellings in found)
    return tuple(sorted(rows, key=lambda row: (row.last_at, row.story_id), reverse=True))


def story(store: Store, story_id: int) -> tuple[StoryRow, tuple[TellingRow, ...]] | None:
    """One story with its articles, the earliest first; None when there is none of this number.

    A number that a story had before it was joined with another one still leads to it.
    """
    a = m.articles.c
    with store.reading() as connection:
        joined = connection.scalar(select(a.story_id).where(a.article_id == story_id))
        found = _tellings(connection, [story_id if joined is None else joined])
    return (_story(found[0]), found[0]) if found else None


def _story_ids(connection: Connection, filters: Filters) -> list[int]:
    """The part of them that is asked for, the latest told first."""
    a = m.articles.c
    # A story may be told by many articles: which ones are wanted is known only when all of them are together.
    ids = article_ids(v_articles, replace(filters, limit=None, offset=0), of_query(connection, filters))
    wanted = select(a.story_id).where(a.shown_id.in_(ids), a.story_id.is_not(None))
    last = func.max(a.dated_at)
    told = (
        select(v_articles.c.story_id)
        .select_from(m.articles.join(v_articles, shown_as(v_articles)))
        .where(v_articles.c.story_id.in_(wanted))
        .group_by(v_articles.c.story_id)
        .order_by(last.desc(), v_articles.c.story_id.desc())
    )
    return list(connection.scalars(page_of(told, filters)))


def _tellings(connection: Connection, story_ids: Sequence[int]) -> list[tuple[TellingRow, ...]]:
    """The shown articles of each story, the earliest first."""
    a, t = m.articles.c, v_articles.c
    found: dict[int, list[AnyRow]] = defaultdict(list)
    for start in range(0, len(story_ids), _PORTION):
        wanted = (
            select(t.article_id, t.story_id, t.title, t.url, t.outlet, t.lang, t.source, t.copies, a.dated_at)
            .select_from(m.articles.join(v_articles, shown_as(v_articles)))
            .where(t.story_id.in_(story_ids[start : start + _PORTION]))
        )
        for row in connection.execute(wanted):
            found[row.story_id].append(row)
    said = _said(connection, [row.article_id for rows in found.values() for row in rows])
    return [tuple(_telling(row, said[row.article_id]) for row in sorted(rows, key=_by_time)) for rows in found.values()]


def _by_time(row: AnyRow) -> tuple[datetime, int]:
    return row.dated_at, row.article_id


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
        last_at=tellings[-1].told_at,
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
