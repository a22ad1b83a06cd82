"""A crawl that is killed at any statement loses nothing and doubles nothing: the next run ends as if nothing had been.

The crawl here is the store's part of one, without the network; it kills itself at the statement it is told.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.stored import sql

from storewatch.db.store import open_store

CRAWL = Path(__file__).parent.parent / "support" / "killable_crawl.py"

#: Nothing in here depends on how often, or when, a page was tried.
STATE = (
    "SELECT url, title, text, outlet, source, published_at, score, copies FROM v_articles ORDER BY url",
    "SELECT url, title FROM v_uncertain ORDER BY url",
    "SELECT url, vendor, action, evidence, evidence_start FROM v_events ORDER BY url, evidence_start",
    "SELECT a.url, c.url, c.kind FROM v_copies c JOIN articles a ON a.article_id = c.article_id ORDER BY c.url",
    "SELECT a.url, r.number, r.text FROM revisions r JOIN articles a ON a.article_id = r.article_id ORDER BY a.url",
    "SELECT p.url, p.state, p.attempts, a.url FROM pages p LEFT JOIN articles a ON a.article_id = p.article_id"
    " ORDER BY p.url",
    "SELECT p.url, b.title, b.text FROM page_bodies b JOIN pages p ON p.page_id = b.page_id ORDER BY p.url",
    "SELECT count(*) FROM fingerprints",
    "SELECT name, etag, failures FROM sources ORDER BY name",
)


def crawl(url: str, *, kill_at: int = 0) -> int:
    """Run it in a process of its own; returns how many statements it made, or the signal that ended it (negative)."""
    command = [sys.executable, str(CRAWL), url, str(kill_at)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return int(done.stdout) if done.returncode == 0 else done.returncode


def state(url: str) -> list[Any]:
    with open_store(url, create=False) as store:
        return [sql(store, query) for query in STATE]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Any], int]:
    """What a crawl without accidents leaves, and how many statements that takes, the migration included."""
    url = str(tmp_path_factory.mktemp("undisturbed") / "storewatch.db")
    statements = crawl(url)
    assert len(state(url)[0]) == 3
    return state(url), statements


@pytest.mark.parametrize("sixth", range(6))
def test_killed_at_any_statement(undisturbed: tuple[list[Any], int], tmp_path: Path, sixth: int) -> None:
    expected, statements = undisturbed
    url = str(tmp_path / "storewatch.db")
    assert crawl(url, kill_at=1 + (2 * sixth + 1) * statements // 12) == -signal.SIGKILL
    crawl(url)
    assert state(url) == expected


def test_killed_again_and_again(undisturbed: tuple[list[Any], int], tmp_path: Path) -> None:
    """Every run gets a little farther than the one before."""
    expected, statements = undisturbed
    url = str(tmp_path / "storewatch.db")
    kills = 0
    for number in range(4):
        kills += crawl(url, kill_at=statements // 3 + number * 9) == -signal.SIGKILL
    assert kills > 1
    crawl(url)
    assert state(url) == expected


@pytest.mark.needs_postgres
@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_killed_on_a_server(undisturbed: tuple[list[Any], int], postgres_url: str, part: float) -> None:
    expected, _ = undisturbed
    open_store(postgres_url).close()
    # About as many statements as on SQLite after its migration.
    assert crawl(postgres_url, kill_at=int(part * 110)) == -signal.SIGKILL
    crawl(postgres_url)
    found = state(postgres_url)
    # The times of one engine are text, those of the other are not.
    assert [row[0] for row in found[0]] == [row[0] for row in expected[0]]
    assert found[1:] == expected[1:]
