"""The spider ``feeds``: polls the sources that are due, then fetches the pages that wait.

Arguments: ``-a sources=golem,heise`` (only these), ``-a all=1`` (whether due or not), ``-a feeds_file=FILE`` (only the
feeds and sites of FILE). It only routes: what a feed says, when to poll it again and what a failure means is decided in
:mod:`crawler.feeds`, :mod:`crawler.discovery` and :mod:`crawler.policy`.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from scrapy import Request
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import policy
from crawler.feeds import parse
from crawler.feeds.bodies import MAX_SITEMAP_BYTES
from crawler.polls import PollBook, failed_poll, problem_of
from crawler.sites import SiteLooker
from crawler.sources import catalogue, read_list
from crawler.spiders.base import BaseSpider, answer_failure, header, make_request, page_of, request_failure
from storewatch.errors import DatabaseError, FeedError, InputError, WorkerError
from storewatch.types import Feed, FetchedPage, FetchFailure, NewSource, PendingPage, Poll, Source

# Pages leased at a time: enough to keep all hosts busy, little enough to stay in memory and within the lease.
BATCH = 256
FEED_HEADERS = {
    "Accept": "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
}
# A sitemap without news is an archive; the newest of it are news.
SITEMAP_ENTRIES = 200
SITEMAP_CHILDREN = 3


class FeedsSpider(BaseSpider):
    """See the module. All arguments are strings, as Scrapy gives them."""

    name = "feeds"

    def __init__(self, sources: str = "", all: str = "0", feeds_file: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.names = tuple(name.strip() for name in sources.split(",") if name.strip())
        self.ignore_due = all not in ("", "0", "false")
        self.feeds_file = feeds_file
        self.asked = bool(self.names or self.ignore_due or feeds_file)
        self._open_polls = 0
        self._open_pages = 0
        self._source_ids: set[int] | None = set() if self.names or feeds_file else None
        self._more_pages = True
        self._changed = asyncio.Event()
        # Network failures wait here until something has answered: until then the fault may be ours.
        self._held: list[tuple[Source, FetchFailure, datetime]] = []

    @property
    def command(self) -> str:
        if self.feeds_file:
            return f"crawl --feeds {self.feeds_file}"
        return " ".join(("crawl", *self.names, *(("--all",) if self.ignore_due else ())))

    # --- what to ask for ----------------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Request]:
        self._book = PollBook(lambda polls: self.runtime.store(lambda store: store.record_polls(polls)))
        self._looker = SiteLooker(self.crawler.engine.download_async)
        if self.feeds_file:
            requests = await self._requests_of_file()
        else:
            requests = [self._poll_request(source) for source in await self._due_sources()]
        self._open_polls = len(requests)
        self.runtime.tally.sources_due = len(requests)
        for request in requests:
            yield request
        async for request in self._page_requests():
            yield request
        await self._end_polls()

    async def _due_sources(self) -> tuple[Source, ...]:
        now = datetime.now(UTC)
        await self.runtime.store(lambda store: store.sync_catalogue(catalogue(), now))
        sources = await self.runtime.store(
            lambda store: store.due_sources(
                now, names=self.names, ignore_due=bool(self.names) or self.ignore_due, disabled_too=bool(self.names)
            )
        )
        unknown = set(self.names) - {source.name for source in sources}
        if unknown:
            hint = "storewatch sources list shows the names"
            error = InputError(", ".join(sorted(unknown)), "no source has this name", hint=hint)
            self.runtime.refuse(error)
            raise CloseSpider("usage")
        if self._source_ids is not None:
            self._source_ids.update(source.source_id for source in sources)
        return sources

    async def _requests_of_file(self) -> list[Request]:
        try:
            rows = read_list(self.feeds_file)
        except InputError as error:
            self.runtime.refuse(error)
            raise CloseSpider("usage") from None
        known = await self.runtime.store(lambda store: store.sources())
        by_address = {source.site: source for source in known if source.site and source.added_by == "file"}
        by_address |= {source.url: source for source in known}
        requests = []
        for row in rows:
            source = by_address.get(row.url)
            if source is not None:
                requests.append(self._poll_request(source))
                self._follow(source)
            else:
                requests.append(self._look_request(row))
        return requests

    def _follow(self, source: Source) -> None:
        if self._source_ids is not None:
            self._source_ids.add(source.source_id)

    def _poll_request(self, source: Source) -> Request:
        headers = dict(FEED_HEADERS)
        if source.etag:
            headers["If-None-Match"] = source.etag
        if source.last_modified:
            headers["If-Modified-Since"] = source.last_modified
        return self._feed_request(source.url, headers, source=source)

    def _look_request(self, row: NewSource) -> Request:
        return self._feed_request(row.url, FEED_HEADERS, row=row)

    def _feed_request(self, url: str, headers: dict[str, str], **subject: Any) -> Request:
        arguments = {**subject, "started": datetime.now(UTC)}
        request = make_request(
            url,
            callback=self.on_feed,
            errback=self.on_feed_failed,
            headers=headers,
            priority=10,
            meta={"kind": "feed", "download_maxsize": MAX_SITEMAP_BYTES},
            cb_kwargs=arguments,
        )
        if request is None:
            # Asked for all the same, as an address that cannot be: the failure takes the way of all failures.
            request = Request(
                "unusable:", callback=self.on_feed, errback=self.on_feed_failed, dont_filter=True, cb_kwargs=arguments
            )
        return request

    # --- feeds --------------------------------------------------------------------------------------------------

    async def on_feed(
        self, response: Response, started: datetime, source: Source | None = None, row: NewSource | None = None
    ) -> None:
        """An answer to a poll, or to the first look at a line of a feeds file."""
        try:
            await self._flush_held()
            if row is not None:
                await self._look(row, response, started)
            elif source is not None:
                await self._poll(source, response, started)
        except DatabaseError:
            pass  # counted and told by the runtime; the source stays due
        finally:
            self._poll_done()

    async def on_feed_failed(self, failure: Failure) -> None:
        arguments = failure.request.cb_kwargs  # type: ignore[attr-defined]  # Scrapy puts it there
        try:
            source = arguments.get("source") or await self._add(arguments["row"])
            await self._failed(source, request_failure(failure), arguments["started"])
        except DatabaseError:
            pass  # counted and told by the runtime; the source stays due
        finally:
            self._poll_done()

    def _poll_done(self) -> None:
        self._open_polls -= 1
        self._changed.set()

    async def _look(self, row: NewSource, response: Response, started: datetime) -> None:
        """A line of a feeds file that is not known yet: a feed, or a site that names one."""
        found = await self._looker.look(row, response)
        source = await self._add(found.source)
        await self._poll(source, found.response, started)

    async def _add(self, row: NewSource) -> Source:
        now = datetime.now(UTC)
        source = await self.runtime.store(lambda store: store.add_source(row, now))
        self._follow(source)
        return source

    async def _poll(self, source: Source, response: Response, started: datetime) -> None:
        now = datetime.now(UTC)
        if response.status == 304:
            await self._unchanged(source, response, started)
            return
        if not 200 <= response.status < 300:
            retry_after = policy.retry_after(header(response, b"Retry-After"), now)
            await self._failed(source, policy.failure_of_status(response.status), started, retry_after)
            return
        sha = hashlib.sha256(response.body).hexdigest()
        if response.body and sha == source.body_sha:
            await self._unchanged(source, response, started, sha)
            return
        try:
            feed = await self._read(response)
        except (FeedError, WorkerError) as error:
            detail = error.problem + (f" ({error.hint})" if error.hint else "")
            await self._failed(
                source, FetchFailure(reason=error.reason, detail=detail, status=response.status), started
            )
            return
        await self._record(source, response, started, feed, sha)

    async def _read(self, response: Response) -> Feed:
        content_type = header(response, b"Content-Type")
        url = response.url
        feed: Feed = await self.runtime.work(parse, response.body, url=url, content_type=content_type, subject=url)
        if feed.format == "sitemap_index":
            feed = await self._read_children(feed)
        if feed.format == "sitemap" and len(feed.entries) > SITEMAP_ENTRIES:
            beyond = len(feed.entries) - SITEMAP_ENTRIES + feed.skipped.get("beyond_limit", 0)
            feed = replace(
                feed, entries=feed.entries[:SITEMAP_ENTRIES], skipped={**feed.skipped, "beyond_limit": beyond}
            )
        return feed

    async def _read_children(self, index: Feed) -> Feed:
        """The entries of the newest sitemaps of an index. A child that cannot be had is left to the next poll."""
        entries: list[Any] = []
        for child in index.entries[:SITEMAP_CHILDREN]:
            request = make_request(child.url, meta={"kind": "feed", "download_maxsize": MAX_SITEMAP_BYTES})
            if request is None or self.stopping:
                continue
            try:
                response = await self.crawler.engine.download_async(request)
                if response.status == 200:
                    feed = await self.runtime.work(parse, response.body, url=response.url, subject=response.url)
                    if feed.format == "sitemap":
                        entries.extend(feed.entries)
            except Exception as error:  # noqa: BLE001  one child of a sitemap must not cost the others
                self.logger.info("sitemap %s: %s", child.url, error)
        return replace(index, format="sitemap", entries=tuple(entries))

    async def _unchanged(
        self, source: Source, response: Response, started: datetime, body_sha: str | None = None
    ) -> None:
        self.runtime.tally.polls_unchanged += 1
        poll = self._poll_of(source, response, started, "unchanged", body_sha=body_sha)
        await self._book.add(poll)

    async def _record(self, source: Source, response: Response, started: datetime, feed: Feed, sha: str) -> None:
        dates = [entry.published.at for entry in feed.entries if entry.published]
        poll = replace(
            self._poll_of(source, response, started, "ok", body_sha=sha, ttl_s=feed.ttl_s),
            items=len(feed.entries),
            skipped=sum(feed.skipped.values()),
            newest_at=max(dates, default=None),
        )
        new = await self.runtime.store(lambda store: store.record_poll(poll, feed.entries))
        self.runtime.tally.polls_ok += 1
        self.runtime.tally.pages_new += new
        self._more_pages = True
        self._tell_skipped(source, feed)

    def _tell_skipped(self, source: Source, feed: Feed) -> None:
        skipped = {reason: count for reason, count in feed.skipped.items() if reason in policy.SKIPPED_SENTENCES}
        for reason, count in skipped.items():
            if source.last_ok_at is None or reason == "truncated":
                sentence = policy.skipped_sentence(reason, count, len(feed.entries))
                self._tell(source, f"skipped_{reason}", sentence)
        if not feed.entries and not skipped and source.last_ok_at is None:
            self._tell(source, "no_items", "is a feed without any items")

    def _tell(self, source: Source, reason: str, sentence: str) -> None:
        self.runtime.problems.append(problem_of(source, FetchFailure(reason=reason, detail=sentence)))

    def _poll_of(
        self,
        source: Source,
        response: Response,
        started: datetime,
        outcome: Any,
        *,
        body_sha: str | None,
        ttl_s: int | None = None,
    ) -> Poll:
        now = datetime.now(UTC)
        cache_s = policy.cache_seconds(header(response, b"Cache-Control"))
        assert self.runtime.run_id is not None
        return Poll(
            source_id=source.source_id,
            run_id=self.runtime.run_id,
            polled_at=now,
            outcome=outcome,
            next_poll_at=policy.next_poll(now=now, ttl_s=ttl_s, cache_s=cache_s),
            status=response.status,
            url=response.url,
            etag=header(response, b"ETag"),
            last_modified=header(response, b"Last-Modified"),
            body_sha=body_sha,
            duration_ms=int((now - started).total_seconds() * 1000),
        )

    # --- failures -----------------------------------------------------------------------------------------------

    async def _failed(
        self, source: Source, failure: FetchFailure, started: datetime, retry_after_s: float | None = None
    ) -> None:
        if failure.reason == "stopped" and not self.runtime.offline:
            return
        if failure.reason == "stopped":
            failure = replace(self._held[0][1]) if self._held else failure
        self.runtime.tally.polls_failed += 1
        self.runtime.problems.append(problem_of(source, failure))
        if failure.reason in policy.NETWORK_REASONS and not self.runtime.answered:
            self._held.append((source, failure, started))
            if len({one.url for one, _, _ in self._held}) >= policy.OFFLINE_HOSTS:
                self.runtime.offline = True
                self.runtime.stop()
            return
        await self._record_failed(source, failure, started, retry_after_s=retry_after_s)

    async def _record_failed(
        self,
        source: Source,
        failure: FetchFailure,
        started: datetime,
        *,
        retry_after_s: float | None = None,
        offline: bool = False,
    ) -> None:
        if source.failures and not offline:
            self.runtime.tally.polls_failed_known += 1
        assert self.runtime.run_id is not None
        await self._book.add(
            failed_poll(
                source,
                failure,
                run_id=self.runtime.run_id,
                started=started,
                retry_after_s=retry_after_s,
                offline=offline,
            )
        )

    async def _flush_held(self, *, offline: bool = False) -> None:
        held, self._held = self._held, []
        for source, failure, started in held:
            await self._record_failed(source, failure, started, offline=offline)

    async def _end_polls(self) -> None:
        offline = policy.looks_offline(self.runtime.problems, answered=self.runtime.answered)
        self.runtime.offline = self.runtime.offline or offline
        await self._flush_held(offline=self.runtime.offline)
        await self._book.flush()

    # --- pages --------------------------------------------------------------------------------------------------

    async def _page_requests(self) -> AsyncIterator[Request]:
        """Leases waiting pages in batches, as long as there are any or a poll may still bring some."""
        limit = self.runtime.config.run.page_limit
        left = limit if limit is not None else 10**9
        while not self.stopping:
            if self._more_pages and left and self._open_pages <= BATCH // 2:
                wanted = min(BATCH - self._open_pages, left)
                self._more_pages = False
                pages = await self._lease(wanted)
                self._more_pages = self._more_pages or len(pages) == wanted
                left -= len(pages)
                for page in pages:
                    if (request := await self._page_request(page)) is not None:
                        yield request
                if pages:
                    continue
            if not self._open_polls and not self._open_pages and not (self._more_pages and left):
                return
            await self._changed.wait()
            self._changed.clear()

    async def _lease(self, limit: int) -> tuple[PendingPage, ...]:
        run_id, ids = self.runtime.run_id, self._source_ids
        assert run_id is not None
        if ids is not None and not ids:
            return ()
        narrowed: Sequence[int] | None = None if ids is None else sorted(ids)
        try:
            pages: tuple[PendingPage, ...] = await self.runtime.store(
                lambda store: store.lease_pages(run_id=run_id, now=datetime.now(UTC), limit=limit, source_ids=narrowed)
            )
        except DatabaseError:
            return ()
        self.runtime.tally.pages_leased += len(pages)
        return pages

    async def _page_request(self, page: PendingPage) -> Request | None:
        request = make_request(
            page.url,
            callback=self.on_page,
            errback=self.on_page_failed,
            meta={"kind": "page"},
            cb_kwargs={"page": page},
        )
        self._open_pages += 1
        if request is None:
            await self._page_failed(page, policy.failure("bad_url"))
            self._page_done()
        return request

    async def on_page(self, response: Response, page: PendingPage) -> list[FetchedPage]:
        try:
            if failure := answer_failure(response):
                await self._page_failed(page, failure)
                return []
            self.runtime.tally.pages_fetched += 1
            return [FetchedPage(page=page_of(page.url, response, page.entry), page_id=page.page_id)]
        finally:
            self._page_done()

    async def on_page_failed(self, failure: Failure) -> None:
        page: PendingPage = failure.request.cb_kwargs["page"]  # type: ignore[attr-defined]  # Scrapy puts it there
        try:
            await self._page_failed(page, request_failure(failure))
        finally:
            self._page_done()

    def _page_done(self) -> None:
        self._open_pages -= 1
        self._changed.set()

    async def _page_failed(self, page: PendingPage, failure: FetchFailure) -> None:
        if failure.reason == "stopped":
            return  # it stays leased, and the next run releases it
        self.runtime.problem("page", page.url, failure.reason, failure.detail)
        if failure.reason == "retry_later":
            return  # as above: that its host is busy is no fault of the page
        self.runtime.tally.pages_failed += 1
        # A storage error is counted and told by the runtime; the page stays leased then.
        with contextlib.suppress(DatabaseError):
            await self.runtime.store(lambda store: store.fail(failure, page_id=page.page_id, now=datetime.now(UTC)))
