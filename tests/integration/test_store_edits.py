"""Edits of stored articles in the database, on both engines: revisions, trivial edits, walls, wars, pages gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from support.stored import (
    HOUR,
    NOW,
    STORY,
    THIRD_STORY,
    event_about,
    lease,
    page_read,
    processed,
    queue,
    save,
    source,
    sql,
    store_page,
)

from pipelines.dedup.kinship import kinship
from storewatch.db import queries
from storewatch.db.edits import KEPT_REVISIONS
from storewatch.db.store import Store, open_store
from storewatch.search.language import parse
from storewatch.types import Decision, FetchFailure, Page, Rejected, VerdictName

URL = "https://golem.example/a"
FIRST = STORY.split(". ")[0] + "."
#: What a teaser gives of it.
BEGINNING = ". ".join(STORY.split(". ")[:2]) + "."


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        yield opened


@pytest.fixture
def run_id(store: Store) -> int:
    return store.start_run("storewatch crawl", NOW)


def edit(store: Store, run_id: int, story: str, *, hours: float = 1, **more: Any) -> Decision:
    """The page of the article with another text; with the event of its first sentence, and what it says."""
    store.add_page(URL, now=NOW)
    page = lease(store, run_id, URL, at=NOW + hours * HOUR)
    return save(store, run_id, page, now=NOW + hours * HOUR, story=story, **more)


def test_an_edit_that_changes_a_fact_says_so(store: Store, run_id: int) -> None:
    events = (event_about(STORY, FIRST, store_count=2000),)
    store_page(store, run_id, URL, events=events)
    story = STORY.replace("2,000", "1,000")
    changed = (event_about(story, FIRST.replace("2,000", "1,000"), store_count=1000),)
    decision = edit(store, run_id, story, events=changed)
    assert decision.kind == "revision"
    (article,) = queries.articles(store)
    detail = queries.article(store, article.article_id)
    assert detail is not None
    first, second = detail.revisions
    assert (first.edit, second.edit) == (None, "facts")
    change = {"about": "Xiaomi plan", "fact": "count", "old": "2000", "new": "1000"}
    assert second.edit_changes == [change]
    # The events of both stay, each bound to its text; shown are those of the newest.
    kept = sql(store, "SELECT revision_id, store_count FROM events ORDER BY revision_id")
    assert kept == [(first.revision_id, 2000), (second.revision_id, 1000)]
    assert [(event.revision_id, event.store_count) for event in queries.events(store)] == [(second.revision_id, 1000)]


def test_a_trivial_edit_is_counted_once_and_makes_no_revision(store: Store, run_id: int) -> None:
    store_page(store, run_id, URL)
    typo = STORY.replace("Partners", "Partnres")
    assert typo != STORY
    kinds = [edit(store, run_id, typo, hours=hours).kind for hours in (1, 2)]
    assert kinds == ["same", "same"]
    assert sql(store, "SELECT revision, trivial_edits FROM articles") == [(1, 1)]
    (row,) = queries.articles(store)
    assert row.text == STORY


def test_edited_articles_are_found(store: Store, run_id: int) -> None:
    store_page(store, run_id, URL)
    store_page(store, run_id, "https://golem.example/b", story=THIRD_STORY, title="Report")
    edit(store, run_id, STORY.replace("Madrid", "Bilbao"))
    for query, expected in (("has:edits", [1]), ("-has:edits", [2])):
        found = queries.articles(store, queries.Filters(query=parse(query, now=NOW)))
        assert [row.article_id for row in found] == expected


def test_small_edits_add_up(store: Store, run_id: int) -> None:
    """Each is compared with the text in force, not with the one before it."""
    store_page(store, run_id, URL)
    edit(store, run_id, STORY.replace("Partners", "Partnres"))
    decision = edit(store, run_id, STORY.replace("Partners run", "Others lead"), hours=2)
    assert (decision.kind, decision.edit and decision.edit.kind) == ("revision", "wording")


def test_a_changed_headline_or_slug_is_no_new_article(store: Store, run_id: int) -> None:
    store_page(store, run_id, URL)
    edit(store, run_id, STORY, title="Xiaomi wants more shops")
    page = queue(store, run_id, "https://golem.example/a-new-slug", at=NOW + HOUR)
    decision = save(store, run_id, page, title="Xiaomi wants more shops", now=NOW + HOUR)
    assert decision.kind == "duplicate"
    assert sql(store, "SELECT count(*), max(revision) FROM articles") == [(1, 2)]
    assert sql(store, "SELECT edit, edit_detail FROM revisions WHERE number = 2") == [("wording", "another headline")]


@pytest.mark.parametrize("access", ["teaser", "paywalled"])
def test_a_teaser_does_not_replace_the_whole_text(store: Store, run_id: int, access: str) -> None:
    store_page(store, run_id, URL)
    decision = edit(store, run_id, BEGINNING, access=access)
    assert decision.kind == "same"
    assert access in decision.detail
    assert sql(store, "SELECT text, access FROM v_articles JOIN articles USING (article_id)") == [(STORY, "full")]
    assert sql(store, "SELECT state, access FROM pages") == [("stored", access)]


def test_the_whole_text_replaces_a_teaser(store: Store, run_id: int) -> None:
    store_page(store, run_id, URL, story=BEGINNING, access="teaser")
    assert edit(store, run_id, STORY).kind == "revision"
    assert sql(store, "SELECT text FROM v_articles") == [(STORY,)]


@pytest.mark.parametrize(
    ("access", "score"),
    [
        pytest.param("bot_wall", None, id="a wall"),
        pytest.param("listing", None, id="a list"),
        pytest.param("teaser", 0.1, id="a beginning that says nothing of stores"),
    ],
)
def test_a_wall_leaves_the_article(store: Store, run_id: int, access: Any, score: float | None) -> None:
    store_page(store, run_id, URL)
    store.add_page(URL, now=NOW)
    page = lease(store, run_id, URL)
    rejected = Rejected(url=URL, reason=access, score=score, text="Please log in", access=access)
    asked = Page(url=URL, final_url=URL, body=b"x")
    store.reject(rejected, page_read(page.page_id, run_id), page=asked, kinship=kinship)
    assert sql(store, "SELECT text FROM v_articles") == [(STORY,)]
    assert sql(store, "SELECT state, access FROM pages") == [("stored", access)]


def test_a_typo_does_not_reject_an_article(store: Store, run_id: int) -> None:
    """Though the judge does not know it any more; other words do."""
    store_page(store, run_id, URL)
    for text, left in ((STORY.replace("company", "compnay"), 1), ("Phones are sold in shops. " * 20, 0)):
        store.add_page(URL, now=NOW)
        page = lease(store, run_id, URL)
        rejected = Rejected(
            url=URL, reason="no_vendor", score=0.1, title="Xiaomi plans stores", text=text, access="full"
        )
        asked = Page(url=URL, final_url=URL, body=b"x")
        store.reject(rejected, page_read(page.page_id, run_id), page=asked, kinship=kinship)
        assert sql(store, "SELECT count(*) FROM v_articles") == [(left,)]


def test_an_edit_war_is_kept_within_bounds(store: Store, run_id: int, caplog: pytest.LogCaptureFixture) -> None:
    """40 texts: the first, the newest and the last that changed facts are kept, with their events."""
    stories = [STORY.replace("2,000", f"{number},000").replace("Madrid", f"Town {number}") for number in range(3, 43)]
    for number, story in enumerate(stories):
        first = story.split(". ")[0] + "."
        # Every tenth edit changes the number that was read.
        said = event_about(story, first, store_count=number // 10)
        if number == 0:
            store_page(store, run_id, URL, story=story, events=(said,))
        else:
            assert edit(store, run_id, story, hours=number, events=(said,)).kind == "revision"
    kept = sql(store, "SELECT number, edit FROM revisions ORDER BY number")
    assert len(kept) == KEPT_REVISIONS
    assert (kept[0][0], kept[-1][0]) == (1, 40)
    assert {number for number, kind in kept if kind == "facts"} == {11, 21, 31}
    assert sql(store, "SELECT count(*) FROM events") == [(KEPT_REVISIONS,)]
    assert sql(store, "SELECT count(*) FROM v_events") == [(1,)]
    assert sql(store, "SELECT text, revision FROM v_articles JOIN articles USING (article_id)") == [(stories[-1], 40)]
    assert [record.message for record in caplog.records] == [
        "article 1 has been edited more than 20 times: texts between the first and the newest are let go"
    ]


def test_who_is_young(store: Store, run_id: int) -> None:
    """Relevant and uncertain articles that are stored, dated since then, and not decided against."""
    golem = source(store)
    other = source(store, "heise")
    kinds: tuple[tuple[str, VerdictName, int], ...] = (
        (STORY, "relevant", 0),
        (THIRD_STORY, "uncertain", 0),
        (" ".join(f"Store. Number{n} of vendor{n}" for n in range(40)), "relevant", 9),
    )
    for number, (story, verdict, days) in enumerate(kinds):
        page = queue(store, run_id, f"https://golem.example/{number}", of=golem)
        published = NOW - timedelta(days=days)
        save(store, run_id, page, story=story, published=published, verdict=verdict, title=f"Report {number}")
    young = store.young_articles(NOW - timedelta(days=6))
    assert [article.host for article in young] == ["golem.example"] * 2
    assert {article.looked_at for article in young} == {NOW}
    assert store.young_articles(NOW - timedelta(days=6), source_ids=[other.source_id]) == ()
    store.label(1, False, NOW)
    assert len(store.young_articles(NOW - timedelta(days=6))) == 1


def test_a_look_is_noted_before_it_happens(store: Store, run_id: int) -> None:
    page = queue(store, run_id, URL)
    answer = Page(url=URL, final_url=URL, body=b"x", etag='"1"', last_modified="Mon, 02 Mar 2026 12:00:00 GMT")
    read, new = page_read(page.page_id, run_id), Decision(kind="new")
    store.save(processed(URL), read, page=answer, text_sha="1", decide=lambda *_: new, kinship=kinship)
    (again,) = store.begin_rechecks([page.page_id], NOW + HOUR)
    assert (again.recheck, again.etag, again.last_modified) == (True, '"1"', "Mon, 02 Mar 2026 12:00:00 GMT")
    (young,) = store.young_articles(NOW)
    assert (young.checks, young.looked_at, young.edited) == (1, NOW + HOUR, False)
    edit(store, run_id, STORY.replace("Madrid", "Bilbao"), hours=2)
    (young,) = store.young_articles(NOW)
    assert (young.looked_at, young.edited) == (NOW + 2 * HOUR, True)


def test_a_page_that_is_gone_keeps_its_article(store: Store, run_id: int) -> None:
    store_page(store, run_id, URL)
    (page_id,) = (row[0] for row in sql(store, "SELECT page_id FROM pages"))
    gone = [store.rechecked(page_id, status=status, now=NOW + hours * HOUR) for hours, status in ((1, 410), (2, 404))]
    assert gone == [True, False]
    detail = queries.article(store, 1)
    assert detail is not None
    assert (detail.gone_at, detail.article.text) == (NOW + HOUR, STORY)
    store.rechecked(page_id, status=503, now=NOW + 3 * HOUR)
    assert sql(store, "SELECT gone_at IS NULL, state FROM pages") in ([(False, "stored")], [(0, "stored")])
    # It is back.
    edit(store, run_id, STORY, hours=4)
    detail = queries.article(store, 1)
    assert detail is not None
    assert detail.gone_at is None


def test_what_a_feed_asks_for_again_may_be_gone_too(store: Store, run_id: int) -> None:
    store_page(store, run_id, URL)
    store.add_page(URL, now=NOW)
    page = lease(store, run_id, URL)
    failure = FetchFailure(reason="not_found", status=404, permanent=True)
    store.fail(failure, page_id=page.page_id, now=NOW + HOUR)
    detail = queries.article(store, 1)
    assert detail is not None
    assert detail.gone_at == NOW + HOUR
