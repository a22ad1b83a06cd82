"""What becomes of pages: articles, revisions, copies, rejections; on both engines."""

from __future__ import annotations

import gzip
import itertools
from collections.abc import Iterator
from datetime import timedelta

import pytest
from support.stored import (
    DAY,
    HOUR,
    NOW,
    OTHER_STORY,
    STORY,
    event_about,
    kept_since,
    lease,
    processed,
    queue,
    save,
    source,
    sql,
    store_page,
)

from storewatch.db import queries
from storewatch.db.store import Store, open_store
from storewatch.types import Decision, FetchFailure, Page, Rejected

VERSIONS = {"topic_version": "retail-1", "extractor_version": "extract-1"}


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        yield opened


@pytest.fixture
def run_id(store: Store) -> int:
    return store.start_run("storewatch crawl", NOW)


def page_state(store: Store, url: str) -> tuple[object, ...]:
    (row,) = sql(store, "SELECT state, reason, article_id IS NULL FROM pages WHERE url = :url", url=url)
    return (row[0], row[1], not row[2])


def articles_and_copies(store: Store) -> tuple[object, ...]:
    """What is stored, without the numbers that depend on the order of arrival."""
    articles = sql(store, "SELECT url, outlet, source, title, text, published_at, copies FROM v_articles ORDER BY url")
    copies = sql(
        store,
        "SELECT a.url, c.url, c.outlet, c.kind, c.published_at FROM v_copies c"
        " JOIN v_articles a ON a.article_id = c.article_id ORDER BY c.url",
    )
    events = sql(store, "SELECT url, vendor, evidence, evidence_start FROM v_events ORDER BY url, evidence_start")
    revisions = sql(store, "SELECT count(*) FROM revisions")
    pages = sql(store, "SELECT url, state, article_id IS NULL FROM pages ORDER BY url")
    return articles, copies, events, revisions, pages


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


COPIES = {
    "https://golem.example/a": NOW - HOUR,
    "https://golem.example/b": NOW,
    "https://heise.example/x": NOW - 3 * HOUR,
    "https://zdnet.example/y": NOW - 2 * HOUR,
}


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))), ids=lambda order: "".join(map(str, order)))
def test_the_group_does_not_depend_on_the_order_of_arrival(migrated_sqlite, tmp_path, order) -> None:  # type: ignore[no-untyped-def]  # parametrised
    """The earliest is the article, whoever came first; its outlet's copies are duplicates, the others syndicated."""
    path = tmp_path / "storewatch.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    with open_store(str(path)) as store:
        run_id = store.start_run("storewatch crawl", NOW)
        source(store)
        urls = list(COPIES)
        for url in [urls[i] for i in order]:
            store_page(store, run_id, url, published=COPIES[url], title=f"at {url}")
        articles, copies, events, revisions, pages = articles_and_copies(store)
    assert [row[0] for row in articles] == ["https://heise.example/x"]
    assert [(row[1], row[3]) for row in copies] == [
        ("https://golem.example/a", "syndicated"),
        ("https://golem.example/b", "syndicated"),
        ("https://zdnet.example/y", "syndicated"),
    ]
    assert [row[0] for row in events] == ["https://heise.example/x"]
    assert revisions == [(1,)]
    assert pages == [(url, "stored", 0) for url in sorted(COPIES)]


def test_a_copy_takes_over_and_names_the_others_anew(store: Store, run_id: int) -> None:
    store_page(store, run_id, "https://golem.example/a", published=NOW)
    store_page(store, run_id, "https://golem.example/b", published=NOW + HOUR)
    (before,) = queries.articles(store)
    assert sql(store, "SELECT url, kind FROM v_copies") == [("https://golem.example/b", "duplicate")]
    taken = store_page(store, run_id, "https://heise.example/x", published=NOW - DAY, title="The original")
    assert (taken.kind, taken.takes_over) == ("syndicated", True)
    (after,) = queries.articles(store)
    assert after.article_id == before.article_id
    assert (after.url, after.outlet, after.title, after.copies) == (
        "https://heise.example/x",
        "heise.example",
        "The original",
        2,
    )
    assert sorted(sql(store, "SELECT url, kind FROM v_copies")) == [
        ("https://golem.example/a", "syndicated"),
        ("https://golem.example/b", "syndicated"),
    ]
    assert [event.url for event in queries.events(store)] == ["https://heise.example/x"]


def test_a_copy_seen_again_stays_one(store: Store, run_id: int) -> None:
    store_page(store, run_id, "https://golem.example/a", published=NOW)
    store_page(store, run_id, "https://heise.example/x", published=NOW + HOUR)
    before = articles_and_copies(store)
    store.add_page("https://heise.example/x", now=NOW)
    again = save(store, run_id, lease(store, run_id, "https://heise.example/x"), published=NOW + HOUR)
    assert again.kind == "syndicated"
    assert articles_and_copies(store) == before


