"""What a crawl owns from its first to its last moment: the run lock, the store, the workers, the run's row.

A Scrapy extension: opened before the first request, closed after the last item. Everything of the crawl that is not
Scrapy's hangs on it and reaches it as ``spider.runtime``.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import FrameType
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from scrapy import signals
from scrapy.exceptions import CloseSpider, NotConfigured

from crawler import policy
from crawler.holding import HeldLock
from crawler.keeping import RUNS_ASKED, is_steady, kept_since
from crawler.logs import tell
from crawler.metering import Meter
from crawler.pace import PATIENCE_S, PERSONS_PATIENCE_S, Pace
from crawler.parent import Parent
from crawler.policy import Problem
from crawler.process import collect_garbage_rarely, quiet_other_loggers, spare_workers_the_main_module
from crawler.robots_book import RobotsBook
from crawler.tally import Tally
from storewatch import logs
from storewatch.config import Access, Config, load
from storewatch.config.access import check_names, resolved, secrets_of
from storewatch.db.hosts import Deferral, Turn, TurnWanted
from storewatch.db.store import Store, open_store
from storewatch.db.thread import StoreThread
from storewatch.errors import ConfigError, DatabaseError, RunLocked, StorewatchError, WorkerError
from storewatch.types import RunCounts, RunEnd
from storewatch.workers import WorkerPool

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

T = TypeVar("T")

# Loaded in the workers' server process, so that a new worker is ready at once.
PRELOAD = ("pipelines.process", "crawler.feeds")
# How a run ends in which a bug of ours showed up, or which lost its workers: as by a storage error.
INTERNAL_ERROR = 3
# After so many storage errors in a row a run gives up.
STORAGE_ERRORS = 3
# How long downloads under way may still take when a run is interrupted.
GRACE_S = 3.0


class Needs(Protocol):
    """What a spider says of itself: whether it stores (and so locks), and how its run is called."""

    name: str
    stores: bool
    asked: bool
    stopping: bool
    command: str


class Reporter(Protocol):
    """Shows a run on the terminal."""

    def start(self, tally: Tally) -> None: ...

    def stop(self) -> None: ...

    def table(self, counts: RunCounts, *, run_id: int | None, seconds: float) -> None: ...


class Runtime:
    """The resources of one crawl. ``stop_downloads`` lets go of what waits in the downloader."""

    def __init__(
        self,
        *,
        config: Config,
        spider: Needs,
        stop_downloads: Callable[[], None],
        reporter: Reporter,
        result_fd: int | None = None,
        sources: Mapping[str, Access] | None = None,
    ) -> None:
        self.config = config
        self.access: dict[str, Mapping[str, str]] = {}
        self._sources = sources or {}
        self.spider = spider
        self.tally = Tally()
        self.run_id: int | None = None
        self.answered = 0
        self.problems: list[Problem] = []
        self.notes: list[str] = []
        self.offline = False
        self.refusing: dict[str, Deferral] = {}
        patience_s = PATIENCE_S if spider.stores else PERSONS_PATIENCE_S
        delay_s = config.fetch.delay_s
        self.pace = Pace(reserve=self._reserve, delay_s=delay_s, patience_s=patience_s, refusing=self.refusing)
        self.robots = RobotsBook(None)
        self._stop_downloads = stop_downloads
        self._reporter = reporter
        self._parent = Parent(result_fd)
        self._store: StoreThread | None = None
        self._pool: WorkerPool | None = None
        self._meter = Meter(counts=self.tally.counts, note=self._note)
        self._lock = HeldLock(lost=self.refuse, note=self._say_once)
        self._storage_errors_in_a_row = 0
        self._told_of_stop: list[Callable[[float], None]] = []
        self._started = datetime.now(UTC)
        self._exit_code: int | None = None
        self._signum: int | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        from crawler.terminal import reporter

        def stop_downloads() -> None:
            downloader = crawler.engine.downloader
            for slot in downloader.slots.values():
                # What waits for its turn is let through at once: the handler refuses it, which ends it properly.
                slot.delay, slot.concurrency = 0.0, 10**6
                if slot.latercall:
                    slot.latercall.cancel()
                    downloader._latercall(slot)

        settings = crawler.settings
        spider: Any = crawler.spider
        if not hasattr(spider, "stores"):
            raise NotConfigured  # a spider of somebody else, as in `scrapy shell`
        loaded = load()
        runtime = cls(
            config=loaded.config,
            sources=loaded.sources,
            spider=spider,
            stop_downloads=stop_downloads,
            reporter=reporter(summary=settings.getbool("SUMMARY")),
            result_fd=settings.getint("RESULT_FD") if settings.get("RESULT_FD") is not None else None,
        )
        spider.runtime = runtime
        quiet_other_loggers(settings.get("LOG_LEVEL"))
        crawler.signals.connect(runtime.opened, signal=signals.spider_opened)
        crawler.signals.connect(runtime.engine_started, signal=signals.engine_started)
        crawler.signals.connect(runtime.answer, signal=signals.response_downloaded)
        crawler.signals.connect(runtime.bug, signal=signals.spider_error)
        crawler.signals.connect(runtime.bug, signal=signals.item_error)
        crawler.signals.connect(runtime.closed, signal=signals.spider_closed)
        return runtime

    # --- opening ------------------------------------------------------------------------------------------------

    async def opened(self) -> None:
        """Take the lock, open the store, start the run's row and the workers; closes the spider when it cannot."""
        self._parent.watch()
        try:
            self.access |= {name: resolved(name, one, os.environ) for name, one in self._sources.items()}
            logs.hide(value for one in self._sources.values() for value in secrets_of(one, os.environ))
            if self.spider.stores:
                await self._open_store()
            else:
                await self._open_for_manners()
        except StorewatchError as error:
            self._exit_code = error.exit_code
            self.notes.append(str(error))
            reasons = {RunLocked: "locked", ConfigError: "usage"}
            raise CloseSpider(reasons.get(type(error), "database")) from None
        spare_workers_the_main_module()
        collect_garbage_rarely()
        extract = self.config.extract
        # Its workers start with the first task: a run in which no feed has changed needs none.
        self._pool = WorkerPool(extract.workers, extract.timeout_s, preload=PRELOAD)
        self._reporter.start(self.tally)

    async def _open_store(self) -> None:
        url = self.config.database.url
        self._store = StoreThread(lambda: open_store(url))
        await self.store(lambda store: store.url_shown)
        self._lock.take(url, holder=self.spider.command)
        now = self._started
        await self.store(lambda store: store.release_leases())
        self.robots = RobotsBook(self.store)
        self.refusing |= await self.store(lambda store: store.deferred_hosts(now))
        self.run_id = await self.store(lambda store: store.start_run(self.spider.command, now))
        logs.run_of_process(self.run_id)
        self._parent.tell({"run_id": self.run_id})
        self._meter.start()

    async def _open_for_manners(self) -> None:
        """What stores nothing has the manners of what does, where there is a database to agree in."""
        url = self.config.database.url
        try:
            thread = StoreThread(lambda: open_store(url, create=False))
        except StorewatchError:
            return
        self._store = thread
        self.robots = RobotsBook(thread.call)
        now = self._started
        with contextlib.suppress(DatabaseError):
            # Whom to leave alone it hears with its turn, and waits a little where a crawl goes on without.
            refusing = await thread.call(lambda store: store.deferred_hosts(now))
            self.refusing |= {host: replace(one, until=None) for host, one in refusing.items()}

    def engine_started(self) -> None:
        """Put our signal handler before Scrapy's, which waits for everything that is queued."""
        loop = asyncio.get_running_loop()
        for signum in (signal.SIGINT, signal.SIGTERM):
            scrapys = signal.getsignal(signum)

            def handler(signum: int, frame: FrameType | None, scrapys: Any = scrapys) -> None:
                self._signum = signum
                loop.call_soon_threadsafe(self.stop)
                if callable(scrapys):
                    scrapys(signum, frame)

            signal.signal(signum, handler)

    # --- while it runs ------------------------------------------------------------------------------------------

    async def store(self, function: Callable[[Store], T]) -> T:
        """Call ``function`` with the store in the database thread; a storage error is counted and raised."""
        assert self._store is not None, "this spider stores nothing"
        try:
            result = await self._store.call(function)
        except DatabaseError as error:
            self._storage_error(error)
            raise
        self._storage_errors_in_a_row = 0
        return result

    def _storage_error(self, error: DatabaseError) -> None:
        """Count and tell it; a database that keeps failing ends the run, which then loses nothing more than time."""
        self.tally.storage_failed()
        self._storage_errors_in_a_row += 1
        self._say_once(str(error))
        if self._storage_errors_in_a_row >= STORAGE_ERRORS and not self.spider.stopping:
            self.notes.append(f"stopped after {STORAGE_ERRORS} storage errors in a row")
            self.stop()

    async def work(self, function: Callable[..., T], *args: object, subject: str, **kwargs: object) -> T:
        """Call ``function`` in a worker process, see :class:`WorkerPool`."""
        assert self._pool is not None, "the run is not open"
        try:
            return await self._pool.run(function, *args, subject=subject, **kwargs)
        except WorkerError as error:
            if error.reason == "workers_lost":
                self.refuse(error)
            raise

    @property
    def has_sources_configured(self) -> bool:
        """Are there ``[sources.NAME]`` tables at all?"""
        return bool(self._sources)

    def check_sources(self, known: Collection[str]) -> None:
        """Raises ConfigError for a ``[sources.NAME]`` table of the configuration whose source is not ``known``."""
        check_names(self._sources, known)

    async def address_of_source(self, name: str) -> str | None:
        """The address of a source of the catalogue; None for one that there is not, and without a database."""
        if self._store is None:
            return None
        with contextlib.suppress(DatabaseError):
            for source in await self._store.call(lambda store: store.sources(names=[name])):
                return source.url
        return None

    async def defer_host(self, host: str, until: datetime | None, refusals: int) -> None:
        """Remember for all processes that ``host`` refuses us and wants to be left alone."""
        if self._store is not None:
            with contextlib.suppress(DatabaseError):  # this run knows it all the same
                await self._manners(lambda store: store.defer_host(host, until, refusals=refusals))

    async def readmit_host(self, host: str) -> None:
        """Remember for all processes that ``host`` answers again."""
        if self._store is not None:
            with contextlib.suppress(DatabaseError):  # then it is remembered a run later
                await self._manners(lambda store: store.readmit_host(host))

    async def _manners(self, function: Callable[[Store], T]) -> T:
        """Call ``function`` with the store; what stores nothing itself does not fail by a database that it only shares
        its manners with."""
        assert self._store is not None, "there is no database"
        return await (self.store(function) if self.spider.stores else self._store.call(function))

    async def _reserve(self, wanted: Sequence[TurnWanted]) -> Sequence[Turn]:
        """Moments for requests, reserved among all processes where there is a database to agree in."""
        if self._store is None:
            return tuple(Turn(at=datetime.now(UTC), reserved=True) for _ in wanted)
        return await self._store.call(lambda store: store.reserve_hosts(wanted, lambda: datetime.now(UTC)))

    def _say_once(self, line: str) -> None:
        """Say a thing at the end, once."""
        if line not in self.notes:
            self.notes.append(line)

    def problem(self, kind: str, subject: str, reason: str, sentence: str, *, known: bool = False) -> None:
        source = logs.current_source()
        self.problems.append(
            Problem(kind=kind, subject=subject, reason=reason, sentence=sentence, known=known, source=source)
        )

    def bug(self, failure: Failure) -> None:
        """Something went wrong that nobody foresaw: Scrapy logs where, the run goes on and does not end well."""
        self.fail_with(INTERNAL_ERROR)
        self.notes.append(f"internal error: {type(failure.value).__name__}: {failure.value}"[:300])

    def refuse(self, error: StorewatchError) -> None:
        """The run cannot do what it was asked for: end soon, with the error's exit code and its line."""
        self._say_once(str(error))
        self._exit_code = max(error.exit_code, INTERNAL_ERROR) if isinstance(error, WorkerError) else error.exit_code
        self.stop()

    def fail_with(self, code: int) -> None:
        """End with ``code`` unless something worse is known by then (for spiders that poll nothing)."""
        self._exit_code = self._exit_code or code

    def answer(self) -> None:
        """Something answered, so there is a network."""
        self.answered += 1

    def stop(self) -> None:
        """Ask for nothing more; downloads under way have :data:`GRACE_S` seconds."""
        if not self.spider.stopping:
            self.spider.stopping = True
            for told in self._told_of_stop:
                told(GRACE_S)
            self._stop_downloads()

    def when_stopping(self, told: Callable[[float], None]) -> None:
        """Have ``told`` called when the run is to stop, with the seconds that what is under way may still take."""
        self._told_of_stop.append(told)

    # --- closing ------------------------------------------------------------------------------------------------

    async def closed(self, reason: str) -> None:
        """Finish the run's row, let go of everything, say what was wrong, hand over the exit code."""
        with logs.about_no_source():  # the end may have been brought about by an answer to one
            await self._close(reason)

    async def _close(self, reason: str) -> None:
        self._reporter.stop()
        if self._store is not None and (end := getattr(self.spider, "end", None)):
            await end()
        await self.robots.flush()
        await self._meter.stop()
        if self._pool is not None:
            await asyncio.to_thread(self._pool.close)
        lines = (*policy.problem_lines(self.problems, offline=self.offline), *self.notes)
        counts = self.tally.counts()
        code = self._exit_code if self._exit_code is not None else self._code(counts)
        if self.run_id is not None and await self._finish(counts, lines, reason, code) and code in (0, 1):
            code = 3
        if self._store is not None:
            await asyncio.to_thread(self._store.close)
        await self._lock.close()
        news = [problem for problem in self.problems if self.offline or not problem.known]
        tell(news, self.notes, offline=self.offline)
        if self.run_id is not None:
            seconds = (datetime.now(UTC) - self._started).total_seconds()
            self._reporter.table(counts, run_id=self.run_id, seconds=seconds)
        self._parent.leave({"exit_code": code, "reason": reason})

    def _code(self, counts: RunCounts) -> int:
        if self._signum is not None:
            return 128 + self._signum
        share = self.config.run.failed_share
        return policy.exit_code(counts, failed_share=share, asked=self.spider.asked or self.offline)

    async def _finish(self, counts: RunCounts, lines: Sequence[str], reason: str, code: int) -> bool:
        """Write the run's end and let go of what is kept long enough; True when that failed."""
        run_id, now = self.run_id, datetime.now(UTC)
        assert run_id is not None
        since, problems, peak_mb = kept_since(self.config.keep, now), tuple(lines), self._meter.peak_mb
        end = RunEnd(
            finished_at=now, finish_reason=reason, exit_code=code, counts=counts, problems=problems, peak_mb=peak_mb
        )

        def finish(store: Store) -> None:
            if is_steady((run.started_at for run in store.runs(RUNS_ASKED)), now):
                store.expire(since)
            store.finish_run(run_id, end)

        try:
            await self.store(finish)
        except DatabaseError:
            return True
        return False

    async def _note(self, counts: RunCounts, peak_mb: float | None) -> None:
        run_id, now = self.run_id, datetime.now(UTC)
        assert run_id is not None
        assert self._store is not None
        await self._store.call(lambda store: store.note_run(run_id, counts=counts, peak_mb=peak_mb, now=now))
