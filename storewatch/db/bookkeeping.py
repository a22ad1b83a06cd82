"""Keeping the ledger: whatever changes what an article says, counts or belongs to brings its claims up to date.

Claims are made by ``storewatch.ledger`` from all events that may belong together, so the ledger is what a computation
over all events would give; only ``ledger_id`` tells of the order of arrival. A claim keeps the lowest number that one
of its events had.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, delete, insert, select, update

from storewatch.db import models as m
from storewatch.db import sayings
from storewatch.db.columns import upsert, utc_text
from storewatch.db.records import AnyRow, Values
from storewatch.db.sayings import SPOKEN, portions
from storewatch.ledger import Figures, Subject, claims, kind_of, standing, status
from storewatch.types import Claim, Progress, Said, Standing

_l, _le, _e = m.ledger, m.ledger_events, m.events
#: Families by which plans are measured.
_MEASURED = ("opening", "stock")
#: What the progress of plans, or a status, depends on.
_STANDING = frozenset(
    {"vendor", "family", "action", "store_count", "store_type", "city", "country", "region"}
    | {"due_on", "certainty", "first_said_at", "opened_at"}
)
#: Before every horizon: a stored status is that of a plan whose time has not passed; the view looks at the day.
_BEFORE = date.min
_BIGGEST = 2**63 - 1

# Made once: to build a statement takes longer than to run it.
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_MADE = select(_le.c.ledger_id).join(_e, _e.c.event_id == _le.c.event_id).where(_e.c.article_id.in_(_IDS))
_ROLE = select(m.articles.c.kinship, m.articles.c.leader_id, m.articles.c.outlet).where(
    m.articles.c.article_id == bindparam("this")
)
_LEADER = select(m.articles.c.leader_id).where(m.articles.c.article_id == bindparam("this"))
_LEADERS = select(m.articles.c.leader_id).where(m.articles.c.article_id.in_(_IDS))
_OF_CLAIMS = select(_le.c.event_id, _le.c.ledger_id).where(_le.c.ledger_id.in_(_IDS))
_OF_EVENTS = select(_le.c.event_id, _le.c.ledger_id).where(_le.c.event_id.in_(_IDS))
_ROWS = select(_l).where(_l.c.ledger_id.in_(_IDS))


def claims_of(connection: Connection, article_ids: Iterable[int | None]) -> set[int]:
    """The claims that articles make now; to be asked before their events may go."""
    ids = sorted({article_id for article_id in article_ids if article_id is not None})
    found: set[int] = set()
    for some in portions(ids):
        found.update(connection.scalars(_MADE, {"ids": some}))
    return found


def shown_as(connection: Connection, shown_id: int) -> set[int]:
    """The rows of ``articles`` that are shown under a number."""
    a = m.articles.c
    return set(connection.scalars(select(a.article_id).where(a.shown_id == shown_id)))


def refresh(connection: Connection, article_ids: Iterable[int], *, former: Collection[int] = ()) -> None:
    """Bring the ledger up to date after these rows of ``articles`` were written, shown otherwise, or deleted.

    ``former``: the claims that they made before, see :func:`claims_of`.
    """
    ids = set(article_ids)
    ids.update(leaders(connection, ids))
    _renew_claims(connection, sayings.of_articles(connection, ids), {*former, *claims_of(connection, ids)})


def _renew_claims(connection: Connection, told: dict[int, Said], touched: set[int]) -> None:
    """Compute the claims ``touched``, and all that what is told may belong to, anew."""
    links: dict[int, int] = {}
    fresh = True
    while True:
        known = _links(connection, _OF_CLAIMS, touched)
        missing = known.keys() - told.keys()
        if missing or fresh:
            told = sayings.complete(connection, told | sayings.of_events(connection, missing))
            fresh = False
        links = known | _links(connection, _OF_EVENTS, told)
        if touched >= set(links.values()):
            break
        touched.update(links.values())
    if told or touched:
        _write(connection, claims(sayings.copied(connection, told.values())), links, touched)


def added(connection: Connection, article_id: int, *, alone: bool) -> None:
    """As :func:`refresh`, after a new text was written and nothing else has changed: one that is shown with another
    one is only one more outlet. ``alone``: it has to do with no other text."""
    role = None if alone else connection.execute(_ROLE, {"this": article_id}).one()
    if role is None or role.kinship in SPOKEN:
        _renew_claims(connection, sayings.of_articles(connection, [article_id]), set())
    else:
        carried(connection, role.leader_id, role.outlet, but=article_id)


def carried(connection: Connection, article_id: int, outlet: str, *, but: int | None = None) -> None:
    """One more outlet carries the text of an article: count it, without a look at the others that do.

    To be told before the copy is written; ``but``: after it, which is this row of ``articles``.
    """
    leader = connection.scalar(_LEADER, {"this": article_id}) or article_id
    told = sayings.of_articles(connection, [leader])
    if not told or sayings.carriers(connection, [leader], outlet, but=but):
        return
    links = _links(connection, _OF_CLAIMS, set(_links(connection, _OF_EVENTS, told).values()))
    told |= sayings.of_events(connection, links.keys() - told.keys())
    others = {said.article_id for said in told.values()} - {leader}
    carriers = sayings.carriers(connection, sorted(others), outlet, but=but)
    carriers.update(said.article_id for said in told.values() if said.outlet == outlet)
    for ledger_id, row in _rows(connection, links.values()).items():
        told_so = [said for event, said in told.items() if links.get(event) == ledger_id]
        connection.execute(
            update(_l).where(_l.c.ledger_id == ledger_id).values(_counted(row, told_so, carriers, leader))
        )


def _counted(row: AnyRow, tellings: Sequence[Said], carriers: Collection[int], leader: int) -> Values:
    """The counts of outlets of a claim when those of ``leader`` are one more, which the copies of ``carriers`` had."""

    def more(told: Sequence[Said]) -> int:
        articles = {said.article_id for said in told}
        return int(leader in articles and articles.isdisjoint(carriers))

    def values(name: str, value_of: Callable[[Said], int | str | None]) -> list[Values]:
        return [
            one | {"outlets": one["outlets"] + more([said for said in tellings if value_of(said) == one["value"]])}
            for one in getattr(row, name) or ()
        ]

    return {
        "outlets": row.outlets + more(tellings),
        "counts": values("counts", lambda said: said.store_count),
        "horizons": values("horizons", lambda said: said.horizon),
    }


def rebuild(connection: Connection) -> int:
    """Compute the whole ledger anew; returns the number of claims. Claims that stay the same keep their numbers."""
    count = 0
    for vendor in vendors(connection):
        told = [sayings.said_of(row) for row in connection.execute(sayings.spoken().where(_e.c.vendor == vendor))]
        rows = set(connection.scalars(select(_l.c.ledger_id).where(_l.c.vendor == vendor)))
        found = claims(sayings.copied(connection, told))
        _write(connection, found, _links(connection, _OF_CLAIMS, rows), rows, anew=True)
        count += len(found)
    return count


def vendors(connection: Connection) -> list[str]:
    """All that have events or claims."""
    found = {*connection.scalars(select(_e.c.vendor).distinct()), *connection.scalars(select(_l.c.vendor).distinct())}
    return sorted(found)


def expected(found: Sequence[Claim]) -> Iterator[tuple[Claim, Values]]:
    """All claims of a vendor with the columns that their rows must have."""
    areas: dict[Subject, list[Standing]] = defaultdict(list)
    for claim in found:
        areas[_area(claim)].append(standing(claim))
    figures = {area: Figures(some) for area, some in areas.items()}
    for claim in found:
        seen = figures[_area(claim)].progress(standing(claim)) if claim.action == "plan" else None
        yield claim, _values(claim) | _measured(seen) | {"status": status(standing(claim), seen, _BEFORE)}


def leaders(connection: Connection, ids: Collection[int]) -> set[int]:
    """The articles that these are shown with: who copies them may have changed."""
    found: set[int] = set()
    for some in portions(sorted(ids)):
        found.update(connection.scalars(_LEADERS, {"ids": some}))
    return {leader for leader in found if leader is not None}


def _links(connection: Connection, wanted: Select[Any], ids: Iterable[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for some in portions(sorted(ids)):
        found.update((row.event_id, row.ledger_id) for row in connection.execute(wanted, {"ids": some}))
    return found


def _write(
    connection: Connection,
    found: Sequence[Claim],
    links: Mapping[int, int],
    touched: Collection[int],
    *,
    anew: bool = False,
) -> None:
    """Write these claims in place of the rows ``touched``, and the progress of all plans that they may concern, or
    (``anew``) of all."""
    before = _rows(connection, touched)
    free = set(touched)
    kept: list[tuple[int, Claim]] = []
    new: list[Claim] = []
    for claim in found:
        known = {links[event] for event in claim.events if event in links} & free
        if known:
            free.discard(min(known))
            kept.append((min(known), claim))
        else:
            new.append(claim)
    told = [claim for ledger_id, claim in kept if _renew(connection, before[ledger_id], claim)]
    for some in portions(new):
        statement = insert(_l).returning(_l.c.ledger_id, sort_by_parameter_order=True)
        numbers = connection.scalars(statement, [_values(claim) for claim in some]).all()
        kept += zip(numbers, some, strict=True)
    _link(connection, kept, links)
    for gone in portions(sorted(free)):
        connection.execute(delete(_l).where(_l.c.ledger_id.in_(gone)))
    # A claim keeps its area, for its events do.
    concerned: list[Claim | AnyRow] = [*told, *new, *(before[number] for number in free)]
    if anew:
        concerned = [*found, *before.values()]
    areas = {_area(claim) for claim in concerned if claim.family in _MEASURED}
    for area in sorted(areas, key=repr):
        _measure(connection, area)


def _area(claim: Claim | AnyRow) -> Subject:
    """Where progress is counted; the family does not matter."""
    return Subject(claim.vendor, "opening", claim.country, None if claim.country else claim.region)


def _rows(connection: Connection, ids: Iterable[int]) -> dict[int, AnyRow]:
    found: dict[int, AnyRow] = {}
    for some in portions(sorted(ids)):
        found.update((row.ledger_id, row) for row in connection.execute(_ROWS, {"ids": some}))
    return found


def _renew(connection: Connection, before: AnyRow, claim: Claim) -> bool:
    """Write what has changed of a claim; True when it matters for progress."""
    values = _values(claim)
    stands = values.pop("status")
    changed = {name: value for name, value in values.items() if getattr(before, name) != value}
    matters = not _STANDING.isdisjoint(changed)
    if matters:
        # As without progress, which is measured afterwards.
        changed["status"] = stands
    if changed:
        connection.execute(update(_l).where(_l.c.ledger_id == before.ledger_id).values(changed))
    return matters


def _link(connection: Connection, made: Sequence[tuple[int, Claim]], links: Mapping[int, int]) -> None:
    """Tie events to their claims, and untie those that make none any more (an earlier text said so)."""
    gone = links.keys() - {event for _, claim in made for event in claim.events}
    for some_gone in portions(sorted(gone)):
        connection.execute(delete(_le).where(_le.c.event_id.in_(some_gone)))
    rows = [
        {"event_id": event, "ledger_id": ledger_id}
        for ledger_id, claim in made
        for event in claim.events
        if links.get(event) != ledger_id
    ]
    for some in portions(rows):
        statement = upsert(connection, _le).values(some)
        changed = {"ledger_id": statement.excluded.ledger_id}
        connection.execute(statement.on_conflict_do_update(index_elements=[_le.c.event_id], set_=changed))


def _values(claim: Claim) -> Values:
    """The columns of a claim without its progress."""
    same = (
        *("vendor", "family", "action", "store_count", "store_type", "city", "country", "region", "partner", "horizon"),
        *("certainty", "first_said_at", "last_said_at", "first_url", "first_outlet", "speaker", "source_outlet"),
        *("outlets", "articles", "opened_at"),
    )
    return {name: getattr(claim, name) for name in same} | {
        "due_on": claim.due_on.isoformat() if claim.due_on else None,
        "status": status(standing(claim), None, _BEFORE),
        "langs": list(claim.langs),
        "counts": [_json(value) for value in claim.counts],
        "horizons": [_json(value) for value in claim.horizons],
        "timeline": [_json(turn) for turn in claim.timeline],
    }


def _json(value: Any) -> dict[str, Any]:
    return {name: utc_text(said) if hasattr(said, "tzinfo") else said for name, said in asdict(value).items()}


_MEASURES = ("progress_count", "progress_at", "progress_basis", "baseline_count", "baseline_at", "status")


def _measure(connection: Connection, area: Subject) -> None:
    """Bring the progress of the plans of a vendor in an area up to date."""
    about = [
        _l.c.vendor == area.vendor,
        _l.c.country == area.country if area.country else _l.c.country.is_(None),
        _l.c.family.in_(_MEASURED),
    ]
    if not area.country:
        about.append(_l.c.region == area.region if area.region else _l.c.region.is_(None))
    names = ("ledger_id", "family", "action", "store_count", "store_type", "city", "country", "region", "due_on")
    columns = (*names, "certainty", "first_said_at", "opened_at", *_MEASURES)
    rows = [
        (row, _standing(row)) for row in connection.execute(select(*(_l.c[name] for name in columns)).where(*about))
    ]
    figures = Figures(one for _, one in rows)
    for row, one in rows:
        seen = figures.progress(one) if row.action == "plan" else None
        values = _measured(seen) | {"status": status(one, seen, _BEFORE)}
        if any(getattr(row, name) != value for name, value in values.items()):
            connection.execute(update(_l).where(_l.c.ledger_id == row.ledger_id).values(values))


def _standing(row: AnyRow) -> Standing:
    return Standing(
        family=row.family,
        kind=kind_of(row.store_type),
        spot=row.city or (row.region or "" if row.country else ""),
        store_count=row.store_count,
        certainty=row.certainty,
        first_said_at=row.first_said_at,
        due_on=date.fromisoformat(row.due_on) if row.due_on else None,
        opened_at=row.opened_at,
    )


def _measured(seen: Progress | None) -> Values:
    seen = seen or Progress()
    return {
        "progress_count": None if seen.count is None else min(seen.count, _BIGGEST),
        "progress_at": seen.at,
        "progress_basis": seen.basis,
        "baseline_count": seen.baseline,
        "baseline_at": seen.baseline_at,
    }
