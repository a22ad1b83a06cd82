"""The collection from Python: ``storewatch.open("storewatch.db").events(vendor="Xiaomi", since="2024")``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, overload

from storewatch.db import finding, ledger, paging, queries, streaming, telling
from storewatch.db.orders import ARTICLE_SORTS
from storewatch.db.rows import ArticleDetail, ArticleRow, EventRow, Filters, LedgerRow, SearchRow, StatRow, StoryRow
from storewatch.db.store import Store, open_store
from storewatch.errors import InputError
from storewatch.search.language import EVERYTHING, mistake, parse, period
from storewatch.types import Position
from storewatch.types.positions import position

if TYPE_CHECKING:
    import pandas
    import polars

Row = TypeVar("Row", ArticleRow, EventRow, SearchRow, StoryRow, StatRow, LedgerRow)


class Rows(Generic[Row]):
    """An answer: a sequence of frozen values, and a table for those who have pandas or polars."""

    def __init__(self, rows: tuple[Row, ...], positions: tuple[Position, ...] = ()) -> None:
        self._rows: tuple[Row, ...] = rows
        self._positions = positions

    @property
    def cursor(self) -> str | None:
        """What ``after`` takes to go on behind the last row; None without rows, and for what has no pages."""
        return str(self._positions[-1]) if self._positions else None

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Rows[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | Rows[Row]:
        return Rows(self._rows[place], self._positions[place]) if isinstance(place, slice) else self._rows[place]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rows) and self._rows == other._rows

    def __hash__(self) -> int:
        return hash(self._rows)

    def __repr__(self) -> str:
        return f"<{len(self)} rows>"

    def to_dicts(self) -> list[dict[str, Any]]:
        """The rows as mappings of column names to values; a search's article is laid flat."""
        return [_flat(asdict(row)) for row in self._rows]

    def to_pandas(self) -> pandas.DataFrame:
        """A ``pandas.DataFrame``.

        :raises InputError: where pandas is not installed.
        """
        try:
            import pandas
        except ModuleNotFoundError:
            raise InputError("to_pandas()", "pandas is not installed", hint="pip install pandas") from None
        return pandas.DataFrame(self.to_dicts())

    def to_polars(self) -> polars.DataFrame:
        """A ``polars.DataFrame``.

        :raises InputError: where polars is not installed.
        """
        try:
            import polars
        except ModuleNotFoundError:
            raise InputError("to_polars()", "polars is not installed", hint="pip install polars") from None
        return polars.DataFrame(self.to_dicts(), infer_schema_length=None)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    return {**row.pop("article", {}), **row}


class Collection:
    """An open database, for reading. Close it, or use it as a context manager.

    The filters of all methods are those of the command line: ``query`` (docs/search.md), ``vendor``, ``country``,
    ``action``, ``lang``, ``source``, ``outlet``, ``since`` and ``until`` (a text such as ``2024-03`` or ``30d``, a date
    or an aware datetime), ``sort``, ``limit`` and ``offset``; lists also take ``after``, the ``cursor`` of an answer
    behind which they go on. All of them raise InputError for what cannot be meant.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._store.close()

    def __repr__(self) -> str:
        return f"<storewatch collection {self._store.url_shown}>"

    def articles(self, *, uncertain: bool = False, **filters: Any) -> Rows[ArticleRow]:
        """Accepted articles (or uncertain ones), the newest first."""
        wanted = replace(_filters(filters, "after", sorts=ARTICLE_SORTS), uncertain=uncertain)
        return _answer(queries.article_list(self._store, wanted))

    def events(self, **filters: Any) -> Rows[EventRow]:
        """What was said of vendors' stores, of the newest article first."""
        wanted = _filters(filters, "after", "as_of", sorts=queries.EVENT_SORTS)
        return _answer(queries.event_list(self._store, wanted))

    def search(self, query: str, **filters: Any) -> Rows[SearchRow]:
        """Articles that fit a query, the most relevant first."""
        filters = {"sort": "relevance", **filters, "query": query}
        return _answer(finding.search_list(self._store, _filters(filters, "after", sorts=finding.SEARCH_SORTS)))

    def stories(self, **filters: Any) -> Rows[StoryRow]:
        """Stories of which an article fits, the latest told first."""
        return _answer(telling.story_list(self._store, _filters(filters, "after", sorts=telling.STORY_SORTS)))

    def ledger(self, **filters: Any) -> Rows[LedgerRow]:
        """What vendors announced, opened and closed, one row a claim, the latest first said first; also with ``status``
        and, as :meth:`events`, ``as_of``: what was known then, the day, month or year named included."""
        wanted = _filters(filters, "after", "status", "as_of", sorts=ledger.LEDGER_SORTS)
        return _answer(ledger.ledger_list(self._store, wanted))

    def stats(self, by: str = "vendor", **filters: Any) -> Rows[StatRow]:
        """How many articles and events, by vendor, country, city, action, month, year, outlet, lang, source, ..."""
        if by not in finding.STATS:
            raise InputError(by, "cannot be counted by", hint=f"there are {', '.join(finding.STATS)}")
        return Rows(finding.stats(self._store, by, _filters(filters, sorts=())))

    def article(self, article_id: int) -> ArticleDetail | None:
        """One article with all that is known of it, whatever its verdict; None when there is none of this id."""
        return queries.article(self._store, article_id)

    def iter_articles(self, **filters: Any) -> Iterator[ArticleRow]:
        """As :meth:`articles`, in flat memory."""
        return streaming.articles(self._store, _filters(filters, sorts=ARTICLE_SORTS))

    def iter_events(self, **filters: Any) -> Iterator[EventRow]:
        """As :meth:`events`, in flat memory."""
        return streaming.events(self._store, _filters(filters, "as_of", sorts=queries.EVENT_SORTS))


