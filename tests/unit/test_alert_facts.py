"""What of the facts of a text is news, against what was known of it."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.alerts.ailing import changes, of_report
from scheduler.alerts.facts import likeness, news, settled
from scheduler.health import Report
from storewatch.types import Ailment, Fact, Found, News, Noted


def fact(number: int, revision: int = 1, *, article: int = 1, **more: Any) -> Fact:
    said: dict[str, Any] = {"vendor": "Xiaomi", "action": "plan", "country": "ES", "certainty": "announced", **more}
    return Fact(
        article_id=article,
        revision_id=revision,
        event_id=number,
        url=f"https://golem.example/{article}",
        outlet="golem.example",
        title="Xiaomi plans stores",
        **said,
    )


def told(one: Fact) -> Noted:
    return Noted(fact=one, news=News(kind="new", fact=one), told=True)


def kinds(found: list[Found], *known: Noted) -> list[tuple[int | None, str | None, dict[str, object]]]:
    """The event's number, what is told and what it was before."""
    made = news(found, {1: known})
    return [(one.fact.event_id, one.news and one.news.kind, dict(one.news.before) if one.news else {}) for one in made]


def test_an_unknown_fact_is_new() -> None:
    assert kinds([Found(fact=fact(1))]) == [(1, "new", {})]


@pytest.mark.parametrize(
    ("now", "before"),
    [
        pytest.param({"store_count": 1000}, {"store_count": None}, id="a number"),
        pytest.param({"country": "PT"}, {"country": "ES"}, id="a country"),
        pytest.param({"certainty": "denied"}, {"certainty": "announced"}, id="a denial"),
        pytest.param({"horizon": "2020", "partner": "Orange"}, {"horizon": None, "partner": None}, id="two things"),
    ],
)
def test_a_fact_that_says_something_else_has_changed(now: dict[str, Any], before: dict[str, Any]) -> None:
    assert kinds([Found(fact=fact(2, 2, **now))], told(fact(1))) == [(2, "changed", before)]


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"evidence": "In other words."}, id="other words"),
        pytest.param({"title": "Another headline"}, id="another headline"),
        pytest.param({"horizon_text": "soon"}, id="words of a date"),
    ],
)
def test_a_reworded_fact_is_no_news(more: dict[str, Any]) -> None:
    one = fact(1)
    reworded = Fact(
        **{**{name: getattr(one, name) for name in Fact.__slots__}, "event_id": 2, "revision_id": 2, **more}
    )
    assert kinds([Found(fact=reworded)], told(one)) == [(2, None, {})]


def test_the_likeliest_pair_is_the_change_and_the_rest_is_new() -> None:
    known = told(fact(1, city="Madrid", store_count=2)), told(fact(2, city="Bilbao", store_count=5))
    found = [
        Found(fact=fact(3, 2, city="Bilbao", store_count=6)),
        Found(fact=fact(4, 2, city="Madrid", store_count=2)),
        Found(fact=fact(5, 2, city="Vigo", vendor="vivo")),
    ]
    assert kinds(found, *known) == [(4, None, {}), (3, "changed", {"store_count": 5}), (5, "new", {})]


def test_a_number_that_changes_back_is_a_change() -> None:
    known = told(fact(1, 1, store_count=100)), told(fact(2, 2, store_count=200))
    assert kinds([Found(fact=fact(3, 3, store_count=100))], *known) == [(3, "changed", {"store_count": 200})]


def test_two_equal_facts_of_which_one_was_known() -> None:
    found = [Found(fact=fact(2, 2)), Found(fact=fact(3, 2))]
    assert [kind for _, kind, _ in kinds(found, told(fact(1)))] == [None, "new"]


def test_what_does_not_fit_is_told_only_as_a_change_of_what_was_told() -> None:
    gone = Found(fact=fact(2, 2, certainty="cancelled"), fits=False)
    other = Found(fact=fact(3, 2, vendor="vivo"), fits=False)
    assert kinds([gone, other], told(fact(1))) == [(2, "changed", {"certainty": "announced"}), (3, None, {})]
    assert kinds([gone], Noted(fact=fact(1))) == [(2, None, {})]


def test_who_was_told_stays_told_through_edits_that_change_nothing() -> None:
    (noted,) = news([Found(fact=fact(2, 2), fits=False)], {1: [told(fact(1))]})
    assert (noted.news, noted.told) == (None, True)
    later = Found(fact=fact(3, 3, certainty="denied"), fits=False)
    assert kinds([later], told(fact(1)), noted) == [(3, "changed", {"certainty": "announced"})]


