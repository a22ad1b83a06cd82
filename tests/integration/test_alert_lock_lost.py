"""A delivery that takes long on PostgreSQL: its lock is taken again, or whoever has it by then sends the rest."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
from support.postgres import break_connections
from support.stored import DAY, event_about, store_page

from scheduler.alerts import deliver_due, query_of
from storewatch.config import load
from storewatch.db import letters, watching
from storewatch.db.lock import alert_lock
from storewatch.db.store import Store, open_store
from storewatch.errors import RunLocked
from storewatch.types import Attempt, Letter, Watch

pytestmark = pytest.mark.needs_postgres
TARGETS = ("https://first.example/hook", "https://second.example/hook")


def now() -> datetime:
    return datetime.now(UTC)


def news(store: Store) -> None:
    """Something to tell to two receivers."""
    watch = Watch(name="All", query="has:event", targets=TARGETS)
    watching.add(store, watch, query_of(watch, now()), now())
    story = "Xiaomi opens a shop in the town of Lindental soon. Nobody else knows of it yet."
    event = event_about(story, story.split(". ")[0] + ".", city="Lindental")
    run_id = store.start_run("crawl", now())
    store_page(store, run_id, "https://golem.example/1", at=now() - DAY, story=story, events=[event], published=now())


@pytest.mark.parametrize("taken", [False, True], ids=["again", "by another one"])
def test_a_lock_that_is_lost_between_two_letters(postgres_url: str, taken: bool) -> None:
    loaded = load(environ={"STOREWATCH_CONFIG": ""}, flags={"database.url": postgres_url})
    sent: list[str] = []
    with open_store(postgres_url) as store, ExitStack() as other:
        news(store)

        def send(letter: Letter) -> Attempt:
            sent.append(letter.target)
            if len(sent) == 1:
                break_connections(postgres_url)
                if taken:
                    other.enter_context(alert_lock(postgres_url, holder="the quicker one"))
            else:
                with pytest.raises(RunLocked), alert_lock(postgres_url, holder="a second one"):
                    pass
            return Attempt(ok=True)

        if taken:
            with pytest.raises(RunLocked, match="alert lock is held by `the quicker one`"):
                deliver_due(store, loaded, clock=now, environ={}, send=send)
            assert len(sent) == 1
            assert [one.target for one in letters.undelivered(store)] == []
            other.close()
        deliver_due(store, loaded, clock=now, environ={}, send=send)
    assert sorted(sent) == list(TARGETS)
