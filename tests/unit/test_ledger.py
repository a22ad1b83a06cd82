"""From events to claims: which belong together, what they say, what became of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storewatch.ledger import Figures, claims, standing, status
from storewatch.types import Claim, Progress, Said


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def said(number: int, at: str, outlet: str = "", **more: Any) -> Said:
    outlet = outlet or f"outlet{number}.example"
    values: dict[str, Any] = {"vendor": "Xiaomi", "action": "plan", "certainty": "announced", "lang": "en", **more}
    values.setdefault("article_id", number)
    return Said(event_id=number, position=0, said_at=day(at), url=f"https://{outlet}/{number}", outlet=outlet, **values)


def together(*sayings: Said) -> list[list[int]]:
    return sorted(sorted(claim.events) for claim in claims(sayings))


PARTNERS = ((1, "Saturn"), (2, "Media Markt"))
IN = {"country": "IN", "store_count": 500}
BERLIN = {"country": "DE", "city": "Berlin", "store_count": 1}


@pytest.mark.parametrize(
    ("sayings", "expected"),
    [
        pytest.param([said(1, "2019-01-01", **IN), said(2, "2019-03-01", **IN)], [[1, 2]], id="repeated"),
        pytest.param([said(1, "2019-01-01", **IN), said(2, "2020-03-01", **IN)], [[1], [2]], id="made anew"),
        pytest.param(
            [said(1, "2019-01-01", **IN), said(2, "2019-01-02", **IN | {"store_count": 510})], [[1], [2]], id="numbers"
        ),
        pytest.param(
            [said(1, "2019-01-01", story=1, **IN), said(2, "2019-01-02", story=1, **IN | {"store_count": 510})],
            [[1, 2]],
            id="near numbers of a story",
        ),
        pytest.param(
            [said(1, "2019-01-01", story=1, **IN), said(2, "2019-01-02", story=1, **IN | {"store_count": 250})],
            [[1], [2]],
            id="other numbers of a story",
        ),
        pytest.param(
            [
                said(1, "2019-01-01", story=1, article_id=1, **IN),
                said(2, "2019-01-01", story=1, article_id=1, **IN | {"store_count": 510}),
            ],
            [[1], [2]],
            id="side by side in one article",
        ),
        pytest.param(
            [said(1, "2019-01-01", story=1, **IN), said(2, "2019-01-02", story=1, country="IN")],
            [[1, 2]],
            id="without a number in a story",
        ),
        pytest.param(
            [said(1, "2019-01-01", **IN), said(2, "2019-01-02", **IN | {"country": "ID"})], [[1], [2]], id="countries"
        ),
        pytest.param(
            [said(1, "2019-01-01", **IN), said(2, "2019-01-02", **IN, vendor="vivo")], [[1], [2]], id="vendors"
        ),
        pytest.param(
            [said(1, "2019-01-01", **IN), said(2, "2019-01-02", **IN, store_type="kiosk")], [[1], [2]], id="kinds"
        ),
        pytest.param(
            [said(1, "2019-01-01", **IN), said(2, "2019-01-02", **IN, store_type="experience")],
            [[1, 2]],
            id="types of one kind",
        ),
        pytest.param(
            [said(1, "2019-01-01", horizon="2020", **IN), said(2, "2019-01-02", horizon="2020-12", **IN)],
            [[1, 2]],
            id="horizons that agree",
        ),
        pytest.param(
            [said(1, "2019-01-01", horizon="2020", **IN), said(2, "2019-01-02", horizon="2021", **IN)],
            [[1], [2]],
            id="horizons that do not",
        ),
        pytest.param(
            [
                said(1, "2019-01-01", horizon="2020", story=1, **IN),
                said(2, "2019-01-02", horizon="2021", story=1, **IN),
            ],
            [[1, 2]],
            id="horizons of one story",
        ),
        pytest.param(
            [
                said(1, "2019-01-01", horizon="2019-05", **BERLIN),
                said(2, "2019-01-02", horizon="2019-11", **BERLIN),
                said(3, "2019-01-03", horizon="2019", **BERLIN),
            ],
            [[1], [2, 3]],
            id="a vague time does not join two exact ones",
        ),
        pytest.param(
            [said(1, "2019-01-01", **BERLIN), said(2, "2019-05-18", action="open", **BERLIN)],
            [[1, 2]],
            id="a plan and its opening",
        ),
        pytest.param(
            [
                said(1, "2019-01-01", horizon="2019-05", **BERLIN),
                said(2, "2019-05-18", action="open", **BERLIN),
                said(3, "2019-10-01", action="open", **BERLIN),
            ],
            [[1, 2], [3]],
            id="another opening in the city",
        ),
        pytest.param(
            [
                said(1, "2019-01-01", action="open", story=1, **BERLIN),
                said(2, "2019-01-02", action="open", story=1, country="DE", store_count=1),
            ],
            [[1, 2]],
            id="the country's only city",
        ),
        pytest.param(
            [said(n, "2019-01-01", action="partner", country="DE", partner=name) for n, name in PARTNERS],
            [[1], [2]],
            id="partners",
        ),
    ],
)
def test_what_belongs_together(sayings: list[Said], expected: list[list[int]]) -> None:
    assert together(*sayings) == expected


def test_the_first_to_say_it_and_all_who_did() -> None:
    first = said(5, "2017-07-12", "cnbc.com", store_count=2000, region="outside China", horizon="2020", speaker="Wang")
    second = said(3, "2017-07-13", "golem.de", store_count=2000, region="outside China", lang="de")
    (claim,) = claims([replace(second, copied_by=frozenset({"heise.de", "golem.de"})), first])
    assert (claim.first_outlet, claim.first_said_at, claim.speaker) == ("cnbc.com", day("2017-07-12"), "Wang")
    assert (claim.articles, claim.outlets, claim.langs) == (2, 3, ("de", "en"))
    assert (claim.horizon, claim.due_on, claim.events) == ("2020", date(2020, 12, 31), (5, 3))


def test_values_stand_side_by_side_and_copies_do_not_outvote() -> None:
    copied = replace(said(1, "2019-01-01", story=1, **IN), copied_by=frozenset("abcdef"))
    others = [said(n, f"2019-01-0{n}", story=1, **IN | {"store_count": 480}) for n in (2, 3)]
    (claim,) = claims([copied, *others])
    assert claim.store_count == 480
    assert [(one.value, one.articles, one.outlets) for one in claim.counts] == [(480, 2, 2), (500, 1, 7)]


PLAN = said(1, "2019-01-10", **BERLIN)


@pytest.mark.parametrize(
    ("later", "states", "stands"),
    [
        pytest.param([], ["announced"], "announced", id="announced"),
        pytest.param([("2019-01-12", "plan", "rumoured")], ["announced"], "announced", id="a late rumour"),
        pytest.param([("2019-01-01", "plan", "rumoured")], ["rumoured", "announced"], "announced", id="a rumour first"),
        pytest.param([("2019-02-01", "plan", "cancelled")], ["announced", "cancelled"], "cancelled", id="cancelled"),
        pytest.param(
            [("2019-02-01", "plan", "denied"), ("2019-02-05", "plan", "announced")],
            ["announced", "denied"],
            "denied",
            id="still repeated",
        ),
        pytest.param(
            [("2019-02-01", "plan", "denied"), ("2019-03-05", "plan", "announced")],
            ["announced", "denied", "announced"],
            "announced",
            id="announced again",
        ),
        pytest.param(
            [("2019-03-01", "open", "confirmed"), ("2019-03-02", "open", "cancelled")],
            ["announced", "opened"],
            "opened",
            id="what is open cannot be called off",
        ),
    ],
)
def test_certainty_over_time(later: list[tuple[str, str, str]], states: list[str], stands: str) -> None:
    more = [said(n, at, action=a, certainty=c, **BERLIN) for n, (at, a, c) in enumerate(later, 2)]
    (claim,) = claims([PLAN, *more])
    assert [turn.state for turn in claim.timeline] == states
    assert status(standing(claim), None, date(2019, 4, 1)) == stands


def measured(*sayings: Said) -> tuple[Claim, Progress]:
    """The plan among the claims, and its progress."""
    found = claims(sayings)
    figures = Figures(standing(claim) for claim in found)
    (plan,) = (claim for claim in found if claim.action == "plan")
    return plan, figures.progress(standing(plan))


ABROAD = {"region": "outside China"}
GOAL = said(1, "2017-07-12", store_count=2000, horizon="2020", **ABROAD)


def stock(number: int, at: str, count: int, **more: Any) -> Said:
    return said(number, at, action="stock", store_count=count, certainty="confirmed", **{**ABROAD, **more})


@pytest.mark.parametrize(
    ("others", "count", "at", "basis", "reached", "baseline"),
    [
        pytest.param([], None, None, None, False, None, id="nothing known"),
        pytest.param([stock(2, "2019-09-10", 1000)], 1000, "2019-09-10", "stock", False, None, id="on the way"),
        pytest.param(
            [stock(2, "2017-07-14", 100), stock(3, "2019-09-10", 1000)],
            1000,
            "2019-09-10",
            "stock",
            False,
            100,
            id="from a baseline",
        ),
        pytest.param([stock(2, "2017-01-01", 100)], None, None, None, False, 100, id="before is no progress"),
        pytest.param(
            [stock(2, "2019-01-01", 900), stock(3, "2021-01-01", 2100)],
            2100,
            "2021-01-01",
            "stock",
            True,
            None,
            id="seen to pass",
        ),
        pytest.param(
            [stock(2, "2018-01-01", 5000)], 5000, "2018-01-01", "stock", False, None, id="perhaps there before"
        ),
        pytest.param(
            [stock(2, "2017-01-01", 3000), stock(3, "2019-01-01", 3500)],
            500,
            "2019-01-01",
            "growth",
            False,
            3000,
            id="additional stores",
        ),
        pytest.param(
            [said(n, f"201{n}-01-01", action="open", store_count=n * 10, **ABROAD) for n in (8, 9)],
            170,
            "2019-01-01",
            "openings",
            False,
            None,
            id="openings added up",
        ),
        pytest.param([stock(2, "2019-01-01", 900, city="Paris")], None, None, None, False, None, id="elsewhere"),
        pytest.param(
            [stock(2, "2019-01-01", 900, store_type="kiosk")], None, None, None, False, None, id="another kind"
        ),
        pytest.param(
            [replace(stock(2, "2019-01-01", 900), certainty="denied")], None, None, None, False, None, id="denied"
        ),
    ],
)
def test_progress(
    others: list[Said], count: int | None, at: str | None, basis: str | None, reached: bool, baseline: int | None
) -> None:
    _, seen = measured(GOAL, *others)
    assert (seen.count, seen.at, seen.basis) == (count, day(at) if at else None, basis)
    assert (seen.reached, seen.baseline) == (reached, baseline)


def test_cities_count_towards_the_country() -> None:
    plan = said(1, "2019-01-01", country="DE", store_count=2)
    cities = ((3, "Berlin"), (5, "Hamburg"))
    opened = [said(n, f"2019-0{n}-01", action="open", country="DE", city=city, store_count=1) for n, city in cities]
    claim, seen = measured(plan, *opened)
    assert (seen.count, seen.basis, seen.reached) == (2, "openings", True)
    assert status(standing(claim), seen, date(2019, 6, 1)) == "reached"


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(date(2020, 12, 31), "under_way", id="the last day"),
        pytest.param(date(2021, 1, 1), "overdue", id="the day after"),
    ],
)
def test_overdue(on: date, expected: str) -> None:
    claim, seen = measured(GOAL, stock(2, "2019-09-10", 1000))
    assert status(standing(claim), seen, on) == expected


worlds = st.lists(
    st.builds(
        lambda *values: values,
        st.integers(0, 900),
        st.sampled_from(["plan", "open", "stock", "close"]),
        st.sampled_from([None, 1, 480, 500, 530, 1000]),
        st.sampled_from([None, "Berlin", "Köln"]),
        st.sampled_from([None, "2019", "2019-05", "2019-H2", "2020"]),
        st.sampled_from(["own_store", "flagship", "kiosk"]),
        st.sampled_from([None, 1, 2]),
        st.sampled_from(["announced", "confirmed", "rumoured", "cancelled"]),
    ),
    max_size=14,
)


@given(world=worlds, seed=st.integers(0, 1000))
def test_no_order_shows(world: list[tuple[Any, ...]], seed: int) -> None:
    """Neither the order of the events nor their numbers nor those of their stories matter."""
    dice = Random(seed)

    def told(numbers: list[int], order: list[int], stories: dict[int, int]) -> set[tuple[Any, ...]]:
        sayings = [
            replace(
                said(
                    numbers[place],
                    "2019-01-01",
                    f"o{place}.example",
                    action=action,
                    certainty=certainty,
                    store_count=count,
                    country="DE",
                    city=city,
                    horizon=horizon,
                    store_type=kind,
                    story=stories.get(story) if story else None,
                ),
                said_at=datetime.fromtimestamp(1546300800 + at * 86400, UTC),
                url=f"https://o{place}.example/",
            )
            for place, (at, action, count, city, horizon, kind, story, certainty) in enumerate(world)
        ]
        place_of = {number: place for place, number in enumerate(numbers)}
        return {
            (tuple(place_of[event] for event in claim.events), replace(claim, events=()))
            for claim in claims([sayings[place] for place in order])
        }

    places = list(range(len(world)))
    mixed, numbers = dice.sample(places, len(places)), dice.sample(range(100, 200), len(places))
    assert told(places, places, {1: 1, 2: 2}) == told(numbers, mixed, {1: 9, 2: 4})
