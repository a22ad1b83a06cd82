"""JSONL as people hand it in: bytes -> rows, one for each line, and what is wrong with a line in the place of its row.

Only :func:`raw_lines` and :func:`body_of` touch files; the rest is pure.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, NoReturn, cast

from storewatch.errors import InputError
from storewatch.types import Document, Moment, Precision

GZIP_MAGIC = b"\x1f\x8b"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
#: A date alone: year, month or day.
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


class LineError(Exception):
    """A line that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the input: its number from 1, its id, and either its row or what is wrong with it."""

    number: int
    identity: object
    row: Mapping[str, Any]
    error: str | None = None


def parsed(stream: Iterable[bytes]) -> Iterator[Line]:
    """Every line of ``stream``, blank and broken ones included, in order."""
    for number, raw in enumerate(stream, start=1):
        try:
            row = _row(raw.removeprefix(BYTE_ORDER_MARK) if number == 1 else raw)
        except LineError as error:
            yield Line(number=number, identity=None, row={}, error=f"line {number}: {error}")
        else:
            yield Line(number=number, identity=row.get("id"), row=row)


def document(row: Mapping[str, Any]) -> Document:
    """What the judge reads, from ``{id, title, text, lang?, published?, url?}``.

    :raises LineError: where a field is missing or of the wrong kind.
    """
    return Document(
        title=text_field(row, "title"),
        text=text_field(row, "text", required=True),
        lang=text_field(row, "lang") or None,
        published=published_field(row),
        url=text_field(row, "url") or None,
    )


def text_field(row: Mapping[str, Any], name: str, *, required: bool = False) -> str:
    """A string of the row; "" where it is missing or null and not required.

    :raises LineError: naming the field.
    """
    value = row.get(name)
    if value is None and not required:
        return ""
    if value is None:
        raise LineError(f"{name} is missing")
    if not isinstance(value, str):
        raise LineError(f"{name} is no text but {shortened(value)}")
    return value


def published_field(row: Mapping[str, Any]) -> Moment | None:
    """``published`` or its synonym ``published_at``.

    :raises LineError: where it is no date.
    """
    for name in ("published", "published_at"):
        value = row.get(name)
        if value is None or value == "":
            continue
        try:
            return moment(value)
        except ValueError:
            raise LineError(f"{name} is no year, month, day or instant but {shortened(value)}") from None
    return None


def moment(value: object) -> Moment:
    """A year, month, day or instant: ``2017``, ``2017-07``, ``2017-07-12``, ISO 8601, or a date as in mails and feeds.

    :raises ValueError: for anything else.
    """
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if date := _DATE.fullmatch(text):
        year, month, day = (int(part) if part else None for part in date.groups())
        precision: Precision = "day" if day is not None else "month" if month is not None else "year"
        at = datetime(cast(int, year), 1 if month is None else month, 1 if day is None else day, tzinfo=UTC)
        return Moment(at=at, precision=precision)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        from email.utils import parsedate_to_datetime  # here, for every command would pay for it

        at = parsedate_to_datetime(text)
    offset = at.utcoffset()
    if offset is None:
        return Moment(at=at.replace(tzinfo=UTC))
    try:
        return Moment(at=at.astimezone(UTC), offset_min=round(offset / timedelta(minutes=1)))
    except OverflowError as error:
        raise ValueError(text) from error


def shortened(value: object, width: int = 60) -> str:
    """A value for a message, on one line."""
    shown = json.dumps(value, default=str)
    return shown if len(shown) <= width else shown[: width - 4] + " ..."


def raw_lines(path: Path | None) -> Iterator[bytes]:
    """The lines of a file, gzipped or not, or of standard input for None and ``-``.

    :raises InputError: when the file cannot be read, also in the middle of it.
    """
    name = "standard input" if _is_stdin(path) else str(path)
    try:
        with _binary(path) as file:
            yield from file
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(name, f"cannot be read: {_why(error)}") from error


def body_of(path: Path, *, limit: int) -> bytes:
    """The bytes of a page's file, unzipped.

    :param limit: at most one byte more than this is read, so that whoever gets more can refuse it.
    :raises InputError: when it cannot be read.
    """
    try:
        with _binary(path) as file:
            return file.read(limit + 1)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise InputError(str(path), f"cannot be read: {_why(error)}") from error


def _is_stdin(path: Path | None) -> bool:
    return path is None or str(path) == "-"


@contextmanager
def _binary(path: Path | None) -> Iterator[IO[bytes]]:
    if path is None or _is_stdin(path):
        yield _unzipped(_peekable(sys.stdin.buffer))
        return
    with path.open("rb") as file:
        yield _unzipped(_peekable(file))


def _peekable(file: IO[bytes]) -> io.BufferedReader:
    # BufferedReader asks for a raw stream by its type, but works over any readable one.
    return file if isinstance(file, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, file))


def _unzipped(file: io.BufferedReader) -> IO[bytes]:
    if file.peek(len(GZIP_MAGIC))[: len(GZIP_MAGIC)] == GZIP_MAGIC:
        return cast(IO[bytes], gzip.GzipFile(fileobj=file))
    return file


def _why(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def _row(raw: bytes) -> Mapping[str, Any]:
    text = raw.strip()
    if not text:
        raise LineError("is empty")
    try:
        row = json.loads(text.decode("utf-8"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise LineError(f"is not UTF-8 (byte {error.start})") from None
    except json.JSONDecodeError as error:
        raise LineError(f"is not JSON: {error.msg} (column {error.colno})") from None
    except (ValueError, RecursionError) as error:
        raise LineError(f"is not JSON: {error}") from None
    if not isinstance(row, dict):
        raise LineError(f"is no JSON object but {shortened(row)}")
    if isinstance(row.get("id"), dict | list):
        raise LineError("id is neither text nor a number")
    return row


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")
