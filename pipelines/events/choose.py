"""Which candidates are believed, and as what.

Candidates that speak of the same store or the same number of stores are weighed together, so that one opening told
three times is one event with one action, and not an opening, a plan and a closing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipelines.events.actions import Signals, still_to_come
from pipelines.events.candidates import Candidate
from pipelines.events.rows import Row, RowWeights
from pipelines.events.where import Where
from storewatch.types import Action

BELIEVED = 0.3
"""The probability from which a row (vendor, action, number) is believed; most rows right by cross-validation."""

ALONE = 0.1
"""Where no row is believed, the likeliest one is from this on: an article about stores says something of them."""

CONCERNED = 0.4
"""A place has to do with the stores when some candidate thinks all actions together this likely."""

VAGUE = 0.6
"""What an event without a number needs where the vendor has one with a number."""

TELLING = 0.5
"""A place tells a believed row too when it does so at least this clearly, measured by the clearest."""


_TEXT_SHARE = 0.6
"""A sentence of the text is the evidence when it is at least this likely, measured by the title's probability."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Scored:
    """A candidate with the probabilities of its actions, its number and its place as the context completes it."""

    candidate: Candidate
    chances: Mapping[str, float]
    signals: Signals
    number: int | None
    where: Where
    order: int
    found: Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """A believed event: the candidate that says it best, and the others of its group that say it too."""

    best: Scored
    action: Action
    others: tuple[Scored, ...]
    chance: float


def chosen(scored: Sequence[Scored], rows: RowWeights) -> list[Chosen]:
    """The events of a document in the order of their best sentences."""
    chances = rows.chances(scored)
    surest = max(chances.values(), default=0.0)
    least = BELIEVED if surest >= BELIEVED else max(surest, ALONE)
    believed = {row: chance for row, chance in chances.items() if chance >= least}
    clearest: dict[Row, float] = {}
    for item in scored:
        for action, chance in item.chances.items():
            row = (item.candidate.owner.vendor, action, item.number)
            clearest[row] = max(clearest.get(row, 0.0), chance)
    found: list[Chosen] = []
    for group in _groups(scored):
        found.extend(_of_group(group, _actions(group, believed, clearest)))
    return sorted(_without_vague(_without_second_fate(found)), key=lambda c: c.best.order)


_FATES = frozenset(("open", "plan"))
"""What is told of a store once: it has opened, or it will."""


def _without_second_fate(found: Sequence[Chosen]) -> list[Chosen]:
    """Leaves out the less sure of two events that say of one store (same vendor and city, no other number) that it has
    opened and that it is planned: two sentences tell one story, and one of them was misread. What opens on a day still
    to come is the plan."""
    kept: list[Chosen] = []
    for event in sorted(found, key=lambda c: -_sureness(c)):
        rival = next((o for o in kept if _same_store(event, o) and event.action != o.action), None)
        if rival is None:
            kept.append(event)
        elif ahead := next((one for one in (event, rival) if _dated_ahead(one)), None):
            kept[kept.index(rival)] = replace(ahead, action="plan")
    return kept


def _dated_ahead(event: Chosen) -> bool:
    """Is it an opening on a day that is still to come?"""
    signals = event.best.signals
    return event.action == "open" and signals.when == "future" and bool(signals.horizon and signals.horizon.value)


def _sureness(event: Chosen) -> float:
    return event.chance * event.best.chances[event.action]


def _same_store(event: Chosen, other: Chosen) -> bool:
    """Do two events speak of one store that is opened or planned?"""
    one, two = event.best, other.best
    return (
        one.number == two.number == 1
        and {event.action, other.action} <= _FATES
        and one.candidate.owner.vendor == two.candidate.owner.vendor
        and one.where.city is not None
        and one.where.city == two.where.city
    )


