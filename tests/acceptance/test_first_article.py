"""The first article of all, as a reader of the German blog had it: from the feed on a loopback site to facts in the
database, through ``storewatch crawl --feeds``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.site import Reply, Site

DATA = Path(__file__).resolve().parents[1] / "data" / "first_article"
PAGE = "/2017/07/xiaomi-2000-laeden/"
FEED = "/feed/"
# What stands around the article on its page.
AROUND = [
    "{eblogads}", "Schnäppchen", "Leserforum", "Teilen", "Twittern", "Merken", "Das könnte dich", "Hamburg", "Huawei",
    "19 Euro", "Leipzig", "500 Geschäfte", "Reiskocher im Handyladen", "Meistgelesen", "Wien", "Rundbrief", "Cookies",
    "Impressum", "Alle Rechte", "Startseite", "09:42",
]  # fmt: skip


@dataclass(frozen=True)
class Crawled:
    """Two crawls of the site, and what may be asked afterwards."""

    site: Site
    db: Path

    def ask(self, *arguments: str) -> list[dict[str, Any]]:
        answer = storewatch(*arguments, "--db", str(self.db), "--format", "jsonl", cwd=self.db.parent)
        assert answer.returncode == 0, answer.stderr
        return [json.loads(line) for line in answer.stdout.splitlines()]


def storewatch(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("STOREWATCH_")}
    env = clean | {"STOREWATCH_FETCH__ALLOW_PRIVATE_ADDRESSES": "true", "STOREWATCH_FETCH__DELAY_S": "0"}
    command = [sys.executable, "-c", "from storewatch.cli import main; main()", *arguments]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("first_article")
    db = folder / "first.db"
    with Site() as site:
        for path, name, kind in [(PAGE, "page.html", "text/html"), (FEED, "feed.xml", "application/rss+xml")]:
            text = (DATA / name).read_text(encoding="utf-8").replace("@BASE@", site.url(""))
            site.add(path, Reply(text, content_type=f"{kind}; charset=utf-8", etag=True))
        feeds = folder / "feeds.txt"
        feeds.write_text(f"# the one feed\n{site.url(FEED)}\n", encoding="utf-8")
        for _ in range(2):
            run = storewatch("crawl", "--feeds", str(feeds), "--db", str(db), cwd=folder)
            assert run.returncode == 0, run.stderr
        yield Crawled(site=site, db=db)


@pytest.fixture(scope="module")
def article(crawled: Crawled) -> dict[str, Any]:
    (article,) = crawled.ask("articles")
    return article


@pytest.fixture(scope="module")
def events(crawled: Crawled) -> list[dict[str, Any]]:
    return crawled.ask("events")


def test_one_article_with_its_metadata(article: dict[str, Any], crawled: Crawled) -> None:
    assert article["title"] == "Xiaomi plant 2.000 Läden, die Hälfte außerhalb Chinas"
    assert article["lang"] == "de"
    assert article["url"] == crawled.site.url(PAGE)
    assert article["outlet"] == f"127.0.0.1:{crawled.site.port}"
    assert article["published_at"].startswith("2017-07-13T")
    assert article["copies"] == 0


def test_text_is_the_article_and_nothing_else(article: dict[str, Any]) -> None:
    text = article["text"]
    # The headline and the author's line may stand above.
    above, found, _ = text.partition("Xiaomi will in den kommenden drei Jahren 2.000 Ladengeschäfte eröffnen")
    assert found
    assert set(above.splitlines()) <= {article["title"], "Von Jana Overbeck"}
    assert text.endswith("Reiskocher und Fitnessbänder stehen.")
    assert "Weg vom reinen Onlineversand" in text
    assert [words for words in AROUND if words in text] == []


def test_plan_of_two_thousand_stores(events: list[dict[str, Any]]) -> None:
    assert {event["vendor"] for event in events} == {"Xiaomi"}
    (plan,) = [event for event in events if event["store_count"] == 2000]
    assert plan["action"] == "plan"
    assert plan["horizon"] == "2020"
    assert plan["horizon_text"]
    assert plan["share"] == 0.5
    assert plan["region"] == "outside China"
    assert plan["speaker"] == "Wang Xiang"
    assert plan["source_outlet"] == "CNBC"
    assert plan["partner"] or plan["store_type"] == "partner_store"


def test_shipments_are_no_stores(events: list[dict[str, Any]]) -> None:
    counts = {event["store_count"] for event in events}
    assert 2000 in counts
    assert not counts & {23, 23_000_000, 1000, 500, 12, 30, 99}


def test_evidence_stands_in_the_text(events: list[dict[str, Any]], article: dict[str, Any]) -> None:
    for event in events:
        source = article[event["evidence_in"]]
        assert source[event["evidence_start"] : event["evidence_end"]] == event["evidence"]
    (plan,) = [event for event in events if event["store_count"] == 2000]
    assert plan["evidence_in"] == "text"
    assert "2.000 Ladengeschäfte" in plan["evidence"]


def test_second_crawl_polls_and_adds_nothing(crawled: Crawled) -> None:
    assert [asked.status for asked in crawled.site.asked(FEED)] == [200, 304]
    assert [asked.status for asked in crawled.site.asked(PAGE)] == [200]
    assert len(crawled.ask("articles")) == 1
    first, second = sorted(crawled.ask("runs"), key=lambda run: run["run_id"])
    assert (first["relevant"], second["relevant"]) == (1, 0)
    assert (second["polls_unchanged"], second["pages_new"]) == (1, 0)