def test_a_copy_that_was_edited_becomes_an_article(store: Store, run_id: int) -> None:
    store_page(store, run_id, "https://golem.example/a", published=NOW)
    store_page(store, run_id, "https://heise.example/x", published=NOW + HOUR)
    store.add_page("https://heise.example/x", now=NOW)
    edited = save(store, run_id, lease(store, run_id, "https://heise.example/x"), story=OTHER_STORY)
    assert edited.kind == "distinct"
    assert sorted(row.url for row in queries.articles(store)) == [
        "https://golem.example/a",
        "https://heise.example/x",
    ]
    assert sql(store, "SELECT count(*) FROM v_copies") == [(0,)]


def test_a_copy_of_an_earlier_revision_joins_its_article(store: Store, run_id: int) -> None:
    url = "https://golem.example/a"
    store_page(store, run_id, url, published=NOW)
    store.add_page(url, now=NOW)
    save(store, run_id, lease(store, run_id, url), story=OTHER_STORY)
    joined = store_page(store, run_id, "https://heise.example/x", published=NOW - DAY)
    # It is the earlier one, but the article has moved on: it does not fall back to the old text.
    assert (joined.kind, joined.takes_over) == ("syndicated", False)
    (row,) = queries.articles(store)
    assert (row.url, row.text, row.copies) == (url, OTHER_STORY, 1)


def test_two_addresses_with_one_canonical_are_one_article(store: Store, run_id: int) -> None:
    home = "https://golem.example/news/1"
    store_page(store, run_id, "https://golem.example/1?view=a", canonical=home)
    second = store_page(store, run_id, "https://golem.example/1?view=b", canonical=home)
    assert second.kind == "same"
    (row,) = queries.articles(store)
    assert row.url == home
    assert sql(store, "SELECT count(DISTINCT article_id), count(*) FROM pages") == [(1, 2)]


def test_a_canonical_address_elsewhere_is_not_believed(store: Store, run_id: int) -> None:
    store_page(store, run_id, "https://golem.example/a", canonical="https://heise.example/x")
    (row,) = queries.articles(store)
    assert (row.url, row.outlet) == ("https://golem.example/a", "golem.example")


CAKES = "A cake shop that sells phones on the side will open in Cologne, says its owner, who hopes for guests. " * 4


def test_a_canonical_address_shared_by_all_pages_is_not_believed(store: Store, run_id: int) -> None:
    """A site that calls its section canonical on every page would have each article replace the one before."""
    section = "https://golem.example/news/"
    stories = {"a": STORY, "b": CAKES, "c": "In other news. " + CAKES[::-1]}
    for _ in range(2):
        for name, story in stories.items():
            url = f"https://golem.example/news/{name}"
            store.add_page(url, now=NOW)
            save(store, run_id, lease(store, run_id, url), story=story, canonical=section)
    found = {row.text: row.url for row in queries.articles(store)}
    assert set(found) == set(stories.values())
    assert found[CAKES] == "https://golem.example/news/b"
    assert sql(store, "SELECT count(*) FROM revisions") == [(3,)]


def test_a_page_version_of_a_canonical_article_is_a_revision(store: Store, run_id: int) -> None:
    home = "https://golem.example/news/1"
    store_page(store, run_id, home)
    updated = store_page(store, run_id, "https://golem.example/news/1/amp-2", canonical=home, story=OTHER_STORY)
    assert updated.kind == "revision"
    assert [row.url for row in queries.articles(store)] == [home]


def test_a_redirected_page_lives_where_it_led(store: Store, run_id: int) -> None:
    page = queue(store, run_id, "https://short.example/1")
    save(store, run_id, page, final_url="https://golem.example/a", canonical="https://golem.example/a")
    (row,) = queries.articles(store)
    assert (row.url, row.outlet) == ("https://golem.example/a", "golem.example")
    assert store_page(store, run_id, "https://golem.example/a").kind == "same"


def test_a_new_canonical_address_does_not_make_a_second_article(store: Store, run_id: int) -> None:
    url = "https://golem.example/?p=17"
    store_page(store, run_id, url, canonical="https://golem.example/old-slug")
    store.add_page(url, now=NOW)
    page = lease(store, run_id, url)
    changed = save(store, run_id, page, canonical="https://golem.example/new-slug", story=OTHER_STORY)
    assert changed.kind == "revision"
    assert len(queries.articles(store)) == 1


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


def test_an_article_that_turns_out_a_copy_is_merged(store: Store, run_id: int) -> None:
    """Its id, its label and its own copies lead to the article it was merged into."""
    store_page(store, run_id, "https://golem.example/a", published=NOW)
    url = "https://golem.example/b"
    store_page(store, run_id, url, story=OTHER_STORY, published=NOW)
    store_page(store, run_id, "https://zdnet.example/copy", story=OTHER_STORY, published=NOW + DAY)
    kept, given_up = sorted(row.article_id for row in queries.articles(store))
    store.label(given_up, True, NOW)
    store.add_page(url, now=NOW)
    page = lease(store, run_id, url)
    # The page now names the first article as its canonical address.
    decision = save(store, run_id, page, decide=lambda article, candidates: Decision(kind="same", of=kept))
    assert decision.of == kept
    (row,) = queries.articles(store)
    assert (row.article_id, row.copies) == (kept, 1)
    detail = queries.article(store, given_up)
    assert detail is not None
    assert (detail.article.article_id, detail.label) == (kept, True)
    assert sql(store, "SELECT DISTINCT article_id FROM pages WHERE article_id IS NOT NULL") == [(kept,)]


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


