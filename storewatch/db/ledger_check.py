"""Whether the ledger is what its events make: for ``storewatch db check``. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from sqlalchemy import Connection, select

from storewatch.db import bookkeeping, sayings
from storewatch.db import models as m
from storewatch.db.records import AnyRow, Values
from storewatch.ledger import claims
from storewatch.types import Claim

#: So many differences are told one by one.
SHOWN = 20

_l, _le = m.ledger, m.ledger_events


def differences(connection: Connection) -> Iterator[str]:
    """What of the ledger differs from what is computed of all stored events, a sentence each; the first ones only, and
    how many more there are."""
    found = _differences(connection)
    told = list(islice(found, SHOWN))
    yield from told
    more = sum(1 for _ in found)
    if more:
        yield f"the ledger has {more} more differences"
    if told:
        yield "`storewatch db upgrade` computes the ledger anew from the stored events"


def _differences(connection: Connection) -> Iterator[str]:
    """Vendor by vendor: claims of two vendors have nothing to do with each other."""
    for vendor in bookkeeping.vendors(connection):
        spoken = sayings.spoken().where(m.events.c.vendor == vendor)
        found = claims(sayings.copied(connection, [sayings.said_of(row) for row in connection.execute(spoken)]))
        rows = connection.execute(select(_l).where(_l.c.vendor == vendor)).all()
        tied = select(_le.c.event_id, _le.c.ledger_id).join(_l, _l.c.ledger_id == _le.c.ledger_id)
        links: dict[int, set[int]] = {row.ledger_id: set() for row in rows}
        for row in connection.execute(tied.where(_l.c.vendor == vendor)):
            links[row.ledger_id].add(row.event_id)
        yield from _compared(found, rows, links)


def _compared(found: Sequence[Claim], rows: Iterable[AnyRow], links: Mapping[int, set[int]]) -> Iterator[str]:
    made_of = {frozenset(claim.events): (claim, values) for claim, values in bookkeeping.expected(found)}
    for row in rows:
        claim, values = made_of.pop(frozenset(links[row.ledger_id]), (None, {}))
        name = f"claim {row.ledger_id} of the ledger ({_named(row)})"
        if claim is None:
            yield f"{name} is made by no stored sentences of its own"
        elif wrong := [key for key, value in values.items() if getattr(row, key) != value]:
            yield f"{name}: {', '.join(_difference(key, row, values) for key in wrong)}"
    for claim, _ in made_of.values():
        yield f"the ledger lacks a claim ({_named(claim)}), first said at {claim.first_url}"


def _named(claim: Claim | AnyRow) -> str:
    place = claim.city or claim.region or claim.country
    return ", ".join(str(part) for part in (claim.vendor, claim.action, claim.store_count, place) if part is not None)


def _difference(key: str, row: AnyRow, values: Values) -> str:
    stored, computed = getattr(row, key), values[key]
    if isinstance(computed, list):
        return f"{key} differ"
    return f"{key} is {stored}, not {computed}"
