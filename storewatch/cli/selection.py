"""Which rows are asked for, in which order, and how many: what the commands that ask have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from storewatch.cli import stored
from storewatch.cli.output import Column, Format, print_rows, say
from storewatch.cli.rows import Row
from storewatch.cli.session import now
from storewatch.errors import InputError

if TYPE_CHECKING:
    from storewatch.cli.asking import Asked
    from storewatch.db.rows import Filters
    from storewatch.db.store import Store
    from storewatch.types import Position

#: The column that holds a row's place in the list.
CURSOR = "cursor"
#: Rows of a table when ``--limit`` says nothing: what a person reads. Other formats give all.
TABLE_LIMIT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is asked for and how it is shown."""

    filters: Filters
    page: Page
    zone: ZoneInfo | None

    def show(
        self,
        rows: Sequence[Row],
        columns: Sequence[Column],
        fields: Sequence[str],
        positions: Sequence[Position] = (),
    ) -> None:
        """Print rows, each with its place in the list, where places are given."""
        self.page.show([stored.in_zone(row, self.zone) for row in rows], columns, fields, positions)


class Page:
    """Which part of a long answer is wanted. One row more than a table shows is asked for, to know whether there are
    more. ``cursor``: each row says its place in the list."""

    def __init__(
        self, limit: int | None, offset: int, output: Format, columns: str | None = None, *, cursor: bool = False
    ) -> None:
        if limit is None:
            limit = TABLE_LIMIT if output is Format.table else 0
        self.limit = limit
        self.offset = offset
        self.output = output
        self.columns = columns
        self.cursor = cursor

    @property
    def query_limit(self) -> int | None:
        return self.limit + 1 if self.limit else None

    def show(
        self,
        rows: Sequence[Row],
        columns: Sequence[Column],
        fields: Sequence[str],
        positions: Sequence[Position] = (),
    ) -> None:
        found = len(rows)
        rows = rows[: self.limit] if self.limit else rows
        if positions:
            rows = [row | {CURSOR: str(place)} for row, place in zip(rows, positions, strict=False)]
        elif self.cursor:
            raise InputError("--cursor", "is for lists that --after can go on with", hint="use --offset here")
        if self.columns is not None:
            fields = chosen(self.columns, [*fields, CURSOR] if positions else fields)
            columns = [plain_column(name) for name in fields]
        if self.cursor and CURSOR not in fields:
            fields, columns = [*fields, CURSOR], [*columns, plain_column(CURSOR)]
        print_rows(rows, columns, self.output, fields=fields)
        self.tell_more(found, positions)

    def tell_more(self, found: int, positions: Sequence[Position] = ()) -> None:
        """Say so when there are more rows than are shown."""
        if self.limit and found > self.limit and self.output in (Format.table, Format.markdown):
            next_page = (
                f"--after '{positions[self.limit - 1]}'" if positions else f"--offset {self.offset + self.limit}"
            )
            say(f"there are more: {next_page} shows the next, --limit 0 all")


def chosen(names: str, fields: Sequence[str]) -> list[str]:
    """The columns that ``names`` lists.

    :raises InputError: for one that there is not, with the nearest.
    """
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    if not wanted:
        raise InputError("--columns", "names no column", hint=f"there are {', '.join(fields)}")
    for name in wanted:
        if name not in fields:
            from difflib import get_close_matches

            near = get_close_matches(name, fields, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(fields)}"
            raise InputError("--columns", f"there is no column {name!r}", hint=hint)
    return wanted


def plain_column(name: str) -> Column:
    return Column(head=name, value=lambda row: row.get(name), least=min(len(name), 12), most=80)


def select(
    asked: Asked,
    *,
    sorts: Sequence[str] = ("newest",),
    uncertain: bool = False,
    as_of: str | None = None,
    status: str | None = None,
    output: Format | None = None,
) -> Selection:
    """What the options ask for; rows go out as ``output`` where that is not what was asked for. ``as_of`` and
    ``status``: the options that only some commands have.

    :raises InputError: for a date that is none, an order, zone or query that cannot be.
    """
    from storewatch.db.rows import Filters
    from storewatch.search.language import EVERYTHING, mistake, parse
    from storewatch.types.positions import position

    if asked.sort is not None and asked.sort not in sorts:
        raise InputError("--sort", f"there is no order {asked.sort!r}", hint=f"there are {', '.join(sorts)}")
    for name in ("country", "lang"):
        if wrong := mistake(name, getattr(asked, name) or "xx"):
            raise InputError(f"--{name}", wrong[0], hint=wrong[1])
    page = Page(asked.limit, asked.offset, output or asked.output, asked.columns, cursor=asked.cursor)
    wanted = Filters(
        vendor=asked.vendor,
        country=asked.country,
        action=asked.action,
        lang=asked.lang,
        source=asked.source,
        outlet=asked.outlet,
        since=_date("--since", asked.since, 0),
        until=_date("--until", asked.until, 1),
        query=parse(asked.query, now=now()) if asked.query is not None else EVERYTHING,
        uncertain=uncertain,
        as_of=_date("--as-of", as_of, 1),
        status=status,
        sort=asked.sort or sorts[0],
        limit=page.query_limit,
        offset=page.offset,
        after=position(asked.after) if asked.after else None,
    )
    return Selection(filters=wanted, page=page, zone=zone_of(asked.timezone))


def _date(option: str, text: str | None, end: int) -> datetime | None:
    """The beginning (``end`` 0) or end (1, excluded) of a date."""
    from storewatch.search.language import period

    if text is None:
        return None
    try:
        return period(text.strip(), now())[end]
    except ValueError:
        hint = "write 2024, 2024-03, 2024-03-05, an ISO instant, 30d or 4w"
        raise InputError(option, f"{text!r} is no date", hint=hint) from None


def zone_of(name: str | None) -> ZoneInfo | None:
    """:raises InputError: for a zone that there is not."""
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise InputError("--timezone", f"there is no zone {name!r}", hint="write UTC or Europe/Berlin") from None


def check_found(store: Store, found: object, wanted: Selection) -> None:
    """Where nothing was ``found``: was it the vendor's name?

    :raises InputError: for a vendor that no event names, with the nearest one.
    """
    if found:
        return
    from difflib import get_close_matches

    from storewatch.db.finding import vendors
    from storewatch.search.language import named

    filters = wanted.filters
    asked = [*named(filters.query, "vendor"), *([filters.vendor] if filters.vendor else [])]
    if not asked:
        return
    known = {name.lower(): name for name in vendors(store)}
    for name in asked:
        if name.lower() not in known:
            near = get_close_matches(name.lower(), known, n=1, cutoff=0.6)
            if near:
                raise InputError(f"vendor {name!r}", "no event names it", hint=f"did you mean {known[near[0]]}?")
