"""``serve`` lives through a full disk and a crawl that eats all memory, says so, and nothing is lost."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from support.crawling import article
from support.disk import small_disk
from support.serving import prepare, serving, stored, until
from support.site import Reply, Script, Site

from storewatch.db.store import open_store

#: In the place of Python's own: a crawl (and none of its workers) takes 300 MB as soon as a file says so.
EATER = """
import os, sys, threading
if "scrapy" in sys.orig_argv:
    def eat(wanted={wanted!r}, pause=threading.Event()):
        while not os.path.exists(wanted):
            pause.wait(0.05)
        sys.hoard = b"x" * 300_000_000
    threading.Thread(target=eat, daemon=True).start()
"""


SECOND = article(2, town="Bergstadt")


def press(site: Site, second: Script) -> tuple[str, list[str]]:
    """A feed of two pages: one to be had, and one that is answered by a script."""
    site.add("/first", article(1))
    site.add("/second", second)
    return site.feed("/feed", ["/first", "/second"]), [site.url("/first"), site.url("/second")]


@pytest.mark.timeout(120)
def test_a_crawl_that_eats_memory_is_ended_and_the_next_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = tmp_path / "wanted"
    (tmp_path / "eater").mkdir()
    (tmp_path / "eater" / "sitecustomize.py").write_text(EATER.format(wanted=str(wanted)), encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path / 'eater'}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    database = str(tmp_path / "storewatch.db")
    with Site(hosts=2) as site:
        feed, pages = press(site, [Reply(hang=True), Reply(SECOND)])
        prepare(database, [feed])
        with serving(tmp_path, SCHEDULE__CRAWL_MEMORY_MB="600", SCHEDULE__HEALTH="off") as served:
            until(lambda: stored(database) == pages[:1] and site.asked("/second"))
            wanted.touch()
            until(lambda: served.said("MB of memory, more than 600"))
            wanted.unlink()
            until(lambda: stored(database) == pages)
            assert served.end(signal.SIGTERM) == 0
    with open_store(database, create=False) as store:
        first, second = store.runs()[::-1][:2]
    assert (first.exit_code, first.finish_reason) == (143, "shutdown")
    assert first.peak_mb is not None
    assert first.peak_mb > 300
    assert second.exit_code == 0


@pytest.mark.timeout(120)
def test_a_disk_that_is_full_for_a_while_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    with small_disk(tmp_path / "disk") as disk, Site() as site:
        daemon: list[int] = []

        def fill(_headers: object) -> Reply:
            if daemon:
                disk.fill(daemon.pop())
            return Reply(SECOND)

        feed, pages = press(site, fill)
        database = str(disk.folder / "storewatch.db")
        prepare(database, [feed])
        with serving(disk.folder, SCHEDULE__HEALTH="off") as served:
            daemon.append(served.process.pid)
            until(lambda: served.said("disk is full") or served.said("the disk reports an error"))
            until(lambda: served.said("crawl: "))
            assert served.process.poll() is None
            disk.free(served.process.pid)
            until(lambda: stored(database) == pages)
            assert served.end(signal.SIGTERM) == 0
