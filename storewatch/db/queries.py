"""Questions that people ask: articles, events, one article in full, what was rejected and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Float,
    FromClause,
    Integer,
    MetaData,
    Select,
    Table,
    and_,
    func,
    select,
)

from storewatch.db import articles as stored_articles
from storewatch.db import event_terms, paging, searching
from storewatch.db import models as m
from storewatch.db.columns import Text, UtcTime
from storewatch.db.orders import ARTICLE_SORTS, event_sorts
from storewatch.db.paging import Listed, clauses, labelled
from storewatch.db.records import AnyRow, moment_of
from storewatch.db.rows import (
    ArticleDetail,
    ArticleRow,
    CopyRow,
    EventRow,
    Filters,
    LedgerRow,
    ReasonCount,
    RejectedRow,
    RevisionRow,
)
from storewatch.search.language import All, Field

if TYPE_CHECKING:
    from storewatch.db.store import Store

__all__ = [
    "ArticleDetail",
    "ArticleRow",
    "CopyRow",
    "EventRow",
    "Filters",
    "ReasonCount",
    "RejectedRow",
    "RevisionRow",
    "article",
    "articles",
    "copies_of",
    "events",
    "reasons",
    "rejected",
]

T = TypeVar("T")

EVERYTHING = Filters()
#: What a text that stands for its copies is to its group.
SHOWN = ("canonical", "update")

_TYPES: dict[str, Any] = {
    "article_id": BigInteger,
    "event_id": BigInteger,
    "revision_id": BigInteger,
    "story_id": BigInteger,
    "store_count": BigInteger,
    "copies": Integer,
    "ledger_id": BigInteger,
    "outlets": Integer,
    "articles": Integer,
    "progress_count": BigInteger,
    "progress_at": UtcTime,
    "first_said_at": UtcTime,
    "published_at": UtcTime,
    "first_seen_at": UtcTime,
    "published_offset_min": Integer,
    "evidence_start": Integer,
    "evidence_end": Integer,
    "score": Float,
    "share": Float,
}
_views = MetaData()
_label = m.labels.alias("label")


def _view(name: str, row: type[Any]) -> Table:
    return Table(name, _views, *(Column(f.name, _TYPES.get(f.name, Text)) for f in fields(row)))


v_articles = _view("v_articles", ArticleRow)
v_uncertain = _view("v_uncertain", ArticleRow)
v_events = _view("v_events", EventRow)
v_copies = _view("v_copies", CopyRow)
#: The columns of ``LedgerRow`` that the view has.
v_ledger = Table("v_ledger", _views, *(Column(f.name, _TYPES.get(f.name, Text)) for f in fields(LedgerRow)[:17]))


#: Orders of a list of events, by name.
EVENT_SORTS = event_sorts(v_events)


def rows_of(kind: type[T], found: Sequence[AnyRow]) -> tuple[T, ...]:
    names = [f.name for f in fields(kind)]  # type: ignore[arg-type]  # every kind here is a dataclass
    return tuple(kind(**{name: getattr(row, name) for name in names}) for row in found)


def articles(store: Store, filters: Filters = EVERYTHING) -> tuple[ArticleRow, ...]:
    """Accepted articles (or uncertain ones), the newest first."""
    return article_list(store, filters).rows


def article_list(store: Store, filters: Filters = EVERYTHING) -> Listed[ArticleRow]:
    """As :func:`articles`, each with its place in the list."""
    t, a = v_uncertain if filters.uncertain else v_articles, m.articles
    order = paging.order_of(ARTICLE_SORTS, filters.sort)
    with store.reading() as connection:
        # Ids first: sorting whole texts would move every one of them.
        ids = page_of(article_ids(t, filters, of_query(connection, filters)).order_by(*clauses(order)), filters)
        ids = ids.where(*paging.behind(filters.after, "articles", filters.sort, order))
        statement = select(t, *labelled(order)).join(a, shown_as(t)).where(t.c.article_id.in_(ids))
        found = connection.execute(statement.order_by(*clauses(order))).all()
    return Listed(rows=rows_of(ArticleRow, found), positions=paging.places("articles", filters.sort, order, found))


def copies_of(store: Store, article_ids: Sequence[int]) -> tuple[CopyRow, ...]:
    """The copies of these articles, article by article in the order given, each one's by address."""
    place = {article_id: number for number, article_id in enumerate(article_ids)}
    found: list[CopyRow] = []
    with store.reading() as connection:
        for start in range(0, len(article_ids), 500):
            wanted = select(v_copies).where(v_copies.c.article_id.in_(article_ids[start : start + 500]))
            found += rows_of(CopyRow, connection.execute(wanted).all())
    return tuple(sorted(found, key=lambda row: (place[row.article_id], row.url)))


