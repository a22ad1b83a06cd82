"""The collection from Python: ``storewatch.open("storewatch.db").events(vendor="Xiaomi", since="2024")``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, overload

from storewatch.db import finding, ledger, queries, streaming, telling
from storewatch.db.rows import ArticleDetail, ArticleRow, EventRow, Filters, LedgerRow, SearchRow, StatRow, StoryRow
from storewatch.db.store import Store, open_store
from storewatch.errors import InputError
from storewatch.search.language import EVERYTHING, parse, period

if TYPE_CHECKING:
    import pandas
    import polars

Row = TypeVar("Row", ArticleRow, EventRow, SearchRow, StoryRow, StatRow, LedgerRow)


class Rows(Generic[Row]):
    """An answer: a sequence of frozen values, and a table for those who have pandas or polars."""

    def __init__(self, rows: tuple[Row, ...]) -> None:
        self._rows: tuple[Row, ...] = rows

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Rows[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | Rows[Row]:
        return Rows(self._rows[place]) if isinstance(place, slice) else self._rows[place]

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
    or an aware datetime), ``sort``, ``limit`` and ``offset``. All of them raise InputError for what cannot be meant.
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
        return Rows(queries.articles(self._store, replace(_filters(filters), uncertain=uncertain)))

    def events(self, **filters: Any) -> Rows[EventRow]:
        """What was said of vendors' stores, of the newest article first."""
        return Rows(queries.events(self._store, _filters(filters, "as_of")))

    def search(self, query: str, **filters: Any) -> Rows[SearchRow]:
        """Articles that fit a query, the most relevant first."""
        filters = {"sort": "relevance", **filters, "query": query}
        return Rows(finding.search(self._store, _filters(filters)))

    def stories(self, **filters: Any) -> Rows[StoryRow]:
        """Stories of which an article fits, the latest told first."""
        return Rows(telling.stories(self._store, _filters(filters)))

    def ledger(self, **filters: Any) -> Rows[LedgerRow]:
        """What vendors announced, opened and closed, one row a claim, the latest first said first; also with ``status``
        and, as :meth:`events`, ``as_of``: what was known then, the day, month or year named included."""
        return Rows(ledger.ledger(self._store, _filters(filters, "status", "as_of")))

    def stats(self, by: str = "vendor", **filters: Any) -> Rows[StatRow]:
        """How many articles and events, by vendor, country, city, action, month, year, outlet, lang, source, ..."""
        if by not in finding.STATS:
            raise InputError(by, "cannot be counted by", hint=f"there are {', '.join(finding.STATS)}")
        return Rows(finding.stats(self._store, by, _filters(filters)))

    def article(self, article_id: int) -> ArticleDetail | None:
        """One article with all that is known of it, whatever its verdict; None when there is none of this id."""
        return queries.article(self._store, article_id)

    def iter_articles(self, **filters: Any) -> Iterator[ArticleRow]:
        """As :meth:`articles`, in flat memory."""
        return streaming.articles(self._store, _filters(filters))

    def iter_events(self, **filters: Any) -> Iterator[EventRow]:
        """As :meth:`events`, in flat memory."""
        return streaming.events(self._store, _filters(filters, "as_of"))


def open_collection(database: str | Path = "storewatch.db") -> Collection:
    """Open a database: a path, or a URL as in ``database.url``.

    :raises DatabaseError: where it is missing, of another version, or none.
    """
    return Collection(open_store(str(database), create=False))


_NAMES = frozenset({"vendor", "country", "action", "lang", "source", "outlet", "sort", "limit", "offset"})


def _filters(given: dict[str, Any], *more: str) -> Filters:
    """``more``: filters that only some methods have."""
    now = datetime.now(UTC)
    names = {*_NAMES, *more, "query", "since", "until"}
    for name in given:
        if name not in names:
            raise InputError(name, "is no filter", hint=f"there are {', '.join(sorted(names))}")
    plain = {name: value for name, value in given.items() if name not in ("query", "since", "until", "as_of")}
    sort = plain.get("sort", "newest")
    orders = {*queries.ARTICLE_SORTS, *queries.EVENT_SORTS, *ledger.LEDGER_SORTS, "relevance"}
    if sort not in orders:
        raise InputError(f"sort={sort!r}", "there is no such order", hint=f"there are {', '.join(sorted(orders))}")
    query = given.get("query")
    return Filters(
        **plain,
        query=parse(query, now=now) if query else EVERYTHING,
        since=_instant(given.get("since"), now, 0),
        until=_instant(given.get("until"), now, 1),
        as_of=_instant(given.get("as_of"), now, 1),
    )


def _instant(value: str | date | None, now: datetime, end: int) -> datetime | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    try:
        return period(value.isoformat() if isinstance(value, date) else value, now)[end]
    except ValueError:
        raise InputError(repr(value), "is no date", hint="write 2024, 2024-03, 2024-03-05 or 30d") from None
