"""The newest of very many addresses, in memory that does not grow with their number."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from heapq import heappush, heappushpop
from typing import NamedTuple

from crawler.feeds.addresses import date_in_path, end_of
from crawler.feeds.dates import EARLIEST, read_date
from crawler.feeds.entries import MAX_ENTRIES

# Zones move a day by at most 14 hours, so days are compared as texts with a day to spare.
_EARLIEST = EARLIEST.date().isoformat()
_SPARE = timedelta(days=1)


class Row(NamedTuple):
    """The texts of one ``<url>`` or ``<sitemap>``, empty where it has none."""

    loc: str = ""
    lastmod: str = ""
    publication_date: str = ""
    title: str = ""
    keywords: str = ""

    @property
    def date(self) -> str:
        """The date that says most about when the page appeared."""
        return self.publication_date or self.lastmod


class Newest:
    """Takes rows in any order and keeps those that :meth:`rows` gives.

    A row's date is that of its news, else that of its change; a day in its address bounds both, because an old page
    that was changed is no news. Rows before ``since`` (None: none) count as ``too_old``, those beyond the limit as
    ``beyond_limit``. Of too many undated rows the first and the last are kept: sitemaps grow at one of their ends.
    """

    def __init__(self, *, now: datetime, since: datetime | None, limit: int = MAX_ENTRIES) -> None:
        self.skipped: Counter[str] = Counter()
        self._now = now
        self._since = since
        self._limit = limit
        # The smallest first: (time, minus position, row). Of rows with the same time the earlier ones are kept.
        self._dated: list[tuple[datetime, int, Row]] = []
        self._kept: set[str] = set()
        self._first: list[Row] = []
        self._last: deque[Row] = deque(maxlen=limit // 2)
        self._undated = 0
        self._position = 0
        self._oldest_day = _day(since)

    def take(self, row: Row) -> None:
        """One more row, in the sitemap's order."""
        self._position += 1
        if not row.loc:
            self.skipped["no_link"] += 1
        elif row.loc in self._kept:
            self.skipped["repeated"] += 1
        elif self._surely_older(row):
            self.skipped["too_old" if self._too_old_day(row) else "beyond_limit"] += 1
        else:
            at = self._time_of(row)
            if at is None:
                self._take_undated(row)
            elif self._since is not None and at < self._since:
                self.skipped["too_old"] += 1
            else:
                self._take_dated(at, row)

    @property
    def is_empty(self) -> bool:
        """Whether no row had an address so far."""
        return self._position == self.skipped["no_link"]

    def rows(self) -> Iterator[Row]:
        """What is kept: the dated rows, newest first, then undated ones in their order."""
        yield from (row for _, _, row in sorted(self._dated, key=lambda one: one[:2], reverse=True))
        room = self._limit - len(self._dated)
        self.skipped["beyond_limit"] += max(0, self._undated - room)
        if self._undated <= room:
            yield from self._first
            return
        first, last = self._first[: (room + 1) // 2], [*self._first, *self._last][::-1][: room // 2]
        for position in range(len(first)):
            yield first[position]
            yield from last[position : position + 1]

    def _time_of(self, row: Row) -> datetime | None:
        said = read_date(row.date, now=self._now) if row.date else None
        in_path = date_in_path(row.loc)
        if in_path is None or row.publication_date:
            return said.at if said else None
        bound = end_of(in_path)
        return min(said.at if said else self._now, bound)

    def _surely_older(self, row: Row) -> bool:
        """By the first ten characters of a date, which cost little: most rows of a large sitemap end here."""
        day = row.date[:10]
        return len(day) == 10 and day[4] == "-" == day[7] and _EARLIEST <= day < self._oldest_day

    def _too_old_day(self, row: Row) -> bool:
        return self._since is not None and row.date[:10] < _day(self._since)

    def _take_dated(self, at: datetime, row: Row) -> None:
        one = (at, -self._position, row)
        self._kept.add(row.loc)
        if len(self._dated) < self._limit:
            heappush(self._dated, one)
            return
        dropped = heappushpop(self._dated, one)
        self._kept.discard(dropped[2].loc)
        self.skipped["beyond_limit"] += 1
        self._oldest_day = max(self._oldest_day, _day(self._dated[0][0]))

    def _take_undated(self, row: Row) -> None:
        self._undated += 1
        if len(self._first) < self._limit:
            self._first.append(row)
            self._kept.add(row.loc)
        else:
            self._last.append(row)


def _day(moment: datetime | None) -> str:
    return "" if moment is None else (moment.astimezone(UTC) - _SPARE).date().isoformat()
