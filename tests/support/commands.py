"""Commands run in this process, for tests; the fixture `run` is in tests/conftest.py."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner


@dataclass(frozen=True, slots=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Answer]


def runner(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Run:
    """Runs commands in ``folder``, without a configuration of the machine's."""
    from storewatch.cli.app import app  # the command line is loaded by tests that need it only

    monkeypatch.chdir(folder)
    monkeypatch.setenv("STOREWATCH_CONFIG", "")
    monkeypatch.setenv("COLUMNS", "120")

    def run(*arguments: str, given: str | bytes | None = None) -> Answer:
        result = CliRunner().invoke(app, list(arguments), input=given)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.exit_code, result.stdout, result.stderr)

    return run
