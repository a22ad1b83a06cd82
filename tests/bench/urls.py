"""URL rules beside those of others: `python tests/bench/urls.py [--pairs FILE.jsonl]`.

Prints for each method how many pairs it tells right, how many pages it wrongly takes for one (false merges), how many
addresses of one page it keeps apart (missed), and microseconds per URL. The pairs are our own
(``tests/data/urls.tsv``), and the rules were mended until they told them all: our line there is an upper bound.
``--pairs`` takes others, with ``a``, ``b`` and ``same``.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import importlib.util
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from storewatch.urls import url_key

OWN = Path(__file__).parents[1] / "data" / "urls.tsv"
REPEATS = 20

Method = Callable[[str], object]
Pairs = list[tuple[str, str, bool]]


def own_pairs() -> Pairs:
    with OWN.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["a"], row["b"], row["verdict"] == "same") for row in rows]


def other_pairs(file: Path) -> Pairs:
    rows = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
    return [(row["a"], row["b"], row["same"]) for row in rows]


def methods() -> Iterator[tuple[str, Method]]:
    """Ours and those of the packages that are installed."""
    yield "as written", str
    w3lib = importlib.import_module("w3lib.url")
    yield "w3lib canonicalize_url", w3lib.canonicalize_url
    courlan = importlib.import_module("courlan")
    yield "courlan clean_url", courlan.clean_url
    yield "courlan normalize_url", courlan.normalize_url
    yield "courlan normalize_url, strict", lambda url: courlan.normalize_url(url, strict=True)
    if importlib.util.find_spec("url_normalize"):
        normalize = importlib.import_module("url_normalize").url_normalize
        yield "url-normalize", normalize
        yield "url-normalize, filter_params", lambda url: normalize(url, filter_params=True)
    yield "storewatch url_key", url_key


def told(method: Method, url: str) -> object:
    """What the method makes of ``url``; where it fails, what no other URL has."""
    try:
        found = method(url)
    except Exception:  # noqa: BLE001  whatever a library raises on a URL is its answer to it
        found = None
    return found if found is not None else (url,)


def row(name: str, method: Method, pairs: Pairs) -> str:
    verdicts = [(told(method, a) == told(method, b), same) for a, b, same in pairs]
    right = sum(found == same for found, same in verdicts)
    merged = sum(found and not same for found, same in verdicts)
    missed = sum(same and not found for found, same in verdicts)
    urls = [url for a, b, _ in pairs for url in (a, b)]
    start = time.perf_counter()
    for _ in range(REPEATS):
        for url in urls:
            told(method, url)
    micros = 1e6 * (time.perf_counter() - start) / REPEATS / len(urls)
    return f"| {name} | {right}/{len(pairs)} | {merged} | {missed} | {micros:.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, help="a JSONL file with a, b and same; default: our own pairs")
    options = parser.parse_args()
    pairs = other_pairs(options.pairs) if options.pairs else own_pairs()
    same = sum(is_same for _, _, is_same in pairs)
    print(f"{same} pairs are the same page, {len(pairs) - same} are not\n")
    print("| method | right | false merges | missed | µs |\n| --- | --- | --- | --- | --- |")
    for name, method in methods():
        print(row(name, method, pairs))


if __name__ == "__main__":
    main()
