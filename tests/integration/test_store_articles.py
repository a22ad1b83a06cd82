"""What becomes of pages: articles, revisions, verdicts and labels; on both engines."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import timedelta

import pytest
from support.stored import (
    DAY,
    HOUR,
    NOW,
    OTHER_STORY,
    STORY,
    articles_and_copies,
    event_about,
    kept_since,
    lease,
    page_state,
    processed,
    queue,
    save,
    sql,
    store_page,
)

from storewatch.db import queries
from storewatch.db.store import Store, open_store
from storewatch.types import Decision


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        yield opened


@pytest.fixture
def run_id(store: Store) -> int:
    return store.start_run("storewatch crawl", NOW)


def test_a_new_article(store: Store, run_id: int) -> None:
    decision = store_page(store, run_id, "https://golem.example/a")
    assert decision == Decision(kind="new")
    (row,) = queries.articles(store)
    assert (row.url, row.outlet, row.source, row.copies) == ("https://golem.example/a", "golem.example", "golem", 0)
    assert (row.title, row.text, row.lang, row.score) == ("Xiaomi plans stores", STORY, "en", 0.9)
    assert (row.published_at, row.published_offset_min, row.published_precision) == (NOW, 60, "instant")
    assert page_state(store, row.url) == ("stored", "new", True)
    (event,) = queries.events(store)
    assert (event.vendor, event.action, event.article_id) == ("Xiaomi", "plan", row.article_id)
    assert row.text[event.evidence_start : event.evidence_end] == event.evidence


def test_what_is_kept_of_an_accepted_page(store: Store, run_id: int) -> None:
    store_page(store, run_id, "https://golem.example/a")
    ((title, text, html, charset),) = sql(store, "SELECT title, text, html, charset FROM page_bodies")
    assert (title, text, charset) == ("Xiaomi plans stores", STORY, "utf-8")
    assert gzip.decompress(html) == b"<html>as it came</html>"


def test_the_same_page_again_changes_only_its_state(store: Store, run_id: int) -> None:
    store_page(store, run_id, "https://golem.example/a")
    before = articles_and_copies(store)
    store.add_page("https://www.golem.example/a/?utm_source=feed", now=NOW + HOUR)
    page = lease(store, run_id, "https://golem.example/a", at=NOW + HOUR)
    assert save(store, run_id, page, now=NOW + HOUR).kind == "same"
    assert articles_and_copies(store) == before
    assert page_state(store, "https://golem.example/a") == ("stored", "same", True)


def test_an_edited_page_is_a_revision(store: Store, run_id: int) -> None:
    store_page(store, run_id, "https://golem.example/a")
    (old,) = queries.articles(store)
    store.add_page(old.url, now=NOW + DAY)
    later = lease(store, run_id, old.url, at=NOW + DAY)
    assert save(store, run_id, later, story=OTHER_STORY, title="Corrected", now=NOW + DAY).kind == "revision"
    (new,) = queries.articles(store)
    assert (new.article_id, new.title, new.text) == (old.article_id, "Corrected", OTHER_STORY)
    (event,) = queries.events(store)
    assert "1,000" in event.evidence
    detail = queries.article(store, old.article_id)
    assert detail is not None
    assert [(r.number, r.text, r.events) for r in detail.revisions] == [(1, STORY, 1), (2, OTHER_STORY, 1)]
    # The old sentence stays bound to the text that it stands in.
    kept = sql(
        store,
        "SELECT r.number, substr(r.text, e.evidence_start + 1, e.evidence_end - e.evidence_start) = e.evidence"
        " FROM events e JOIN revisions r ON r.revision_id = e.revision_id ORDER BY r.number",
    )
    assert [(number, bool(equal)) for number, equal in kept] == [(1, True), (2, True)]


def test_a_page_edited_back_and_forth(store: Store, run_id: int) -> None:
    url = "https://golem.example/a"
    store_page(store, run_id, url)
    for story in (OTHER_STORY, STORY):
        store.add_page(url, now=NOW)
        assert save(store, run_id, lease(store, run_id, url), story=story).kind == "revision"
    (row,) = queries.articles(store)
    assert row.text == STORY
    assert sql(store, "SELECT count(*) FROM v_events") == [(1,)]


def test_what_decide_calls_new_at_a_known_address_is_a_revision(store: Store, run_id: int) -> None:
    url = "https://golem.example/a"
    store_page(store, run_id, url)
    store.add_page(url, now=NOW)
    page = lease(store, run_id, url)
    result = processed(url, OTHER_STORY)
    decision = save(store, run_id, page, result, decide=lambda article, candidates: Decision(kind="new"))
    assert decision.kind == "revision"
    assert [row.text for row in queries.articles(store)] == [OTHER_STORY]


def test_a_decision_on_a_stranger_is_refused_and_nothing_is_written(store: Store, run_id: int) -> None:
    page = queue(store, run_id, "https://golem.example/a")
    with pytest.raises(ValueError, match="no candidate"):
        save(store, run_id, page, decide=lambda article, candidates: Decision(kind="duplicate", of=99))
    assert queries.articles(store) == ()
    assert page_state(store, page.url) == ("leased", None, False)


def test_an_error_in_decide_undoes_everything(store: Store, run_id: int) -> None:
    page = queue(store, run_id, "https://golem.example/a")

    def breaks(article: object, candidates: object) -> Decision:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        save(store, run_id, page, decide=breaks)
    assert save(store, run_id, page).kind == "new"


def test_an_uncertain_article_is_stored_apart(store: Store, run_id: int) -> None:
    store_page(store, run_id, "https://golem.example/a", verdict="uncertain")
    assert queries.articles(store) == ()
    assert queries.events(store) == ()
    (row,) = queries.articles(store, queries.Filters(uncertain=True))
    assert row.url == "https://golem.example/a"
    assert sql(store, "SELECT url FROM v_uncertain") == [(row.url,)]


@pytest.mark.parametrize(
    ("verdict", "label", "shown", "uncertain"),
    [
        pytest.param("relevant", None, True, False, id="judged-relevant"),
        pytest.param("relevant", False, False, False, id="relevant-labelled-no"),
        pytest.param("relevant", True, True, False, id="relevant-labelled-yes"),
        pytest.param("uncertain", None, False, True, id="judged-uncertain"),
        pytest.param("uncertain", True, True, False, id="uncertain-labelled-yes"),
        pytest.param("uncertain", False, False, False, id="uncertain-labelled-no"),
    ],
)
def test_a_label_wins_over_the_judge(store: Store, run_id: int, verdict, label, shown, uncertain) -> None:  # type: ignore[no-untyped-def]  # parametrised
    store_page(store, run_id, "https://golem.example/a", verdict=verdict)
    store_page(store, run_id, "https://heise.example/x", verdict=verdict, published=NOW + DAY)
    ((article_id,),) = sql(store, "SELECT article_id FROM articles")
    if label is not None:
        assert store.label(article_id, not label, NOW)
        assert store.label(article_id, label, NOW, by="me", note="read it")
    assert len(queries.articles(store)) == shown
    assert len(queries.events(store)) == shown
    assert sql(store, "SELECT count(*) FROM v_uncertain") == [(uncertain,)]
    assert sql(store, "SELECT count(*) FROM v_copies") == [(shown or uncertain,)]


def test_a_label_for_nothing(store: Store) -> None:
    assert store.label(1, True, NOW) is False


def test_foreign_characters_that_no_engine_takes(store: Store, run_id: int) -> None:
    """NUL and lone surrogates become U+FFFD, one for one: the offsets still hold."""
    story = "\x00\ud800 " + STORY
    sentence = "Händler in Köln freuen sich."
    result = processed(
        "https://golem.example/a",
        story,
        title="T\x00itle",
        events=[event_about(story, sentence, store_count=10**30, horizon_text="\udfff")],
        tags=("a\x00b",),
    )
    save(store, run_id, queue(store, run_id, "https://golem.example/a"), result)
    (row,) = queries.articles(store)
    (event,) = queries.events(store)
    assert row.text == "\ufffd\ufffd " + STORY
    assert row.title == "T\ufffditle"
    assert row.text[event.evidence_start : event.evidence_end] == event.evidence == sentence
    # No engine holds such a number.
    assert (event.store_count, event.horizon_text) == (None, "\ufffd")
    detail = queries.article(store, row.article_id)
    assert detail is not None
    assert detail.tags == ("a\ufffdb",)


def test_texts_kept_too_long_are_forgotten(store: Store, run_id: int) -> None:
    store_page(store, run_id, "https://golem.example/a", at=NOW - timedelta(days=200))
    store_page(store, run_id, "https://golem.example/b", story=OTHER_STORY)
    assert store.expire(kept_since(pages=NOW - timedelta(days=180)))["pages as they came"] == 1
    assert sql(store, "SELECT count(*) FROM page_bodies") == [(1,)]
    assert len(queries.articles(store)) == 2
