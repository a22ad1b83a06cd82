"""Findings by what polls brought: failures, walls, redirects, empty and unreadable feeds, gaps, schedule lag. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from crawler import policy
from crawler.gaps import UNSTABLE, gap_sentence
from scheduler.health.findings import Finding, count, day, span
from storewatch.types import PollFact, SourceFacts

# From when on failures in a row are a finding, by how soon their class goes away by itself. What never worked needs no
# patience: a wrong address does not get better.
FAILURES = {"hard": 2, "soft": 2, "temporary": 3}
FAILING_FOR = {"hard": timedelta(0), "soft": timedelta(0), "temporary": timedelta(hours=6)}
#: A source is due and was not polled for so long (cron may run once a day).
LAG = timedelta(hours=26)
#: A feed that never had an item is given so long; one that had some is empty after two polls so far apart.
EMPTY_AFTER = timedelta(days=3)
EMPTY_FOR = timedelta(hours=2)
#: Gaps that were not closed are told for so long.
GAP_FOR = timedelta(days=7)
# So many of the last polls with items at other addresses are no relaunch.
_UNSTABLE_POLLS, _LAST_POLLS = 2, 5
# Dates are in the future when they are so far ahead of the poll (zones differ by up to 14 hours).
_AHEAD = timedelta(hours=26)
# Dates are frozen when so many polls with new items, so far apart, had the same newest one.
_FROZEN_POLLS, _FROZEN_FOR, _FROZEN_ITEMS = 3, timedelta(days=2), 5
_UNREADABLE_SHARE = 0.5

_WALLS = {"bot_wall": "blocked", "consent_wall": "consent", "parking": "parking", "login": "blocked"}
_REFUSALS = frozenset({"http_401", "http_403", "http_405", "http_406", "http_429", "http_451"})
_UNREADABLE = frozenset({"malformed", "truncated", "too_large", "worker_crashed", "worker_timeout"})
_UNUSABLE_ITEMS = ("no_link", "bad_link", "self_link", "malformed")


def failing(facts: SourceFacts, now: datetime) -> Finding | None:
    """What is wrong with a source whose last poll failed."""
    source = facts.source
    reason = source.last_reason
    if not source.failures or reason is None:
        return None
    since = source.failing_since or source.last_polled_at or now
    last = facts.failed[0] if facts.failed else None
    status = _failing_status(facts, reason, last, since, now)
    if status is None:
        return None
    told = (last.error if last and last.error else None) or policy.sentence_of(reason)
    evidence = f"{told}; {count(source.failures, 'poll')} in a row failed since {day(since)}"
    if source.last_ok_at is None:
        evidence += ", none ever worked"
    if status == "moved" and last and last.url:
        evidence = f"leads to {last.url} instead of a feed since {day(since)}"
    return Finding(status=status, reason=reason, evidence=evidence, since=since)


def _failing_status(
    facts: SourceFacts, reason: str, last: PollFact | None, since: datetime, now: datetime
) -> str | None:
    source = facts.source
    if reason == "robots":
        return "robots"
    if reason in _WALLS:
        return _WALLS[reason]
    if policy.is_dead(weight=source.failure_weight, since=since, now=now):
        return "dead"
    kind = policy.failure_class(reason)
    lasting = source.failures >= FAILURES[kind] and now - since >= FAILING_FOR[kind]
    if not lasting and (source.last_ok_at is not None or kind == "temporary"):
        return None
    if reason == "not_a_feed" and last and _leads_home(source.url, last.url):
        return "moved"
    if reason in _REFUSALS:
        return "blocked"
    return "malformed" if reason in _UNREADABLE else "failing"


def _leads_home(asked: str, answered: str | None) -> bool:
    """Whether a redirect ended at the front page of a site."""
    if not answered or answered == asked:
        return False
    try:
        there, here = urlsplit(answered), urlsplit(asked)
    except ValueError:
        return False
    return there.path in ("", "/") and not there.query and (here.path not in ("", "/") or here.netloc != there.netloc)


def unpolled(facts: SourceFacts, now: datetime) -> Finding | None:
    """A source that is due long since: nobody asks it. Those of a file are asked when the file is named again."""
    source = facts.source
    if source.added_by == "file":
        return None
    due = source.next_poll_at if source.last_polled_at is not None else facts.added_at
    if due is None or now - due <= LAG:
        return None
    if source.last_polled_at is None:
        evidence = f"was added {span(now - due)} ago and never polled"
    else:
        evidence = f"is due since {day(due)}, and was polled last {span(now - source.last_polled_at)} ago"
    return Finding(status="unpolled", reason="schedule_lag", evidence=evidence, since=due)


def empty(facts: SourceFacts, now: datetime) -> Finding | None:
    """HTTP 200 and no items, or none that can be used. A sitemap of the last days may well be empty for a while."""
    source = facts.source
    if not facts.ok or facts.source.failures:
        return None
    run = _leading(facts, "items")
    if run and source.kind != "sitemap":
        had_some = len(run) < len(facts.ok) or bool(source.seen_items)
        since = run[-1].polled_at
        lasted = (source.last_ok_at or now) - since
        if lasted >= (EMPTY_FOR if had_some else EMPTY_AFTER):
            before = "it had some before" if had_some else "it never had any"
            evidence = f"answers, but has had no items since {day(since)}; {before}"
            return Finding(status="empty", reason="no_items", evidence=evidence, since=since)
    return _unusable(facts)


def _leading(facts: SourceFacts, name: str) -> tuple[PollFact, ...]:
    """The newest good polls of which ``name`` is 0."""
    run: list[PollFact] = []
    for poll in facts.ok:
        if getattr(poll, name):
            break
        run.append(poll)
    return tuple(run)


def _unusable(facts: SourceFacts) -> Finding | None:
    """A feed most of whose items have no usable address."""
    last = facts.ok[0]
    skipped = {code: last.skipped_by.get(code, 0) for code in _UNUSABLE_ITEMS if last.skipped_by.get(code)}
    lost = sum(skipped.values())
    if not lost or lost < _UNREADABLE_SHARE * (lost + last.items):
        return None
    code = max(skipped, key=lambda one: skipped[one])
    sentence = policy.SKIPPED_SENTENCES[code]
    evidence = f"{lost} of {lost + last.items} items cannot be used: {sentence}"
    return Finding(status="malformed", reason=code, evidence=evidence, since=last.polled_at)


def gap(facts: SourceFacts, now: datetime) -> Finding | None:
    """Items that were lost between two polls and not brought back."""
    lost = [one for one in facts.gaps if one.state != "closed" and now - one.found_at <= GAP_FOR]
    if not lost:
        return None
    last = lost[-1]
    evidence = gap_sentence(last)
    if len(lost) > 1:
        evidence += f"; {len(lost)} times in {span(GAP_FOR)}"
    return Finding(status="gap", reason=f"gap_{last.state}", evidence=evidence, since=lost[0].found_at)


def unstable(facts: SourceFacts, now: datetime) -> Finding | None:
    """Known items at other addresses, poll after poll."""
    moved = [poll for poll in facts.ok[:_LAST_POLLS] if poll.skipped_by.get(UNSTABLE)]
    if len(moved) < _UNSTABLE_POLLS:
        return None
    last = moved[0]
    evidence = (
        f"{last.skipped_by[UNSTABLE]} of {last.items} items stood at other addresses than at the poll before,"
        f" in {len(moved)} of the last {min(len(facts.ok), _LAST_POLLS)} polls"
    )
    return Finding(status="unstable", reason=UNSTABLE, evidence=evidence, since=moved[-1].polled_at)


def stale_dates(facts: SourceFacts, now: datetime) -> Finding | None:
    """Dates that say nothing: all in the future, or the same newest one however many items come."""
    news = [poll for poll in facts.ok if poll.new_pages and poll.newest_at]
    ahead: list[PollFact] = []
    for poll in news:
        if poll.newest_at is None or poll.newest_at <= poll.polled_at + _AHEAD:
            break
        ahead.append(poll)
    if len(ahead) >= _FROZEN_POLLS and len({poll.newest_at for poll in ahead}) > 1:
        evidence = f"dates its newest item {day(ahead[0].newest_at or now)}, which is in the future"
        return Finding(status="stale_dates", reason="future_dates", evidence=evidence, since=ahead[-1].polled_at)
    same = []
    for poll in news:
        if poll.newest_at != news[0].newest_at:
            break
        same.append(poll)
    # The item that bears the date may itself have come with the oldest of these polls.
    came = sum(poll.new_pages for poll in same[:-1])
    if len(same) > _FROZEN_POLLS and came >= _FROZEN_ITEMS and same[0].polled_at - same[-1].polled_at >= _FROZEN_FOR:
        evidence = f"has had {count(came, 'new item')} since {day(same[-1].polled_at)}, none dated later than before"
        return Finding(status="stale_dates", reason="frozen_dates", evidence=evidence, since=same[-1].polled_at)
    return None
