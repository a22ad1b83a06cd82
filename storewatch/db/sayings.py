"""Events as the ledger reads them: those of shown, accepted texts, with who copied them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache, lru_cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
    union,
)

from storewatch.db import models as m
from storewatch.db.records import AnyRow, at_the_latest
from storewatch.ledger import FAMILIES, Subject, cell_key, subject_of
from storewatch.types import Said

#: What shown texts are to their group; the others are copies.
SPOKEN = ("canonical", "update")
#: Values in one condition; SQLite takes 32,766.
PORTION = 500

T = TypeVar("T")

_a, _e, _r, _l = m.articles, m.events, m.revisions, m.labels
_SAID = ("vendor", "action", "certainty", "store_type", "store_count", "city", "country", "region", "horizon")
_NAMES = ("partner", "speaker", "source_outlet")


def portions(values: Iterable[T], size: int = PORTION) -> Iterator[list[T]]:
    """``values`` in lists of at most ``size``."""
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some


def spoken(as_of: datetime | None = None) -> Select[Any]:
    """The events of ``v_events``, as :class:`Said` wants them; with ``as_of`` those that were known before it."""
    columns = [_e.c.event_id, _e.c.position, *(_e.c[name] for name in (*_SAID, *_NAMES))]
    columns += [_a.c[name] for name in ("article_id", "dated_at", "url", "outlet", "lang", "story_id")]
    columns += [_a.c[name] for name in ("published_at", "published_offset_min", "published_precision")]
    return in_force(select(*columns), as_of)


def in_force(columns: Select[Any], as_of: datetime | None = None) -> Select[Any]:
    """``columns`` of the events of shown, accepted texts: of the present ones or those in force at ``as_of``.

    An article counts from its publication (without a date: its first sight), a later text of it from when it was seen.
    """
    number: ColumnElement[int] = _a.c.revision
    verdict: ColumnElement[str] = _a.c.verdict
    if as_of is not None:
        other = m.revisions.alias("other")
        of_article = other.c.article_id == _a.c.article_id
        seen = select(func.max(other.c.number)).where(of_article, other.c.seen_at < as_of)
        first = select(func.min(other.c.number)).where(of_article)
        number = func.coalesce(seen.correlate(_a).scalar_subquery(), first.correlate(_a).scalar_subquery())
        verdict = _r.c.verdict
        columns = columns.where(_a.c.dated_at < as_of)
    return (
        columns.select_from(_e)
        .join(_r, _r.c.revision_id == _e.c.revision_id)
        .join(_a, and_(_a.c.article_id == _r.c.article_id, number == _r.c.number))
        .outerjoin(_l, _l.c.article_id == _a.c.shown_id)
        .where(_a.c.kinship.in_(SPOKEN), func.coalesce(_l.c.relevant, verdict == "relevant"))
    )


def said_of(row: AnyRow) -> Said:
    values = {name: getattr(row, name) for name in (*_SAID, *_NAMES)}
    return Said(
        event_id=row.event_id,
        article_id=row.article_id,
        position=row.position,
        said_at=row.dated_at,
        said_by=at_the_latest(row),
        url=row.url,
        outlet=row.outlet,
        lang=row.lang,
        story=row.story_id,
        **values,
    )


def of_articles(connection: Connection, article_ids: Iterable[int]) -> dict[int, Said]:
    """What the shown texts of these rows of ``articles`` say, by event."""
    return _in_portions(connection, _of_articles(), article_ids)


def of_events(connection: Connection, event_ids: Iterable[int]) -> dict[int, Said]:
    return _in_portions(connection, _of_events(), event_ids)


def _in_portions(connection: Connection, wanted: Select[Any], ids: Iterable[int]) -> dict[int, Said]:
    found: dict[int, Said] = {}
    for some in portions(sorted(set(ids))):
        for row in connection.execute(wanted, {"ids": some}):
            found[row.event_id] = said_of(row)
    return found


# Made once: to build a statement takes longer than to run it.
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)


@cache
def _of_articles() -> Select[Any]:
    return _present().where(_a.c.article_id.in_(_IDS))


@cache
def _of_events() -> Select[Any]:
    return _present().where(_e.c.event_id.in_(_IDS))


@cache
def _present() -> Select[Any]:
    return spoken()


def complete(connection: Connection, seeds: dict[int, Said]) -> dict[int, Said]:
    """``seeds`` with every event that could share a claim with one of them: the same subject, and the same place and
    number or the same story, over and over."""
    found = dict(seeds)
    done: dict[Subject, tuple[set[Any], set[int]]] = defaultdict(lambda: (set(), set()))
    while True:
        open_cells: dict[Subject, set[Any]] = defaultdict(set)
        open_stories: dict[Subject, set[int]] = defaultdict(set)
        for said in found.values():
            subject = subject_of(said)
            cells, stories = done[subject]
            if (cell := cell_key(said)) not in cells:
                open_cells[subject].add(cell)
            if said.story is not None and said.story not in stories:
                open_stories[subject].add(said.story)
        if not open_cells and not open_stories:
            return found
        for subject in {*open_cells, *open_stories}:
            cells, stories = open_cells[subject], open_stories[subject]
            done[subject][0].update(cells)
            done[subject][1].update(stories)
            for row in _alike(connection, subject, cells, stories):
                found[row.event_id] = said_of(row)


def _alike(
    connection: Connection, subject: Subject, cells: Collection[tuple[str, int | None]], stories: Collection[int]
) -> list[AnyRow]:
    """The events of a subject that lie in one of ``cells`` or ``stories``."""
    about: list[ColumnElement[bool]] = [
        _e.c.vendor == subject.vendor,
        _e.c.action.in_(FAMILIES[subject.family]),
        _e.c.country == subject.country if subject.country else _e.c.country.is_(None),
    ]
    if not subject.country:
        about.append(_e.c.region == subject.region if subject.region else _e.c.region.is_(None))
    rows: list[AnyRow] = []
    for some in portions(sorted(cells, key=repr), 50):
        rows += connection.execute(_present().where(*about, or_(*(_in_cell(subject, *cell) for cell in some))))
    for story_ids in portions(sorted(stories), PORTION):
        rows += connection.execute(_present().where(_a.c.story_id.in_(story_ids), *about))
    return rows


def _in_cell(subject: Subject, spot: str, number: int | None) -> ColumnElement[bool]:
    """At least the events of a cell (storewatch.ledger.cell_key)."""
    if spot:
        return or_(_e.c.city == spot, and_(_e.c.city.is_(None), _e.c.region == spot)) if subject.country else (
            _e.c.city == spot
        )  # fmt: skip
    nowhere: list[ColumnElement[bool]] = [_e.c.city.is_(None)]
    if subject.country:
        nowhere.append(_e.c.region.is_(None))
    if number is None:
        nowhere.append(_e.c.store_count.is_(None))
    elif number:
        nowhere.append(_e.c.store_count == number)
    return and_(*nowhere)


def copied(connection: Connection, sayings: Iterable[Said], as_of: datetime | None = None) -> list[Said]:
    """The sayings with the outlets that copy their texts, or did so before ``as_of``."""
    told = list(sayings)
    outlets: dict[int, set[str]] = defaultdict(set)
    for some in portions(sorted({said.article_id for said in told})):
        for row in connection.execute(_copies(as_of), {"ids": some}):
            outlets[row.article_id].add(row.outlet)
    return [replace(said, copied_by=frozenset(outlets[said.article_id])) for said in told]


@lru_cache(maxsize=8)
def _copies(as_of: datetime | None) -> CompoundSelect[Any]:
    k, c = m.articles.alias("k"), m.article_copies
    near = select(k.c.leader_id.label("article_id"), k.c.outlet).where(k.c.article_id != k.c.leader_id)
    exact = select(k.c.leader_id, c.c.outlet).join(c, c.c.article_id == k.c.article_id)
    if as_of is not None:
        near = near.where(k.c.dated_at < as_of)
        exact = exact.where(func.coalesce(c.c.published_at, c.c.first_seen_at) < as_of)
    return union(near.where(k.c.leader_id.in_(_IDS)), exact.where(k.c.leader_id.in_(_IDS)))


def carriers(connection: Connection, article_ids: Sequence[int], outlet: str, *, but: int | None) -> set[int]:
    """Those of these shown articles whose text an outlet carries in a copy, not counting the row ``but``."""
    found: set[int] = set()
    for some in portions(article_ids):
        asked = {"ids": some, "outlet": outlet, "but": but or 0}
        found.update(connection.scalars(_carriers(), asked))
    return found


@cache
def _carriers() -> CompoundSelect[Any]:
    k, c = m.articles.alias("k"), m.article_copies
    here = bindparam("outlet", type_=c.c.outlet.type)
    near = select(k.c.leader_id).where(k.c.article_id != k.c.leader_id, k.c.article_id != bindparam("but"))
    exact = select(k.c.leader_id).join(c, c.c.article_id == k.c.article_id)
    return union(
        near.where(k.c.leader_id.in_(_IDS), k.c.outlet == here),
        exact.where(k.c.leader_id.in_(_IDS), c.c.outlet == here),
    )
