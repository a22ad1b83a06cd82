"""A delivering process that is killed at random loses nothing, and what it sends twice carries the id of the first."""

from __future__ import annotations

import random
import signal
import threading
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

import pytest
from support import killable_delivery
from support.receivers import Hook, Mailbox, receivers
from support.stored import DAY, event_about, store_page

from scheduler.alerts import deliver_due, query_of
from storewatch.config import load
from storewatch.db import letters, watching
from storewatch.db.lock import alert_lock
from storewatch.db.store import Store, open_store
from storewatch.errors import RunLocked
from storewatch.types import Watch

KILLS = 20
ARTICLES = 100


def article(store: Store, run_id: int, number: int) -> None:
    """An article about a city of its own: no two are akin."""
    story = f"Xiaomi opens a shop in the town of Number{number} soon. Nobody but {number * 7919} people know of it yet."
    event = event_about(story, story.split(". ")[0] + ".", city=f"Number{number}")
    at = datetime.now(UTC) - DAY
    store_page(store, run_id, f"https://golem.example/{number}", at=at, story=story, events=[event], published=at)


def told(mailbox: Mailbox, hook: Hook) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """The ids of the messages that told of each article, by mail and at the web address."""
    by_mail: dict[str, set[str]] = {}
    by_web: dict[str, set[str]] = {}
    for letter, message_id in zip(mailbox.letters, mailbox.ids, strict=True):
        body = letter.get_body(("plain",))
        assert body is not None
        for line in body.get_content().splitlines():
            if " https://golem.example/" in line:
                by_mail.setdefault(line.split("/")[-1], set()).add(message_id)
    for key, post in hook.posts:
        assert post["id"] == key
        for story in post["stories"]:
            by_web.setdefault(story["url"].split("/")[-1], set()).add(key)
    return by_mail, by_web


class Killer:
    """Kills a child after so many seconds, or when the receivers have taken so many letters and not said so yet."""

    def __init__(self, child: BaseProcess, *, after_s: float, letters: int) -> None:
        self._child = child
        self._left = letters
        self._timer = threading.Timer(after_s, child.kill)
        self._timer.start()

    def count(self) -> None:
        self._left -= 1
        if self._left == 0:
            self._child.kill()
            wait([self._child.sentinel])

    def join(self) -> None:
        self._child.join()
        self._timer.cancel()
        self._timer.join()


def wait_for_the_lock(url: str) -> None:
    """A PostgreSQL server may need a moment to notice that its client is dead."""
    while True:
        with suppress(RunLocked), alert_lock(url, holder="the test"):
            return


def kill_at_work(url: str, mailbox: Mailbox, hook: Hook, dice: random.Random) -> None:
    """Start a process that delivers, and kill it."""
    processes = get_context("forkserver")
    processes.set_forkserver_preload(["scheduler.alerts.mail", "scheduler.alerts.sending", "storewatch.db.letters"])
    wait_for_the_lock(url)
    mine, its = processes.Pipe()
    child = processes.Process(target=killable_delivery.main, args=(url, mailbox.url, its))
    child.start()
    its.close()
    assert mine.recv() == "ready"
    killer = Killer(child, after_s=dice.uniform(0.0, 0.12), letters=dice.randint(1, 2 * ARTICLES // KILLS))
    mailbox.taken = hook.taken = killer.count
    killer.join()
    mailbox.taken = hook.taken = lambda: None
    assert child.exitcode == -signal.SIGKILL
    with pytest.raises(EOFError):
        raise AssertionError(mine.recv())
    child.close()
    mine.close()


def test_twenty_kills_lose_nothing_and_repeats_carry_the_first_id(store_url: str) -> None:
    dice = random.Random(20)
    with receivers() as (mailbox, hook), open_store(store_url) as store:
        run_id = store.start_run("crawl", datetime.now(UTC))
        watch = Watch(name="All", query="has:event", targets=("mailto:desk@example.org", hook.url))
        watching.add(store, watch, query_of(watch, datetime.now(UTC)), datetime.now(UTC))
        numbers = iter(range(1, ARTICLES + 1))
        for _ in range(KILLS):
            for number in [next(numbers) for _ in range(ARTICLES // KILLS)]:
                article(store, run_id, number)
            kill_at_work(store_url, mailbox, hook, dice)
        loaded = load(environ={"STOREWATCH_CONFIG": ""}, flags={"database.url": store_url, "alerts.smtp": mailbox.url})
        wait_for_the_lock(store_url)
        deliver_due(store, loaded, clock=lambda: datetime.now(UTC), environ={})
        assert letters.undelivered(store) == ()
        by_mail, by_web = told(mailbox, hook)
    everything = {str(number) for number in range(1, ARTICLES + 1)}
    assert set(by_mail) == everything
    assert set(by_web) == everything
    # Each article went out in one message a target: what was sent twice was sent under the id of the first.
    assert all(len(ids) == 1 for ids in (*by_mail.values(), *by_web.values()))
    twice = [key for key, count in Counter(mailbox.ids + hook.ids).items() if count > 1]
    assert twice
    print(f"{len(mailbox.ids) + len(hook.ids)} messages, {len(twice)} of them more than once")  # noqa: T201  by -s