def events(store: Store, filters: Filters = EVERYTHING) -> tuple[EventRow, ...]:
    """Events of accepted articles, those of the newest article first, each article's in the order of its text."""
    return event_list(store, filters).rows


def event_list(store: Store, filters: Filters = EVERYTHING) -> Listed[EventRow]:
    """As :func:`events`, each with its place in the list."""
    if filters.as_of is not None:
        from storewatch.db import past

        return past.event_list(store, filters)
    order = paging.order_of(EVENT_SORTS, filters.sort)
    with store.reading() as connection:
        columns = (*v_events.c, *labelled(order))
        if filters.limit is None or filters.sort not in ("newest", "oldest"):
            statement = asked_events(connection, filters, *columns)
        else:
            # The newest N events are among those of the newest N articles that have one; sorting the events of all
            # articles takes SQLite half a second when there are 200,000. The article in which a list goes on may have
            # none left, therefore one more.
            by_time = ARTICLE_SORTS[filters.sort]
            ids = article_ids(v_articles, filters, of_query(connection, filters, with_event=True))
            ids = ids.order_by(*clauses(by_time)).limit(filters.limit + filters.offset + 1)
            if filters.after is not None:
                ids = ids.where(paging.not_before(filters.after, by_time))
            statement = _with_article(*columns).where(v_events.c.article_id.in_(ids))
            statement = statement.where(about_event(connection, v_events, filters))
        statement = statement.where(*paging.behind(filters.after, "events", filters.sort, order))
        found = connection.execute(page_of(statement.order_by(*clauses(order)), filters)).all()
    return Listed(rows=rows_of(EventRow, found), positions=paging.places("events", filters.sort, order, found))


def asked_events(connection: Connection, filters: Filters, *columns: ColumnElement[Any]) -> Select[Any]:
    """All events that are asked for, without an order, with these columns of ``v_events`` and ``articles``."""
    of_texts = searching.condition(connection, event_terms.besides_event_parts(filters.query))
    return _with_article(*columns).where(*about(filters), of_texts, about_event(connection, v_events, filters))


def _with_article(*columns: ColumnElement[Any]) -> Select[Any]:
    return select(*columns).select_from(v_events.join(m.articles, shown_as(v_events)))


def shown_as(t: FromClause, articles: FromClause = m.articles) -> ColumnElement[bool]:
    """The row of ``articles`` whose text a row of the view ``t`` shows."""
    a = articles.c
    return and_(a.shown_id == t.c.article_id, a.kinship.in_(SHOWN))


def of_query(connection: Connection, filters: Filters, *, with_event: bool = False) -> ColumnElement[bool]:
    """What the query, and the filters about one event, ask of an article; ``with_event``: it must have one at all."""
    fields = event_fields(filters)
    conditions = [event_terms.an_event(connection, fields)] if fields or with_event else []
    return and_(searching.condition(connection, filters.query), *conditions)


def event_fields(filters: Filters) -> list[Field]:
    """What the filters outside of the query ask of one event."""
    named = {name: getattr(filters, name) for name in ("vendor", "country", "action")}
    return [Field(name=name, values=(value,)) for name, value in named.items() if value]


def article_ids(t: Table, filters: Filters, *wanted: ColumnElement[bool]) -> Select[Any]:
    """Ids of the articles that the view ``t`` shows.

    The view is not asked: joined with the table below it, it takes a look at three tables for each article.
    """
    found = select(m.articles.c.shown_id).select_from(with_labels(m.articles))
    return found.where(accepted(uncertain=t is v_uncertain), *about(filters), *wanted)


