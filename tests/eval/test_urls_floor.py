"""The shared URL pairs: every pair that is the same page has one key, no two pages share one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from storewatch.urls import canonical_url, url_key

PAIRS = Path(__file__).resolve().parents[3] / "shared" / "eval" / "urls.jsonl"

pytestmark = [
    pytest.mark.needs_eval,
    pytest.mark.skipif(not PAIRS.exists(), reason="no ../shared/eval/urls.jsonl beside the checkout"),
]


def pairs() -> list[dict[str, object]]:
    return [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]


def test_no_two_pages_share_a_key() -> None:
    merged = [pair for pair in pairs() if not pair["same"] and url_key(str(pair["a"])) == url_key(str(pair["b"]))]
    assert merged == []


def test_every_form_of_a_page_has_one_key() -> None:
    missed = [pair for pair in pairs() if pair["same"] and url_key(str(pair["a"])) != url_key(str(pair["b"]))]
    assert missed == []


def test_canonical_form_is_stable() -> None:
    for pair in pairs():
        for url in (str(pair["a"]), str(pair["b"])):
            assert canonical_url(canonical_url(url)) == canonical_url(url)
