"""What the demo shows at its end: what was found, what it says, what was left out and why."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO

from rich.cells import cell_len, set_cell_size
from rich.console import Console

from storewatch.db.queries import ArticleDetail, ArticleRow, EventRow, RejectedRow
from storewatch.types import Run, Source

REASONS = {
    "prefilter": "no vendor beside a shop",
    "robots": "the site asks robots to stay out",
    "http_404": "the page is gone",
    "no_vendor": "no maker of smartphones",
    "no_retail_term": "no shops",
    "no_action": "nothing opens or closes",
    "too_little": "too little to go by",
    "product_launch": "a product or a test of it",
    "deal": "a price",
    "results": "figures of the business",
    "app_store": "a shop for apps",
    "other_brand": "another brand's shops",
    "carrier": "a carrier's shops",
    "car": "cars",
    "factory": "a factory",
    "software": "software for phones",
}
"""The commonest reasons in words; of the others the code has to do."""


GAP = 2
SHORTEST = 12
"""Titles and addresses are cut down to so many cells, where the terminal is narrow; the other columns stay whole."""
FLEXIBLE = frozenset({"title", "in words", "at", "address", "where", "partner", "says"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything the database holds after the last crawl. ``before`` are the events of the first day."""

    articles: Sequence[ArticleRow]
    uncertain: Sequence[ArticleRow]
    events: Sequence[EventRow]
    before: Sequence[EventRow]
    rejected: Sequence[RejectedRow]
    details: Sequence[ArticleDetail]
    sources: Sequence[Source]


def console(out: TextIO) -> Console:
    """As wide as the terminal, and 120 columns where there is none."""
    width = shutil.get_terminal_size((120, 40)).columns if out.isatty() else 120
    return Console(file=out, width=max(width, 80), highlight=False, markup=False, soft_wrap=True)


def show(found: Findings, to: Console) -> None:
    """All tables, in the order in which one asks."""
    _articles(found, to)
    _events(found, to)
    _copies(found, to)
    _changes(found, to)
    _uncertain(found, to)
    _left_out(found, to)
    _failing(found, to)


def day_line(day: int, run: Run, seconds: float) -> str:
    """One day's crawl in a line."""
    return f"Day {day}: {counts_text(run)} in {seconds:.1f} s"


def counts_text(run: Run) -> str:
    """What a run did, in words."""
    counts = run.counts
    parts = [
        f"{counts.polls_ok} feeds read",
        f"{counts.polls_unchanged} unchanged",
        f"{counts.polls_failed} failed",
        f"{counts.pages_fetched} pages fetched",
        f"{counts.relevant} relevant",
        f"{counts.copies} copies",
        f"{counts.revisions} revised",
        f"{sum(counts.rejected.values())} rejected",
    ]
    return ", ".join(parts)


def place_of(event: EventRow) -> str:
    """City, country and region, as far as they are said."""
    return ", ".join(part for part in (event.city, event.country, event.region) if part)


def count_of(event: EventRow) -> str:
    """How many stores, with how sure the number is."""
    if event.store_count is None:
        return ""
    mark = {"at_least": "≥ ", "about": "~ ", "at_most": "≤ "}.get(event.count_is or "", "")
    return f"{mark}{event.store_count:,}"


def _articles(found: Findings, to: Console) -> None:
    rows = [
        (row.article_id, row.source, row.lang, _day(row.published_at), row.title, row.copies or "")
        for row in found.articles
    ]
    _table(to, f"Articles ({len(rows)})", ("id", "source", "lang", "published", "title", "copies"), rows)


def _events(found: Findings, to: Console) -> None:
    columns = ("article", "vendor", "action", "stores", "type", "where", "by when", "partner", "says")
    rows = [
        (
            event.article_id,
            event.vendor,
            event.action,
            count_of(event) + (f" ({event.share:.0%})" if event.share else ""),
            event.store_type,
            place_of(event),
            event.horizon or event.horizon_text,
            event.partner,
            ", ".join(part for part in (event.speaker, event.source_outlet) if part),
        )
        for event in found.events
    ]
    _table(to, f"Events ({len(rows)})", columns, rows)
    if found.events:
        event = max(found.events, key=lambda event: event.store_count or 0)
        to.print(f"Each has its proof, word for word; here that of {event.vendor}, article {event.article_id}:")
        to.print(f"  “{event.evidence}”\n", style="italic")


def _copies(found: Findings, to: Console) -> None:
    rows = [
        (detail.article.article_id, copy.kind, detail.article.title, copy.url)
        for detail in found.details
        for copy in detail.copies
    ]
    _table(to, "The same text elsewhere", ("article", "kind", "title", "at"), rows)


def _changes(found: Findings, to: Console) -> None:
    revised = [detail for detail in found.details if len(detail.revisions) > 1]
    if not revised:
        return
    to.print("What was edited on the second day", style="bold")
    for detail in revised:
        old, new = detail.revisions[-2:]
        to.print(f"  article {detail.article.article_id}: {old.title}\n      now: {new.title}")
        for label, events in (("before", found.before), ("now", found.events)):
            for event in events:
                if event.article_id == detail.article.article_id:
                    told = f"{event.vendor} {event.action} {count_of(event)} {place_of(event)}"
                    to.print(f"      {label}: {told}")
    to.print()


def _uncertain(found: Findings, to: Console) -> None:
    rows = [(row.article_id, row.source, row.title, f"{row.score or 0:.2f}") for row in found.uncertain]
    _table(to, f"Uncertain, for a person to decide ({len(rows)})", ("id", "source", "title", "score"), rows)


def _left_out(found: Findings, to: Console) -> None:
    ordered = sorted(found.rejected, key=lambda row: (row.reason, row.source or "", row.url))
    rows = [(row.source, row.title, row.reason, REASONS.get(row.reason, "")) for row in ordered]
    _table(to, f"Left out, and why ({len(rows)})", ("source", "title", "reason", "in words"), rows)


def _failing(found: Findings, to: Console) -> None:
    rows = [(one.name, one.last_reason, one.failures, one.url) for one in found.sources if one.failures]
    _table(to, "Feeds that fail", ("source", "reason", "failures in a row", "address"), rows)


def _table(to: Console, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """One line a row, cut to the width. Nothing where there are no rows."""
    if not rows:
        return
    cells = [["" if value is None else str(value) for value in row] for row in rows]
    wanted = [max(cell_len(name), *(cell_len(row[number]) for row in cells)) for number, name in enumerate(columns)]
    widths = fitted(wanted, [name in FLEXIBLE for name in columns], to.width)
    to.print(title, style="bold")
    to.print(_line(columns, widths), style="dim")
    for row in cells:
        to.print(_line(row, widths))
    to.print()


def fitted(wanted: Sequence[int], flexible: Sequence[bool], width: int) -> list[int]:
    """The columns' widths: the widest of the flexible ones give way until the line fits, or none can give any more."""
    widths = list(wanted)
    while sum(widths) + GAP * (len(widths) - 1) > width:
        candidates = [number for number, bends in enumerate(flexible) if bends and widths[number] > SHORTEST]
        if not candidates:
            break
        widths[max(candidates, key=lambda number: widths[number])] -= 1
    return widths


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    cut = [
        cell if cell_len(cell) <= width else set_cell_size(cell, width - 1) + "…"
        for cell, width in zip(cells, widths, strict=True)
    ]
    return (" " * GAP).join(set_cell_size(cell, width) for cell, width in zip(cut, widths, strict=True)).rstrip()


def _day(when: datetime | None) -> str:
    return when.date().isoformat() if when else ""


__all__ = ["Findings", "console", "count_of", "day_line", "place_of", "show"]
