"""Fits the judge's weights on labelled articles and writes them to pipelines/data/.

usage: tools/train_judge.py LABELLED.jsonl... [--folds 10] [--dry-run]

Each line: {id, lang, title, text, relevant, borderline, events}, as in eval/topic/. Prints the cross-validated figures
(stories told twice stand in the same fold), then fits on everything and writes. Same data, same topic files, same
weights: nothing is drawn at random.

The articles of tools/data (``ARTICLES`` and ``articles/``), written for this purpose, are always added: a labelled set
is half relevant, a feed is not, it has few stories of markets entered and sellers won, and few articles in many
languages. So are single sentences, because teasers and round-ups tell news in one.

Rule features and hashed n-grams go into one L2-regularised logistic regression. It is solved in its dual form, because
there are far fewer articles than n-grams: iteratively re-weighted least squares on the matrix of inner products.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import train_events  # the script beside this one
from numpy.typing import NDArray

from pipelines import topics
from pipelines.events import find_likely
from pipelines.events.weights import Weights as EventWeights
from pipelines.relevance.features import features, has_core, passages
from pipelines.relevance.reading import read
from pipelines.relevance.weights import RULES_FILE, WORDING_FILE, Weights
from pipelines.relevance.wording import BUCKETS, buckets
from pipelines.topics import Topic

Floats = NDArray[np.float64]

# Found by cross-validation; flat around their values.
RULES_SCALE = 0.55
WORDING_SCALE = 2.0
BORDERLINE_WEIGHT = 0.5
"""What an article on which even readers disagree counts beside one on which they do not."""
RARE = 8
"""Features seen in fewer articles are left out."""
EVENT_PARTS = 3
"""Models of the events; each speaks of the articles that the others have learned from."""
EVENT_STEPS = 150
SENTENCE_WEIGHTS = {True: 0.15, False: 0.3}
"""What a single sentence without a title counts, when it is news and when not: there are twice as many of the former.
Without them half of all such sentences are judged right, and hardly any news is seen; with them 94 %."""
ARTICLES = ("everyday.tsv", "hard.tsv", "trade.tsv")
"""Articles written for this trainer: what a feed is full of, and stories of markets entered and sellers won."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Design:
    """The labelled articles as matrices, one row an article."""

    names: tuple[str, ...]
    rules: Floats
    wording: NDArray[np.float32]
    relevant: Floats
    weight: Floats
    core: NDArray[np.bool_]
    groups: NDArray[np.int64]


