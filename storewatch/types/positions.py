"""Places in an ordered list, as ``--after`` takes them and the column ``cursor`` gives them.

A place is not a number of rows but the values by which the row before it is sorted. So rows that come or go meanwhile
shift nothing: what follows a place is what sorts behind it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote

from storewatch.errors import InputError

#: What a row is sorted by.
Value = int | float | str | datetime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
#: Longer ones are no cursors; the longest value in one is a vendor's or an outlet's name.
MAX_LENGTH = 2_000
_FORM = re.compile(r"([a-z]+)-([a-z]+)((?::[^:\s]*)+)", re.ASCII)
_MEANT = "take it from the column `cursor`, or from the message below a table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """The place behind one row.

    :param rows: what is listed: ``articles``, ``events``, ``stories``, ``ledger``.
    :param order: the name of the order, as ``--sort`` takes it.
    :param values: what the row is sorted by, in order; the last one is a number that no other row has.

    >>> str(Position(rows="articles", order="outlet", values=("golem.de", datetime(2026, 3, 1, tzinfo=UTC), 17)))
    'articles-outlet:=golem.de:t1772323200000000:17'
    """

    rows: str
    order: str
    values: tuple[Value, ...]

    def __str__(self) -> str:
        return ":".join((f"{self.rows}-{self.order}", *map(_written, self.values)))


def position(text: str) -> Position:
    """The place that ``text`` names: what ``str`` gives for one.

    :raises InputError: for what is no cursor.
    """
    found = _FORM.fullmatch(text) if len(text) <= MAX_LENGTH else None
    if found is None:
        raise _unreadable(text)
    try:
        values = tuple(_read(part) for part in found[3].split(":")[1:])
    except (ValueError, OverflowError):
        raise _unreadable(text) from None
    return Position(rows=found[1], order=found[2], values=values)


def _written(value: Value) -> str:
    if isinstance(value, datetime):
        return f"t{(value - _EPOCH) // _MICROSECOND}"
    return f"={quote(value, safe='')}" if isinstance(value, str) else repr(value)


def _read(part: str) -> Value:
    if part.startswith("="):
        return unquote(part[1:], errors="strict")
    if part.startswith("t"):
        return _EPOCH + int(part[1:]) * _MICROSECOND
    number = float(part) if re.search("[.en]", part) else int(part)
    if not -(2**63) <= number < 2**63:
        raise OverflowError(part)
    return number


def _unreadable(text: str) -> InputError:
    shown = text if len(text) <= 60 else text[:59] + "…"
    return InputError(f"cursor {shown!r}", "cannot be read", hint=_MEANT)
