"""JSONL as people hand it in: one row for each line, and a reason where a line is none."""

from __future__ import annotations

import gzip
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storewatch.cli.inputs import LineError, body_of, document, moment, parsed, raw_lines
from storewatch.errors import InputError
from storewatch.types import Moment, Precision


def only(raw: bytes) -> Any:
    (line,) = parsed([raw])
    return line


def test_one_line_each_in_order_with_its_id() -> None:
    stream = [b'{"id": "a"}\n', b"\n", b'{"id": 7}\r\n', b"oops\n", b'{"text": "no id"}']
    found = [(line.number, line.identity, line.error is None) for line in parsed(stream)]
    assert found == [(1, "a", True), (2, None, False), (3, 7, True), (4, None, False), (5, None, True)]


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        pytest.param(b"", "line 1: is empty", id="empty"),
        pytest.param(b"  \t\n", "line 1: is empty", id="blank"),
        pytest.param(
            b"{", "line 1: is not JSON: Expecting property name enclosed in double quotes (column 2)", id="torn"
        ),
        pytest.param(b'{"id": NaN}', "line 1: is not JSON: NaN is no JSON value", id="not a number"),
        pytest.param(b'{"id": "\xfc"}', "line 1: is not UTF-8 (byte 8)", id="Latin-1"),
        pytest.param(b"[1, 2]", "line 1: is no JSON object but [1, 2]", id="list"),
        pytest.param(b'"text"', 'line 1: is no JSON object but "text"', id="string"),
        pytest.param(b'{"id": {"a": 1}}', "line 1: id is neither text nor a number", id="object as id"),
        pytest.param(b"[" * 100_000, "line 1: is not JSON: ", id="nested too deep"),
        pytest.param(b'{"id": 1' + b"0" * 5000 + b"}", "line 1: is not JSON: ", id="a number too long"),
    ],
)
def test_what_is_wrong_with_a_line(raw: bytes, error: str) -> None:
    line = only(raw)
    assert line.error.startswith(error)
    assert "\n" not in line.error
    assert line.identity is None


def test_byte_order_mark_of_the_first_line_is_no_part_of_it() -> None:
    assert only(b'\xef\xbb\xbf{"id": 1}').identity == 1


def test_document_takes_what_the_judge_needs() -> None:
    found = document(
        {"id": 1, "title": "T", "text": "t", "lang": "de", "published": "2017-07", "url": "https://a.example"}
    )
    assert (found.title, found.text, found.lang, found.url) == ("T", "t", "de", "https://a.example")
    assert found.published == Moment(at=datetime(2017, 7, 1, tzinfo=UTC), precision="month")


def test_document_needs_only_the_text() -> None:
    found = document({"text": "", "title": None, "published": None, "published_at": ""})
    assert (found.title, found.text, found.lang, found.published, found.url) == ("", "", None, None, None)


def test_text_is_not_touched() -> None:
    assert document({"text": " a\u00a0\r\nb\u0301 "}).text == " a\u00a0\r\nb\u0301 "


@pytest.mark.parametrize(
    ("row", "error"),
    [
        pytest.param({}, "text is missing", id="no text"),
        pytest.param({"text": None}, "text is missing", id="null"),
        pytest.param({"text": ["a"]}, 'text is no text but ["a"]', id="list as text"),
        pytest.param({"text": "t", "title": 5}, "title is no text but 5", id="number as title"),
        pytest.param(
            {"text": "t", "published": "soon"}, 'published is no year, month, day or instant but "soon"', id="no date"
        ),
        pytest.param(
            {"text": "t", "published_at": True},
            "published_at is no year, month, day or instant but true",
            id="boolean as date",
        ),
        pytest.param(
            {"text": "t", "title": ["x" * 200]}, 'title is no text but ["' + "x" * 54 + " ...", id="long values are cut"
        ),
    ],
)
def test_document_says_what_is_wrong(row: dict[str, Any], error: str) -> None:
    with pytest.raises(LineError) as caught:
        document(row)
    assert str(caught.value) == error


@pytest.mark.parametrize(
    ("value", "at", "offset", "precision"),
    [
        pytest.param("2017", (2017, 1, 1), None, "year", id="year"),
        pytest.param(2017, (2017, 1, 1), None, "year", id="year as a number"),
        pytest.param("2017-07", (2017, 7, 1), None, "month", id="month"),
        pytest.param(" 2017-07-12 ", (2017, 7, 12), None, "day", id="day"),
        pytest.param("2017-07-12T08:30:00+02:00", (2017, 7, 12, 6, 30), 120, "instant", id="offset"),
        pytest.param("2017-07-12T06:30:00Z", (2017, 7, 12, 6, 30), 0, "instant", id="UTC"),
        pytest.param("2017-07-12 06:30", (2017, 7, 12, 6, 30), None, "instant", id="no zone"),
        pytest.param("2017-07-12T06:30:00.25Z", (2017, 7, 12, 6, 30, 0, 250_000), 0, "instant", id="fraction"),
        pytest.param("Wed, 12 Jul 2017 08:30:00 +0200", (2017, 7, 12, 6, 30), 120, "instant", id="as in feeds"),
    ],
)
def test_moment(value: object, at: tuple[int, ...], offset: int | None, precision: Precision) -> None:
    found = moment(value)
    assert found.at.utctimetuple()[: len(at[:6])] == at[:6]
    assert found.at.microsecond == (at[6] if len(at) > 6 else 0)
    assert (found.offset_min, found.precision) == (offset, precision)


@pytest.mark.parametrize(
    "value", ["", "soon", "2017-13", "2017-02-30", "0000", "12.07.2017", 20.17, [2017], True, "0001-01-01T00:00+14:00"]
)
def test_no_moment(value: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the message is made by whoever knows the field
        moment(value)


@given(st.one_of(st.text(max_size=40), st.from_regex(r"[0-9T:+Z., -]{1,40}")))
def test_any_text_is_a_moment_or_a_value_error(text: str) -> None:
    try:
        found = moment(text)
    except ValueError:
        return
    assert found.at.tzinfo is UTC


@given(st.binary(max_size=200))
def test_any_bytes_are_a_row_or_an_error(raw: bytes) -> None:
    line = only(raw)
    assert (line.error is None) or (line.row == {} and line.identity is None)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_files_may_be_gzipped(tmp_path: Path, pack: Any) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(pack(b"a\nb\n"))
    assert list(raw_lines(path)) == [b"a\n", b"b\n"]
    assert body_of(path, limit=100) == b"a\nb\n"
    assert body_of(path, limit=2) == b"a\nb"  # One byte more than allowed, never the whole.


@pytest.mark.parametrize("path", [None, Path("-")], ids=["none", "dash"])
def test_standard_input(monkeypatch: pytest.MonkeyPatch, path: Path | None) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(b'{"id": 1}\n'))))
    assert [json.loads(line) for line in raw_lines(path)] == [{"id": 1}]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    torn = tmp_path / "torn.jsonl.gz"
    torn.write_bytes(gzip.compress(b"a\n" * 100_000)[:-20])
    with pytest.raises(InputError, match=r"^gone\.jsonl: cannot be read: No such file or directory$"):
        list(raw_lines(Path("gone.jsonl")))
    with pytest.raises(InputError, match=r": cannot be read: Is a directory$"):
        list(raw_lines(tmp_path))
    with pytest.raises(InputError, match=r"torn\.jsonl\.gz: cannot be read: Compressed file ended"):
        list(raw_lines(torn))
    with pytest.raises(InputError, match=r"torn\.jsonl\.gz: cannot be read: Compressed file ended"):
        body_of(torn, limit=10_000_000)
