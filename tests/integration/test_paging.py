"""Lists go on behind a row: every list in every order, on both engines, whatever comes or goes meanwhile."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bench.fill import START, fill
from sqlalchemy import insert, update
from support import postgres

from storewatch.db import event_terms, finding, hits, ledger, queries, streaming, telling
from storewatch.db import models as m
from storewatch.db.paging import Listed
from storewatch.db.rows import Filters
from storewatch.db.store import Store, open_store
from storewatch.search.language import parse
from storewatch.types.positions import position

NOW = START
LISTS: dict[str, tuple[Callable[[Store, Filters], Listed[Any]], tuple[str, ...]]] = {
    "articles": (queries.article_list, tuple(queries.ARTICLE_SORTS)),
    "events": (queries.event_list, tuple(queries.EVENT_SORTS)),
    "stories": (telling.story_list, tuple(telling.STORY_SORTS)),
    "ledger": (ledger.ledger_list, tuple(ledger.LEDGER_SORTS)),
    "search": (finding.search_list, finding.SEARCH_SORTS),
}
EACH = [pytest.param(name, sort, id=f"{name} {sort}") for name, (_, sorts) in LISTS.items() for sort in sorts]
#: One city, as people write it.
CITIES = ("Łódź", "łódź", "ŁÓDŹ")
QUERIES = {"search": "xiaomi OR vivo OR 小米", "stories": "vendor:xiaomi,samsung,vivo"}


def prepare(url: str) -> None:
    """90 articles; some are dated alike, have no score, or a second event; some events have no count or country."""
    fill(url, 90)
    with open_store(url) as store, store.writing() as connection:
        a, e = m.articles, m.events
        connection.execute(update(a).where(a.c.article_id % 5 == 0).values(dated_at=START, first_seen_at=START))
        connection.execute(update(a).where(a.c.article_id % 3 == 0).values(score=None))
        connection.execute(update(e).where(e.c.article_id % 4 == 0).values(store_count=None, country=None))
        connection.execute(update(e).where(e.c.article_id % 7 == 1).values(city="Łódź"))
        second = e.alias("second")
        names = [column.name for column in e.c if column.name not in ("event_id", "position")]
        rows = [
            {**{name: getattr(row, name) for name in names}, "position": 1}
            for row in connection.execute(
                second.select().where(second.c.article_id % 6 == 0).order_by(second.c.event_id)
            )
        ]
        connection.execute(insert(e), rows)


@pytest.fixture(scope="module")
def store(shared_store_url: str) -> Iterator[Store]:
    prepare(shared_store_url)
    with open_store(shared_store_url) as opened:
        yield opened


@pytest.fixture(autouse=True)
def few_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a search of 90 articles goes through several portions."""
    monkeypatch.setattr(finding, "COMPARED", 16)


def asked(name: str, sort: str, **more: Any) -> Filters:
    return Filters(query=parse(QUERIES.get(name, ""), now=NOW), sort=sort, **more)


def key(row: Any) -> int:
    article = getattr(row, "article", row)
    for name in ("event_id", "article_id", "story_id", "ledger_id"):
        if hasattr(article, name):
            return int(getattr(article, name))
    raise AssertionError(row)


def pages(store: Store, name: str, filters: Filters, size: int) -> Iterator[Listed[Any]]:
    """Page after page, as a shell does it: the cursor goes through its text."""
    listed, _ = LISTS[name]
    page = listed(store, replace(filters, limit=size))
    while page.rows:
        yield page
        page = listed(store, replace(filters, limit=size, after=position(str(page.positions[-1]))))


@pytest.mark.parametrize(("name", "sort"), EACH)
def test_pages_are_the_whole(store: Store, name: str, sort: str) -> None:
    listed, _ = LISTS[name]
    whole = listed(store, asked(name, sort))
    assert len(whole.rows) >= 25
    assert len(set(map(key, whole.rows))) == len(whole.rows)
    found = list(pages(store, name, asked(name, sort), 7))
    assert [row for page in found for row in page.rows] == list(whole.rows)
    assert [place for page in found for place in page.positions] == list(whole.positions)


@pytest.mark.parametrize(("name", "sort"), EACH)
def test_an_offset_counts_from_the_place(store: Store, name: str, sort: str) -> None:
    listed, _ = LISTS[name]
    whole = listed(store, asked(name, sort))
    behind = listed(store, asked(name, sort, after=whole.positions[9], offset=5, limit=4))
    assert behind.rows == whole.rows[15:19]
    assert listed(store, asked(name, sort, limit=1000)).rows == whole.rows
    assert listed(store, asked(name, sort, after=whole.positions[-1])).rows == ()


def test_what_comes_and_goes_neither_repeats_nor_hides_a_row(store_url: str) -> None:
    prepare(store_url)
    with open_store(store_url) as store:
        begun = {(name, sort): begin(store, name, sort) for name, (_, sorts) in LISTS.items() for sort in sorts}
        add(store, 901, of=7, old=True)
        add(store, 902, of=8, old=False)
        for (name, sort), (whole, first) in begun.items():
            rest = [key(row) for row in LISTS[name][0](store, asked(name, sort, after=first.positions[-1])).rows]
            assert [one for one in rest if one in whole] == whole[10:], (name, sort)
            assert not set(rest) & set(whole[:10])
        # Scores are relative to the articles compared, and a story goes with its last article: these may move.
        kept = [(name, sort) for name, sort in begun if name != "stories" and sort != "relevance"]
        for name, sort in kept:
            remove(store, name, key(begun[name, sort][1].rows[-1]))
        for name, sort in kept:
            whole, first = begun[name, sort]
            now = [key(row) for row in LISTS[name][0](store, asked(name, sort)).rows]
            rest = [key(row) for row in LISTS[name][0](store, asked(name, sort, after=first.positions[-1])).rows]
            assert [one for one in rest if one in whole] == [one for one in whole[10:] if one in now], (name, sort)
            assert rest == [one for one in now if one in set(rest)]