def rejection(url: str, reason: str = "no_vendor", **more: object) -> Rejected:
    values = {"title": "A cake shop", "text": "A new cake shop opens.", "score": 0.1, "detail": "no vendor", **more}
    return Rejected(url=url, reason=reason, **values)  # type: ignore[arg-type]  # values of a test


def reject(store: Store, run_id: int, page_id: int, what: Rejected, *, fetched: bool = True) -> None:
    page = Page(url=what.url, final_url=what.url, body=b"", status=200) if fetched else None
    store.reject(what, page_id=page_id, run_id=run_id, page=page, now=NOW, **VERSIONS)


def test_a_rejected_page_keeps_its_reason_and_text(store: Store, run_id: int) -> None:
    page = queue(store, run_id, "https://golem.example/cake")
    reject(store, run_id, page.page_id, rejection(page.url))
    assert page_state(store, page.url) == ("rejected", "no_vendor", False)
    assert sql(store, "SELECT title, text, html FROM page_bodies") == [("A cake shop", "A new cake shop opens.", None)]
    (row,) = queries.rejected(store)
    assert (row.url, row.title, row.source, row.reason, row.score) == (
        page.url,
        "A cake shop",
        "golem",
        "no_vendor",
        0.1,
    )
    assert (row.detail, row.fetched_at) == ("no vendor", NOW)


def test_of_a_prefiltered_page_only_title_and_summary_are_kept(store: Store, run_id: int) -> None:
    page = queue(store, run_id, "https://golem.example/cake")
    reject(store, run_id, page.page_id, rejection(page.url, "prefilter", score=None))
    assert sql(store, "SELECT title, text, html FROM page_bodies") == [("A cake shop", None, None)]
    assert sql(store, "SELECT entry_title, entry_content_html FROM pages") == [("Xiaomi", None)]


def test_a_rejected_verdict_given_to_save(store: Store, run_id: int) -> None:
    decision = store_page(store, run_id, "https://golem.example/a", verdict="rejected")
    assert decision == Decision(kind="new", detail="rejected: weak")
    assert page_state(store, "https://golem.example/a") == ("rejected", "weak", False)
    assert sql(store, "SELECT count(*) FROM articles") == [(0,)]


def test_an_article_whose_page_is_rejected_later(store: Store, run_id: int) -> None:
    """The newest text counts: the article leaves the view, its history stays; and it can come back."""
    url = "https://golem.example/a"
    store_page(store, run_id, url)
    (row,) = queries.articles(store)
    store.add_page(url, now=NOW)
    reject(store, run_id, lease(store, run_id, url).page_id, rejection(url))
    assert page_state(store, url) == ("rejected", "no_vendor", True)
    assert (queries.articles(store), queries.events(store)) == ((), ())
    detail = queries.article(store, row.article_id)
    assert detail is not None
    assert [(r.number, r.verdict, r.events) for r in detail.revisions] == [(1, "relevant", 1), (2, "rejected", 0)]
    # A good text elsewhere is not dragged down with it.
    assert store_page(store, run_id, "https://heise.example/x").kind == "new"
    store.add_page(url, now=NOW)
    assert save(store, run_id, lease(store, run_id, url), story=OTHER_STORY).kind == "revision"
    assert url in [article.url for article in queries.articles(store)]


@pytest.mark.parametrize(
    "failed",
    [
        pytest.param(rejection("https://golem.example/a", "not_html", text=None, score=None), id="no-text"),
        pytest.param(rejection("https://golem.example/a", "prefilter", score=None), id="prefilter"),
        pytest.param(FetchFailure(reason="http_404", status=404, permanent=True), id="gone"),
    ],
)
def test_an_article_outlives_a_bad_fetch(store: Store, run_id: int, failed: Rejected | FetchFailure) -> None:
    url = "https://golem.example/a"
    store_page(store, run_id, url)
    before = articles_and_copies(store)
    store.add_page(url, now=NOW)
    page = lease(store, run_id, url)
    if isinstance(failed, Rejected):
        reject(store, run_id, page.page_id, failed)
    else:
        store.fail(failed, page_id=page.page_id, now=NOW)
    assert articles_and_copies(store) == before
    assert page_state(store, url) == ("stored", failed.reason, True)
    assert sql(store, "SELECT text FROM page_bodies") == [(STORY,)]


def test_a_copy_whose_page_is_rejected_later_is_none_any_more(store: Store, run_id: int) -> None:
    store_page(store, run_id, "https://golem.example/a")
    url = "https://heise.example/x"
    store_page(store, run_id, url, published=NOW + DAY)
    store.add_page(url, now=NOW)
    reject(store, run_id, lease(store, run_id, url).page_id, rejection(url))
    assert page_state(store, url) == ("rejected", "no_vendor", False)
    (row,) = queries.articles(store)
    assert (row.url, row.copies) == ("https://golem.example/a", 0)


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
