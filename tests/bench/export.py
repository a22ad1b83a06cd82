"""Seconds and peak memory of `storewatch export` for every format, on a filled database (see fill.py).

    python tests/bench/export.py sqlite:///bench.db [LIMIT] [--check]

Baseline of the same run: reading all rows and writing nothing. ``--check`` reads each file back and compares it with
the database, by a sum of hashes of all rows. Feeds are written with all rows, too, though nobody subscribes to that.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from collections.abc import Mapping
from hashlib import blake2b
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.exported import FORMATS, as_kept, read_back

from storewatch.cli.stored import EVENT_FIELDS, event_line
from storewatch.db import streaming
from storewatch.db.rows import Filters
from storewatch.db.store import open_store
from storewatch.export import WRITERS, About, export


def run(url: str, suffix: str, limit: int | None, path: Path) -> tuple[int, float, float, float]:
    """Rows, seconds, peak MB, MB of the file; in a process of its own, so that the peak is its own."""
    began = perf_counter()
    with open_store(url, create=False) as store:
        rows = (event_line(row) for row in streaming.events(store, Filters(limit=limit)))
        about = About(kind="events", columns=EVENT_FIELDS, title="bench")
        count = export(path, rows, about).count if suffix else sum(1 for _ in rows)
    size = path.stat().st_size / 1e6 if suffix else 0.0
    return count, perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, size


class Digest:
    """The same for the same rows in any order: an SQLite table has none."""

    def __init__(self) -> None:
        self.count = self.total = 0

    def add(self, row: Mapping[str, Any]) -> None:
        self.count += 1
        self.total += int.from_bytes(blake2b(repr(list(row.items())).encode(), digest_size=16).digest(), "big")

    def __str__(self) -> str:
        return f"{self.count} {self.total % 2**128:032x}"


def stored(url: str, limit: int | None) -> dict[str, str]:
    """The digest of what each format keeps, of one reading; events have no lists, so three of them keep the same."""
    kept: dict[str, Digest] = {suffix: Digest() for suffix in (".csv", ".jsonl")}
    with open_store(url, create=False) as store:
        for row in streaming.events(store, Filters(limit=limit)):
            line = event_line(row)
            for suffix, one in kept.items():
                one.add(as_kept(line, suffix))
    return {suffix: str(kept.get(suffix, kept[".jsonl"])) for suffix in FORMATS}


def kept(path: Path) -> str:
    found = Digest()
    for row in read_back(path, "events"):
        found.add(row)
    return str(found)


def main(url: str, limit: int | None, *, check: bool) -> None:
    print(
        f"{'format':10} {'rows':>9} {'s':>8} {'peak MB':>8} {'file MB':>8}  {'read back' if check else ''}", flush=True
    )
    digests: dict[str, str] = {}
    if check:
        with get_context("spawn").Pool(1) as pool:
            digests = pool.apply(stored, (url, limit))
    for suffix in ("", *(one for one in WRITERS if one != ".db")):
        with tempfile.TemporaryDirectory() as folder, get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
            path = Path(folder) / f"events{suffix}"
            number, seconds, peak, size = pool.apply(run, (url, suffix, limit, path))
            told = ""
            if suffix in digests:
                told = "equal" if pool.apply(kept, (path,)) == digests[suffix] else "DIFFERENT"
            print(f"{suffix or '(read)':10} {number:9} {seconds:8.1f} {peak:8.0f} {size:8.1f}  {told}", flush=True)


if __name__ == "__main__":
    numbers = [int(one) for one in sys.argv[2:] if one.isdigit()]
    main(sys.argv[1], numbers[0] if numbers else None, check="--check" in sys.argv)
