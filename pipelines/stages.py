"""The Scrapy item pipelines: read a page, store what it said. Thin: each stage makes one call and maps the outcome.

The crawl's own process never loads the extractor; only its workers do.
"""

from __future__ import annotations

import json
import logging
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol, Self
from urllib.parse import urlsplit

from scrapy.exceptions import DropItem, NotConfigured

from pipelines.audit import draw_of
from pipelines.dedup import decide, text_key
from pipelines.dedup.kinship import kinship
from pipelines.repeated import lines_of
from storewatch import logs
from storewatch.errors import DatabaseError, StorewatchError, TopicError, WorkerError
from storewatch.types import (
    AS_SHIPPED,
    Cleaning,
    FetchedPage,
    FetchFailure,
    HostLines,
    Page,
    PageRead,
    Processed,
    Rejected,
)

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from storewatch.config import Config
    from storewatch.db.store import Store


logger = logging.getLogger("storewatch.stages")


class Tally(Protocol):
    rejected: Counter[str]
    extracted: int
    judged: Counter[str]
    relevant: int
    uncertain: int
    copies: int
    revisions: int
    events: int
    audited: int
    audit_found: int
    unchanged: int
    revised: int
    trivial_edits: int

    def page_failed(self, reason: str) -> None: ...


class Runtime(Protocol):
    """What the stages need of the crawl's runtime (``crawler.runtime``, which this package must not import)."""

    config: Config
    run_id: int | None
    tally: Tally

    async def work(self, function: Callable[..., Any], *args: object, subject: str, **kwargs: object) -> Any: ...

    async def store(self, function: Callable[[Store], Any]) -> Any: ...

    def problem(self, kind: str, subject: str, reason: str, sentence: str) -> None: ...

    def refuse(self, error: StorewatchError) -> None: ...

    def fail_with(self, code: int) -> None: ...


def read_page(
    page: Page, *, draw: float, prefilter: bool, audit_share: float, cleaning: Cleaning = AS_SHIPPED
) -> Processed | Rejected:
    """``pipelines.process.process``, loaded where it runs: in a worker."""
    from pipelines.process import process

    return process(page, draw=draw, prefilter=prefilter, audit_share=audit_share, cleaning=cleaning)


def read_versions() -> tuple[str, str]:
    """``pipelines.process.versions``, as above."""
    from pipelines.process import versions

    return versions()


def _runtime_of(crawler: Crawler) -> Runtime:
    runtime: Runtime | None = getattr(crawler.spider, "runtime", None)
    if runtime is None:
        raise NotConfigured  # a spider of somebody else, as in `scrapy shell`
    return runtime


# Rejections that are faults of the page and not judgements: each is told.
TOLD = frozenset({"not_html", "too_large"})
# How a run ends in which a bug of ours showed up.
INTERNAL_ERROR = 3


class RepeatedLines:
    """The lines that hosts repeat, as far as they were known at ``before``; each host is looked up once a run."""

    def __init__(self, *, store: Callable[..., Awaitable[Any]], before: datetime) -> None:
        self._store = store
        self._before = before
        self._by_host: dict[str, frozenset[int]] = {}

    async def of(self, url: str) -> frozenset[int]:
        """Those of the host of ``url``; none where the database does not answer (counted and told by the runtime)."""
        host = (urlsplit(url).hostname or "").lower()
        if host not in self._by_host:
            try:
                known = await self._store(lambda store: store.repeated_lines(host, self._before))
            except DatabaseError:
                return frozenset()
            self._by_host[host] = known
        return self._by_host[host]


class ProcessStage:
    """Reads the page in a worker process. ``repeated`` is None where nothing is known of hosts."""

    def __init__(
        self,
        *,
        work: Callable[..., Awaitable[Any]],
        problem: Callable[[str, str, str, str], None],
        refuse: Callable[[TopicError], None],
        fail_with: Callable[[int], None],
        prefilter: bool,
        audit_share: float,
        cleaning: Cleaning = AS_SHIPPED,
        repeated: RepeatedLines | None = None,
    ) -> None:
        self._cleaning = cleaning
        self._repeated = repeated
        self._work = work
        self._problem = problem
        self._refuse = refuse
        self._fail_with = fail_with
        self._prefilter = prefilter
        self._audit_share = audit_share

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        runtime = _runtime_of(crawler)
        extract = runtime.config.extract
        stores = bool(getattr(crawler.spider, "stores", False))
        return cls(
            work=runtime.work,
            problem=runtime.problem,
            refuse=runtime.refuse,
            fail_with=runtime.fail_with,
            prefilter=extract.prefilter and getattr(crawler.spider, "prefilter", True),
            audit_share=extract.audit_share,
            cleaning=Cleaning(**dict(runtime.config.clean)),
            repeated=RepeatedLines(store=runtime.store, before=datetime.now(UTC)) if stores else None,
        )

    async def process_item(self, item: FetchedPage) -> FetchedPage:
        with logs.about(source=item.source):
            return await self._read(item)

    async def _read(self, item: FetchedPage) -> FetchedPage:
        page = item.page
        try:
            result = await self._work(
                read_page,
                page,
                draw=draw_of(page.url),
                prefilter=self._prefilter,
                audit_share=self._audit_share,
                cleaning=await self._cleaning_for(page),
                subject=page.url,
            )
        except TopicError as error:
            # Every further page would fail the same way, and none of them may count as read.
            self._refuse(error)
            raise DropItem(str(error), log_level="DEBUG") from None
        except WorkerError as error:
            if error.reason == "workers_lost":
                raise DropItem(str(error), log_level="DEBUG") from None
            result = FetchFailure(reason=error.reason, detail=error.problem)
        except Exception as error:
            logger.info("%s", page.url, exc_info=True)
            self._fail_with(INTERNAL_ERROR)
            result = FetchFailure(reason="processing_error", detail=f"{type(error).__name__}: {error}"[:300])
        if isinstance(result, FetchFailure) or _is_fault(result):
            self._problem("page", page.url, result.reason, result.detail)
        return replace(item, result=result)

    async def _cleaning_for(self, page: Page) -> Cleaning:
        if self._repeated is None:
            return self._cleaning
        return replace(self._cleaning, repeated=await self._repeated.of(page.url))


