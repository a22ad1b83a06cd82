"""A delivering process that is killed at random loses nothing, and what it sends twice carries the id of the first."""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

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
EACH_TIME = 3
ARTICLES = KILLS * EACH_TIME
STARTER = Path(__file__).parents[1] / "support" / "killable_delivery.py"


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
    """Kills a process at once and for sure: when it returns, the process is no more."""

    def __init__(self) -> None:
        self.letters = 0
        self._process = 0
        self._known = threading.Event()

    def expect(self, letters: int) -> None:
        """Kill the next process when the receivers have taken so many letters; -1: not by letters."""
        self.letters = letters
        self._known.clear()

    def aim(self, process: int) -> None:
        """This is the process, as a pidfd."""
        self._process = process
        self._known.set()

    def count(self) -> None:
        """The receivers have taken a letter, and not said so yet."""
        self.letters -= 1
        if self.letters == 0:
            self.kill()

    def kill(self) -> None:
        self._known.wait()
        signal.pidfd_send_signal(self._process, signal.SIGKILL)
        select.select([self._process], [], [])


def wait_for_the_lock(url: str) -> None:
    """A PostgreSQL server may need a moment to notice that its client is dead."""
    while True:
        with suppress(RunLocked), alert_lock(url, holder="the test"):
            return


def kill_at_work(processes: subprocess.Popen[str], killer: Killer, dice: random.Random, *, by_clock: bool) -> None:
    """Start a process that delivers, and kill it: at a moment of its own, or between a receiver's taking and saying."""
    assert processes.stdin
    assert processes.stdout
    killer.expect(-1 if by_clock else dice.randint(1, EACH_TIME))
    processes.stdin.write("go\n")
    processes.stdin.flush()
    word, number = processes.stdout.readline().split()
    assert word == "ready"
    process = os.pidfd_open(int(number))
    killer.aim(process)
    if by_clock:
        timer = threading.Timer(dice.uniform(0.0, 0.12), killer.kill)
        timer.start()
        timer.join()
    assert processes.stdout.readline() == f"ended {-signal.SIGKILL}\n"
    os.close(process)


@contextmanager
def starting(url: str, mailbox: Mailbox) -> Iterator[subprocess.Popen[str]]:
    """What starts the processes that are killed."""
    command = [sys.executable, str(STARTER), url, mailbox.url]
    with subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as processes:
        yield processes
        assert processes.stdin
        processes.stdin.close()
        assert processes.wait() == 0


def test_twenty_kills_lose_nothing_and_repeats_carry_the_first_id(store_url: str) -> None:
    dice, killer, numbers = random.Random(20), Killer(), iter(range(1, ARTICLES + 1))
    with receivers() as (mailbox, hook), open_store(store_url) as store:
        run_id = store.start_run("crawl", datetime.now(UTC))
        watch = Watch(name="All", query="has:event", targets=("mailto:desk@example.org", hook.url))
        watching.add(store, watch, query_of(watch, datetime.now(UTC)), datetime.now(UTC))
        mailbox.taken = hook.taken = killer.count
        with starting(store_url, mailbox) as processes:
            for kill in range(KILLS):
                for number in islice(numbers, EACH_TIME):
                    article(store, run_id, number)
                wait_for_the_lock(store_url)
                kill_at_work(processes, killer, dice, by_clock=kill % 2 == 0)
        mailbox.taken = hook.taken = lambda: None
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
    ids = mailbox.ids + hook.ids
    repeats = len(ids) - len(set(ids))
    assert repeats >= KILLS // 2
    print(f"{len(ids)} messages, {repeats} of them repeats")  # noqa: T201  for the record, by -s
