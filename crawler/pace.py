"""How fast hosts are asked: one host never faster than its delay, over everything that asks it in all processes.

The next free moment of every host stands in the database. A request reserves it right before it is sent, and many
requests share the transaction. What is sent later than its moment (a busy machine) reserves another one, so that two
processes cannot come closer to each other than the delay.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime

from crawler import policy
from crawler.batching import Batcher
from crawler.failures import FetchRefused
from storewatch.db.hosts import Deferral, Turn, TurnWanted
from storewatch.errors import DatabaseError
from storewatch.types import FetchFailure

#: A longer Crawl-delay would leave a site with 25 new pages an hour behind; 30 s are still 120 requests an hour.
LONGEST_CRAWL_DELAY_S = 30.0
#: How long a host is left alone that refuses us without saying how long (HTTP leaves it open); doubled each time.
BACKOFF_S = 60.0
#: Requests that want their moments within this time share a transaction. Nobody notices it beside a host's delay.
WINDOW_S = 0.02
#: How often a request that missed its moment tries again to be on time.
MAX_TRIES = 5
#: How long a request of a crawl waits for its host's turn: four others before it at the longest Crawl-delay. A person
#: waits for what is fetched beside a crawl; for longer than a minute it is better to say so.
PATIENCE_S = 150.0
PERSONS_PATIENCE_S = 60.0


def slack(delay_s: float) -> float:
    """Seconds that a request may be late, which are added to the distance of two: a twentieth of the delay, within
    20 ms (what a busy event loop needs) and 250 ms."""
    return min(max(delay_s / 20, 0.02), 0.25)


def backoff(status: int, retry_after_s: float | None, refusals: int) -> float | None:
    """Seconds to leave a host alone that answered 429 or 503; ``refusals`` is how many in a row that makes.

    What the host asks for (Retry-After) counts, up to a day. Without it a 429 means a minute, doubled with each
    further refusal; so does a 503, but the first one may be the fault of one page and means nothing (None).
    """
    longest = policy.LONGEST_INTERVAL.total_seconds()
    if retry_after_s is not None:
        return min(retry_after_s, longest)
    step = refusals if status == 429 else refusals - 1
    return min(BACKOFF_S * 2.0 ** min(step - 1, 20), longest) if step >= 1 else None


def left_alone(refusing: Mapping[str, Deferral], host: str, now: datetime) -> FetchFailure | None:
    """The failure of a request to a host that wants to be left alone; None when it may be asked."""
    deferral = refusing.get(host)
    if deferral is None or deferral.until is None or deferral.until <= now:
        return None
    return policy.failure("retry_later", detail=f"{(deferral.until - now).total_seconds():.0f} s from now")


class Pace:
    """Gives requests their turns.

    ``reserve`` reserves moments among all processes; ``delay_s`` is the delay of every host, longer where
    :meth:`slow_down` was told so. A host that is not free within ``patience_s`` seconds is not waited for, nor is
    one of ``refusing`` that wants to be left alone.
    """

    def __init__(
        self,
        *,
        reserve: Callable[[Sequence[TurnWanted]], Awaitable[Sequence[Turn]]],
        delay_s: float,
        patience_s: float,
        refusing: Mapping[str, Deferral],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._batch = Batcher(reserve, window_s=WINDOW_S)
        self._delay_s = delay_s
        self._patience_s = patience_s
        self._refusing = refusing
        self._clock = clock
        self._sleep = sleep
        self._slow: dict[str, float] = {}

    def slow_down(self, host: str, delay_s: float) -> None:
        """Ask ``host`` no faster than once in ``delay_s`` seconds (its Crawl-delay)."""
        self._slow[host] = max(self._slow.get(host, 0.0), delay_s)

    def delay_of(self, host: str) -> float:
        """Seconds between two requests to ``host``."""
        return max(self._delay_s, self._slow.get(host, 0.0))

    async def turn(self, host: str) -> None:
        """Wait for the host's turn; returns when the request is to be sent, at once.

        Raises FetchRefused for a host that is not free soon. Where the database does not answer, the pace is that of
        this process alone, which its download slots keep.
        """
        delay_s = self.delay_of(host)
        if delay_s:
            await self._wait(host, delay_s)
        if self._refusing and (refusal := left_alone(self._refusing, host, self._clock())) is not None:
            raise FetchRefused(refusal)  # told so while the request was waiting

    async def _wait(self, host: str, delay_s: float) -> None:
        distance = delay_s + slack(delay_s)
        wanted = TurnWanted(host=host, delay_s=distance, patience_s=self._patience_s)
        for _ in range(MAX_TRIES):
            try:
                turn = await self._batch.ask(wanted)
            except DatabaseError:
                return
            wait = (turn.at - self._clock()).total_seconds()
            if not turn.reserved:
                raise FetchRefused(policy.failure("retry_later", detail=f"{wait:.0f} s from now"))
            if wait > 0:
                await self._sleep(wait)
            if (self._clock() - turn.at).total_seconds() <= slack(delay_s):
                return
            wanted = TurnWanted(host=host, delay_s=distance, patience_s=self._patience_s, unused=turn.at)
