"""The ages at which articles are looked at again, as people may write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from storewatch.config import load
from storewatch.errors import ConfigError


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param("1,6,24,72", (1.0, 6.0, 24.0, 72.0), id="as shipped"),
        pytest.param(" 0.5 , 2 ", (0.5, 2.0), id="fractions and blanks"),
        pytest.param("2160", (2160.0,), id="one"),
    ],
)
def test_ages_in_a_variable(given: str, expected: tuple[float, ...], tmp_path: Path) -> None:
    assert load(environ={"STOREWATCH_REFETCH__HOURS": given}, cwd=tmp_path).config.refetch.hours == expected


def test_ages_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "storewatch.toml").write_text("[refetch]\nhours = [2, 12.5]\n", encoding="utf-8")
    loaded = load(environ={}, cwd=tmp_path)
    assert loaded.config.refetch.hours == (2.0, 12.5)
    # As a crawl is handed them.
    again = load(environ=loaded.environ(), cwd=tmp_path)
    assert again.config.refetch.hours == (2.0, 12.5)


@pytest.mark.parametrize(
    "given", ["", "6,1", "1,1", "0,6", "-1", "nan", "one", "2161", ",".join(map(str, range(1, 12)))]
)
def test_other_ages_are_refused(given: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"refetch\.hours"):
        load(environ={"STOREWATCH_REFETCH__HOURS": given}, cwd=tmp_path)
