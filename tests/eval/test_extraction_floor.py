"""The quality of extraction may not sink: real pages against their ground truth, scored by the data's own script.

The data lies beside the checkout (``../shared/eval/extraction``) and is not part of it.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta, timezone
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from pipelines.clean import clean, remove_ad_tokens
from pipelines.extract import extract
from storewatch.errors import PageError
from storewatch.types import Moment, Page

DATA = Path(__file__).parents[2].parent / "shared" / "eval" / "extraction"
FLOORS = {
    "aeb": 0.9713,
    "fundus": 0.9707,
    "n4k": 0.945,  # nine pages
    "trafeval": 0.934,
    "wcxb": 0.9494,
    "fundus_day": 0.98,
    "fundus_instant": 0.98,
}
"""F1 of the texts, and the share of days and exact instants: what was reached, less a thousandth."""

pytestmark = [
    pytest.mark.needs_eval,
    pytest.mark.skipif(not (DATA / "truth.jsonl").exists(), reason=f"no evaluation data beside the checkout ({DATA})"),
]


def rows(name: str) -> Iterator[dict[str, Any]]:
    with (DATA / name).open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def predict(row: dict[str, Any]) -> dict[str, Any]:
    """One page as score.py wants it, read as `storewatch read` does. Runs in a worker process."""
    body = gzip.decompress((DATA / "pages" / f"{row['id']}.html.gz").read_bytes())
    url = row.get("url") or "http://unknown.example/"
    try:
        article = extract(Page(url=url, final_url=url, body=body), lenient=True)
    except PageError as error:
        return {"id": row["id"], "text": "", "reason": error.reason}
    found = {"id": row["id"], "text": article.text, "title": article.title, "published_at": iso(article.published)}
    return {**found, "access": article.access}


def iso(moment: Moment | None) -> str | None:
    if moment is None:
        return None
    if moment.offset_min is None:
        return moment.at.replace(tzinfo=None).isoformat()
    return moment.at.astimezone(timezone(timedelta(minutes=moment.offset_min))).isoformat()


@pytest.fixture(scope="module")
def predictions() -> list[dict[str, Any]]:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        return list(pool.map(predict, rows("truth.jsonl"), chunksize=16))


def test_no_set_of_pages_sinks_below_its_floor(predictions: list[dict[str, Any]], tmp_path: Path) -> None:
    file = tmp_path / "predictions.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in predictions), encoding="utf-8")
    command = [sys.executable, str(DATA / "score.py"), str(DATA / "truth.jsonl"), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    scores = json.loads(done.stdout.strip().split("\n")[-1])
    assert {name: scores[name] for name, floor in FLOORS.items() if scores[name] < floor} == {}, done.stdout


def test_nearly_every_page_gives_a_text(predictions: list[dict[str, Any]]) -> None:
    empty = {row["id"]: row["reason"] for row in predictions if not row["text"]}
    assert len(empty) <= 4, empty
    assert set(empty.values()) <= {"empty", "bot_wall"}


def test_hardly_any_page_is_refused_as_a_list(predictions: list[dict[str, Any]]) -> None:
    # Nine are lists indeed: topic and category pages, start pages, a calendar of events.
    lists = [row["id"] for row in predictions if row.get("access") == "listing"]
    assert len(lists) <= 11, lists


def squeeze(text: str) -> str:
    return " ".join(text.split())


def test_every_ad_token_goes_and_every_lookalike_stays() -> None:
    cases = list(rows("adtokens.jsonl"))
    wrong = []
    for clean_text in (clean, remove_ad_tokens):
        for case in cases:
            if case["kind"] == "remove":
                cleaned, removed = clean_text(case["input"])
                if squeeze(cleaned) != squeeze(case["expect"]) or not removed:
                    wrong.append((case["input"], cleaned))
            elif case["kind"] == "keep" and clean_text(case["input"]) != (case["input"], ()):
                wrong.append((case["input"], clean_text(case["input"])[0]))
    assert wrong == []
    assert sum(case["kind"] in ("remove", "keep") for case in cases) > 200
