"""Tests that need PostgreSQL are skipped in one line where there is none, and never where services are required."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import postgres


def test_a_missing_server_skips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STOREWATCH_REQUIRE_SERVICES", raising=False)
    monkeypatch.setattr(postgres, "binaries", lambda: None)
    with pytest.raises(pytest.skip.Exception, match="needs a PostgreSQL server"):
        postgres.require()


def test_a_missing_server_fails_where_services_are_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOREWATCH_REQUIRE_SERVICES", "1")
    monkeypatch.setattr(postgres, "binaries", lambda: None)
    with pytest.raises(pytest.fail.Exception, match="needs a PostgreSQL server"):
        postgres.require()


def test_the_newest_version_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [f"/usr/lib/postgresql/{number}/bin/initdb" for number in ("9", "15", "13")]
    monkeypatch.setattr(postgres, "glob", lambda pattern: found)
    assert postgres.binaries() == Path("/usr/lib/postgresql/15/bin")
