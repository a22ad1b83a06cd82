"""Whether there is something to crawl: the service asks every minute, and starts no process for nothing."""

from __future__ import annotations

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
    if not config.refetch.enabled or (last is not None and now - last.started_at < RECHECK_EVERY):
        return False
    policy = Policy.of(config.refetch.hours, per_run=config.refetch.per_run, per_host=config.refetch.per_host)
    refusing = {host for host, one in store.deferred_hosts(now).items() if one.until is not None and one.until > now}
    return bool(due(store.young_articles(now - policy.longest), now=now, policy=policy, without=refusing))
