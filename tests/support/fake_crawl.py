"""A store and a runtime that only remember what they were told, for tests of what a crawl does with feeds and pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from crawler import policy
from crawler.tally import Tally
from storewatch.config import Config
from storewatch.types import FeedEntry, FetchFailure, PendingPage, Poll, Source


class FakeStore:
    """Remembers what was written; hands out pages that wait."""

    def __init__(self, waiting: int = 0) -> None:
        self.batches: list[list[Poll]] = []
        self.read: list[tuple[Poll, int]] = []
        self.failed: list[tuple[int, str]] = []
        self.leases: list[int] = []
        self.known: tuple[Source, ...] = ()
        self.waiting = [PendingPage(page_id=number, url=f"https://paper.example/{number}") for number in range(waiting)]

    def sources(self, *, enabled: bool) -> tuple[Source, ...]:
        return self.known

    def record_polls(self, batch: Sequence[Poll]) -> None:
        self.batches.append(list(batch))

    def record_poll(self, poll: Poll, entries: Sequence[FeedEntry]) -> int:
        self.read.append((poll, len(entries)))
        return len(entries)

    def lease_pages(
        self, *, run_id: int, now: datetime, limit: int, source_ids: list[int] | None
    ) -> tuple[PendingPage, ...]:
        self.leases.append(limit)
        leased, self.waiting = self.waiting[:limit], self.waiting[limit:]
        return tuple(leased)

    def young_articles(self, since: datetime, *, source_ids: list[int] | None) -> tuple[object, ...]:
        return ()

    def fail(self, failure: FetchFailure, *, page_id: int, now: datetime) -> None:
        self.failed.append((page_id, failure.reason))


class FakeRuntime:
    """The part of the runtime that polls and pages use."""

    def __init__(self, store: FakeStore) -> None:
        self.fake = store
        self.tally = Tally()
        self.config = Config()
        self.refusing: dict[str, object] = {}
        self.run_id = 7
        self.answered = 0
        self.offline = False
        self.problems: list[policy.Problem] = []
        self.spider = SimpleNamespace(stopping=False, asked=False)

    async def store(self, function: Callable[[Any], Any]) -> Any:
        return function(self.fake)

    def problem(self, kind: str, subject: str, reason: str, sentence: str, *, known: bool = False) -> None:
        self.problems.append(policy.Problem(kind=kind, subject=subject, reason=reason, sentence=sentence, known=known))

    def stop(self) -> None:
        self.spider.stopping = True
