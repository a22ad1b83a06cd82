"""The runner on children that are no crawls: small programs in the place of Scrapy."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scheduler import runner
from storewatch.config import Loaded, load
from storewatch.db.store import open_store

REPORTS = "os.write(fd, json.dumps({'exit_code': 3, 'run_id': 8, 'reason': 'finished'}).encode())"

BLOCK = "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])\n"


@pytest.fixture
def config(tmp_path: Path) -> Loaded:
    return load(environ={"STOREWATCH_DATABASE__URL": f"postgresql://me:secret@db/{tmp_path.name}"}, cwd=tmp_path)


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], dict[str, str]]]:
    """Runs the program in the environment variable PROGRAM instead of Scrapy; what was to be started and how."""
    started: list[tuple[list[str], dict[str, str]]] = []
    real = subprocess.Popen

    def start(command: list[str], *, env: dict[str, str], **options: Any) -> subprocess.Popen[bytes]:
        started.append((command, env))
        fd = next(part.partition("=")[2] for part in command if part.startswith("RESULT_FD="))
        program = f"import json, os, signal, sys\nfd = {fd}\n" + os.environ["PROGRAM"]
        return real([sys.executable, "-c", program], env=env, **options)

    monkeypatch.setattr(subprocess, "Popen", start)
    return started


@pytest.mark.parametrize(
    ("program", "code", "run_id", "reason"),
    [
        pytest.param(REPORTS, 3, 8, "finished", id="what the crawl reports"),
        pytest.param(f"{REPORTS}\nsys.exit(9)", 3, 8, "finished", id="whatever Python exits with"),
        pytest.param(
            "os.write(fd, b'{\"run_id\": 8}\\n{half')\nos.kill(os.getpid(), signal.SIGKILL)", 137, 8, "killed",
            id="killed in a run",
        ),
        pytest.param("sys.exit(2)", 2, None, "killed", id="could not start"),
        pytest.param("pass", 1, None, "killed", id="ended without a word"),
        pytest.param("os.kill(os.getpid(), signal.SIGKILL)", 137, None, "killed", id="killed"),
        pytest.param("os.write(fd, b'{half')", 1, None, "killed", id="half a word"),
        pytest.param(
            "signal.signal(signal.SIGINT, signal.SIG_DFL)\nos.kill(os.getppid(), signal.SIGINT)\nsignal.pause()",
            130, None, "killed", id="Ctrl-C before it could listen",
        ),
        pytest.param(
            f"{BLOCK}os.kill(os.getppid(), signal.SIGINT)\nsignal.sigwait([signal.SIGINT])\n{REPORTS}",
            3, 8, "finished", id="Ctrl-C is passed on",
        ),
    ],
)  # fmt: skip
def test_outcome(
    config: Loaded, commands: list[Any], monkeypatch: pytest.MonkeyPatch,
    program: str, code: int, run_id: int | None, reason: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("PROGRAM", program)
    outcome = runner.run_crawl(config)
    assert (outcome.exit_code, outcome.run_id, outcome.reason) == (code, run_id, reason)


def test_secrets_travel_in_the_environment_only(
    config: Loaded, commands: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROGRAM", REPORTS)
    monkeypatch.setenv("STOREWATCH_FETCH__DELAY_S", "77")
    runner.run_crawl(config, arguments={"sources": "a,b"}, log_level="INFO", summary=True)
    [(command, env)] = commands
    assert command[1:5] == ["-m", "scrapy", "crawl", "feeds"]
    assert [part for part in command if "=" in part][:3] == ["sources=a,b", "LOG_LEVEL=INFO", "SUMMARY=1"]
    assert "secret" not in " ".join(command)
    assert "secret" in env["STOREWATCH_DATABASE__URL"]
    assert env["SCRAPY_SETTINGS_MODULE"] == "crawler.settings"
    # The configuration was read once; what stands in our own environment must not change it again.
    assert env["STOREWATCH_FETCH__DELAY_S"] == "1.0"


def test_lines_are_decoded(config: Loaded, commands: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "PROGRAM", f"print(json.dumps({{'url': 'a'}}))\nprint()\nprint('[1]')\nsys.stdout.flush()\n{REPORTS}"
    )
    lines, outcome = runner.crawl_lines(config, spider="discover", arguments={"url": "a"})
    assert lines == ({"url": "a"}, [1])
    assert outcome.run_id == 8


def test_pages_come_in_the_order_they_were_asked_for(
    config: Loaded, commands: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = {
        "url": "b",
        "final_url": "c",
        "status": 200,
        "charset": None,
        "fetched_at": "2026-11-02T10:00:00+00:00",
        "body": "eA==",
    }
    lines = [page, {"url": "a", "error": "is gone", "reason": "http_410", "text": None}]
    monkeypatch.setenv(
        "PROGRAM", "\n".join(f"print({__import__('json').dumps(line)!r})" for line in lines) + f"\n{REPORTS}"
    )
    gone, fetched, missing = runner.fetch_pages(config, ["a", "b", "never"])
    assert isinstance(gone, Exception)
    assert (gone.reason, str(gone)) == ("http_410", "a: is gone")
    assert not isinstance(fetched, Exception)
    assert (fetched.final_url, fetched.body) == ("c", b"x")
    assert isinstance(missing, Exception)
    assert "ended early (exit code 3)" in str(missing)


@pytest.mark.parametrize(
    ("reason", "ended"),
    [
        pytest.param("killed", (137, "killed", 250.0), id="killed"),
        pytest.param("finished", (None, None, None), id="not"),
    ],
)
def test_the_death_of_a_run_is_noted(
    reason: str, ended: tuple[int | None, str | None, float | None], tmp_path: Path
) -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    config = load(environ={"STOREWATCH_DATABASE__URL": str(tmp_path / "x.db")}, cwd=tmp_path)
    outcome = runner.CrawlOutcome(exit_code=137, run_id=1, reason=reason, peak_mb=250.0)
    runner.note_death(config, outcome, at)  # there is no database: nothing can be noted, and nothing is made
    with open_store(config.config.database.url) as store:
        assert store.start_run("crawl", at) == 1
        runner.note_death(config, outcome, at)
        run = store.run(1)
    assert run is not None
    assert (run.exit_code, run.finish_reason, run.peak_mb) == ended


@pytest.mark.parametrize(
    ("code", "reason", "words"),
    [
        pytest.param(137, "killed", "run 8 was killed (SIGKILL); `journalctl -k`", id="killed"),
        pytest.param(139, "killed", "run 8 was killed (SIGSEGV); what it has stored is kept", id="crashed"),
        pytest.param(130, "killed", None, id="Ctrl-C"),
        pytest.param(143, "killed", None, id="asked to end"),
        pytest.param(2, "killed", None, id="could not start, and has said why"),
        pytest.param(137, "finished", None, id="has reported its end"),
        pytest.param(255, "killed", None, id="no signal"),
    ],
)
def test_what_is_told_of_a_death(code: int, reason: str, words: str | None) -> None:
    told = runner.death_line(runner.CrawlOutcome(exit_code=code, run_id=8, reason=reason))
    assert (told is None) if words is None else (told is not None and words in told)
