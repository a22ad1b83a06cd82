"""The texts an article has had, and their differences, as `show` prints them."""

from __future__ import annotations

from typing import Any

import pytest

from storewatch.cli import edits
from storewatch.errors import InputError

CHANGE = {"about": "Xiaomi open", "fact": "count", "old": "2000", "new": None}


def revision(number: int, text: str, **more: Any) -> dict[str, Any]:
    named = {"number": number, "seen_at": "2026-03-01T12:00:00Z", "title": "Stores", "text": text}
    return {**named, "edit": None, "edit_detail": None, "edit_changes": None, **more}


ALL = [revision(1, "one"), revision(4, "two"), revision(5, "three")]


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        pytest.param("last", (4, 5), id="the newest"),
        pytest.param("5", (4, 5), id="by number"),
        pytest.param("4", (1, 4), id="against the one kept before it"),
    ],
)
def test_which_revisions_are_compared(which: str, expected: tuple[int, int]) -> None:
    old, new = edits.pair(ALL, which)
    assert (old["number"], new["number"]) == expected


@pytest.mark.parametrize("which", ["1", "3", "6", "first", "-1", "²"])
def test_other_revisions_are_not_there(which: str) -> None:
    with pytest.raises(InputError, match="no such revision") as raised:
        edits.pair(ALL, which)
    assert "4, 5" in str(raised.value.hint)


def test_one_text_has_no_edits() -> None:
    with pytest.raises(InputError, match="one text only"):
        edits.pair(ALL[:1], "last")


def test_a_diff_as_people_read_it() -> None:
    old = revision(1, "It has 2,000 stores.\nMore.\nEnd.")
    new = revision(2, "It has stores.\nMore.\nEnd.", edit="facts", edit_detail="x", edit_changes=[CHANGE])
    row = edits.diff_row(old, new)
    assert (row["from"], row["number"], row["edit"]) == (1, 2, "facts")
    assert edits.diff_text(row, styled=False).splitlines() == [
        "revision 1 -> 2, 2026-03-01T12:00:00Z: facts",
        "Xiaomi open: count 2000 -> not said",
        "",
        "It has [-2,000 -]stores.",
        "",
        "  ... 2 equal paragraphs",
    ]
    assert "\x1b[31;9m2,000 \x1b[0m" in edits.diff_text(row, styled=True)


def test_escape_sequences_of_a_page_do_not_reach_the_terminal() -> None:
    row = edits.diff_row(revision(1, "a"), revision(2, "a \x1b[2J b", title="\x1b]0;x"))
    assert "\x1b" not in edits.diff_text(row, styled=False)


def test_long_equal_pieces_are_cut() -> None:
    old, new = (revision(n, f"{'word ' * 200}{n}", edit="wording", edit_detail="sentences: 1 changed") for n in (1, 2))
    lines = edits.diff_text(edits.diff_row(old, new), styled=False).splitlines()
    assert lines[1] == "sentences: 1 changed"
    assert len(lines[3]) < 200
    assert lines[3].endswith("word [-1-]{+2+}")
