"""Pages that are no article, from the first or later on; on both engines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.stored import (
    DAY,
    NOW,
    OTHER_STORY,
    STORY,
    articles_and_copies,
    lease,
    page_read,
    page_state,
    queue,
    save,
    sql,
    store_page,
)

from storewatch.db import queries
from storewatch.db.store import Store, open_store
from storewatch.types import Decision, FetchFailure, Page, Rejected


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        yield opened


@pytest.fixture
def run_id(store: Store) -> int:
    return store.start_run("storewatch crawl", NOW)


def rejection(url: str, reason: str = "no_vendor", **more: object) -> Rejected:
    values = {"title": "A cake shop", "text": "A new cake shop opens.", "score": 0.1, "detail": "no vendor", **more}
    return Rejected(url=url, reason=reason, **values)  # type: ignore[arg-type]  # values of a test


def reject(store: Store, run_id: int, page_id: int, what: Rejected, *, fetched: bool = True) -> None:
    page = Page(url=what.url, final_url=what.url, body=b"", status=200) if fetched else None
    store.reject(what, page_read(page_id, run_id), page=page)


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
