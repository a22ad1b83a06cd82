"""Cursors as texts, and which ones are refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import column

from storewatch.db.columns import Text
from storewatch.db.hits import next_portion
from storewatch.db.ledger import LEDGER_SORTS
from storewatch.db.orders import ARTICLE_SORTS
from storewatch.db.paging import Order, behind, check_order, up
from storewatch.errors import InputError
from storewatch.types import Position
from storewatch.types.positions import position

MARCH = datetime(2026, 3, 1, 12, tzinfo=UTC)
values = st.one_of(
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, min_value=-1e18, max_value=1e18),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001  # bounds are naive there
)


@given(st.lists(values, min_size=1, max_size=5))
def test_what_is_written_is_read(given: list[int | float | str | datetime]) -> None:
    place = Position(rows="events", order="count", values=tuple(given))
    read = position(str(place))
    assert read == place
    assert [type(value) for value in read.values] == [type(value) for value in given]


def test_a_cursor_needs_no_quotes_in_a_shell() -> None:
    place = Position(rows="articles", order="outlet", values=("golem.de; rm 'x' $y:z", MARCH, 17))
    assert str(place) == "articles-outlet:=golem.de%3B%20rm%20%27x%27%20%24y%3Az:t1772366400000000:17"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("17", id="a number of rows"),
        pytest.param("articles-newest", id="no place"),
        pytest.param("articles-newest:", id="an empty value"),
        pytest.param("articles-newest:x:17", id="no value"),
        pytest.param("articles-newest:t99999999999999999999:17", id="beyond the end of time"),
        pytest.param("articles-newest:t1:99999999999999999999", id="beyond 64 bits"),
        pytest.param("articles-newest:tnan:17", id="no time"),
        pytest.param("articles-score:nan:t1:17", id="not a number"),
        pytest.param("articles-score:inf:t1:17", id="infinite"),
        pytest.param("articles-outlet:=%ff:t1:17", id="no UTF-8"),
        pytest.param("articles-newest:t1:17'; DROP TABLE articles", id="SQL"),
        pytest.param("📱", id="emoji"),
        pytest.param("articles-outlet:=" + "x" * 10_000 + ":t1:17", id="10,000 characters"),
    ],
)
def test_what_is_no_cursor_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(InputError, match="cannot be read") as refused:
        position(text)
    assert len(str(refused.value).splitlines()) == 1
    assert len(str(refused.value)) < 250


@pytest.mark.parametrize(
    ("text", "rows", "name", "order", "message"),
    [
        pytest.param("events-newest:t1:2:3", "articles", "newest", ARTICLE_SORTS["newest"], "among events", id="list"),
        pytest.param(
            "articles-oldest:t1:2", "articles", "newest", ARTICLE_SORTS["newest"], "ask with --sort oldest", id="order"
        ),
        pytest.param("articles-newest:t1:2:3", "articles", "newest", ARTICLE_SORTS["newest"], "be read", id="too long"),
        pytest.param("articles-newest:1:2", "articles", "newest", ARTICLE_SORTS["newest"], "be read", id="no time"),
        pytest.param("articles-newest:t1:=x", "articles", "newest", ARTICLE_SORTS["newest"], "be read", id="no number"),
        pytest.param("ledger-vendor:5:t1:2", "ledger", "vendor", LEDGER_SORTS["vendor"], "be read", id="no text"),
    ],
)
def test_a_place_elsewhere_is_refused(text: str, rows: str, name: str, order: Order, message: str) -> None:
    with pytest.raises(InputError, match=message):
        behind(position(text), rows, name, order)


def test_without_a_place_nothing_is_asked() -> None:
    assert behind(None, "articles", "newest", up(column("x", Text))) == []


@pytest.mark.parametrize(
    ("orders", "message"),
    [
        pytest.param(ARTICLE_SORTS, "there are newest, oldest, score, outlet, seen", id="several"),
        pytest.param(("newest",), "there is only newest", id="one"),
    ],
)
@pytest.mark.parametrize("name", ["luck", "", None, ["newest"], 5], ids=repr)
def test_an_order_that_there_is_not_names_those_there_are(orders: dict[str, Order], name: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_order(orders, name)


@pytest.mark.parametrize(
    ("looked_at", "found", "portion"),
    [
        pytest.param(2_000, 200, 600, id="what the density so far asks for, and a fifth more"),
        pytest.param(2_000, 249, 500, id="never a handful"),
        pytest.param(2_000, 1, 8_000, id="never more than four times as many"),
        pytest.param(2_000, 0, 8_000, id="nothing found"),
    ],
)
def test_how_many_articles_are_asked_next(looked_at: int, found: int, portion: int) -> None:
    assert next_portion(looked_at, found, 250) == portion
