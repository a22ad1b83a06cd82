from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler import policy
from crawler.policy import Problem
from crawler.rhythm import Rhythm
from storewatch.types import RunCounts

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def feed_with(*, per_day: float, window: int = 50, ttl_s: int | None = None) -> Rhythm:
    """What is known of a source that brought ``per_day`` items a day for a month (or 20 items), at no fixed hour."""
    count = max(int(per_day * 30), 20)
    gaps = [number + 0.6 + 0.8 * (number * 0.618 % 1) for number in range(count)]
    times = [(NOW - timedelta(days=gap / per_day)).timestamp() for gap in gaps]
    return Rhythm().after(times, now=NOW, window=window, ttl_s=ttl_s)


@pytest.mark.parametrize(
    ("arguments", "low", "high"),
    [
        pytest.param({}, 60, 180, id="nothing known"),
        pytest.param({"rhythm": feed_with(per_day=1000, window=500)}, 5, 8, id="never sooner than 5 minutes"),
        pytest.param({"rhythm": feed_with(per_day=96)}, 17, 25, id="an item in a quarter of an hour"),
        pytest.param({"rhythm": feed_with(per_day=4)}, 70, 130, id="four items a day"),
        pytest.param({"rhythm": feed_with(per_day=1 / 7)}, 360, 720, id="an item a week"),
        pytest.param({"rhythm": feed_with(per_day=1 / 90)}, 1200, 1440, id="an item in a quarter of a year"),
        pytest.param({"rhythm": feed_with(per_day=96, window=4)}, 17, 32, id="half of a tiny feed is replaced sooner"),
        pytest.param({"rhythm": feed_with(per_day=20, ttl_s=7200)}, 120, 126, id="ttl lengthens"),
        pytest.param({"rhythm": feed_with(per_day=1 / 7, ttl_s=60)}, 360, 720, id="ttl never shortens"),
        pytest.param({"rhythm": feed_with(per_day=48, window=8, ttl_s=43200)}, 40, 90, id="ttl that would lose items"),
        pytest.param({"rhythm": feed_with(per_day=20, ttl_s=86400)}, 120, 200, id="says daily, brings twenty a day"),
        pytest.param({"rhythm": feed_with(per_day=200, ttl_s=3600)}, 60, 63, id="an hour is a wish"),
        pytest.param({"rhythm": feed_with(per_day=0.5, ttl_s=86400)}, 1368, 1440, id="says daily, and it is true"),
        pytest.param({"rhythm": feed_with(per_day=20), "cache_s": 7200}, 120, 126, id="max-age lengthens"),
        pytest.param({"rhythm": feed_with(per_day=1), "cache_s": 10**9}, 1080, 1440, id="never beyond a day"),
        pytest.param({"retry_after_s": 30_000}, 500, 525, id="retry-after after a success"),
        pytest.param({"failures": 1, "reason": "dns"}, 28, 32, id="first temporary failure"),
        pytest.param({"failures": 3, "reason": "timeout"}, 55, 62, id="third temporary failure"),
        pytest.param({"failures": 1, "reason": "http_403"}, 28, 32, id="first soft failure"),
        pytest.param({"failures": 4, "reason": "not_a_feed"}, 228, 252, id="fourth soft failure"),
        pytest.param({"failures": 1, "reason": "http_404"}, 57, 63, id="first hard failure"),
        pytest.param({"failures": 2, "reason": "http_404"}, 228, 252, id="second hard failure"),
        pytest.param({"failures": 4, "reason": "http_410"}, 1296, 1440, id="hard reaches a day"),
        pytest.param({"failures": 10_000, "reason": "http_500"}, 1296, 1440, id="any number of failures"),
        pytest.param({"failures": 1, "reason": "http_429", "retry_after_s": 7200}, 120, 126, id="retry-after of a 429"),
        pytest.param({"failures": 1, "reason": "http_429", "retry_after_s": -5}, 28, 32, id="retry-after in the past"),
        pytest.param({"failures": 1, "reason": "http_429", "retry_after_s": 1e12}, 1440, 1440, id="absurd retry-after"),
        pytest.param(
            {"failures": 1, "reason": "robots", "rhythm": feed_with(per_day=1, ttl_s=86400)},
            *(57, 63),
            id="ttl means nothing after a failure",
        ),
        pytest.param(
            {"failures": 1, "reason": "timeout", "rhythm": feed_with(per_day=500)},
            *(9.5, 15),
            id="a busy feed is tried again sooner",
        ),
        pytest.param({"failures": 40, "reason": "http_404", "dead": True}, 41_000, 45_400, id="dead: once a month"),
    ],
)
def test_next_poll(arguments: dict[str, Any], low: float, high: float) -> None:
    for name in ("", "golem", "the-verge"):
        wait = (policy.next_poll(now=NOW, name=name, **arguments) - NOW) / MINUTE
        assert low <= wait <= high


