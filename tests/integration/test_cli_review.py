"""Reviewing what the judge was not sure of: listed, decided, and exported as labelled data."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from support import stored
from typer.testing import CliRunner

from storewatch.cli.app import app
from storewatch.cli.review import LABEL_FIELDS, REVIEW_FIELDS
from storewatch.db.store import open_store


@pytest.fixture
def article(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, migrated_sqlite: Path) -> str:
    """The id of an uncertain article in the database of an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STOREWATCH_CONFIG", "")
    path = tmp_path / "storewatch.db"
    shutil.copyfile(migrated_sqlite, path)
    with open_store(str(path)) as store:
        run_id = store.start_run("crawl", stored.NOW)
        stored.store_page(store, run_id, "https://golem.example/a")
        stored.store_page(
            store, run_id, "https://golem.example/c", story="Perhaps a store.", events=(), verdict="uncertain"
        )
    (row,) = answer("review", "--format", "jsonl")
    return str(row["article_id"])


def answer(*arguments: str, code: int = 0) -> list[dict[str, object]]:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == code, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_only_undecided_doubtful_articles_are_listed(article: str) -> None:
    (row,) = answer("review", "-f", "jsonl")
    assert tuple(row) == REVIEW_FIELDS
    assert row["url"] == "https://golem.example/c"
    assert row["signals"] == ["vendor near store"]


def test_a_decision_wins_and_leaves_the_list(article: str) -> None:
    answer("label", article, "yes", "--note", "it says so")
    assert answer("review", "-f", "jsonl") == []
    assert {row["url"] for row in answer("articles", "-f", "jsonl")} == {
        "https://golem.example/a",
        "https://golem.example/c",
    }


def test_a_later_decision_replaces_an_earlier_one(article: str) -> None:
    answer("label", article, "yes")
    answer("label", article, "no", "--by", "ann")
    assert {row["url"] for row in answer("articles", "-f", "jsonl")} == {"https://golem.example/a"}


def test_decisions_are_exported_as_labelled_articles(article: str) -> None:
    assert answer("labels") == []
    answer("label", article, "no", "--note", "only a visit")
    (row,) = answer("labels")
    assert tuple(row) == LABEL_FIELDS
    assert (row["text"], row["relevant"], row["events"], row["note"]) == ("Perhaps a store.", False, [], "only a visit")


def test_an_unknown_article_cannot_be_decided_on(article: str) -> None:
    answer("label", "999", "yes", code=2)
