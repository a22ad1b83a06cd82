"""The store: every write of storewatch, and the reads that a crawl needs. Queries for people are in ``queries.py``."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType

from sqlalchemy import Connection, Engine

from storewatch.db import articles, bookkeeping, frontier, gaps, hosts, polling, rechecks, retention, runs, sources
from storewatch.db import lines as host_lines
from storewatch.db.candidates import address_of
from storewatch.db.engine import Target, connect_engine, read, target, use_wal, write
from storewatch.db.grouping import Kinship
from storewatch.db.hosts import Deferral, Turn, TurnWanted
from storewatch.db.opening import inspect_schema, prepare_file, require_head, require_ours
from storewatch.db.retention import KeptSince
from storewatch.db.saving import Arrival, Decide
from storewatch.db.saving import reject as save_rejected
from storewatch.db.saving import save as save_arrival
from storewatch.types import (
    Decision,
    FeedEntry,
    FetchFailure,
    Gap,
    HostLines,
    NewSource,
    Page,
    PendingPage,
    Poll,
    Processed,
    Rejected,
    RobotsTxt,
    Run,
    RunCounts,
    Source,
    YoungArticle,
)


def open_store(url: str, *, create: bool = True) -> Store:
    """Open the database that ``url`` (an SQLAlchemy URL or a file's path) names.

    With ``create`` (for what writes) a missing or empty database is made; without it (for queries) it is an error.
    Raises DatabaseError for a database that cannot be used as it is and says what to do, DatabaseLocked for one that
    is busy or does not answer.
    """
    place = target(url)
    if place.path is not None:
        prepare_file(place.path, place.shown, create=create)
    engine = connect_engine(place)
    try:
        with read(engine, place.shown) as connection:
            schema = inspect_schema(connection)
        require_ours(schema, place.shown)
        if place.path is not None and (create or schema.revision is not None):
            use_wal(engine, place.shown)
        if create and schema.revision is None:
            from storewatch.db.migrate import migrate

            migrate(engine, place.shown)
        else:
            require_head(schema, place.shown)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, place)


class Store:
    """One open database. Synchronous, to be used from one thread; every method is one transaction.

    Times (``now``) are arguments, aware and in any zone. All methods raise DatabaseLocked when the database is busy
    for longer than ``engine.BUSY_S`` seconds, DatabaseError for any other trouble with it.
    """

    def __init__(self, engine: Engine, place: Target) -> None:
        self._engine = engine
        self._place = place

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._engine.dispose()

    @property
    def url_shown(self) -> str:
        """The database's URL without its password."""
        return self._place.shown

    @property
    def path(self) -> Path | None:
        """The file of an SQLite database."""
        return self._place.path

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection in a read transaction; for the modules of storewatch.db only."""
        return read(self._engine, self._place.shown)

    def writing(self) -> AbstractContextManager[Connection]:
        """A connection that holds the write lock; for the modules of storewatch.db only."""
        return write(self._engine, self._place.shown)

    # --- sources ------------------------------------------------------------------------------------------------

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

    # --- polls and the frontier ---------------------------------------------------------------------------------

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

    # --- manners ------------------------------------------------------------------------------------------------

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

    # --- results ------------------------------------------------------------------------------------------------

    def save(
        self,
        processed: Processed,
        *,
        page_id: int,
        run_id: int,
        page: Page,
        text_sha: str,
        decide: Decide,
        topic_version: str,
        extractor_version: str,
        now: datetime,
        lines: HostLines | None = None,
        kinship: Kinship | None = None,
    ) -> Decision:
        """Store what a page said: candidates, decision and every write in one transaction; returns the decision.

        ``lines`` is what the page teaches about the lines that its host repeats. ``kinship`` finds and arranges texts
        that are nearly the same; without it only equal ones are found.

        ``decide`` may be corrected where the store knows better (``saving.settle``). A page judged ``rejected`` is
        stored as by :meth:`reject`; the decision returned then is ``new`` with the reason as its detail.
        """
        verdict = processed.judgement.verdict
        if verdict.verdict == "rejected":
            self.reject(
                _as_rejected(processed, page),
                page_id=page_id,
                run_id=run_id,
                page=page,
                now=now,
                topic_version=topic_version,
                extractor_version=extractor_version,
                lines=lines,
                kinship=kinship,
            )
            return Decision(kind="new", detail=f"rejected: {verdict.reason}")
        content = articles.Content(
            article=processed.article,
            judgement=processed.judgement,
            text_sha=text_sha,
            run_id=run_id,
            topic_version=topic_version,
            extractor_version=extractor_version,
            now=now,
            keys=kinship.keys(processed.article.title, processed.article.text) if kinship else frozenset(),
            words=kinship.words(processed.article.text) if kinship else None,
        )
        # Compressed before the transaction: nobody has to wait for it.
        html = gzip.compress(page.body, 6, mtime=0)
        arrival = Arrival(
            content=content, address=address_of(processed.article, page), page_id=page_id, page=page, html=html
        )
        with self.writing() as connection:
            decision = save_arrival(connection, arrival, decide, kinship)
            if lines is not None:
                host_lines.learn(connection, page_id, lines, now)
            return decision

    def reject(
        self,
        rejected: Rejected,
        *,
        page_id: int,
        run_id: int,
        page: Page | None,
        now: datetime,
        topic_version: str,
        extractor_version: str,
        lines: HostLines | None = None,
        kinship: Kinship | None = None,
    ) -> None:
        """Store why a page is no article; ``lines`` and ``kinship`` as in :meth:`save`."""
        with self.writing() as connection:
            save_rejected(
                connection,
                rejected,
                page_id=page_id,
                run_id=run_id,
                page=page,
                now=now,
                topic_version=topic_version,
                extractor_version=extractor_version,
                kinship=kinship,
            )
            if lines is not None:
                host_lines.learn(connection, page_id, lines, now)

    def repeated_lines(self, host: str, before: datetime) -> frozenset[int]:
        """The lines known before ``before`` to be repeated on the pages of ``host``, as their keys."""
        with self.reading() as connection:
            return host_lines.known(connection, host, before)

    def label(self, article_id: int, relevant: bool, now: datetime, *, by: str = "", note: str = "") -> bool:
        """Write a person's decision, which wins over the judge in every view. False: no such article."""
        with self.writing() as connection:
            shown = articles.shown(connection, article_id)
            if not articles.label(connection, shown, relevant, now, by, note):
                return False
            bookkeeping.refresh(connection, bookkeeping.shown_as(connection, shown))
            return True

    def expire(self, since: KeptSince) -> dict[str, int]:
        """Let go of what is old, see :mod:`storewatch.db.retention`; returns how many rows, by what they are."""
        with self.writing() as connection:
            return retention.expire(connection, since)

    # --- runs ---------------------------------------------------------------------------------------------------

    def start_run(self, command: str, now: datetime) -> int:
        """Open a run; returns its id."""
        with self.writing() as connection:
            return runs.start_run(connection, command, now)

    def finish_run(
        self,
        run_id: int,
        *,
        counts: RunCounts,
        problems: Sequence[str],
        finish_reason: str,
        exit_code: int,
        now: datetime,
        peak_mb: float | None = None,
    ) -> None:
        """Close a run with what it did; ``peak_mb`` is the most memory that it held."""
        with self.writing() as connection:
            runs.finish_run(
                connection,
                run_id,
                counts=counts,
                problems=problems,
                finish_reason=finish_reason,
                exit_code=exit_code,
                now=now,
                peak_mb=peak_mb,
            )

    def note_run(self, run_id: int, *, counts: RunCounts, peak_mb: float | None, now: datetime) -> None:
        """Write how far a run has come."""
        with self.writing() as connection:
            runs.note_run(connection, run_id, counts=counts, peak_mb=peak_mb, now=now)

    def end_killed_run(self, run_id: int, *, peak_mb: float, now: datetime) -> None:
        """Note the end of a run that was killed, unless it has said itself how it ended."""
        with self.writing() as connection:
            runs.end_killed_run(connection, run_id, peak_mb=peak_mb, now=now)

    def runs(self, limit: int = 20) -> tuple[Run, ...]:
        """The newest runs first."""
        with self.reading() as connection:
            return runs.runs(connection, limit)

    def run(self, run_id: int) -> Run | None:
        with self.reading() as connection:
            return runs.run(connection, run_id)


def _as_rejected(processed: Processed, page: Page) -> Rejected:
    """A judged page whose verdict is no."""
    article, verdict = processed.article, processed.judgement.verdict
    return Rejected(
        url=page.url,
        reason=verdict.reason,
        score=verdict.score,
        title=article.title,
        text=article.text,
        access=article.access,
        access_evidence=article.access_evidence,
    )
