"""A clock that leaps, or whose summer time ends: ``serve`` goes on, says so and misses nothing."""

from __future__ import annotations

import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support import stored
from support.crawling import SOURCE_ROOT
from support.serving import serving, until
from support.stored import HOUR, NOW

from scheduler.work import is_work
from storewatch.config import Config
from storewatch.db.schedule import job_states
from storewatch.db.store import open_store
from storewatch.types import FetchFailure

SERVE = SOURCE_ROOT / "tests" / "support" / "leaping_serve.py"
YEAR = timedelta(days=365)


@pytest.mark.timeout(120)
def test_serve_goes_with_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = str(tmp_path / "storewatch.db")
    open_store(database).close()
    jobs = {"CRAWL": "off", "ALERTS": "off", "VACUUM": "off", "HEALTH": "every 1s", "BACKUP": "daily 03:30"}
    values = {f"SCHEDULE__{name}": value for name, value in jobs.items()}

    def looked_at() -> datetime:
        """When health was judged last."""
        with open_store(database, create=False) as store:
            return getattr(job_states(store).get("health"), "started_at", None) or datetime.min.replace(tzinfo=UTC)

    def backups() -> list[str]:
        return sorted(path.name[11:24] for path in tmp_path.glob("storewatch-*Z.db"))

    monkeypatch.setenv("TZ", "Europe/Berlin")
    # Two seconds before the clocks of Berlin go back from three to two.
    with serving(tmp_path, command=[sys.executable, str(SERVE), "2026-10-25T00:59:58Z"], **values) as served:
        until(lambda: looked_at() > datetime(2026, 10, 25, 1, tzinfo=UTC))
        assert not served.said("the clock")
        assert backups() == []
        served.tell("2026-10-25T03:29:59Z")
        until(lambda: backups() == ["20261025T0330"])
        assert served.said("the clock was set forward by 2:")
        served.tell("2026-10-24T12:00:00Z")
        until(lambda: datetime(2026, 10, 24, tzinfo=UTC) < looked_at() < datetime(2026, 10, 24, 13, tzinfo=UTC))
        assert served.said("the clock was set back by")
        served.tell("2026-12-24T05:00:00Z")
        until(lambda: backups() == ["20261025T0330", "20261224T0500"])
        assert served.end(signal.SIGTERM) == 0


def test_what_was_noted_by_a_clock_of_next_year_waits_for_no_year(store_url: str) -> None:
    with open_store(store_url) as store:
        golem = stored.source(store)
        run_id = store.start_run("crawl", NOW + YEAR)
        page = stored.queue(store, run_id, "https://golem.example/a", of=golem, at=NOW + YEAR)
        store.fail(FetchFailure(reason="http_503", status=503), page_id=page.page_id, now=NOW + YEAR)
        assert [source.name for source in store.due_sources(NOW)] == ["golem"]
        assert set(store.waiting_hosts(NOW)) == {"golem.example"}
        assert is_work(store, Config(), NOW)


def test_clocks_that_differ_a_little_change_nothing(store_url: str) -> None:
    with open_store(store_url) as store:
        golem = stored.source(store)
        run_id = store.start_run("crawl", NOW)
        page = stored.queue(store, run_id, "https://golem.example/a", of=golem)
        store.fail(FetchFailure(reason="http_503", status=503), page_id=page.page_id, now=NOW)
        assert store.due_sources(NOW - HOUR / 2) == ()
        assert store.waiting_hosts(NOW - HOUR / 2) == {}
