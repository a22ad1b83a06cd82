"""What a look at a source shows, whether it is fine, and what to do about it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.checkup import Redirect, Visit, notes_on, visit_of
from crawler.rhythm import Rhythm
from storewatch.cli.checking import COLUMNS, FIELDS, exit_code, explained, report, to_do
from storewatch.cli.output import table_text
from storewatch.types import Source

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
URL = "https://paper.example/feed"
GOOD = Visit(
    asked=URL,
    name="paper",
    url=URL,
    status=200,
    content_type="application/rss+xml",
    bytes=16_000,
    duration_ms=250,
    format="rss",
    title="The Paper",
    items=20,
    newest_at=NOW - timedelta(hours=3),
    per_day=12.5,
    full=1.0,
    on_site=1.0,
    ttl_s=3600,
    etag=True,
    last_modified=True,
    cache_s=600,
    robots="allowed",
)
SOURCE = Source(source_id=1, name="paper", url=URL, last_polled_at=NOW - timedelta(minutes=20))


def learned(newest: datetime) -> dict[str, object]:
    """The history of a source that had an item every hour for forty days up to ``newest``."""
    times = [newest.timestamp() - 3600 * number for number in range(960)]
    first = newest - timedelta(days=40)
    rhythm = Rhythm()
    for day in range(41):
        until = first + timedelta(days=day)
        came = [time for time in times if until.timestamp() - 86400 < time <= until.timestamp()]
        rhythm = rhythm.after(came, now=until, window=50)
    return rhythm.dump()


def test_a_good_source_has_nothing_to_be_told() -> None:
    assert notes_on(GOOD, SOURCE, now=NOW) == ()


@pytest.mark.parametrize(
    ("change", "code", "advice"),
    [
        pytest.param({"reason": "http_404", "error": "is not there"}, "http_404", "sources add", id="gone"),
        pytest.param({"reason": "http_503", "error": "is down"}, "http_503", "Try again later", id="down"),
        pytest.param({"reason": "http_403", "error": "refuses us"}, "http_403", "fetch.contact", id="refused"),
        pytest.param({"reason": "dns", "error": "no name"}, "dns", "name is right", id="no such name"),
        pytest.param({"reason": "robots", "error": "not allowed"}, "robots", "robots.txt allows", id="robots"),
        pytest.param({"reason": "tls", "error": "bad"}, "tls", "certificate", id="certificate"),
        pytest.param({"reason": "not_a_feed", "error": "HTML"}, "not_a_feed", f"sources add {URL}", id="a page"),
        pytest.param({"reason": "malformed", "error": "broken"}, "malformed", "sources add", id="broken"),
        pytest.param(
            {"reason": "http_403", "error": "no", "suspicion": "bot_wall", "suspicion_by": "a header"},
            "bot_wall", "fetch.contact", id="bot wall",
        ),
        pytest.param(
            {"reason": "not_a_feed", "error": "HTML", "suspicion": "consent_wall", "suspicion_by": "a button"},
            "consent_wall", "consent cookie", id="consent",
        ),
        pytest.param(
            {"reason": "not_a_feed", "error": "HTML", "suspicion": "parking", "suspicion_by": "words"},
            "parking", "new address", id="parking",
        ),
        pytest.param({"items": 0, "newest_at": None}, "empty", "sources add", id="empty"),
        pytest.param({"newest_at": NOW - timedelta(days=400)}, "dead", "sources add", id="dead"),
    ],
)  # fmt: skip
def test_what_is_not_fine_comes_first_and_says_what_to_do(change: dict[str, object], code: str, advice: str) -> None:
    first, *_ = notes_on(replace(GOOD, **change), SOURCE, now=NOW)
    assert (first.code, first.bad) == (code, True)
    assert advice in first.advice


@pytest.mark.parametrize(
    ("visit", "source", "code"),
    [
        pytest.param(replace(GOOD, etag=False, last_modified=False), SOURCE, "no_validators", id="no validators"),
        pytest.param(replace(GOOD, newest_at=NOW - timedelta(days=90)), SOURCE, "quiet", id="quiet"),
        pytest.param(replace(GOOD, newest_at=None), SOURCE, "undated", id="undated"),
        pytest.param(replace(GOOD, skipped=3), SOURCE, "skipped", id="items left out"),
        pytest.param(replace(GOOD, on_site=0.2), SOURCE, "off_site", id="links to others"),
        pytest.param(replace(GOOD, crawl_delay_s=30.0), SOURCE, "crawl_delay", id="slow by robots.txt"),
        pytest.param(replace(GOOD, format="sitemap"), SOURCE, "kind", id="a sitemap"),
        pytest.param(
            replace(GOOD, redirects=(Redirect(url=URL, status=301),), url="https://new.example/feed"), SOURCE, "moved",
            id="moved",
        ),
        pytest.param(GOOD, replace(SOURCE, failures=3, last_reason="timeout"), "failing", id="failed before"),
        pytest.param(GOOD, replace(SOURCE, enabled=False), "disabled", id="disabled"),
        pytest.param(GOOD, replace(SOURCE, trusts_validators=False), "lying_validators", id="lies"),
        pytest.param(GOOD, replace(SOURCE, moved_to="https://n.example/", moved_polls=9), "moved_to", id="taken over"),
    ],
)  # fmt: skip
def test_what_is_worth_knowing_but_fine(visit: Visit, source: Source, code: str) -> None:
    [note] = notes_on(visit, source, now=NOW)
    assert (note.code, note.bad) == (code, False)


def test_a_temporary_redirect_is_no_move() -> None:
    visit = replace(GOOD, redirects=(Redirect(url=URL, status=302),), url="https://new.example/feed")
    assert notes_on(visit, SOURCE, now=NOW) == ()


def test_silence_is_judged_by_the_habit() -> None:
    newest = NOW - timedelta(days=6)
    visit = replace(GOOD, newest_at=newest)
    silent, *_ = notes_on(visit, replace(SOURCE, history=learned(newest)), now=NOW)
    assert (silent.code, silent.bad) == ("silent", True)
    assert notes_on(visit, SOURCE, now=NOW) == ()  # Of one that is not known, six days prove nothing.
    unpolled = replace(SOURCE, history=learned(NOW - timedelta(days=9)))
    assert notes_on(replace(GOOD, newest_at=NOW - timedelta(hours=5)), unpolled, now=NOW) == ()
    assert notes_on(visit, unpolled, now=NOW)[0].code == "silent"


def test_a_visit_survives_json() -> None:
    visit = replace(GOOD, redirects=(Redirect(url=URL, status=301),))
    assert visit_of(json.loads(json.dumps(visit.line()))) == visit


def test_a_report_has_all_fields_and_the_exit_code_follows() -> None:
    good = report(GOOD, SOURCE, now=NOW)
    bad = report(replace(GOOD, reason="dns", error="no"), None, now=NOW)
    assert set(good) == set(FIELDS)
    assert (good["ok"], good["verdict"], bad["ok"], bad["verdict"]) == (True, "ok", False, "dns")
    assert [exit_code(rows, 2) for rows in ([good, good], [good, bad], [good])] == [0, 1, 1]


def test_one_report_explains() -> None:
    visit = replace(GOOD, redirects=(Redirect(url="https://old.example/", status=301),))
    source = replace(SOURCE, history=learned(NOW), next_poll_at=NOW + timedelta(minutes=10), failures=2)
    text = explained(report(visit, source, now=NOW), now=NOW)
    lines = dict(line.strip().split(maxsplit=1) for line in text.splitlines()[1:] if "led to" not in line)
    assert lines["asked"] == URL
    assert lines["redirect"] == "301 by https://old.example/"
    assert lines["answer"] == "HTTP 200, application/rss+xml, 16.0 kB in 0.2 s"
    assert lines["is"] == "rss 'The Paper', 20 items"
    assert lines["newest"] == "2026-11-24 09:00 UTC, 3 hours ago"
    assert lines["text"] == "full"
    assert "usually 24 a day, one every 60 min" in lines["rhythm"]
    assert lines["polls"] == "last one 20 min ago, 2 failed in a row, next one in 10 min"
    assert lines["validators"] == "ETag and Last-Modified, may be kept for 10 min"
    assert lines["verdict"] == "fine"


def test_an_advice_that_many_share_is_told_once() -> None:
    gone = replace(GOOD, reason="http_404", error="is not there")
    rows = [report(replace(gone, name=f"n{number}"), None, now=NOW) for number in range(8)]
    rows += [report(GOOD, SOURCE, now=NOW), report(replace(GOOD, reason="dns", error="no"), None, now=NOW)]
    first, second = to_do(rows)
    assert first.startswith("n0, n1, n2, n3, n4 and 3 more: `storewatch sources add`")
    assert second == "paper: See whether the name is right and the network is there."


def test_several_are_a_table() -> None:
    rows = [report(GOOD, SOURCE, now=NOW), report(replace(GOOD, name=None, reason="dns", error="no"), None, now=NOW)]
    head, first, second = table_text(rows, COLUMNS, width=200).splitlines()
    assert head.split()[:2] == ["source", "verdict"]
    assert first.split()[:5] == ["paper", "ok", "200", "rss", "20"]
    assert second.split()[:2] == [URL, "dns"]