def begin(store: Store, name: str, sort: str) -> tuple[list[int], Listed[Any]]:
    """All rows, and the first page of ten."""
    listed, _ = LISTS[name]
    return [key(row) for row in listed(store, asked(name, sort)).rows], listed(store, asked(name, sort, limit=10))


def remove(store: Store, name: str, number: int) -> None:
    with store.writing() as connection:
        if name in ("ledger", "events"):
            table = m.ledger if name == "ledger" else m.events
            connection.execute(table.delete().where(next(iter(table.primary_key)) == number))
        else:
            connection.execute(m.articles.delete().where(m.articles.c.shown_id == number))


def add(store: Store, number: int, *, of: int, old: bool) -> None:
    """A copy of an article, as one of its own: at the very beginning of time or at its end."""
    with store.writing() as connection:
        a, r, s = m.articles, m.revisions, m.search_texts
        row = dict(connection.execute(a.select().where(a.c.article_id == of)).one()._mapping)
        row |= dict.fromkeys(("article_id", "group_id", "leader_id", "shown_id", "story_id"), number)
        row |= {"url": f"https://new.example/{number}", "url_key": f"new.example/{number}"}
        row["dated_at"] = START if old else row["dated_at"].replace(year=2029)
        connection.execute(insert(a), row)
        text = connection.execute(r.select().where(r.c.article_id == of)).one()._mapping
        connection.execute(insert(r), {**text, "article_id": number, "revision_id": number})
        words = connection.execute(s.select().where(s.c.article_id == of)).one()._mapping
        connection.execute(insert(s), {**words, "article_id": number})


WAYS = [
    pytest.param("vendor:xiaomi", id="event"),
    pytest.param("vendor:xiaomi,samsung store", id="event and word"),
    pytest.param('vendor:xiaomi "a new" OR in', id="phrase or word"),
    pytest.param("(store OR tienda OR 门店) -action:close", id="words and no event"),
    pytest.param("count:>2 year", id="number and word"),
    pytest.param("vendor:xiaomi lang:en", id="event and language"),
]


@pytest.mark.parametrize("query", WAYS)
@pytest.mark.parametrize("name", ["articles", "events", "stories", "search"])
def test_the_way_of_looking_changes_nothing(
    store: Store, name: str, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the events or from the articles, all at once or in portions: chosen by numbers, for speed only."""
    listed, sorts = LISTS[name]
    wanted = Filters(query=parse(query, now=NOW), sort=sorts[0])
    found = []
    for few, some in ((event_terms.FEW, event_terms.SOME), (0, event_terms.SOME), (0, 0)):
        monkeypatch.setattr(event_terms, "FEW", few)
        monkeypatch.setattr(event_terms, "SOME", some)
        monkeypatch.setattr(hits, "PORTION", 4)
        found.append((listed(store, wanted), listed(store, replace(wanted, limit=5, offset=2))))
    whole, part = found[0]
    assert whole.rows
    assert part.rows == whole.rows[2:7]
    assert found == [(whole, part)] * 3
    if name == "events":
        by_count = listed(store, replace(wanted, sort="count"))
        assert sorted(map(key, by_count.rows)) == sorted(map(key, whole.rows))
        assert sorted(row.event_id for row in streaming.events(store, wanted)) == sorted(map(key, whole.rows))
        # The limited list is made in another way.
        assert listed(store, replace(wanted, limit=1000)) == whole


@pytest.mark.needs_postgres
def test_the_engines_agree_on_rows_order_and_cursors(
    postgres_server: postgres.Server, migrated_sqlite: Path, tmp_path: Path
) -> None:
    """Also where PostgreSQL sorts texts by the rules of a language: most servers do, and put oppo before Xiaomi."""
    name = "sorts_by_language"
    postgres_server.execute(
        f"CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C'"
    )
    shutil.copyfile(migrated_sqlite, tmp_path / "storewatch.db")
    found = []
    for url in (str(tmp_path / "storewatch.db"), postgres_server.url(name)):
        prepare(url)
        with open_store(url) as store:
            lists = [listed(store, asked(name, sort)) for name, (listed, sorts) in LISTS.items() for sort in sorts]
            named = [queries.events(store, Filters(query=parse(f"city:{city}", now=NOW))) for city in CITIES]
        found.append(
            (
                [([key(row) for row in one.rows], [str(place) for place in one.positions]) for one in lists],
                [[row.event_id for row in rows] for rows in named],
            )
        )
    postgres_server.drop_database(name)
    assert found[0] == found[1]
    assert all(found[0][1])


def test_articles_that_are_merely_probable_have_pages_too(store_url: str) -> None:
    fill(store_url, 12)
    with open_store(store_url) as store:
        with store.writing() as connection:
            connection.execute(update(m.articles).values(verdict="uncertain"))
            connection.execute(m.labels.delete())
        wanted = Filters(uncertain=True, sort="score")
        whole = queries.article_list(store, wanted)
        found = list(pages(store, "articles", wanted, 5))
    assert len(whole.rows) == 12
    assert [row for page in found for row in page.rows] == list(whole.rows)
