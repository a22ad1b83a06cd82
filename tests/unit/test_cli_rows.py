"""The rows that commands print: field names and forms that people build on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import pytest

from storewatch.cli.rows import (
    article_row,
    error_row,
    event_row,
    instant_text,
    judgement_row,
    moment_text,
    read_row,
)
from storewatch.types import (
    Article,
    CountIs,
    Evidence,
    Judgement,
    Moment,
    Precision,
    Removal,
    RetailEvent,
    Span,
    Verdict,
)
from storewatch.wording import COUNT_MARKS, count_text, place_text

TEXT = "Xiaomi will 2.000 Filialen."
EVENT = RetailEvent(
    vendor="Xiaomi",
    action="plan",
    evidence=Evidence(where="text", text=TEXT, start=0, end=27),
    store_count=2000,
    count_is="exact",
    region="outside China",
    share=0.5,
    horizon="2020",
    horizon_text="in drei Jahren",
    more_evidence=(Evidence(where="title", text="Xiaomi", start=0, end=6),),
    spans={"store_count": Span(where="text", start=12, end=17)},
)
VERDICT = Verdict(
    verdict="relevant",
    score=0.912345,
    reason="retail_event",
    lang="de",
    vendors=("Xiaomi",),
    evidence=(EVENT.evidence,),
    signals=("vendor beside stores",),
)
ARTICLE = Article(
    url="https://a.example/1?utm_source=x",
    canonical_url="https://a.example/1",
    title="Xiaomi",
    text=TEXT,
    authors=("Eva Muster",),
    published=Moment(at=datetime(2017, 7, 12, 6, 30, tzinfo=UTC), offset_min=120),
    removed=(Removal(rule="ad_token", text="{eblogads}", position=27),),
)


@pytest.mark.parametrize(
    ("at", "offset", "precision", "text"),
    [
        pytest.param((2017, 1, 1), None, "year", "2017", id="year"),
        pytest.param((2017, 7, 1), None, "month", "2017-07", id="month"),
        pytest.param((2017, 7, 12), None, "day", "2017-07-12", id="day"),
        pytest.param((2017, 7, 11, 22), 120, "day", "2017-07-12", id="day in the page's zone"),
        pytest.param((2017, 7, 12, 6, 30), None, "instant", "2017-07-12T06:30:00", id="no zone named"),
        pytest.param((2017, 7, 12, 6, 30), 0, "instant", "2017-07-12T06:30:00+00:00", id="UTC"),
        pytest.param((2017, 7, 12, 6, 30), 120, "instant", "2017-07-12T08:30:00+02:00", id="east"),
        pytest.param((2017, 7, 12, 6, 30), -210, "instant", "2017-07-12T03:00:00-03:30", id="west, half an hour"),
        pytest.param(
            (2017, 7, 12, 6, 30, 1, 250_000), 0, "instant", "2017-07-12T06:30:01.250+00:00", id="milliseconds"
        ),
        pytest.param((2017, 7, 12, 6, 30, 1, 7), 0, "instant", "2017-07-12T06:30:01.000007+00:00", id="microseconds"),
    ],
)
def test_moment_text(at: tuple[int, ...], offset: int | None, precision: Precision, text: str) -> None:
    moment = Moment(at=datetime(*at, tzinfo=UTC), offset_min=offset, precision=precision)  # type: ignore[misc,arg-type]  # mypy cannot count the parts
    assert moment_text(moment) == text


def test_no_moment_is_none() -> None:
    assert moment_text(None) is None
    assert instant_text(None) is None


@pytest.mark.parametrize(
    ("count", "is_", "text"),
    [
        pytest.param(None, None, "", id="none"),
        pytest.param(2000, "exact", "2000", id="exact"),
        pytest.param(2000, "at_least", "2000+", id="at least"),
        pytest.param(50, "about", "~50", id="about"),
        pytest.param(10, "at_most", "≤10", id="at most"),
        pytest.param(1, None, "1", id="not said how exact"),
    ],
)
def test_count_text(count: int | None, is_: CountIs | None, text: str) -> None:
    assert count_text(count, is_) == text


def test_count_text_knows_every_kind() -> None:
    assert set(COUNT_MARKS) == {*get_args(CountIs), None}


@pytest.mark.parametrize(
    ("city", "country", "region", "text"),
    [
        pytest.param("Cologne", "DE", None, "Cologne, DE", id="city and country"),
        pytest.param("Cologne", "DE", "Europe", "Cologne, DE", id="the nearer place wins"),
        pytest.param(None, "DE", None, "DE", id="country"),
        pytest.param(None, None, "outside China", "outside China", id="region"),
        pytest.param(None, None, None, "", id="nowhere"),
    ],
)
def test_place_text(city: str | None, country: str | None, region: str | None, text: str) -> None:
    assert place_text(city, country, region) == text


def test_event_row_has_every_field_of_an_event() -> None:
    row = event_row(EVENT)
    assert set(row) == set(RetailEvent.__slots__)
    assert row["evidence"] == {"in": "text", "text": TEXT, "start": 0, "end": 27}
    assert row["more_evidence"] == [{"in": "title", "text": "Xiaomi", "start": 0, "end": 6}]
    assert row["spans"] == {"store_count": {"in": "text", "start": 12, "end": 17}}
    assert (row["store_count"], row["share"], row["horizon"], row["city"]) == (2000, 0.5, "2020", None)


def test_judgement_row_is_the_contract_of_judge() -> None:
    row = judgement_row(Judgement(verdict=VERDICT, events=(EVENT,)))
    assert list(row)[:7] == ["relevant", "verdict", "score", "reason", "lang", "vendors", "events"]
    assert row["relevant"] is True
    assert row["score"] == 0.9123
    assert row["vendors"] == ["Xiaomi"]
    assert row["events"] == [event_row(EVENT)]
    assert row["signals"] == ["vendor beside stores"]


@pytest.mark.parametrize("verdict", ["uncertain", "rejected"])
def test_only_relevant_is_relevant(verdict: str) -> None:
    judgement = Judgement(verdict=Verdict(verdict=verdict, score=0.5, reason="weak"))  # type: ignore[arg-type]  # a name out of a parameter
    assert judgement_row(judgement)["relevant"] is False


def test_article_row_has_every_field_of_an_article() -> None:
    row = article_row(ARTICLE)
    assert {name.removesuffix("_at") for name in row} == set(Article.__slots__)
    assert row["published_at"] == "2017-07-12T08:30:00+02:00"
    assert row["modified_at"] is None
    assert row["authors"] == ["Eva Muster"]
    assert row["removed"] == [{"rule": "ad_token", "text": "{eblogads}", "position": 27}]


def test_read_row_joins_article_and_judgement() -> None:
    row = read_row(ARTICLE, Judgement(verdict=VERDICT, events=(EVENT,)))
    assert {
        "title",
        "text",
        "authors",
        "published_at",
        "removed",
        "relevant",
        "score",
        "reason",
        "vendors",
        "events",
    } <= set(row)
    assert row["lang"] == "de"  # The page named none: the judge's finding is shown.


def test_error_row() -> None:
    assert error_row("a1", "page.html: is a PDF") == {"id": "a1", "error": "page.html: is a PDF", "text": None}
