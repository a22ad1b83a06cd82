"""Lines that a host repeats, kept in the database: when they are known, what does not count, and how much is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storewatch.db import lines
from storewatch.db.store import Store, open_store
from storewatch.types import HostLines

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOST = "paper.example"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path / "news.db"))


def learn(store: Store, url: str, mark: int, *keys: int, at: datetime = NOW) -> int:
    page_id = store.add_page(url, now=NOW)
    with store.writing() as connection:
        lines.learn(connection, page_id, HostLines(mark=mark, keys=keys), at)
    return page_id


def test_a_line_is_known_from_its_third_page_on(store: Store) -> None:
    for number in (1, 2):
        learn(store, f"https://{HOST}/{number}", number, 7, -8)
    assert store.repeated_lines(HOST, NOW) == frozenset()
    learn(store, f"https://{HOST}/3", 3, 7, at=NOW + timedelta(hours=1))
    assert store.repeated_lines(HOST, NOW + timedelta(hours=1)) == {7}
    # A run that began before the third page knows nothing of it, whatever the order of its pages.
    assert store.repeated_lines(HOST, NOW) == frozenset()
    assert store.repeated_lines("other.example", NOW + timedelta(hours=1)) == frozenset()


def test_neither_a_page_read_again_nor_a_copy_counts(store: Store) -> None:
    for mark in (1, 2, 3):
        learn(store, f"https://{HOST}/edited", mark, 7)
    for number in (1, 2, 3):
        learn(store, f"https://{HOST}/copy-{number}", 1, 7)
    assert store.repeated_lines(HOST, NOW) == frozenset()
    learn(store, f"https://{HOST}/other", 5, 7)
    learn(store, f"https://{HOST}/another", 6, 7)
    assert store.repeated_lines(HOST, NOW) == {7}


def test_learning_again_changes_only_the_time(store: Store) -> None:
    for number in (1, 2, 3, 3, 2):
        learn(store, f"https://{HOST}/{number}", number, 7)
    learn(store, f"https://{HOST}/9", 9, 7, at=NOW + timedelta(days=1))
    assert store.repeated_lines(HOST, NOW) == {7}


def test_a_host_keeps_so_many_lines_and_those_that_are_known_longest(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "LINES_PER_HOST", 20)
    monkeypatch.setattr(lines, "_SLACK", 5)
    for number in (1, 2, 3):
        learn(store, f"https://{HOST}/{number}", number, 7)
    for number in range(4, 14):
        keys = range(100 * number, 100 * number + 10)
        learn(store, f"https://{HOST}/{number}", number, *keys, at=NOW + timedelta(minutes=number))
    with store.reading() as connection:
        kept = connection.exec_driver_sql("SELECT count(*), min(line) FROM host_lines").one()
    assert 20 <= kept[0] <= 25
    assert kept[1] == 7
    assert store.repeated_lines(HOST, NOW) == {7}


def test_a_page_that_is_gone_teaches_nothing(store: Store) -> None:
    with store.writing() as connection:
        lines.learn(connection, 999, HostLines(mark=1, keys=(7,)), NOW)
    assert store.repeated_lines(HOST, NOW) == frozenset()
