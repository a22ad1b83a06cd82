"""Ways to find duplicates, side by side, on texts labelled as in shared/eval/dedup: `python tests/bench/dedup.py DOCS`.

``base`` names the text that a row tells; round-ups and templates stand for themselves. Pairs P, R, F1, and how many
templates were merged with anything. MinHash is computed exactly, as Jaccard similarity of runs of five words.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

from pipelines.dedup import group, text_key
from pipelines.dedup.groups import Components
from pipelines.dedup.words import Text, hash64

Row = Mapping[str, Any]
Answer = Mapping[str, Hashable]
SIMHASH_BITS = 3


def joined(rows: Iterable[Row], keys: Callable[[Row], Iterable[Hashable]]) -> Answer:
    """Rows that share a key belong together."""
    components: Components[Hashable] = Components()
    for row in rows:
        components.add(row["id"])
        for key in keys(row):
            components.join(("key", key), row["id"])
    return {row["id"]: components.root(row["id"]) for row in rows}


def jaccard(rows: list[Row], least: float) -> Answer:
    runs = {row["id"]: Text(row["title"], row["text"]).runs for row in rows}
    holders: dict[int, list[str]] = defaultdict(list)
    components: Components[Hashable] = Components()
    for name, own in runs.items():
        components.add(name)
        shared = Counter(other for run in own for other in holders[run])
        for other, common in shared.items():
            if common >= least * (len(own) + len(runs[other]) - common):
                components.join(other, name)
        for run in own:
            holders[run].append(name)
    return {row["id"]: components.root(row["id"]) for row in rows}


def simhash(rows: list[Row]) -> Answer:
    """64 bits over runs of three words; texts that differ in three bits at most are one."""
    found: list[tuple[str, int]] = []
    components: Components[Hashable] = Components()
    for row in rows:
        tokens = Text(row["title"], row["text"]).tokens
        votes = [0] * 64
        for start in range(max(1, len(tokens) - 2)):
            number = hash64(tokens[start : start + 3])
            for bit in range(64):
                votes[bit] += 1 if number >> bit & 1 else -1
        own = sum(1 << bit for bit, vote in enumerate(votes) if vote > 0)
        components.add(row["id"])
        for name, other in found:
            if (own ^ other).bit_count() <= SIMHASH_BITS:
                components.join(name, row["id"])
        found.append((row["id"], own))
    return {row["id"]: components.root(row["id"]) for row in rows}


METHODS: dict[str, Callable[[list[Row]], Answer]] = {
    "equal text": lambda rows: joined(rows, lambda row: [text_key(row["text"])]),
    "equal title or text": lambda rows: joined(rows, lambda row: (text_key(row["text"]), "t" + text_key(row["title"]))),
    "SimHash, 3 bits": simhash,
    "MinHash, J >= .5": lambda rows: jaccard(rows, 0.5),
    "MinHash, J >= .8": lambda rows: jaccard(rows, 0.8),
    "storewatch": lambda rows: {answer["id"]: answer["group"] for answer in group(rows)},
}


def pairs(of: Answer) -> set[tuple[str, str]]:
    groups: dict[Hashable, list[str]] = defaultdict(list)
    for key, value in of.items():
        groups[value].append(key)
    return {pair for members in groups.values() for pair in combinations(sorted(members), 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("docs", type=Path)
    rows = [json.loads(line) for line in parser.parse_args().docs.read_text(encoding="utf-8").splitlines()]
    alone = {"roundup", "template"}
    gold: Answer = {row["id"]: row["id"] if row["kind"] in alone else row["base"] for row in rows}
    templates = [row["id"] for row in rows if row["kind"] == "template"]
    other = {row["id"]: row.get("other") for row in rows}
    print(f"{'method':22} {'P':>6} {'R':>6} {'F1':>6} {'templates merged':>17} {'docs/s':>7}")
    for name, method in METHODS.items():
        start = time.perf_counter()
        answer = method(rows)
        rate = len(rows) / (time.perf_counter() - start)
        # Two rows into which the same other page was mixed really share text: neither right nor wrong.
        unclear = {(a, b) for a, b in pairs(answer) if other[a] and other[a] == other[b] and gold[a] != gold[b]}
        want, have = pairs(gold), pairs(answer) - unclear
        right = len(want & have)
        precision, recall = right / max(1, len(have)), right / max(1, len(want))
        f1 = 2 * right / max(1, len(want) + len(have))
        sizes = Counter(answer.values())
        merged = sum(sizes[answer[name]] > 1 for name in templates)
        line = f"{name:22} {precision:6.3f} {recall:6.3f} {f1:6.3f}"
        print(f"{line} {merged:>10}/{len(templates):<6} {rate:7.0f}")


if __name__ == "__main__":
    main()
