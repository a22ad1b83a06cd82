"""From sayings to claims."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from storewatch.ledger.clusters import clusters
from storewatch.ledger.periods import days_of
from storewatch.ledger.sorting import Key, by_key
from storewatch.types.ledger import Claim, ClaimState, ClaimTurn, ClaimValue, Said

STALE_FOR = timedelta(days=14)
"""So long after a denial or the end of a plan some outlets still repeat what was said before it."""

_RISING: tuple[ClaimState, ...] = ("rumoured", "announced", "confirmed", "opened")
_CERTAINTY = {"opened": "confirmed"}


def claims(sayings: Iterable[Said]) -> tuple[Claim, ...]:
    """The claims that ``sayings`` make, the earliest first."""
    found = [_claim(key, tellings) for key, some in by_key(sayings).items() for tellings in clusters(some)]
    return tuple(sorted(found, key=lambda claim: (claim.first_said_at, claim.first_url, claim.vendor, claim.events)))


def _claim(key: Key, tellings: Sequence[Said]) -> Claim:
    """``tellings`` in the order of time."""
    first = tellings[0]
    counts = _values(tellings, lambda said: said.store_count)
    horizons = _values(tellings, lambda said: said.horizon)
    types = _values(tellings, lambda said: said.store_type)
    horizon = _horizon(horizons)
    days = days_of(horizon)
    timeline = _timeline(tellings)
    placed = [said for said in tellings if key.spot in ("", said.city, said.region)]
    opened = [turn.at for turn in timeline if turn.state == "opened"]
    return Claim(
        vendor=first.vendor,
        family=key.subject.family,
        action="plan" if any(said.action == "plan" for said in tellings) else first.action,
        store_count=int(counts[0].value) if counts else None,
        store_type=str(types[0].value),
        city=_first(said.city for said in placed),
        country=key.subject.country,
        region=_first(said.region for said in placed),
        partner=_first(said.partner for said in tellings),
        horizon=horizon,
        due_on=days[1] if days else None,
        certainty=_CERTAINTY.get(timeline[-1].state, timeline[-1].state),
        first_said_at=first.said_at,
        last_said_at=max(said.said_at for said in tellings),
        first_url=first.url,
        first_outlet=first.outlet,
        speaker=_first(said.speaker for said in tellings),
        source_outlet=_first(said.source_outlet for said in tellings),
        outlets=len(_outlets(tellings)),
        articles=len({said.article_id for said in tellings}),
        langs=tuple(sorted({said.lang for said in tellings if said.lang})),
        counts=counts,
        horizons=horizons,
        timeline=timeline,
        opened_at=opened[0] if opened else None,
        events=tuple(said.event_id for said in tellings),
    )


def _outlets(tellings: Iterable[Said]) -> set[str]:
    return {outlet for said in tellings for outlet in (said.outlet, *said.copied_by)}


def _values(tellings: Sequence[Said], value_of: Callable[[Said], int | str | None]) -> tuple[ClaimValue, ...]:
    """Each value, those of most articles first, of equally many the first said: copies are no tellings of their own."""
    told: dict[int | str, list[Said]] = {}
    for said in tellings:
        value = value_of(said)
        if value is not None:
            told.setdefault(value, []).append(said)
    found = [
        ClaimValue(
            value=value,
            articles=len({said.article_id for said in some}),
            outlets=len(_outlets(some)),
            first_at=some[0].said_at,
            first_url=some[0].url,
        )
        for value, some in told.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.articles, one.first_at, one.first_url, str(one.value))))


def _horizon(values: Sequence[ClaimValue]) -> str | None:
    """What most articles say, said as exactly as any that agrees with it."""
    if not values:
        return None
    most = str(values[0].value)
    days = days_of(most)
    if days is None:
        return most
    within = [most]
    for value in values[1:]:
        other = days_of(str(value.value))
        if other is not None and days[0] <= other[0] and other[1] <= days[1]:
            within.append(str(value.value))
    return max(within, key=len)


def _timeline(tellings: Sequence[Said]) -> tuple[ClaimTurn, ...]:
    """When the claim became more certain, was taken back, or was made again after that."""
    turns: list[ClaimTurn] = []
    for said in tellings:
        state = _state(said)
        if not turns or _turns(turns[-1], state, said):
            turns.append(ClaimTurn(state=state, at=said.said_at, outlet=said.outlet, url=said.url))
    return tuple(turns)


def _turns(last: ClaimTurn, state: ClaimState, said: Said) -> bool:
    if state == last.state:
        return False
    if state in ("cancelled", "denied"):
        # What is open cannot be called off.
        return last.state != "opened"
    if last.state in ("cancelled", "denied"):
        return state == "opened" or said.said_at - last.at > STALE_FOR
    return _RISING.index(state) > _RISING.index(last.state)


def _state(said: Said) -> ClaimState:
    match said.certainty:
        case "rumoured" | "cancelled" | "denied" as certainty:
            return certainty
        case certainty:
            if said.action == "open":
                return "opened"
            return "announced" if said.action == "plan" or certainty == "announced" else "confirmed"


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)
