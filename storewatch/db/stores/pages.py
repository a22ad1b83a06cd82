"""The frontier, looks at young articles, and manners towards hosts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from storewatch.db import frontier, hosts, polling, rechecks, runs
from storewatch.db.hosts import Deferral, Turn, TurnWanted
from storewatch.db.stores.connected import Connected
from storewatch.types import (
    FetchFailure,
    PendingPage,
    RobotsTxt,
    YoungArticle,
)


class PagesStore(Connected):
    """Pages to fetch, and the hosts they lie on."""

    def add_page(self, url: str, *, source_id: int | None = None, now: datetime) -> int:
        """Queue one page by hand, known or not; returns its id."""
        page = polling.new_page(url)
        with self.writing() as connection:
            return frontier.add_page(connection, page, source_id=source_id, now=now)

    def release_leases(self) -> int:
        """Give back what killed runs had leased, and note that they were killed; call it at the start of a run, under
        the run lock."""
        with self.writing() as connection:
            runs.end_dead_runs(connection)
            return frontier.release_leases(connection)

    def lease_pages(
        self,
        *,
        run_id: int,
        now: datetime,
        limit: int,
        lease_s: int = 3600,
        source_ids: Sequence[int] | None = None,
        urls: Sequence[str] | None = None,
    ) -> tuple[PendingPage, ...]:
        """Take up to ``limit`` waiting pages, host by host in turn; ``source_ids`` and ``urls`` narrow the choice."""
        keys = None if urls is None else [polling.new_page(url).url_key for url in urls]
        with self.writing() as connection:
            return frontier.lease_pages(
                connection,
                run_id=run_id,
                now=now,
                limit=limit,
                lease_s=lease_s,
                source_ids=source_ids,
                url_keys=keys,
            )

    def waiting_hosts(self, now: datetime, *, source_ids: Sequence[int] | None = None) -> dict[str, tuple[int, str]]:
        """The hosts whose pages wait, with how many and the address of one; ``source_ids`` narrows them."""
        with self.reading() as connection:
            return frontier.waiting_hosts(connection, now, source_ids)

    def leased_pages(self) -> int:
        """How many pages a crawl has taken to itself: one that is at work, or one that was killed."""
        with self.reading() as connection:
            return frontier.leased_pages(connection)

    def fail(self, failure: FetchFailure, *, page_id: int, now: datetime) -> None:
        """Note a failed fetch: try again later, or give up (permanent, or the fifth try in vain)."""
        with self.writing() as connection:
            frontier.fail(connection, failure, page_id=page_id, now=now)

    def young_articles(self, since: datetime, *, source_ids: Sequence[int] | None = None) -> tuple[YoungArticle, ...]:
        """The articles dated at or after ``since`` that may be looked at again for edits."""
        with self.reading() as connection:
            return rechecks.young_articles(connection, since, source_ids)

    def begin_rechecks(self, page_ids: Sequence[int], now: datetime) -> tuple[PendingPage, ...]:
        """Note that these pages are looked at again now; returns them with the validators of their last answers."""
        with self.writing() as connection:
            return rechecks.begin(connection, page_ids, now)

    def rechecked(self, page_id: int, *, status: int | None, now: datetime) -> bool:
        """Note a look that brought no text (304, or a failure). Returns whether the page is gone since just now."""
        with self.writing() as connection:
            return rechecks.answered(connection, page_id, status=status, now=now)

    def reserve_hosts(self, wanted: Sequence[TurnWanted], clock: Callable[[], datetime]) -> tuple[Turn, ...]:
        """Reserve the next free moment of each request's host, all in one transaction.

        ``clock`` is asked when the write lock is held: waiting for it may take longer than a host's delay.
        """
        with self.writing() as connection:
            return hosts.reserve_hosts(connection, wanted, clock())

    def defer_host(self, host: str, until: datetime | None, *, refusals: int = 1) -> None:
        """Ask the host for nothing before ``until``; it has refused us ``refusals`` times in a row."""
        with self.writing() as connection:
            hosts.defer_host(connection, host, until, refusals)

    def readmit_host(self, host: str) -> None:
        """The host answers again."""
        with self.writing() as connection:
            hosts.readmit_host(connection, host)

    def deferred_hosts(self, now: datetime) -> dict[str, Deferral]:
        """The hosts whose last answer was a refusal, with the time from which on they may be asked."""
        with self.reading() as connection:
            return hosts.deferred_hosts(connection, now)

    def robots(self, sites: Sequence[str]) -> dict[str, RobotsTxt]:
        """What is kept of the robots.txt of ``sites``, fresh or not; the others are left out."""
        with self.reading() as connection:
            return hosts.robots(connection, sites)

    def save_robots(self, copies: Sequence[RobotsTxt]) -> None:
        """Keep what robots.txt files said, in one transaction."""
        if copies:
            with self.writing() as connection:
                hosts.save_robots(connection, copies)
