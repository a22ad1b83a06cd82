"""Whether there is something to crawl: the service asks every minute, and starts no process for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from crawler.refetch import Policy, due

if TYPE_CHECKING:
    from storewatch.config import Config
    from storewatch.db.store import Store

#: Articles to be looked at again wait for the next crawl of whatever kind; where there was none for so long, they are
#: worth one of their own. Short beside the ages at which they are looked at (hours).
RECHECK_EVERY = timedelta(minutes=15)


def is_work(store: Store, config: Config, now: datetime) -> bool:
    """Is a source due, does a page wait, had a killed crawl taken pages to itself, or is an article to be looked at
    again?"""
    if store.due_sources(now) or store.waiting_hosts(now) or store.leased_pages():
        return True
    last = next(iter(store.runs(1)), None)
    # One that began in the future is of a clock that was wrong.
    if last is not None and timedelta(0) <= now - last.started_at < RECHECK_EVERY:
        return False
    return bool(due_rechecks(store, config, now))


def due_rechecks(
    store: Store, config: Config, now: datetime, *, source_ids: Sequence[int] | None = None
) -> tuple[int, ...]:
    """The pages, as ids, that a crawl would look at again now; of these sources only (None: of all)."""
    if not config.refetch.enabled or source_ids == []:
        return ()
    policy = Policy.of(config.refetch.hours, per_run=config.refetch.per_run, per_host=config.refetch.per_host)
    refusing = {host for host, one in store.deferred_hosts(now).items() if one.until is not None and one.until > now}
    young = store.young_articles(now - policy.longest, source_ids=source_ids)
    return due(young, now=now, policy=policy, without=refusing)