class StoreStage:
    """Writes what the page said, with the state of its URL, in one transaction."""

    def __init__(
        self,
        *,
        store: Callable[..., Awaitable[Any]],
        run_id: Callable[[], int],
        tally: Tally,
        versions: Callable[[], Awaitable[tuple[str, str]]],
    ) -> None:
        self._store = store
        self._run_id = run_id
        self._tally = tally
        self._read_versions = versions
        self._versions: tuple[str, str] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        runtime = _runtime_of(crawler)
        return cls(
            store=runtime.store,
            run_id=lambda: runtime.run_id or 0,
            tally=runtime.tally,
            versions=lambda: runtime.work(read_versions, subject="the topic"),
        )

    async def process_item(self, item: FetchedPage) -> FetchedPage:
        try:
            await self._write(item)
        except DatabaseError as error:
            # Counted and told by the runtime; the page stays leased, and the next run has it again.
            raise DropItem(str(error), log_level="DEBUG") from None
        return item

    async def _write(self, item: FetchedPage) -> None:
        if isinstance(item.result, FetchFailure):
            failure = item.result
            self._tally.page_failed(failure.reason)
            if not item.recheck:  # a stored article is looked at again at the next age
                await self._store(lambda store: store.fail(failure, page_id=item.page_id, now=datetime.now(UTC)))
            return
        read = await self._read_of(item, item.result)
        self._count(item)
        if isinstance(item.result, Processed):
            await self._save(item.result, read, page=item.page, recheck=item.recheck)
        elif item.result is not None:
            rejected = item.result
            await self._store(lambda store: store.reject(rejected, read, page=item.page, kinship=kinship))
            self._tally.rejected[rejected.reason] += 1

    async def _read_of(self, item: FetchedPage, result: Processed | Rejected | None) -> PageRead:
        if self._versions is None:
            self._versions = await self._read_versions()
        topic_version, extractor_version = self._versions
        assert item.page_id is not None  # this stage is there only where pages are stored
        return PageRead(
            page_id=item.page_id,
            run_id=self._run_id(),
            now=datetime.now(UTC),
            topic_version=topic_version,
            extractor_version=extractor_version,
            lines=_lines_of(result),
        )

    def _count(self, item: FetchedPage) -> None:
        """Count what was read, and what the judge said of what is new."""
        result = item.result
        assert not isinstance(result, FetchFailure)
        if result is None or (isinstance(result, Rejected) and result.reason == "prefilter"):
            return
        self._tally.extracted += 1
        self._tally.audited += result.audited
        if result.audited or item.recheck:
            return
        if isinstance(result, Processed):
            self._tally.judged[result.judgement.verdict.verdict] += 1
        elif result.score is not None:  # the reader gives none
            self._tally.judged["rejected"] += 1

    async def _save(self, processed: Processed, read: PageRead, *, page: Page, recheck: bool) -> None:
        key = text_key(processed.article.text)
        if processed.audited and processed.judgement.verdict.relevant:
            self._tally.audit_found += 1
        decision = await self._store(
            lambda store: store.save(processed, read, page=page, text_sha=key, decide=decide, kinship=kinship)
        )
        match decision.kind:
            case "duplicate" | "syndicated" | "partial":
                self._tally.copies += 1
            case "revision":
                self._tally.revisions += 1
                self._tally.revised += recheck
            case "same":
                self._tally.unchanged += recheck
                self._tally.trivial_edits += decision.edit is not None
            case _ if processed.judgement.verdict.relevant:
                self._tally.relevant += 1
                self._tally.events += len(processed.judgement.events)
            case _:
                self._tally.uncertain += 1


def _is_fault(result: Processed | Rejected) -> bool:
    """Is something wrong with the page itself? A page without any content is, one without an article is not."""
    if isinstance(result, Processed):
        return False
    return result.reason in TOLD or (result.reason == "empty" and not result.access_evidence)


def _lines_of(result: Processed | Rejected | None) -> HostLines | None:
    """What the text of a page teaches about its host."""
    text = result.article.text if isinstance(result, Processed) else result.text if result is not None else None
    return lines_of(text) if text else None


class PrintStage:
    """Writes what the page said to stdout, as one line of JSON, and stores nothing."""

    def process_item(self, item: FetchedPage) -> FetchedPage:
        sys.stdout.write(json.dumps(record(item), ensure_ascii=False, default=_plain) + "\n")
        sys.stdout.flush()
        return item


def record(item: FetchedPage) -> dict[str, Any]:
    """A processed page as plain values: the fields of its article and verdict side by side."""
    if isinstance(item.result, Processed):
        verdict = item.result.judgement.verdict
        judged = {**asdict(verdict), "relevant": verdict.relevant, "lang": item.result.article.lang or verdict.lang}
        events = [asdict(event) for event in item.result.judgement.events]
        return {**asdict(item.result.article), **judged, "events": events}
    assert item.result is not None
    if isinstance(item.result, FetchFailure):
        return {"url": item.page.url, "error": item.result.detail, "reason": item.result.reason, "text": None}
    return {**asdict(item.result), "relevant": False, "verdict": "rejected"}


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
