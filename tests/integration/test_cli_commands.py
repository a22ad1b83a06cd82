"""The commands over a real database: what they print, what they refuse, how they end."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path

import pytest
from support import stored
from support.commands import Answer, Run
from typer.testing import CliRunner

from storewatch.cli.app import app
from storewatch.cli.stored import ARTICLE_FIELDS, EVENT_FIELDS
from storewatch.db.store import open_store
from storewatch.types import Removal, RunCounts, RunEnd


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Path:
    """A database with three articles (one uncertain), a copy, a rejected page and a run."""
    path = tmp_path_factory.mktemp("collection") / "storewatch.db"
    shutil.copyfile(migrated_sqlite, path)
    with open_store(str(path)) as store:
        run_id = store.start_run("crawl", stored.NOW)
        removed = (Removal(rule="ad_token", text="{eblogads}", position=5),)
        stored.store_page(store, run_id, "https://golem.example/a", removed=removed)
        stored.store_page(store, run_id, "https://heise.example/copy", at=stored.NOW + stored.HOUR)
        long_ago = stored.NOW - 400 * stored.DAY
        stored.store_page(store, run_id, "https://golem.example/b", story=stored.OTHER_STORY, published=long_ago)
        stored.store_page(
            store,
            run_id,
            "https://golem.example/c",
            story="Perhaps a store.",
            events=(),
            verdict="uncertain",
            title="\x1b[31mPerhaps",
        )
        stored.store_page(store, run_id, "https://golem.example/d", story="No store.", verdict="rejected")
        counts = RunCounts(sources_due=1, polls_ok=1, pages_new=5, relevant=2, rejected={"weak": 1})
        store.finish_run(
            run_id,
            RunEnd(
                counts=counts,
                problems=("feed x: 404",),
                finish_reason="finished",
                exit_code=0,
                finished_at=stored.NOW + stored.HOUR,
            ),
        )
    return path


@pytest.fixture
def filled(run: Run, tmp_path: Path, collection: Path) -> Run:
    """Commands beside a copy of the collection."""
    shutil.copyfile(collection, tmp_path / "storewatch.db")
    return run


# --- asking ------------------------------------------------------------------------------------------------------


def test_articles_as_jsonl_have_the_columns_of_the_view(filled: Run) -> None:
    rows = filled("articles", "--format", "jsonl").rows
    assert [row["url"] for row in rows] == ["https://golem.example/a", "https://golem.example/b"]
    assert [list(row) for row in rows] == [list(ARTICLE_FIELDS)] * 2
    assert rows[0]["published_at"] == "2026-03-01T13:00:00+01:00"
    assert rows[0]["text"] == stored.STORY
    assert rows[0]["copies"] == 1


def test_copies_are_listed_where_asked_for(filled: Run) -> None:
    rows = filled("articles", "--copies", "-f", "jsonl").rows
    assert [(row["article_id"], row["url"], row["kind"]) for row in rows] == [
        (1, "https://heise.example/copy", "syndicated")
    ]
    assert filled("articles", "--copies").out.splitlines()[0].split() == ["id", "published", "kind", "outlet", "url"]
    assert filled("articles", "--copies", "--since", "2030", "-f", "csv").out == ""


def test_events_as_csv_read_back(filled: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(filled("events", "-f", "csv").out)))
    assert [tuple(row) for row in rows] == [EVENT_FIELDS] * 2
    assert {(row["vendor"], row["action"], row["country"]) for row in rows} == {("Xiaomi", "plan", "ES")}
    assert rows[0]["evidence"] == stored.STORY[int(rows[0]["evidence_start"]) : int(rows[0]["evidence_end"])]


@pytest.mark.parametrize(
    ("filters", "urls"),
    [
        pytest.param(["--vendor", "xiaomi"], ["a", "b"], id="vendor, any case"),
        pytest.param(["--vendor", "Samsung"], [], id="another vendor"),
        pytest.param(["--country", "es", "--action", "plan"], ["a", "b"], id="country and action"),
        pytest.param(["--action", "close"], [], id="another action"),
        pytest.param(["--since", "2026"], ["a"], id="since"),
        pytest.param(["--until", "2025-01"], ["b"], id="until a month"),
        pytest.param(["--until", "2025"], ["b"], id="until a year"),
        pytest.param(["--lang", "en", "--outlet", "golem.example"], ["a", "b"], id="language and outlet"),
        pytest.param(["--source", "heise"], [], id="source"),
        pytest.param(["--limit", "1"], ["a"], id="limit"),
        pytest.param(["--limit", "1", "--offset", "1"], ["b"], id="offset"),
        pytest.param(["--state", "uncertain"], ["c"], id="uncertain"),
    ],
)
def test_filters(filled: Run, filters: list[str], urls: list[str]) -> None:
    answer = filled("articles", "-f", "jsonl", *filters)
    assert (answer.code, answer.err) == (0, "")
    assert [row["url"] for row in answer.rows] == [f"https://golem.example/{name}" for name in urls]


@pytest.mark.parametrize("command", ["articles", "events"])
@pytest.mark.parametrize(("form", "out"), [("table", ""), ("csv", ""), ("jsonl", ""), ("json", "[]\n")])
def test_nothing_found_prints_nothing(filled: Run, command: str, form: str, out: str) -> None:
    assert filled(command, "--vendor", "Nokia", "--format", form) == Answer(0, out, "")


def test_tables_are_one_line_a_row_and_say_when_there_are_more(filled: Run) -> None:
    answer = filled("articles", "--limit", "1")
    assert len(answer.out.splitlines()) == 2
    assert re.fullmatch(r"there are more: --after '(\S+)' shows the next, --limit 0 all\n", answer.err)
    cursor = answer.err.split("'")[1]
    whole = filled("articles", "-f", "jsonl").rows
    assert filled("articles", "--after", cursor, "-f", "jsonl").rows == whole[1:]
    assert filled("articles", "--limit", "0").err == ""


def test_titles_cannot_steer_the_terminal(filled: Run) -> None:
    answer = filled("articles", "--state", "uncertain")
    assert "Perhaps" in answer.out
    assert "\x1b" not in answer.out


def test_rejected_pages_and_their_reasons(filled: Run) -> None:
    (page,) = filled("articles", "--state", "rejected", "-f", "jsonl").rows
    assert (page["url"], page["state"], page["reason"]) == ("https://golem.example/d", "rejected", "weak")
    assert filled("articles", "--state", "rejected", "--reason", "other").out == ""
    assert filled("articles", "--state", "rejected", "--reasons", "-f", "jsonl").rows == [
        {"state": "rejected", "reason": "weak", "pages": 1}
    ]


def test_show_prints_text_events_copies_and_what_was_removed(filled: Run) -> None:
    answer = filled("show", "1", "--removed")
    assert answer.code == 0
    for part in (
        "Xiaomi plans stores",
        "[1] Xiaomi plan",
        "said Wang Xiang.[1]",
        "https://heise.example/copy",
        "{eblogads}",
    ):
        assert part in answer.out


def test_show_as_json_has_everything(filled: Run) -> None:
    row = json.loads(filled("show", "1", "--format", "json").out)
    assert (row["article_id"], row["verdict"], row["relevant"]) == (1, "relevant", True)
    (event,) = row["events"]
    assert row["text"][event["evidence"]["start"] : event["evidence"]["end"]] == event["evidence"]["text"]
    assert row["removed"] == [{"rule": "ad_token", "text": "{eblogads}", "position": 5}]
    assert [copy["url"] for copy in row["copies"]] == ["https://heise.example/copy"]


def test_runs(filled: Run) -> None:
    (row,) = filled("runs", "-f", "jsonl").rows
    assert (row["command"], row["exit_code"], row["relevant"], row["rejected"]) == ("crawl", 0, 2, {"weak": 1})
    assert "0 finished" in filled("runs").out
    assert "feed x: 404" in filled("runs", "1").out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["show", "99"], "article 99: there is none of this id", id="no such article"),
        pytest.param(["runs", "99"], "run 99: there is none of this id", id="no such run"),
        pytest.param(["show", "1", "-f", "csv"], "--format csv: one article is no table", id="one article as CSV"),
        pytest.param(["articles", "--since", "soon"], "--since: 'soon' is no date", id="no date"),
        pytest.param(["articles", "--until", "2024-13"], "--until: '2024-13' is no date", id="no month"),
        pytest.param(["articles", "--reasons"], "--reasons: is for rejected pages", id="reasons of accepted ones"),
        pytest.param(
            ["articles", "--state", "rejected", "--vendor", "Xiaomi"],
            "--vendor: does not narrow rejected pages down",
            id="vendor of rejected ones",
        ),
        pytest.param(["articles", "--db", "gone.db"], "sqlite:///gone.db: there is no such database", id="no database"),
        pytest.param(["events", "--db", "."], "is a folder, not a database", id="a folder"),
        pytest.param(
            ["events", "--config", "gone.toml"], "gone.toml: the configuration file that --config", id="no file"
        ),
        pytest.param(["crawl", "a", "--feeds", "b"], "--feeds: polls the sources of the file", id="names and a file"),
        pytest.param(["crawl", "-f", "json"], "--format: says how --dry-run prints", id="format without dry run"),
        pytest.param(["crawl", "golm"], "golm: there is no such source (did you mean golem?)", id="misspelt source"),
        pytest.param(["crawl", "--feeds", "gone.txt", "--dry-run"], "gone.txt: cannot be read", id="no list"),
        pytest.param(["sources", "remove", "golm"], "golm: there is no such source (did you mean golem?)", id="remove"),
        pytest.param(["sources", "import", "gone.opml"], "gone.opml: cannot be read", id="import"),
        pytest.param(
            ["sources", "add", "https://x.example", "--kind", "feed"], "--kind: is found out by looking", id="kind"
        ),
        pytest.param(
            ["sources", "add", "--no-check", "golem.de"], "golem.de: 'golem.de' is no http(s) address", id="no address"
        ),
        pytest.param(
            ["sources", "add", "--no-check", "https://x.example", "--name", "X Y"], "X Y: is no name", id="no name"
        ),
        pytest.param(["judge", "gone.jsonl"], "gone.jsonl: cannot be read: No such file", id="judge"),
        pytest.param(["dedup", "gone.jsonl"], "gone.jsonl: cannot be read: No such file", id="dedup"),
        pytest.param(["read", "--batch", "gone.jsonl"], "gone.jsonl: cannot be read: No such file", id="batch"),
        pytest.param(["read"], "read: give either pages or --batch FILE", id="nothing to read"),
        pytest.param(["read", "a", "--batch", "b"], "read: give either pages or --batch FILE", id="both"),
        pytest.param(
            ["read", "a", "b", "--url", "https://x"], "--url: belongs to a single file", id="one url, two files"
        ),
        pytest.param(["read", "a", "-f", "csv"], "--format csv: does not fit here", id="pages as CSV"),
        pytest.param(["read", "--batch", "b", "-f", "json"], "--format json: does not fit here", id="batch as JSON"),
        pytest.param(["read", "http://"], "http://: is no http(s) address", id="no web address"),
    ],
)
def test_mistakes_get_one_line_and_exit_code_2(filled: Run, arguments: list[str], message: str) -> None:
    answer = filled(*arguments)
    assert answer.code == 2
    assert answer.out == ""
    assert answer.err.startswith("storewatch: ")
    assert message in answer.err
    assert answer.err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [["articles", "--limit", "x"], ["articles", "--action", "eat"], ["nonsense"], ["show"]]
)
def test_wrong_use_ends_with_2(run: Run, arguments: list[str]) -> None:
    assert run(*arguments).code == 2


@pytest.mark.parametrize(
    "command", [["articles"], ["events"], ["show", "1"], ["runs"], ["sources", "list"], ["crawl", "--dry-run"]]
)
def test_asking_makes_no_database(run: Run, tmp_path: Path, command: list[str]) -> None:
    run(*command)
    assert list(tmp_path.iterdir()) == []


# --- sources -----------------------------------------------------------------------------------------------------


def names(answer: Answer) -> list[str]:
    return [row["name"] for row in answer.rows]


def test_before_the_first_run_the_catalogue_is_shown(run: Run) -> None:
    everything = run("sources", "list", "-f", "jsonl")
    assert len(everything.rows) == 350
    assert "no database yet" in everything.err
    enabled = names(run("sources", "list", "--enabled", "-f", "jsonl"))
    assert names(run("crawl", "--dry-run", "-f", "jsonl")) == enabled
    assert {row["lang"] for row in run("sources", "list", "--lang", "DE", "-f", "jsonl").rows} == {"de"}


def test_sources_are_added_switched_and_removed(run: Run) -> None:
    added = run("sources", "add", "--no-check", "https://x.example/feed", "--title", "The X", "--lang", "en")
    assert added == Answer(0, "", "added the-x (https://x.example/feed)\n")
    again = run("sources", "add", "--no-check", "https://x.example/feed")
    assert (again.code, "already there" in again.err) == (2, True)
    twin = run("sources", "add", "--no-check", "https://y.example/feed", "--title", "The X")
    assert twin.err == "added the-x-2 (https://y.example/feed)\n"
    assert names(run("crawl", "--dry-run", "the-x", "-f", "jsonl")) == ["the-x"]
    run("sources", "disable", "the-x")
    (row,) = run("sources", "list", "the-x", "-f", "jsonl").rows
    assert (row["enabled"], row["added_by"], row["lang"]) == (False, "user", "en")
    assert "the-x" not in names(run("crawl", "--dry-run", "-f", "jsonl"))
    run("sources", "enable", "the-x")
    assert "the-x" in names(run("sources", "list", "--enabled", "-f", "jsonl"))
    run("sources", "remove", "the-x", "golem")
    left = names(run("sources", "list", "-f", "jsonl"))
    assert {"the-x", "golem"}.isdisjoint(left)
    assert "the-x-2" in left


@pytest.mark.parametrize(
    ("given", "name"),
    [
        pytest.param(["--title", "The X"], "from-file", id="keeps its name"),
        pytest.param(["--name", "chosen"], "chosen", id="unless it is given one"),
    ],
)
def test_a_source_of_a_file_is_added(run: Run, given: list[str], name: str) -> None:
    run("sources", "add", "--no-check", "https://x.example/feed", "--name", "from-file")
    with open_store("storewatch.db") as store, store.writing() as connection:
        connection.exec_driver_sql("UPDATE sources SET added_by = 'file'")
    assert f"added {name} " in run("sources", "add", "--no-check", "https://x.example/feed", *given).err


@pytest.mark.parametrize("form", ["opml", "jsonl", "text"])
def test_what_is_exported_can_be_imported(run: Run, tmp_path: Path, form: str) -> None:
    exported = run("sources", "export", "golem", "heise", "--format", form).out
    (tmp_path / "list").write_text(
        exported + ("https://new.example/feed\n" if form == "text" else ""), encoding="utf-8"
    )
    run("sources", "remove", "heise")
    assert run("sources", "import", "list").err.endswith(f"list: {2 if form == 'text' else 1} added, 1 known already\n")
    dry = run("crawl", "--feeds", "list", "--dry-run", "-f", "jsonl")
    assert {row["url"] for row in dry.rows} >= {
        row["url"] for row in run("sources", "list", "golem", "-f", "jsonl").rows
    }


def test_config_shows_values_and_origins(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my.toml").write_text("fetch.delay_s = 2\n")
    monkeypatch.setenv("STOREWATCH_FETCH__PROXY", "http://anna:geheim@proxy:1")
    answer = run("config", "--config", "my.toml", "--db", "my.db", "-f", "jsonl")
    rows = {row["key"]: (row["value"], row["origin"]) for row in answer.rows}
    assert rows["database.url"] == ("sqlite:///my.db", "flag --db")
    assert rows["fetch.delay_s"] == ("2.0", "my.toml line 1")
    assert rows["fetch.proxy"] == ("http://anna:***@proxy:1", "environment STOREWATCH_FETCH__PROXY")
    assert rows["keep.days"] == ("180", "default")


def test_db_upgrade_makes_a_database_and_check_finds_it_well(run: Run) -> None:
    assert "made, with schema" in run("db", "upgrade").err
    assert "has the newest schema already" in run("db", "upgrade").err
    assert run("db", "check") == Answer(0, "", "")
    assert run("articles") == Answer(0, "", "")


def test_db_check_names_damage_and_ends_with_2(filled: Run) -> None:
    import sqlite3

    with sqlite3.connect("storewatch.db") as connection:
        connection.execute("UPDATE events SET evidence_start = evidence_start + 1")
    connection.close()
    answer = filled("db", "check")
    assert answer.code == 2
    assert "its evidence does not stand in its text" in answer.out


def test_version(run: Run) -> None:
    from importlib.metadata import version

    assert run("--version") == Answer(0, f"storewatch {version('storewatch')}\n", "")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        pytest.param("storewatch sea", ["search"], id="command"),
        pytest.param("storewatch events --cur", ["--cursor"], id="option"),
        pytest.param("storewatch events --action o", ["open", "online_store"], id="value"),
        pytest.param("storewatch stats cit", ["city"], id="argument"),
    ],
)
def test_the_shell_completes(typed: str, offered: list[str]) -> None:
    place = {"COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" ")), "_STOREWATCH_COMPLETE": "complete_bash"}
    result = CliRunner().invoke(app, [], prog_name="storewatch", env=place)
    assert result.stdout.split() == offered