def rows_of(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """The labelled articles of some files."""
    return [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines() if line.strip()]


def written() -> list[dict[str, Any]]:
    """The articles of tools/data (``ARTICLES`` and, with their events, ``articles/``), written for the trainer, which
    stand beside the labelled ones."""
    rows = []
    for path in (Path(__file__).parent / "data" / name for name in ARTICLES):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if not line.startswith("#"):
                relevant, lang, title, text = line.split("\t")
                known = {"id": f"{path.stem}-{number}", "lang": lang, "title": title, "text": text}
                rows.append({**known, "relevant": relevant == "yes", "borderline": False, "events": []})
    return [*rows, *rows_of(sorted((Path(__file__).parent / "data" / "articles").glob("*.jsonl")))]


def sentences() -> list[dict[str, Any]]:
    """Single sentences without a title: those of the events' trainer that are news, and those that are not."""
    told = [{**row, "relevant": True, "borderline": False} for row in train_events.examples() if row["events"]]
    lines = (Path(__file__).parent / "data" / "sentences.tsv").read_text("utf-8").splitlines()
    rest = [line.split("\t") for line in lines if not line.startswith("#")]
    known = {"relevant": False, "borderline": False, "events": []}
    return told + [
        {"id": f"sentence-{number}", "lang": lang, "title": title, "text": text, **known}
        for number, (_, lang, title, text) in enumerate(rest)
    ]


def event_weights(rows: Sequence[Mapping[str, Any]], topic: Topic) -> list[EventWeights]:
    """For each article weights of the events that were fitted without its story: what the judge will be told of an
    article nobody has learned from is less sure than what it would be told here by the shipped ones."""
    groups = groups_of(rows)
    part = [int(hashlib.sha256(str(g).encode()).hexdigest(), 16) % EVENT_PARTS for g in groups]
    models = []
    for one in range(EVENT_PARTS):
        kept = [
            dict(row) for row, mine in zip(rows, part, strict=True) if mine != one and row["relevant"] and row["events"]
        ]
        found = [[row for _, row in train_events.rows_of(article, topic)] for article in kept]
        own = [row for article in train_events.examples() for _, row in train_events.rows_of(article, topic)]
        models.append(EventWeights.of(train_events.whole_model(kept, found, own, topic, 8.0, EVENT_STEPS, parts=2)))
    return [models[mine] for mine in part]


def design_of(rows: Sequence[Mapping[str, Any]], topic: Topic) -> Design:
    """Reads every article as the judge does. All of an article is one passage here."""
    models = event_weights(rows, topic)
    found: list[Mapping[str, float]] = []
    core: list[bool] = []
    wording = np.zeros((len(rows), BUCKETS), np.float32)
    for index, row in enumerate(rows):
        document = train_events.document({"published": None, **row})
        parts = passages(read(document, topic))
        whole = parts[0] + [pair for part in parts[1:] for pair in part if not pair[0].is_title]
        core.append(has_core(whole))
        found.append(features(whole, find_likely(document, topic, model=models[index]) if core[-1] else ()))
        where, values = buckets(row["title"], row["text"])
        wording[index, where] = values
    seen = Counter(name for one in found for name in one)
    names = tuple(sorted(name for name, count in seen.items() if count >= RARE))
    return Design(
        names=names,
        rules=np.array([[one.get(name, 0.0) for name in names] for one in found]),
        wording=wording,
        relevant=np.array([float(row["relevant"]) for row in rows]),
        weight=np.array([_weight(row) for row in rows]),
        core=np.array(core),
        groups=groups_of(rows),
    )


def _weight(row: Mapping[str, Any]) -> float:
    if row["borderline"]:
        return BORDERLINE_WEIGHT
    return SENTENCE_WEIGHTS[row["relevant"]] if not row["title"] else 1.0


def groups_of(rows: Sequence[Mapping[str, Any]]) -> NDArray[np.int64]:
    """A number for each article, equal for articles that may tell the same story (same vendor and city, or same vendor
    and a large count)."""
    parent = list(range(len(rows)))

    def root(index: int) -> int:
        while parent[index] != index:
            index = parent[index]
        return index

    first: dict[tuple[object, ...], int] = {}
    for index, row in enumerate(rows):
        for event in row["events"] or []:
            cities = [(event["vendor"], city.strip()) for city in str(event.get("city") or "").split(";") if city]
            count = event.get("store_count") or 0
            for key in [*cities, *([(event["vendor"], count)] if count > 20 else [])]:
                if key in first:
                    parent[root(index)] = root(first[key])
                first.setdefault(key, index)
    return np.array([root(index) for index in range(len(rows))])


def kernel(design: Design) -> Floats:
    """Inner products of all articles, a constant for the bias included."""
    wording = design.wording @ design.wording.T
    return np.asarray(
        RULES_SCALE**2 * (design.rules @ design.rules.T) + WORDING_SCALE**2 * wording.astype(np.float64) + 1.0
    )


def solve(products: Floats, relevant: Floats, weight: Floats) -> Floats:
    """Dual coefficients of the logistic regression; the margins are ``products @`` them."""
    dual: Floats = np.zeros(len(relevant))
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(products @ dual, -30, 30)))
        curve = weight * chance * (1 - chance) + 1e-9
        target = products @ dual + weight * (relevant - chance) / curve
        step: Floats = np.asarray(np.linalg.solve(products + np.diag(1 / curve), target), np.float64)
        done = bool(np.abs(step - dual).max() < 1e-8)
        dual = step
        if done:
            break
    return dual


def folds_of(groups: NDArray[np.int64], folds: int) -> NDArray[np.int64]:
    """The fold of each article, the same for articles of one group."""
    return np.array([int(hashlib.sha256(str(group).encode()).hexdigest(), 16) % folds for group in groups])


def unseen_margins(design: Design, fold: NDArray[np.int64]) -> Floats:
    """The log-odds of relevance of each article by a model that has not seen its fold."""
    products = kernel(design)
    margins: Floats = np.zeros(len(fold))
    for one in sorted(set(fold.tolist())):
        seen, unseen = fold != one, fold == one
        dual = solve(products[np.ix_(seen, seen)], design.relevant[seen], design.weight[seen])
        margins[unseen] = products[np.ix_(unseen, seen)] @ dual
    return margins


