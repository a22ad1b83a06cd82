"""SIGKILL loses nothing and doubles nothing: a crawl killed at a random moment, then one more run, ends in the database
of an undisturbed crawl."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from support.site import Reply, Site

HOSTS = 3
PAGES_PER_HOST = 12
KILLS = 10
SNAPSHOT = {
    # What a stored page was when it came (new, a copy) depends on who came first; what it is in the end does not.
    "pages": "SELECT url, state, CASE state WHEN 'stored' THEN '' ELSE reason END, attempts, last_status FROM pages",
    "bodies": "SELECT p.url, b.title, b.text FROM page_bodies b JOIN pages p USING (page_id)",
    "articles": "SELECT url, title, text, lang, outlet, source, published_at, copies FROM v_articles",
    "uncertain": "SELECT url, title FROM v_uncertain",
    "revisions": "SELECT a.url, r.number, r.title, r.text FROM revisions r JOIN articles a USING (article_id)",
    "copies": "SELECT a.url, c.url, c.outlet, c.kind FROM v_copies c JOIN v_articles a USING (article_id)",
    "events": "SELECT url, vendor, action, store_count, city, country, horizon, evidence, evidence_start FROM v_events",
    "sources": "SELECT url, etag, body_sha, failures, last_reason FROM sources",
}
CITIES = ("Leipzig", "Lyon", "Porto", "Turin", "Malmö", "Gdansk", "Graz", "Ghent", "Bilbao", "Brno", "Split", "Varna")


def story(host: int, number: int) -> str:
    """A page: stores of a vendor, everyday news, or (on the other hosts) a copy of the first host's stores."""
    kind = ("stores", "everyday", "copy")[number % 3]
    teller = 0 if kind == "copy" else host
    city = CITIES[number]
    if kind == "everyday":
        title = f"Cheap laptop {number} of shop {host} in the test"
        text = f"The laptop number {number} weighs {900 + host} grams and runs for eleven hours on one charge."
    else:
        title = f"Xiaomi opens {number + 2} Mi stores in {city}"
        text = (
            f"Xiaomi will open {number + 2} new Mi Home stores in {city} this year, outlet {teller} has learned. "
            f"The first store of {city} opens in May, a spokesman of the company said."
        )
    filler = "It was a mild day in the town, and many people had come to look at what was new in the streets. " * 3
    day = 1 + (host + number) % 27
    return (
        f"<html lang=en><head><title>{title}</title>"
        f'<meta property="article:published_time" content="2026-03-{day:02d}T09:00:00+01:00"></head>'
        f"<body><nav><a href=/>Home</a></nav>"
        f"<article><h1>{title}</h1><p>{text}</p><p>{filler}</p></article></body></html>"
    )


class Trigger:
    """Kills a process when the site is asked for the so-manieth time, a moment later."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left = 0
        self._delay_s = 0.0
        self.process: subprocess.Popen[bytes] | None = None
        self.asked = 0

    def arm(self, process: subprocess.Popen[bytes], after: int, delay_s: float) -> None:
        self.process, self._left, self._delay_s = process, after, delay_s

    def asked_once(self) -> None:
        with self._lock:
            self.asked += 1
            self._left -= 1
            if self.process is not None and self._left == 0:
                threading.Timer(self._delay_s, os.kill, (self.process.pid, signal.SIGKILL)).start()


@pytest.fixture(scope="module")
def trigger() -> Trigger:
    return Trigger()


@pytest.fixture(scope="module")
def feeds_file(trigger: Trigger, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A press of three hosts, each with a feed; two of their links lead nowhere."""

    def counted(reply: Reply) -> Any:
        def answer(_headers: Mapping[str, str]) -> Reply:
            trigger.asked_once()
            return reply

        return answer

    with Site(hosts=HOSTS) as site:
        for host in range(HOSTS):
            links = {f"/{number}.html": f"Item {number}" for number in range(PAGES_PER_HOST)}
            for number, path in enumerate(links):
                site.add(path, counted(Reply(story(host, number))), host=host)
            site.add("/report.pdf", counted(Reply(b"%PDF-1.7 ...", content_type="application/pdf")), host=host)
            extra = {"/report.pdf": "Xiaomi store report", "/gone.html": "Xiaomi store, withdrawn"}
            site.feed("/feed", links | extra, host=host)
        folder = tmp_path_factory.mktemp("kill")
        listing = folder / "feeds.txt"
        listing.write_text("".join(f"{site.url('/feed', host=host)}\n" for host in range(HOSTS)), encoding="utf-8")
        yield listing


