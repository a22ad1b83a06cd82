"""What a run notes of itself while it goes on."""

from __future__ import annotations

import asyncio

from crawler.metering import LOOKS_PER_NOTE, Meter
from crawler.tally import Tally
from storewatch.errors import DatabaseLocked
from storewatch.types import RunCounts


class Noted:
    """A place for notes; the first is refused where ``refuses``."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.notes: list[tuple[RunCounts, float | None]] = []
        self.calls = 0
        self._refuses = refuses

    async def __call__(self, counts: RunCounts, peak_mb: float | None) -> None:
        self.calls += 1
        if self._refuses and self.calls == 1:
            raise DatabaseLocked("x", "is locked")
        self.notes.append((counts, peak_mb))


def metered(noted: Noted, memory: list[float], *, looks: int) -> Meter:
    """A meter that has looked so often, at this much memory (the last value stays)."""
    tally = Tally()

    async def main() -> Meter:
        looked = asyncio.Event()
        count = 0

        def held() -> float:
            nonlocal count
            count += 1
            tally.pages_fetched = count
            if count == looks:
                looked.set()
            return memory.pop(0) if len(memory) > 1 else memory[0]

        meter = Meter(counts=tally.counts, note=noted, memory=held, look_s=0)
        meter.start()
        await looked.wait()
        await meter.stop()
        return meter

    return asyncio.run(main())


def test_the_peak_is_kept_and_noted_with_the_counts() -> None:
    noted = Noted()
    meter = metered(noted, [100.0, 300.04, 50.0], looks=2 + LOOKS_PER_NOTE)
    assert meter.peak_mb == 300.0
    assert [(counts.pages_fetched, peak) for counts, peak in noted.notes] == [(2, 300.0), (2 + LOOKS_PER_NOTE, 300.0)]


def test_a_note_that_cannot_be_written_ends_nothing() -> None:
    noted = Noted(refuses=True)
    metered(noted, [1.0], looks=2 + LOOKS_PER_NOTE)
    assert (noted.calls, len(noted.notes)) == (2, 1)


def test_where_the_system_says_nothing_there_is_no_peak() -> None:
    assert metered(Noted(), [0.0], looks=2).peak_mb is None


def test_a_meter_that_was_not_started_is_stopped_all_the_same() -> None:
    meter = Meter(counts=RunCounts, note=Noted())
    asyncio.run(meter.stop())
    assert meter.peak_mb is None


def test_failures_are_counted_by_kind() -> None:
    tally = Tally()
    tally.poll_failed("timeout")
    tally.page_failed("timeout")
    tally.page_failed("http_404")
    tally.storage_failed()
    counts = tally.counts()
    assert counts.errors == {"timeout": 2, "http_404": 1, "storage": 1}
    assert (counts.polls_failed, counts.pages_failed, counts.storage_errors) == (1, 2, 1)
