"""Rows into files: every format gives back what was written."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import feedparser
import openpyxl
import pytest
from pyarrow import parquet

from crawler.feeds import parse as parse_feed
from storewatch.cli.stored import EVENT_FIELDS
from storewatch.errors import InputError
from storewatch.export import WRITERS, About, export


def row(number: int, **more: Any) -> dict[str, Any]:
    """An event with something in every kind of column."""
    values: dict[str, Any] = dict.fromkeys(EVENT_FIELDS)
    values |= {"event_id": number, "article_id": number, "revision_id": 1, "vendor": "Xiaomi", "action": "plan"}
    values |= {"url": f"https://golem.example/{number}", "outlet": "golem.example", "store_type": "own_store"}
    values |= {"published_at": "2017-07-12T08:30:00Z", "store_count": 2000, "share": 0.5, "country": "DE"}
    values |= {"evidence": 'Er sagte: "2.000 Läden",\n小米 <b> & 📱', "evidence_in": "text", "certainty": "announced"}
    values |= {"evidence_start": 0, "evidence_end": 30}
    return values | more


ROWS = [row(1), row(2, share=None, city="=1+1", store_count=None), row(3, published_at=None, vendor="vivo")]
ABOUT = About(kind="events", columns=EVENT_FIELDS, title="storewatch: events Xiaomi", query="Xiaomi")


def written(tmp_path: Path, name: str, rows: list[dict[str, Any]] = ROWS) -> Path:
    path = tmp_path / name
    assert export(path, iter(rows), ABOUT).count == len(rows)
    assert [one.name for one in tmp_path.iterdir()] == [name]
    return path


def test_csv(tmp_path: Path) -> None:
    with written(tmp_path, "events.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert found == [{name: "" if value is None else str(value) for name, value in one.items()} for one in ROWS]


def test_jsonl(tmp_path: Path) -> None:
    lines = written(tmp_path, "events.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == ROWS


def test_parquet(tmp_path: Path) -> None:
    table = parquet.read_table(written(tmp_path, "events.parquet"))
    assert table.to_pylist() == ROWS
    assert str(table.schema.field("store_count").type) == "int64"
    assert str(table.schema.field("share").type) == "double"


def test_xlsx(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(written(tmp_path, "events.xlsx")).active
    head, *found = sheet.iter_rows(values_only=True)
    assert list(head) == list(EVENT_FIELDS)
    assert [dict(zip(head, one, strict=True)) for one in found] == ROWS
    assert sheet.cell(row=3, column=1 + EVENT_FIELDS.index("city")).data_type == "s", "a text is no formula"
    assert sheet.freeze_panes == "A2"


def test_sqlite(tmp_path: Path) -> None:
    path = written(tmp_path, "events.sqlite")
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        assert [dict(one) for one in connection.execute("SELECT * FROM events")] == ROWS
        hits = connection.execute(
            "SELECT event_id FROM events WHERE rowid IN (SELECT rowid FROM events_fts WHERE events_fts MATCH 'laden')"
        )
        assert [one[0] for one in hits] == [1, 2, 3]
        (about,) = connection.execute("SELECT * FROM about")
    settings = json.loads(about["metadata"])["databases"]["events"]["tables"]["events"]
    assert settings["facets"][:2] == ["vendor", "action"]
    assert settings["fts_table"] == "events_fts"
    assert about["rows"] == 3


def test_atom_is_read_by_a_reader(tmp_path: Path) -> None:
    read = feedparser.parse(written(tmp_path, "events.atom").read_bytes())
    assert not read.bozo
    assert read.feed.title == "storewatch: events Xiaomi"
    assert [one.link for one in read.entries] == [one["url"] for one in ROWS]
    assert read.entries[0].title == "Xiaomi · plan · 2000 · DE"
    assert "2.000 Läden" in read.entries[0].summary
    assert read.entries[0].updated == "2017-07-12T08:30:00Z"
    assert len({one.id for one in read.entries}) == 3


def test_json_feed_is_read_by_a_reader(tmp_path: Path) -> None:
    path = written(tmp_path, "events.json")
    feed = parse_feed(path.read_bytes(), url="https://reader.example/events.json")
    assert [one.url for one in feed.entries] == [one["url"] for one in ROWS]


@pytest.mark.parametrize("name", [f"events{suffix}" for suffix in WRITERS], ids=[*WRITERS])
def test_nothing_found_is_a_file_without_rows(tmp_path: Path, name: str) -> None:
    assert written(tmp_path, name, []).stat().st_size or name.endswith(".jsonl")


@pytest.mark.parametrize("name", [f"events{suffix}" for suffix in WRITERS], ids=[*WRITERS])
def test_what_goes_wrong_leaves_the_old_file(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, name)
    before = path.read_bytes()

    def broken() -> Any:
        yield row(1)
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError, match="went away"):
        export(path, broken(), ABOUT)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("events", "has no extension", id="no extension"),
        pytest.param("events.doc", "write a name that ends in .csv", id="unknown extension"),
        pytest.param("no/folder/events.csv", "cannot be written: No such file", id="no folder"),
    ],
)
def test_where_nothing_can_be_written(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        export(tmp_path / name, iter(ROWS), ABOUT)


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "storewatch.export.columnar", raising=False)
    with pytest.raises(InputError, match=r"pip install 'storewatch\[parquet\]'"):
        export(tmp_path / "events.parquet", iter(ROWS), ABOUT)


def test_a_sheet_holds_so_many_rows_and_the_rest_goes_on_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storewatch.export.sheets.MAX_ROWS", 3)
    told = export(tmp_path / "events.xlsx", iter(ROWS), ABOUT)
    assert told.notes == ("has 2 sheets: one holds 2 rows",)
    book = openpyxl.load_workbook(tmp_path / "events.xlsx")
    assert book.sheetnames == ["events", "events 2"]
    assert [sheet.max_row for sheet in book.worksheets] == [3, 2]


def test_what_a_cell_cannot_hold_is_told(tmp_path: Path) -> None:
    rows = [row(1, evidence="x" * 40_000), row(2, evidence="bell \a", speaker="\x00"), row(3)]
    told = export(tmp_path / "events.xlsx", iter(rows), ABOUT)
    assert (told.count, told.notes) == (
        3,
        (
            "1 cells are cut: Excel holds 32,767 characters",
            "2 cells have U+FFFD for characters that Excel cannot hold",
        ),
    )


@pytest.mark.parametrize(
    ("said", "date"),
    [
        ("2017", "2017-01-01T00:00:00Z"),
        ("2017-07", "2017-07-01T00:00:00Z"),
        ("2017-07-12", "2017-07-12T00:00:00Z"),
        ("2017-07-12T10:00:00", "2017-07-12T10:00:00Z"),
        ("2017-07-12T10:00:00+02:00", "2017-07-12T10:00:00+02:00"),
    ],
    ids=str,
)
def test_a_feed_needs_a_full_instant(tmp_path: Path, said: str, date: str) -> None:
    path = tmp_path / "events.atom"
    export(path, [row(1, published_at=said)], ABOUT)
    assert feedparser.parse(path.read_bytes()).entries[0].updated == date
