"""Seconds and peak memory of `storewatch export` for every format, on a filled database (see fill.py).

    python tests/bench/export.py sqlite:///bench.db [LIMIT]

Baseline of the same run: reading all rows and writing nothing.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

from storewatch.cli.stored import EVENT_FIELDS, event_line
from storewatch.db import streaming
from storewatch.db.rows import Filters
from storewatch.db.store import open_store
from storewatch.export import FEEDS, WRITERS, About, export


def run(url: str, suffix: str, limit: int | None, folder: str) -> tuple[int, float, float, float]:
    """Rows, seconds, peak MB, MB of the file; in a process of its own, so that the peak is its own."""
    began = perf_counter()
    with open_store(url, create=False) as store:
        rows = (event_line(row) for row in streaming.events(store, Filters(limit=limit)))
        path = Path(folder) / f"events{suffix}"
        about = About(kind="events", columns=EVENT_FIELDS, title="bench")
        count = export(path, rows, about) if suffix else sum(1 for _ in rows)
    size = path.stat().st_size / 1e6 if suffix else 0.0
    return count, perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, size


if __name__ == "__main__":
    place, most = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else None
    print(f"{'format':10} {'rows':>9} {'s':>8} {'peak MB':>8} {'file MB':>8}")
    for form in ("", *(suffix for suffix in WRITERS if suffix not in (*FEEDS, ".db"))):
        with tempfile.TemporaryDirectory() as temporary, get_context("spawn").Pool(1) as pool:
            number, seconds, peak, file = pool.apply(run, (place, form, most, temporary))
        print(f"{form or '(read)':10} {number:9} {seconds:8.1f} {peak:8.0f} {file:8.1f}")
