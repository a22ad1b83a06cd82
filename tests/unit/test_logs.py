"""Lines of logs: what is in them, what never is."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from storewatch import logs
from storewatch.log_records import LineFormatter, source_of
from storewatch.logs import LogLine, json_of, origin_of

AT = datetime(2026, 3, 1, 13, 5, 7, 250_000, tzinfo=timezone(timedelta(hours=1)))


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(logs, "_process", logs._Process())
    monkeypatch.delenv(logs.VARIABLE, raising=False)
    yield
    logs.use(None)


@dataclass
class Request:
    """What a record of Scrapy's names."""

    meta: dict[str, Any] = field(default_factory=dict)


@dataclass
class Item:
    source: str | None = None


def record(message: str = "m", args: Any = (), **more: Any) -> logging.LogRecord:
    made = logging.LogRecord("scrapy.core", logging.WARNING, "x.py", 1, message, args, more.pop("exc_info", None))
    made.__dict__.update(more)
    return made


def test_an_object_holds_all_that_is_known() -> None:
    line = LogLine(at=AT, message="zwei\nZeilen, ü", level="ERROR", run=3, source="golem", exception="T")
    text = json_of(line)
    assert text.isascii()
    assert json.loads(text) == {
        "time": "2026-03-01T12:05:07.250Z",
        "level": "ERROR",
        "logger": "storewatch",
        "message": "zwei\nZeilen, ü",
        "run": 3,
        "source": "golem",
        "exception": "T",
    }


def test_what_is_not_known_is_null_and_half_a_character_breaks_nothing() -> None:
    found = json.loads(json_of(LogLine(at=AT, message="\ud800")))
    assert (found["run"], found["source"], "exception" in found, found["message"]) == (None, None, False, "\ud800")


@pytest.mark.parametrize(
    ("run", "source", "origin"),
    [
        pytest.param(None, None, "", id="nothing"),
        pytest.param(3, None, "[run 3] ", id="run"),
        pytest.param(None, "golem", "[golem] ", id="source"),
        pytest.param(3, "golem", "[run 3 golem] ", id="both"),
    ],
)
def test_what_a_text_begins_with(run: int | None, source: str | None, origin: str) -> None:
    assert origin_of(run, source) == origin


@pytest.mark.parametrize(
    ("made", "source"),
    [
        pytest.param(record(), "here", id="place"),
        pytest.param(record(source="said"), "said", id="said"),
        pytest.param(record(source=None), None, id="several"),
        pytest.param(record("%(request)s", ({"request": Request({"source": "asked"})},)), "asked", id="request"),
        pytest.param(record("%(request)s", ({"request": Request()},)), "here", id="request-of-nobody"),
        pytest.param(record("%(item)s", ({"item": Item("brought")},)), "brought", id="item"),
        pytest.param(record("%(item)s", ({"item": Item()},)), "here", id="item-of-nobody"),
    ],
)
def test_the_source_of_a_record(made: logging.LogRecord, source: str | None) -> None:
    with logs.about(source="here"):
        assert source_of(made) == source


def test_what_is_said_in_a_block_is_about_it() -> None:
    logs.run_of_process(7)
    with logs.about(source="golem"):
        assert (logs.current_run(), logs.current_source()) == (7, "golem")
        with logs.about(run=8):
            assert (logs.current_run(), logs.current_source()) == (8, "golem")
        with logs.about_no_source():
            assert (logs.current_run(), logs.current_source()) == (7, None)
    assert (logs.current_run(), logs.current_source()) == (7, None)


def test_a_record_becomes_a_line_of_either_form() -> None:
    logs.run_of_process(7)
    try:
        raise ValueError("of postgresql://anna:geheim@db/news")
    except ValueError:
        made = record("asked %s", ("postgresql://anna:geheim@db/news",), exc_info=sys.exc_info(), source="golem")
    formatter = LineFormatter("%(levelname)s %(message)s")
    text = formatter.format(made)
    assert text.startswith("[run 7 golem] WARNING asked postgresql://anna:***@db/news\nTraceback")
    made.exc_text = None
    logs.use("json")
    found = json.loads(formatter.format(made))
    assert (found["message"], found["logger"], found["run"]) == (
        "asked postgresql://anna:***@db/news",
        "scrapy.core",
        7,
    )
    assert found["exception"].endswith("ValueError: of postgresql://anna:***@db/news")
    assert "geheim" not in text + json.dumps(found)


