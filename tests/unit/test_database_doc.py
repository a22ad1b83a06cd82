"""docs/database.md names every view, every column of a view, and every table."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from storewatch.db import models, queries, version, views

DOC = (Path(__file__).parents[2] / "docs" / "database.md").read_text(encoding="utf-8")

COLUMNS = {
    "v_articles": queries.ArticleRow,
    "v_copies": queries.CopyRow,
    "v_events": queries.EventRow,
}


def section(heading: str) -> str:
    _, found, rest = DOC.partition(f"{heading}\n")
    assert found, f"no section {heading!r}"
    return re.split(r"^##+ ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def first_cells(text: str) -> list[str]:
    """The names in the first column of the section's table."""
    rows = re.findall(r"^\| ([^|]*) \|", text, flags=re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`([a-z_]+)`", row)]


def test_every_view_has_a_section() -> None:
    assert sorted(re.findall(r"^### `(v_\w+)`$", DOC, flags=re.MULTILINE)) == sorted(views.VIEWS)


@pytest.mark.parametrize("name", COLUMNS)
def test_every_column_of_a_view_in_its_order(name: str) -> None:
    assert first_cells(section(f"### `{name}`")) == [f.name for f in fields(COLUMNS[name])]


def test_every_table() -> None:
    assert set(first_cells(section("## Tables"))) == {*models.metadata.tables, version.TABLE}