def test_a_text_shown_in_place_of_another_one_says_nothing_new() -> None:
    """Two articles were known; one of them now stands for both."""
    known = told(fact(1, 1, article=1)), told(fact(2, 5, article=2, country="PT"))
    assert kinds([Found(fact=fact(3, 7)), Found(fact=fact(4, 7, country="PT"))], *known) == [
        (3, None, {}),
        (4, None, {}),
    ]


def test_an_article_without_events_is_told_once() -> None:
    plain = Fact(article_id=1, revision_id=1, url="https://golem.example/1", outlet="golem.example", title="Stores")
    assert plain.key == "article:1"
    assert [one.news is not None for one in news([Found(fact=plain)], {})] == [True]
    assert [one.news is not None for one in news([Found(fact=plain)], {1: [told(plain)]})] == [False]


@pytest.mark.parametrize(
    ("other", "score"),
    [
        pytest.param({}, 6, id="the same"),
        pytest.param({"vendor": "vivo"}, 0, id="another vendor"),
        pytest.param({"action": "open"}, 2, id="another action"),
        pytest.param({"country": "PT"}, 4, id="another country"),
    ],
)
def test_likeness(other: dict[str, Any], score: int) -> None:
    assert likeness(fact(1), fact(2, **other)) == score


def changed(one: Fact, **before: Any) -> News:
    return News(kind="changed", fact=one, before=before)


def new(one: Fact) -> News:
    return News(kind="new", fact=one)


ONE, TWO, THREE = fact(1, store_count=1), fact(2, 2, store_count=2), fact(3, 3, store_count=3)


@pytest.mark.parametrize(
    ("given", "left"),
    [
        pytest.param([new(ONE), new(TWO)], [new(ONE), new(TWO)], id="two things"),
        pytest.param([new(ONE), changed(TWO, store_count=1)], [new(TWO)], id="new, then changed"),
        pytest.param([changed(TWO, store_count=1), changed(THREE, store_count=2)], [changed(THREE, store_count=1)],
                     id="changed twice"),
        pytest.param([changed(TWO, store_count=1), changed(ONE, store_count=2)], [], id="changed back"),
        pytest.param([new(ONE), changed(TWO, store_count=1), changed(THREE, store_count=2)], [new(THREE)],
                     id="new, then changed twice"),
        pytest.param([changed(TWO, store_count=1), changed(fact(3, 3, store_count=2, city="Vigo"), city=None)],
                     [changed(fact(3, 3, store_count=2, city="Vigo"), city=None, store_count=1)],
                     id="changed in two ways"),
        pytest.param([new(fact(1, article=2, store_count=1)), changed(TWO, store_count=1)],
                     [new(fact(1, article=2, store_count=1)), changed(TWO, store_count=1)], id="of two articles"),
    ],
)  # fmt: skip
def test_a_digest_tells_the_last_state(given: list[News], left: list[News]) -> None:
    assert list(settled(given)) == left


ILL = ("blocked", "answers 403", "Ask its owner.")


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        pytest.param({}, {}, [], id="all well"),
        pytest.param({}, {"golem": ILL}, [("golem", "blocked")], id="fell ill"),
        pytest.param({"golem": "blocked"}, {"golem": ILL}, [], id="still ill"),
        pytest.param({"golem": "silent"}, {"golem": ILL}, [("golem", "blocked")], id="ill in another way"),
        pytest.param({"golem": "blocked"}, {}, [("golem", "ok")], id="recovered"),
        pytest.param({"golem": "ok"}, {}, [], id="recovered and told"),
    ],
)
def test_changes_of_health(
    before: dict[str, str], now: dict[str, tuple[str, str, str]], expected: list[tuple[str, str]]
) -> None:
    found: tuple[Ailment, ...] = changes(before, now)
    assert [(one.source, one.status) for one in found] == expected


def test_what_is_wrong_with_everything_is_told_under_names_that_no_source_can_have() -> None:
    found = of_report(Report(sources=(), critical=("no source could be polled so far",), warnings=("watch x: dead",)))
    assert found["All sources"][:2] == ("critical", "no source could be polled so far")
    assert found["Messages of watches"][:2] == ("undelivered", "watch x: dead")
