"""Orders of lists, and how a list goes on behind a row (keyset paging): what sorts behind its values, whatever has
come or gone before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Float, and_, literal, or_, tuple_

from storewatch.db.columns import Text, UtcTime
from storewatch.db.records import AnyRow
from storewatch.errors import InputError
from storewatch.types import Position
from storewatch.types.positions import Value

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One thing that rows are sorted by. ``column`` is never NULL: it has no place among values on both engines."""

    column: ColumnElement[Any]
    descending: bool = False

    @property
    def clause(self) -> ColumnElement[Any]:
        return self.column.desc() if self.descending else self.column.asc()

    def takes(self, value: Value) -> bool:
        kinds: dict[type[Any], type[Value]] = {UtcTime: datetime, Text: str, Float: float}
        kind = kinds.get(type(self.column.type), int)
        return type(value) is kind or (kind is float and type(value) is int)


Order = tuple[Key, ...]


def down(*columns: ColumnElement[Any]) -> Order:
    return tuple(Key(column=column, descending=True) for column in columns)


def up(*columns: ColumnElement[Any]) -> Order:
    return tuple(Key(column=column) for column in columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Generic[T]):
    """Rows in order, each with its place."""

    rows: tuple[T, ...]
    positions: tuple[Position, ...]


def order_of(orders: Mapping[str, Order], name: str) -> Order:
    """:raises InputError: for an order that there is not."""
    check_order(orders, name)
    return orders[name]


def check_order(orders: Mapping[str, object] | Sequence[str], name: object) -> None:
    """:raises InputError: for an order that is none of ``orders``."""
    if not isinstance(name, str) or name not in orders:
        hint = f"there are {', '.join(orders)}" if len(orders) > 1 else f"there is only {', '.join(orders)}"
        raise InputError(f"sort={name!r}", "there is no such order here", hint=hint)


def clauses(order: Order) -> list[ColumnElement[Any]]:
    """What ``ORDER BY`` takes."""
    return [key.clause for key in order]


def labelled(order: Order) -> list[ColumnElement[Any]]:
    """The keys as columns of a row, from which :func:`places` takes them."""
    return [key.column.label(f"key_{number}") for number, key in enumerate(order)]


def places(rows: str, name: str, order: Order, found: Sequence[AnyRow]) -> tuple[Position, ...]:
    """The place of each row that was selected with the columns of :func:`labelled`."""
    names = [f"key_{number}" for number in range(len(order))]
    return tuple(Position(rows=rows, order=name, values=tuple(getattr(row, key) for key in names)) for row in found)


def behind(position: Position | None, rows: str, name: str, order: Order) -> list[ColumnElement[bool]]:
    """The condition on a row of the list ``rows`` in the order ``name`` that it stands behind ``position``.

    :raises InputError: for a place in another list or order.
    """
    if position is None:
        return []
    checked(position, rows, name, order)
    return [_behind(list(zip(order, position.values, strict=True)))]


def not_before(position: Position, order: Order) -> ColumnElement[bool]:
    """The condition that a row is not before ``position`` by the keys of ``order``, the first ones of its order."""
    return _compared(list(zip(order, position.values, strict=False)), strictly=False)


def checked(position: Position, rows: str, name: str, order: Order) -> None:
    """:raises InputError: for a place in another list or order."""
    text = f"cursor {str(position)[:60]!r}"
    if position.rows != rows:
        raise InputError(text, f"is a place among {position.rows}, not {rows}", hint="take one of this list")
    if position.order != name:
        hint = f"ask with --sort {position.order}, or begin anew"
        raise InputError(text, f"is a place in the order {position.order}, not {name}", hint=hint)
    fits = len(position.values) == len(order) and all(
        key.takes(value) for key, value in zip(order, position.values, strict=False)
    )
    if not fits:
        raise InputError(text, "cannot be read", hint="take it from the column `cursor`")


def _behind(keys: list[tuple[Key, Value]]) -> ColumnElement[bool]:
    """Behind by the first keys of one direction or, where these are equal, by the rest."""
    _, first = next(groupby(keys, key=lambda one: one[0].descending))
    run = list(first)
    rest = keys[len(run) :]
    if not rest:
        return _compared(run, strictly=True)
    # The first condition follows from the second, but only by it an index finds the place.
    return and_(_compared(run, strictly=False), or_(_compared(run, strictly=True), _behind(rest)))


def _compared(keys: list[tuple[Key, Value]], *, strictly: bool) -> ColumnElement[bool]:
    columns = tuple_(*(key.column for key, _ in keys))
    values = tuple_(*(literal(value, key.column.type) for key, value in keys))
    if keys[0][0].descending:
        return columns < values if strictly else columns <= values
    return columns > values if strictly else columns >= values
