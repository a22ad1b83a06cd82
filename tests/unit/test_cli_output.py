"""Rows as table, JSON, JSONL and CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

import pytest
from rich.cells import cell_len

from storewatch.cli.output import Column, Format, csv_text, json_text, one_line, print_rows, table_text

COLUMNS = (
    Column(head="vendor", value=lambda row: row["vendor"], least=6),
    Column(head="count", value=lambda row: row["count"], right=True, rank=1),
    Column(head="outlet", value=lambda row: row["outlet"], least=8, rank=3),
    Column(head="evidence", value=lambda row: row["evidence"], least=12, most=60, rank=2),
)
ROWS: list[dict[str, Any]] = [
    {
        "vendor": "小米",
        "count": 2000,
        "outlet": "golem.de",
        "evidence": "小米将在三年内开设两千家门店,其中一半在中国以外。",
    },
    {
        "vendor": "Samsung",
        "count": None,
        "outlet": "heise.de",
        "evidence": "Samsung eröffnet\neinen \x1b[31mroten\x1b[0m Laden",
    },
]
FIELDS = ("vendor", "count", "evidence")


@pytest.mark.parametrize("width", [20, 30, 48, 60, 80, 200])
def test_tables_never_exceed_the_terminal(width: int) -> None:
    lines = table_text(ROWS, COLUMNS, width=width).splitlines()
    assert len(lines) == 1 + len(ROWS)
    assert max(cell_len(line) for line in lines) <= width


def test_columns_stand_below_each_other_whatever_the_script() -> None:
    head, first, second = table_text(ROWS, COLUMNS, width=120).splitlines()
    start = cell_len(head[: head.index("outlet")])
    assert cell_len(first[: first.index("golem")]) == start
    assert cell_len(second[: second.index("heise")]) == start


@pytest.mark.parametrize(
    ("width", "heads"),
    [
        pytest.param(80, ["vendor", "count", "outlet", "evidence"], id="all"),
        pytest.param(30, ["vendor", "count", "evidence"], id="the highest rank goes first"),
        pytest.param(20, ["vendor", "count"], id="then the next"),
    ],
)
def test_narrow_terminals_get_fewer_columns(width: int, heads: Sequence[str]) -> None:
    assert table_text(ROWS, COLUMNS, width=width).splitlines()[0].split() == heads


def test_cut_cells_say_so() -> None:
    assert table_text(ROWS, COLUMNS, width=48).splitlines()[1].endswith("…")


def test_tables_hold_no_control_characters() -> None:
    text = table_text(ROWS, COLUMNS, width=200)
    assert "\x1b" not in text
    assert "eröffnet einen" in text


def test_bold_heads_only_where_asked_for() -> None:
    assert table_text(ROWS, COLUMNS, width=80, bold=True).startswith("\x1b[1mvendor")


def test_one_line_takes_direction_marks_out() -> None:
    assert one_line("a\r\nb\u202ec\u2066") == "a b c"


def test_csv_reads_back() -> None:
    rows: list[dict[str, Any]] = [
        {"vendor": 'A "B", C\nD', "count": None, "evidence": {"in": "text"}},
        {"vendor": "x", "count": 1, "evidence": True},
    ]
    read = list(csv.reader(io.StringIO(csv_text(rows, FIELDS))))
    assert read == [["vendor", "count", "evidence"], ['A "B", C\nD', "", '{"in": "text"}'], ["x", "1", "true"]]


@pytest.mark.parametrize("output", Format, ids=str)
def test_nothing_found_prints_nothing(output: Format, capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(iter([]), COLUMNS, output, fields=FIELDS)
    assert capsys.readouterr().out == ("[]\n" if output is Format.json else "")


def test_json_and_jsonl_hold_the_fields_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(ROWS, COLUMNS, Format.json, fields=FIELDS)
    listed = json.loads(capsys.readouterr().out)
    print_rows(ROWS, COLUMNS, Format.jsonl, fields=FIELDS)
    lined = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert listed == lined == [{name: row[name] for name in FIELDS} for row in ROWS]
    assert [list(row) for row in lined] == [list(FIELDS)] * 2


def test_json_is_readable_in_every_script_and_always_utf8() -> None:
    assert json_text({"a": "門店 Düsseldorf"}) == '{"a": "門店 Düsseldorf"}'
    assert json_text({"a": "half \ud83d"}).encode("utf-8") == b'{"a": "half \\ud83d"}'


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\n\r"], ids=repr)
def test_a_line_end_in_a_cell_of_csv_ends_no_line(end: str) -> None:
    text = csv_text([{"a": f"one{end}two", "b": "x"}], ("a", "b"))
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["a", "b"], [f"one{end}two", "x"]]
    assert text.startswith("a,b\n")