def open_collection(database: str | Path = "storewatch.db") -> Collection:
    """Open a database: a path, or a URL as in ``database.url``.

    :raises DatabaseError: where it is missing, of another version, or none.
    """
    return Collection(open_store(str(database), create=False))


_TEXTS = ("vendor", "country", "action", "lang", "source", "outlet", "status", "query", "after")
_NUMBERS = ("limit", "offset")
_EVERYWHERE = frozenset(
    {"vendor", "country", "action", "lang", "source", "outlet", "query", "since", "until", "limit", "offset"}
)


def _answer(found: paging.Listed[Row]) -> Rows[Row]:
    return Rows(found.rows, found.positions)


def _filters(given: dict[str, Any], *more: str, sorts: Mapping[str, object] | Sequence[str]) -> Filters:
    """``more``: filters that only some methods have; ``sorts``: the orders of the list, none where it has one only."""
    now = datetime.now(UTC)
    names = {*_EVERYWHERE, *more, *(["sort"] if sorts else [])}
    for name, value in given.items():
        _check(name, value, names)
    if "sort" in given:
        paging.check_order(sorts, given["sort"])
    plain = {name: value for name, value in given.items() if name not in ("query", "since", "until", "as_of", "after")}
    query, after = given.get("query"), given.get("after")
    return Filters(
        **plain,
        query=parse(query, now=now) if query else EVERYTHING,
        since=_instant(given.get("since"), now, 0),
        until=_instant(given.get("until"), now, 1),
        as_of=_instant(given.get("as_of"), now, 1),
        after=position(after) if after else None,
    )


def _check(name: str, value: object, names: Set[str]) -> None:
    """:raises InputError: for a filter that there is not, or a value that is of no use for it."""
    if name not in names:
        raise InputError(name, "is no filter here", hint=f"there are {', '.join(sorted(names))}")
    if name in _TEXTS and value is not None and not isinstance(value, str):
        raise InputError(f"{name}={value!r}", "is no text")
    if isinstance(value, str) and value and (wrong := mistake(name, value)):
        raise InputError(f"{name}={value!r}", wrong[0], hint=wrong[1])
    if name in _NUMBERS and not (_is_count(value) or (name == "limit" and value is None)):
        raise InputError(f"{name}={value!r}", "is no number of rows", hint="write 0 or more")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63


def _instant(value: str | date | None, now: datetime, end: int) -> datetime | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    try:
        return period(value.isoformat() if isinstance(value, date) else str(value), now)[end]
    except ValueError:
        raise InputError(repr(value), "is no date", hint="write 2024, 2024-03, 2024-03-05 or 30d") from None
