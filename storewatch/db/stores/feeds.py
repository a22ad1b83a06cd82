"""Sources, what their polls found, and gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from storewatch.db import gaps, polling, sources
from storewatch.db.stores.connected import Connected
from storewatch.types import (
    FeedEntry,
    Gap,
    NewSource,
    Poll,
    Source,
)


class FeedsStore(Connected):
    """Sources and polls."""

    def sync_catalogue(self, rows: Sequence[NewSource], now: datetime) -> int:
        """Bring the shipped catalogue up to date; returns how many sources changed.

        What a user added, removed, enabled or disabled stays so.
        """
        with self.reading() as connection:
            if not sources.needs_sync(connection, rows):
                return 0
        with self.writing() as connection:
            return sources.sync_catalogue(connection, rows, now)

    def add_source(self, source: NewSource, now: datetime) -> Source:
        """Add a source. Raises InputError when its address or name is taken.

        With ``added_by="file"`` nothing is raised: a known address gives back its source (which may be disabled, or
        belong to the catalogue), a taken name gets a number. Use the names returned for ``due_sources``.
        """
        with self.writing() as connection:
            return sources.add_source(connection, source, now)

    def remove_source(self, name: str) -> bool:
        """Poll it no more and hide it; its articles stay. No later catalogue brings it back. False: no such source."""
        with self.writing() as connection:
            return sources.remove_source(connection, name)

    def set_enabled(self, name: str, enabled: bool) -> bool:
        """Switch a source on or off, whatever later catalogues say. False: no such source."""
        with self.writing() as connection:
            return sources.set_enabled(connection, name, enabled)

    def sources(self, *, enabled: bool | None = None, names: Sequence[str] = ()) -> tuple[Source, ...]:
        """Sources by name; unknown names are left out."""
        with self.reading() as connection:
            return sources.sources(connection, enabled=enabled, names=names)

    def due_sources(
        self,
        now: datetime,
        *,
        names: Sequence[str] = (),
        ignore_due: bool = False,
        added_by: str | None = None,
        disabled_too: bool = False,
    ) -> tuple[Source, ...]:
        """Whom to poll now, the longest waiting first.

        ``names``: only these. Sources of a file are polled only when named or asked for by ``added_by="file"``;
        disabled ones only with ``disabled_too`` (for a file that names a source disabled in the catalogue).
        """
        with self.reading() as connection:
            return sources.due_sources(
                connection,
                now,
                names=names,
                ignore_due=ignore_due,
                added_by=added_by,
                disabled_too=disabled_too,
            )

    def record_poll(self, poll: Poll, entries: Sequence[FeedEntry]) -> int:
        """Write a poll, its source's state and its new pages in one transaction; returns the number of new pages.

        A stored page whose entry has a new title or publication is fetched again, see ``polling.MAX_REFETCHES``.
        """
        pages = polling.new_pages(entries)
        with self.writing() as connection:
            return polling.record_poll(connection, poll, pages)

    def record_polls(self, polls: Sequence[Poll]) -> None:
        """Write polls that brought no pages (unchanged, failed) in one transaction."""
        if polls:
            with self.writing() as connection:
                polling.record_polls(connection, polls)

    def gaps(
        self, *, since: datetime | None = None, source_ids: Sequence[int] | None = None, state: str = ""
    ) -> tuple[Gap, ...]:
        """Gaps between polls found at or after ``since``, the oldest first."""
        with self.reading() as connection:
            return gaps.gaps(connection, since=since, source_ids=source_ids, state=state)

    def record_repair(self, gap: Gap, entries: Sequence[FeedEntry], now: datetime) -> int:
        """Write what came of repairing ``gap`` and queue what it brought back, in one transaction.

        Returns how many pages nobody knew; they are also what is stored as the gap's ``recovered``.
        """
        pages = polling.new_pages(entries)
        with self.writing() as connection:
            new = polling.add_pages(connection, pages, source_id=gap.source_id, now=now)
            gaps.settle(connection, replace(gap, recovered=new))
            return new
