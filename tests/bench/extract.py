"""Extraction beside trafilatura's own: quality on every set, time, and memory, in one run.

    python tests/bench/extract.py [--sets aeb,fundus]

Pages and truth are those of ../shared/eval/extraction; F1 comes from its score.py. Times are CPU milliseconds per page
of the sets aeb and fundus on one worker, metadata included; pages/s are wall time on one and on two workers; the peak
is that of one worker. Baseline: trafilatura's default. readability-lxml is measured too where it is installed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

DATA = Path(__file__).parents[2].parent / "shared" / "eval" / "extraction"
TIMED = ("aeb", "fundus")
Row = dict[str, Any]


def trafilatura_text(body: bytes, url: str, **options: Any) -> str:
    import trafilatura

    document = trafilatura.bare_extraction(body, url=url, with_metadata=True, include_comments=False, **options)
    return (document.text or "") if document is not None else ""


def readability_text(body: bytes, url: str) -> str:
    from lxml import html
    from readability import Document  # type: ignore[import-not-found]  # only where somebody has installed it

    return str(html.fromstring(Document(body.decode("utf-8", "replace"), url=url).summary()).text_content())


def our_text(body: bytes, url: str) -> str:
    from pipelines.extract import extract
    from storewatch.errors import PageError
    from storewatch.types import Page

    try:
        return extract(Page(url=url, final_url=url, body=body), lenient=True).text
    except PageError:
        return ""


CONTENDERS: dict[str, Callable[[bytes, str], str]] = {
    "trafilatura": trafilatura_text,
    "trafilatura, precision": partial(trafilatura_text, favor_precision=True),
    "storewatch": our_text,
}
if find_spec("readability"):
    CONTENDERS["readability-lxml"] = readability_text


def work(name: str, row: Row) -> tuple[str, str, float, int]:
    """One page: its id, its text, CPU seconds, and the worker's peak in MB so far."""
    body = gzip.decompress((DATA / "pages" / f"{row['id']}.html.gz").read_bytes())
    url = row.get("url") or "http://unknown.example/"
    began = process_time()
    try:
        text = CONTENDERS[name](body, url)
    except Exception as error:  # noqa: BLE001  a contender that raises has no text for this page
        print(f"{name}: {row['id']}: {type(error).__name__}", file=sys.stderr)
        text = ""
    return row["id"], text, process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def run(name: str, rows: Sequence[Row], workers: int) -> tuple[list[tuple[str, str, float, int]], float]:
    """The pages in ``workers`` processes that have warmed up; and the seconds that it took."""
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        list(pool.map(partial(work, name), rows[: 4 * workers]))
        began = perf_counter()
        done = list(pool.map(partial(work, name), rows, chunksize=4))
        return done, perf_counter() - began


def scores(rows: Sequence[Row], done: Sequence[tuple[str, str, float, int]]) -> dict[str, float]:
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.writelines(json.dumps({"id": one, "text": text}) + "\n" for one, text, _, _ in done)
        file.flush()
        command = [sys.executable, str(DATA / "score.py"), str(DATA / "truth.jsonl"), file.name]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found: dict[str, float] = json.loads(told.strip().split("\n")[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Extraction beside trafilatura's own.")
    parser.add_argument("--sets", default="aeb,fundus,n4k,trafeval,wcxb", help="only these sets are scored")
    sets = parser.parse_args().sets.split(",")
    rows = [json.loads(line) for line in (DATA / "truth.jsonl").open(encoding="utf-8")]
    timed = [row for row in rows if row["id"].split("-")[0] in TIMED]
    print(f"{'':24}" + "".join(f"{name:>10}" for name in (*sets, "p50 ms", "p95 ms", "1 p/s", "2 p/s", "peak MB")))
    for name in CONTENDERS:
        done, _ = run(name, [row for row in rows if row["id"].split("-")[0] in sets], 2)
        found = scores(rows, done)
        one, one_s = run(name, timed, 1)
        _, two_s = run(name, timed, 2)
        times = sorted(seconds * 1000 for _, _, seconds, _ in one)
        figures = (statistics.median(times), times[int(0.95 * len(times))], len(timed) / one_s, len(timed) / two_s)
        cells = "".join(f"{found.get(one, 0):10.4f}" for one in sets) + "".join(f"{value:10.1f}" for value in figures)
        print(f"{name:24}{cells}{max(peak for *_, peak in one):10}")


if __name__ == "__main__":
    main()