def chances_of(design: Design, margins: Floats) -> Floats:
    """The chance of relevance, as the judge says it: without a core there is no story."""
    chance = 1 / (1 + np.exp(-margins))
    return np.where(design.core, chance, np.minimum(chance, 0.2))


def cross_validated(design: Design, folds: int) -> Floats:
    """The chance of relevance of each article by a model that has not seen its story."""
    return chances_of(design, unseen_margins(design, folds_of(design.groups, folds)))


def fit(design: Design) -> Weights:
    """The weights fitted on all articles."""
    dual = solve(kernel(design), design.relevant, design.weight)
    rules = RULES_SCALE**2 * (design.rules.T @ dual)
    wording = WORDING_SCALE**2 * (design.wording.T @ dual.astype(np.float32))
    named = {name: float(value) for name, value in zip(design.names, rules, strict=True)}
    usual = float((design.wording @ wording).mean())
    return Weights(bias=float(dual.sum()) + usual, rules=named, wording=wording, usual_wording=usual)


def f1(relevant: Floats, said: NDArray[np.bool_]) -> float:
    """F1 of the relevant class."""
    hits = float(np.sum((relevant > 0) & said))
    return 2 * hits / max(1.0, float(np.sum(relevant > 0) + np.sum(said)))


def report(rows: Sequence[Mapping[str, Any]], relevant: Floats, chance: Floats, threshold: float = 0.5) -> list[str]:
    """Lines with F1 over all articles, the clear ones, and languages of 20 or more clear articles."""
    clear = np.array([not row["borderline"] for row in rows])
    lang = np.array([row["lang"] for row in rows])
    said = chance >= threshold
    lines = [f"ALL {f1(relevant, said):.3f}  CLEAR {f1(relevant[clear], said[clear]):.3f}"]
    quiet = clear & (relevant == 0)
    lines[0] += f"  false alarms among clear negatives {int(said[quiet].sum())}/{int(quiet.sum())}"
    for code, count in Counter(lang[clear].tolist()).most_common():
        if count >= 20:
            part = clear & (lang == code)
            lines.append(f"  CLEAR.{code} n={count} {f1(relevant[part], said[part]):.3f}")
    return lines


def write(weights: Weights, folder: Path, about: Mapping[str, object]) -> None:
    """Writes the two files that ``pipelines.relevance.weights`` reads."""
    scale = float(np.abs(weights.wording).max()) / 127
    head = {
        **about,
        "bias": round(weights.bias, 4),
        "usual_wording": round(weights.usual_wording, 4),
        "wording_scale": round(scale, 8),
        "rules": {name: round(value, 4) for name, value in weights.rules.items() if abs(value) >= 5e-4},
    }
    (folder / RULES_FILE).write_text(json.dumps(head, indent=1, ensure_ascii=False) + "\n", "utf-8")
    (folder / WORDING_FILE).write_bytes(np.rint(weights.wording / scale).astype(np.int8).tobytes())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--dry-run", action="store_true", help="print the figures, write nothing")
    options = parser.parse_args()
    topic = topics.load()
    rows = [*rows_of(options.files), *written(), *sentences()]
    design = design_of(rows, topic)
    chance = cross_validated(design, options.folds)
    for path in options.files:
        part = np.array([i for i, row in enumerate(rows) if row["id"] in {r["id"] for r in rows_of([path])}])
        print(f"{path.name} ({len(part)} articles), cross-validated:")
        print("\n".join(report([rows[i] for i in part], design.relevant[part], chance[part])))
    part = np.array([i for i, row in enumerate(rows) if row["id"] in {r["id"] for r in written()}])
    wrong = int(((chance[part] >= 0.5) != (design.relevant[part] > 0)).sum())
    print(f"wrong among the articles of tools/data, cross-validated: {wrong}/{len(part)}")
    part = np.arange(len(rows) - len(sentences()), len(rows))
    wrong = int(((chance[part] >= 0.5) != (design.relevant[part] > 0)).sum())
    print(f"wrong among single sentences, cross-validated: {wrong}/{len(part)}")
    if not options.dry_run:
        digest = hashlib.sha256(b"".join(path.read_bytes() for path in options.files)).hexdigest()[:12]
        about = {"made_by": "tools/train_judge.py", "articles": len(rows), "data": digest, "topic": topic.version}
        write(fit(design), Path(__file__).parent.parent / "pipelines" / "data", about)


if __name__ == "__main__":
    main()
