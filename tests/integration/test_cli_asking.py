"""Queries, orders, columns, zones, statistics, exports and deletion on the command line."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.stored import DAY, NOW, event_about, queue, save, source
from typer.testing import CliRunner

from storewatch.cli.app import app
from storewatch.cli.stored import bar, search_text
from storewatch.db.store import open_store

INDIA = "vivo will open 300 stores in India. The firm wants to be nearer to its buyers, said its manager."
SPAIN = "Xiaomi opened its second Mi Home store in Madrid. People had queued since six in the morning."
CHINA = "小米之家在深圳开出新店。小米之家今年将新开2000家线下门店。"


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Path:
    path = tmp_path_factory.mktemp("asking") / "storewatch.db"
    shutil.copyfile(migrated_sqlite, path)
    with open_store(str(path)) as store:
        run_id = store.start_run("crawl", NOW)
        told: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
            ("vivo", "vivo plans 300 stores", INDIA, {"vendor": "vivo", "country": "IN", "store_count": 300}),
            ("mi", "Mi Home | in *Madrid*", SPAIN, {"action": "open", "country": "ES", "store_count": 1}),
            ("cn", "小米之家在深圳开出新店", CHINA, {"country": "CN", "store_count": 2000}),
        )
        for number, (name, title, text, event) in enumerate(told):
            page = queue(store, run_id, f"https://{name}.example/a", of=source(store, name))
            events = [event_about(text, text.split(". ")[0], **event)]
            save(store, run_id, page, story=text, title=title, published=NOW - number * DAY, events=events)
    return path


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, collection: Path) -> Run:
    shutil.copyfile(collection, tmp_path / "storewatch.db")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STOREWATCH_CONFIG", "")
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(app, list(arguments))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.stdout, result.stderr

    return run


def rows(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_search_for_people(run: Run) -> None:
    code, out, err = run("search", "stores OR store")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("1  2026-03-01  vivo.example  vivo plans 300 stores")
    assert "open 300 «stores» in India" in lines[1]
    assert all(len(line) <= 100 for line in lines)


def test_search_in_chinese_fits_the_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from rich.cells import cell_len

    monkeypatch.setenv("COLUMNS", "40")
    _, out, _ = run("search", "门店")
    assert "«门店»" in out
    assert all(cell_len(line) <= 40 for line in out.splitlines())


def test_hits_are_marked_in_colour_on_a_terminal() -> None:
    row = {
        "article_id": 1,
        "published_at": None,
        "outlet": "o.example",
        "title": "T",
        "snippet": "a b c",
        "marks": [[2, 3]],
    }
    assert search_text([row], width=80, styled=True).splitlines()[1] == "    a \x1b[1;33mb\x1b[0m c"


def test_search_for_programs(run: Run) -> None:
    _, out, _ = run("search", '"mi home"', "-f", "jsonl")
    (row,) = rows(out)
    assert row["url"] == "https://mi.example/a"
    assert [row["snippet"][start:end] for start, end in row["marks"]] == ["Mi Home"]
    assert row["relevance"] > 0


@pytest.mark.parametrize(
    ("arguments", "urls"),
    [
        pytest.param(["articles", "-q", "vendor:vivo OR 小米"], ["vivo", "cn"], id="articles"),
        pytest.param(["articles", "--sort", "oldest"], ["cn", "mi", "vivo"], id="oldest"),
        pytest.param(["articles", "--sort", "outlet"], ["cn", "mi", "vivo"], id="by outlet"),
        pytest.param(["articles", "-q", "xiaomi", "--country", "ES"], ["mi"], id="a query and an option"),
        pytest.param(["events", "-q", "count:>100"], ["vivo", "cn"], id="events"),
        pytest.param(["events", "--sort", "count"], ["cn", "vivo", "mi"], id="by count"),
        pytest.param(["events", "--sort", "vendor", "--limit", "2"], ["mi", "cn"], id="by vendor"),
        pytest.param(["search", "has:event", "--sort", "oldest", "--offset", "1"], ["mi", "vivo"], id="search"),
    ],
)
def test_queries_and_orders(run: Run, arguments: list[str], urls: list[str]) -> None:
    _, out, _ = run(*arguments, "-f", "jsonl")
    assert [row["url"].split("/")[2].split(".")[0] for row in rows(out)] == urls


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["search", "vender:x"], "there is no field 'vender' (did you mean vendor:?", id="field"),
        pytest.param(["search", '"open'], "position 1: opens a quotation", id="quote"),
        pytest.param(["search", "since:soon"], "'soon' is no date", id="date"),
        pytest.param(
            ["search", "vendor:xaomi"], "vendor 'xaomi': no event names it (did you mean Xiaomi?)", id="vendor"
        ),
        pytest.param(["events", "--vendor", "Xaomi"], "did you mean Xiaomi?", id="vendor option"),
        pytest.param(["events", "--country", "Germany"], "--country: 'Germany' is no code of a country", id="country"),
        pytest.param(["stories", "--lang", "german"], "--lang: 'german' is no code of a language", id="language"),
        pytest.param(["events", "--after", "17"], "cursor '17': cannot be read", id="cursor"),
        pytest.param(["events", "--after", "articles-newest:t1:2"], "is a place among articles, not events", id="list"),
        pytest.param(
            ["ledger", "--after", "ledger-newest:t1:2", "--sort", "count"],
            "ask with --sort newest",
            id="sort",
        ),
        pytest.param(["ledger", "--as-of", "2020", "--after", "ledger-newest:t1:2"], "after: does not go", id="as of"),
        pytest.param(["articles", "--copies", "--cursor"], "--cursor: is for lists", id="copies have no cursors"),
        pytest.param(["articles", "--state", "rejected", "--after", "x"], "--after: does not narrow", id="after"),
        pytest.param(["articles", "--sort", "luck"], "--sort: there is no order 'luck'", id="order"),
        pytest.param(
            ["events", "--columns", "vendr"], "there is no column 'vendr' (did you mean vendor?)", id="column"
        ),
        pytest.param(["events", "--columns", ","], "--columns: names no column", id="no column"),
        pytest.param(["events", "--timezone", "Mars/Olympus"], "there is no zone 'Mars/Olympus'", id="zone"),
        pytest.param(["articles", "--state", "rejected", "-q", "x"], "--query: does not narrow", id="rejected"),
        pytest.param(["export", "events.doc"], "events.doc: has no extension", id="export"),
        pytest.param(["articles", "delete"], "articles delete: wants an ID or a --url", id="delete nothing"),
        pytest.param(["articles", "delete", "99"], "article 99: there is none of this id", id="delete unknown"),
    ],
)
def test_mistakes_get_one_line_and_exit_code_2(run: Run, arguments: list[str], message: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    [line] = err.splitlines()
    assert message in line


@pytest.mark.parametrize(
    "command", [["search", "nothing-at-all"], ["stats", "-q", "nothing-at-all"]], ids=lambda c: c[0]
)
def test_nothing_found_prints_nothing(run: Run, command: list[str]) -> None:
    assert run(*command) == (0, "", "")


def test_columns(run: Run) -> None:
    _, out, _ = run("events", "--columns", "store_count,vendor", "-f", "csv")
    assert list(csv.reader(io.StringIO(out))) == [
        ["store_count", "vendor"],
        ["300", "vivo"],
        ["1", "Xiaomi"],
        ["2000", "Xiaomi"],
    ]
    _, out, _ = run("events", "--columns", "vendor,country")
    assert out.splitlines()[0].split() == ["vendor", "country"]


@pytest.mark.parametrize(
    "command",
    [
        ["articles"],
        ["events"],
        ["stories"],
        ["ledger"],
        ["search", "stores OR store OR 小米"],
        ["search", "", "--sort", "seen"],
    ],
    ids=" ".join,
)
def test_a_loop_of_a_shell_gets_every_row_once(run: Run, command: list[str]) -> None:
    """As docs/commands.md shows it: an empty cursor begins, an empty page ends."""
    whole = rows(run(*command, "-f", "jsonl")[1])
    found, after = [], ""
    while page := rows(run(*command, "--limit", "1", "--after", after, "--cursor", "-f", "jsonl")[1]):
        after = page[-1].pop("cursor")
        found += page
    assert len(whole) > 1
    assert found == whole


def test_a_table_tells_how_to_go_on_and_can_show_cursors(run: Run) -> None:
    _, out, err = run("search", "", "--limit", "1")
    cursor = err.split("'")[1]
    assert err == f"there are more: --after '{cursor}' shows the next, --limit 0 all\n"
    assert run("search", "", "--after", cursor)[1].splitlines()[0].startswith("2  ")
    _, out, _ = run("events", "--columns", "vendor,cursor", "--limit", "1")
    assert out.split()[:2] == ["vendor", "cursor"]
    assert out.split()[3].startswith("events-newest:t")
    _, out, _ = run("articles", "--cursor", "-f", "csv", "--limit", "1")
    assert next(csv.reader(io.StringIO(out)))[-1] == "cursor"


def test_markdown(run: Run) -> None:
    _, out, _ = run("articles", "--columns", "title", "-f", "markdown", "-q", "title:madrid")
    assert out == "| title |\n| --- |\n| Mi Home \\| in \\*Madrid\\* |\n"


def test_time_zones(run: Run) -> None:
    _, out, _ = run("articles", "--timezone", "Asia/Tokyo", "-f", "jsonl", "--limit", "1")
    (row,) = rows(out)
    assert row["published_at"] == "2026-03-01T21:00:00+09:00"
    assert row["first_seen_at"] == "2026-03-01T21:00:00+09:00"


def test_stats(run: Run) -> None:
    _, out, _ = run("stats")
    head, first, second = out.splitlines()
    assert head.split() == ["vendor", "articles", "events"]
    assert first.split()[:3] == ["Xiaomi", "2", "2"]
    assert first.count("█") == 2 * second.count("█")
    _, out, _ = run("stats", "month", "-f", "jsonl")
    assert rows(out) == [
        {"value": "2026-02", "articles": 2, "events": 2},
        {"value": "2026-03", "articles": 1, "events": 1},
    ]


@pytest.mark.parametrize(
    ("share", "drawn"), [(0.0, ""), (0.001, "▏"), (0.5, "██"), (0.53, "██▏"), (1.0, "████")], ids=str
)
def test_bar(share: float, drawn: str) -> None:
    assert bar(share, 4) == drawn


def test_export_takes_filters_columns_and_orders(run: Run, tmp_path: Path) -> None:
    code, out, err = run(
        "export", "events.jsonl", "-q", "xiaomi OR 小米", "--columns", "url,store_count", "--sort", "count"
    )
    assert (code, out, err) == (0, "", "events.jsonl: 2 events\n")
    assert rows((tmp_path / "events.jsonl").read_text(encoding="utf-8")) == [
        {"url": "https://cn.example/a", "store_count": 2000},
        {"url": "https://mi.example/a", "store_count": 1},
    ]
    run("export", "articles.csv", "--limit", "2")
    with (tmp_path / "articles.csv").open(encoding="utf-8", newline="") as file:
        assert [row["url"] for row in csv.DictReader(file)] == ["https://vivo.example/a", "https://mi.example/a"]
    run("export", "what.jsonl", "--what", "articles")
    assert "title" in rows((tmp_path / "what.jsonl").read_text(encoding="utf-8"))[0]


def test_delete(run: Run) -> None:
    code, out, err = run("articles", "delete", "1")
    assert (code, out, err) == (0, "", "deleted https://vivo.example/a; it will not be fetched again\n")
    code, _, err = run("articles", "delete", "--url", "https://mi.example/a")
    assert (code, err) == (0, "https://mi.example/a: deleted; it will not be fetched again\n")
    code, _, err = run("articles", "delete", "--url", "https://new.example/x")
    assert (code, err) == (0, "https://new.example/x: nothing was stored of it; it will not be fetched again\n")
    _, out, _ = run("articles", "-f", "jsonl")
    assert [row["url"] for row in rows(out)] == ["https://cn.example/a"]
    _, out, _ = run("articles", "--state", "rejected", "--reasons", "-f", "jsonl")
    assert rows(out) == [{"state": "rejected", "reason": "deleted", "pages": 3}]


def test_copy(run: Run, tmp_path: Path) -> None:
    code, out, err = run("db", "copy", "storewatch.db", "copy.db")
    assert (code, out) == (0, "")
    assert "articles: 3 rows, equal" in err
    assert run("articles", "-f", "jsonl", "--db", "copy.db")[1] == run("articles", "-f", "jsonl")[1]
