"""When to poll, what a failure means, and how a run ends: decisions over plain values.

Reason codes (stored with polls and pages, stable):

==================  =========  ==================================================================
code                class      meaning
==================  =========  ==================================================================
``dns``             temporary  the host name could not be resolved
``connect``         temporary  no connection: refused, unreachable, reset before an answer
``timeout``         temporary  no whole answer within ``fetch.timeout_s``
``broken``          temporary  the answer broke off or was no HTTP
``tls``             soft       no encrypted connection, or the certificate is not valid for the name
``http_429``        temporary  asked to come back later; so ``http_503`` and ``http_408``, ``http_425``
``retry_later``     temporary  not asked at all: its host wants to be left alone until later
``http_5xx``        temporary  another server error, stored with its number (``http_500``)
``http_404``        hard       gone for now; so ``http_410``
``http_4xx``        soft       another refusal, stored with its number (``http_403``)
``http_3xx``        soft       a redirect that leads nowhere, stored with its number
``redirects``       soft       more than :data:`MAX_REDIRECTS` redirects
``stopped``         temporary  not asked any more, because the run was stopped
``robots``          hard       robots.txt disallows the address
``robots_unread``   temporary  robots.txt could not be read, which means no (RFC 9309, 2.3.1.4)
``address_refused`` hard       the host is a private, loopback or otherwise special address
``bad_url``         hard       no address that can be asked for
``too_large``       soft       larger than ``fetch.max_bytes`` (pages) or 5 MB (feeds)
``not_html``        hard       a page of another type (PDF, picture, ...)
``not_a_feed``      soft       an HTML page or anything else in place of a feed
``bot_wall``        soft       a page that keeps robots out, whatever its status
``consent_wall``    soft       a page that asks for consent in place of what was asked for
``parking``         soft       a page of a domain dealer
``login``           soft       a page that asks for a password
``js_only``         soft       an empty frame that scripts would fill
``empty``           soft       an empty body
``malformed``       soft       a feed that no parser can read; so ``truncated``
``worker_crashed``  soft       reading it killed a worker process; so ``worker_timeout``
``processing_error`` soft      reading it met a bug of ours
==================  =========  ==================================================================

*Hard* failures do not go away by asking again soon, *soft* ones may, *temporary* ones usually do (the classes and
their weights of 1, 1/2 and 1/4 after Media Cloud's feed fetcher, whose users saw 404 feeds come back). A source whose
failures in a row weigh :data:`DEAD_WEIGHT` and have lasted for :data:`DEAD_AFTER` is ``dead``: asked once a month from
then on, and never given up. What is told of a source beside its failures has a code too: ``dead``, ``moved`` and
``lying_validators``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from math import inf
from typing import Literal
from urllib.parse import urlsplit
from zlib import crc32

from crawler.rhythm import Rhythm
from storewatch.types import Feed, FetchFailure, RunCounts

FailureClass = Literal["hard", "soft", "temporary"]

SHORTEST_INTERVAL = timedelta(minutes=5)
LONGEST_INTERVAL = timedelta(hours=24)
# What a poll costs in item-days: it is worth its price when the items that wait for it have waited for 13 minutes
# together. By tests/bench/polling.py: fewer requests than one an hour over its mix of sources.
POLL_COST = 1 / 110
# Every interval is stretched or shortened by up to this share, for each source by its own.
JITTER = 0.05
MAX_REDIRECTS = 5
# A TTL or max-age up to this long is a wish; of a longer one so many items in its time show that it is not meant (feeds
# that say "daily" and bring twenty items a day are common).
TRUSTED_TTL_S = 7200.0
TTL_ITEMS = 2.0
# How a failing source is asked again: first after this long (sooner or later by its own rhythm), then growing with each
# failure in a row: a day is reached after 4 hard, 7 soft or 13 temporary failures.
FIRST_RETRY = (timedelta(minutes=10), timedelta(minutes=30))
_GROWTH: dict[FailureClass, float] = {"hard": 4.0, "soft": 2.0, "temporary": 1.4}
FAILURE_WEIGHTS: dict[FailureClass, float] = {"hard": 1.0, "soft": 0.5, "temporary": 0.25}
DEAD_WEIGHT = 10.0
DEAD_AFTER = timedelta(days=21)
DEAD_INTERVAL = timedelta(days=30)
# So many hosts that failed in the network, and no answer from any host after so many seconds, mean that the fault is on
# our side. Names that do not exist fail at once, answers take longer: a list that begins with dead names is no proof.
OFFLINE_HOSTS = 20
OFFLINE_AFTER_S = 10.0

_TEMPORARY_STATUS = frozenset({408, 425, 429, 503})
_HARD = frozenset({"http_404", "http_410", "robots", "address_refused", "bad_url", "not_html"})
_TEMPORARY = frozenset({"dns", "connect", "timeout", "broken", "retry_later", "robots_unread", "stopped"})
NETWORK_REASONS = frozenset({"dns", "connect", "timeout"})

_SENTENCES = {
    "dns": "the host name could not be resolved",
    "connect": "no connection could be made",
    "timeout": "it did not answer in time",
    "broken": "the answer broke off or was no HTTP",
    "tls": "no secure connection could be made",
    "retry_later": "its host asked not to be asked before a later time",
    "stopped": "the run was stopped before it was asked for",
    "redirects": f"more than {MAX_REDIRECTS} redirects",
    "robots": "its robots.txt does not allow it",
    "robots_unread": "its robots.txt could not be read, which counts as a no",
    "address_refused": "its host is a private or special address",
    "bad_url": "is no address that can be asked for",
    "too_large": "is too large",
    "not_html": "is no HTML page",
    "not_a_feed": "is no feed",
    "empty": "the answer is empty",
    "bot_wall": "a wall against robots stands in its place",
    "consent_wall": "a consent page stands in its place",
    "parking": "its domain is parked or for sale",
    "login": "a login page stands in its place",
    "js_only": "an empty page that only scripts would fill stands in its place",
    "malformed": "cannot be read as a feed",
    "truncated": "breaks off before its first item ends",
    "worker_crashed": "reading it crashed a worker process",
    "worker_timeout": "reading it took too long",
    "dead": "has failed for weeks; from now on it is asked once a month",
    "moved": "has moved for good and is asked at its new address from now on",
    "lying_validators": "its ETag or Last-Modified stays the same when it changes; it is read whole from now on",
}  # fmt: skip
_STATUS_SENTENCES = {
    401: "wants a password (HTTP 401)",
    403: "refuses us (HTTP 403)",
    404: "is not there (HTTP 404)",
    410: "is gone for good (HTTP 410)",
    429: "we ask too often (HTTP 429)",
    503: "is overloaded or down (HTTP 503)",
}
# Items of a feed that were skipped and that a person can do something about.
SKIPPED_SENTENCES = {
    "no_link": "without an address",
    "bad_link": "with an address that cannot be fetched",
    "self_link": "with the address of the feed itself",
    "trap": "whose addresses all lead to one article",
    "truncated": "the feed breaks off there",
    "malformed": "that cannot be read",
    "beyond_limit": "beyond the number that is read at once; the newest were taken",
}
# How many failures of one kind are told in one line instead of one line each.
COLLAPSE_FROM = 5


def failure_class(reason: str) -> FailureClass:
    """How soon a failure may go away; unknown reasons count as soft."""
    if reason in _HARD:
        return "hard"
    if reason in _TEMPORARY:
        return "temporary"
    if reason.startswith("http_"):
        status = reason.removeprefix("http_")
        return "temporary" if status.startswith("5") or int(status) in _TEMPORARY_STATUS else "soft"
    return "soft"


def failure(reason: str, *, detail: str = "", status: int | None = None) -> FetchFailure:
    """A failure with its sentence; ``detail`` (of an exception) makes the sentence more precise."""
    sentence = sentence_of(reason)
    if detail and detail not in sentence:
        sentence = f"{sentence}: {detail}"
    # Fetching ten megabytes again brings the same ten megabytes.
    permanent = failure_class(reason) == "hard" or reason == "too_large"
    return FetchFailure(reason=reason, detail=sentence, status=status, permanent=permanent)


def failure_of_status(status: int) -> FetchFailure:
    """The failure that an HTTP status other than 2xx and 304 means."""
    return failure(f"http_{status}", status=status)


def sentence_of(reason: str) -> str:
    """One clear sentence for people, to stand behind the name of a feed or page."""
    if reason.startswith("http_"):
        status = int(reason.removeprefix("http_"))
        if status in _STATUS_SENTENCES:
            return _STATUS_SENTENCES[status]
        kind = (
            "the server failed" if status >= 500 else "the server refused" if status >= 400 else "a redirect to nowhere"
        )
        return f"{kind} (HTTP {status})"
    return _SENTENCES.get(reason, reason.replace("_", " "))


def remarks(feed: Feed, *, first_time: bool) -> tuple[str, ...]:
    """What is worth telling of a feed that could be read. A cut is told each time, lasting faults only once."""
    found = []
    for reason, sentence in SKIPPED_SENTENCES.items():
        count = feed.skipped.get(reason, 0)
        if count and (first_time or reason == "truncated"):
            found.append(f"{count} of {count + len(feed.entries)} items skipped: {sentence}")
    if not feed.entries and not found and first_time:
        found.append("is a feed without any items")
    return tuple(found)


def next_poll(
    *,
    now: datetime,
    name: str = "",
    rhythm: Rhythm | None = None,
    failures: int = 0,
    reason: str | None = None,
    dead: bool = False,
    cache_s: int | None = None,
    retry_after_s: float | None = None,
) -> datetime:
    """When to poll a source again.

    After a success its ``rhythm`` decides, and :data:`POLL_COST`; its TTL and ``cache_s`` (Cache-Control) can only
    lengthen that, and not so far that a quarter of the feed's items would be replaced, nor beyond an hour for a feed
    that brings several items in the time in which it says it will not change. After a failure ``failures``
    (failed polls in a row, this one included) and this one's ``reason`` decide. ``retry_after_s`` lengthens any
    interval. ``name`` picks the jitter, so that sources that were polled together do not stay so.

    The result lies 5 minutes to 24 hours after ``now``; of a ``dead`` source :data:`DEAD_INTERVAL`.
    """
    share = crc32(name.encode()) / 2**32
    if dead:
        return now + DEAD_INTERVAL * (1 + JITTER * (2 * share - 1))
    known = rhythm or Rhythm()
    interval = timedelta(seconds=known.wait(now, POLL_COST))
    least = SHORTEST_INTERVAL
    if failures and reason:
        # 30 doublings overflow no timedelta yet and are far beyond the longest interval.
        growth = _GROWTH[failure_class(reason)] ** min(failures - 1, 30)
        interval = min(max(interval, FIRST_RETRY[0]), FIRST_RETRY[1]) * min(growth, 1e4)
        if failure_class(reason) == "hard":
            interval *= 2
    elif asked := max(known.ttl_s or 0, cache_s or 0):
        least = max(least, timedelta(seconds=_asked_wait(known, now, asked)))
    least = max(least, timedelta(seconds=min(max(retry_after_s or 0.0, 0.0), 86400)))
    # Nobody is asked sooner than the least; sources that all would wait for the longest are spread below it.
    interval = min(interval, LONGEST_INTERVAL * (1 - JITTER)) * (1 + JITTER * (2 * share - 1))
    return now + min(max(interval, least * (1 + JITTER * share)), LONGEST_INTERVAL)


def _asked_wait(rhythm: Rhythm, now: datetime, asked_s: float) -> float:
    """How much of the ``asked_s`` seconds of a TTL or max-age to wait, see :func:`next_poll`."""
    hour = rhythm.wait(now, inf, longest_s=min(asked_s, TRUSTED_TTL_S))
    if asked_s <= TRUSTED_TTL_S:
        return hour
    return max(hour, rhythm.wait(now, inf, longest_s=min(asked_s, 86400.0), most_items=TTL_ITEMS))


def failure_weight(reason: str) -> float:
    """How much a failure counts towards :func:`is_dead`."""
    return FAILURE_WEIGHTS[failure_class(reason)]


def is_dead(*, weight: float, since: datetime | None, now: datetime) -> bool:
    """Whether failures in a row that weigh ``weight`` together and began at ``since`` make a source ``dead``."""
    return weight >= DEAD_WEIGHT and since is not None and now - since >= DEAD_AFTER


def retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for (a number or an HTTP date); None when it says nothing usable."""
    value = (header or "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds())


def cache_seconds(header: str | None) -> int | None:
    """``max-age`` of a Cache-Control header; None for none, ``no-cache`` and ``no-store``."""
    directives = [part.strip().lower() for part in (header or "").split(",")]
    if "no-cache" in directives or "no-store" in directives:
        return None
    for directive in directives:
        name, _, value = directive.partition("=")
        value = value.strip('" ')
        if name == "max-age" and value.isascii() and value.isdigit():
            return int(value[:9])
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something to tell about one subject: ``kind`` says what the subject is (``feed``, ``page``). ``known``: it was
    told by an earlier run already, and need not be told again where nobody asked. ``source``: the source that it is,
    or that has named it, where that is known."""

    kind: str
    subject: str
    reason: str
    sentence: str
    known: bool = False
    source: str | None = None

    @property
    def line(self) -> str:
        return f"{self.kind} {self.subject}: {self.sentence}"


def looks_offline(problems: Iterable[Problem], *, answered: int) -> bool:
    """Is the fault ours? So when nothing at all answered and several subjects failed in the network, all alike."""
    reasons = [problem.reason for problem in problems]
    return answered == 0 and len(reasons) > 1 and all(reason in NETWORK_REASONS for reason in reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A line that tells of problems, and the source that all of them are of; None for several."""

    line: str
    source: str | None = None


def problem_lines(problems: Sequence[Problem], *, offline: bool = False) -> tuple[str, ...]:
    """The lines of :func:`told`."""
    return tuple(one.line for one in told(problems, offline=offline))


def told(problems: Sequence[Problem], *, offline: bool = False) -> tuple[Told, ...]:
    """One line for each problem, in the order of the first of each kind.

    :data:`COLLAPSE_FROM` and more share one line when the reason is not theirs alone (or from two on, offline), and
    when they are pages of one host with the same reason.
    """
    groups: dict[tuple[str, ...], list[Problem]] = {}
    for number, problem in enumerate(problems):
        key: tuple[str, ...]
        if problem.reason in _MANY:
            key = (problem.kind, problem.reason)
        elif problem.kind == "page":
            key = (problem.kind, problem.reason, urlsplit(problem.subject).hostname or "")
        else:
            key = (problem.kind, f"#{number}")
        groups.setdefault(key, []).append(problem)
    lines: list[Told] = []
    for group in groups.values():
        if len(group) < (2 if offline and group[0].reason in _MANY else COLLAPSE_FROM):
            lines.extend(Told(line=problem.line, source=problem.source) for problem in group)
        else:
            sources = {problem.source for problem in group}
            source = sources.pop() if len(sources) == 1 else None
            lines.append(Told(line=_collapsed(group, offline=offline), source=source))
    return tuple(lines)


_MANY = {
    "dns": "host names could not be resolved",
    "connect": "no connection could be made",
    "timeout": "they did not answer in time",
    "retry_later": "their hosts asked not to be asked before a later time; they wait",
    "worker_crashed": "reading them crashed a worker process; they are tried again later",
    "worker_timeout": "reading them took too long; they are tried again later",
    "processing_error": "reading them failed by an error of ours; they are tried again later",
    "address_refused": "their hosts are private addresses, and fetch.allow_private_addresses is off",
}


def _collapsed(group: Sequence[Problem], *, offline: bool) -> str:
    first = group[0]
    if first.reason not in _MANY:
        host = urlsplit(first.subject).hostname
        return f"{len(group)} {first.kind}s of {host}: {first.sentence} (the first: {first.subject})"
    told = first.subject if first.reason != "processing_error" else first.line
    ending = " - no network?" if offline else f" (the first: {told})"
    return f"{len(group)} {first.kind}s: {_MANY[first.reason]}{ending}"


def exit_code(counts: RunCounts, *, failed_share: float, interrupted: bool = False, asked: bool = False) -> int:
    """How a run ends (DESIGN.md, Commands).

    ``asked``: the user named the sources or asked for all of them; then a run in which nothing could be polled is
    never fine, even when all of its sources failed before.
    """
    if interrupted:
        return 130
    if counts.storage_errors:
        return 3
    polled = counts.polls_ok + counts.polls_unchanged
    new_failures = counts.polls_failed - counts.polls_failed_known
    if counts.polls_failed and not polled and (new_failures or asked):
        return 1
    due = polled + counts.polls_failed
    if new_failures and new_failures >= failed_share * due:
        return 3
    return 0
