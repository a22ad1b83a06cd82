"""The spider ``feeds``: polls the sources that are due, then fetches the pages that wait.

Arguments: ``-a sources=golem,heise`` (only these), ``-a all=1`` (whether due or not), ``-a feeds_file=FILE`` (only the
feeds and sites of FILE). It only routes: what a feed says, when to poll it again and what a failure means is decided in
:mod:`crawler.feeds`, :mod:`crawler.discovery` and :mod:`crawler.policy`.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from scrapy import Request
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import moves, policy, repair, validators
from crawler.answers import header, make_request, request_failure
from crawler.discovery import sitemaps_of
from crawler.feeds import parse
from crawler.indexes import Opened, open_index
from crawler.pages import PageQueue
from crawler.polls import PollBook
from crawler.robots import site_of
from crawler.sites import SiteLooker
from crawler.sources import catalogue, read_list
from crawler.spiders.base import BaseSpider
from crawler.suspicion import suspect
from storewatch import logs
from storewatch.errors import ConfigError, DatabaseError, FeedError, InputError, WorkerError
from storewatch.types import Feed, FetchFailure, Gap, NewSource, Source, SourceKind

FEED_HEADERS = {
    "Accept": "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
}
# A sitemap without news is an archive; the newest of it are news.
SITEMAP_ENTRIES = 200
SITEMAP_CHILDREN = 3
# What a page in place of a feed is read as; and statuses that say all there is to say.
_WALLED = frozenset({"not_a_feed", "malformed", "empty"})
_GONE = frozenset({404, 410})


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
        # The sources whose pages this run fetches; None: all.
        self._source_ids: set[int] | None = set() if self.names or feeds_file else None

    @property
    def command(self) -> str:
        if self.feeds_file:
            return f"crawl --feeds {self.feeds_file}"
        return " ".join(("crawl", *self.names, *(("--all",) if self.ignore_due else ())))

    # --- what to ask for ----------------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Request]:
        limit = self.runtime.config.run.page_limit
        self._book = PollBook(self.runtime)
        self._pages = PageQueue(self.runtime, source_ids=self._source_ids, limit=limit)
        self._looker = SiteLooker(self.runtime, self.crawler.engine.download_async)
        try:
            requests = await (self._requests_of_file() if self.feeds_file else self._requests_of_catalogue())
            await self._check_configured()
        except (ConfigError, InputError) as error:
            self.runtime.refuse(error)
            raise CloseSpider("usage") from None
        except DatabaseError:
            raise CloseSpider("database") from None
        await self.runtime.robots.load(site_of(request.url) for request in requests)
        self._open_polls = len(requests)
        self.runtime.tally.sources_due = len(requests)
        for request in requests:
            yield request
        async for request in self._pages.requests(lambda: self._open_polls > 0):
            yield request

    async def end(self) -> None:
        """The run is ending, in whatever way (called by the runtime while the store is still open)."""
        if hasattr(self, "_book"):
            with contextlib.suppress(DatabaseError):  # counted and told by the runtime
                await self._book.close()

    async def _check_configured(self) -> None:
        """What is configured for single sources must be for sources that there are."""
        if self.runtime.has_sources_configured:
            known = {source.name for source in await self.runtime.store(lambda store: store.sources())}
            listed = {row.name for row in read_list(self.feeds_file)} if self.feeds_file else set()
            self.runtime.check_sources(known | listed)

    async def _requests_of_catalogue(self) -> list[Request]:
        now = datetime.now(UTC)
        await self.runtime.store(lambda store: store.sync_catalogue(catalogue(), now))
        named = bool(self.names)
        sources = await self.runtime.store(
            lambda store: store.due_sources(
                now, names=self.names, ignore_due=named or self.ignore_due, disabled_too=named
            )
        )
        unknown = sorted(set(self.names) - {source.name for source in sources})
        if unknown:
            hint = "storewatch sources list shows the names"
            raise InputError(", ".join(unknown), "no source has this name", hint=hint)
        return [self._poll_request(source) for source in sources]

    async def _requests_of_file(self) -> list[Request]:
        """A known line is polled, whether due or not; the others are looked into first."""
        rows = [row for row in read_list(self.feeds_file) if row.enabled]
        known = await self.runtime.store(lambda store: store.sources())
        by_address = {source.site: source for source in known if source.site and source.added_by == "file"}
        by_address |= {source.url: source for source in known}
        return [
            self._poll_request(by_address[row.url]) if row.url in by_address else self._feed_request(row.url, row=row)
            for row in rows
        ]

    def _poll_request(self, source: Source) -> Request:
        self._follow(source)
        headers = validators.headers(source, datetime.now(UTC))
        return self._feed_request(moves.address(source), headers, source=source)

    def _follow(self, source: Source) -> None:
        if self._source_ids is not None:
            self._source_ids.add(source.source_id)

    def _feed_request(self, url: str, headers: dict[str, str] | None = None, **subject: Any) -> Request:
        arguments: dict[str, Any] = {
            "callback": self.on_feed,
            "errback": self.on_feed_failed,
            "headers": {**FEED_HEADERS, **(headers or {})},
            "priority": 10,
            "meta": {"kind": "feed", "source": next(iter(subject.values())).name},
            "cb_kwargs": {**subject, "started": datetime.now(UTC)},
        }
        # An address that cannot be is asked for all the same: its failure goes the way of all failures.
        return make_request(url, **arguments) or Request("unusable:", dont_filter=True, **arguments)

    # --- what comes back ----------------------------------------------------------------------------------------

    async def on_feed(
        self, response: Response, started: datetime, source: Source | None = None, row: NewSource | None = None
    ) -> None:
        """An answer to a poll, or to the first look at a line of a feeds file."""
        with logs.about(source=response.meta.get("source")):
            await self._on_feed(response, started, source, row)

    async def _on_feed(
        self, response: Response, started: datetime, source: Source | None, row: NewSource | None
    ) -> None:
        nothing = ""
        try:
            if row is not None:
                found = await self._looker.look(row, response)
                response, source, nothing = found.response, await self._add(found.source), found.nothing
            assert source is not None
            await self._polled(source, response, started, nothing)
        except DatabaseError:
            pass  # counted and told by the runtime; the source stays due
        finally:
            self._poll_done()

    async def on_feed_failed(self, failure: Failure) -> None:
        arguments = failure.request.cb_kwargs  # type: ignore[attr-defined]  # Scrapy puts it there
        try:
            source = arguments.get("source") or await self._add(arguments["row"])
            await self._book.failed(source, request_failure(failure), arguments["started"])
        except DatabaseError:
            pass  # counted and told by the runtime; the source stays due
        finally:
            self._poll_done()

    def _poll_done(self) -> None:
        self._open_polls -= 1
        self._pages.wake()

    async def _add(self, row: NewSource) -> Source:
        now = datetime.now(UTC)
        source = await self.runtime.store(lambda store: store.add_source(row, now))
        self._follow(source)
        return source

    async def _polled(self, source: Source, response: Response, started: datetime, nothing: str = "") -> None:
        """Route an answer; ``nothing`` is what to say of a site that was looked into in vain."""
        if response.status == 304:
            await self._book.unchanged(source, response, started)
            return
        if not 200 <= response.status < 300:
            wait = policy.retry_after(header(response, b"Retry-After"), datetime.now(UTC))
            failure = _stands_in_its_place(response) or policy.failure_of_status(response.status)
            await self._book.failed(source, failure, started, retry_after_s=wait, url=response.url)
            return
        sha = hashlib.sha256(response.body).hexdigest()
        if response.body and sha == source.body_sha:
            await self._book.unchanged(source, response, started, sha)
            return
        try:
            opened = await self._open(response, kind=source.kind)
        except (FeedError, WorkerError) as error:
            detail = error.problem + (f" ({error.hint})" if error.hint else "")
            failure = FetchFailure(reason=error.reason, detail=nothing or detail, status=response.status)
            if error.reason in _WALLED:
                failure = _stands_in_its_place(response) or failure
            await self._book.failed(source, failure, started, url=response.url)
            return
        await self._brought(source, response, started, opened.feed, sha if opened.tells_changes else None)

    async def _brought(
        self, source: Source, response: Response, started: datetime, feed: Feed, sha: str | None
    ) -> None:
        """A feed that was read: note it, and repair the gap before it where there is one."""
        await self._book.read(source, response, started, feed, sha)
        self._pages.wake(more=True)
        if (gap := self._book.gap(source)) is not None:
            await self._repair(source, feed, gap)
            self._pages.wake(more=True)

    async def _repair(self, source: Source, feed: Feed, gap: Gap) -> None:
        """Fetch older pages of a feed until they reach what was known, and write what that brought."""
        found = repair.begin(feed, url=source.url, seen_items=source.seen_items, since=source.newest_at or gap.since_at)
        while found.step is not None and not self.stopping:
            found = repair.after(found, await self._older(found.step))
        settled = None if found.state == "open" else datetime.now(UTC)
        gap = replace(gap, state=found.state, method=found.method, tries=found.tries, closed_at=settled)
        now = datetime.now(UTC)
        new = await self.runtime.store(lambda store: store.record_repair(gap, found.recovered, now))
        self.runtime.tally.pages_new += new
        self._book.tell_gap(source, replace(gap, recovered=new))

    async def _older(self, step: repair.Step) -> Feed | None:
        """The feed in the answer to a step of a repair; for a sitemap the first that the site's robots.txt names."""
        urls: tuple[str, ...] = (step.url,)
        if step.method == "sitemap":
            robots = await self._looker.fetch(step.url, kind="robots")
            text = robots.body.decode("utf-8", "replace") if robots is not None and robots.status == 200 else ""
            urls = tuple(candidate.url for candidate in sitemaps_of(text, url=step.url)[:SITEMAP_CHILDREN])
        for url in urls:
            response = await self._looker.fetch(url, kind="feed")
            if response is not None and response.status == 200:
                with contextlib.suppress(FeedError, WorkerError):
                    return await self._read(response)
        return None

    async def _read(self, response: Response) -> Feed:
        return (await self._open(response)).feed

    async def _open(self, response: Response, kind: SourceKind | None = None) -> Opened:
        """The feed in an answer; behind an index of sitemaps what these name, see :func:`open_index`."""
        feed = await self._parsed(response, kind=kind)
        opened = Opened(feed=feed, tells_changes=True)
        if feed.format == "sitemap_index":
            opened = await open_index(feed, self._sitemap, now=datetime.now(UTC))
            feed = opened.feed
        beyond = len(feed.entries) - SITEMAP_ENTRIES
        if feed.format == "sitemap" and beyond > 0:
            skipped = {**feed.skipped, "beyond_limit": beyond + feed.skipped.get("beyond_limit", 0)}
            feed = replace(feed, entries=feed.entries[:SITEMAP_ENTRIES], skipped=skipped)
        return replace(opened, feed=feed)

    async def _parsed(self, response: Response, kind: SourceKind | None = None) -> Feed:
        content_type, url = header(response, b"Content-Type"), response.url
        feed: Feed = await self.runtime.work(
            parse, response.body, url=url, content_type=content_type, kind=kind, subject=url
        )
        return feed

    async def _sitemap(self, url: str) -> Feed | None:
        """The sitemap at ``url``. One that cannot be had is left to the next poll."""
        response = await self._looker.fetch(url, kind="feed")
        if response is None or response.status != 200:
            return None
        with contextlib.suppress(FeedError, WorkerError):
            feed = await self._parsed(response)
            return feed if feed.format in ("sitemap", "sitemap_index") else None
        return None


def _stands_in_its_place(response: Response) -> FetchFailure | None:
    """What an answer is that is no feed, where it shows."""
    if response.status in _GONE:
        return None
    headers = {name.decode("latin-1"): header(response, name) or "" for name in response.headers}
    found = suspect(response.status, headers, response.body, url=response.url)
    if found is None:
        return None
    return replace(policy.failure(found.kind, detail=found.evidence), status=response.status)
