"""Stories for people, on both engines and on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.stored import DAY, HOUR, NOW, event_about, queue, save, source
from typer.testing import CliRunner

from storewatch.cli.app import app
from storewatch.db import telling
from storewatch.db.rows import Filters
from storewatch.db.store import Store, open_store
from storewatch.search.language import parse

TOLD = (
    (
        "cnbc",
        "en",
        0,
        "Xiaomi will open 300 stores in Spain, its vice president told us on Wednesday.",
        "Xiaomi",
        "ES",
        300,
    ),
    ("golem", "de", 5, "Xiaomi will in Spanien 300 Läden eröffnen, berichtet CNBC am Mittwoch.", "Xiaomi", "ES", 300),
    (
        "other",
        "en",
        30,
        "vivo will open 12 shops in Peru, said its manager there. They are small ones.",
        "vivo",
        "PE",
        12,
    ),
)


def fill(store: Store) -> None:
    run_id = store.start_run("storewatch crawl", NOW)
    for name, lang, hours, text, vendor, country, count in TOLD:
        page = queue(store, run_id, f"https://{name}.example/a", of=source(store, name))
        event = event_about(
            text,
            text,
            vendor=vendor,
            country=country,
            store_count=count,
            source_outlet="CNBC" if lang == "de" else None,
        )
        at = NOW - DAY + hours * HOUR
        save(store, run_id, page, story=text, title=f"{vendor} in {country} ({lang})", published=at, events=[event])


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        fill(opened)
        with opened.writing() as connection:
            # What the saving transaction does where it is told of kinship.
            connection.exec_driver_sql("UPDATE articles SET story_id = 1 WHERE article_id IN (1, 2)")
            connection.exec_driver_sql("UPDATE articles SET story_id = 3 WHERE article_id = 3")
        yield opened


def test_stories_have_their_first_source_and_all_who_told_them(store: Store) -> None:
    later, first = telling.stories(store)
    assert (later.story_id, later.vendors, later.articles) == (3, ("vivo",), 1)
    assert (first.story_id, first.first_outlet, first.first_url) == (1, "cnbc.example", "https://cnbc.example/a")
    assert (first.articles, first.outlets, first.countries) == (2, 2, ("ES",))
    assert first.attributed_to == ("CNBC",)
    assert (first.first_at, first.last_at) == (NOW - DAY, NOW - DAY + 5 * HOUR)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        pytest.param(Filters(vendor="xiaomi"), [1], id="vendor"),
        pytest.param(Filters(country="PE"), [3], id="country"),
        pytest.param(Filters(query=parse("läden", now=NOW)), [1], id="one article is enough"),
        pytest.param(Filters(query=parse("story:3", now=NOW)), [3], id="number"),
        pytest.param(Filters(limit=1), [3], id="limit"),
        pytest.param(Filters(offset=1), [1], id="offset"),
        pytest.param(Filters(vendor="Apple"), [], id="none"),
    ],
)
def test_filters(store: Store, filters: Filters, found: list[int]) -> None:
    assert [row.story_id for row in telling.stories(store, filters)] == found


def test_one_story(store: Store) -> None:
    found = telling.story(store, 1)
    assert found is not None
    assert [one.outlet for one in found[1]] == ["cnbc.example", "golem.example"]
    assert found[1][1].source_outlets == ("CNBC",)
    assert telling.story(store, 2) == found, "the number of a story that was joined with another leads to it"
    assert telling.story(store, 9) is None


def test_on_the_command_line(tmp_path: Path, migrated_sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "storewatch.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    with open_store(str(path)) as opened:
        fill(opened)
        with opened.writing() as connection:
            connection.exec_driver_sql("UPDATE articles SET story_id = CASE WHEN article_id < 3 THEN 1 ELSE 3 END")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STOREWATCH_CONFIG", "")

    def run(*arguments: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(app, list(arguments))
        return result.exit_code, result.stdout, result.stderr

    code, out, _ = run("stories", "-f", "jsonl")
    assert code == 0
    assert [json.loads(line)["story_id"] for line in out.splitlines()] == [3, 1]
    assert "cnbc.example" in run("stories")[1]
    code, out, _ = run("show", "story:1")
    assert code == 0
    assert "attributed to CNBC" in out
    assert out.index("cnbc.example") < out.index("golem.example")
    told = json.loads(run("show", "story:1", "-f", "json")[1])
    assert [one["outlet"] for one in told["tellings"]] == ["cnbc.example", "golem.example"]
    for wrong in ("story:9", "story:x", "abc"):
        code, out, err = run("show", wrong)
        assert (code, out) == (2, "")
        assert wrong in err
