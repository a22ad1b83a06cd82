"""What a saying is about: vendor, family of actions, place, kind of store, number."""

from __future__ import annotations

from typing import NamedTuple

from storewatch.types.ledger import Claim, Family, Said, Standing

#: The actions of each family.
FAMILIES: dict[Family, tuple[str, ...]] = {
    "opening": ("plan", "open"),
    "stock": ("stock",),
    "close": ("close",),
    "relocate": ("relocate",),
    "partner": ("partner",),
    "market_entry": ("market_entry",),
    "online_store": ("online_store",),
}
_FAMILY = {action: family for family, actions in FAMILIES.items() for action in actions}
#: Families in which a number of stores tells one claim from another.
COUNTED = frozenset({"opening", "stock", "close", "relocate"})
#: Families in which a single store in a named city need not be counted.
_SINGLE = frozenset({"opening", "close", "relocate"})

#: Kinds of store that outlets take for each other; every other type is a kind of its own.
_KIND = {
    "own_store": "own",
    "flagship": "own",
    "experience": "own",
    "partner_store": "partner",
    "shop_in_shop": "partner",
}


class Subject(NamedTuple):
    """Claims of different subjects have nothing to do with each other; progress is counted within vendor and area."""

    vendor: str
    family: Family
    country: str | None
    #: Only where no country is named.
    region: str | None


def family_of(action: str) -> Family:
    return _FAMILY[action]


def subject_of(said: Said) -> Subject:
    region = None if said.country else said.region
    return Subject(said.vendor, family_of(said.action), said.country, region)


def spot_of(said: Said | Claim) -> str:
    """The place within the subject's area: a city, a part of the country, or all of it ("")."""
    return said.city or (said.region or "" if said.country else "")


def kind_of(store_type: str) -> str:
    return _KIND.get(store_type, store_type)


def count_of(said: Said) -> int | None:
    """The number that tells claims apart; 0 in families that have none."""
    family = family_of(said.action)
    if family not in COUNTED:
        return 0
    if said.store_count is None and said.city and family in _SINGLE:
        return 1
    return said.store_count


def cell_key(said: Said) -> tuple[str, int | None]:
    """Sayings of one subject that have neither this nor the story in common never belong to one claim."""
    spot = spot_of(said)
    return (spot, 0) if spot else ("", count_of(said))


def standing(claim: Claim) -> Standing:
    return Standing(
        family=claim.family,
        kind=kind_of(claim.store_type),
        spot=spot_of(claim),
        store_count=claim.store_count,
        certainty=claim.certainty,
        first_said_at=claim.first_said_at,
        due_on=claim.due_on,
        opened_at=claim.opened_at,
    )
