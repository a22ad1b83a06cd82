"""The collection from Python: docs/python.md runs as it stands."""

from __future__ import annotations

import doctest
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from support.stored import NOW, event_about, queue, save, source

import storewatch
from storewatch.collection import Collection
from storewatch.db.store import open_store
from storewatch.errors import DatabaseError, InputError

DOCS = Path(__file__).parents[2] / "docs"
LONG_AGO = datetime(2017, 7, 12, 8, 30, tzinfo=UTC)
XIAOMI = "Xiaomi plant 2.000 Läden außerhalb Chinas. Partner sollen sie betreiben, sagte Wang Xiang."
OPPO = "OPPO opens ten service desks and a shop in Pune. The firm said so on Monday."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Path:
    path = tmp_path_factory.mktemp("python")
    shutil.copyfile(migrated_sqlite, path / "storewatch.db")
    with open_store(str(path / "storewatch.db")) as store:
        run_id = store.start_run("storewatch crawl", NOW)
        golem = source(store, "golem")
        plan = event_about(
            XIAOMI,
            "Xiaomi plant 2.000 Läden außerhalb Chinas.",
            store_count=2000,
            horizon="2020",
            speaker="Wang Xiang",
            country="DE",
        )
        page = queue(store, run_id, "https://golem.example/a", of=golem)
        save(store, run_id, page, story=XIAOMI, published=LONG_AGO, events=[plan], title="Xiaomi")
        shop = event_about(OPPO, OPPO.split(". ")[0] + ".", vendor="OPPO", action="open", country="IN", store_count=1)
        page = queue(store, run_id, "https://pune.example/b", of=source(store, "pune"))
        save(store, run_id, page, story=OPPO, published=NOW, events=[shop], title="OPPO in Pune")
    return path


@pytest.fixture
def db(folder: Path) -> Iterator[Collection]:
    with storewatch.open(folder / "storewatch.db") as opened:
        yield opened


def test_the_documentation_runs_as_it_stands(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    found = doctest.testfile(str(DOCS / "python.md"), module_relative=False, optionflags=flags)
    assert found.attempted > 8
    assert found.failed == 0


@pytest.mark.parametrize(
    ("since", "until", "vendors"),
    [
        pytest.param("2018", None, ["OPPO"], id="text"),
        pytest.param(date(2018, 1, 1), None, ["OPPO"], id="date"),
        pytest.param(datetime(2018, 1, 1, tzinfo=UTC), None, ["OPPO"], id="datetime"),
        pytest.param(None, datetime(2017, 7, 12, 8, 30), ["Xiaomi"][:0], id="naive is UTC, the end is excluded"),  # noqa: DTZ001
        pytest.param(None, "2017-07", ["Xiaomi"], id="all of the month"),
    ],
)
def test_dates(db: Collection, since: object, until: object, vendors: list[str]) -> None:
    assert [event.vendor for event in db.events(since=since, until=until)] == vendors


def test_answers_are_sequences_of_values(db: Collection) -> None:
    rows = db.articles()
    assert len(rows) == 2
    assert rows[0].title == "OPPO in Pune"
    assert [row.title for row in rows[1:]] == ["Xiaomi"]
    assert rows == db.articles()
    assert rows[0].published_at == NOW
    assert db.search("pune").to_dicts()[0]["title"] == "OPPO in Pune"
    assert [row.vendor for row in db.iter_events(sort="oldest")] == ["Xiaomi", "OPPO"]
    assert [row.article_id for row in db.iter_articles()] == [row.article_id for row in rows]
    detail = db.article(rows[0].article_id)
    assert detail is not None
    assert detail.events[0].vendor == "OPPO"
    assert db.article(999) is None


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        pytest.param({"vender": "x"}, "vender: is no filter", id="filter"),
        pytest.param({"sort": "luck"}, "there is no such order", id="order"),
        pytest.param({"since": "soon"}, "'soon': is no date", id="date"),
        pytest.param({"query": '"open'}, "opens a quotation that does not end", id="query"),
    ],
)
def test_what_cannot_be_meant(db: Collection, filters: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        db.events(**filters)
    if "sort" not in filters and "query" not in filters:
        with pytest.raises(InputError):
            db.search("x", **filters)


@pytest.mark.parametrize(
    ("method", "arguments", "sort", "message"),
    [
        pytest.param("articles", (), "count", "there are newest, oldest, score, outlet, seen", id="articles"),
        pytest.param("events", (), "score", "there are newest, oldest, count, vendor, country, horizon", id="events"),
        pytest.param("search", ("x",), "vendor", "there are relevance, newest, oldest", id="search"),
        pytest.param("stories", (), "oldest", "there is only newest", id="stories"),
        pytest.param("ledger", (), "relevance", "there are newest, oldest, count, outlets", id="ledger"),
        pytest.param("iter_articles", (), "count", "there are newest, oldest, score", id="articles one by one"),
        pytest.param("iter_events", (), "seen", "there are newest, oldest, count", id="events one by one"),
        pytest.param("articles", (), None, "there are newest", id="None"),
        pytest.param("stats", (), "newest", "sort: is no filter here", id="stats"),
    ],
)
def test_each_list_has_its_own_orders(
    db: Collection, method: str, arguments: tuple[str, ...], sort: object, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        getattr(db, method)(*arguments, sort=sort)


@pytest.mark.parametrize(
    "filters",
    [
        pytest.param({"limit": -1}, id="limit"),
        pytest.param({"limit": "5"}, id="limit as a text"),
        pytest.param({"offset": None}, id="offset"),
        pytest.param({"limit": True}, id="truth"),
        pytest.param({"offset": 2**63}, id="beyond 64 bits"),
        pytest.param({"vendor": 5}, id="vendor"),
        pytest.param({"query": ["x"]}, id="query"),
        pytest.param({"since": ["2024"]}, id="since"),
        pytest.param({"after": "17"}, id="after"),
        pytest.param({"after": "articles-newest:t1:2"}, id="after in another list"),
    ],
)
def test_values_of_no_use_are_refused(db: Collection, filters: dict[str, object]) -> None:
    with pytest.raises(InputError):
        db.events(**filters)


def test_an_answer_knows_where_it_goes_on(db: Collection) -> None:
    first = db.articles(limit=1)
    assert first.cursor is not None
    assert [row.title for row in db.articles(after=first.cursor)] == ["Xiaomi"]
    assert db.articles()[:1].cursor == first.cursor
    assert db.articles(after=db.articles().cursor).cursor is None
    assert db.search("opened OR opens OR eröffnet", limit=1).cursor is not None


def test_counting_by_what_there_is_not(db: Collection) -> None:
    with pytest.raises(InputError, match="cannot be counted by"):
        db.stats("luck")


def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="there is no such database"):
        storewatch.open(tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["pandas", "polars"])
def test_tables_for_those_who_have_them(db: Collection, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys
    from types import SimpleNamespace

    fake = SimpleNamespace(DataFrame=lambda rows, **_: ("table", len(rows)))
    monkeypatch.setitem(sys.modules, name, fake)
    assert getattr(db.events(), f"to_{name}")() == ("table", 2)
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(InputError, match=f"pip install {name}"):
        getattr(db.events(), f"to_{name}")()
