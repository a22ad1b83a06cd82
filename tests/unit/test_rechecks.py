"""What a run makes of the articles that it looks at again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.rechecks import Rechecks, conditions
from crawler.tally import Tally
from storewatch.config import Config
from storewatch.db.hosts import Deferral
from storewatch.errors import DatabaseError
from storewatch.types import FetchFailure, PendingPage, YoungArticle

SEEN = datetime.now(UTC) - timedelta(hours=2)


class FakeStore:
    """Two young articles of each host; every page that is asked about is newly gone."""

    def __init__(self) -> None:
        self.noted: list[tuple[int, int | None]] = []

    def young_articles(self, since: datetime, *, source_ids: list[int] | None) -> tuple[YoungArticle, ...]:
        hosts = {1: "a.example", 2: "a.example", 3: "b.example", 4: "b.example"}
        return tuple(
            YoungArticle(page_id=number, host=host, first_seen_at=SEEN, looked_at=SEEN)
            for number, host in hosts.items()
            if source_ids is None or number in source_ids
        )

    def begin_rechecks(self, page_ids: list[int], now: datetime) -> tuple[PendingPage, ...]:
        return tuple(PendingPage(page_id=number, url=f"https://x.example/{number}") for number in page_ids)

    def rechecked(self, page_id: int, *, status: int | None, now: datetime) -> bool:
        self.noted.append((page_id, status))
        return status == 410


class FakeRuntime:
    def __init__(self, *, broken: bool = False, **refetch: Any) -> None:
        self.config = Config.model_validate({"refetch": refetch})
        self.tally = Tally()
        self.refusing: dict[str, Deferral] = {}
        self.told: list[str] = []
        self._store = FakeStore()
        self._broken = broken

    async def store(self, function: Callable[[Any], Any]) -> Any:
        if self._broken:
            raise DatabaseError("x.db", "is busy")
        return function(self._store)

    def problem(self, kind: str, subject: str, reason: str, sentence: str, *, known: bool) -> None:
        self.told.append(reason)


def taken(runtime: FakeRuntime, wanted: int = 10, source_ids: set[int] | None = None) -> list[int]:
    rechecks = Rechecks(runtime)  # type: ignore[arg-type]  # all that it needs of a runtime
    return [page.page_id for page in asyncio.run(rechecks.take(wanted, source_ids))]


@pytest.mark.parametrize(
    ("settings", "source_ids", "expected"),
    [
        pytest.param({}, None, [1, 2, 3, 4], id="all"),
        pytest.param({"enabled": False}, None, [], id="switched off"),
        pytest.param({"hours": [3]}, None, [], id="none is due"),
        pytest.param({"per_run": 3}, None, [1, 2, 3], id="a run's budget"),
        pytest.param({"per_host": 1}, None, [1, 3], id="a host's budget"),
        pytest.param({}, {2, 3}, [2, 3], id="of some sources"),
        pytest.param({}, set(), [], id="of no source"),
    ],
)
def test_what_a_run_looks_at(settings: dict[str, Any], source_ids: set[int] | None, expected: list[int]) -> None:
    runtime = FakeRuntime(**settings)
    assert taken(runtime, source_ids=source_ids) == expected
    assert runtime.tally.rechecked == len(expected)


def test_they_come_in_portions_and_once() -> None:
    async def portions() -> list[int]:
        rechecks = Rechecks(FakeRuntime())  # type: ignore[arg-type]  # as above
        return [len(await rechecks.take(3, None)) for _ in range(3)]

    assert asyncio.run(portions()) == [3, 1, 0]


def test_hosts_that_refuse_us_are_left_alone() -> None:
    runtime = FakeRuntime()
    runtime.refusing["a.example"] = Deferral(until=datetime.now(UTC) + timedelta(hours=1), refusals=1)
    assert taken(runtime) == [3, 4]


def test_a_database_that_does_not_answer_ends_it() -> None:
    assert taken(FakeRuntime(broken=True)) == []


@pytest.mark.parametrize(
    ("reason", "status", "counts"),
    [
        pytest.param("http_304", 304, (1, 0, 0), id="unchanged"),
        pytest.param("gone", 410, (0, 1, 1), id="gone"),
        pytest.param("http_500", 500, (0, 1, 0), id="failed"),
        pytest.param("retry_later", 429, (0, 0, 0), id="a busy host"),
        pytest.param("dns", None, (0, 1, 0), id="no answer"),
    ],
)
def test_a_look_that_brought_no_text(reason: str, status: int | None, counts: tuple[int, int, int]) -> None:
    runtime = FakeRuntime()
    page = PendingPage(page_id=7, url="https://x.example/7", recheck=True)
    failure = FetchFailure(reason=reason, status=status)
    asyncio.run(Rechecks(runtime).answered(page, failure))  # type: ignore[arg-type]  # as above
    assert (runtime.tally.unchanged, runtime.tally.pages_failed, runtime.tally.gone) == counts
    assert runtime._store.noted == [(7, status)]
    assert runtime.told == ([] if status == 304 else [reason])


def test_conditions_are_those_of_the_last_answer() -> None:
    known = {"etag": '"1"', "last_modified": "Mon, 02 Mar 2026 12:00:00 GMT"}
    page = PendingPage(page_id=7, url="https://x.example/7", recheck=True, **known)  # type: ignore[arg-type]  # texts
    assert conditions(page) == {"If-None-Match": '"1"', "If-Modified-Since": known["last_modified"]}
    assert conditions(PendingPage(page_id=7, url="https://x.example/7", **known)) == {}  # type: ignore[arg-type]  # texts
    assert conditions(PendingPage(page_id=7, url="https://x.example/7", recheck=True)) == {}
