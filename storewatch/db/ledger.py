"""The ledger for people: claims as they stand today, or as they stood at a moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from storewatch.db import event_terms, paging, sayings
from storewatch.db import models as m
from storewatch.db.columns import codepoints
from storewatch.db.paging import Listed, Order, clauses, down, labelled, up
from storewatch.db.queries import (
    EVERYTHING,
    article_ids,
    of_query,
    page_of,
    rows_of,
    shown_as,
    v_articles,
    v_events,
    v_ledger,
)
from storewatch.db.records import AnyRow, at_the_latest
from storewatch.db.rows import EventRow, Filters, LedgerRow
from storewatch.db.sayings import portions
from storewatch.errors import InputError
from storewatch.ledger import Figures, claims, standing, status
from storewatch.types import Claim, ClaimTurn, ClaimValue, Progress

if TYPE_CHECKING:
    from storewatch.db.store import Store

_v, _l = v_ledger.c, m.ledger.c
_NEWEST = down(_v.first_said_at, _v.ledger_id)
#: Orders of a list of claims, by name; what has no value comes last, what is equal in the order of the newest.
LEDGER_SORTS: dict[str, Order] = {
    "newest": _NEWEST,
    "oldest": up(_v.first_said_at, _v.ledger_id),
    "count": (*down(func.coalesce(_v.store_count, -1)), *_NEWEST),
    "outlets": (*down(_v.outlets), *_NEWEST),
    "vendor": (*up(codepoints(_v.vendor)), *_NEWEST),
    "country": (*up(codepoints(func.coalesce(_v.country, "~"))), *_NEWEST),
    "horizon": (*up(codepoints(func.coalesce(_v.horizon, "~"))), *_NEWEST),
}
_NARROWED = ("vendor", "country", "action", "status")
_IN_VIEW = frozenset(column.name for column in _v)
_SUBJECT = ("vendor", "family", "country", "region", "city")
_JSON = ("langs", "counts", "horizons", "timeline")


def ledger(store: Store, filters: Filters = EVERYTHING) -> tuple[LedgerRow, ...]:
    """Claims, the latest first said first."""
    return tuple(stream(store, filters))


def ledger_list(store: Store, filters: Filters = EVERYTHING) -> Listed[LedgerRow]:
    """As :func:`ledger`, each with its place in the list; claims ``as_of`` a moment have none."""
    if filters.as_of is not None:
        return Listed(rows=ledger(store, filters), positions=())
    order = paging.order_of(LEDGER_SORTS, filters.sort)
    with store.reading() as connection:
        found = connection.execute(_wanted(connection, filters, order, *labelled(order))).all()
        rows = tuple(_rows(connection, [row.ledger_id for row in found]))
    return Listed(rows=rows, positions=paging.places("ledger", filters.sort, order, found))


def stream(store: Store, filters: Filters = EVERYTHING) -> Iterator[LedgerRow]:
    """As :func:`ledger`, a portion at a time; claims ``as_of`` a moment are computed all at once."""
    order = paging.order_of(LEDGER_SORTS, filters.sort)
    with store.reading() as connection:
        if filters.as_of is not None:
            if filters.after is not None:
                raise InputError("after", "does not go with as_of", hint="use offset: what was known then stays")
            yield from _as_of(connection, filters, filters.as_of)
            return
        yield from _rows(connection, connection.scalars(_wanted(connection, filters, order)).all())


def _wanted(connection: Connection, filters: Filters, order: Order, *more: ColumnElement[Any]) -> Select[Any]:
    wanted = select(_v.ledger_id, *more).where(*_about(connection, filters))
    wanted = wanted.where(*paging.behind(filters.after, "ledger", filters.sort, order))
    return page_of(wanted.order_by(*clauses(order)), filters)


def _rows(connection: Connection, numbers: Sequence[int]) -> Iterator[LedgerRow]:
    for some in portions(numbers):
        found = {row.ledger_id: row for row in connection.execute(_whole().where(_v.ledger_id.in_(some)))}
        yield from (_row(found[number]) for number in some)


def claim(store: Store, ledger_id: int) -> tuple[LedgerRow, tuple[EventRow, ...], tuple[LedgerRow, ...]] | None:
    """One claim, its tellings in the order of time, and the claims that contradict it: other numbers or times that
    tellings of the same stories give for the same vendor, action and area, though no article says both. None when
    there is none of this number."""
    e, a, le = v_events, m.articles, m.ledger_events.c
    with store.reading() as connection:
        row = connection.execute(_whole().where(_v.ledger_id == ledger_id)).one_or_none()
        if row is None:
            return None
        told = select(e).join(a, shown_as(e)).join(m.ledger_events, le.event_id == e.c.event_id)
        told = told.add_columns(a.c.dated_at, a.c.published_offset_min, a.c.published_precision)
        told = told.where(le.ledger_id == ledger_id).order_by(a.c.url, e.c.event_id)
        events = rows_of(EventRow, sorted(connection.execute(told), key=at_the_latest))
        others = connection.execute(
            _whole().where(_v.ledger_id.in_(_contradictions(ledger_id))).order_by(*clauses(_NEWEST))
        )
        return _row(row), events, tuple(_row(other) for other in others)


def _contradictions(ledger_id: int) -> Select[Any]:
    le, e, a = m.ledger_events, m.events, m.articles
    own = select(e.c.article_id, a.c.story_id).join(le, le.c.event_id == e.c.event_id)
    own = own.join(a, a.c.article_id == e.c.article_id).where(le.c.ledger_id == ledger_id)
    articles, stories = (select(own.subquery().c[name]) for name in ("article_id", "story_id"))
    told_too = select(le.c.ledger_id).join(e, e.c.event_id == le.c.event_id).where(e.c.article_id.in_(articles))
    mine, other = m.ledger.alias("mine"), m.ledger.alias("other")
    same = [func.coalesce(mine.c[name], "") == func.coalesce(other.c[name], "") for name in _SUBJECT]
    return (
        select(other.c.ledger_id)
        .join(mine, and_(*same))
        .join(le, le.c.ledger_id == other.c.ledger_id)
        .join(e, e.c.event_id == le.c.event_id)
        .join(a, a.c.article_id == e.c.article_id)
        .where(mine.c.ledger_id == ledger_id, a.c.story_id.in_(stories), other.c.ledger_id.not_in(told_too))
    )


def _whole() -> Select[Any]:
    more = [_l[field.name] for field in fields(LedgerRow) if field.name not in _IN_VIEW]
    return select(*_v, *more).join(m.ledger, _l.ledger_id == _v.ledger_id)


def _about(connection: Connection, filters: Filters) -> list[Any]:
    # Vendors as the ledger writes them, codes in their own letters: only so do the indexes find them.
    named: dict[str, Callable[[str], str]]
    named = {"country": str.upper, "action": str.lower, "status": str.lower, "vendor": partial(_as_written, connection)}
    wanted = [_v[name] == write(getattr(filters, name)) for name, write in named.items() if getattr(filters, name)]
    if filters.since is not None:
        wanted.append(_v.first_said_at >= filters.since)
    if filters.until is not None:
        wanted.append(_v.first_said_at < filters.until)
    if _asks_of_articles(filters):
        le = m.ledger_events.c
        told = select(le.ledger_id).where(le.event_id.in_(_events(connection, filters)))
        wanted.append(_v.ledger_id.in_(told))
    return wanted


def _as_written(connection: Connection, vendor: str) -> str:
    """The vendor's name as events and claims have it, whatever the case of its letters."""
    known = {name.lower(): name for name in event_terms.vendor_names(connection)}
    return known.get(vendor.lower(), vendor)


