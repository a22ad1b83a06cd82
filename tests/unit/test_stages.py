"""The item pipelines with a store and workers that only remember; and what one page becomes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from scrapy.exceptions import DropItem
from support.crawling import article

from crawler.tally import Tally
from pipelines.audit import draw_of
from pipelines.process import process
from pipelines.stages import PrintStage, ProcessStage, RepeatedLines, StoreStage, read_page, record
from storewatch.errors import DatabaseLocked, TopicError, WorkerError
from storewatch.types import (
    AS_SHIPPED,
    Article,
    Decision,
    FetchedPage,
    FetchFailure,
    Judgement,
    Page,
    PageRead,
    Processed,
    Rejected,
    Verdict,
)

URL = "https://paper.example/1"
PAGE = Page(url=URL, final_url=URL, body=b"<html>x</html>", entry_title="A title")
ARTICLE = Article(url=URL, canonical_url=URL, title="T", text="Some words of a text.", lang="en")


def processed(verdict: Any = "relevant", events: int = 0) -> Processed:
    judged = Judgement(verdict=Verdict(verdict=verdict, score=0.9, reason="retail_event"), events=(None,) * events)  # type: ignore[arg-type]  # only counted
    return Processed(article=ARTICLE, judgement=judged)


class FakeStore:
    """Remembers; answers ``save`` with the decision it was given."""

    def __init__(self, decision: Decision | None = None, error: Exception | None = None) -> None:
        self.decision = decision or Decision(kind="new")
        self.error = error
        self.calls: list[tuple[str, Any, dict[str, Any]]] = []

    def save(self, result: Processed, read: PageRead, **values: Any) -> Decision:
        self._call("save", result, {"read": read, **values})
        return self.decision

    def reject(self, rejected: Rejected, read: PageRead, **values: Any) -> None:
        self._call("reject", rejected, {"read": read, **values})

    def fail(self, failure: FetchFailure, **values: Any) -> None:
        self._call("fail", failure, values)

    def _call(self, name: str, what: Any, values: dict[str, Any]) -> None:
        if self.error is not None:
            raise self.error
        self.calls.append((name, what, values))


def stored(result: Any, store: FakeStore, *, recheck: bool = False) -> Tally:
    """Send one item through the store stage; the tally afterwards."""
    tally = Tally()

    async def call(function: Callable[[Any], Any]) -> Any:
        return function(store)

    async def versions() -> tuple[str, str]:
        return "topic-1", "extractor-1"

    async def main() -> None:
        stage = StoreStage(store=call, run_id=lambda: 5, tally=tally, versions=versions)
        item = FetchedPage(page=PAGE, page_id=3, result=result, recheck=recheck)
        assert await stage.process_item(item) is item

    asyncio.run(main())
    return tally


@pytest.mark.parametrize(
    ("kind", "verdict", "counted"),
    [
        ("new", "relevant", {"relevant": 1, "events": 2}),
        ("new", "uncertain", {"uncertain": 1}),
        ("distinct", "relevant", {"relevant": 1, "events": 2}),
        ("duplicate", "relevant", {"copies": 1}),
        ("syndicated", "relevant", {"copies": 1}),
        ("partial", "relevant", {"copies": 1}),
        ("revision", "relevant", {"revisions": 1}),
        ("same", "relevant", {}),
    ],
)
def test_articles_are_saved_and_counted(kind: Any, verdict: str, counted: dict[str, int]) -> None:
    store = FakeStore(Decision(kind=kind))
    tally = stored(processed(verdict, events=2), store)
    [(name, _, values)] = store.calls
    assert name == "save"
    read = values["read"]
    assert (values["page"], read.page_id, read.run_id) == (PAGE, 3, 5)
    assert (read.topic_version, read.extractor_version) == ("topic-1", "extractor-1")
    names = ("relevant", "uncertain", "copies", "revisions", "events")
    assert {name: getattr(tally, name) for name in names if getattr(tally, name)} == counted


@pytest.mark.parametrize(
    ("result", "recheck", "extracted", "judged"),
    [
        pytest.param(processed(), False, 1, {"relevant": 1}, id="relevant"),
        pytest.param(processed("uncertain"), False, 1, {"uncertain": 1}, id="uncertain"),
        pytest.param(Rejected(url=URL, reason="weak", score=0.2), False, 1, {"rejected": 1}, id="rejected"),
        pytest.param(Rejected(url=URL, reason="teaser"), False, 1, {}, id="not an article"),
        pytest.param(Rejected(url=URL, reason="prefilter"), False, 0, {}, id="prefilter"),
        pytest.param(replace(processed(), audited=True), False, 1, {}, id="audited"),
        pytest.param(processed(), True, 1, {}, id="looked at again"),
        pytest.param(FetchFailure(reason="worker_crashed"), False, 0, {}, id="not read"),
    ],
)
def test_what_was_read_and_what_the_judge_said(
    result: Any, recheck: bool, extracted: int, judged: dict[str, int]
) -> None:
    tally = stored(result, FakeStore(Decision(kind="duplicate")), recheck=recheck)
    assert (tally.extracted, dict(tally.judged)) == (extracted, judged)


def test_rejected_and_failed_pages_are_stored_as_such() -> None:
    store = FakeStore()
    tally = stored(Rejected(url=URL, reason="prefilter"), store)
    assert (store.calls[0][0], dict(tally.rejected)) == ("reject", {"prefilter": 1})
    store = FakeStore()
    tally = stored(FetchFailure(reason="worker_timeout"), store)
    assert (store.calls[0][0], tally.pages_failed) == ("fail", 1)


def test_a_storage_error_drops_the_item_and_nothing_else() -> None:
    with pytest.raises(DropItem, match="is locked"):
        stored(processed(), FakeStore(error=DatabaseLocked("db", "is locked")))


def read(outcome: Any) -> tuple[Any, list[tuple[str, ...]], list[Any]]:
    """Send one item through the process stage: its result, the problems told, and what the run was told."""
    problems: list[tuple[str, ...]] = []
    told: list[Any] = []

    async def work(function: Callable[..., Any], page: Page, *, draw: float, subject: str, **values: Any) -> Any:
        expected = {"prefilter": True, "audit_share": 0.01, "cleaning": AS_SHIPPED}
        assert (function, page, subject, values) == (read_page, PAGE, URL, expected)
        assert draw == draw_of(URL)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    stage = ProcessStage(
        work=work,
        problem=lambda *parts: problems.append(parts),
        refuse=told.append,
        fail_with=told.append,
        prefilter=True,
        audit_share=0.01,
    )
    item = asyncio.run(stage.process_item(FetchedPage(page=PAGE, page_id=3)))
    return item.result, problems, told


def test_results_pass_through() -> None:
    result = processed()
    assert read(result) == (result, [], [])
    rejected = Rejected(url=URL, reason="no_vendor")
    assert read(rejected) == (rejected, [], [])


def test_faults_of_a_page_are_told() -> None:
    rejected = Rejected(url=URL, reason="not_html", detail="it is a PDF")
    assert read(rejected) == (rejected, [("page", URL, "not_html", "it is a PDF")], [])
    bare = Rejected(url=URL, reason="empty", detail="it is empty", access="empty")
    assert read(bare)[1] == [("page", URL, "empty", "it is empty")]
    assert read(replace(bare, access_evidence=("12 characters of text",)))[1] == []


def test_a_worker_that_died_makes_a_failure() -> None:
    result, problems, told = read(WorkerError(URL, "took longer than 20 s to read", reason="worker_timeout"))
    assert result == FetchFailure(reason="worker_timeout", detail="took longer than 20 s to read")
    assert problems == [("page", URL, "worker_timeout", "took longer than 20 s to read")]
    assert told == []


def test_a_bug_makes_a_failure_and_a_bad_end() -> None:
    result, problems, told = read(KeyError("surprise"))
    assert (result.reason, result.detail) == ("processing_error", "KeyError: 'surprise'")
    assert (len(problems), told) == (1, [3])


@pytest.mark.parametrize(
    "error",
    [TopicError("retail", "has no vendors"), WorkerError(URL, "no workers", reason="workers_lost")],
    ids=["topic", "workers"],
)
def test_what_every_page_would_meet_is_no_pages_fault(error: Exception) -> None:
    with pytest.raises(DropItem):
        read(error)


def test_the_draw_is_even_and_the_same_every_time() -> None:
    draws = [draw_of(f"https://paper.example/{number}") for number in range(2000)]
    assert draws == [draw_of(f"https://paper.example/{number}") for number in range(2000)]
    assert 0 <= min(draws) < 0.01
    assert 0.99 < max(draws) < 1
    assert 0.45 < sum(draws) / len(draws) < 0.55


def page_of(html: str, **values: Any) -> Page:
    return replace(PAGE, body=html.encode(), charset="utf-8", fetched_at=datetime(2026, 11, 2, tzinfo=UTC), **values)


def test_a_page_about_the_topic_becomes_an_article() -> None:
    result = process(page_of(article(5)), draw=0.5)
    assert isinstance(result, Processed)
    assert result.article.title == "Xiaomi opens 5 stores in Lindental"
    assert result.judgement.verdict.relevant


DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
RAIN = "".join(
    f"<p>On {day} it rained all day long in the valley, and nobody there minded it much.</p>" for day in DAYS
)
WEATHER = f"<html><body><article><h1>Rain</h1>{RAIN}</article></body></html>"


@pytest.mark.parametrize(
    ("draw", "prefilter", "reason"), [(0.5, True, "prefilter"), (0.0, True, "no_vendor"), (0.5, False, "no_vendor")]
)
def test_the_prefilter_and_its_audit(draw: float, prefilter: bool, reason: str) -> None:
    result = process(page_of(WEATHER, entry_title="Rain"), draw=draw, prefilter=prefilter)
    assert isinstance(result, Rejected)
    assert result.reason == reason
    assert bool(result.text) is (reason != "prefilter")


@pytest.mark.parametrize(("body", "reason"), [("", "empty"), ("%PDF-1.7 x", "not_html")])
def test_what_is_no_page_is_rejected(body: str, reason: str) -> None:
    result = process(page_of(body), draw=0.5)
    assert isinstance(result, Rejected)
    assert result.reason == reason


def test_printed_records_are_plain(capsys: pytest.CaptureFixture[str]) -> None:
    items = [
        FetchedPage(page=PAGE, result=processed()),
        FetchedPage(page=PAGE, result=Rejected(url=URL, reason="no_vendor", text="t")),
        FetchedPage(page=PAGE, result=FetchFailure(reason="worker_crashed", detail="d")),
    ]
    for item in items:
        PrintStage().process_item(item)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line.get("verdict") for line in lines] == ["relevant", "rejected", None]
    assert lines[2] == {"url": URL, "error": "d", "reason": "worker_crashed", "text": None}
    assert record(items[0])["text"] == ARTICLE.text


def test_an_item_shows_as_its_address() -> None:
    assert repr(FetchedPage(page=PAGE)) == f"<{URL}>"


def test_pages_read_for_the_audit_are_counted() -> None:
    found = stored(replace(processed("relevant"), audited=True), FakeStore())
    assert (found.audited, found.audit_found) == (1, 1)
    other = stored(replace(processed("uncertain"), audited=True), FakeStore())
    assert (other.audited, other.audit_found) == (1, 0)
    rejected = stored(Rejected(url=URL, reason="no_vendor", audited=True), FakeStore())
    assert (rejected.audited, rejected.audit_found) == (1, 0)
    assert stored(processed(), FakeStore()).audited == 0


@pytest.mark.parametrize(
    ("share", "audited", "reason"),
    [pytest.param(0.0, False, "prefilter", id="not drawn"), pytest.param(1.0, True, None, id="drawn")],
)
def test_what_the_prefilter_does_not_pass_is_read_when_drawn(share: float, audited: bool, reason: str | None) -> None:
    paragraphs = "".join(
        f"<p>The council of ward {n} met on Tuesday and spoke about the harbour.</p>" for n in range(12)
    )
    page = replace(PAGE, body=f"<html><body><article>{paragraphs}</article></body></html>".encode())
    result = process(page, draw=0.5, prefilter=True, audit_share=share)
    assert isinstance(result, Rejected)
    assert result.audited is audited
    assert (result.reason == "prefilter") is (reason == "prefilter")
    assert process(page, draw=0.5, prefilter=False).audited is False


def test_the_host_of_a_page_is_asked_once_what_it_repeats() -> None:
    asked: list[tuple[str, datetime]] = []
    handed: list[frozenset[int]] = []
    before = datetime(2026, 3, 1, tzinfo=UTC)

    class Known:
        def repeated_lines(self, host: str, before: datetime) -> frozenset[int]:
            asked.append((host, before))
            return frozenset({7})

    async def call(function: Callable[[Any], Any]) -> Any:
        return function(Known())

    async def work(function: Any, page: Page, *, cleaning: Any, **values: Any) -> Any:
        handed.append(cleaning.repeated)
        return Rejected(url=URL, reason="no_vendor")

    stage = ProcessStage(
        work=work,
        problem=lambda *parts: None,
        refuse=lambda error: None,
        fail_with=lambda code: None,
        prefilter=True,
        audit_share=0.01,
        repeated=RepeatedLines(store=call, before=before),
    )
    for _ in range(2):
        asyncio.run(stage.process_item(FetchedPage(page=PAGE, page_id=3)))
    assert (asked, handed) == ([("paper.example", before)], [frozenset({7})] * 2)


def test_a_database_that_does_not_answer_costs_no_page() -> None:
    async def call(function: Callable[[Any], Any]) -> Any:
        raise DatabaseLocked("db", "is locked")

    repeated = RepeatedLines(store=call, before=datetime(2026, 3, 1, tzinfo=UTC))
    assert asyncio.run(repeated.of(URL)) == frozenset()


def test_the_text_of_a_page_is_handed_to_what_is_learned_of_its_host() -> None:
    store = FakeStore()
    stored(
        Rejected(
            url=URL,
            reason="no_vendor",
            text=f"{'A long first paragraph. ' * 9}\nSecond.\nThird.\nRead more about it in our shop.",
        ),
        store,
    )
    assert len(store.calls[0][2]["read"].lines.keys) == 1
    store = FakeStore()
    stored(Rejected(url=URL, reason="bot_wall"), store)
    assert store.calls[0][2]["read"].lines is None
