"""What one look at a source shows, and what there is to do about it. Pure.

A :class:`Visit` is what the spider ``check`` saw of one address; it crosses to the command as a line of JSON.
:func:`notes_on` judges it, together with what the database knows of the source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from crawler import moves, policy, rhythm
from crawler.discovery.ranking import DEAD, QUIET
from storewatch.types import Source, SourceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """``url`` answered with ``status`` and sent on."""

    url: str
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One address, asked once. ``url`` is where the ``redirects`` led; ``reason`` is a reason code and ``error`` a
    sentence, both only where it could not be had or read; ``suspicion`` is what stands in its place, by
    ``suspicion_by``. ``robots``: ``allowed``, ``refused``, ``none`` (there is no robots.txt), ``unread``, ``unasked``.
    Shares and rates as in :class:`crawler.discovery.Facts`; ``bytes`` of the body; ``duration_ms`` until its headers
    came."""

    asked: str
    name: str | None = None
    kind: SourceKind = "feed"
    redirects: tuple[Redirect, ...] = ()
    url: str = ""
    status: int | None = None
    content_type: str | None = None
    bytes: int = 0
    duration_ms: int | None = None
    format: str | None = None
    title: str = ""
    generator: str = ""
    items: int = 0
    skipped: int = 0
    newest_at: datetime | None = None
    per_day: float | None = None
    full: float = 0.0
    on_site: float = 0.0
    ttl_s: int | None = None
    etag: bool = False
    last_modified: bool = False
    cache_s: int | None = None
    robots: str = "unasked"
    crawl_delay_s: float | None = None
    suspicion: str | None = None
    suspicion_by: str | None = None
    reason: str | None = None
    error: str | None = None

    def line(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self) | {"newest_at": self.newest_at.isoformat() if self.newest_at else None}


