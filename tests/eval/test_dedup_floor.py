"""The shared texts and stories: grouping must not become worse. The floors are the goals of the issue on duplicates."""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from pipelines.dedup import group

HERE = Path(__file__).resolve().parents[3] / "shared" / "eval" / "dedup"
DOCS, STORIES = HERE / "docs.jsonl", HERE / "stories.jsonl"
#: Every third article with its variants: the whole file takes too long for each test run.
SAMPLE = 3

pytestmark = [
    pytest.mark.needs_eval,
    pytest.mark.skipif(not DOCS.exists(), reason="no ../shared/eval/dedup beside the checkout"),
]


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def pairs(of: dict[str, Any]) -> set[tuple[str, str]]:
    groups: dict[Any, list[str]] = defaultdict(list)
    for key, value in of.items():
        groups[value].append(key)
    return {pair for members in groups.values() for pair in combinations(sorted(members), 2)}


def f1(gold: dict[str, Any], found: dict[str, Any]) -> float:
    want, have = pairs(gold), pairs(found)
    return 2 * len(want & have) / (len(want) + len(have))


@pytest.fixture(scope="module")
def docs() -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    everything = rows(DOCS)
    bases = sorted({row["base"] for row in everything if row["kind"] != "template"})[::SAMPLE]
    taken = [row for row in everything if row["kind"] == "template" or row["base"] in set(bases)]
    return taken, {answer["id"]: answer for answer in group(taken)}


def test_texts(docs: tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]) -> None:
    taken, answers = docs
    alone = {"roundup", "template"}
    gold = {row["id"]: row["id"] if row["kind"] in alone else row["base"] for row in taken}
    assert f1(gold, {key: answer["group"] for key, answer in answers.items()}) >= 0.97
    templates = [answers[row["id"]]["group"] for row in taken if row["kind"] == "template"]
    assert len(templates) - len(set(templates)) <= 0.02 * len(templates)


def test_figures_and_parts(docs: tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]) -> None:
    taken, answers = docs
    figures = [answers[row["id"]]["kind"] == "update" for row in taken if row["kind"] == "numbers"]
    assert sum(figures) >= 0.9 * len(figures)
    base = {row["base"]: row["id"] for row in taken if row["kind"] == "base"}
    parts = [row for row in taken if row["kind"] in ("truncated40", "teaser15") and row["base"] in base]
    joined = [answers[row["id"]]["group"] == answers[base[row["base"]]]["group"] for row in parts]
    assert sum(joined) >= 0.98 * len(joined)


def test_stories() -> None:
    taken = rows(STORIES)
    found = {answer["id"]: answer["story"] for answer in group(taken)}
    assert f1({row["id"]: row["story"] for row in taken}, found) >= 0.93
