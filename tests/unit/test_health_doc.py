"""docs/health.md explains every status and every reason of health."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from scheduler.health import STATUSES, Report
from scheduler.health.findings import DOWN, WELL
from scheduler.health.system import Expected, checks
from storewatch.types import Gap, SystemFacts

DOC = (Path(__file__).parents[2] / "docs" / "health.md").read_text(encoding="utf-8")
CHECKS, SOURCES = (
    re.findall(r"^\| `(\w+)` \|", part, flags=re.MULTILINE) for part in DOC.split("## Statuses", maxsplit=1)
)
CODE = "".join(
    path.read_text(encoding="utf-8") for path in sorted((Path(__file__).parents[2] / "scheduler/health").glob("*.py"))
)


def test_every_status_in_its_order() -> None:
    assert list(STATUSES) == SOURCES
    assert set(STATUSES) >= WELL | DOWN


def test_every_check_in_its_order() -> None:
    facts = SystemFacts(database="x", folder="/", free_bytes=1)
    system = checks(facts, Expected(disk_free_mb=1, jobs={}, at_work_s=1), datetime(2026, 3, 1, tzinfo=UTC))
    assert [
        one.check for one in Report(sources=(), system=tuple(replace(one, level=0) for one in system)).checks
    ] == CHECKS


@pytest.mark.parametrize("code", sorted(set(re.findall(r'reason="(\w+)"', CODE))))
def test_every_reason_of_its_own(code: str) -> None:
    assert f"`{code}`" in DOC


@pytest.mark.parametrize("state", get_args(get_type_hints(Gap)["state"]))
def test_every_state_of_a_gap(state: str) -> None:
    assert f"`{state}`" in DOC or f"`gap_{state}`" in DOC
