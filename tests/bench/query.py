"""Questions that people ask, on a filled database: median and 95th percentile in milliseconds.

    python tests/bench/query.py sqlite:///bench.db [RUNS] [--plans]

Baseline of the same run: reading one article by its id. ``--plans`` prints the engine's plan of each question.
"""

from __future__ import annotations

import math
import statistics
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import event

from storewatch.db import finding, ledger, queries, telling
from storewatch.db.rows import Filters
from storewatch.db.store import Store, open_store
from storewatch.search.language import parse

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def q(text: str, *, sort: str = "newest", limit: int = 51, **more: object) -> Filters:
    return Filters(query=parse(text, now=NOW), sort=sort, limit=limit, **more)  # type: ignore[arg-type]  # by name


QUESTIONS: dict[str, Callable[[Store], object]] = {
    "one article (baseline)": lambda store: queries.article(store, 500),
    "newest articles": lambda store: queries.articles(store, q("")),
    "events of a vendor": lambda store: queries.events(store, Filters(vendor="Xiaomi", limit=51)),
    "events of a rare vendor in a country": lambda store: queries.events(store, q("vendor:nothing country:EG")),
    "plans over 100 stores in India since 2023": lambda store: queries.events(
        store, q("country:IN action:plan count:>100 since:2023")
    ),
    "articles of an outlet in a year": lambda store: queries.articles(
        store, q("outlet:outlet7.example since:2020 until:2020")
    ),
    "stories: the latest": lambda store: telling.stories(store, q("")),
    "stories of a vendor in a country": lambda store: telling.stories(store, q("vendor:samsung country:IN")),
    "ledger: plans in a country": lambda store: ledger.ledger(store, Filters(country="IN", action="plan", limit=51)),
    "pages behind a row": lambda store: after(store, 3),
    "a page far down": lambda store: queries.articles(store, q("lang:de", limit=50, offset=2000)),
    "search: a frequent word": lambda store: finding.search(store, q("xiaomi", sort="relevance")),
    "search: two Chinese characters": lambda store: finding.search(store, q("门店", sort="relevance")),
    "search: a rare word": lambda store: finding.search(store, q("rare4711", sort="relevance")),
    "search: phrase and fields": lambda store: finding.search(
        store, q('"new store" vendor:samsung country:IN', sort="relevance")
    ),
}


def after(store: Store, pages: int) -> object:
    """The first pages of the events of a vendor, one after the other."""
    found = queries.event_list(store, Filters(vendor="Apple", limit=17))
    for _ in range(pages - 1):
        found = queries.event_list(store, Filters(vendor="Apple", limit=17, after=found.positions[-1]))
    return found.rows


def cpu(store: Store) -> Callable[[], float]:
    """Milliseconds of processor time that this process and, of PostgreSQL, its backend have taken so far.

    On a machine that does nothing else a question takes as long; on a busy one the clock says what the others do.
    """
    if store._engine.dialect.name != "postgresql":
        return lambda: process_time() * 1000
    with store.reading() as connection:
        backend = Path(f"/proc/{connection.exec_driver_sql('SELECT pg_backend_pid()').scalar_one()}/schedstat")
    return lambda: process_time() * 1000 + int(backend.read_text().split()[0]) / 1e6


def measure(store: Store, runs: int) -> None:
    print(f"{'question':42} {'p50 ms':>7} {'p95 ms':>7} {'p50 cpu':>8} {'p95 cpu':>8} {'rows':>5}")
    taken = cpu(store)
    for name, ask in QUESTIONS.items():
        times, processor = [], []
        for _ in range(runs):
            began, before = perf_counter(), taken()
            found = ask(store)
            processor.append(taken() - before)
            times.append((perf_counter() - began) * 1000)
        rows = len(found) if isinstance(found, tuple) else 1
        figures = (statistics.median(times), p95(times), statistics.median(processor), p95(processor))
        print(f"{name:42} {figures[0]:7.1f} {figures[1]:7.1f} {figures[2]:8.1f} {figures[3]:8.1f} {rows:5}")


def p95(values: list[float]) -> float:
    return sorted(values)[math.ceil(len(values) * 0.95) - 1]


def asked(store: Store, ask: Callable[[Store], object]) -> list[tuple[str, Any]]:
    """The statements of a question, with their parameters."""
    found: list[tuple[str, Any]] = []

    def listen(_connection: object, _cursor: object, statement: str, parameters: object, *_more: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            found.append((statement, parameters))

    event.listen(store._engine, "before_cursor_execute", listen)
    try:
        ask(store)
    finally:
        event.remove(store._engine, "before_cursor_execute", listen)
    return found


def plans(store: Store) -> None:
    """Every statement of every question, with the plan that the engine has for it."""
    explain = "EXPLAIN " if store._engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
    for name, ask in QUESTIONS.items():
        print(f"\n== {name}")
        for statement, parameters in asked(store, ask):
            with store.reading() as connection:
                for row in connection.exec_driver_sql(explain + statement, parameters):
                    print("   ", row[-1])


if __name__ == "__main__":
    numbers = [argument for argument in sys.argv[2:] if argument.isdigit()]
    with open_store(sys.argv[1], create=False) as opened:
        if "--plans" in sys.argv:
            plans(opened)
        measure(opened, int(numbers[0]) if numbers else 20)