def test_secrets_that_are_known_are_blotted_out() -> None:
    logs.hide(["geheim/1", "de", ""])
    assert logs.spoken("asked x?k=geheim%2F1 with geheim/1 in de") == "asked x?k=*** with *** in de"


@pytest.mark.parametrize(
    ("chosen", "variable", "is_json"),
    [
        pytest.param(None, None, False, id="default"),
        pytest.param(None, "json", True, id="variable"),
        pytest.param("text", "json", False, id="option-wins"),
        pytest.param("json", None, True, id="option"),
    ],
)
def test_which_form(chosen: Any, variable: str | None, is_json: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if variable:
        monkeypatch.setenv(logs.VARIABLE, variable)
    logs.choose(chosen)
    assert logs.is_json() is is_json
    assert (sys.excepthook is not sys.__excepthook__) is is_json


def test_a_service_says_all_in_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    from storewatch.cli.serving import _tell

    with logs.about(run=12):
        _tell("crawl: ended")
        logs.use("json")
        _tell("crawl: ended")
        with logs.grave():
            _tell("crawl: failed")
    text, *lines = capsys.readouterr().err.splitlines()
    assert text.endswith("Z [run 12] crawl: ended")
    found = [json.loads(line) for line in lines]
    assert {line["run"] for line in found} == {12}
    assert [(line["level"], line["message"]) for line in found] == [
        ("INFO", "crawl: ended"),
        ("WARNING", "crawl: failed"),
    ]


def test_what_nobody_foresaw_is_an_object_too(capsys: pytest.CaptureFixture[str]) -> None:
    logs.use("json")
    error = RuntimeError("no such luck")
    sys.excepthook(RuntimeError, error, None)
    found = json.loads(capsys.readouterr().err)
    assert (found["level"], found["message"]) == ("CRITICAL", "RuntimeError: no such luck")
    assert datetime.fromisoformat(found["time"]).tzinfo == UTC


def test_what_libraries_say_is_an_object_too(capsys: pytest.CaptureFixture[str]) -> None:
    logs.use("json")
    logs.use("json")
    logging.getLogger("lib").warning("the first")
    logging.getLogger("lib").info("too quiet")
    thread = threading.Thread(target=lambda: 1 // 0)
    thread.start()
    thread.join()
    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (first["logger"], first["message"]) == ("lib", "the first")
    assert second["message"].startswith("ZeroDivisionError")
    logs.use("text")
    assert logging.root.handlers == [one for one in logging.root.handlers if type(one).__name__ != "_ToStderr"]
    assert threading.excepthook is threading.__excepthook__


IN_A_WORKER = """
import asyncio, logging, warnings
from storewatch import logs
from storewatch.workers import WorkerPool

def speak():
    logging.getLogger("lib").warning("k=%s", "geheim-4711")
    logging.getLogger("lib").info("too quiet")
    warnings.warn("old thing")
    raise KeyError("x")

if __name__ == "__main__":
    logs.use("json")
    logs.run_of_process(7)
    logs.hide(["geheim-4711"])
    with WorkerPool(1, 20) as pool:
        try:
            asyncio.run(pool.run(speak, subject="s"))
        except KeyError:
            pass
"""


def test_workers_say_all_as_their_crawl_does(tmp_path: Path) -> None:
    (tmp_path / "speaking.py").write_text(IN_A_WORKER, encoding="utf-8")
    done = subprocess.run([sys.executable, "speaking.py"], cwd=tmp_path, capture_output=True, text=True, check=True)
    found = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(line["run"], line["logger"], line["level"]) for line in found] == [
        (7, "lib", "WARNING"),
        (7, "py.warnings", "WARNING"),
    ]
    assert found[0]["message"] == "k=***"
    assert "UserWarning: old thing" in found[1]["message"]
