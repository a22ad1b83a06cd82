"""Look-ups of similar texts in a large database: `python tests/bench/dedup_scale.py [--articles N] [--engine NAME]`.

Fills the tables with synthetic sketches (random keys, as many as an article of 500 words has) and prints: time to
open, milliseconds of a look-up (p50, p95, p99) and of a whole ``Store.save`` of texts that say nothing and of such that
tell an event, how many of them are saved a second, size on disk and memory of this process. ``--engine postgresql``
starts a server of its own, with the settings that it is installed with; ``--url`` names an empty database elsewhere.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, text

from pipelines.dedup import decide, text_key
from pipelines.dedup.kinship import kinship
from storewatch.db import models as m
from storewatch.db.similar import revisions_like
from storewatch.db.store import Store, open_store
from storewatch.types import Article, Evidence, Judgement, Moment, Page, PageRead, Processed, RetailEvent, Verdict

sys.path.insert(0, str(Path(__file__).parents[1]))  # for support, when it is not pytest that runs

KEYS = 36
NOW = datetime(2026, 3, 1, tzinfo=UTC)
WORDS = [f"word{number}" for number in range(5000)]


def fill(store: Store, articles: int, rng: random.Random) -> None:
    for start in range(1, articles + 1, 10_000):
        ids = range(start, min(start + 10_000, articles + 1))
        at = {i: NOW - timedelta(minutes=i) for i in ids}
        article = {"outlet": "a.example", "revision": 1, "title": "T", "verdict": "relevant", "reason": "retail_event"}
        same = {i: dict.fromkeys(("article_id", "group_id", "leader_id", "shown_id", "story_id"), i) for i in ids}
        dates = {i: dict.fromkeys(("first_seen_at", "changed_at", "dated_at"), at[i]) for i in ids}
        place = {i: {"url": f"https://a.example/{i}", "url_key": f"a.example/{i}"} for i in ids}
        said = {"title": "T", "text": "x", "verdict": "relevant", "reason": "retail_event", "number": 1}
        versions = {"topic_version": "t", "extractor_version": "e"}
        with store.writing() as connection:
            rows = [article | same[i] | dates[i] | place[i] | {"kinship": "canonical", "words": 500} for i in ids]
            connection.execute(insert(m.articles), rows)
            revisions = [said | versions | {"revision_id": i, "article_id": i, "seen_at": at[i]} for i in ids]
            connection.execute(insert(m.revisions), revisions)
            keys = [{"key": rng.getrandbits(63), "revision_id": i} for i in ids for _ in range(KEYS)]
            connection.execute(insert(m.sketch_keys), keys)
    with store.writing() as connection:
        if connection.dialect.name == "postgresql":
            # The ids were given here, and the server learns of so many rows only in a while.
            for table, column in (("articles", "article_id"), ("revisions", "revision_id")):
                connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), {articles})"))
            connection.execute(text("ANALYZE"))


def look_up(store: Store, articles: int, rng: random.Random, times: int = 500) -> list[float]:
    found = []
    with store.reading() as connection:
        for _ in range(times):
            keys = [rng.getrandbits(63) for _ in range(KEYS)]
            start = time.perf_counter()
            revisions_like(connection, keys, [key for key in keys[:6] if key & 1], kinship.enough)
            found.append(1000 * (time.perf_counter() - start))
    return found


def save(store: Store, rng: random.Random, times: int = 300, *, event: bool = False) -> list[float]:
    run_id = store.start_run("bench", NOW)
    verdict = Verdict(verdict="relevant", score=0.9, reason="retail_event")
    found = []
    for number in range(times):
        url = f"https://new.example/{'event' if event else 'text'}/{number}"
        body = ". ".join(" ".join(rng.choices(WORDS, k=20)) for _ in range(25))
        page_id = store.add_page(url, now=NOW)
        article = Article(url=url, canonical_url=url, title=f"T{number}", text=body, published=Moment(at=NOW))
        events = (told(body, rng),) if event else ()
        start = time.perf_counter()
        store.save(
            Processed(article=article, judgement=Judgement(verdict=verdict, events=events)),
            PageRead(page_id=page_id, run_id=run_id, now=NOW, topic_version="t", extractor_version="e"),
            page=Page(url=url, final_url=url, body=b"x"),
            text_sha=text_key(body),
            decide=decide,
            kinship=kinship,
        )
        found.append(1000 * (time.perf_counter() - start))
    return found


def told(body: str, rng: random.Random) -> RetailEvent:
    evidence = Evidence(where="text", text=body[:100], start=0, end=100)
    more = {
        "store_count": rng.randrange(2, 5000),
        "country": rng.choice(["DE", "ES", "FR", "GB", "IN", "IT", "MX", "PL", "TR", "US"]),
    }
    return RetailEvent(vendor=rng.choice(["Xiaomi", "Apple", "Samsung"]), action="plan", evidence=evidence, **more)


def resident() -> int:
    """Bytes of memory in use now (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def shown(name: str, found: list[float]) -> str:
    cuts = statistics.quantiles(found, n=100)
    return f"{name}: p50 {cuts[49]:.2f} ms, p95 {cuts[94]:.2f} ms, p99 {cuts[98]:.2f} ms"


def size(store: Store) -> int:
    """Bytes on disk, with what stands beside the tables."""
    if store.path is not None:
        return sum(file.stat().st_size for file in store.path.parent.glob(f"{store.path.name}*"))
    with store.reading() as connection:
        return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)


def measure(url: str, articles: int) -> None:
    rng = random.Random(7)
    start = time.perf_counter()
    with open_store(url) as store:
        fill(store, articles, rng)
        print(f"{store.url_shown.partition(':')[0]}, load {os.getloadavg()[0]:.1f}")
    print(f"{articles} articles: {articles / (time.perf_counter() - start):.0f} a second filled in")
    before = resident()
    start = time.perf_counter()
    with open_store(url, create=False) as store:
        print(f"opened in {1000 * (time.perf_counter() - start):.0f} ms")
        print(shown("look-up", look_up(store, articles, rng)))
        for name, event in (("whole save", False), ("whole save with an event", True)):
            found = save(store, rng, event=event)
            print(f"{shown(name, found)}, {1000 * len(found) / sum(found):.0f} a second")
        print(f"{size(store) / 1e6:.0f} MB on disk")
        print(f"{(resident() - before) / 1e6:.0f} MB more memory")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--url", help="an empty database; default: one that is thrown away")
    options = parser.parse_args()
    if options.url:
        measure(options.url, options.articles)
    elif options.engine == "postgresql":
        from support import postgres

        with postgres.running_server(durable=True) as server:
            measure(server.url(server.new_database()), options.articles)
    else:
        with tempfile.TemporaryDirectory() as folder:
            measure(str(Path(folder) / "storewatch.db"), options.articles)


if __name__ == "__main__":
    main()
