"""Lists of sources: what is new in one, what a name means, how one is written. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from storewatch.cli.source_rows import FIELDS, ListFormat, list_text, source_row, span, state_of
from storewatch.cli.sources import (
    as_source,
    known_as,
    named,
    new_source,
    unknown,
    unknown_source,
    wanted,
)
from storewatch.errors import InputError
from storewatch.types import NewSource, Source

GOLEM = NewSource(name="golem", url="https://golem.example/feed", title="Golem", lang="de", country="DE")
HEISE = NewSource(name="heise", url="https://heise.example/feed", kind="sitemap", enabled=False)
THERE = (as_source(1, GOLEM), as_source(2, HEISE))


def test_only_new_addresses_are_new_and_names_stay_unique() -> None:
    listed = [
        replace(GOLEM, name="other"),
        replace(GOLEM, url="https://golem.example/second"),
        replace(GOLEM, url="https://golem.example/third"),
        NewSource(name="fresh", url="https://fresh.example/"),
        NewSource(name="again", url="https://fresh.example/"),
        NewSource(name="other-writing", url="http://www.golem.example/feed/"),
    ]
    assert [(source.name, source.url) for source in unknown(listed, THERE)] == [
        ("golem-2", "https://golem.example/second"),
        ("golem-3", "https://golem.example/third"),
        ("fresh", "https://fresh.example/"),
    ]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        pytest.param("https://golem.example/feed", "golem", id="the same"),
        pytest.param("http://www.golem.example/feed/", "golem", id="in other writing"),
        pytest.param("https://golem.example/feed2", None, id="another"),
    ],
)
def test_known_as(url: str, name: str | None) -> None:
    known = known_as(NewSource(name="x", url=url), THERE)
    assert (known and known.name) == name


ELSEWHERE = "https://elsewhere.example/rss"


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        pytest.param([], [(1, "golem")], id="all enabled"),
        pytest.param(["heise"], [(2, "heise")], id="a name, though disabled"),
        pytest.param(["https://golem.example/feed"], [(1, "golem")], id="a known address"),
        pytest.param([ELSEWHERE, "golem"], [(0, "elsewhere-example"), (1, "golem")], id="an unknown one"),
        pytest.param(["elsewhere.example/rss"], [(0, "elsewhere-example")], id="without a scheme"),
    ],
)
def test_wanted(which: list[str], expected: list[tuple[int, str]]) -> None:
    assert [(source.source_id, source.name) for source in wanted(THERE, which)] == expected


def test_named_gives_each_once_in_the_order_asked_for() -> None:
    assert [source.name for source in named(THERE, ["heise", "golem", "heise"])] == ["heise", "golem"]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        pytest.param("golm", "did you mean golem?", id="misspelt"),
        pytest.param("GOL", "did you mean golem?", id="part of a name"),
        pytest.param("zzz", "`storewatch sources list` shows the names", id="nothing near"),
    ],
)
def test_an_unknown_name_gets_the_nearest(name: str, hint: str) -> None:
    assert unknown_source(name, ["golem", "heise"]).hint == hint
    with pytest.raises(InputError, match="there is no such source"):
        named(THERE, [name])


@pytest.mark.parametrize(
    ("form", "start"),
    [
        pytest.param(
            ListFormat.text,
            "https://golem.example/feed\n# disabled: https://heise.example/feed  # kind: sitemap\n",
            id="text",
        ),
        pytest.param(ListFormat.jsonl, '{"name": "golem", "title": "Golem", "url": ', id="jsonl"),
        pytest.param(ListFormat.opml, "<?xml", id="opml"),
    ],
)
def test_lists_are_written_in_each_format(form: ListFormat, start: str) -> None:
    assert list_text(THERE, form).startswith(start)
    assert list_text((), form) == ""


def test_a_row_has_every_fact_that_a_person_may_ask_for() -> None:
    row = source_row(THERE[0])
    inner = {"source_id", "etag", "last_modified", "body_sha", "history", "seen_items", "trusts_validators"}
    inner |= {"moved_polls", "moved_since", "verified_at", "failure_weight", "failing_since"}
    told = {"state", "interval_s", "usual_per_day"}
    assert set(row) == set(FIELDS) == (set(Source.__slots__) & set(row)) | told
    assert set(Source.__slots__) - set(row) <= inner


NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
POLLED = replace(THERE[0], last_polled_at=NOW, last_ok_at=NOW, next_poll_at=NOW + timedelta(minutes=45))


@pytest.mark.parametrize(
    ("source", "state"),
    [
        pytest.param(THERE[0], "not polled yet", id="new"),
        pytest.param(THERE[1], "disabled", id="disabled"),
        pytest.param(POLLED, "ok", id="ok"),
        pytest.param(replace(POLLED, failures=2, last_reason="http_404"), "failing (http_404)", id="failing"),
        pytest.param(
            replace(
                POLLED, failures=30, last_reason="dns", failure_weight=12.0, failing_since=NOW - timedelta(days=40)
            ),
            "dead (dns)",
            id="dead",
        ),
        pytest.param(replace(POLLED, moved_to="https://new.example/", moved_polls=3), "moved", id="moved"),
    ],
)
def test_state_of(source: Source, state: str) -> None:
    assert state_of(source) == state
    assert source_row(source)["state"] == state


def test_the_interval_is_told() -> None:
    row = source_row(POLLED)
    assert row["interval_s"] == 2700
    assert span(row["interval_s"]) == "45 min"


@pytest.mark.parametrize(
    ("seconds", "text"), [(None, ""), (59 * 60, "59 min"), (7200, "2 h"), (172_800, "2 d")], ids=str
)
def test_span(seconds: float | None, text: str) -> None:
    assert span(seconds) == text


@pytest.mark.parametrize(
    ("row", "name", "error"),
    [
        pytest.param({"url": "golem.de"}, None, "is no http(s) address, perhaps https://golem.de", id="no scheme"),
        pytest.param({"url": "ftp://golem.de"}, None, "is no http(s) address", id="another scheme"),
        pytest.param(
            {"url": "https://golem.de", "lang": "deutsch"}, None, "lang: 'deutsch' is not two small letters", id="lang"
        ),
        pytest.param({"url": "https://golem.de"}, "Golem DE", "is no name for a source", id="name"),
    ],
)
def test_a_source_of_the_wrong_form_is_refused(row: dict[str, str], name: str | None, error: str) -> None:
    with pytest.raises(InputError) as caught:
        new_source(row, name=name)
    assert error in str(caught.value)


def test_a_new_source_is_the_users() -> None:
    source = new_source({"url": "https://golem.de/feed", "name": "golem", "kind": "feed", "title": None}, name="golem")
    assert (source.name, source.added_by, source.enabled) == ("golem", "user", True)
