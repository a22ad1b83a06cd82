"""``storewatch serve``: APScheduler starts the jobs, this module looks after everything else.

The main thread wakes once a second: it takes up what people asked for (``schedule run|pause|resume``), a changed
configuration, a clock that was set back, and the signal to stop. Jobs run in threads, crawls in processes of their own.
The job store of APScheduler is a cache: at every start it is made anew from the configuration and from what the table
``schedule`` says of the last runs, so a job whose time passed while nobody served runs at once.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scheduler import jobs
from scheduler.clocks import ClockWatch, leap_line
from scheduler.jobs import Context, Job, Planned, utc_now
from scheduler.troubles import Troubles
from storewatch import logs
from storewatch.errors import ConfigError, DatabaseError, RunLocked, StorewatchError

if TYPE_CHECKING:
    from storewatch.config import Loaded
    from storewatch.db.lock import Renew
    from storewatch.db.store import Store
    from storewatch.types import JobState

#: How often the main thread wakes, and how often it asks the database what people want; seconds.
WAKE_S = 1.0
ASK_S = 2.0
#: How long jobs at work may take for their end; a crawl is killed before that. Below what systemd and Docker allow.
STOP_S = 45.0
_SIGNALLED = 128
#: How soon APScheduler asks a job store again that did not answer; seconds.
STORE_RETRY_S = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Rim:
    """What the daemon asks of the world: ``reload`` reads the configuration again (raises ConfigError), ``file`` is its
    file, ``say`` prints a line for people, ``clock`` is the time of the day."""

    reload: Callable[[], Loaded]
    say: Callable[[str], None]
    file: Path | None = None
    clock: Callable[[], datetime] = utc_now

    def warn(self, line: str) -> None:
        """Print a line of something that is wrong."""
        with logs.grave():
            self.say(line)


def serve(loaded: Loaded, rim: Rim) -> int:
    """Work until SIGTERM or SIGINT; returns the exit code.

    :raises RunLocked: when another ``serve`` is at work on the database.
    """
    from storewatch.db.lock import serve_lock

    with serve_lock(loaded.config.database.url, holder="storewatch serve") as renew:
        _prepare(loaded)
        return _Daemon(loaded, rim, renew).run()


def _prepare(loaded: Loaded) -> None:
    """Make or upgrade the database where that is needed, with the shipped catalogue in it."""
    from crawler.sources import catalogue
    from storewatch.db.store import open_store

    with open_store(loaded.config.database.url) as store:
        store.sync_catalogue(catalogue(), datetime.now(UTC))


class _Daemon:
    def __init__(self, loaded: Loaded, rim: Rim, renew: Renew) -> None:
        self._rim = rim
        self._renew = renew
        self._troubles = Troubles()
        self._context = Context(loaded=loaded, say=rim.say, tell_trouble=self._troubles.note, clock=rim.clock)
        self._stop = self._context.stop
        self._reload = threading.Event()
        self._signals = 0
        # Kept open: the look comes every two seconds, for months.
        self._store: Store | None = None
        self._trouble: str | None = None
        self._changed_at = _modified(rim.file)
        self._asked_at = float("-inf")
        self._scheduler: Any = None

    def run(self) -> int:
        jobs.use(self._context)
        with ExitStack() as stack:
            stack.callback(self._close_store)
            stack.enter_context(self._signals_taken())
            self._scheduler = stack.enter_context(_scheduler(self._context.loaded, rim=self._rim))
            self._plan(tell=True)
            stack.enter_context(self._answering())
            clocks = ClockWatch(self._context.clock().timestamp(), time.monotonic())
            while not self._stop.wait(WAKE_S):
                if leap := clocks.leap(self._context.clock().timestamp(), time.monotonic()):
                    self._rim.warn(leap_line(leap))
                    self._patiently(self._plan)
                self._patiently(self._look_at_config)
                try:
                    self._patiently(self._look_at_requests)
                except RunLocked:
                    self._stop.set()  # another one serves since our connection broke
                    raise
            self._rim.say("stopping; what is fetched is kept")
        self._rim.say("stopped")
        return 0

    @contextmanager
    def _signals_taken(self) -> Iterator[None]:
        def stop(signum: int, _frame: object) -> None:
            self._signals += 1
            self._stop.set()
            if self._signals > 1:
                os._exit(_SIGNALLED + signum)  # asked twice: at once; a crawl at work ends with us

        def reload(_signum: int, _frame: object) -> None:
            self._reload.set()

        former = {
            number: signal.signal(number, handler)
            for number, handler in ((signal.SIGTERM, stop), (signal.SIGINT, stop), (signal.SIGHUP, reload))
        }
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)

    @contextmanager
    def _answering(self) -> Iterator[None]:
        port = self._context.loaded.config.schedule.port
        if not port:
            yield
            return
        from scheduler.web import answering

        with answering(self._context, port) as address:
            self._rim.say(f"http://{address}/health and /metrics answer")
            yield

    def _patiently(self, look: Callable[[], None]) -> None:
        """A database that does not answer is told of once, and asked again."""
        from storewatch.db.engine import reported, target

        try:
            with reported(target(self._context.loaded.config.database.url).shown):
                look()
        except DatabaseError as error:
            self._troubled(str(error))

    def _troubled(self, problem: str) -> None:
        if self._trouble is None:
            self._rim.warn(f"the database does not answer, the jobs wait for it: {problem}")
        self._trouble = problem

    # --- what changes while it runs -------------------------------------------------------------------------------

    def _look_at_config(self) -> None:
        """Take up a changed file, or SIGHUP; a broken one is told, and the former values stay in force."""
        changed_at = _modified(self._rim.file)
        if changed_at == self._changed_at and not self._reload.is_set():
            return
        self._changed_at = changed_at
        self._reload.clear()
        try:
            loaded = self._rim.reload()
        except ConfigError as error:
            self._rim.warn(f"the configuration is broken, the former one stays in force: {error}")
            return
        before = self._context.loaded.config
        if loaded.config.database.url != before.database.url or loaded.config.schedule.port != before.schedule.port:
            self._rim.warn("the database or the port has changed: start serve anew for that; the rest is taken up")
        if loaded.config.database.url == before.database.url:
            self._context.loaded = loaded
            self._rim.say("the configuration is taken up")
            self._plan(tell=True)

    def _look_at_requests(self) -> None:
        if time.monotonic() - self._asked_at < ASK_S:
            return
        self._asked_at = time.monotonic()
        away = self._trouble is not None
        states = self._states()
        if states is None:
            return
        for problem in self._troubles.to_tell(time.monotonic(), away=away):
            self._rim.warn(problem)
        for job in self._jobs():
            state = states.get(job.name)
            if state is not None and state.requested_at is not None:
                self._add(job, self._context.clock())
            elif (state is not None and state.paused) != (self._next(job.name) is None) and job.when.kind != "off":
                self._plan_one(jobs.planned((job,), states, self._context.clock())[0])

    def _jobs(self) -> tuple[Job, ...]:
        return jobs.jobs(self._context.loaded.config)

    def _states(self) -> dict[str, JobState] | None:
        """What the database knows of the jobs; None while it does not answer, which is told once."""
        from storewatch.db.schedule import job_states
        from storewatch.db.store import open_store

        try:
            if self._store is None:
                self._store = open_store(self._context.loaded.config.database.url, create=False)
            found = job_states(self._store)
            self._renew()
        except RunLocked:
            raise
        except StorewatchError as error:
            self._close_store()
            self._troubled(str(error))
            return None
        if self._trouble is not None:
            self._trouble = None
            self._rim.say("the database answers again")
        return found

    def _close_store(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None

    # --- the plan -------------------------------------------------------------------------------------------------

    def _plan(self, *, tell: bool = False) -> None:
        states = self._states()
        for one in jobs.planned(self._jobs(), states or {}, self._context.clock()):
            self._plan_one(one)
            if tell:
                self._rim.say(plan_line(one))

    def _plan_one(self, one: Planned) -> None:
        if one.next_at is None:
            from apscheduler.jobstores.base import JobLookupError

            with suppress(JobLookupError):  # it was not planned, or has just run for the last time
                self._scheduler.remove_job(one.job.name)
        else:
            self._add(one.job, one.next_at)

    def _add(self, job: Job, at: datetime) -> None:
        from scheduler.lasting import WhenTrigger

        self._scheduler.add_job(
            "scheduler.jobs:run_job",
            WhenTrigger(job.when),
            args=[job.name],
            id=job.name,
            name=job.does,
            next_run_time=at,
            replace_existing=True,
        )

    def _next(self, name: str) -> datetime | None:
        found = self._scheduler.get_job(name)
        return None if found is None else found.next_run_time


def plan_line(one: Planned) -> str:
    """One line of the plan: the job, when it runs, what it does. Pure."""
    if one.paused:
        at = "paused"
    else:
        at = f"next {one.next_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if one.next_at else "never"
    return f"{one.job.name:8} {one.job.said:18} {at:26} {one.job.does}"


@contextmanager
def _scheduler(loaded: Loaded, *, rim: Rim) -> Iterator[Any]:
    """APScheduler on the database. A late run is made up for (no grace time is too long for it), many missed ones are
    one, and no job runs twice at a time. At the end it waits for jobs at work, but not longer than :data:`STOP_S`."""
    from apscheduler.executors.pool import ThreadPoolExecutor
    from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore

    from scheduler.lasting import LastingScheduler
    from storewatch.db.engine import JOB_STORE, closing_engine, target

    # What it says of runs that are late or of a store that does not answer, the daemon says itself, once.
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    with closing_engine(target(loaded.config.database.url)) as engine:
        scheduler = LastingScheduler(
            jobstores={"default": SQLAlchemyJobStore(engine=engine, tablename=JOB_STORE)},
            executors={"default": ThreadPoolExecutor(4)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone=UTC,
            jobstore_retry_interval=STORE_RETRY_S,
        )
        scheduler.start(paused=True)
        scheduler.remove_all_jobs()
        scheduler.resume()
        try:
            yield scheduler
        finally:
            ending = threading.Thread(target=scheduler.shutdown, name="storewatch-end", daemon=True)
            ending.start()
            ending.join(STOP_S)
            if ending.is_alive():
                rim.warn("a job does not end (a vacuum of a large database?); it is left, the database undoes it")
                os._exit(0)


def _modified(file: Path | None) -> int | None:
    """When a file was changed, in nanoseconds; None where there is none."""
    try:
        return None if file is None else file.stat().st_mtime_ns
    except OSError:
        return None
