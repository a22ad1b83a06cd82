"""Queries and public views, on both engines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.stored import (
    DAY,
    HOUR,
    NOW,
    STORY,
    THIRD_STORY,
    event_about,
    page_read,
    poll,
    processed,
    queue,
    save,
    source,
    sql,
    store_page,
)

from storewatch.db import queries, views
from storewatch.db.queries import Filters
from storewatch.db.store import Store, open_store
from storewatch.types import Evidence, FeedEntry, FetchFailure, Rejected, Span

ROWS: dict[str, type[Any]] = {
    "v_articles": queries.ArticleRow,
    "v_uncertain": queries.ArticleRow,
    "v_copies": queries.CopyRow,
    "v_events": queries.EventRow,
}


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        yield opened


def fill(store: Store) -> None:
    """Three articles: Xiaomi in Spain (German, golem, today), vivo in India (heise, yesterday), one without a date."""
    run_id = store.start_run("storewatch crawl", NOW)
    heise = source(store, "heise")
    store_page(store, run_id, "https://golem.example/xiaomi")
    vivo = STORY.replace("Xiaomi", "vivo")
    events = [
        event_about(vivo, "vivo will open 2,000 stores", vendor="vivo", country="IN", action="open"),
        event_about(vivo, "Partners run most of them today", vendor="Samsung", country="ES", action="stock"),
    ]
    page = queue(store, run_id, "https://heise.example/vivo", of=heise)
    save(store, run_id, page, story=vivo, published=NOW - DAY, events=events)
    undated = "https://golem.example/undated"
    store_page(store, run_id, undated, story=THIRD_STORY, published=None, at=NOW - 2 * DAY)


@pytest.fixture(scope="module")
def press(shared_store_url: str) -> Iterator[Store]:
    """Filled once for all tests here that only read."""
    with open_store(shared_store_url) as opened:
        fill(opened)
        yield opened


@pytest.mark.parametrize("name", ROWS)
def test_rows_have_the_columns_of_their_view(press: Store, name: str) -> None:
    with press.reading() as connection:
        columns = list(connection.exec_driver_sql(f"SELECT * FROM {name}").keys())
    assert columns == [f.name for f in fields(ROWS[name])]
    assert set(views.VIEWS) == {*ROWS, "v_ledger"}, "the ledger has more columns, see test_store_ledger.py"


ALL = ["xiaomi", "vivo", "undated"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        pytest.param(Filters(), ALL, id="all-newest-first"),
        pytest.param(Filters(limit=1), ["xiaomi"], id="limit"),
        pytest.param(Filters(offset=1), ["vivo", "undated"], id="offset"),
        pytest.param(Filters(limit=1, offset=1), ["vivo"], id="limit-and-offset"),
        pytest.param(Filters(limit=0), [], id="limit-0"),
        pytest.param(Filters(vendor="XIAOMI"), ["xiaomi", "undated"], id="vendor-any-case"),
        pytest.param(Filters(vendor="Xia"), [], id="vendor-whole-name"),
        pytest.param(Filters(country="in"), ["vivo"], id="country"),
        pytest.param(Filters(vendor="vivo", country="ES"), [], id="vendor-and-country-of-one-event"),
        pytest.param(Filters(vendor="Samsung", country="ES"), ["vivo"], id="second-event"),
        pytest.param(Filters(action="open"), ["vivo"], id="action"),
        pytest.param(Filters(since=NOW), ["xiaomi"], id="since-is-included"),
        pytest.param(Filters(until=NOW), ["vivo", "undated"], id="until-is-excluded"),
        pytest.param(Filters(since=NOW - 3 * DAY, until=NOW - DAY), ["undated"], id="first-seen-stands-in"),
        pytest.param(Filters(lang="EN"), ALL, id="lang"),
        pytest.param(Filters(lang="de"), [], id="other-lang"),
        pytest.param(Filters(source="heise"), ["vivo"], id="source"),
        pytest.param(Filters(outlet="golem.example"), ["xiaomi", "undated"], id="outlet"),
        pytest.param(Filters(uncertain=True), [], id="uncertain"),
    ],
)
def test_articles(press: Store, filters: Filters, found: list[str]) -> None:
    assert [row.url.rpartition("/")[2] for row in queries.articles(press, filters)] == found


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        pytest.param(
            Filters(), [("Xiaomi", "plan"), ("vivo", "open"), ("Samsung", "stock"), ("Xiaomi", "plan")], id="all"
        ),
        pytest.param(Filters(vendor="samsung"), [("Samsung", "stock")], id="vendor"),
        pytest.param(Filters(country="ES", source="heise"), [("Samsung", "stock")], id="country-and-source"),
        pytest.param(Filters(action="open"), [("vivo", "open")], id="action"),
        pytest.param(Filters(until=NOW, limit=2), [("vivo", "open"), ("Samsung", "stock")], id="until"),
    ],
)
def test_events(press: Store, filters: Filters, found: list[tuple[str, str]]) -> None:
    assert [(row.vendor, row.action) for row in queries.events(press, filters)] == found


def test_evidence_stands_where_it_says_in_plain_sql(store: Store) -> None:
    """The promise of docs/database.md, counted in code points on both engines: the text has an emoji and umlauts."""
    sentence = "Händler in Köln freuen sich."
    run_id = store.start_run("storewatch crawl", NOW)
    fill(store)
    # An earlier copy of the first article, in a few more words: it is shown in its place.
    story = "Neu. " + STORY
    store_page(store, run_id, "https://golem.example/emoji", story=story, events=[event_about(story, sentence)])
    cut = "substr(a.text, e.evidence_start + 1, e.evidence_end - e.evidence_start)"
    here = "FROM v_events e JOIN v_articles a ON a.article_id = e.article_id WHERE e.evidence_in = 'text'"
    assert sql(store, f"SELECT count(*), sum(CASE WHEN {cut} = e.evidence THEN 1 ELSE 0 END) {here}") == [(4, 4)]
    assert sql(store, f"SELECT {cut} {here} AND a.url LIKE '%emoji'") == [(sentence,)]


def test_the_check_finds_evidence_out_of_place(store: Store, store_url: str) -> None:
    from storewatch import db

    fill(store)
    assert db.check(store_url) == []
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE events SET evidence_start = 3 WHERE event_id = 1")
    assert db.check(store_url) == ["event 1: its evidence does not stand in its text where the offsets say"]


DOC = (Path(__file__).parents[2] / "docs" / "database.md").read_text(encoding="utf-8")


def test_the_queries_of_the_documentation_run(press: Store) -> None:
    block = "\n".join(re.findall(r"```sql\n(.*?)```", DOC, flags=re.DOTALL))
    answers = [sql(press, query) for query in block.split(";") if query.strip()]
    assert len(answers) == 11
    plans, outlets, proof, first, counts, due, tongues, partners, differ, late, waiting = answers
    assert [row[0] for row in plans] == ["Xiaomi", "Xiaomi"]
    assert [row[1] for row in outlets] == [1, 1, 1]
    assert len(proof) == 4
    assert first == []
    assert counts == [("vivo", 1, 0, 0), ("Samsung", 0, 0, 0), ("Xiaomi", 0, 2, 0)]
    assert due == []
    assert tongues == [("ES", "en", 3), ("IN", "en", 1)]
    assert (partners, differ, late, waiting) == ([], [], [], [])


def test_times_read_the_same_from_sql(press: Store) -> None:
    ((told,),) = sql(press, "SELECT published_at FROM v_articles WHERE url LIKE '%xiaomi'")
    if isinstance(told, str):
        assert told == "2026-03-01T12:00:00.000000Z"
    else:
        assert told == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_one_article_in_full(store: Store) -> None:
    run_id = store.start_run("storewatch crawl", NOW)
    evidence = Evidence(where="title", text="Xiaomi", start=0, end=6)
    event = event_about(
        STORY,
        "Händler in Köln freuen sich.",
        action="open",
        store_count=2000,
        share=0.5,
        more_evidence=(evidence,),
        spans={"store_count": Span(where="text", start=17, end=22)},
    )
    result = processed(
        "https://golem.example/a",
        events=[event],
        authors=("A", "B"),
        site_name="Golem",
        section="Handel",
        tags=("x",),
        image="https://golem.example/i.jpg",
        paywalled=False,
    )
    save(store, run_id, queue(store, run_id, "https://golem.example/a"), result)
    store_page(store, run_id, "https://heise.example/x", published=NOW + HOUR)
    ((article_id,),) = sql(store, "SELECT article_id FROM v_articles")
    detail = queries.article(store, article_id)
    assert detail is not None
    assert detail.article == queries.articles(store)[0]
    assert detail.events == queries.events(store)
    assert (detail.verdict, detail.reason, detail.label) == ("relevant", "retail_event", None)
    assert (detail.authors, detail.tags, detail.site_name, detail.section) == (("A", "B"), ("x",), "Golem", "Handel")
    assert (detail.image, detail.paywalled, detail.vendors) == ("https://golem.example/i.jpg", False, ("Xiaomi",))
    assert detail.signals == ("vendor near store",)
    event_id = detail.events[0].event_id
    assert detail.more_evidence[event_id] == ({"in": "title", "text": "Xiaomi", "start": 0, "end": 6},)
    assert detail.spans[event_id] == {"store_count": {"in": "text", "start": 17, "end": 22}}
    assert [(copy.url, copy.kind) for copy in detail.copies] == [("https://heise.example/x", "syndicated")]
    assert [(revision.number, revision.events) for revision in detail.revisions] == [(1, 1)]
    assert queries.article(store, article_id + 1) is None


def test_what_was_rejected_and_why(store: Store) -> None:
    run_id = store.start_run("storewatch crawl", NOW)
    for number, reason in enumerate(["prefilter", "prefilter", "no_vendor"]):
        page = queue(store, run_id, f"https://golem.example/{number}")
        store.reject(Rejected(url=page.url, reason=reason), page_read(page.page_id, run_id), page=None)
    page = queue(store, run_id, "https://golem.example/gone", at=NOW + HOUR)
    store.fail(FetchFailure(reason="http_404", status=404, permanent=True), page_id=page.page_id, now=NOW)
    waiting = FeedEntry(url="https://golem.example/waiting")
    store.record_poll(poll(store.sources()[0], run_id), [waiting])
    counted = [(row.state, row.reason, row.pages) for row in queries.reasons(store)]
    assert counted == [("rejected", "prefilter", 2), ("failed", "http_404", 1), ("rejected", "no_vendor", 1)]
    assert [row.reason for row in queries.reasons(store, failed_too=False)] == ["prefilter", "no_vendor"]
    # A page without a title of its own shows its feed's.
    assert [(row.url[-1], row.title) for row in queries.rejected(store, failed_too=False)] == [
        ("2", "Xiaomi"),
        ("1", "Xiaomi"),
        ("0", "Xiaomi"),
    ]
    assert [row.reason for row in queries.rejected(store, limit=1)] == ["http_404"]
    assert [row.url[-1] for row in queries.rejected(store, reason="prefilter", offset=1)] == ["0"]
