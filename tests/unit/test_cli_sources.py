"""Lists of sources: what is new in one, what a name means, how one is written. Pure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storewatch.cli.sources import (
    ListFormat,
    as_source,
    list_text,
    named,
    new_source,
    source_row,
    unknown,
    unknown_source,
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
    ]
    assert [(source.name, source.url) for source in unknown(listed, THERE)] == [
        ("golem-2", "https://golem.example/second"),
        ("golem-3", "https://golem.example/third"),
        ("fresh", "https://fresh.example/"),
    ]


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
        pytest.param(ListFormat.text, "https://golem.example/feed\nhttps://heise.example/feed\n", id="text"),
        pytest.param(ListFormat.jsonl, '{"name": "golem", "title": "Golem", "url": ', id="jsonl"),
        pytest.param(ListFormat.opml, "<?xml", id="opml"),
    ],
)
def test_lists_are_written_in_each_format(form: ListFormat, start: str) -> None:
    assert list_text(THERE, form).startswith(start)
    assert list_text((), form) == ""


def test_a_row_has_every_fact_that_a_person_may_ask_for() -> None:
    row = source_row(THERE[0])
    assert set(row) == set(Source.__slots__) - {"source_id", "etag", "last_modified", "body_sha"}


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
