"""The ledger is kept by every write that changes what is said, on both engines."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection
from support.stored import DAY, NOW, STORY, event_about, lease, queue, save, source, sql, store_page

from storewatch.db import bookkeeping, migrate, version
from storewatch.db.deleting import delete_article, delete_url
from storewatch.db.rows import LedgerRow
from storewatch.db.store import Store, open_store

ROWS = (
    "SELECT vendor, action, store_count, country, region, horizon, status, first_url, outlets, articles,"
    " progress_count FROM v_ledger ORDER BY first_said_at, vendor, action, store_count, first_url"
)
DOC = (Path(__file__).parents[2] / "docs" / "database.md").read_text(encoding="utf-8")
PLAN = "Xiaomi will open 2,000 stores outside China by 2020, said Wang Xiang."
COUNTED = "Xiaomi now runs 1,000 stores outside China, half of them in one year."


def tell(store: Store, run_id: int, url: str, text: str, at: datetime, **event: Any) -> None:
    store.add_page(url, now=NOW)
    happened = event_about(text, text, country=None, **{"region": "outside China", **event})
    save(store, run_id, lease(store, run_id, url), story=text, title=text[:30], published=at, events=[happened])


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        source(opened)
        yield opened


@pytest.fixture
def run_id(store: Store) -> int:
    return store.start_run("storewatch crawl", NOW)


def told_in_2017(store: Store, run_id: int) -> None:
    at = datetime(2017, 7, 12, tzinfo=UTC)
    goal = {"action": "plan", "store_count": 2000, "horizon": "2020"}
    tell(store, run_id, "https://cnbc.example/a", PLAN, at, **goal)
    tell(store, run_id, "https://golem.example/a", PLAN, at + DAY, **goal)
    later = datetime(2019, 9, 10, tzinfo=UTC)
    tell(store, run_id, "https://other.example/b", COUNTED, later, action="stock", store_count=1000)


def test_a_plan_who_said_it_first_and_how_far_it_came(store: Store, run_id: int) -> None:
    told_in_2017(store, run_id)
    region = (None, "outside China")
    assert sql(store, ROWS) == [
        ("Xiaomi", "plan", 2000, *region, "2020", "overdue", "https://cnbc.example/a", 2, 1, 1000),
        ("Xiaomi", "stock", 1000, *region, None, "confirmed", "https://other.example/b", 1, 1, None),
    ]


def test_rows_have_the_columns_of_the_view_and_more(store: Store, run_id: int) -> None:
    with store.reading() as connection:
        columns = list(connection.exec_driver_sql("SELECT * FROM v_ledger").keys())
    assert columns == [field.name for field in fields(LedgerRow)][: len(columns)]
    assert len(columns) == 17


def test_the_question_of_the_documentation(store: Store, run_id: int) -> None:
    told_in_2017(store, run_id)
    asked = re.findall(r"-- Which plans[^;]*;", DOC)
    (row,) = sql(store, asked[0].rstrip(";"))
    assert (row[0], row[1], row[3], row[7]) == ("Xiaomi", 2000, "outside China", 1000)


def test_a_label_takes_an_article_out_and_back(store: Store, run_id: int) -> None:
    told_in_2017(store, run_id)
    before = sql(store, ROWS)
    (number,) = sql(store, "SELECT article_id FROM v_articles WHERE url LIKE '%other%'")[0]
    store.label(number, False, NOW)
    assert [(row[1], row[-1]) for row in sql(store, ROWS)] == [("plan", None)]
    store.label(number, True, NOW)
    assert sql(store, ROWS) == before


def test_what_is_deleted_says_nothing(store: Store, run_id: int) -> None:
    told_in_2017(store, run_id)
    delete_url(store, "https://golem.example/a", NOW)
    assert [row[8] for row in sql(store, ROWS)] == [1, 1]
    (number,) = sql(store, "SELECT article_id FROM v_articles WHERE url LIKE '%cnbc%'")[0]
    delete_article(store, number, NOW)
    assert [row[1] for row in sql(store, ROWS)] == ["stock"]
    delete_url(store, "https://other.example/b", NOW)
    assert sql(store, ROWS) == []
    assert sql(store, "SELECT * FROM ledger_events") == []


def test_an_edit_changes_the_claim(store: Store, run_id: int) -> None:
    told_in_2017(store, run_id)
    edited = COUNTED.replace("1,000", "1,100")
    at = datetime(2019, 9, 10, tzinfo=UTC)
    tell(store, run_id, "https://other.example/b", edited, at, action="stock", store_count=1100)
    assert [(row[1], row[2], row[-1]) for row in sql(store, ROWS)] == [("plan", 2000, 1100), ("stock", 1100, None)]


def test_a_page_that_turns_irrelevant_says_nothing(store: Store, run_id: int) -> None:
    told_in_2017(store, run_id)
    store.add_page("https://other.example/b", now=NOW)
    page = lease(store, run_id, "https://other.example/b")
    save(store, run_id, page, story="The shop has a new door.", verdict="rejected")
    assert [(row[1], row[-1]) for row in sql(store, ROWS)] == [("plan", None)]


def test_computing_it_anew_changes_nothing(store: Store, run_id: int) -> None:
    told_in_2017(store, run_id)
    everything = sql(store, "SELECT * FROM ledger ORDER BY ledger_id"), sql(store, "SELECT * FROM ledger_events")
    with store.writing() as connection:
        assert bookkeeping.rebuild(connection) == 2
    assert everything == (
        sql(store, "SELECT * FROM ledger ORDER BY ledger_id"),
        sql(store, "SELECT * FROM ledger_events"),
    )
    with store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM ledger")
        assert bookkeeping.rebuild(connection) == 2
    assert [row[1] for row in sql(store, ROWS)] == ["plan", "stock"]


def test_an_upgrade_fills_it(store: Store, store_url: str, run_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    told_in_2017(store, run_id)
    before = sql(store, ROWS)
    with store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM ledger")
        connection.exec_driver_sql(f"UPDATE {version.TABLE} SET version_num = '0015'")

    def run_alembic(connection: Connection) -> None:
        connection.exec_driver_sql(f"UPDATE {version.TABLE} SET version_num = '{version.HEAD}'")

    # The tables are there already; what is tried is what follows the migrations.
    monkeypatch.setattr(migrate, "_run_alembic", run_alembic)
    assert migrate.upgrade(store_url).before == "0015"
    assert sql(store, ROWS) == before


def test_doubtful_articles_make_no_claims(store: Store, run_id: int) -> None:
    store_page(store, run_id, "https://golem.example/x", story=STORY, verdict="uncertain")
    assert sql(store, ROWS) == []
    store.label(1, True, NOW)
    assert len(sql(store, ROWS)) == 1


TELLINGS = st.builds(
    lambda *values: values,
    st.integers(0, 2),
    st.integers(0, 30),
    st.sampled_from(["plan", "open", "stock"]),
    st.sampled_from([None, 480, 500, 1000]),
    st.sampled_from([None, "2026", "2026-05"]),
)


@settings(
    max_examples=12,
    phases=[Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    tellings=st.lists(TELLINGS, min_size=2, max_size=7, unique_by=lambda one: one[:2]),
    data=st.data(),
    edits=st.booleans(),
)
def test_order_does_not_matter(migrated_sqlite: Path, tellings: list[Any], data: st.DataObject, edits: bool) -> None:
    """Whatever order pages come in, kept step by step or computed at once: the same rows but for their numbers."""

    def outcome(order: list[Any]) -> list[Any]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "storewatch.db"
            shutil.copyfile(migrated_sqlite, path)
            with open_store(str(path)) as store:
                source(store)
                run_id = store.start_run("storewatch crawl", NOW)
                for outlet, day, action, count, horizon in order:
                    text = (
                        f"Xiaomi {action} {count} stores in Spain, {horizon}, wrote our reporter {outlet} on day {day}."
                    )
                    url = f"https://outlet{outlet}.example/{day}"
                    event = {"country": "ES", "region": None, "store_count": count, "horizon": horizon}
                    store.add_page(url, now=NOW)
                    for words in ["earlier ", ""] if edits else [""]:
                        happened = event_about(words + text, text, action="plan" if words else action, **event)
                        page = lease(store, run_id, url)
                        save(store, run_id, page, story=words + text, published=NOW + day * DAY, events=[happened])
                        store.add_page(url, now=NOW)
                kept = claims_in(store)
                with store.writing() as connection:
                    bookkeeping.rebuild(connection)
                assert claims_in(store) == kept
                return kept

    kept = outcome(tellings)
    assert kept == outcome(data.draw(st.permutations(tellings)))


def claims_in(store: Store) -> list[Any]:
    names = "vendor, action, store_count, country, horizon, due_on, certainty, status, first_said_at, last_said_at"
    more = "first_url, outlets, articles, counts, horizons, timeline, opened_at, progress_count, progress_at"
    rest = "progress_basis, baseline_count, baseline_at"
    found = sql(store, f"SELECT ledger_id, {names}, {more}, {rest} FROM ledger")
    told = sql(
        store,
        "SELECT l.ledger_id, a.url FROM ledger_events l JOIN events e ON e.event_id = l.event_id"
        " JOIN articles a ON a.article_id = e.article_id",
    )
    urls: dict[int, list[str]] = {}
    for number, url in told:
        urls.setdefault(number, []).append(url)
    return sorted(((row[1:], sorted(urls[row[0]])) for row in found), key=repr)


def test_a_page_without_events_makes_no_claim(store: Store, run_id: int) -> None:
    save(store, run_id, queue(store, run_id, "https://golem.example/none"), events=[])
    assert sql(store, ROWS) == []
