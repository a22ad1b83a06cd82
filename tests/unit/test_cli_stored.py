"""Stored things as rows, and what a person reads of an article."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from storewatch.cli import run_rows, stored
from storewatch.cli.reading import head_lines, marked, sections
from storewatch.cli.rows import event_row
from storewatch.cli.run_rows import duration_text, run_line, run_text
from storewatch.db.rows import ArticleDetail, ArticleRow, CopyRow, EventRow, RejectedRow, RevisionRow
from storewatch.types import Evidence, RetailEvent, Run, RunCounts
from storewatch.wording import event_text

AT = datetime(2017, 7, 12, 6, 30, tzinfo=UTC)
SEEN = datetime(2026, 3, 1, 12, 0, 5, 999_999, tzinfo=UTC)
TEXT = "Xiaomi plant 2.000 Filialen.\nDas sagte \x1b[31mWang."
ARTICLE = ArticleRow(
    article_id=7,
    url="https://golem.example/1",
    title="Xiaomi",
    text=TEXT,
    lang="de",
    outlet="golem.example",
    source="golem",
    published_at=AT,
    published_offset_min=120,
    published_precision="instant",
    first_seen_at=SEEN,
    score=0.9,
    story_id=None,
    copies=1,
)
EVENT = EventRow(
    event_id=3,
    article_id=7,
    revision_id=9,
    url=ARTICLE.url,
    outlet=ARTICLE.outlet,
    published_at=AT,
    vendor="Xiaomi",
    action="plan",
    store_count=2000,
    count_is="at_least",
    store_type="own_store",
    city=None,
    country=None,
    region="outside China",
    share=0.5,
    horizon="2020",
    horizon_text="in drei Jahren",
    partner=None,
    certainty="announced",
    speaker="Wang Xiang",
    source_outlet="CNBC",
    evidence=TEXT[:28],
    evidence_in="text",
    evidence_start=0,
    evidence_end=28,
)
REVISION = RevisionRow(
    revision_id=9,
    number=2,
    seen_at=SEEN,
    title="Xiaomi",
    text=TEXT,
    verdict="relevant",
    score=0.9,
    reason="retail_event",
    topic_version="1",
    extractor_version="1",
    events=1,
)
DETAIL = ArticleDetail(
    article=ARTICLE,
    verdict="relevant",
    reason="retail_event",
    label=None,
    authors=("Eva Muster",),
    modified=None,
    site_name="Golem",
    section=None,
    tags=("retail",),
    image=None,
    paywalled=None,
    access="full",
    access_evidence=(),
    flags=(),
    vendors=("Xiaomi",),
    signals=("vendor near store",),
    evidence=(),
    removed=({"rule": "ad_token", "text": "{eblogads}", "position": 28},),
    events=(EVENT,),
    more_evidence={3: ({"in": "title", "text": "Xiaomi", "start": 0, "end": 6},)},
    spans={3: {"horizon": {"in": "text", "start": 0, "end": 6}}},
    copies=(
        CopyRow(article_id=7, url="https://b.example/1", outlet="b.example", kind="syndicated", published_at=None),
    ),
    revisions=(REVISION, REVISION),
)


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        pytest.param(stored.ARTICLE_FIELDS, ArticleRow, id="articles"),
        pytest.param(stored.EVENT_FIELDS, EventRow, id="events"),
        pytest.param(stored.REJECTED_FIELDS, RejectedRow, id="rejected"),
    ],
)
def test_columns_are_those_of_the_views(names: tuple[str, ...], kind: type[Any]) -> None:
    assert names == tuple(field.name for field in fields(kind))


def test_article_line_prints_the_date_as_the_page_said_it() -> None:
    row = stored.article_line(ARTICLE)
    assert tuple(row) == stored.ARTICLE_FIELDS
    assert row["published_at"] == "2017-07-12T08:30:00+02:00"
    assert row["first_seen_at"] == "2026-03-01T12:00:05Z"


def test_event_line_has_the_columns_of_the_view() -> None:
    row = stored.event_line(EVENT)
    assert tuple(row) == stored.EVENT_FIELDS
    assert row["published_at"] == "2017-07-12T06:30:00Z"
    assert TEXT[row["evidence_start"] : row["evidence_end"]] == row["evidence"]


def test_a_stored_event_reads_as_one_of_judge() -> None:
    evidence = Evidence(where="text", text="x", start=0, end=1)
    judged = event_row(RetailEvent(vendor="Xiaomi", action="plan", evidence=evidence))
    row = stored.stored_event(DETAIL, EVENT)
    assert list(row) == ["event_id", *judged]
    assert row["evidence"] == {"in": "text", "text": TEXT[:28], "start": 0, "end": 28}
    assert row["more_evidence"][0]["in"] == "title"


@pytest.mark.parametrize(
    ("label", "relevant"),
    [pytest.param(None, True, id="nobody"), pytest.param(False, False, id="no"), pytest.param(True, True, id="yes")],
)
def test_a_persons_word_counts_more_than_the_verdict(label: bool | None, relevant: bool) -> None:
    from dataclasses import replace

    assert stored.detail_row(replace(DETAIL, label=label))["relevant"] is relevant


def test_run_line_lays_the_counts_flat() -> None:
    counts = RunCounts(
        sources_due=3,
        polls_ok=1,
        polls_unchanged=1,
        relevant=2,
        copies=3,
        rejected={"prefilter": 5, "no_text": 1},
        errors={"timeout": 2},
    )
    run = Run(
        run_id=4,
        command="crawl",
        started_at=AT,
        finished_at=SEEN,
        finish_reason="finished",
        exit_code=0,
        counts=counts,
        problems=("golem: 404",),
        peak_mb=201.7,
    )
    row = run_line(run)
    assert tuple(row) == run_rows.RUN_FIELDS
    assert (row["sources_due"], row["relevant"], row["rejected"]) == (3, 2, {"prefilter": 5, "no_text": 1})
    text = run_text(row)
    assert [row[name] for name in run_rows.TOTALS] == [2, 5, 5]
    assert "rejected: prefilter" in text
    assert re.search(r"errors: timeout +2\n", text)
    assert "memory     202 MB at most" in text
    assert "golem: 404" in text
    assert "ended      0 finished" in text


def test_a_run_without_an_end() -> None:
    row = run_line(Run(run_id=4, command="crawl", started_at=AT))
    assert run_rows.run_end(row) == "no end yet"
    assert "took       ? when it was last heard of (never)" in run_text(row)


def test_of_a_killed_run_is_told_what_it_noted_last() -> None:
    noted = AT + timedelta(seconds=75)
    run = Run(run_id=4, command="crawl", started_at=AT, noted_at=noted, exit_code=137, finish_reason="killed")
    row = run_line(run)
    assert row["seconds"] == 75
    assert "took       1:15 when it was last heard of (20" in run_text(row)


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (7.4, "0:07"), (754, "12:34"), (3723, "1:02:03")], ids=str)
def test_duration_text(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


def test_marked_text_keeps_offsets_and_takes_control_characters_out() -> None:
    text = marked(TEXT, [(0, 28, 1), (0, 28, 2), (29, len(TEXT), 3)])
    assert text.plain == "Xiaomi plant 2.000 Filialen.[1][2]\nDas sagte  [31mWang.[3]"
    coloured = {text.plain[span.start : span.end] for span in text.spans if span.style == "bold yellow"}
    assert coloured == {"Xiaomi plant 2.000 Filialen.", "Das sagte  [31mWang."}


def test_head_names_what_is_known() -> None:
    lines = list(head_lines(stored.detail_row(DETAIL)))
    assert lines == [
        "https://golem.example/1",
        "golem.example · de · 2017-07-12T08:30:00+02:00 · Eva Muster",
        "relevant (0.90, retail_event) · Xiaomi",
    ]


def test_event_text() -> None:
    assert event_text(stored.stored_event(DETAIL, EVENT)) == (
        "Xiaomi plan 2000+, own_store, outside China, share 0.5, when: 2020, announced, says Wang Xiang, from CNBC"
    )


def test_sections_below_the_text() -> None:
    row = stored.detail_row(DETAIL)
    assert [title for title, _ in sections(row, removed=False)] == ["Copies", "Revisions"]
    *_, (title, lines) = sections(row, removed=True)
    assert title == "Removed"
    assert lines == ["ad_token             at 28: {eblogads}"]
