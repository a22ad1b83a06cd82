"""What a run shows: the bar while it runs, the table at its end."""

from __future__ import annotations

import pytest

from crawler.tally import Tally
from crawler.terminal import TerminalReporter, progress_bar, summary_rows
from storewatch.types import RunCounts

COUNTS = RunCounts(
    sources_due=9, polls_ok=5, polls_unchanged=2, polls_failed=2, pages_new=40, pages_fetched=38, pages_failed=1,
    rejected={"no_vendor": 3, "prefilter": 20}, relevant=6, uncertain=1, copies=2, revisions=1, events=11,
)  # fmt: skip


def test_the_table() -> None:
    assert summary_rows(COUNTS) == (
        ("sources", "7 of 9 polled, 2 unchanged, 2 failed"),
        ("pages", "40 new, 38 fetched, 1 failed"),
        ("relevant", "6, with 11 events"),
        ("uncertain", "1"),
        ("copies, revisions", "2, 1"),
        ("rejected", "23 (20 prefilter, 3 no_vendor)"),
    )
    assert summary_rows(RunCounts(storage_errors=4))[-1] == ("storage errors", "4")


@pytest.mark.parametrize("summary", [True, False])
def test_without_a_terminal_only_the_table_that_was_asked_for(
    summary: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    reporter = TerminalReporter(summary=summary)
    reporter.start(Tally())
    reporter.stop()
    reporter.table(COUNTS, run_id=12, seconds=3.21)
    out, err = capsys.readouterr()
    assert out == ""
    assert ("run 12, 3.2 s" in err and "7 of 9 polled" in err) is summary
    assert bool(err) is summary


def test_the_bar_reads_the_tally_as_it_grows() -> None:
    tally = Tally()
    bar = progress_bar(tally)
    feeds, pages = bar.tasks
    list(bar.get_renderables())
    assert (feeds.completed, feeds.total, pages.total) == (0, None, None)
    tally.sources_due, tally.polls_ok, tally.polls_failed, tally.pages_leased, tally.pages_fetched = 10, 3, 1, 200, 50
    list(bar.get_renderables())
    assert (feeds.completed, feeds.total) == (4, 10)
    assert (pages.completed, pages.total) == (50, 200)
