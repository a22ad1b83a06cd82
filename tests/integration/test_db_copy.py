"""A collection moves between the engines, both ways, and is the same afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.stored import NOW, queue, save, source, store_page

from storewatch import db
from storewatch.db import finding, queries
from storewatch.db.copying import copy
from storewatch.db.rows import Filters
from storewatch.db.store import Store, open_store
from storewatch.errors import DatabaseError, RunLocked
from storewatch.search.language import parse

ODD = "Ein \x00 NUL, ein 📱, 小米之家 and a quote ' \" \\ and so on, in a text of its own. "


def fill(url: str) -> None:
    with open_store(url) as store:
        run_id = store.start_run("storewatch crawl", NOW)
        store_page(store, run_id, "https://golem.example/one")
        page = queue(store, run_id, "https://heise.example/one", of=source(store, "heise"))
        save(store, run_id, page)
        store_page(store, run_id, "https://golem.example/odd", story=ODD, published=None)
        (row, *_) = queries.articles(store)
        store.label(row.article_id, True, NOW, by="anna", note="sure")


def everything(store: Store) -> tuple[object, ...]:
    found = finding.search(store, Filters(query=parse("小米", now=NOW), sort="relevance"))
    return queries.articles(store), queries.events(store), found


@pytest.fixture
def new_url(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[str], str]]:
    made: list[str] = []

    def make(engine: str) -> str:
        if engine == "sqlite":
            return f"sqlite:///{tmp_path / 'copy.db'}"
        server = request.getfixturevalue("postgres_server")
        made.append(server.new_database())
        return str(server.url(made[-1]))

    yield make
    for name in made:
        request.getfixturevalue("postgres_server").drop_database(name)


@pytest.mark.parametrize(
    "goal", ["sqlite", pytest.param("postgresql", marks=pytest.mark.needs_postgres)], ids=["to sqlite", "to postgresql"]
)
def test_a_copy_is_the_same(store_url: str, goal: str, new_url: Callable[[str], str]) -> None:
    fill(store_url)
    url = new_url(goal)
    told = dict(copy(store_url, url))
    assert told["articles"] == 2
    assert told["article_copies"] == 1
    with open_store(store_url) as old, open_store(url) as new:
        assert everything(new) == everything(old)
        # The copy lives on: new rows get new numbers.
        run_id = new.start_run("storewatch crawl", NOW)
        assert run_id == 2
        store_page(new, run_id, "https://golem.example/next", story="Quite another text. " * 20)
        assert len(queries.articles(new)) == 3
    assert db.check(url) == []


def test_what_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    old, new = f"sqlite:///{tmp_path / 'old.db'}", f"sqlite:///{tmp_path / 'new.db'}"
    fill(old)
    fill(new)
    with open_store(new) as store:
        before = everything(store)
    with pytest.raises(DatabaseError, match="holds rows already"):
        list(copy(old, new))
    with open_store(new) as store:
        assert everything(store) == before


@pytest.mark.parametrize(
    ("origin", "goal", "message"),
    [
        pytest.param("old.db", "old.db", "is the database to be copied itself", id="onto itself"),
        pytest.param("none.db", "new.db", "there is no such database", id="nothing to copy"),
        pytest.param("old.db", "no/such/folder/new.db", "there is no folder", id="nowhere to copy to"),
    ],
)
def test_what_cannot_be_copied(tmp_path: Path, origin: str, goal: str, message: str) -> None:
    fill(f"sqlite:///{tmp_path / 'old.db'}")
    with pytest.raises(DatabaseError, match=message):
        list(copy(str(tmp_path / origin), str(tmp_path / goal)))


def test_a_run_is_waited_for_by_nobody(tmp_path: Path) -> None:
    from storewatch.db.lock import run_lock

    old = f"sqlite:///{tmp_path / 'old.db'}"
    fill(old)
    with run_lock(old, holder="storewatch crawl"), pytest.raises(RunLocked, match="storewatch crawl"):
        list(copy(old, str(tmp_path / "new.db")))


def test_a_difference_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from storewatch.db import copying

    old = f"sqlite:///{tmp_path / 'old.db'}"
    fill(old)
    real = copying._copy_table

    def lossy(reading: object, writing: object, table: object) -> Iterator[None] | None:
        if getattr(table, "name", "") != "labels":
            real(reading, writing, table)  # type: ignore[arg-type]  # passed on as they came
        return None

    monkeypatch.setattr(copying, "_copy_table", lossy)
    with pytest.raises(DatabaseError, match="table labels differs: 1 and 0 rows"):
        list(copy(old, str(tmp_path / "new.db")))
