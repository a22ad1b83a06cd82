"""A database with watches, a mailbox and a web address that are told, and a clock that only the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from support.receivers import Hook, Mailbox, receivers
from support.stored import NOW, STORY, event_about, lease, processed, save, store_page

from scheduler.alerts import Delivery, deliver_due, query_of
from storewatch.config import Loaded, load
from storewatch.db import watching
from storewatch.db.store import Store, open_store
from storewatch.types import Watch

MINUTE = timedelta(minutes=1)


@dataclass
class World:
    """A database, a mailbox and a web address, and a clock that only the test moves."""

    store: Store
    url: str
    mailbox: Mailbox
    hook: Hook
    run_id: int
    now: datetime = NOW
    environ: dict[str, str] = field(default_factory=dict)
    watches: dict[str, Watch] = field(default_factory=dict)
    pages: int = 0

    def loaded(self) -> Loaded:
        flags = {"database.url": self.url, "alerts.smtp": self.mailbox.url, "alerts.sender": "storewatch@example.org"}
        return replace(load(environ={"STOREWATCH_CONFIG": ""}, flags=flags), watches=self.watches)

    def watch(self, query: str | None = "country:ES", **more: Any) -> Watch:
        targets = more.pop("targets", ("mailto:desk@example.org", self.hook.url))
        watch = Watch(**{"name": "Spain", "query": query, "targets": targets, **more})
        watching.add(self.store, watch, query_of(watch, self.now), self.now)
        return watch

    def deliver(self, after: timedelta = MINUTE) -> Delivery:
        self.now += after
        return deliver_due(self.store, self.loaded(), clock=lambda: self.now, environ=self.environ)

    def article(self, story: str = STORY, **more: Any) -> str:
        self.pages += 1
        url = f"https://golem.example/{self.pages}"
        store_page(self.store, self.run_id, url, at=self.now, story=story, **more)
        return url

    def edit(self, url: str, story: str, **event: Any) -> None:
        self.store.add_page(url, now=self.now)
        page = lease(self.store, self.run_id, url, at=self.now)
        events = [event_about(story, story.split(". ")[0] + ".", **event)]
        save(self.store, self.run_id, page, processed(url, story, events=events), now=self.now)

    @property
    def told(self) -> list[list[tuple[str, str | None, int | None]]]:
        """What the web address was told: of each message, kind, vendor and number."""
        return [
            [
                (fact["kind"], fact["vendor"], fact["store_count"])
                for story in body["stories"]
                for fact in story["facts"]
            ]
            for _, body in self.hook.posts
        ]


@contextmanager
def alerted(store_url: str) -> Iterator[World]:
    """The world at ``store_url``, its receivers running."""
    with receivers() as (mailbox, hook), open_store(store_url) as store:
        yield World(store, store_url, mailbox, hook, store.start_run("crawl", NOW))
