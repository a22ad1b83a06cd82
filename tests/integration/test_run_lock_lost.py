"""A crawl whose connection to PostgreSQL breaks: its run lock is taken again, or it ends for who has it now."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
from support import postgres
from support.crawling import article, world
from support.site import Reply, Site

from crawler.holding import TAKEN_AGAIN
from storewatch.db.lock import run_holder, run_lock
from storewatch.db.store import open_store
from storewatch.errors import DatabaseError, RunLocked

pytestmark = [pytest.mark.needs_postgres, pytest.mark.timeout(120)]


def ends(url: str) -> list[tuple[int | None, str | None]]:
    with open_store(url, create=False) as store:
        return [(run.exit_code, run.finish_reason) for run in store.runs()]


def holder(url: str) -> str | None:
    """Who holds the run lock; None while nobody does, or the server does not answer."""
    try:
        found = run_holder(url)
    except DatabaseError:
        return None
    return None if found is None else found.holder


def test_a_server_that_is_started_anew_takes_the_lock_from_no_crawl(tmp_path: Path) -> None:
    postgres.require()
    with postgres.running_server() as server, Site() as site:
        url = server.url(server.new_database())
        refusals: list[str] = []

        def start_anew(_headers: object) -> Reply:
            server.stop("fast")
            server.start()
            while holder(url) is None:
                pass
            with pytest.raises(RunLocked) as refused, run_lock(url, holder="a second crawl"):
                pass
            refusals.append(str(refused.value))
            return Reply(article(3))

        site.add("/page", start_anew)
        crawled = world(tmp_path, DATABASE__URL=url).crawl([site.feed("/feed", ["/page"])])
        assert "the run lock is held by `crawl --feeds " in refusals[0]
        assert crawled.lines[-1].endswith(TAKEN_AGAIN)
        # 3 and a line more where it had something to write while the server was away.
        assert crawled.exit_code == (0 if len(crawled.lines) == 1 else 3)
        assert ends(url) == [(crawled.exit_code, "finished")]
        assert holder(url) is None


def test_a_crawl_whose_lock_another_one_has_taken_ends_for_it(tmp_path: Path, postgres_url: str) -> None:
    with Site() as site, ExitStack() as other:

        def be_quicker(_headers: object) -> Reply:
            while True:
                postgres.break_connections(postgres_url)
                try:
                    other.enter_context(run_lock(postgres_url, holder="the quicker one"))
                except RunLocked:
                    continue  # the crawl has looked in this very moment
                return Reply(article(3))

        site.add("/first", be_quicker)
        site.add("/hangs", Reply(hang=True))
        crawls = world(tmp_path, DATABASE__URL=postgres_url)
        crawled = crawls.crawl([site.feed("/feed", ["/first", "/hangs"])])
    assert (crawled.exit_code, crawled.reason) == (75, "finished")
    assert "the run lock is held by `the quicker one`" in crawled.lines[-1]
    with open_store(postgres_url, create=False) as store:
        assert len(store.runs()) == 1
        # What it had fetched is kept, the rest is left to the other one.
        with store.reading() as connection:
            states = connection.exec_driver_sql("SELECT state FROM pages ORDER BY url")
            assert [state for (state,) in states] == ["stored", "leased"]
