"""``storewatch serve`` over a loopback press: on time, one of it, and whole whatever dies around it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from pathlib import Path

import pytest
from support import postgres
from support.crawling import article, environment
from support.serving import STOREWATCH, crawling, prepare, serving, stored, until
from support.site import Reply, Site

from scheduler.jobs import Context, perform
from storewatch.config import load
from storewatch.db.store import open_store
from storewatch.types import Run


def noted(database: str) -> Run:
    """What the first run has said of itself so far."""
    with open_store(database, create=False) as store:
        return store.runs()[-1]


def put(file: Path, text: str) -> None:
    """Write a file that is read meanwhile."""
    new = file.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    new.replace(file)


@pytest.mark.timeout(120)
def test_whatever_dies_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    database = tmp_path / "storewatch.db"
    with Site(hosts=2) as site:
        pages = [f"/page-{number}" for number in range(3)]
        feed = site.feed("/feed", pages)
        site.add(pages[0], article(1))
        # The first two who ask for these get no answer: they are killed while they wait.
        for number, page in enumerate(pages[1:], start=2):
            site.add(page, [Reply(hang=True), Reply(hang=True), Reply(article(number, town=f"Town{number}"))])
        prepare(str(database), [feed])
        with serving(tmp_path) as first:
            until(lambda: len(site.asked(pages[1])) == 1 and len(site.asked(pages[2])) == 1)
            until(lambda: len(stored(str(database))) == 1)
            until(lambda: noted(str(database)).counts.relevant == 1)
            child = crawling(database)
            assert child is not None
            os.kill(child, signal.SIGKILL)
            until(lambda: first.said("[run 1] crawl: run 1: exit code 137"))
            until(lambda: len(site.asked(pages[1])) == 2 and len(site.asked(pages[2])) == 2)
            # Its child dies with it: the lock is free, and nobody fetches on behind our back.
            assert first.end(signal.SIGKILL) == -signal.SIGKILL
            until(lambda: crawling(database) is None)
        with serving(tmp_path) as second:
            until(lambda: len(stored(str(database))) == 3)
            until(lambda: crawling(database) is None)
            assert second.end(signal.SIGTERM) == 0
        assert [len(site.asked(page)) for page in pages] == [1, 3, 3]
        assert len(site.asked("/feed")) == 1  # not due again for minutes, however often is looked
    with open_store(str(database), create=False) as store:
        ends = [(run.exit_code, run.finish_reason) for run in store.runs()]
        killed = store.runs()[-1]
    assert ends == [(0, "finished"), (137, "killed"), (137, "killed")]
    # Whoever saw it die knows when, and how much memory it had.
    assert killed.finished_at is not None
    assert (killed.counts.polls_ok, killed.counts.extracted, killed.counts.relevant) == (1, 1, 1)
    assert (killed.peak_mb or 0) > 30


@pytest.mark.timeout(120)
def test_one_serves_takes_up_changes_and_answers_monitors(tmp_path: Path) -> None:
    database = tmp_path / "storewatch.db"
    prepare(str(database), [])
    file = tmp_path / "storewatch.toml"
    file.write_text('[schedule]\nvacuum = "off"\n', encoding="utf-8")
    with serving(tmp_path, file=file, SCHEDULE__VACUUM="daily 03:30", LOG__FORMAT="json") as served:
        served_env = {
            "STOREWATCH_DATABASE__URL": str(database),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        }

        def run(*arguments: str) -> subprocess.CompletedProcess[str]:
            command = [STOREWATCH, *arguments]
            return subprocess.run(command, env=served_env, cwd=tmp_path, capture_output=True, text=True, check=False)

        until(lambda: served.said("next"))
        refused = run("serve")
        assert refused.returncode == 75
        assert "the serve lock is held by `storewatch serve`" in refused.stderr
        assert "asked for" in run("schedule", "run", "backup").stderr
        until(lambda: list(tmp_path.glob("storewatch-*Z.db")))
        until(lambda: json.loads(run("schedule", "list", "-f", "json").stdout)[4]["outcome"])
        run("schedule", "pause", "crawl")
        until(lambda: json.loads(run("schedule", "list", "-f", "json").stdout)[0]["paused"])
        put(file, "[schedule]\nbackups = 3\nvacum = 4\n")
        broken = "the configuration is broken, the former one stays in force: schedule.vacum (storewatch.toml line 3)"
        until(lambda: served.said(broken))
        assert not served.said("is taken up")
        put(file, "[schedule]\nbackups = 3\n")
        until(lambda: served.said("the configuration is taken up"))
        served.process.send_signal(signal.SIGHUP)
        until(lambda: sum("the configuration is taken up" in line for line in served.lines) == 2)
        assert served.end(signal.SIGTERM) == 0
    assert [json.loads(line)["message"] for line in served.lines][-1] == "stopped"
    done = run("schedule", "run", "vacuum")  # nobody serves: it is done here
    assert (done.returncode, done.stderr.startswith("vacuum: from ")) == (0, True)


@pytest.mark.timeout(120)
@pytest.mark.needs_postgres
def test_a_server_that_goes_away_is_waited_for(tmp_path: Path) -> None:
    postgres.require()
    with postgres.running_server() as server, Site() as site:
        url = server.url(server.new_database())
        site.add("/page", article(1))
        prepare(url, [site.feed("/feed", ["/page"])])
        with serving(tmp_path, DATABASE__URL=url) as served:
            until(lambda: stored(url))
            server.stop()
            until(lambda: served.said("the database does not answer"))
            server.start()
            until(lambda: served.said("the database answers again"))
            with open_store(url, create=False) as store, store.writing() as connection:
                connection.exec_driver_sql("UPDATE sources SET next_poll_at = NULL WHERE name = 'feed-0'")
            until(lambda: len(site.asked("/feed")) == 2)
            assert served.end(signal.SIGTERM) == 0
        assert stored(url) == [site.url("/page")]
        assert sum("the jobs wait for it" in line for line in served.lines) == 1


@pytest.mark.timeout(120)
def test_a_crawl_that_is_to_stop_keeps_what_it_has(tmp_path: Path) -> None:
    database = str(tmp_path / "storewatch.db")
    with Site(hosts=2) as site:
        site.add("/page", article(1))
        site.add("/slow", Reply(hang=True), host=1)
        prepare(database, [site.feed("/feed", ["/page", site.url("/slow", host=1)])])
        loaded = load(environ=environment(tmp_path) | {"STOREWATCH_CONFIG": ""})
        context = Context(loaded=loaded, say=lambda _line: None)
        outcomes: list[str] = []
        thread = threading.Thread(target=lambda: outcomes.append(perform("crawl", context)))
        thread.start()
        until(lambda: stored(database) and site.asked("/slow", host=1))
        context.stop.set()
        thread.join()
    assert outcomes[0].startswith("run 1: exit code ")
    assert stored(database) == [site.url("/page")]
