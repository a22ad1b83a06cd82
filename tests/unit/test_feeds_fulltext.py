"""Full texts of feeds: what is taken for one, and the article made of it when its page cannot be had."""

from __future__ import annotations

import pytest

from pipelines.process import process
from storewatch.fulltext import FEED_TEXT, has_full_text, in_place_of, unreachable_page
from storewatch.types import FeedEntry, Page, PendingPage, Processed, Rejected

URL = "https://paper.example/1"
TITLE = "Xiaomi opens three stores in Lindental"
PARAGRAPHS = [
    "Xiaomi will open three new Mi stores in Lindental this year, the company said on Monday.",
    "The vendor wants to run them itself and to sell phones, watches and service there, as it does in the capital.",
    "The first store opens in March beside the station, where a bookshop stood for forty years.",
    "Two more follow in the summer. The mayor called the plan good news for a street that has seen better days.",
    "Neighbours hope that the new tenants will stay for longer than the last ones, who left after two winters.",
]
CONTENT = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
ENTRY = FeedEntry(url=URL, title=TITLE, content_html=CONTENT, authors=("Ada Brook",))


def pending(content: str | None = CONTENT) -> PendingPage:
    return PendingPage(page_id=1, url=URL, entry=FeedEntry(url=URL, title=TITLE, content_html=content))


@pytest.mark.parametrize(
    ("content", "full"),
    [
        (CONTENT, True),
        (CONTENT + "<script>" + "x" * 500 + "</script>", True),
        (CONTENT + "<p>... and that was all.</p>", True),
        (CONTENT + "<p>It goes on [&#8230;]</p>", False),
        (CONTENT + "<p>It goes on&hellip; <a href='/1'>Continue reading Xiaomi opens three stores</a></p>", False),
        (CONTENT + "<p>It goes on [...]</p>", False),
        (PARAGRAPHS[0], False),
        ("小米之家在成都开出第三百家门店，" * 14, True),
        ("<p>" + "<b></b>" * 500 + "</p>", False),
        ("<!--" + "x" * 1000, False),
        ("", False),
        (None, False),
    ],
    ids=[
        *(
            "whole",
            "script",
            "dots within",
            "ellipsis",
            "read on",
            "dots",
            "short",
            "Chinese",
            "tags only",
            "comment",
            "empty",
        ),
        "none",
    ],
)
def test_what_is_a_full_text(content: str | None, full: bool) -> None:
    assert has_full_text(content) is full


@pytest.mark.parametrize("reason", ["address_refused", "bad_url", "stopped", "retry_later"])
def test_traps_and_pages_not_asked_for_are_not_replaced(reason: str) -> None:
    assert unreachable_page(pending(), reason=reason, status=None) is None


def test_nothing_in_place_of_a_page_without_full_text() -> None:
    assert unreachable_page(pending(None), reason="http_404", status=404) is None
    assert unreachable_page(PendingPage(page_id=1, url=URL), reason="http_404", status=404) is None


@pytest.mark.parametrize(("reason", "status"), [("http_404", 404), ("timeout", None), ("robots", None)])
def test_an_article_is_made_of_the_feed_and_marked(reason: str, status: int | None) -> None:
    page = unreachable_page(pending(), reason=reason, status=status)
    assert page is not None
    assert (page.url, page.status, page.unreachable) == (URL, status or 0, reason)
    result = process(page, draw=0.5)
    assert isinstance(result, Processed)
    article = result.article
    assert (article.title, article.text.split("\n")) == (TITLE, PARAGRAPHS)
    assert (article.access, article.flags) == ("full", (FEED_TEXT,))
    assert article.access_evidence == (f"this is the text of its feed; the page: {reason}",)
    assert result.judgement.verdict.relevant


def test_markup_in_titles_and_names_stays_text() -> None:
    entry = FeedEntry(url=URL, title="<script>1</script> & so", content_html=CONTENT, authors=('"><b>',))
    page = unreachable_page(PendingPage(page_id=1, url=URL, entry=entry), reason="http_410", status=410)
    assert page is not None
    assert b"<h1>&lt;script&gt;1&lt;/script&gt; &amp; so</h1>" in page.body
    assert b'content="&quot;&gt;&lt;b&gt;"' in page.body


WALL = "<html><head><title>Just a moment...</title></head><body><p>Checking your browser.</p></body></html>"
TEASER = f"""<html><head><title>{TITLE}</title><meta name="description" content="The plan."></head><body><article>
<h1>{TITLE}</h1><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p><p>To read on, become a subscriber…</p></article>
<div class="paywall">Subscribe to read on</div></body></html>"""


def fetched(html: str, content: str | None = CONTENT) -> Page:
    return Page(url=URL, final_url=URL, body=html.encode(), entry_title=TITLE, entry_content_html=content)


@pytest.mark.parametrize("html", [WALL, "<html><body></body></html>", ""], ids=["bot wall", "no text", "nothing"])
def test_a_page_without_article_gives_the_text_of_its_feed(html: str) -> None:
    without = process(fetched(html, None), draw=0.5)
    assert isinstance(without, Rejected)
    result = process(fetched(html), draw=0.5)
    assert isinstance(result, Processed)
    assert result.article.text.split("\n") == PARAGRAPHS


def test_it_is_marked() -> None:
    result = process(fetched(WALL), draw=0.5)
    assert isinstance(result, Processed)
    assert (result.article.access, result.article.flags) == ("full", (FEED_TEXT,))
    assert result.article.access_evidence == ("this is the text of its feed; the page: bot_wall",)


def test_a_teaser_is_completed_by_the_feed() -> None:
    without = process(fetched(TEASER, None), draw=0.5)
    assert isinstance(without, Processed)
    assert (without.article.access, without.article.flags) == ("teaser", ())
    result = process(fetched(TEASER), draw=0.5)
    assert isinstance(result, Processed)
    article = result.article
    assert (article.access, article.flags, article.text.split("\n")) == ("full", (FEED_TEXT,), PARAGRAPHS)
    assert article.access_evidence == ("this is the text of its feed; the page: teaser",)


def test_a_short_text_of_the_feed_changes_nothing() -> None:
    short = fetched(WALL, f"<p>{PARAGRAPHS[0]}</p>")
    assert in_place_of(short, reason="bot_wall") is None
    result = process(short, draw=0.5)
    assert isinstance(result, Rejected)
