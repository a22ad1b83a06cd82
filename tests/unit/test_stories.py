"""Stories: which tellings belong together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from pipelines.stories import WINDOW, Claim, Telling, group, same_story, telling

DAY = datetime(2025, 9, 1, tzinfo=UTC)


def claim(**values: Any) -> Claim:
    return Claim(**{"vendor": "Xiaomi", "action": "plan", "store_count": 300, "country": "TR", **values})


def told(*claims: Claim, at: datetime | None = DAY) -> Telling:
    return telling(at, claims)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        pytest.param(claim(), claim(action="open"), True, id="plan-and-opening"),
        pytest.param(claim(), claim(action="stock"), True, id="stock-of-the-same-number"),
        pytest.param(claim(), claim(action="stock", store_count=120), False, id="stock-of-another-number"),
        pytest.param(claim(), claim(store_count=310), True, id="rounded"),
        pytest.param(claim(), claim(store_count=500), False, id="other-number"),
        pytest.param(claim(), claim(country="PL"), False, id="template-of-another-country"),
        pytest.param(claim(), claim(vendor="Oppo"), False, id="template-of-another-vendor"),
        pytest.param(claim(), claim(action="close"), False, id="closing"),
        pytest.param(claim(city="Ankara"), claim(city="Izmir"), False, id="other-city"),
        pytest.param(claim(city="Ankara"), claim(), True, id="city-left-out"),
        pytest.param(claim(), claim(store_count=None), False, id="number-left-out-without-support"),
        pytest.param(claim(horizon="2028"), claim(horizon="2028", store_count=None), True, id="horizon-supports"),
        pytest.param(claim(), claim(country=None), False, id="place-left-out-without-support"),
        pytest.param(
            claim(partner="Migros"), claim(country=None, partner="Migros"), True, id="number-and-partner-support"
        ),
    ],
)
def test_claims_of_one_story(a: Claim, b: Claim, same: bool) -> None:
    assert same_story(told(a), told(b)) is same
    assert same_story(told(b), told(a)) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param(DAY, DAY + WINDOW, True, id="a-week"),
        pytest.param(DAY, DAY + WINDOW + timedelta(seconds=1), False, id="more"),
        pytest.param(DAY, None, False, id="one-undated"),
        pytest.param(None, None, True, id="both-undated"),
    ],
)
def test_the_window(one: datetime | None, other: datetime | None, same: bool) -> None:
    assert same_story(told(claim(), at=one), told(claim(), at=other)) is same


def test_the_first_shop_of_a_chain_is_a_detail() -> None:
    assert told(claim(), claim(store_count=1, city="Ankara")).claims == (claim(),)


def test_a_roundup_belongs_to_no_story() -> None:
    assert told(*(claim(country=code) for code in ("TR", "PL", "ES", "IN"))).claims == ()


def test_the_window_rolls_and_the_order_does_not_matter() -> None:
    rows = [(str(n), told(claim(), at=DAY + timedelta(days=n))) for n in (0, 5, 10, 40)]
    for order in permutations(rows):
        roots = group(order)
        stories = {frozenset(order[i][0] for i in range(4) if roots[i] == root) for root in roots}
        assert stories == {frozenset({"0", "5", "10"}), frozenset({"40"})}


def test_copies_belong_together_whatever_they_claim() -> None:
    assert group([("a", told(claim())), ("b", told()), ("c", told())], [(0, 1)]) == [0, 0, 2]
