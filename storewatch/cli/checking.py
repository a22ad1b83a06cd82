"""What ``sources check`` prints: what a look at each source showed, whether it is fine, and what to do."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from storewatch.cli.finding import EXIT_SIGNALLED
from storewatch.cli.output import Column, Format, one_line, print_rows, say, write
from storewatch.cli.rows import Row, instant_text

if TYPE_CHECKING:
    from crawler.checkup import Visit
    from storewatch.config import Loaded
    from storewatch.types import NewSource, Source

#: So many take a while, which is said beforehand.
MANY = 10
#: So many names stand before an advice that they share.
SHOWN = 5
FIELDS = (
    "name",
    "asked",
    "ok",
    "verdict",
    "redirects",
    "url",
    "status",
    "content_type",
    "bytes",
    "duration_ms",
    "kind",
    "format",
    "title",
    "generator",
    "items",
    "skipped",
    "newest_at",
    "per_day",
    "full",
    "on_site",
    "ttl_s",
    "etag",
    "last_modified",
    "cache_s",
    "robots",
    "crawl_delay_s",
    "suspicion",
    "suspicion_by",
    "reason",
    "error",
    "failures",
    "last_polled_at",
    "next_poll_at",
    "usual_per_day",
    "usual_gap_s",
    "notes",
)
COLUMNS = (
    Column(head="source", value=lambda row: row["name"] or row["asked"], least=12, most=32),
    Column(head="verdict", value=lambda row: row["verdict"], least=8, most=20),
    Column(head="status", value=lambda row: row["status"], right=True, rank=2),
    Column(head="format", value=lambda row: row["format"], rank=4),
    Column(head="items", value=lambda row: row["items"], right=True, rank=1),
    Column(head="newest", value=lambda row: (row["newest_at"] or "")[:10], least=10, rank=1),
    Column(head="a day", value=lambda row: _rate(row), right=True, rank=3),
    Column(head="text", value=lambda row: _text(row) if row["items"] else "", rank=5),
    Column(head="says", value=lambda row: row["notes"][0]["sentence"] if row["notes"] else "", least=20, most=90),
)


def visits(loaded: Loaded, sources: Sequence[NewSource | Source]) -> tuple[Visit, ...]:
    """Ask each source once, all in one crawl child; in the order given, without those that it came to no answer on.

    :raises typer.Exit: when the child was interrupted.
    """
    from crawler.checkup import visit_of
    from crawler.moves import address
    from scheduler.runner import crawl_lines
    from storewatch.types import Source

    if len(sources) >= MANY:
        say(f"asking {len(sources)} sources once each")
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "sources.jsonl"
        rows = [
            {
                "name": one.name if isinstance(one, Source) and one.source_id else None,
                "url": address(one) if isinstance(one, Source) else one.url,
                "kind": one.kind,
            }
            for one in sources
        ]
        wanted.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        lines, outcome = crawl_lines(loaded, spider="check", arguments={"list": str(wanted)})
    if outcome.exit_code > EXIT_SIGNALLED:
        raise typer.Exit(outcome.exit_code)
    came = {(line["name"], line["asked"]): visit_of(line) for line in lines}
    return tuple(came[key] for row in rows if (key := (row["name"], row["url"])) in came)


def report(visit: Visit, source: Source | None, *, now: datetime) -> Row:
    """A visit with its notes and what the database knows, as it is printed. Pure."""
    from crawler.checkup import notes_on
    from crawler.rhythm import load

    notes = notes_on(visit, source, now=now)
    bad = next((note for note in notes if note.bad), None)
    learned = load(source.history if source else None)
    gap = learned.expected_gap if learned.known else None
    return {
        **visit.line(),
        "redirects": [{"url": one.url, "status": one.status} for one in visit.redirects],
        "ok": bad is None,
        "verdict": bad.code if bad else "ok",
        "failures": source.failures if source else None,
        "last_polled_at": instant_text(source.last_polled_at) if source else None,
        "next_poll_at": instant_text(source.next_poll_at) if source else None,
        "usual_per_day": round(learned.per_day.mean, 2) if learned.items else None,
        "usual_gap_s": round(gap.total_seconds()) if gap is not None else None,
        "notes": [
            {"code": note.code, "bad": note.bad, "sentence": note.sentence, "advice": note.advice} for note in notes
        ],
    }


def print_reports(rows: Sequence[Row], output: Format, *, now: datetime) -> None:
    """One source is explained; several are a table, with what to do about those that are not fine."""
    if output is not Format.table or len(rows) != 1:
        print_rows(rows, COLUMNS, output, fields=FIELDS)
    else:
        write(explained(rows[0], now=now))
    if output is Format.table and len(rows) > 1:
        for line in to_do(rows):
            say(line)


def to_do(rows: Sequence[Row]) -> list[str]:
    """What to do about the sources that are not fine, a line for each advice. Pure."""
    names: dict[str, list[str]] = {}
    for row in rows:
        if not row["ok"] and (advice := row["notes"][0]["advice"]):
            names.setdefault(advice, []).append(row["name"] or row["asked"])
    return [
        f"{', '.join(meant[:SHOWN])}{f' and {len(meant) - SHOWN} more' if len(meant) > SHOWN else ''}: {advice}"
        for advice, meant in names.items()
    ]


def explained(row: Row, *, now: datetime) -> str:
    """One report for people: a line for each question. Pure."""
    facts = [
        ("asked", row["asked"]),
        *(("redirect", f"{one['status']} by {one['url']}") for one in row["redirects"]),
        ("led to", row["url"] if row["redirects"] else ""),
        ("answer", _answer(row)),
        ("is", _what(row)),
        ("newest", f"{row['newest_at'][:16].replace('T', ' ')} UTC, {_ago(row, now)}" if row["newest_at"] else ""),
        ("text", _text(row) if row["items"] and row["format"] != "listing" else ""),
        ("rhythm", _rhythm(row)),
        ("polls", _polls(row, now)),
        ("robots.txt", _robots(row)),
        ("validators", _validators(row)),
        *(("note" if not note["bad"] else "PROBLEM", note["sentence"]) for note in row["notes"]),
        *(("to do", note["advice"]) for note in row["notes"] if note["advice"]),
        ("verdict", "fine" if row["ok"] else f"not fine ({row['verdict']})"),
    ]
    head = f"{row['name']}\n" if row["name"] else ""
    return head + "".join(f"  {label:<11} {one_line(said)}\n" for label, said in facts if said)


def _answer(row: Row) -> str:
    if row["status"] is None:
        return ""
    took = f" in {row['duration_ms'] / 1000:.1f} s" if row["duration_ms"] is not None else ""
    return f"HTTP {row['status']}, {row['content_type'] or 'no content type'}, {row['bytes'] / 1000:.1f} kB{took}"


def _what(row: Row) -> str:
    if row["format"] is None:
        return ""
    skipped = f", {row['skipped']} left out" if row["skipped"] else ""
    title = f" {row['title']!r}" if row["title"] else ""
    made = f", made by {row['generator']}" if row["generator"] else ""
    return f"{row['format']}{title}, {row['items']} items{skipped}{made}"


def _text(row: Row) -> str:
    return "full" if row["full"] >= 0.5 else "partly full" if row["full"] else "teasers"


def _rate(row: Row) -> str:
    known = row["usual_per_day"] if row["usual_per_day"] is not None else row["per_day"]
    return "" if known is None else f"{known:.0f}" if known >= 10 else f"{known:.1f}"


def _rhythm(row: Row) -> str:
    said = [f"{row['per_day']:g} items a day by the dates in it" if row["per_day"] is not None else ""]
    if row["usual_per_day"] is not None:
        said.append(f"usually {row['usual_per_day']:g} a day")
    if row["usual_gap_s"]:
        said.append(f"one every {_span(timedelta(seconds=row['usual_gap_s']))}")
    if row["ttl_s"]:
        said.append(f"itself asks to be polled every {_span(timedelta(seconds=row['ttl_s']))}")
    return ", ".join(filter(None, said))


def _polls(row: Row, now: datetime) -> str:
    if row["failures"] is None:
        return ""
    if not row["last_polled_at"]:
        return "never yet"
    ago = _span(now - datetime.fromisoformat(row["last_polled_at"]))
    said = [f"last one {ago} ago", f"{row['failures']} failed in a row" if row["failures"] else "went well"]
    if row["next_poll_at"]:
        ahead = datetime.fromisoformat(row["next_poll_at"]) - now
        said.append(f"next one in {_span(ahead)}" if ahead > timedelta(0) else "next one is due")
    return ", ".join(said)


def _robots(row: Row) -> str:
    said = {
        "allowed": "allows it",
        "none": "there is none, so all is allowed",
        "refused": "does not allow it",
        "unread": "could not be read",
    }.get(row["robots"], "")
    delay = f", asks for {row['crawl_delay_s']:g} s between requests" if row["crawl_delay_s"] else ""
    return said + delay


def _validators(row: Row) -> str:
    if row["format"] is None:
        return ""
    there = [name for name, is_there in (("ETag", row["etag"]), ("Last-Modified", row["last_modified"])) if is_there]
    cached = f", may be kept for {_span(timedelta(seconds=row['cache_s']))}" if row["cache_s"] else ""
    return (" and ".join(there) or "none") + cached


def _ago(row: Row, now: datetime) -> str:
    age = now - datetime.fromisoformat(row["newest_at"])
    return f"{_span(age)} ago" if age >= timedelta(0) else "still to come"


def _span(length: timedelta) -> str:
    minutes = max(0, round(length.total_seconds() / 60))
    if minutes < 120:
        return f"{minutes} min"
    hours = round(minutes / 60)
    return f"{hours} hours" if hours < 48 else f"{round(hours / 24)} days"


def exit_code(rows: Sequence[dict[str, Any]], wanted: int) -> int:
    """0 when all that were asked are fine. Pure."""
    return 0 if len(rows) == wanted and all(row["ok"] for row in rows) else 1