def with_labels(source: FromClause) -> FromClause:
    """``source`` has the table ``articles``; with what :func:`accepted` needs."""
    return source.outerjoin(_label, _label.c.article_id == m.articles.c.shown_id)


def accepted(uncertain: bool = False) -> ColumnElement[bool]:
    """Whether ``v_articles`` shows an article, or ``v_uncertain``: a person's label wins over the judge."""
    a = m.articles.c
    if uncertain:
        return and_(a.kinship.in_(SHOWN), a.verdict == "uncertain", _label.c.article_id.is_(None))
    return and_(a.kinship.in_(SHOWN), func.coalesce(_label.c.relevant, a.verdict == "relevant"))


def about(filters: Filters) -> list[ColumnElement[bool]]:
    """What the filters about articles ask of the table ``articles``."""
    a, s = m.articles.c, m.sources.c
    # Languages and outlets are stored in small letters.
    wanted = [a[name] == getattr(filters, name).lower() for name in ("lang", "outlet") if getattr(filters, name)]
    if filters.source:
        wanted.append(a.source_id.in_(select(s.source_id).where(func.lower(s.name) == filters.source.lower())))
    return [*wanted, *_dated(filters)]


def _dated(filters: Filters) -> list[ColumnElement[bool]]:
    dated = m.articles.c.dated_at
    since = [dated >= filters.since] if filters.since is not None else []
    return since + ([dated < filters.until] if filters.until is not None else [])


def page_of(statement: Select[Any], filters: Filters) -> Select[Any]:
    if filters.limit is not None:
        statement = statement.limit(filters.limit)
    if filters.offset:
        # SQLite takes OFFSET only after LIMIT; SQLAlchemy writes LIMIT -1 there.
        statement = statement.offset(filters.offset)
    return statement


def about_article(t: FromClause, filters: Filters) -> list[ColumnElement[bool]]:
    """Conditions on a view of articles and, for times, on the table joined to it."""
    wanted = []
    for name in ("lang", "source", "outlet"):
        value = getattr(filters, name)
        if value:
            wanted.append(func.lower(t.c[name]) == value.lower())
    return [*wanted, *_dated(filters)]


def about_event(connection: Connection, t: FromClause, filters: Filters) -> ColumnElement[bool]:
    """What the filters and the query ask of each single event of the view ``t``."""
    named = All(parts=tuple(event_fields(filters)))
    return and_(*(event_terms.event_condition(connection, one, t.c) for one in (named, filters.query)))


def article(store: Store, article_id: int) -> ArticleDetail | None:
    """One article in full, also an uncertain, rejected or merged one; None when there is none of this id."""
    with store.reading() as connection:
        article_id = stored_articles.shown(connection, article_id)
        row = connection.execute(_detail(article_id)).one_or_none()
        if row is None:
            return None
        happened = connection.execute(_events_of(row)).all()
        copied = select(v_copies).where(v_copies.c.article_id == article_id)
        copies = connection.execute(copied.order_by(v_copies.c.url)).all()
        revisions = connection.execute(_revisions_of(row.leader_id)).all()
    return ArticleDetail(
        article=rows_of(ArticleRow, [row])[0],
        verdict=row.verdict,
        reason=row.reason,
        label=row.label,
        authors=tuple(row.authors or ()),
        modified=moment_of(row.modified_at, row.modified_offset_min, row.modified_precision),
        site_name=row.site_name,
        section=row.section,
        tags=tuple(row.tags or ()),
        image=row.image,
        paywalled=row.paywalled,
        access=row.access,
        access_evidence=tuple(row.access_evidence or ()),
        flags=tuple(row.flags or ()),
        vendors=tuple(row.vendors or ()),
        signals=tuple(row.signals or ()),
        evidence=tuple(row.evidence or ()),
        removed=tuple(row.removed or ()),
        events=rows_of(EventRow, happened),
        more_evidence={event.event_id: tuple(event.more_evidence or ()) for event in happened},
        spans={event.event_id: dict(event.spans or {}) for event in happened},
        copies=rows_of(CopyRow, copies),
        revisions=rows_of(RevisionRow, revisions),
        gone_at=row.gone_at,
        checked_at=row.checked_at,
        trivial_edits=row.trivial_edits,
    )


