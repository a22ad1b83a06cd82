"""What is old by the clock goes only while the clock can be believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.keeping import is_steady

NOW = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days_ago", "steady"),
    [
        pytest.param([], True, id="the first run"),
        pytest.param([0, 0, 1, 2], True, id="as usual"),
        pytest.param([0, 30, 60], True, id="once a month"),
        pytest.param([0, 365], False, id="forward, or a year's pause"),
        pytest.param([0, -4000, 1], False, id="there and back"),
        pytest.param([-4000, 1], False, id="just back"),
        pytest.param([0, 1, 46.5], False, id="a pause among the last runs"),
    ],
)
def test_a_leap_among_the_last_runs_is_doubted(days_ago: list[float], steady: bool) -> None:
    assert is_steady([NOW - timedelta(days=days) for days in days_ago], NOW) is steady
