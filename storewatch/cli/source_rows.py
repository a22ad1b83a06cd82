"""A source as it is listed: with how its polling goes, and in the formats of other programs. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from storewatch.cli.output import Column, json_text
from storewatch.cli.rows import Row, instant_text

if TYPE_CHECKING:
    from storewatch.types import Source

FIELDS = (
    "name",
    "title",
    "url",
    "site",
    "kind",
    "lang",
    "country",
    "category",
    "enabled",
    "added_by",
    "failures",
    "last_reason",
    "last_polled_at",
    "last_ok_at",
    "next_poll_at",
    "interval_s",
    "newest_at",
    "usual_per_day",
    "moved_to",
    "state",
)
COLUMNS = (
    Column(head="name", value=lambda row: row["name"], least=12, most=32),
    Column(head="lang", value=lambda row: row["lang"], rank=2),
    Column(head="category", value=lambda row: row["category"], rank=5, least=14, most=16),
    Column(head="state", value=lambda row: row["state"], least=8, most=24, rank=1),
    Column(head="every", value=lambda row: span(row["interval_s"]), rank=4),
    Column(head="next poll", value=lambda row: (row["next_poll_at"] or "")[:16].replace("T", " "), least=16, rank=3),
    Column(head="url", value=lambda row: row["url"], least=20, most=70),
)


class ListFormat(StrEnum):
    """How a list of sources is written for other programs."""

    opml = "opml"
    jsonl = "jsonl"
    text = "text"


def source_row(source: Source) -> Row:
    """A source as ``sources list`` prints it."""
    from crawler.moves import taken_over
    from crawler.rhythm import load
    from crawler.sources import guessed_rates

    learned, last, following = load(source.history), source.last_polled_at, source.next_poll_at
    return {
        "name": source.name,
        "title": source.title,
        "url": source.url,
        "site": source.site,
        "kind": source.kind,
        "lang": source.lang,
        "country": source.country,
        "category": source.category,
        "enabled": source.enabled,
        "added_by": source.added_by,
        "failures": source.failures,
        "last_reason": source.last_reason,
        "last_polled_at": instant_text(source.last_polled_at),
        "last_ok_at": instant_text(source.last_ok_at),
        "next_poll_at": instant_text(source.next_poll_at),
        "interval_s": round((following - last).total_seconds()) if following and last else None,
        "newest_at": instant_text(source.newest_at),
        "usual_per_day": round(learned.per_day.mean, 2) if learned.items else guessed_rates().get(source.url),
        "moved_to": source.moved_to if taken_over(source) else None,
        "state": state_of(source),
    }


def list_text(sources: Sequence[Source], form: ListFormat) -> str:
    """A list of sources in one of the exchange formats; "" without sources. Pure."""
    if not sources:
        return ""
    from crawler.sources import write_opml, write_text

    if form is ListFormat.text:
        return write_text(sources)
    if form is ListFormat.jsonl:
        kept = FIELDS[: FIELDS.index("added_by")]
        return "".join(json_text({name: source_row(source)[name] for name in kept}) + "\n" for source in sources)
    return write_opml(sources)


def state_of(source: Source) -> str:
    """How a source's polling goes, in a word or two. Pure."""
    from crawler.moves import taken_over
    from crawler.policy import is_dead

    if not source.enabled:
        return "disabled"
    why = f" ({source.last_reason})" if source.last_reason else ""
    last = source.last_polled_at
    if last and is_dead(weight=source.failure_weight, since=source.failing_since, now=last):
        return f"dead{why}"
    if source.failures:
        return f"failing{why}"
    if taken_over(source):
        return "moved"
    return "ok" if source.last_ok_at else "not polled yet"


def span(seconds: float | None) -> str:
    """A length of time in short: ``30 min``, ``5 h``, ``2 d``. Pure."""
    if seconds is None:
        return ""
    minutes = max(0, round(seconds / 60))
    if minutes < 120:
        return f"{minutes} min"
    hours = round(minutes / 60)
    return f"{hours} h" if hours < 48 else f"{round(hours / 24)} d"
