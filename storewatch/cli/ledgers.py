"""``ledger``: what vendors have announced, opened and closed, one row a claim."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storewatch.cli import selection, stored
from storewatch.cli.asking import Asked, asking
from storewatch.cli.options import ConfigFile, Database
from storewatch.cli.output import Column, Format, json_text, print_rows, write
from storewatch.cli.rows import Row, instant_text
from storewatch.cli.selection import select
from storewatch.cli.session import configuration, database
from storewatch.errors import InputError
from storewatch.types import ClaimStatus
from storewatch.wording import count_text, place_text

if TYPE_CHECKING:
    from storewatch.config import Loaded
    from storewatch.db.rows import LedgerRow

AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="DATE", help="What was known then: 2019, 2019-09 or 2019-09-10, that day included."
    ),
]

LEDGER_FIELDS = (
    "ledger_id",
    "vendor",
    "action",
    "store_count",
    "store_type",
    "city",
    "country",
    "region",
    "horizon",
    "certainty",
    "first_said_at",
    "first_url",
    "outlets",
    "articles",
    "progress_count",
    "progress_at",
    "status",
    "partner",
    "first_outlet",
    "speaker",
    "source_outlet",
    "last_said_at",
    "langs",
    "counts",
    "horizons",
    "timeline",
    "progress_basis",
    "baseline_count",
    "baseline_at",
)
LEDGER_COLUMNS = (
    Column(head="id", value=lambda row: row["ledger_id"], right=True, least=3, rank=5),
    Column(head="first said", value=lambda row: row["first_said_at"][:10], least=10),
    Column(head="by", value=lambda row: row["first_outlet"], least=8, most=22, rank=3),
    Column(head="vendor", value=lambda row: row["vendor"], least=7, most=12),
    Column(head="action", value=lambda row: row["action"], least=6, most=12),
    Column(head="count", value=lambda row: values_text(row["counts"]), right=True, least=5, most=24),
    Column(head="where", value=lambda row: place_text(row["city"], row["country"], row["region"]), least=8, most=24),
    Column(head="by when", value=lambda row: values_text(row["horizons"]), least=7, most=24, rank=2),
    Column(head="status", value=lambda row: row["status"], least=9, most=9),
    Column(head="progress", value=lambda row: progress_text(row), least=8, most=24, rank=1),
    Column(head="outlets", value=lambda row: row["outlets"], right=True, rank=4),
    Column(head="langs", value=lambda row: " ".join(row["langs"]), most=16, rank=6),
)


@asking()
def ledger(
    *,
    status: Annotated[ClaimStatus | None, typer.Option(help="Only claims that stand like this.")] = None,
    as_of: AsOf = None,
    asked: Asked,
    db: Database = None,
    config: ConfigFile = None,
) -> None:
    """List what vendors announced, opened and closed: one row a claim, who said it first, what became of it."""
    from storewatch.db.ledger import LEDGER_SORTS, ledger_list

    wanted = select(asked, sorts=tuple(LEDGER_SORTS), as_of=as_of, status=status)
    with database(configuration(db, config)) as store:
        found = ledger_list(store, wanted.filters)
        selection.check_found(store, found.rows, wanted)
    wanted.show([ledger_line(row) for row in found.rows], LEDGER_COLUMNS, LEDGER_FIELDS, found.positions)


def ledger_line(claim: LedgerRow) -> Row:
    """A claim with its instants as texts, in UTC."""
    row: Row = _plain(asdict(claim))
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def values_text(values: list[Row]) -> str:
    """Values side by side, each with the number of its outlets where there are several: ``480 (5), 500 (1)``."""
    if len(values) == 1:
        return count_text(values[0]["value"], None) if isinstance(values[0]["value"], int) else values[0]["value"]
    return ", ".join(f"{one['value']} ({one['outlets']})" for one in values)


def progress_text(row: Row) -> str:
    """``1000 in 2019-09``."""
    return "" if row["progress_count"] is None else f"{row['progress_count']} in {row['progress_at'][:7]}"


def show_claim(number: str, output: Format, loaded: Loaded) -> None:
    """One claim with its tellings and what contradicts it.

    :raises InputError: where there is none of this number.
    """
    from storewatch.db.ledger import claim

    with database(loaded) as store:
        found = claim(store, int(number)) if number.isascii() and number.isdigit() and len(number) < 19 else None
    if found is None:
        raise InputError(f"ledger:{number}", "there is none of this number", hint="`storewatch ledger` lists them")
    row, tellings = ledger_line(found[0]), [stored.event_line(event) for event in found[1]]
    contradicted = [ledger_line(other) for other in found[2]]
    if output in (Format.json, Format.jsonl):
        whole = row | {"tellings": tellings, "contradicted_by": contradicted}
        write(json_text(whole, indent=2 if output is Format.json else None) + "\n")
        return
    if output is Format.table:
        write(claim_head(row, contradicted))
    print_rows(tellings, stored.EVENT_COLUMNS, output, fields=stored.EVENT_FIELDS)


def claim_head(row: Row, contradicted: list[Row]) -> str:
    """What a claim is, for people."""
    what = [row["vendor"], row["action"], values_text(row["counts"]), row["store_type"]]
    what.append(place_text(row["city"], row["country"], row["region"]))
    lines = [" · ".join(one for one in what if one) + f": {row['status']}"]
    if row["horizons"]:
        lines.append(f"by when: {values_text(row['horizons'])}")
    lines.append(f"first said {row['first_said_at']} by {row['first_outlet']}: {row['first_url']}")
    lines += [f"{turn['at'][:10]} {turn['state']} ({turn['outlet']})" for turn in row["timeline"]]
    if row["baseline_count"] is not None:
        lines.append(f"there were {row['baseline_count']} in {row['baseline_at'][:7]}")
    if row["progress_count"] is not None:
        lines.append(f"progress: {progress_text(row)} ({row['progress_basis']})")
    for other in contradicted:
        told = " ".join(one for one in (values_text(other["counts"]), values_text(other["horizons"])) if one)
        lines.append(f"contradicted by ledger:{other['ledger_id']}: {told} ({other['first_outlet']})")
    return "\n".join(lines) + "\n\n"
