"""Look-ups of similar texts in a large database: `python tests/bench/dedup_scale.py [--articles N] [--url URL]`.

Fills the tables with synthetic sketches (random keys, as many as an article of 500 words has) and prints: time to
open, milliseconds of a look-up (p50, p95, p99), of a whole ``Store.save``, articles written a second, size and memory.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
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
from storewatch.types import Article, Judgement, Moment, Page, Processed, Verdict

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


def save(store: Store, rng: random.Random, times: int = 300) -> list[float]:
    run_id = store.start_run("bench", NOW)
    verdict = Verdict(verdict="relevant", score=0.9, reason="retail_event")
    found = []
    for number in range(times):
        url = f"https://new.example/{number}"
        body = ". ".join(" ".join(rng.choices(WORDS, k=20)) for _ in range(25))
        page_id = store.add_page(url, now=NOW)
        article = Article(url=url, canonical_url=url, title=f"T{number}", text=body, published=Moment(at=NOW))
        start = time.perf_counter()
        store.save(
            Processed(article=article, judgement=Judgement(verdict=verdict)),
            page_id=page_id,
            run_id=run_id,
            page=Page(url=url, final_url=url, body=b"x"),
            text_sha=text_key(body),
            decide=decide,
            kinship=kinship,
            topic_version="t",
            extractor_version="e",
            now=NOW,
        )
        found.append(1000 * (time.perf_counter() - start))
    return found


def resident() -> int:
    """Bytes of memory in use now (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def shown(name: str, found: list[float]) -> str:
    cuts = statistics.quantiles(found, n=100)
    return f"{name}: p50 {cuts[49]:.2f} ms, p95 {cuts[94]:.2f} ms, p99 {cuts[98]:.2f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--url", help="an empty database; default: an SQLite file that is thrown away")
    options = parser.parse_args()
    rng = random.Random(7)
    with tempfile.TemporaryDirectory() as folder:
        url = options.url or str(Path(folder) / "storewatch.db")
        start = time.perf_counter()
        with open_store(url) as store:
            fill(store, options.articles, rng)
        print(f"{options.articles} articles: {options.articles / (time.perf_counter() - start):.0f} a second")
        before = resident()
        start = time.perf_counter()
        with open_store(url, create=False) as store:
            print(f"opened in {1000 * (time.perf_counter() - start):.0f} ms")
            print(shown("look-up", look_up(store, options.articles, rng)))
            print(shown("whole save", save(store, rng)))
            if store.path is not None:
                print(f"{store.path.stat().st_size / 1e6:.0f} MB on disk")
            print(f"{(resident() - before) / 1e6:.0f} MB more memory")


if __name__ == "__main__":
    main()
