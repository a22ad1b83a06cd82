"""What bad input does to the groups: bounded work, the right groups, a note in the log."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import event, insert
from support.stored import NOW, STORY, event_about, lease, save, source, sql

from pipelines.dedup.kinship import kinship
from storewatch import db
from storewatch.db import bookkeeping, grouping, similar
from storewatch.db import models as m
from storewatch.db.store import Store, open_store
from storewatch.types import Decision


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        source(opened)
        yield opened


@pytest.fixture
def run_id(store: Store) -> int:
    return store.start_run("storewatch crawl", NOW)


def put(store: Store, run_id: int, url: str, story: str, **more: object) -> Decision:
    store.add_page(url, now=NOW)
    leased = lease(store, run_id, url)
    return save(store, run_id, leased, story=story, **{"events": [], **more})  # type: ignore[arg-type]  # as the caller says


def groups(store: Store) -> int:
    return len(sql(store, "SELECT DISTINCT group_id FROM articles"))


def test_texts_of_five_words_are_one_only_with_one_headline(store: Store, run_id: int) -> None:
    put(store, run_id, "https://a.example/1", "The page was moved, sorry.", title="Xiaomi opens in Bilbao")
    put(store, run_id, "https://b.example/1", "The page was moved, sorry.", title="Shop in Leeds closes")
    put(store, run_id, "https://c.example/1", "the page was MOVED sorry", title="Xiaomi opens in Bilbao!")
    put(store, run_id, "https://d.example/1", "The page was moved, alas.", title="Xiaomi opens in Bilbao")
    assert groups(store) == 3
    assert sql(store, "SELECT url FROM v_copies") == [("https://c.example/1",)]


def test_half_a_megabyte_is_compared_by_its_beginning(
    store: Store, run_id: int, caplog: pytest.LogCaptureFixture
) -> None:
    long = ". ".join(" ".join(f"w{one}x{two}" for two in range(12)) for one in range(5_500))
    assert len(long) > 450_000
    put(store, run_id, "https://a.example/1", long)
    put(store, run_id, "https://b.example/1", "Berlin (dpa) - " + long + " Another end.")
    assert groups(store) == 1
    assert sql(store, "SELECT max(n) < 300 FROM (SELECT count(*) AS n FROM sketch_keys GROUP BY revision_id) k") in (
        [(1,)],
        [(True,)],
    )
    assert [record.message for record in caplog.records if "words are compared" in record.message] == [
        "https://a.example/1: the first 20000 of its 66000 words are compared with other texts",
        "https://b.example/1: the first 20000 of its 66004 words are compared with other texts",
    ]


def with_copies(store: Store, copies: int) -> None:
    """As so many pages of other outlets with the first article's text leave it."""
    columns = {"article_id": 1, "kind": "syndicated", "title": "t", "text_sha": "x", "first_seen_at": NOW}
    rows = [
        columns
        | {
            "url": f"https://o{n}.example/1",
            "url_key": f"o{n}.example/1",
            "outlet": f"o{n}.example",
            "published_at": NOW,
        }
        for n in range(copies)
    ]
    with store.writing() as connection:
        connection.execute(insert(m.article_copies), rows)
        bookkeeping.rebuild(connection)


def costs(store: Store, run_id: int, url: str, story: str) -> tuple[int, int]:
    """Statements of a save and, on SQLite, hundreds of steps of its machine."""
    store.add_page(url, now=NOW)
    leased = lease(store, run_id, url)
    statements, steps = itertools.count(), itertools.count()

    def seen(*_: object) -> None:
        next(statements)

    with store.reading() as connection:
        driver = connection.connection.driver_connection
        if connection.dialect.name == "sqlite":
            driver.set_progress_handler(lambda: next(steps) and 0, 100)  # type: ignore[union-attr]  # sqlite3's own
    event.listen(store._engine, "before_cursor_execute", seen)
    told = event_about(story, story.split(". ")[0] + ".", store_count=2000)
    save(store, run_id, leased, story=story, events=[told])
    event.remove(store._engine, "before_cursor_execute", seen)
    return next(statements), next(steps)