def test_many_sources_polled_together_do_not_come_due_together() -> None:
    for known in (None, feed_with(per_day=1000, window=500), feed_with(per_day=1 / 90)):
        due = [policy.next_poll(now=NOW, name=f"paper-{number}", rhythm=known) for number in range(1000)]
        busiest = max(Counter(int(at.timestamp()) for at in due).values())
        # Five minutes leave only 15 seconds to spread over.
        assert busiest <= (120 if min(due) - NOW < 6 * MINUTE else 20)
        assert due == [policy.next_poll(now=NOW, name=f"paper-{number}", rhythm=known) for number in range(1000)]


@pytest.mark.parametrize(
    ("failures", "days", "dead"),
    [
        pytest.param(["http_404"] * 10, 21, True, id="ten hard ones"),
        pytest.param(["http_404"] * 9 + ["http_403"], 90, False, id="not heavy enough"),
        pytest.param(["http_404"] * 50, 20, False, id="not long enough"),
        pytest.param(["not_a_feed"] * 20, 21, True, id="twenty soft ones"),
        pytest.param(["timeout"] * 39, 90, False, id="temporary ones weigh little"),
        pytest.param(["timeout"] * 36 + ["http_410"], 22, True, id="mixed"),
    ],
)
def test_when_a_source_is_dead(failures: list[str], days: int, dead: bool) -> None:
    weight = sum(policy.failure_weight(reason) for reason in failures)
    assert policy.is_dead(weight=weight, since=NOW - timedelta(days=days), now=NOW) is dead
    assert not policy.is_dead(weight=weight, since=None, now=NOW)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Mon, 02 Nov 2026 12:05:00 GMT", 300.0),
        ("Mon, 02 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        (None, None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("99999999999999999999", 999999999.0),
        ("Mon, 99 Nov 2026 12:05:00 GMT", None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert policy.retry_after(header, NOW) == seconds


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("max-age=600", 600),
        ("public, Max-Age=60", 60),
        ('max-age="5"', 5),
        ("no-cache, max-age=60", None),
        ("private", None),
        ("max-age=-1", None),
        (None, None),
    ],
)
def test_cache_seconds(header: str | None, seconds: int | None) -> None:
    assert policy.cache_seconds(header) == seconds


@pytest.mark.parametrize(
    ("reason", "expected", "permanent"),
    [
        ("dns", "temporary", False),
        ("timeout", "temporary", False),
        ("http_404", "hard", True),
        ("http_410", "hard", True),
        ("http_403", "soft", False),
        ("http_429", "temporary", False),
        ("http_500", "temporary", False),
        ("http_302", "soft", False),
        ("robots", "hard", True),
        ("robots_unread", "temporary", False),
        ("address_refused", "hard", True),
        ("too_large", "soft", True),
        ("not_a_feed", "soft", False),
        ("something_new", "soft", False),
    ],
)
def test_failures(reason: str, expected: str, permanent: bool) -> None:
    assert policy.failure_class(reason) == expected
    failure = policy.failure(reason)
    assert failure.permanent is permanent
    assert failure.detail
    assert "_" not in failure.detail


def test_status_sentences_name_the_status() -> None:
    for status in (302, 401, 404, 418, 503, 599):
        assert f"HTTP {status}" in policy.failure_of_status(status).detail


def problem(reason: str, subject: str, kind: str = "feed") -> Problem:
    return Problem(kind=kind, subject=subject, reason=reason, sentence=policy.sentence_of(reason))