def _without_vague(found: Sequence[Chosen]) -> Iterator[Chosen]:
    """Leaves out what is told without a number and none too clearly where the vendor has an event with one, or without
    number and place where that event is of the same kind: "many of the stores will be run with partners" goes on about
    the 2,000 of the sentence before."""
    counted = {(c.best.candidate.owner.vendor, c.action) for c in found if c.best.number is not None}
    vendors = {vendor for vendor, _ in counted}
    for event in found:
        vendor, where = event.best.candidate.owner.vendor, event.best.where
        vague = event.best.number is None and event.best.candidate.kind in ("store", "city")
        echo = (vendor, event.action) in counted and not (where.city or where.country or where.region)
        if not vague or vendor not in vendors or (event.best.chances[event.action] >= VAGUE and not echo):
            yield event


def _actions(group: Sequence[Scored], believed: Mapping[Row, float], clearest: Mapping[Row, float]) -> dict[str, float]:
    """The believed actions that a group tells. A place that surely has something to do with the stores but whose own
    action is not believed gets the likeliest of those that are."""
    vendor, number = group[0].candidate.owner.vendor, group[0].number
    rows = {row: chance for row, chance in believed.items() if (row[0], row[2]) == (vendor, number)}
    own = {row: max(s.chances[row[1]] for s in group) for row in rows}
    told = {row[1]: chance for row, chance in rows.items() if own[row] >= TELLING * clearest[row]}
    if not told and rows and max(1 - s.chances["none"] for s in group) >= CONCERNED:
        row = max(rows, key=lambda r: own[r])
        told = {row[1]: rows[row]}
    return told


def _of_group(group: Sequence[Scored], actions: Mapping[str, float]) -> Iterator[Chosen]:
    """The events of one group, of which ``actions`` are believed; each sentence tells one of them."""
    told: set[int] = set()
    for action in sorted(actions, key=lambda a: -actions[a]):
        best = _teller(action, group)
        if best.candidate.sentence.index in told:
            continue
        tellers = [best, *(s for s in group if s is not best and _says(s, action))]
        if action == "open":  # one of several sentences names the day, and it is still to come
            best = next((s for s in tellers if still_to_come(s.signals)), best)
        others = tuple(s for s in tellers if s is not best)
        told.add(best.candidate.sentence.index)
        told.update(s.candidate.sentence.index for s in others)
        yield Chosen(_located(best, group), action, others, actions[action])  # type: ignore[arg-type]  # classes are actions


def _teller(action: str, group: Sequence[Scored]) -> Scored:
    """The candidate that says an action best; one in the text, which says more, before one in the title."""
    best = max(group, key=lambda s: s.chances[action])
    inside = max((s for s in group if not s.candidate.sentence.title), key=lambda s: s.chances[action], default=best)
    return inside if inside.chances[action] >= _TEXT_SHARE * best.chances[action] else best


def _located(best: Scored, group: Sequence[Scored]) -> Scored:
    """The best candidate, with the place that another of its group gives more precisely."""
    if best.where.city:
        return best
    finer = next((s.where for s in group if s.where.city and agree(best.where, s.where)), None)
    if finer is None or best.number != 1:
        return best
    return replace(best, where=finer)


def _says(scored: Scored, action: str) -> bool:
    return scored.chances.get(action, 0.0) >= 0.25 and action == max(
        (a for a in scored.chances if a != "none"), key=scored.chances.__getitem__
    )


def _groups(scored: Iterable[Scored]) -> list[list[Scored]]:
    """Candidates that may speak of the same thing, by vendor, kind of thing, number and place."""
    groups: dict[tuple[object, ...], list[list[Scored]]] = {}
    for item in scored:
        candidate = item.candidate
        sort = candidate.kind if candidate.kind in ("market", "partner") else "store"
        key = (candidate.owner.vendor, sort, item.number, candidate.partner[0] if candidate.partner else None)
        same = next((g for g in reversed(groups.get(key, [])) if _together(g, item)), None)
        if same is None:
            groups.setdefault(key, []).append([item])
        else:
            same.append(item)
    return [group for found in groups.values() for group in found]


def _together(group: Sequence[Scored], item: Scored) -> bool:
    """Do all places of a group agree with the item's?"""
    return all(agree(other.where, item.where) for other in group)


def agree(a: Where, b: Where) -> bool:
    """May two places be the same? Cities must share one; countries must be equal."""
    if a.city and b.city:
        return bool(set(a.city.split("; ")) & set(b.city.split("; ")))
    return not (a.country and b.country and a.country != b.country)
