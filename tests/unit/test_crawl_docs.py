"""Every reason code of a crawl is explained to its users, and has a sentence of its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crawler import policy

TEXT = (Path(__file__).parents[2] / "docs" / "crawling.md").read_text(encoding="utf-8")
CODES = sorted(
    {
        code
        for code in re.findall(r"``([a-z_]+)``", policy.__doc__ or "")
        if not code.startswith("http_") and code != "stopped"
    }
)


def test_there_are_codes() -> None:
    assert {"dns", "tls", "robots", "worker_timeout"} <= set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_reason_is_documented(code: str) -> None:
    assert re.search(rf"^\|[^|]*`{code}`", TEXT, re.MULTILINE)


@pytest.mark.parametrize("code", CODES)
def test_reason_has_a_sentence(code: str) -> None:
    if code != "processing_error":  # its sentence is the error met
        assert policy.sentence_of(code) != code.replace("_", " ")
