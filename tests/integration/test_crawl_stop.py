"""How a crawl ends before its end: Ctrl-C, a killed parent, a held lock, a database that fails under it."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from support.crawling import SOURCE_ROOT, World, article, environment, world
from support.site import Reply, Site

from storewatch.db.lock import run_lock

PARENT = """
import sys
from scheduler.runner import run_crawl
from storewatch.config import load
outcome = run_crawl(load(), arguments={"feeds_file": sys.argv[1]})
print(outcome.exit_code, outcome.reason, flush=True)
"""


class Gate:
    """Answers with a page, and opens when it has been asked so many times."""

    def __init__(self, page: str, *, after: int) -> None:
        self._page = page
        self._after = after
        self._open = threading.Event()

    def __call__(self, headers: object) -> Reply:
        self._after -= 1
        if self._after == 0:
            self._open.set()
        return Reply(self._page)

    def wait(self) -> None:
        assert self._open.wait(60)


def start(crawls: World, feeds: list[str]) -> subprocess.Popen[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("STOREWATCH_")}
    env |= environment(crawls.folder, **crawls.values) | {"PYTHONPATH": str(SOURCE_ROOT / "tests")}
    command = [sys.executable, "-c", PARENT, str(crawls.feeds_file(feeds))]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def busy_site(site: Site, pages: int, *, after: int) -> tuple[list[str], Gate]:
    """A feed of many pages and one that never answers; the gate opens when so many were asked for."""
    gate = Gate(article(3), after=after)
    site.add("/hangs", Reply(hang=True))
    paths = [f"/story-{number}" for number in range(pages)]
    for path in paths:
        site.add(path, gate)
    return [site.feed("/feed", ["/hangs", *paths])], gate


@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["ctrl-c", "term"])
def test_an_interrupted_crawl_keeps_what_it_has(tmp_path: Path, signum: int, code: int) -> None:
    crawls = world(tmp_path, FETCH__DELAY_S="0.05")
    with Site() as site:
        feeds, gate = busy_site(site, 400, after=8)
        process = start(crawls, feeds)
        gate.wait()
        process.send_signal(signum)
        out, err = process.communicate(timeout=60)
        assert out == f"{code} shutdown\n", err
        assert err == ""
        asked = len([one for one in site.log if one.path.startswith("/story-")])
    assert asked < 400
    states = dict(crawls.rows("SELECT state, count(*) FROM pages GROUP BY state"))
    assert states["stored"] >= 7
    assert states["stored"] + states["leased"] + states.get("pending", 0) == 401
    assert crawls.rows("SELECT finish_reason, exit_code FROM runs") == [("shutdown", code)]


def test_a_crawl_that_waits_for_its_turn_ends_at_once(tmp_path: Path) -> None:
    crawls = world(tmp_path, FETCH__DELAY_S="120")
    gate = Gate("User-agent: *", after=1)
    with Site() as site:
        site.add("/robots.txt", gate)
        feeds = [site.feed("/feed-1", []), site.feed("/feed-2", [])]
        process = start(crawls, feeds)
        gate.wait()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert (out, err) == ("130 shutdown\n", "")
        assert [asked.path for asked in site.log] == ["/robots.txt"]
    assert crawls.rows("SELECT count(*) FROM polls") == [(0,)]


def test_a_crawl_ends_with_its_killed_parent(tmp_path: Path) -> None:
    crawls = world(tmp_path, FETCH__DELAY_S="0.05")
    with Site() as site:
        feeds, gate = busy_site(site, 400, after=5)
        process = start(crawls, feeds)
        gate.wait()
        process.kill()
        # The crawl holds the other ends of these pipes: they close when it is gone.
        process.communicate(timeout=60)
        again = crawls.scrapy("crawl", "feeds", "-a", "sources=no-such-source")
    # It did not find the lock taken, and what was leased waits again.
    assert "no source has this name" in again.stderr
    states = dict(crawls.rows("SELECT state, count(*) FROM pages GROUP BY state"))
    assert states.get("leased", 0) == 0
    assert states["pending"] + states.get("stored", 0) == 401


def test_a_held_lock_refuses_and_names_its_holder(tmp_path: Path) -> None:
    crawls = world(tmp_path)
    with Site() as site:
        feeds = [site.feed("/feed", [])]
        crawls.crawl(feeds)
        with run_lock(crawls.database, holder="storewatch reprocess"):
            outcome = crawls.crawl(feeds)
            by_scrapy = crawls.scrapy("crawl", "feeds")
    assert (outcome.exit_code, outcome.reason, outcome.run_id) == (75, "locked", None)
    [line] = outcome.lines
    assert f"the run lock is held by `storewatch reprocess` (process {os.getpid()}) since " in line
    assert "the run lock is held by" in by_scrapy.stderr
    assert crawls.rows("SELECT count(*) FROM runs") == [(1,)]


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"no database at all, but some text that is long enough", "database"), (None, "newer")],
    ids=["no database", "newer version"],
)
def test_an_unusable_database_ends_the_run_at_once(tmp_path: Path, content: bytes | None, words: str) -> None:
    crawls = world(tmp_path)
    with Site() as site:
        feeds = [site.feed("/feed", [])]
        if content is None:
            crawls.crawl(feeds)
            connection = sqlite3.connect(crawls.database)
            connection.execute("UPDATE storewatch_version SET version_num = 'ffff'")
            connection.commit()
            connection.close()
        else:
            Path(crawls.database).write_bytes(content)
        asked = len(site.log)
        outcome = crawls.crawl(feeds)
        assert len(site.log) == asked
    assert (outcome.exit_code, outcome.reason) == (2, "database")
    [line] = outcome.lines
    assert words in line


def test_a_database_that_fails_under_way_ends_the_run(tmp_path: Path) -> None:
    crawls = world(tmp_path)

    def spoil(headers: object) -> Reply:
        connection = sqlite3.connect(crawls.database)
        connection.execute("DROP TABLE pages")
        connection.commit()
        connection.close()
        return Reply("<rss version='2.0'><channel><item><link>https://paper.example/1</link></item></channel></rss>")

    with Site() as site:
        outcome = crawls.crawl([site.add("/feed", spoil), site.feed("/other", ["/1"])])
    assert outcome.exit_code == 3
    assert outcome.lines
    assert not [line for line in outcome.lines if "Traceback" in line]