def _asks_of_articles(filters: Filters) -> bool:
    return bool(filters.lang or filters.source or filters.outlet or filters.query != EVERYTHING.query)


def _events(connection: Connection, filters: Filters) -> Select[Any]:
    """The events of the articles that fit what is asked of language, source, outlet and words."""
    e, a = m.events, m.articles
    plain = replace(EVERYTHING, lang=filters.lang, source=filters.source, outlet=filters.outlet, query=filters.query)
    fitting = article_ids(v_articles, plain, of_query(connection, plain))
    asked = event_terms.event_condition(connection, filters.query, e.c)
    told = select(e.c.event_id).join(a, a.c.article_id == e.c.article_id)
    return told.where(a.c.shown_id.in_(fitting), asked)


def _row(row: AnyRow) -> LedgerRow:
    values = {field.name: getattr(row, field.name) for field in fields(LedgerRow) if field.name not in _JSON}
    return LedgerRow(
        **values,
        langs=tuple(row.langs or ()),
        counts=tuple(_value(one) for one in row.counts or ()),
        horizons=tuple(_value(one) for one in row.horizons or ()),
        timeline=tuple(ClaimTurn(**{**one, "at": datetime.fromisoformat(one["at"])}) for one in row.timeline or ()),
    )


def _value(one: Mapping[str, Any]) -> ClaimValue:
    return ClaimValue(**{**one, "first_at": datetime.fromisoformat(one["first_at"])})


