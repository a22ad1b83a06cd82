"""Stories: articles that tell the same event in their own words, or in another language. Pure.

Two tellings belong together when their extracted events agree: vendor, kind of action, place and count, within a few
days. Names and dates of completion support what a telling leaves out. Nothing is joined without a vendor in common, so
templates ("opens 300 stores in Turkey", "... in Poland") stay apart. Stories are the connected components of such
pairs; so no order of arrival shows in them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from storewatch.types import RetailEvent

WINDOW = timedelta(days=7)
"""Tellings of one story follow each other within a week; measured on the stories of the project's notes."""

MAX_SUBJECTS = 3
"""An article about more vendors and countries than this is a round-up: it tells many stories and belongs to none."""

_NEAR_COUNT = 0.1
"""Counts as different outlets round them: "about 500", "more than 480"."""

_EXPANSION = frozenset({"open", "plan", "partner", "market_entry", "online_store", "stock"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What matters of an event for its story."""

    vendor: str
    action: str
    store_count: int | None = None
    city: str | None = None
    country: str | None = None
    region: str | None = None
    horizon: str | None = None
    partner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """An article with its claims; ``at``: when it was published or first seen, None where nobody knows."""

    at: datetime | None
    claims: tuple[Claim, ...]


def claim_of(event: RetailEvent) -> Claim:
    return Claim(
        vendor=event.vendor,
        action=event.action,
        store_count=event.store_count,
        city=event.city,
        country=event.country,
        region=event.region,
        horizon=event.horizon,
        partner=event.partner,
    )


def telling(at: datetime | None, claims: Iterable[Claim]) -> Telling:
    """A telling of an article's main claims. A single shop named beside the chain that it belongs to ("the first of
    500 opens in Ankara") is a detail of that; a round-up has no main claims."""
    claims = tuple(claims)
    if len({(claim.vendor, claim.country or claim.region or claim.city) for claim in claims}) > MAX_SUBJECTS:
        return Telling(at=at, claims=())
    chains = {_subject(claim) for claim in claims if (claim.store_count or 0) > 1}
    main = [claim for claim in claims if (claim.store_count or 0) > 1 or _subject(claim) not in chains]
    return Telling(at=at, claims=tuple(dict.fromkeys(main)))


def same_story(one: Telling, other: Telling) -> bool:
    """Whether two articles tell the same event."""
    if (one.at is None) != (other.at is None):
        return False
    if one.at is not None and other.at is not None and abs(one.at - other.at) > WINDOW:
        return False
    return any(_agree(a, b) for a in one.claims for b in other.claims)


def group(tellings: Sequence[tuple[Hashable, Telling]], joined: Iterable[tuple[int, int]] = ()) -> list[int]:
    """The story of each telling, as the lowest index in it. ``joined``: pairs that belong together anyway (copies)."""
    parents = list(range(len(tellings)))

    def root(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    def join(one: int, other: int) -> None:
        low, high = sorted((root(one), root(other)))
        parents[high] = low

    for one, other in joined:
        join(one, other)
    for indices in _by_vendor(tellings).values():
        for one, other in _near_in_time(indices, tellings):
            if root(one) != root(other) and same_story(tellings[one][1], tellings[other][1]):
                join(one, other)
    return [root(index) for index in range(len(tellings))]


def _by_vendor(tellings: Sequence[tuple[Hashable, Telling]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for index, (_, told) in enumerate(tellings):
        for vendor in {claim.vendor for claim in told.claims}:
            found[vendor].append(index)
    return found


def _near_in_time(indices: Sequence[int], tellings: Sequence[tuple[Hashable, Telling]]) -> Iterable[tuple[int, int]]:
    """Pairs within the window; undated ones among themselves."""
    dated = [(at, index) for index in indices if (at := tellings[index][1].at) is not None]
    dated.sort()
    for position, (at, index) in enumerate(dated):
        for later, other in dated[position + 1 :]:
            if later - at > WINDOW:
                break
            yield index, other
    yield from combinations([index for index in indices if tellings[index][1].at is None], 2)


def _subject(claim: Claim) -> tuple[str, bool, str | None]:
    return claim.vendor, claim.action in _EXPANSION, claim.country


def _agree(a: Claim, b: Claim) -> bool:
    if a.vendor != b.vendor or not _actions_agree(a, b):
        return False
    place = _places_agree(a, b)
    if place is False:
        return False
    counts = _counts_agree(a, b)
    if counts is False:
        return False
    if place and counts:
        return True
    # One says less than the other: something else must speak for it.
    supports = [_equal(a.horizon, b.horizon), _equal(a.partner, b.partner), _equal(a.city, b.city)]
    support = sum(bool(one) for one in supports) + (counts is True and (a.store_count or 0) > 1)
    return support >= (1 if place else 2)


def _actions_agree(a: Claim, b: Claim) -> bool:
    if a.action == b.action:
        return True
    if "stock" in (a.action, b.action):
        # "500 stores" may be read as a plan or as what there is; the number must be the same then.
        return {a.action, b.action} <= _EXPANSION and a.store_count == b.store_count and a.store_count is not None
    return {a.action, b.action} <= _EXPANSION


def _places_agree(a: Claim, b: Claim) -> bool | None:
    """None: one of them names no place, or a wider one only."""
    for ours, others in ((a.country, b.country), (a.city, b.city), (a.region, b.region)):
        if ours and others and ours != others:
            return False
    same = _equal(a.city, b.city) or _equal(a.country, b.country) or _equal(a.region, b.region)
    return True if same else None


def _counts_agree(a: Claim, b: Claim) -> bool | None:
    """None: one of them gives no number. One shop need not be counted."""
    ours, others = a.store_count, b.store_count
    if ours is None or others is None:
        known = ours if others is None else others
        return True if known in (None, 1) else None
    return abs(ours - others) <= _NEAR_COUNT * max(ours, others)


def _equal(ours: str | None, others: str | None) -> bool:
    return ours is not None and ours == others
