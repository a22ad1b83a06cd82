"""The commands that fetch, against a site on loopback: crawl, sources add, read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.site import Reply, Site
from support.stored import STORY
from typer.testing import CliRunner

from storewatch.cli.app import app
from storewatch.db.lock import run_lock

PAGE = """<html lang="en"><head><title>{title}</title>{head}</head>
<body><article><h1>{title}</h1><p>{text}</p></article></body></html>"""
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        site.add("/a", PAGE.format(title="Xiaomi plans 2,000 stores", head="", text=STORY))
        site.feed("/feed", {"/a": "Xiaomi plans 2,000 stores"})
        link = '<link rel="alternate" type="application/rss+xml" title="All news" href="/feed">'
        site.add("/", PAGE.format(title="The Site", head=link, text="Welcome"))
        site.add("/bare", PAGE.format(title="Nothing to follow", head="", text="Welcome"))
        yield site


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a command in an empty folder; gives exit code, output, and messages with those of the crawl process."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STOREWATCH_CONFIG", "")
    monkeypatch.setenv("STOREWATCH_FETCH__ALLOW_PRIVATE_ADDRESSES", "true")
    monkeypatch.setenv("STOREWATCH_FETCH__DELAY_S", "0")
    monkeypatch.setenv("STOREWATCH_EXTRACT__WORKERS", "1")

    def run(*arguments: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(app, list(arguments))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.stdout, result.stderr + capfd.readouterr().err

    return run


def rows(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_a_site_is_added_by_the_feed_it_names_and_crawled(run: Run, site: Site) -> None:
    code, out, err = run("sources", "add", site.url("/"), "--name", "the-site")
    assert (code, out) == (0, "")
    assert f"found {site.url('/feed')} (rss, 1 items)" in err
    assert err.endswith(f"added the-site ({site.url('/feed')})\n")
    (source,) = rows(run("sources", "list", "the-site", "-f", "jsonl")[1])
    assert (source["site"], source["kind"], source["title"]) == (site.url("/"), "feed", "Feed /feed")
    assert run("crawl", "the-site") == (0, "", "")  # A good run is silent.
    (article,) = rows(run("articles", "-f", "jsonl")[1])
    assert (article["url"], article["source"]) == (site.url("/a"), "the-site")
    code, _, err = run("crawl", "the-site", "--summary")
    assert code == 0
    assert "1 unchanged" in err
    assert [row["exit_code"] for row in rows(run("runs", "-f", "jsonl")[1])] == [0, 0]


def test_an_address_without_anything_to_follow_is_not_added(run: Run, site: Site) -> None:
    code, out, err = run("sources", "add", site.url("/bare"))
    assert (code, out) == (2, "")
    last = err.splitlines()[-1]
    assert last.startswith(f"storewatch: {site.url('/bare')}: ")
    assert "names no feed" in last


def test_crawl_with_a_list_polls_nothing_else(run: Run, site: Site, tmp_path: Path) -> None:
    (tmp_path / "feeds.txt").write_text(f"{site.url('/feed')}  Our list\n", encoding="utf-8")
    assert run("crawl", "--feeds", "feeds.txt") == (0, "", "")
    assert {asked.path for asked in site.log} <= {"/feed", "/a", "/robots.txt"}
    assert len(rows(run("articles", "-f", "jsonl")[1])) == 1


def test_crawl_ends_with_1_when_nothing_could_be_polled(run: Run, site: Site, tmp_path: Path) -> None:
    (tmp_path / "feeds.txt").write_text(f"{site.url('/gone')}\n", encoding="utf-8")
    code, _, err = run("crawl", "--feeds", "feeds.txt")
    assert code == 1
    assert site.url("/gone") in err
    assert "Traceback" not in err


def test_crawl_is_refused_while_another_run_is_at_work(run: Run, site: Site, tmp_path: Path) -> None:
    (tmp_path / "feeds.txt").write_text(f"{site.url('/feed')}\n", encoding="utf-8")
    run("db", "upgrade")
    with run_lock("storewatch.db", holder="the other run"):
        code, _, err = run("crawl", "--feeds", "feeds.txt")
    assert code == 75
    assert "the other run" in err
    assert not site.log


def test_crawl_refuses_what_is_no_database(run: Run, site: Site, tmp_path: Path) -> None:
    (tmp_path / "feeds.txt").write_text(f"{site.url('/feed')}\n", encoding="utf-8")
    code, _, err = run("crawl", "--feeds", "feeds.txt", "--db", "feeds.txt")
    assert code == 2
    assert "feeds.txt: is not an SQLite database" in err
    assert len(err.splitlines()) == 1


def test_pages_are_read_from_the_web(run: Run, site: Site, tmp_path: Path) -> None:
    site.add("/pdf", Reply(b"%PDF-1.7", content_type="application/pdf"))
    code, out, err = run("read", site.url("/a"), site.url("/gone"), site.url("/pdf"))
    page, gone, pdf = rows(out)
    assert code == 0
    assert (page["id"], page["url"], page["title"]) == (site.url("/a"), site.url("/a"), "Xiaomi plans 2,000 stores")
    assert page["relevant"] is True
    assert (gone["id"], gone["text"]) == (site.url("/gone"), None)
    assert "404" in gone["error"]
    assert pdf["id"] == site.url("/pdf")
    assert "error" in pdf
    assert "Traceback" not in err
    assert run("read", site.url("/gone"))[0] == 2
    assert not list(tmp_path.iterdir())  # Nothing is stored.
