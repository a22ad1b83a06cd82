"""Is the whole well: database, disk, lock, runs, jobs, judge? A check for each, judged by values alone. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from scheduler.health.drift import Drift, drifts
from scheduler.health.findings import count, day, span
from storewatch.config.when import When, following
from storewatch.types import JobState, LockHolder, Run, SystemFacts

#: Free room below this part of the threshold is critical.
NO_ROOM = 0.1
#: A lock that is held for longer, or a last good run that is older while others have failed: cron may run once a day.
LONG = timedelta(hours=26)
#: A job is late when it was due for so long, and serve was at work all the time.
LATE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at: ``level`` 0 (ok), 1 (warning) or 2 (critical), what there is to tell and to do, and
    the ``values`` by which it was judged, plain ones."""

    check: str
    level: int
    told: str
    todo: str = "Nothing."
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What is expected of the whole: so much room on the disk, and jobs by their times; ``at_work_s`` is how long a job
    may be at work."""

    disk_free_mb: float
    jobs: Mapping[str, When]
    at_work_s: float


def checks(facts: SystemFacts, expected: Expected, now: datetime) -> tuple[Check, ...]:
    """All checks, in the order in which they are shown."""
    found: list[Check | None] = [_database(facts), _disk(facts, expected), _lock(facts, now)]
    if facts.problem is None:
        found += [_backup(facts, now), _run(facts, now), _schedule(facts, expected, now), _judge(facts, now)]
    return tuple(one for one in found if one is not None)


def _database(facts: SystemFacts) -> Check:
    values = {"size_bytes": facts.size_bytes, "schema": facts.schema}
    if facts.problem is not None:
        todo = "Look whether the server runs, or the file is there; `storewatch db check` says more."
        return Check(check="database", level=2, told=facts.problem, todo=todo, values=values)
    size = "" if facts.size_bytes is None else f", {_mb(facts.size_bytes)}"
    return Check(
        check="database", level=0, told=f"{facts.database} answers{size}, schema {facts.schema}", values=values
    )


def _disk(facts: SystemFacts, expected: Expected) -> Check | None:
    if facts.free_bytes is None:
        return None
    threshold = expected.disk_free_mb * 1e6
    level = (facts.free_bytes < threshold) + (facts.free_bytes < threshold * NO_ROOM)
    told = f"{_mb(facts.free_bytes)} are free in {facts.folder}"
    if level:
        told += f", less than {'a tenth of ' if level > 1 else ''}{expected.disk_free_mb:,.0f} MB (health.disk_free_mb)"
    todo = "Make room; `storewatch db tidy` and `db vacuum` give some back." if level else "Nothing."
    return Check(check="disk", level=level, told=told, todo=todo, values={"free_bytes": facts.free_bytes})


def _lock(facts: SystemFacts, now: datetime) -> Check:
    holder = facts.run_lock
    values = {"holder": _holder_values(holder)}
    if holder is None:
        return Check(check="lock", level=0, told="nobody holds the run lock", values=values)
    told = f"the run lock is held by {holder}"
    if holder.since is not None and now - holder.since > LONG:
        todo = "Look whether it hangs; it may be ended, what it has fetched is kept."
        told += f", for {span(now - holder.since)}"
        return Check(check="lock", level=1, told=told, todo=todo, values=values)
    return Check(check="lock", level=0, told=told, values=values)


def _holder_values(holder: LockHolder | None) -> dict[str, Any] | None:
    if holder is None:
        return None
    return {**asdict(holder), "since": None if holder.since is None else holder.since.isoformat()}


def _backup(facts: SystemFacts, now: datetime) -> Check:
    last = next((job.succeeded_at for job in facts.jobs if job.job == "backup"), None)
    values = {"last_at": None if last is None else last.isoformat()}
    if last is not None:
        told = f"the last one was made {span(now - last)} ago, {day(last)}"
    else:
        told = "none was made by `storewatch db backup` or `serve` so far"
    return Check(check="backup", level=0, told=told, values=values)


def _run(facts: SystemFacts, now: datetime) -> Check:
    """Sources that nobody polls say so themselves; here it is told when runs take place and do not end well."""
    good, last = facts.last_good, facts.last_run
    good_at = None if good is None else _ended(good)
    values = {
        "last_good_at": None if good_at is None else good_at.isoformat(),
        "age_s": None if good_at is None else round((now - good_at).total_seconds()),
        "last_exit_code": None if last is None else last.exit_code,
    }
    if last is None:
        return Check(check="run", level=0, told="no run has ended so far", values=values)
    told = f"run {good.run_id} was the last that ended well, {span(now - good_at)} ago" if good and good_at else (
        "no run has ended well so far"
    )  # fmt: skip
    since = good_at or facts.first_run_at or now
    if last.exit_code and now - since > LONG:
        told += f"; the newest, run {last.run_id}, ended with exit code {last.exit_code}"
        todo = f"`storewatch runs {last.run_id}` says what was wrong."
        return Check(check="run", level=1, told=told, todo=todo, values=values)
    return Check(check="run", level=0, told=told, values=values)


def _ended(run: Run) -> datetime:
    return run.finished_at or run.noted_at or run.started_at


def _schedule(facts: SystemFacts, expected: Expected, now: datetime) -> Check:
    """Whether ``serve`` does its jobs in time. What it does not do because it is not at work, cron may do."""
    states = {job.job: job for job in facts.jobs if job.job in expected.jobs}
    failed = [job for job in states.values() if job.outcome is not None and job.outcome.startswith("failed")]
    late = {}
    if facts.serve_lock is not None:
        since = facts.serve_lock.since or now
        late = {name: lag for name, lag in _lags(states, expected, since, now) if lag > LATE}
    problems = [f"{name} is due for {span(lag)}" for name, lag in late.items()]
    problems += [f"{job.job} {job.outcome}" for job in failed]
    served = "serve is not at work" if facts.serve_lock is None else f"{facts.serve_lock} is at work"
    values = {
        "served": facts.serve_lock is not None,
        "lag_s": {name: round(lag.total_seconds()) for name, lag in late.items()},
        "failed": [job.job for job in failed],
    }
    if not problems:
        return Check(check="schedule", level=0, told=served, values=values)
    todo = "`storewatch schedule list` shows the jobs, the log of serve says more."
    return Check(check="schedule", level=1, told="; ".join((served, *problems)), todo=todo, values=values)


def _lags(
    states: Mapping[str, JobState], expected: Expected, since: datetime, now: datetime
) -> Iterator[tuple[str, timedelta]]:
    """For how long jobs are due and not done, or at work for longer than they may be."""
    for name, when in expected.jobs.items():
        job = states.get(name)
        if when.kind == "off" or (job is not None and job.paused):
            continue
        if job is not None and job.started_at is not None and job.ended_at is None:
            yield name, now - max(job.started_at, since) - timedelta(seconds=expected.at_work_s)
            continue
        began = job.started_at if job is not None else None
        due = following(when, began, began if began is not None else since)
        if due is not None:
            yield name, now - max(due, since)


def _judge(facts: SystemFacts, now: datetime) -> Check:
    found = drifts(facts.days, now.astimezone(UTC).date())
    values = {one.what: _drift_values(one) for one in found}
    drifted = [one for one in found if one.drifted]
    if drifted:
        todo = (
            "Look at what is stored and rejected (`articles --state rejected`, `review`): another mix of sources, or a"
        )
        todo += " judge that misjudges? `label` teaches it."
        return Check(check="judge", level=1, told="; ".join(map(_drifted, drifted)), todo=todo, values=values)
    known = [one for one in found if one.known and one.what != "audit"]
    told = "; ".join(_shares(one) for one in known) if known else "too few verdicts so far to know its habit"
    return Check(check="judge", level=0, told=told, values=values)


def _drift_values(one: Drift) -> dict[str, Any]:
    shares = {"share": one.recent.share, "usual_share": one.habit.share}
    return {**shares, "of": one.recent.of, "usual_of": one.habit.of, "known": one.known, "drifted": one.drifted}


def _drifted(one: Drift) -> str:
    noun = "pages that the prefilter had turned away" if one.what == "audit" else "pages"
    what = "relevant" if one.what == "audit" else one.what
    usual = 100 * (one.habit.share or 0.0)
    told = f"{one.recent.hits} of {count(one.recent.of, 'page').replace('pages', noun)} lately were {what}"
    return f"{told}; {usual:.1f} of 100 are usual"


def _shares(one: Drift) -> str:
    return f"{100 * (one.recent.share or 0):.1f} % {one.what} ({100 * (one.habit.share or 0):.1f} % are usual)"


def _mb(size: float) -> str:
    return f"{size / 1e6:,.1f} MB"
