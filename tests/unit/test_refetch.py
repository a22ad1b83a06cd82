"""When a stored article is looked at again; every instant is given in hours since its publication."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.refetch import LOOKS_PER_AGE, Policy, born, due, next_look
from storewatch.types import Moment, YoungArticle

BORN = datetime(2026, 3, 2, 12, tzinfo=UTC)
POLICY = Policy(ages=tuple(timedelta(hours=hours) for hours in (1, 6, 24, 72)), per_run=100, per_host=10)


def at(hours: float) -> datetime:
    return BORN + timedelta(hours=hours)


def young(looked_at: float = 0.0, page_id: int = 1, host: str = "a.example", **more: Any) -> YoungArticle:
    values = {"first_seen_at": BORN, "published": Moment(at=BORN), **more}
    return YoungArticle(page_id=page_id, host=host, looked_at=at(looked_at), **values)


@pytest.mark.parametrize(
    ("looked_at", "edited", "hours"),
    [
        pytest.param(0, False, 1, id="new"),
        pytest.param(1, False, 6, id="after the first look"),
        pytest.param(0.99, False, 6, id="a look just before its age counts"),
        pytest.param(7, False, 24, id="late looks do not shift the plan"),
        pytest.param(30, False, 72, id="missed ages are made up for by one look"),
        pytest.param(72, False, None, id="after the last age"),
        pytest.param(1, True, 2, id="changed: again after an hour"),
        pytest.param(6, True, 9, id="changed: again after half its age"),
        pytest.param(24, True, 36, id="changed on the second day"),
        pytest.param(72, True, 108, id="what keeps changing is followed beyond the last age"),
        pytest.param(108, True, None, id="to twice the last age"),
        pytest.param(-5, False, 1, id="a clock set back"),
    ],
)
def test_the_next_look(looked_at: float, edited: bool, hours: float | None) -> None:
    expected = None if hours is None else at(hours)
    assert next_look(young(looked_at, edited=edited), POLICY) == expected


def test_an_edit_war_is_followed_so_often_and_no_further() -> None:
    article = young()
    while (look := next_look(article, POLICY)) is not None:
        article = replace(article, looked_at=look, edited=True, checks=article.checks + 1)
    assert 4 < article.checks <= LOOKS_PER_AGE * 4
    assert article.looked_at <= at(144)
    assert next_look(young(1, edited=True, checks=LOOKS_PER_AGE * 4), POLICY) is None


@pytest.mark.parametrize(
    ("published", "hours"),
    [
        pytest.param(None, 0, id="undated: since it was seen"),
        pytest.param(Moment(at=at(-3)), -3, id="an instant"),
        pytest.param(Moment(at=at(-12), precision="day"), 0, id="today"),
        pytest.param(Moment(at=at(-60), precision="day"), -36, id="the day before yesterday, at its end"),
        pytest.param(Moment(at=at(-48), precision="month"), 0, id="this month"),
        pytest.param(Moment(at=at(5000)), 0, id="a time to come, by our own clock"),
    ],
)
def test_when_an_article_was_born(published: Moment | None, hours: float) -> None:
    assert born(young(published=published)) == at(hours)


def test_what_is_due_now() -> None:
    articles = [young(page_id=1), young(0.5, page_id=2), young(1, page_id=3), young(2, page_id=4, checks=1)]
    assert due(articles, now=at(0.9), policy=POLICY) == ()
    assert due(articles, now=at(1), policy=POLICY) == (1, 2)
    assert due(articles, now=at(6), policy=POLICY) == (1, 2, 3, 4)


def test_old_articles_are_left_alone() -> None:
    assert due([young()], now=at(144), policy=POLICY) == (1,)
    assert due([young()], now=at(145), policy=POLICY) == ()
    assert due([young(published=Moment(at=at(-24 * 365)))], now=at(1), policy=POLICY) == ()


def test_the_least_looked_at_go_first_then_the_longest_waiting() -> None:
    articles = [young(7, page_id=1, checks=2), young(0, page_id=2), young(1, page_id=3, checks=1), young(1, page_id=4)]
    assert due(articles, now=at(24), policy=POLICY) == (2, 4, 3, 1)


def test_a_run_and_each_host_have_a_budget() -> None:
    policy = replace(POLICY, per_run=4, per_host=3)
    articles = [young(page_id=number, host=f"{'ab'[number > 5]}.example") for number in range(1, 9)]
    assert due(articles, now=at(1), policy=policy) == (1, 2, 3, 6)
    assert due(articles, now=at(1), policy=policy, without={"a.example"}) == (6, 7, 8)