def _detail(article_id: int) -> Select[Any]:
    a, r, s, lb, p = m.articles, m.revisions, m.sources, m.labels, m.pages
    own = [column for column in a.c if column.name not in ("article_id", "first_seen_at")]
    k = m.articles.alias()
    copies = (
        select(func.count())
        .select_from(m.article_copies.join(k, k.c.article_id == m.article_copies.c.article_id))
        .where(k.c.leader_id == a.c.article_id)
        .scalar_subquery()
    )
    near = select(func.count() - 1).where(k.c.leader_id == a.c.article_id).scalar_subquery()
    first = select(func.min(k.c.first_seen_at)).where(k.c.leader_id == a.c.article_id).scalar_subquery()
    return (
        select(
            *own,
            a.c.shown_id.label("article_id"),
            first.label("first_seen_at"),
            r.c.revision_id,
            r.c.text,
            r.c.signals,
            r.c.evidence,
            r.c.removed,
        )
        .add_columns(s.c.name.label("source"), lb.c.relevant.label("label"))
        .add_columns((copies + near).label("copies"), p.c.gone_at, p.c.checked_at)
        .join(r, and_(r.c.article_id == a.c.article_id, r.c.number == a.c.revision))
        .outerjoin(s, s.c.source_id == a.c.source_id)
        .outerjoin(lb, lb.c.article_id == a.c.shown_id)
        .outerjoin(p, p.c.page_id == a.c.page_id)
        .where(a.c.shown_id == article_id, a.c.kinship.in_(SHOWN))
    )


def _events_of(row: AnyRow) -> Select[Any]:
    e, a = m.events, m.articles
    return (
        select(*(column for column in e.c if column.name != "article_id"), a.c.shown_id.label("article_id"))
        .add_columns(a.c.url, a.c.outlet, a.c.published_at)
        .join(a, a.c.article_id == e.c.article_id)
        .where(e.c.revision_id == row.revision_id)
        .order_by(e.c.position)
    )


def _revisions_of(article_id: int) -> Select[Any]:
    e, r = m.events, m.revisions
    count = select(func.count()).where(e.c.revision_id == r.c.revision_id).scalar_subquery()
    return select(r, count.label("events")).where(r.c.article_id == article_id).order_by(r.c.number)


def rejected(
    store: Store, *, reason: str | None = None, failed_too: bool = True, limit: int | None = 50, offset: int = 0
) -> tuple[RejectedRow, ...]:
    """Pages that became no article, the latest first; ``reason`` asks for one code only."""
    p, s, b = m.pages, m.sources, m.page_bodies
    title = func.coalesce(func.nullif(b.c.title, ""), p.c.entry_title, "")
    when = func.coalesce(p.c.fetched_at, p.c.first_seen_at)
    statement = (
        select(p, s.c.name.label("source"), title.label("title"))
        .outerjoin(s, s.c.source_id == p.c.source_id)
        .outerjoin(b, b.c.page_id == p.c.page_id)
        .where(_ended(failed_too))
        .order_by(when.desc(), p.c.page_id.desc())
    )
    if reason is not None:
        statement = statement.where(p.c.reason == reason)
    with store.reading() as connection:
        found = connection.execute(page_of(statement, Filters(limit=limit, offset=offset))).all()
    return rows_of(RejectedRow, found)


def reasons(store: Store, *, failed_too: bool = True) -> tuple[ReasonCount, ...]:
    """How many pages became no article, by reason, the most frequent first."""
    p = m.pages.c
    pages = func.count().label("pages")
    statement = (
        select(p.state, func.coalesce(p.reason, "").label("reason"), pages)
        .where(_ended(failed_too))
        .group_by(p.state, p.reason)
        .order_by(pages.desc(), p.reason)
    )
    with store.reading() as connection:
        return rows_of(ReasonCount, connection.execute(statement).all())


def _ended(failed_too: bool) -> ColumnElement[bool]:
    return m.pages.c.state.in_(("rejected", "failed") if failed_too else ("rejected",))
