"""Each status of health just before and just after its threshold."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from support.past import DAY, HOUR, Told, failed, follow, items, polls_until, steady

from crawler import policy
from scheduler.health import judge, report
from storewatch.types import Gap, PageFact, PollFact, Source, SourceFacts, Undelivered

# A Wednesday, so that three days before it are working days.
NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
BASE = "https://outlet.example"


def source(**more: Any) -> Source:
    return Source(source_id=1, name="outlet", url=f"{BASE}/feed", **more)


def well(**more: Any) -> SourceFacts:
    """A daily source with five weeks of good polls until now."""
    told = Told(source(), NOW - 36 * DAY)
    times = steady(NOW - 50 * DAY, NOW, DAY, seed="daily")
    facts = told.hear(follow(told.source, items(BASE, times), polls_until(NOW, days=35, every=8 * HOUR))).facts()
    return replace(facts, **more)


WELL = well()


def facts_with(state: dict[str, Any] | None = None, **more: Any) -> SourceFacts:
    """The same with other values of the source (``state``) or of the facts."""
    return replace(WELL, source=replace(WELL.source, **(state or {})), **more)


def failing(reason: str, times: int, hours: float, **more: Any) -> SourceFacts:
    """``times`` failures in a row, the first so many hours ago and the last now."""
    told = Told(WELL.source, WELL.added_at)
    step = hours / max(times - 1, 1)
    for number in range(times):
        told.hear([failed(told.source, NOW - (hours - number * step) * HOUR, reason, **more)])
    return replace(told.facts(), ok=WELL.ok)


def ok(hours: float, **more: Any) -> PollFact:
    return PollFact(polled_at=NOW - hours * HOUR, outcome="ok", **{"items": 20, **more})


def read_pages(bad: int, of: int, **more: Any) -> SourceFacts:
    """The last ``of`` pages, ``bad`` of which are as ``more`` says."""
    fine = PageFact(first_seen_at=NOW - HOUR, state="rejected", reason="prefilter")
    other = PageFact(first_seen_at=NOW - 2 * HOUR, **{"state": "rejected", **more})
    return facts_with(pages=(*[fine] * (of - bad), *[other] * bad))


def lost(days: float, state: Any) -> SourceFacts:
    return facts_with(gaps=(Gap(source_id=1, found_at=NOW - days * DAY, state=state),))


def volume(usual: int, *lately: int) -> SourceFacts:
    """``usual`` new pages a day, but ``lately`` on the last whole days and today, the newest last."""
    days: dict[date, int] = {NOW.date() - number * DAY: usual for number in range(1, 40)}
    days[NOW.date()] = 0
    for number, pages in enumerate(reversed(lately)):
        days[NOW.date() - number * DAY] = pages
    return facts_with(days=days)


def hits(hits: int, judged: int, missed: int, days: float = 10) -> SourceFacts:
    return facts_with(hits=hits, judged=judged, missed=missed, last_hit_at=NOW - days * DAY)


def due(hours: float) -> SourceFacts:
    return facts_with({"next_poll_at": NOW - hours * HOUR})


def emptied(hours: float) -> SourceFacts:
    return facts_with(ok=(ok(0, items=0), ok(hours, items=0), *WELL.ok))


def moving(polls: int) -> SourceFacts:
    moved = tuple(ok(number, skipped_by={"unstable_address": 19}) for number in range(polls))
    return facts_with(ok=(*moved, *WELL.ok))


def dated(ahead_h: float, polls: int) -> SourceFacts:
    polled = [ok(hours, new_pages=1, newest_at=NOW - (hours - ahead_h) * HOUR) for hours in range(polls)]
    return facts_with(ok=tuple(polled))


def frozen(polls: int, hours: float) -> SourceFacts:
    stamp = NOW - 30 * DAY
    return facts_with(
        ok=tuple(ok(number * hours / (polls - 1), new_pages=2, newest_at=stamp) for number in range(polls))
    )


HOME = {"url": f"{BASE}/", "status": 200}
# name: (just not, just so, status, reason)
THRESHOLDS: dict[str, tuple[SourceFacts, SourceFacts, str, str]] = {
    "hard failures": (failing("http_404", 1, 0), failing("http_404", 2, 1), "failing", "http_404"),
    "soft failures": (failing("tls", 1, 0), failing("tls", 2, 1), "failing", "tls"),
    "temporary failures: how many": (failing("dns", 2, 9), failing("dns", 3, 9), "failing", "dns"),
    "temporary failures: how long": (failing("dns", 9, 5.9), failing("dns", 9, 6), "failing", "dns"),
    "refused": (failing("http_403", 1, 0), failing("http_403", 2, 1), "blocked", "http_403"),
    "a bot wall": (WELL, failing("bot_wall", 1, 0), "blocked", "bot_wall"),
    "a consent page": (WELL, failing("consent_wall", 1, 0), "consent", "consent_wall"),
    "parked": (WELL, failing("parking", 1, 0), "parking", "parking"),
    "forbidden": (WELL, failing("robots", 1, 0), "robots", "robots"),
    "unreadable": (failing("malformed", 1, 0), failing("malformed", 2, 1), "malformed", "malformed"),
    "a front page": (failing("not_a_feed", 1, 0, **HOME), failing("not_a_feed", 2, 1, **HOME), "moved", "not_a_feed"),
    "due": (due(26), due(26.1), "unpolled", "schedule_lag"),
    "emptied": (emptied(1.9), emptied(2), "empty", "no_items"),
    "a gap: closed": (lost(1, "closed"), lost(1, "partly"), "gap", "gap_partly"),
    "a gap: how old": (lost(7.1, "given_up"), lost(7, "given_up"), "gap", "gap_given_up"),
    "other addresses": (moving(1), moving(2), "unstable", "unstable_address"),
    "future dates: how far": (dated(26, 5), dated(26.1, 5), "stale_dates", "future_dates"),
    "future dates: how often": (dated(48, 2), dated(48, 3), "stale_dates", "future_dates"),
    "frozen dates: how often": (frozen(3, 48), frozen(4, 48), "stale_dates", "frozen_dates"),
    "frozen dates: how long": (frozen(4, 47), frozen(4, 48), "stale_dates", "frozen_dates"),
    "few items": (volume(20, 6, 5, 5, 0), volume(20, 5, 5, 5, 0), "volume_low", "below_band"),
    "few items of few": (volume(2, 0, 0, 1, 0), volume(10, 0, 0, 1, 0), "volume_low", "below_band"),
    "many items": (volume(20, 60), volume(20, 61), "volume_high", "above_band"),
    "many items of few": (volume(1, 29), volume(1, 30), "volume_high", "above_band"),
    "teasers": (read_pages(13, 15, access="teaser"), read_pages(14, 15, access="teaser"), "thin", "teaser"),
    "short texts": (read_pages(15, 15, length=500), read_pages(15, 15, length=499), "thin", "short"),
    "few pages": (read_pages(7, 7, access="teaser"), read_pages(8, 8, access="teaser"), "thin", "teaser"),
    "consent pages": (
        read_pages(13, 15, reason="consent_wall"), read_pages(14, 15, reason="consent_wall"), "consent", "consent_wall",
    ),
    "pages that refuse": (
        read_pages(13, 15, state="failed", reason="http_403"),
        read_pages(14, 15, state="failed", reason="http_403"), "blocked", "http_403",
    ),
    "no hits": (hits(50, 200, 20, 2.9), hits(50, 200, 50, 3), "irrelevant", "no_hits"),
    "no hits by chance": (hits(3, 300, 500), hits(3, 300, 1900), "irrelevant", "no_hits"),
}  # fmt: skip


@pytest.mark.parametrize("name", THRESHOLDS)
def test_thresholds(name: str) -> None:
    before, after, status, reason = THRESHOLDS[name]
    assert judge(before, NOW).well, judge(before, NOW)
    found = judge(after, NOW)
    assert (found.status, found.reason) == (status, reason), found
    assert found.evidence
    assert found.todo


def test_a_source_is_dead_after_weeks() -> None:
    days = policy.DEAD_AFTER / DAY
    assert judge(failing("http_404", 20, 24 * days - 1), NOW).status == "failing"
    assert judge(failing("http_404", 20, 24 * days), NOW).status == "dead"


def test_what_never_worked_is_told_at_once() -> None:
    told = Told(source(), NOW - HOUR).hear([failed(source(), NOW, "http_404")])
    found = judge(told.facts(), NOW)
    assert found.status == "failing"
    assert "none ever worked" in found.evidence


def test_silence_is_judged_as_of_the_last_good_poll() -> None:
    later = NOW + 20 * DAY
    assert judge(facts_with({"next_poll_at": later}), later).well
    heard = facts_with({"next_poll_at": later, "last_ok_at": later})
    assert judge(heard, later).status == "silent"


def test_an_empty_sitemap_is_none() -> None:
    assert judge(facts_with({"kind": "sitemap"}, ok=(ok(0, items=0), ok(9, items=0))), NOW).well


def test_the_gravest_finding_names_the_status_and_the_others_are_told() -> None:
    found = judge(replace(read_pages(15, 15, access="teaser"), gaps=lost(1, "partly").gaps), NOW)
    assert (found.status, found.also) == ("gap", ("thin",))


def test_new_and_never_polled() -> None:
    fresh = SourceFacts(source=source(), added_at=NOW - 25 * HOUR)
    assert judge(fresh, NOW).reason == "never_polled"
    assert judge(replace(fresh, added_at=NOW - 27 * HOUR), NOW).status == "unpolled"
    assert judge(replace(WELL, added_at=NOW - 6 * DAY), NOW).status == "new"


def test_levels() -> None:
    bad, deaf = failing("http_404", 3, 3), facts_with()
    assert report([WELL, WELL, WELL], NOW).level == 0
    assert report([WELL, WELL, bad], NOW).level == 1
    assert report([WELL, bad], NOW).critical == ("1 of 2 sources give nothing at present",)
    assert report([bad], NOW, whole=False).level == 1
    assert report([deaf], NOW + 27 * HOUR).level == 2
    assert report([], NOW).summary == "no sources"
    assert report([WELL, WELL, bad], NOW).summary == "3 sources: 2 ok, 1 failing"


def letter(failures: int, state: str = "pending", target: str = "env:HOOK") -> Undelivered:
    return Undelivered(
        delivery_id=1,
        message_id="a@b",
        watch="Spain",
        target=target,
        state=state,
        items=3,
        failures=failures,
        created_at=NOW,
        next_try_at=None,
        error="HTTP 500",
    )


@pytest.mark.parametrize(
    ("letters", "warnings"),
    [
        pytest.param([], [], id="none"),
        pytest.param([letter(2)], [], id="failed twice"),
        pytest.param([letter(3)], ["1 message waiting after failures since 2026-03-04 12:00 UTC"], id="three times"),
        pytest.param(
            [letter(10, "dead")] * 2, ["2 messages could not be delivered since 2026-03-04 12:00 UTC"], id="dead"
        ),
        pytest.param(
            [letter(1, "dead"), letter(4)],
            ["1 message could not be delivered, 1 message waiting after failures since 2026-03-04 12:00 UTC"],
            id="both",
        ),
    ],
)
def test_messages_that_do_not_arrive_are_a_warning(letters: list[Undelivered], warnings: list[str]) -> None:
    found = report([], NOW, letters=letters)
    assert list(found.warnings) == [f"watch Spain, env:HOOK: {told}: HTTP 500" for told in warnings]
    assert found.level == int(bool(warnings))


def test_each_receiver_has_a_warning_of_its_own() -> None:
    found = report([], NOW, letters=[letter(1, "dead"), letter(1, "dead", "mailto:a@b.c")])
    assert [told.split(":")[0] for told in found.warnings] == ["watch Spain, env", "watch Spain, mailto"]