def start(feeds: Path, database: Path) -> subprocess.Popen[bytes]:
    """The crawl's own process, so that the signal hits it and not the one that waits for it."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("STOREWATCH_")}
    env = clean | {
        "SCRAPY_SETTINGS_MODULE": "crawler.settings",
        "STOREWATCH_DATABASE__URL": f"sqlite:///{database}",
        "STOREWATCH_FETCH__ALLOW_PRIVATE_ADDRESSES": "true",
        "STOREWATCH_FETCH__DELAY_S": "0",
    }
    command = [sys.executable, "-m", "scrapy", "crawl", "feeds", "-a", f"feeds_file={feeds}", "-s", "LOG_LEVEL=ERROR"]
    # To a file: a pipe would stay open for as long as the workers of a killed crawl live.
    with log_of(database).open("w") as log:
        return subprocess.Popen(command, cwd=database.parent, env=env, stdout=subprocess.DEVNULL, stderr=log)


def log_of(database: Path) -> Path:
    return database.with_suffix(".log")


def crawl(feeds: Path, database: Path) -> None:
    process = start(feeds, database)
    assert process.wait(timeout=120) == 0, log_of(database).read_text()


def snapshot(database: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All that a crawl is for, without the ids and the times of arrival."""
    connection = sqlite3.connect(database)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        return {name: sorted(connection.execute(query).fetchall(), key=repr) for name, query in SNAPSHOT.items()}
    finally:
        connection.close()


@pytest.fixture(scope="module")
def undisturbed(feeds_file: Path, trigger: Trigger) -> tuple[dict[str, list[tuple[Any, ...]]], int]:
    """The database of a crawl that nobody killed, and how often it asked."""
    database = feeds_file.parent / "undisturbed.db"
    crawl(feeds_file, database)
    return snapshot(database), trigger.asked


def test_the_undisturbed_crawl_has_something_to_lose(
    undisturbed: tuple[dict[str, list[tuple[Any, ...]]], int],
) -> None:
    found, _ = undisturbed
    assert len(found["pages"]) == HOSTS * (PAGES_PER_HOST + 2)
    assert len(found["articles"]) >= PAGES_PER_HOST
    assert len(found["copies"]) >= PAGES_PER_HOST // 3
    assert len(found["events"]) >= PAGES_PER_HOST


@pytest.mark.parametrize("kill", range(KILLS))
def test_a_killed_crawl_and_one_more_run_equal_an_undisturbed_one(
    kill: int,
    undisturbed: tuple[dict[str, list[tuple[Any, ...]]], int],
    feeds_file: Path,
    trigger: Trigger,
    tmp_path: Path,
) -> None:
    expected, asked = undisturbed
    seed = random.SystemRandom().randrange(1_000_000)
    rng = random.Random(seed)
    after, delay_s = rng.randint(1, asked), rng.uniform(0, 0.25)
    database = tmp_path / "killed.db"
    process = start(feeds_file, database)
    trigger.arm(process, after, delay_s)
    process.wait(timeout=120)
    crawl(feeds_file, database)
    told = f"kill {kill}, seed {seed}: after {after} of {asked} pages and {delay_s:.3f} s"
    assert snapshot(database) == expected, told
