"""What a real crawl says: as JSON every line is an object with its run, and with its source where there is one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from support.crawling import World, article, world
from support.site import Reply, Site
from typer.testing import CliRunner

from storewatch.cli.app import app

KEYS = {"time", "level", "logger", "message", "run", "source"}
TOKEN = "geheimnis-4711"


@pytest.fixture(scope="module")
def site() -> Any:
    with Site(hosts=2) as site:
        site.feed("/feed", ["/good", "/gone"])
        site.add("/good", article(1))
        site.feed("/other", [], host=1)
        site.add("/broken", Reply("<rss", content_type="application/rss+xml"))
        yield site


@pytest.fixture(scope="module")
def crawls(site: Site, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A collection of two sources: one with a page that is gone, one that cannot be read."""
    folder = tmp_path_factory.mktemp("logs")
    crawls = world(folder, LOG__FORMAT="json")
    file = folder / "list.jsonl"
    places = {"fine": site.url("/feed"), "broken": site.url("/broken"), "other": site.url("/other", host=1)}
    rows = [{"url": url, "name": name} for name, url in places.items()]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    answer = CliRunner().invoke(app, ["sources", "import", str(file), "--db", crawls.database])
    assert answer.exit_code == 0, answer.output
    return crawls


@pytest.fixture(scope="module")
def told(crawls: World) -> str:
    """What plain Scrapy says of a crawl at its most talkative."""
    options = ("-s", "LOG_LEVEL=DEBUG", "-s", "SUMMARY=1")
    sources = json.dumps({"fine": {"headers": {"X-Token": TOKEN}}})
    return crawls.scrapy("crawl", "feeds", "-a", "sources=fine,broken,other", *options, SOURCES=sources).stderr


def objects(lines: Sequence[str]) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in lines]
    assert all(set(one) >= KEYS for one in found)
    return found


def test_every_line_of_a_crawl_is_an_object_with_its_run_and_source(told: str, site: Site) -> None:
    lines = objects(told.splitlines())
    assert lines[0]["message"].startswith("Scrapy ")
    problems = [line for line in lines if (line["logger"], line["level"]) == ("storewatch", "WARNING")]
    assert {line["run"] for line in problems} == {1}
    by_source = {line["source"]: line["message"] for line in problems}
    assert set(by_source) == {"fine", "broken", "other"}
    assert f"page {site.url('/gone')}: is not there (HTTP 404)" in by_source["fine"]
    assert by_source["broken"].startswith("feed broken <")
    [closing] = [line for line in lines if "counts" in line]
    assert (closing["level"], closing["run"], closing["source"]) == ("INFO", 1, None)
    assert (closing["counts"]["polls_ok"], closing["counts"]["polls_failed"]) == (2, 1)


def test_lines_about_requests_carry_their_source_and_no_secret(told: str, site: Site) -> None:
    asked = [line for line in objects(told.splitlines()) if line["message"].startswith("Crawled (")]
    sources = {line["message"].split("<GET ")[1].split(">")[0]: line["source"] for line in asked}
    assert sources == {
        site.url("/feed"): "fine",
        site.url("/good"): "fine",
        site.url("/gone"): "fine",
        site.url("/broken"): "broken",
        site.url("/other", host=1): "other",
        site.url("/robots.txt"): sources[site.url("/robots.txt")],
        site.url("/robots.txt", host=1): "other",
    }
    assert sources[site.url("/robots.txt")] in ("fine", "broken")
    assert {line["run"] for line in asked} == {1}
    assert TOKEN not in told


def test_what_ends_a_crawl_before_it_begins_is_an_object_too(crawls: World, tmp_path: Path) -> None:
    done = crawls.scrapy("crawl", "feeds", FETCH__DELAY_S="soon")
    [line] = objects(done.stderr.splitlines())
    assert (line["level"], line["run"]) == ("ERROR", None)
    assert "fetch.delay_s (environment STOREWATCH_FETCH__DELAY_S)" in line["message"]


@pytest.mark.parametrize(
    ("arguments", "environ", "words"),
    [
        pytest.param(["--log-format", "json", "runs"], {}, "there is no such database", id="option"),
        pytest.param(["runs"], {"STOREWATCH_LOG__FORMAT": "json"}, "there is no such database", id="variable"),
        pytest.param(["--log-format", "json", "show", "x"], {}, "is no id", id="input"),
        pytest.param(["--log-format", "json", "crawl", "--nope"], {}, "No such option: --nope", id="wrong option"),
        pytest.param(["--log-format", "json", "craw"], {}, "No such command 'craw'", id="wrong command"),
        pytest.param(["--log-format", "json", "show"], {}, "Missing argument 'ID'", id="missing argument"),
        pytest.param(["--log-format", "json", "config", "--config", "no"], {}, "does not exist", id="configuration"),
    ],
)
def test_messages_of_commands(
    arguments: list[str], environ: dict[str, str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = CliRunner().invoke(app, arguments, env=environ)
    [line] = objects(answer.stderr.splitlines())
    assert words in line["message"]
    assert (line["level"], answer.exit_code) == ("ERROR", 2)


def test_the_option_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "storewatch.toml").write_text('[log]\nformat = "json"\n', encoding="utf-8")
    [line] = objects(CliRunner().invoke(app, ["runs"]).stderr.splitlines())
    assert "no such database" in line["message"]
    text = CliRunner().invoke(app, ["--log-format", "text", "runs"]).stderr
    assert text.startswith("storewatch: ")
