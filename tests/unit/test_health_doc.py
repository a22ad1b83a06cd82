"""docs/health.md explains every status and every reason of health."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from scheduler.health import STATUSES
from scheduler.health.findings import DOWN, WELL
from storewatch.types import Gap

DOC = (Path(__file__).parents[2] / "docs" / "health.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(\w+)` \|", DOC, flags=re.MULTILINE)
CODE = "".join(
    path.read_text(encoding="utf-8") for path in sorted((Path(__file__).parents[2] / "scheduler/health").glob("*.py"))
)


def test_every_status_in_its_order() -> None:
    assert list(STATUSES) == ROWS
    assert set(STATUSES) >= WELL | DOWN


@pytest.mark.parametrize("code", sorted(set(re.findall(r'reason="(\w+)"', CODE))))
def test_every_reason_of_its_own(code: str) -> None:
    assert f"`{code}`" in DOC


@pytest.mark.parametrize("state", get_args(get_type_hints(Gap)["state"]))
def test_every_state_of_a_gap(state: str) -> None:
    assert f"`{state}`" in DOC or f"`gap_{state}`" in DOC
