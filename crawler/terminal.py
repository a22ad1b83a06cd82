"""What a run shows on the terminal: a progress bar while it runs, a table when it has ended. Both on stderr."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from storewatch import logs
from storewatch.types import RunCounts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import RenderableType
    from rich.progress import Progress

    from crawler.tally import Tally


def reporter(*, summary: bool) -> TerminalReporter | LineReporter:
    """Whoever shows runs in the form of this process's lines."""
    return LineReporter(summary=summary) if logs.is_json() else TerminalReporter(summary=summary)


class LineReporter:
    """The closing table as a line for programs, where it was asked for or somebody looks; no progress."""

    def __init__(self, *, summary: bool) -> None:
        self._wanted = summary or sys.stderr.isatty()

    def start(self, tally: Tally) -> None:
        """There is nothing to draw."""

    def stop(self) -> None:
        """As above."""

    def table(self, counts: RunCounts, *, run_id: int | None, seconds: float) -> None:
        if self._wanted:
            told = "; ".join(f"{name}: {value}" for name, value in summary_rows(counts))
            line = logs.spoken(f"ended after {seconds:.1f} s: {told}", run=run_id, counts=asdict(counts))
            sys.stderr.write(line + "\n")


class TerminalReporter:
    """Progress bar on a terminal; table on a terminal or with ``summary``; else silent."""

    def __init__(self, *, summary: bool) -> None:
        self._terminal = sys.stderr.isatty()
        self._summary = summary
        self._bar: Progress | None = None

    def start(self, tally: Tally) -> None:
        if not self._terminal:
            return
        self._bar = progress_bar(tally)
        self._bar.start()

    def stop(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def table(self, counts: RunCounts, *, run_id: int | None, seconds: float) -> None:
        if not (self._terminal or self._summary):
            return
        from rich.console import Console
        from rich.table import Table

        table = Table(title=f"run {run_id}, {seconds:.1f} s", show_header=False, title_justify="left")
        for name, value in summary_rows(counts):
            table.add_row(name, value)
        Console(stderr=True).print(table)


def progress_bar(tally: Tally) -> Progress:
    """A bar for feeds and one for pages, which read the tally whenever they are drawn: nothing has to tell them."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeElapsedColumn

    class TallyProgress(Progress):
        def get_renderables(self) -> Iterable[RenderableType]:
            if self.task_ids:  # drawn once before it has any
                feeds, pages = self.task_ids
                polled = tally.polls_ok + tally.polls_unchanged + tally.polls_failed
                self.update(feeds, completed=polled, total=max(tally.sources_due, polled) or None)
                done = tally.pages_fetched + tally.pages_failed
                self.update(pages, completed=done, total=max(tally.pages_leased, done) or None)
            yield from super().get_renderables()

    columns: tuple[ProgressColumn, ...] = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    bar = TallyProgress(*columns, console=Console(stderr=True), transient=True)
    bar.add_task("feeds", total=None)
    bar.add_task("pages", total=None)
    return bar


def summary_rows(counts: RunCounts) -> tuple[tuple[str, str], ...]:
    """The closing table: what was asked, what came back, what became of it."""
    polled = counts.polls_ok + counts.polls_unchanged
    sources = (
        f"{polled} of {counts.sources_due} polled, {counts.polls_unchanged} unchanged, {counts.polls_failed} failed"
    )
    rejected = ", ".join(f"{count} {reason}" for reason, count in sorted(counts.rejected.items(), key=lambda x: -x[1]))
    rows = [
        ("sources", sources),
        ("pages", f"{counts.pages_new} new, {counts.pages_fetched} fetched, {counts.pages_failed} failed"),
        ("relevant", f"{counts.relevant}, with {counts.events} events"),
        ("uncertain", str(counts.uncertain)),
        ("copies, revisions", f"{counts.copies}, {counts.revisions}"),
        ("rejected", f"{sum(counts.rejected.values())}" + (f" ({rejected})" if rejected else "")),
    ]
    if counts.rechecked:
        looks = f"{counts.rechecked} articles, {counts.unchanged} unchanged, {counts.revised} revised"
        rows.append(("looked at again", looks + (f", {counts.gone} gone" if counts.gone else "")))
    if counts.audited:
        rows.append(("prefilter audit", f"{counts.audited} read all the same, {counts.audit_found} of them relevant"))
    if counts.storage_errors:
        rows.append(("storage errors", str(counts.storage_errors)))
    return tuple(rows)
