"""The book of a run's polls: what came of each, what is written at once, what in batches, and what waits for proof that
there is a network at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from scrapy.http import Response

from crawler import moves, policy, rhythm, validators
from crawler.answers import header
from crawler.gaps import Sifted, gap_sentence, sift
from crawler.policy import Problem
from crawler.rhythm import Rhythm
from storewatch.types import Feed, FetchFailure, Gap, Move, Poll, Source

if TYPE_CHECKING:
    from crawler.runtime import Runtime

# Unchanged and failed polls carry no entries; a transaction each would cost more than the poll itself.
BATCH = 100
BATCH_S = 1.0


class PollBook:
    """Writes what polls brought. Polls without entries are written at most :data:`BATCH_S` later, or :data:`BATCH` at
    a time; network failures only when something has answered, because until then the fault may be ours."""

    def __init__(self, runtime: Runtime, *, clock: Callable[[], float] = monotonic) -> None:
        self._runtime = runtime
        self._clock = clock
        self._began = clock()
        self._waiting: list[Poll] = []
        self._timer: asyncio.Task[None] | None = None
        self._held: list[tuple[Source, FetchFailure, datetime]] = []
        self._gaps: dict[int, Gap] = {}

    # --- what came of a poll ------------------------------------------------------------------------------------

    async def unchanged(self, source: Source, response: Response, started: datetime, sha: str | None = None) -> None:
        """A 304, or the same body as last time (``sha``), which some servers send with a new ETag."""
        await self.release()
        self._runtime.tally.polls_unchanged += 1
        now = datetime.now(UTC)
        poll = self._poll(source, response, started, now, "unchanged", sha, rhythm.load(source.history))
        if source.moved_to is not None or "redirect_urls" in response.meta:
            poll = replace(poll, move=await self._move(source, permanent_target(response), now))
        await self._add(poll)

    async def read(self, source: Source, response: Response, started: datetime, feed: Feed, sha: str | None) -> int:
        """A feed: its poll and its new pages in one transaction; returns the number of new pages.

        Without ``sha`` nothing about the answer tells whether the feed will have changed by the next poll.
        """
        await self.release()
        target = permanent_target(response) if moves.fits(source, feed) else None
        sifted = sift(source, feed)
        poll = self._read_poll(source, response, started, sifted, sha)
        poll = replace(poll, move=await self._move(source, target, poll.polled_at))
        new = await self._runtime.store(lambda store: store.record_poll(poll, sifted.feed.entries))
        if sifted.gap:
            self._gaps[source.source_id] = Gap(
                source_id=source.source_id, found_at=poll.polled_at, since_at=poll.gap_since
            )
        self._runtime.tally.polls_ok += 1
        self._runtime.tally.pages_new += new
        for sentence in policy.remarks(sifted.feed, first_time=source.last_ok_at is None):
            self._tell(source, "remark", sentence)
        if poll.trusts_validators is False:
            self._tell(source, "lying_validators")
        return new

    def _read_poll(
        self, source: Source, response: Response, started: datetime, sifted: Sifted, sha: str | None
    ) -> Poll:
        """The poll of a feed that was read, with what it teaches of its source."""
        now, feed = datetime.now(UTC), sifted.feed
        learned = self._learned(source, sifted, now)
        poll = self._poll(source, response, started, now, "ok", sha, learned)
        conditional = {b"If-None-Match", b"If-Modified-Since"}
        lie = validators.lie(
            source,
            etag=poll.etag,
            last_modified=poll.last_modified,
            fresh=sifted.fresh if source.seen_items else (),
            whole=response.request is None or not conditional & set(response.request.headers),
        )
        return replace(
            poll,
            items=sifted.items,
            skipped=sum(feed.skipped.values()),
            skipped_by=feed.skipped,
            seen_items=sifted.seen_items,
            gap_since=source.last_ok_at if sifted.gap else None,
            newest_at=max((entry.published.at for entry in feed.entries if entry.published), default=None),
            history=learned.dump(),
            trusts_validators=False if lie else None,
            etag=poll.etag if sha else None,
            last_modified=poll.last_modified if sha else None,
        )

    @staticmethod
    def _learned(source: Source, sifted: Sifted, now: datetime) -> Rhythm:
        """The rhythm of the source after its new items; all look new where none are remembered."""
        last_poll_at = source.last_ok_at if source.seen_items else None
        times = rhythm.item_times(sifted.fresh, now=now, last_poll_at=last_poll_at)
        known = rhythm.load(source.history)
        return known.after(times, now=now, window=sifted.items, ttl_s=sifted.feed.ttl_s)

    async def _move(self, source: Source, target: str | None, now: datetime) -> Move | None:
        """What to remember of the source's address; a move that is believed from now on is told."""
        move = moves.after_answer(source, target, now)
        if move is not None and moves.worth_telling(source, move):
            others = await self._runtime.store(lambda store: store.sources(enabled=True))
            there = [one.name for one in others if one.source_id != source.source_id and moves.address(one) == move.to]
            twice = f" (where {there[0]} is polled, too: remove one of the two)" if there else ""
            self._tell(source, "moved", f"{policy.sentence_of('moved')}: {move.to}{twice}")
        return move

    def _tell(self, source: Source, reason: str, sentence: str = "") -> None:
        """Something worth telling of a source that is no failure of this poll."""
        failure = FetchFailure(reason=reason, detail=sentence or policy.sentence_of(reason))
        self._runtime.problems.append(problem_of(source, failure))

    def gap(self, source: Source) -> Gap | None:
        """The gap that the last poll of ``source`` has found and that nobody has begun to repair."""
        return self._gaps.pop(source.source_id, None)

    def tell_gap(self, source: Source, gap: Gap) -> None:
        """What was lost for good, or may have been, is told once."""
        if gap.state in ("partly", "given_up"):
            detail = gap_sentence(gap)
            self._runtime.problems.append(problem_of(source, FetchFailure(reason="gap", detail=detail)))

    async def failed(
        self,
        source: Source,
        failure: FetchFailure,
        started: datetime,
        *,
        retry_after_s: float | None = None,
        url: str | None = None,
    ) -> None:
        """A poll in vain; ``url`` is what answered. Enough failures in the network and nothing else stop the run: it is
        offline."""
        if failure.reason == "workers_lost":
            return  # told by the runtime, which ends the run; the source stays due
        if failure.reason == "stopped":
            if not self._runtime.offline:
                return  # interrupted before it was asked; it stays due
            failure = self._held[0][1] if self._held else failure
        known = bool(source.failures) and source.last_reason == failure.reason and not self._runtime.spider.asked
        self._runtime.problems.append(replace(problem_of(source, failure), known=known))
        if failure.reason == "retry_later":
            self._runtime.tally.sources_due -= 1  # its host is left alone; it stays due
            return
        self._runtime.tally.poll_failed(failure.reason)
        if failure.reason not in policy.NETWORK_REASONS or self._runtime.answered:
            await self._write_failed(source, failure, started, retry_after_s=retry_after_s, url=url)
            return
        self._held.append((source, failure, started))
        hosts = {urlsplit(held.url).hostname for held, _, _ in self._held}
        waited = self._clock() - self._began
        if len(hosts) >= policy.OFFLINE_HOSTS and waited >= policy.OFFLINE_AFTER_S and not self._runtime.offline:
            self._runtime.offline = True
            self._runtime.stop()

    async def release(self) -> None:
        """Something has answered: what was held back are failures of the sources."""
        held, self._held = self._held, []
        for source, failure, started in held:
            await self._write_failed(source, failure, started)

    async def close(self) -> None:
        """All polls are over: write what is left. If nothing answered, the sources stay due."""
        runtime = self._runtime
        runtime.offline = runtime.offline or policy.looks_offline(runtime.problems, answered=runtime.answered)
        await self.release()
        await self._flush()

    # --- writing ------------------------------------------------------------------------------------------------

    async def _write_failed(
        self,
        source: Source,
        failure: FetchFailure,
        started: datetime,
        *,
        retry_after_s: float | None = None,
        url: str | None = None,
    ) -> None:
        now = datetime.now(UTC)
        weight = policy.failure_weight(failure.reason)
        dead = policy.is_dead(weight=source.failure_weight + weight, since=source.failing_since or now, now=now)
        offline = self._runtime.offline
        if source.failures and not offline:
            self._runtime.tally.polls_failed_known += 1
        if dead and not offline and not self._was_dead(source):
            self._tell(source, "dead")
        next_poll_at = policy.next_poll(
            now=now,
            name=source.name,
            rhythm=rhythm.load(source.history),
            failures=source.failures + 1,
            reason=failure.reason,
            dead=dead,
            retry_after_s=retry_after_s,
        )
        assert self._runtime.run_id is not None
        await self._add(
            Poll(
                source_id=source.source_id,
                run_id=self._runtime.run_id,
                polled_at=now,
                outcome="failed",
                next_poll_at=now if offline else next_poll_at,
                status=failure.status,
                reason=failure.reason,
                error=failure.detail,
                url=url,
                duration_ms=_milliseconds(started, now),
                failure_weight=0.0 if offline else weight,
                move=None if offline else moves.after_failure(source, source.failures + 1),
            )
        )

    @staticmethod
    def _was_dead(source: Source) -> bool:
        last = source.last_polled_at
        return last is not None and policy.is_dead(weight=source.failure_weight, since=source.failing_since, now=last)

    def _poll(
        self,
        source: Source,
        response: Response,
        started: datetime,
        now: datetime,
        outcome: Literal["ok", "unchanged"],
        sha: str | None,
        known: Rhythm,
    ) -> Poll:
        cache_s = policy.cache_seconds(header(response, b"Cache-Control"))
        assert self._runtime.run_id is not None
        return Poll(
            source_id=source.source_id,
            run_id=self._runtime.run_id,
            polled_at=now,
            outcome=outcome,
            next_poll_at=policy.next_poll(now=now, name=source.name, rhythm=known, cache_s=cache_s),
            status=response.status,
            url=response.url,
            etag=header(response, b"ETag"),
            last_modified=header(response, b"Last-Modified"),
            body_sha=sha,
            duration_ms=_milliseconds(started, now),
        )

    async def _add(self, poll: Poll) -> None:
        self._waiting.append(poll)
        if len(self._waiting) >= BATCH:
            await self._flush()
        elif self._timer is None:
            self._timer = asyncio.ensure_future(self._flush_later())

    async def _flush(self) -> None:
        batch, self._waiting = self._waiting, []
        if self._timer is not None and self._timer is not asyncio.current_task():
            self._timer.cancel()
        self._timer = None
        if batch:
            await self._runtime.store(lambda store: store.record_polls(batch))

    async def _flush_later(self) -> None:
        await asyncio.sleep(BATCH_S)
        await self._flush()


def problem_of(source: Source, failure: FetchFailure) -> Problem:
    """What to tell of a source: its name with its address."""
    return Problem(
        kind="feed",
        subject=f"{source.name} <{source.url}>",
        reason=failure.reason,
        sentence=failure.detail,
        source=source.name,
    )


def permanent_target(response: Response) -> str | None:
    """Where the address that was asked has moved to for good."""
    urls = response.meta.get("redirect_urls", ())
    return moves.permanent_target(urls, response.meta.get("redirect_reasons", ()), response.url)


def _milliseconds(started: datetime, ended: datetime) -> int:
    return int((ended - started).total_seconds() * 1000)
