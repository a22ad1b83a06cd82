"""The stored articles that a run looks at again: chosen when the new pages are done, asked for conditionally."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crawler.pace import left_alone
from crawler.refetch import Policy, due
from storewatch.errors import DatabaseError
from storewatch.types import FetchFailure, PendingPage

if TYPE_CHECKING:
    from crawler.runtime import Runtime


class Rechecks:
    """Due once a run: what becomes due while it looks is left to the next."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._due: list[int] | None = None

    async def take(self, wanted: int, source_ids: set[int] | None) -> tuple[PendingPage, ...]:
        """Up to ``wanted`` pages to look at now; of ``source_ids`` only (None: of all). Empty: there are no more."""
        if self._due is None:
            self._due = await self._choose(source_ids)
        batch, self._due = self._due[:wanted], self._due[wanted:]
        if not batch:
            return ()
        now = datetime.now(UTC)
        try:
            pages = await self._runtime.store(lambda store: store.begin_rechecks(batch, now))
        except DatabaseError:
            return ()  # counted and told by the runtime; they stay due
        self._runtime.tally.rechecked += len(pages)
        return pages

    async def _choose(self, source_ids: set[int] | None) -> list[int]:
        settings = self._runtime.config.refetch
        if not settings.enabled or source_ids == set():
            return []
        policy = Policy.of(settings.hours, per_run=settings.per_run, per_host=settings.per_host)
        now = datetime.now(UTC)
        since, ids = now - policy.longest, None if source_ids is None else sorted(source_ids)
        try:
            young = await self._runtime.store(lambda store: store.young_articles(since, source_ids=ids))
        except DatabaseError:
            return []  # counted and told by the runtime
        refusing = self._runtime.refusing
        hosts = {article.host for article in young}
        without = {host for host in hosts if left_alone(refusing, host, now) is not None}
        return list(due(young, now=now, policy=policy, without=without))

    async def answered(self, page: PendingPage, failure: FetchFailure) -> None:
        """A look that brought no text: unchanged (304), gone, or failed, which is told. The article stays."""
        tally = self._runtime.tally
        if failure.status == 304:
            tally.unchanged += 1
        else:
            if failure.reason != "retry_later":  # that its host is busy is no fault of the page
                tally.page_failed(failure.reason)
            self._runtime.problem("page", page.url, failure.reason, failure.detail, known=True)
        with contextlib.suppress(DatabaseError):  # counted and told by the runtime
            status, now = failure.status, datetime.now(UTC)
            if await self._runtime.store(lambda store: store.rechecked(page.page_id, status=status, now=now)):
                tally.gone += 1


def conditions(page: PendingPage) -> dict[str, str]:
    """The conditional headers of a request for a page that is looked at again; none for a new one."""
    if not page.recheck:
        return {}
    named = {"If-None-Match": page.etag, "If-Modified-Since": page.last_modified}
    return {name: value for name, value in named.items() if value}
