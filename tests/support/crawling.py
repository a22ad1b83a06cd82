"""Real crawls for tests: a child process as `storewatch crawl` starts it, and what it left behind."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scheduler.runner import CrawlOutcome, run_crawl
from storewatch.config import Loaded, load

PARAGRAPH = (
    "Xiaomi will open {n} new Mi stores in Lindental this year, the company said on Monday. "
    "The vendor wants to run them itself and to sell phones, watches and service there."
)
SOURCE_ROOT = Path(__file__).resolve().parents[2]


def article(n: int, *, town: str = "Lindental") -> str:
    """A page about the topic; every ``n`` is another text."""
    text = PARAGRAPH.format(n=n).replace("Lindental", town)
    body = "".join(f"<p>{text} This is part {part} of report {n} from {town}.</p>" for part in ("one", "two", "three"))
    title = f"Xiaomi opens {n} stores in {town}"
    head = f"<!DOCTYPE html><html lang='en'><head><title>{title}</title></head>"
    return f"{head}<body><article><h1>{title}</h1>{body}</article></body></html>"


def environment(folder: Path, **values: str) -> dict[str, str]:
    """STOREWATCH_* variables of a crawl over loopback with its database in ``folder``; ``values`` as FETCH__DELAY_S."""
    settings = {
        "DATABASE__URL": f"sqlite:///{folder / 'storewatch.db'}",
        "FETCH__ALLOW_PRIVATE_ADDRESSES": "true",
        "FETCH__DELAY_S": "0",
        "FETCH__TIMEOUT_S": "20",
        "EXTRACT__WORKERS": "1",
        **values,
    }
    return {f"STOREWATCH_{name}": value for name, value in settings.items()}


@dataclass(frozen=True, kw_only=True)
class Crawled(CrawlOutcome):
    """How a crawl ended, with what it wrote to stderr."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class World:
    """A folder with a database and the crawls that are run on it."""

    folder: Path
    values: Mapping[str, str]

    @property
    def database(self) -> str:
        return str(self.folder / "storewatch.db")

    def config(self, **values: str) -> Loaded:
        return load(environ=environment(self.folder, **{**self.values, **values}), cwd=self.folder)

    def crawl(self, feeds: Sequence[str] = (), *, summary: bool = False, **values: str) -> Crawled:
        """One crawl of ``feeds`` as a feeds file; of what is due where there are none."""
        arguments = {"feeds_file": str(self.feeds_file(feeds))} if feeds else {}
        return self.spider("feeds", arguments, summary=summary, **values)

    def spider(self, name: str, arguments: Mapping[str, str], *, summary: bool = False, **values: str) -> Crawled:
        config = self.config(**values)
        with tempfile.TemporaryFile() as stderr:
            outcome = run_crawl(config, spider=name, arguments=arguments, summary=summary, stderr=stderr)
            stderr.seek(0)
            lines = tuple(stderr.read().decode().splitlines())
        return Crawled(exit_code=outcome.exit_code, run_id=outcome.run_id, reason=outcome.reason, lines=lines)

    def feeds_file(self, feeds: Sequence[str]) -> Path:
        path = self.folder / "feeds.txt"
        path.write_text("\n".join(feeds) + "\n", encoding="utf-8")
        return path

    def scrapy(
        self, *arguments: str, settings: str = "crawler.settings", **values: str
    ) -> subprocess.CompletedProcess[str]:
        """`scrapy ARGUMENTS` as a Scrapy user would run it, in the folder."""
        process = self.start_scrapy(*arguments, settings=settings, **values)
        stdout, stderr = process.communicate(timeout=120)
        return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)

    def start_scrapy(self, *arguments: str, settings: str = "crawler.settings", **values: str) -> subprocess.Popen[str]:
        """The same, and go on meanwhile."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("STOREWATCH_")}
        env = inherited | environment(self.folder, **{**self.values, **values})
        env |= {"SCRAPY_SETTINGS_MODULE": settings, "PYTHONPATH": f"{SOURCE_ROOT}{os.pathsep}{SOURCE_ROOT / 'tests'}"}
        return subprocess.Popen(
            [sys.executable, "-m", "scrapy", *arguments],
            cwd=self.folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of the database, asked as a user with `sqlite3` would."""
        connection = sqlite3.connect(self.database)
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def pages(self) -> dict[str, tuple[str, str | None]]:
        """State and reason of every page by its URL."""
        return {url: (state, reason) for url, state, reason in self.rows("SELECT url, state, reason FROM pages")}

    def polls(self, run_id: int | None) -> dict[str, tuple[str, str | None]]:
        """Outcome and reason of a run's polls by the source's URL."""
        query = "SELECT s.url, p.outcome, p.reason FROM polls p JOIN sources s USING (source_id) WHERE p.run_id = ?"
        return {url: (outcome, reason) for url, outcome, reason in self.rows(query, run_id)}


def world(folder: Path, **values: str) -> World:
    return World(folder, values)
