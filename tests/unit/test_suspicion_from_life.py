"""Walls, notices and innocent pages as they are on the web: tests/data/pages_from_life.tsv."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.blocked import page

from crawler.suspicion import suspect

TABLE = Path(__file__).parents[1] / "data" / "pages_from_life.tsv"


def _rows() -> Iterator[Any]:
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, kind, status, sent, title, words = line.split("\t")
            headers = dict(header.split(": ", 1) for header in sent.split("; ") if header)
            body = words if title == "-" else page(title, words)
            yield pytest.param(None if kind == "innocent" else kind, int(status), headers, body, id=name)


FROM_LIFE = list(_rows())


@pytest.mark.parametrize(("kind", "status", "headers", "body"), FROM_LIFE)
def test_pages_as_they_are(kind: str | None, status: int, headers: dict[str, str], body: str) -> None:
    found = suspect(status, headers, body.encode())
    assert (found and found.kind) == kind