def test_no_network_is_one_line() -> None:
    problems = [problem("dns", f"paper-{n}") for n in range(276)]
    assert policy.looks_offline(problems, answered=0)
    assert policy.problem_lines(problems, offline=True) == (
        "276 feeds: host names could not be resolved - no network?",
    )


def test_few_failures_are_told_one_by_one() -> None:
    lines = policy.problem_lines([problem("http_404", "a"), problem("dns", "b"), problem("http_404", "c")])
    assert lines == (
        "feed a: is not there (HTTP 404)",
        "feed b: the host name could not be resolved",
        "feed c: is not there (HTTP 404)",
    )


def test_many_alike_share_a_line_but_other_failures_never_do() -> None:
    problems = [problem("timeout", f"slow-{n}") for n in range(5)] + [
        problem("http_404", f"gone-{n}") for n in range(9)
    ]
    lines = policy.problem_lines(problems)
    assert lines[0] == "5 feeds: they did not answer in time (the first: slow-0)"
    assert len(lines) == 10


def test_pages_of_one_host_share_a_line() -> None:
    gone = [problem("http_404", f"https://paper.example/{n}", "page") for n in range(7)]
    other = [problem("http_404", f"https://other.example/{n}", "page") for n in range(2)]
    assert policy.problem_lines(gone + other) == (
        "7 pages of paper.example: is not there (HTTP 404) (the first: https://paper.example/0)",
        "page https://other.example/0: is not there (HTTP 404)",
        "page https://other.example/1: is not there (HTTP 404)",
    )


@pytest.mark.parametrize(
    ("reasons", "answered", "offline"),
    [
        (["dns", "dns"], 0, True),
        (["dns", "connect", "timeout"], 0, True),
        (["dns"], 0, False),
        (["dns", "dns"], 1, False),
        (["dns", "http_500"], 0, False),
        (["dns", "tls"], 0, False),
        ([], 0, False),
    ],
)
def test_looks_offline(reasons: list[str], answered: int, offline: bool) -> None:
    problems = [problem(reason, str(n)) for n, reason in enumerate(reasons)]
    assert policy.looks_offline(problems, answered=answered) is offline


@pytest.mark.parametrize(
    ("counts", "options", "code"),
    [
        pytest.param({}, {}, 0, id="nothing due"),
        pytest.param({"polls_ok": 9, "polls_failed": 1}, {}, 0, id="below the share"),
        pytest.param({"polls_ok": 4, "polls_failed": 1}, {}, 3, id="at the share"),
        pytest.param({"polls_unchanged": 1, "polls_failed": 9, "polls_failed_known": 9}, {}, 0, id="known only"),
        pytest.param({"polls_unchanged": 5, "polls_failed": 5, "polls_failed_known": 4}, {}, 0, id="one new of ten"),
        pytest.param({"polls_failed": 3}, {}, 1, id="nothing polled"),
        pytest.param({"polls_failed": 3, "polls_failed_known": 3}, {}, 0, id="nothing polled, all known"),
        pytest.param({"polls_failed": 3, "polls_failed_known": 3}, {"asked": True}, 1, id="asked for by name"),
        pytest.param({"polls_ok": 9, "storage_errors": 1}, {}, 3, id="storage error"),
        pytest.param({"polls_ok": 9}, {"interrupted": True}, 130, id="interrupted"),
        pytest.param({"polls_ok": 99, "polls_failed": 1}, {"failed_share": 0.0}, 3, id="share of zero"),
        pytest.param({"polls_ok": 99}, {"failed_share": 0.0}, 0, id="share of zero, none failed"),
    ],
)
def test_exit_code(counts: dict[str, int], options: dict[str, object], code: int) -> None:
    values = {"failed_share": 0.2, **options}
    assert policy.exit_code(RunCounts(**counts), **values) == code  # type: ignore[arg-type]  # a table of keyword arguments


@pytest.mark.parametrize("hour", range(24))
def test_a_ttl_is_kept_at_any_hour_while_nothing_is_known_of_a_feed(hour: int) -> None:
    now = NOW.replace(hour=hour, minute=54)
    known = Rhythm().after([], now=now, window=3, ttl_s=7200)
    waits = (policy.next_poll(now=now, name="paper", rhythm=known) - now).total_seconds()
    assert 7200 <= waits <= 7200 * (1 + policy.JITTER)
