"""robots.txt as RFC 9309 says: what an answer means, how long it counts, whom it lets in. Pure.

=============================== ======================================================= ========================
what came                       what it means                                           how long it counts
=============================== ======================================================= ========================
2xx                             its rules; what is no robots.txt has none               24 hours (2.4)
4xx but 429                     everything is allowed (2.3.1.3)                         24 hours
more than five redirects        the same (2.3.1.2)                                      24 hours
429, 5xx, a broken answer       the rules as they were, for up to 30 days (2.4);        half an hour
                                else nothing is allowed (2.3.1.4)
no connection at all            the same                                                this run: it may be our own
                                                                                        network that is down
=============================== ======================================================= ========================
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from urllib.parse import urlsplit

from protego import Protego

from crawler import policy
from storewatch.types import FetchFailure, RobotsTxt

#: RFC 9309, 2.5: crawlers must read at least 500 KiB of a robots.txt.
MAX_BYTES = 500 * 1024
#: RFC 9309, 2.4: a copy should not be used for longer, unless the file cannot be had.
KEPT_FOR = timedelta(hours=24)
#: RFC 9309, 2.3.1.4: thirty days are its example of a "reasonably long period" without an answer.
STALE_FOR = timedelta(days=30)
#: Long enough to spare a server in trouble, short enough that an outage does not silence a site for a day.
UNREAD_FOR = timedelta(minutes=30)
#: Failures that say more about the site than that its robots.txt could not be read.
TELLING = frozenset({"dns", "connect", "timeout", "tls", "address_refused", "bad_url", "retry_later", "stopped"})
# A file in which none of these occurs holds nobody back; the misspellings are those that Protego understands.
_TELLING_WORDS = ("allow", "alow", "allaw", "crawl")


def answered(site: str, status: int, body: bytes, *, now: datetime, former: RobotsTxt | None = None) -> RobotsTxt:
    """What to keep of an answer; ``former`` is what was kept before."""
    if 200 <= status < 300:
        return RobotsTxt(site=site, status=status, rules=essential(body), fetched_at=now, expires_at=now + KEPT_FOR)
    if 400 <= status < 500 and status != 429:
        return RobotsTxt(site=site, status=status, fetched_at=now, expires_at=now + KEPT_FOR)
    return _unread(site, "robots_unread", now=now, former=former)


def failed(site: str, failure: FetchFailure, *, now: datetime, former: RobotsTxt | None = None) -> RobotsTxt:
    """What to keep of a robots.txt that could not be had."""
    if failure.reason == "redirects":
        return RobotsTxt(site=site, status=302, fetched_at=now, expires_at=now + KEPT_FOR)
    reason = failure.reason if failure.reason in TELLING else "robots_unread"
    return _unread(site, reason, now=now, former=former)


def _unread(site: str, reason: str, *, now: datetime, former: RobotsTxt | None) -> RobotsTxt:
    expires_at = now + UNREAD_FOR
    if former is not None and former.status is not None and now - former.fetched_at < STALE_FOR:
        return replace(former, reason=reason, expires_at=expires_at)
    return RobotsTxt(site=site, reason=reason, fetched_at=now, expires_at=expires_at)


def is_fresh(copy: RobotsTxt, now: datetime) -> bool:
    """Does it still count? One that claims to count for longer than any does comes from a clock that was wrong."""
    return now < copy.expires_at <= now + KEPT_FOR


def is_worth_keeping(copy: RobotsTxt) -> bool:
    """Should later runs believe it? Not what may be our own network's or configuration's fault."""
    return copy.reason in (None, "robots_unread")


def essential(body: bytes) -> str:
    """The lines of a robots.txt without comments and blanks: all of it that means something."""
    text = body[:MAX_BYTES].decode("utf-8", "ignore").removeprefix("\ufeff")
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def site_of(url: str) -> str:
    """Scheme and authority: what one robots.txt is for."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def product_token(user_agent: str) -> str:
    """The name that robots.txt calls a crawler by (RFC 9309, 2.2.1): the User-Agent up to its version."""
    return user_agent.split("/", 1)[0].split(" ", 1)[0]


class Rules:
    """What a robots.txt says to the crawler called ``token``; it is parsed when it is first asked.

    ``failure`` tells more precisely than the copy why it could not be had.
    """

    def __init__(self, copy: RobotsTxt, *, token: str, failure: FetchFailure | None = None) -> None:
        self.copy = copy
        self._token = token
        self._failure = failure

    def refusal(self, url: str) -> FetchFailure | None:
        """Why ``url`` must not be asked for, None when it may."""
        if self.copy.status is None:
            return self._failure or policy.failure(self.copy.reason or "robots_unread")
        if self._parsed is None or self._parsed.can_fetch(url, self._token):
            return None
        return policy.failure("robots")

    @property
    def crawl_delay_s(self) -> float | None:
        """Seconds between two requests that it asks for."""
        delay = self._parsed.crawl_delay(self._token) if self._parsed is not None else None
        return float(delay) if delay else None

    @cached_property
    def _parsed(self) -> Protego | None:
        """None where no line of it can hold us back: many of a thousand files need not be parsed at all."""
        text = self.copy.rules or ""
        lower = text.lower()
        return Protego.parse(text) if any(word in lower for word in _TELLING_WORDS) else None
