"""The commands that read texts and pages: judge, dedup, read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support import stored
from support.commands import Run

LINES: list[dict[str, Any]] = [
    {"id": 1, "title": "Xiaomi", "text": "Xiaomi opens 20 new Mi stores in Spain next year."},
    {"id": "b", "text": None},
    {"id": 3, "title": "Rain", "text": "It rains.", "published": "2017-07"},
]
INPUT = "\n".join([json.dumps(LINES[0]), "oops", json.dumps(LINES[1]), "", json.dumps(LINES[2])]) + "\n"


@pytest.mark.parametrize("command", ["judge", "dedup"])
def test_one_line_for_each_line_in_order(run: Run, command: str) -> None:
    answer = run(command, given=INPUT)
    assert (answer.code, answer.err) == (0, "")
    assert [row["id"] for row in answer.rows] == [1, None, "b", None, 3]
    assert [row.get("error", "")[:20] for row in answer.rows] == [
        "",
        "line 2: is not JSON:",
        "line 3: text is miss",
        "line 4: is empty",
        "",
    ]
    assert [row.get("text", "") for row in answer.rows] == ["", None, None, None, ""]


def test_judge_says_what_it_found(run: Run) -> None:
    relevant, *_, rejected = run("judge", given=INPUT).rows
    assert list(relevant)[:8] == ["id", "relevant", "verdict", "score", "reason", "lang", "vendors", "events"]
    assert (relevant["relevant"], relevant["lang"], relevant["vendors"]) == (True, "en", ["Xiaomi"])
    for evidence in relevant["evidence"]:
        text = LINES[0]["text" if evidence["in"] == "text" else "title"]
        assert text[evidence["start"] : evidence["end"]] == evidence["text"]
    assert (rejected["relevant"], rejected["verdict"], rejected["events"]) == (False, "rejected", [])


def test_dedup_groups_equal_texts(run: Run) -> None:
    text = stored.STORY
    rows = [
        {"id": n, "title": "T", "text": text, "url": f"https://{n}.example/", "published": 2017 + n} for n in (2, 1)
    ]
    answer = run("dedup", given="\n".join(map(json.dumps, rows)))
    first, second = answer.rows
    assert first == {"id": 2, "kind": "new", "of": None, "group": 1, "story": 1}
    assert second == {"id": 1, "kind": "syndicated", "of": 2, "group": 1, "story": 1}


def test_dedup_needs_ids(run: Run) -> None:
    assert run("dedup", given='{"text": "x"}').rows == [{"id": None, "error": "line 1: id is missing", "text": None}]


PAGE = """<html lang="en"><head><title>Xiaomi plans stores</title>
<meta property="article:published_time" content="2017-07-12T08:30:00.250+02:00"></head><body><nav>Menu</nav><article>
<h1>Xiaomi plans stores</h1><p>{story}</p></article></body></html>"""


def test_read_prints_article_and_judgement(run: Run, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE.format(story=stored.STORY), encoding="utf-8")
    (row,) = run("read", "page.html", "--url", "https://golem.example/a").rows
    assert (row["id"], row["url"], row["title"]) == ("page.html", "https://golem.example/a", "Xiaomi plans stores")
    assert row["published_at"] == "2017-07-12T08:30:00.250+02:00"
    assert "Wang Xiang" in row["text"]
    assert "Menu" not in row["text"]
    assert row["relevant"] is True
    assert {"authors", "modified_at", "lang", "removed", "verdict", "score", "reason", "vendors", "events"} <= set(row)


def test_read_prints_for_people_and_as_a_list(run: Run, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE.format(story=stored.STORY), encoding="utf-8")
    seen = run("read", "page.html", "--format", "table").out
    assert seen.startswith("Xiaomi plans stores")
    assert "relevant (" in seen
    (row,) = json.loads(run("read", "page.html", "-f", "json").out)
    assert row["title"] == "Xiaomi plans stores"


def test_read_fails_only_when_no_page_could_be_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE.format(story=stored.STORY), encoding="utf-8")
    (tmp_path / "page.pdf").write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    answer = run("read", "page.pdf", "page.html", "gone.html")
    assert answer.code == 0
    assert ["error" in row for row in answer.rows] == [True, False, True]
    assert answer.err.count("storewatch: ") == 2
    assert run("read", "page.pdf", "gone.html").code == 2


def test_a_batch_finds_its_files_beside_itself(run: Run, tmp_path: Path) -> None:
    import gzip

    folder = tmp_path / "batch"
    folder.mkdir()
    page = PAGE.format(story=stored.STORY).encode()
    (folder / "plain.html").write_bytes(page)
    (folder / "packed.html.gz").write_bytes(gzip.compress(page))
    (folder / "empty.html").write_bytes(b"")
    lines = [{"id": 1, "file": "plain.html", "url": "https://a.example/1"}, {"id": 2, "file": "packed.html.gz"}]
    lines += [
        {"id": 3, "file": "gone.html"},
        {"id": 4},
        {"id": 5, "file": "empty.html"},
        {"id": 6, "file": str(folder / "plain.html")},
    ]
    (folder / "list.jsonl.gz").write_bytes(gzip.compress("\n".join(map(json.dumps, lines)).encode()))
    answer = run("read", "--batch", "batch/list.jsonl.gz")
    assert (answer.code, answer.err) == (0, "")
    assert [row["id"] for row in answer.rows] == [1, 2, 3, 4, 5, 6]
    assert ["error" in row for row in answer.rows] == [False, False, True, True, True, False]
    assert answer.rows[2] == {
        "id": 3,
        "error": "batch/gone.html: cannot be read: No such file or directory",
        "text": None,
    }
    assert answer.rows[3]["error"] == "line 4: file is missing"
    assert answer.rows[0]["text"] == answer.rows[1]["text"] == answer.rows[5]["text"]


def test_pages_larger_than_allowed_are_refused(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOREWATCH_FETCH__MAX_BYTES", "10000")
    (tmp_path / "page.html").write_bytes(b"<p>x</p>" * 2000)
    answer = run("read", "page.html")
    assert answer.rows[0]["error"] == "page.html: is larger than fetch.max_bytes (10000)"


# --- upkeep ------------------------------------------------------------------------------------------------------