def test_ten_thousand_copies_cost_what_ten_do(store: Store, run_id: int) -> None:
    told = event_about(STORY, STORY.split(". ")[0] + ".", store_count=2000)
    put(store, run_id, "https://a.example/1", STORY, events=[told])
    with_copies(store, 10)
    few = costs(store, run_id, "https://b.example/1", STORY)
    with store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM article_copies")
    with_copies(store, 10_000)
    many = costs(store, run_id, "https://c.example/1", STORY)
    assert many[0] == few[0]
    assert many[1] <= few[1] + 5
    assert sql(store, "SELECT outlets, articles FROM ledger") == [(10_002, 1)]
    assert sql(store, "SELECT count(*) FROM articles") == [(1,)]


def test_versions_of_one_text_beyond_a_bound_cost_no_more(
    store: Store, run_id: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nearly the same text at ever more outlets; the bound of 200 is lowered to 8 here."""
    monkeypatch.setattr(grouping, "MAX_ARRANGED", 8)
    seen = []
    for number in range(30):
        word = "".join(chr(97 + int(digit)) for digit in str(number))
        url = f"https://o{number}.example/1"
        seen.append(costs(store, run_id, url, f"a note from our desk {word} follows - {STORY}")[0])
    assert len(set(seen[10:])) <= 2
    assert groups(store) == 1
    assert sql(store, "SELECT count(*) FROM v_articles") == [(1,)]
    assert sql(store, "SELECT outlets, articles FROM ledger") == [(30, 1)]
    keyed = "SELECT count(DISTINCT revision_id) FROM sketch_keys"
    assert sql(store, keyed)[0][0] <= 10
    assert [record.message for record in caplog.records if "more than 8 versions" in record.message] == [
        "article 1: its text has more than 8 versions; new ones are compared with those that are shown only"
    ]
    assert db.check(store._place.url.render_as_string(hide_password=False)) == []


def test_versions_with_other_figures_beyond_a_bound_cost_no_more(
    store: Store, run_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A live ticker: every version has another number, and all of them are shown."""
    monkeypatch.setattr(grouping, "MAX_ARRANGED", 8)
    monkeypatch.setattr(grouping, "MAX_SHOWN", 4)
    seen = []
    for number in range(24):
        story = STORY.replace("23 million", f"{30 + number} million")
        seen.append(costs(store, run_id, f"https://o{number}.example/1", story)[0])
    assert max(seen[20:]) <= max(seen[10:16]) + 4
    assert groups(store) == 1


def test_a_site_that_is_mostly_boilerplate(store: Store, run_id: int, caplog: pytest.LogCaptureFixture) -> None:
    """Four fifths of every page are the same: before and after the site's paragraphs are known, each page is one."""
    standard = " ".join(f"The standard sentence number{n} of the site says nothing of stores." for n in range(22))

    def page(number: int) -> str:
        own = " ".join(f"topic{number}word{n}" for n in range(60))
        return f"{own}.\n{standard}"

    def headline(number: int) -> str:
        return " ".join(f"topic{number}word{n}" for n in range(5))

    for number in range(52):
        put(store, run_id, f"https://site.example/{number}", page(number), title=headline(number))
    assert groups(store) == 52
    with caplog.at_level(logging.WARNING):
        second = store.start_run("storewatch crawl", NOW)
        with store.writing() as connection:
            similar.freeze_hot_keys(connection)
    assert any("boilerplate" in record.message for record in caplog.records)
    keys = kinship.keys(headline(99), page(99))
    with store.reading() as connection:
        special = [key for key in keys if kinship.is_special(key)]
        assert similar.revisions_like(connection, keys, special, kinship.enough) == []
    assert put(store, second, "https://site.example/99", page(99), title=headline(99)).kind == "new"


def test_clocks_that_differ_change_no_group(store: Store, run_id: int) -> None:
    """One source's clock is nine hours ahead, one names a day to come: who is first follows from what they say, and
    not from who was fetched first."""
    shown = []
    hours = {"a": 0, "b": 9, "c": 24 * 400, "d": -3}
    for round_, order in enumerate([list("abcd"), list("dcba"), list("cadb")]):
        story = STORY.replace("Xiaomi", ["Xiaomi", "Realme", "Nubia"][round_])
        for name in order:
            at = NOW + timedelta(hours=hours[name])
            put(store, run_id, f"https://{name}.example/{round_}", story, published=at)
        urls = sql(store, "SELECT url FROM v_articles WHERE url LIKE :path", path=f"%/{round_}")
        shown.append([url.replace(f"/{round_}", "") for (url,) in urls])
    assert shown == [["https://d.example"]] * 3
