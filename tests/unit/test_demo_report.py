"""What the demo prints, from rows as the database gives them."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.cells import cell_len

from storewatch.db.queries import ArticleDetail, ArticleRow, CopyRow, EventRow, RejectedRow, RevisionRow
from storewatch.demo.report import Findings, console, count_of, day_line, fitted, place_of, show
from storewatch.types import Run, RunCounts, Source

NOW = datetime(2017, 7, 13, 8, tzinfo=UTC)

EVENT = EventRow(
    event_id=1,
    article_id=7,
    revision_id=9,
    url="http://127.0.0.1:8001/a",
    outlet="127.0.0.1:8001",
    published_at=NOW,
    vendor="Oppo",
    action="plan",
    store_count=1200,
    count_is="at_least",
    store_type="own_store",
    city="Vienna",
    country="AT",
    region=None,
    share=None,
    horizon="2020",
    horizon_text="in drei Jahren",
    partner=None,
    certainty="announced",
    speaker="Eva Wieser",
    source_outlet="Kurier",
    evidence="Oppo plant [mindestens] 1.200 Läden.",
    evidence_in="text",
    evidence_start=0,
    evidence_end=36,
)
ARTICLE = ArticleRow(
    article_id=7,
    url=EVENT.url,
    title="Oppo [kommt] nach Wien",
    text=EVENT.evidence,
    lang="de",
    outlet=EVENT.outlet,
    source="fonblatt",
    published_at=NOW,
    published_offset_min=120,
    published_precision="instant",
    first_seen_at=NOW,
    score=0.9,
    story_id=None,
    copies=1,
)


def revision(number: int, title: str) -> RevisionRow:
    return RevisionRow(
        revision_id=number,
        number=number,
        seen_at=NOW,
        title=title,
        text="",
        verdict="relevant",
        score=0.9,
        reason="retail_event",
        topic_version="1",
        extractor_version="1",
        events=1,
    )


def detail(**changes: Any) -> ArticleDetail:
    values: dict[str, Any] = {
        "article": ARTICLE,
        "verdict": "relevant",
        "reason": "retail_event",
        "label": None,
        "authors": (),
        "modified": None,
        "site_name": None,
        "section": None,
        "tags": (),
        "image": None,
        "paywalled": None,
        "access": "full",
        "access_evidence": [],
        "flags": [],
        "vendors": ("Oppo",),
        "signals": (),
        "evidence": (),
        "removed": (),
        "events": (EVENT,),
        "more_evidence": {},
        "spans": {},
        "copies": (),
        "revisions": (revision(1, ARTICLE.title),),
    }
    return ArticleDetail(**values | changes)


def printed(**changes: Any) -> str:
    values: dict[str, Any] = {
        "articles": [ARTICLE],
        "uncertain": [],
        "events": [EVENT],
        "before": [],
        "rejected": [],
        "details": [detail()],
        "sources": [],
    }
    out = io.StringIO()
    show(Findings(**values | changes), console(out))
    return out.getvalue()


def test_articles_and_events_with_their_proof() -> None:
    text = printed()
    for part in (
        "Articles (1)",
        "fonblatt",
        "2017-07-13",
        ARTICLE.title,
        "≥ 1,200",
        "Vienna, AT",
        "2020",
        "Eva Wieser",
    ):
        assert part in text
    assert f"“{EVENT.evidence}”" in text
    assert "Feeds that fail" not in text
    assert "edited" not in text


def test_copies() -> None:
    copy = CopyRow(
        article_id=7, url="http://127.0.0.1:8002/b", outlet="127.0.0.1:8002", kind="syndicated", published_at=NOW
    )
    text = printed(details=[detail(copies=(copy,))])
    assert "syndicated" in text
    assert copy.url in text


def test_an_edit_shows_both_headlines_and_both_facts() -> None:
    revised = detail(revisions=(revision(1, "Oppo plant 600 Läden"), revision(2, "Oppo plant 1.200 Läden")))
    text = printed(details=[revised], before=[replace(EVENT, store_count=600)])
    assert "Oppo plant 600 Läden\n" in text
    assert "now: Oppo plant 1.200 Läden" in text
    assert "before: Oppo plan ≥ 600 Vienna, AT" in text
    assert "now: Oppo plan ≥ 1,200 Vienna, AT" in text


def test_rejections_and_failing_feeds_have_their_reasons() -> None:
    row = RejectedRow(
        page_id=1,
        url="http://127.0.0.1:8001/c",
        title="Kamera im Test",
        source="fonblatt",
        state="rejected",
        reason="prefilter",
        detail=None,
        score=None,
        last_status=200,
        fetched_at=NOW,
        first_seen_at=NOW,
    )
    fine = Source(source_id=1, name="fonblatt", url="http://127.0.0.1:8001/feed")
    dead = Source(source_id=2, name="stumm", url="http://127.0.0.1:8009/feed", failures=2, last_reason="not_found")
    text = printed(rejected=[row, replace(row, reason="odd_code")], sources=[fine, dead])
    assert "no vendor beside a shop" in text
    assert "odd_code" in text
    assert "stumm" in text
    assert "not_found" in text
    assert "8001/feed" not in text


def test_uncertain_ones_are_shown_apart() -> None:
    text = printed(articles=[], uncertain=[replace(ARTICLE, score=0.451)])
    assert "Uncertain, for a person to decide (1)" in text
    assert "0.45" in text
    assert "Articles" not in text


def test_nothing_found() -> None:
    assert printed(articles=[], events=[], details=[]) == ""


def test_day_line() -> None:
    counts = RunCounts(
        polls_ok=3,
        polls_unchanged=5,
        polls_failed=1,
        pages_fetched=4,
        relevant=2,
        revisions=1,
        rejected={"prefilter": 2},
    )
    run = Run(run_id=2, command="crawl", started_at=NOW, counts=counts)
    assert day_line(2, run, 4.25) == (
        "Day 2: 3 feeds read, 5 unchanged, 1 failed, 4 pages fetched, 2 relevant, 0 copies, 1 revised, 2 rejected"
        " in 4.2 s"
    )


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"store_count": None}, ""),
        ({"count_is": "exact"}, "1,200"),
        ({"count_is": None}, "1,200"),
        ({"count_is": "about"}, "~ 1,200"),
        ({"count_is": "at_most"}, "≤ 1,200"),
    ],
)
def test_count_of(changes: dict[str, Any], shown: str) -> None:
    assert count_of(replace(EVENT, **changes)) == shown


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, "Vienna, AT"),
        ({"city": None, "country": None, "region": "outside China"}, "outside China"),
        ({"city": None, "country": None}, ""),
    ],
)
def test_place_of(changes: dict[str, Any], shown: str) -> None:
    assert place_of(replace(EVENT, **changes)) == shown


@pytest.mark.parametrize(
    ("wanted", "flexible", "width", "widths"),
    [
        ([5, 20], [False, True], 40, [5, 20]),
        ([5, 40], [False, True], 40, [5, 33]),
        ([30, 40, 5], [True, True, False], 60, [25, 26, 5]),
        ([50, 13], [False, True], 40, [50, 12]),
    ],
    ids=["fits", "one gives way", "the widest first", "nothing left to give"],
)
def test_fitted(wanted: list[int], flexible: list[bool], width: int, widths: list[int]) -> None:
    assert fitted(wanted, flexible, width) == widths


def test_wide_letters_are_cut_by_cells() -> None:
    line = printed(articles=[replace(ARTICLE, title="小米之家" * 40)]).splitlines()[2]
    assert cell_len(line) <= 120
    assert "…" in line