# --- what was known -------------------------------------------------------------------------------------------------


def _as_of(connection: Connection, filters: Filters, moment: datetime) -> list[LedgerRow]:
    """The claims of what was known before ``moment``, computed anew; they have the numbers of today's."""
    spoken = sayings.spoken(moment)
    for name in ("vendor", "country"):
        if value := getattr(filters, name):
            spoken = spoken.where(func.lower(m.events.c[name]) == value.lower())
    told = sayings.copied(connection, (sayings.said_of(row) for row in connection.execute(spoken)), moment)
    found = claims(told)
    numbers = _numbers(connection, [event for claim in found for event in claim.events])
    rows = [_past_row(claim, seen, numbers, moment) for claim, seen in _measured(found)]
    if _asks_of_articles(filters):
        allowed = set(connection.scalars(_events(connection, filters)))
        rows = [row for row, claim in zip(rows, found, strict=True) if allowed.intersection(claim.events)]
    rows = [row for row in rows if _fits(row, filters)]
    end = None if filters.limit is None else filters.offset + filters.limit
    return _sorted(rows, filters.sort)[filters.offset : end]


def _measured(found: Sequence[Claim]) -> Iterator[tuple[Claim, Progress | None]]:
    """The claims with the progress of those that are plans, each measured by its vendor's in the same area."""
    areas: dict[tuple[str | None, ...], list[Claim]] = defaultdict(list)
    for claim in found:
        areas[_area(claim)].append(claim)
    figures = {area: Figures(standing(claim) for claim in some) for area, some in areas.items()}
    for claim in found:
        yield claim, figures[_area(claim)].progress(standing(claim)) if claim.action == "plan" else None


def _area(claim: Claim) -> tuple[str | None, ...]:
    return claim.vendor, claim.country, None if claim.country else claim.region


def _numbers(connection: Connection, events: Sequence[int]) -> dict[int, int]:
    le = m.ledger_events.c
    found: dict[int, int] = {}
    for some in portions(events):
        links = connection.execute(select(le.event_id, le.ledger_id).where(le.event_id.in_(some)))
        found.update((row.event_id, row.ledger_id) for row in links)
    return found


def _past_row(claim: Claim, seen: Progress | None, numbers: Mapping[int, int], moment: datetime) -> LedgerRow:
    known = {numbers[event] for event in claim.events if event in numbers}
    day = (moment - timedelta(microseconds=1)).date()
    stands = status(standing(claim), seen, day)
    same = {field.name: getattr(claim, field.name) for field in fields(LedgerRow) if hasattr(claim, field.name)}
    seen = seen or Progress()
    return LedgerRow(
        **same,
        ledger_id=min(known, default=None),
        progress_count=seen.count,
        progress_at=seen.at,
        progress_basis=seen.basis,
        baseline_count=seen.baseline,
        baseline_at=seen.baseline_at,
        status=stands,
    )


def _fits(row: LedgerRow, filters: Filters) -> bool:
    for name in _NARROWED:
        value = getattr(filters, name)
        if value and (getattr(row, name) or "").lower() != value.lower():
            return False
    return (filters.since is None or row.first_said_at >= filters.since) and (
        filters.until is None or row.first_said_at < filters.until
    )


def _sorted(rows: list[LedgerRow], sort: str) -> list[LedgerRow]:
    """In the orders of :data:`LEDGER_SORTS`."""
    rows = sorted(rows, key=lambda row: (row.first_said_at, row.ledger_id or 0), reverse=sort != "oldest")
    match sort:
        case "count":
            rows.sort(key=lambda row: -1 if row.store_count is None else row.store_count, reverse=True)
        case "outlets":
            rows.sort(key=lambda row: row.outlets, reverse=True)
        case "vendor" | "country" | "horizon":
            rows.sort(key=lambda row: getattr(row, sort) or "~")
    return rows
