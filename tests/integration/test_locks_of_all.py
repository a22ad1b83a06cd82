"""Whoever crawls, and whoever else wants to: one at a time, the second is told at once, and a death frees all locks."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.crawling import environment
from support.serving import EVERY_SECOND, STOREWATCH, prepare, until
from support.site import Reply, Site

from scheduler.jobs import Context, perform
from storewatch.config import load
from storewatch.db.copying import copy
from storewatch.db.lock import run_holder, serve_holder
from storewatch.db.migrate import upgrade
from storewatch.db.store import open_store
from storewatch.db.upkeep import backup, vacuum
from storewatch.errors import RunLocked

BY_COMMAND = [STOREWATCH, "crawl"]
BY_SCRAPY = [sys.executable, "-m", "scrapy", "crawl", "feeds"]
BY_SERVE = [STOREWATCH, "serve"]

HELD = r"the run lock is held by `.*crawl.*` .*since \d{4}-"

#: What else wants the run lock: each is refused, and none waits.
UPKEEP: dict[str, Callable[[str, Path], object]] = {
    "vacuum": lambda url, _folder: vacuum(url),
    "upgrade": lambda url, _folder: upgrade(url),
    "copy": lambda url, folder: list(copy(url, str(folder / "copy.db"))),
}


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("engine", "first"),
    [
        pytest.param("sqlite", BY_COMMAND, id="storewatch crawl-sqlite"),
        pytest.param("postgresql", BY_SCRAPY, id="scrapy crawl-postgresql", marks=pytest.mark.needs_postgres),
        pytest.param("postgresql", BY_SERVE, id="serve-postgresql", marks=pytest.mark.needs_postgres),
    ],
)
def test_one_at_a_time(engine: str, first: list[str], tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = str(tmp_path / "storewatch.db") if engine == "sqlite" else str(request.getfixturevalue("postgres_url"))
    environ = environment(tmp_path, **EVERY_SECOND, DATABASE__URL=url) | {"STOREWATCH_CONFIG": ""}
    env = os.environ | environ | {"SCRAPY_SETTINGS_MODULE": "crawler.settings"}

    def start(command: list[str]) -> subprocess.Popen[str]:
        return subprocess.Popen(command, env=env, cwd=tmp_path, stderr=subprocess.PIPE, text=True)

    with Site() as site:
        site.add("/page", Reply(hang=True))
        prepare(url, [site.feed("/feed", ["/page"])])
        with start(first) as holder:
            until(lambda: site.asked("/page"))
            by_command, by_scrapy = start(BY_COMMAND), start(BY_SCRAPY)
            for run in UPKEEP.values():
                with pytest.raises(RunLocked, match=HELD):
                    run(url, tmp_path)
            # The job of a service knows beforehand, and a backup needs nobody's leave.
            job = perform("crawl", Context(loaded=load(environ=environ), say=lambda _line: None))
            assert re.fullmatch(r"`.*crawl.*` .*was at work", job)
            assert backup(url, tmp_path / "meanwhile.db") > 0
            told = by_command.communicate()[1]
            assert by_command.returncode == 75
            assert re.search(HELD, told)
            assert re.search(HELD, by_scrapy.communicate()[1])
            if first == BY_SERVE:
                with start(BY_SERVE) as second:
                    assert re.search("the serve lock is held by `storewatch serve`", second.communicate()[1])
                    assert second.returncode == 75
            # What it started ends with it, and both locks are free.
            holder.send_signal(signal.SIGKILL)
            until(lambda: run_holder(url) is None and serve_holder(url) is None)
        assert len(site.asked("/page")) == 1
        # Scrapy's own exit code knows nothing of locks; the runs do: nobody else has begun one.
        with open_store(url, create=False) as store:
            assert len(store.runs()) == 1
