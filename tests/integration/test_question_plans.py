"""The questions of tests/bench/query.py are answered by indexes: no plan reads a large table from end to end.

A list may walk along an index in its own order (by time, by the number of collecting), for it stops when the page is
full. A condition on events is asked in two ways, by how many events meet it; both are tried. So that few rows are
planned as many would be, SQLite is told of a thousand times as many, and PostgreSQL may not do what only pays for few.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from bench.fill import fill
from bench.query import QUESTIONS, asked

from storewatch.db import event_terms
from storewatch.db.store import Store, open_store

#: Tables that grow with the collection, with the names that the views give them.
LARGE = {"articles", "revisions", "events", "search_texts", "search_index", "ledger", "ledger_events"}
ALIASES = {"a", "r", "e", "k", "newest", "latest", "later", "search_index"}
WITHOUT = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin", "enable_material", "enable_memoize")
#: What a list may walk along, in the names of the indexes.
IN_ORDER = re.compile("dated_at|first_said_at|search_index_pkey|pk_articles")


@pytest.fixture(scope="module")
def store(shared_store_url: str) -> Iterator[Store]:
    fill(shared_store_url, 600)
    with open_store(shared_store_url) as opened:
        with opened.writing() as connection:
            if connection.dialect.name == "sqlite":
                for table, index, stat in connection.exec_driver_sql("SELECT tbl, idx, stat FROM sqlite_stat1").all():
                    more = " ".join(number if number == "1" else number + "000" for number in stat.split())
                    given = (more, table, index)
                    connection.exec_driver_sql("UPDATE sqlite_stat1 SET stat = ? WHERE tbl = ? AND idx IS ?", given)
                connection.exec_driver_sql("ANALYZE sqlite_master")
        yield opened


@pytest.fixture(params=[pytest.param(event_terms.FEW, id="few"), pytest.param(0, id="many")])
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_terms, "FEW", request.param)


def scans(store: Store, statement: str, parameters: Any) -> list[str]:
    """The steps of a statement's plan that read a large table, or an index of one, from its beginning."""
    with store.reading() as connection:
        if store._engine.dialect.name == "postgresql":
            for setting in WITHOUT:
                connection.exec_driver_sql(f"SET LOCAL {setting} = off")
            plan = connection.exec_driver_sql("EXPLAIN (FORMAT JSON) " + statement, parameters).scalar_one()
            return list(postgresql_scans((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]))
        steps = [str(row[-1]) for row in connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, parameters)]
    return [step for step in steps if is_sqlite_scan(step)]


def is_sqlite_scan(step: str) -> bool:
    found = re.match(r"SCAN (\w+)(.*)", step)
    if found is None or found[1] not in LARGE | ALIASES or IN_ORDER.search(found[2]):
        return False
    # M: the words were looked up in FTS5's index.
    return "VIRTUAL TABLE INDEX" not in found[2] or "M" not in found[2].split(":")[-1]


def postgresql_scans(node: dict[str, Any]) -> Iterator[str]:
    kind, index = node["Node Type"], node.get("Index Name", "")
    reads = "Scan" in kind and kind != "Bitmap Heap Scan" and node.get("Relation Name", index) in LARGE
    if reads and "Index Cond" not in node and not IN_ORDER.search(index):
        yield f"{kind} on {node.get('Relation Name')} {index}"
    for part in node.get("Plans", ()):
        yield from postgresql_scans(part)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_reads_a_large_table_from_end_to_end(store: Store, question: str) -> None:
    statements = asked(store, QUESTIONS[question])
    assert statements
    found = {statement: steps for statement, parameters in statements if (steps := scans(store, statement, parameters))}
    assert found == {}


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("SELECT count(*) FROM events WHERE evidence = 'x'", id="table"),
        pytest.param("SELECT article_id FROM articles WHERE score > 2 ORDER BY shown_id", id="index"),
    ],
)
def test_a_scan_is_seen(store: Store, statement: str) -> None:
    assert scans(store, statement, ())