def visit_of(line: Mapping[str, Any]) -> Visit:
    """The visit that a line of JSON tells of."""
    redirects = tuple(Redirect(**one) for one in line["redirects"])
    newest_at = datetime.fromisoformat(line["newest_at"]) if line["newest_at"] else None
    return Visit(**{**line, "redirects": redirects, "newest_at": newest_at})


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something worth telling: ``bad`` when the source brings nothing like this; ``advice`` says what to do."""

    code: str
    sentence: str
    bad: bool = False
    advice: str = ""


def notes_on(visit: Visit, source: Source | None = None, *, now: datetime) -> tuple[Note, ...]:
    """What to say of a visit, the worst first; without a bad one the source is fine."""
    notes = [*_of_answer(visit), *_of_items(visit, source, now), *_of_address(visit)]
    notes += [*_of_cost(visit), *(_of_polls(source, now) if source else ())]
    return tuple(sorted(notes, key=lambda note: not note.bad))


def _of_answer(visit: Visit) -> Iterator[Note]:
    if visit.suspicion is not None:
        what = {"js_only": "page for scripts", "parking": "parked domain"}.get(
            visit.suspicion, visit.suspicion.replace("_", " ")
        )
        sentence = f"looks like a {what}: {visit.suspicion_by}"
        yield Note(code=visit.suspicion, sentence=sentence, bad=True, advice=_WALL_ADVICE[visit.suspicion])
    if visit.reason is not None:
        advice = "" if visit.suspicion else _failure_advice(visit)
        yield Note(code=visit.reason, sentence=visit.error or visit.reason, bad=True, advice=advice)


def _of_items(visit: Visit, source: Source | None, now: datetime) -> Iterator[Note]:
    if visit.reason is not None or visit.suspicion is not None:
        return
    if not visit.items:
        yield Note(code="empty", sentence="has no items", bad=True, advice=_LOOK_AGAIN)
    if visit.skipped:
        items = "1 item is" if visit.skipped == 1 else f"{visit.skipped} items are"
        yield Note(code="skipped", sentence=f"{items} left out, see `polls.skipped_by`")
    if visit.items and visit.newest_at is None and visit.format != "listing":
        yield Note(code="undated", sentence="its items have no dates, so silence shows late")
    if visit.newest_at is None:
        return
    age, learned = now - visit.newest_at, rhythm.load(source.history if source else None)
    if age >= DEAD:
        yield Note(code="dead", sentence="has had no item for a year", bad=True, advice=_LOOK_AGAIN)
    elif learned.newest_at is not None and age > max(learned.silent_after(now) - learned.newest_at, _SHORTEST_SILENCE):
        sentence = f"has been silent for {_days(age)}, which is beyond its habit"
        yield Note(code="silent", sentence=sentence, bad=True, advice=f"If the site has news, {_LOOK_AGAIN}")
    elif age >= QUIET:
        yield Note(code="quiet", sentence=f"has had no item for {_days(age)}")


def _of_address(visit: Visit) -> Iterator[Note]:
    urls, statuses = [one.url for one in visit.redirects], [one.status for one in visit.redirects]
    moved = moves.permanent_target(urls, statuses, visit.url)
    if moved is not None and visit.reason is None:
        sentence = f"has moved for good to {moved}"
        yield Note(code="moved", sentence=sentence, advice="Polls take the new address over by themselves.")
    if visit.items and visit.reason is None and visit.on_site < 0.5:
        yield Note(code="off_site", sentence="most of its items are of other sites")
    if visit.kind == "feed" and visit.format in ("sitemap", "sitemap_index"):
        yield Note(code="kind", sentence="is a sitemap, and is read as one")


def _of_cost(visit: Visit) -> Iterator[Note]:
    if visit.reason is None and not (visit.etag or visit.last_modified):
        size = f"{visit.bytes / 1000:.0f} kB"
        yield Note(code="no_validators", sentence=f"has neither ETag nor Last-Modified: each poll costs its {size}")
    if visit.crawl_delay_s and visit.crawl_delay_s > 10:
        yield Note(code="crawl_delay", sentence=f"its robots.txt asks for {visit.crawl_delay_s:g} s between requests")


def _of_polls(source: Source, now: datetime) -> Iterator[Note]:
    if source.failures:
        last = source.last_polled_at or now
        dead = policy.is_dead(weight=source.failure_weight, since=source.failing_since, now=last)
        how = "is asked once a month now, after" if dead else "has failed in"
        polls = "1 poll" if source.failures == 1 else f"{source.failures} polls in a row"
        sentence = f"{how} {polls}: {policy.sentence_of(source.last_reason or 'broken')}"
        yield Note(code="failing", sentence=sentence)
    if moves.taken_over(source):
        yield Note(code="moved_to", sentence=f"is polled at {source.moved_to}, where {source.url} has moved to")
    if not source.trusts_validators:
        yield Note(
            code="lying_validators", sentence="its ETag has said unchanged when it had changed; it is read whole"
        )
    if not source.enabled:
        advice = f"`storewatch sources enable {source.name}` switches it on."
        yield Note(code="disabled", sentence="is switched off", advice=advice)


# The shortest silence that is told: nights and Sundays are not worth a word.
_SHORTEST_SILENCE = timedelta(days=1)
_LOOK_AGAIN = "`storewatch sources add` with the site's address looks for another feed."
_WALL_ADVICE = {
    "bot_wall": "Set fetch.contact, raise fetch.delay_s, ask the site to let storewatch in, or follow another feed.",
    "consent_wall": "Give the source the site's consent cookie (configuration, `[sources.NAME]`), or follow another.",
    "parking": "Look for the outlet's new address and add that; remove this source.",
    "login": "Give the source the cookies of an account (configuration, `[sources.NAME]`), or follow another feed.",
    "js_only": _LOOK_AGAIN,
}
_FAILURE_ADVICE = {
    "dns": "See whether the name is right and the network is there.",
    "connect": "Try again later; if the site opens in a browser, it may refuse your network.",
    "timeout": "Try again later, or raise fetch.timeout_s.",
    "tls": "If the certificate is really invalid, tell the site's owner.",
    "robots": "Follow a part of the site that its robots.txt allows, ask its owner, or switch the source off.",
    "robots_unread": "Try again later: robots.txt must be read before anything else.",
    "retry_later": "Try again later: the host has asked to be left alone.",
    "address_refused": "Set fetch.allow_private_addresses to reach hosts of your own network.",
    "http_401": "Give the source the headers or cookies of an account (configuration, `[sources.NAME]`).",
    "http_403": "Set fetch.contact, ask the site to let storewatch in, or follow another feed.",
    "http_429": "Poll more slowly: raise fetch.delay_s.",
}


def _failure_advice(visit: Visit) -> str:
    reason = visit.reason or ""
    if reason in _FAILURE_ADVICE:
        return _FAILURE_ADVICE[reason]
    if reason == "not_a_feed":
        return f"`storewatch sources add {visit.asked}` looks for what of it can be followed."
    if policy.failure_class(reason) == "temporary":
        return "Try again later."
    return _LOOK_AGAIN


def _days(age: timedelta) -> str:
    return f"{age.days} days" if age.days != 1 else "a day"


__all__ = ["Note", "Redirect", "Visit", "notes_on", "visit_of"]
