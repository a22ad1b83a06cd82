"""Fits the weights of pipelines.events on labelled articles and writes pipelines/data/events_weights.json.

Run from the checkout: ``.venv/bin/python tools/train_events.py ../shared/eval/topic/train.jsonl [...] [--folds N]``.
With ``--folds`` it prints cross-validated figures by article and writes nothing. Input lines are those of
eval/topic: id, lang, published, title, text, relevant, events.

Each candidate of a relevant article (pipelines.events.candidates) is aligned with the labelled event of the same
vendor, number and place; its class is that event's action, or "none". Two models are fitted on the features of
pipelines.events.features: the class, and whether a store without a number is one store. Full-batch Adam with L2 from
fixed zeros: the same input gives the same file.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from pipelines import topics
from pipelines.events import finder
from pipelines.events.candidates import Candidate, candidates
from pipelines.events.features import features, setting
from pipelines.events.finder import scored_candidates
from pipelines.events.reading import read
from pipelines.events.rows import row_features
from pipelines.events.weights import CLASSES, FILE, Weights, by_kind
from pipelines.events.where import Where
from pipelines.events.who import dominant
from storewatch.types import Document, Moment

KEPT = 0.8
"""Share of the clearest candidate's probability that another candidate of the same event needs to be trained on."""
RARE = 3
"""Features that fewer candidates have are left out."""
PARTS = 4
"""The rows are weighed by what models think that have not seen their article."""
EXAMPLES = Path(__file__).parent / "data" / "event_examples.tsv"
TARGET = Path(__file__).parent.parent / "pipelines" / "data" / FILE
FOLD = {
    "tecno": "transsion", "infinix": "transsion", "itel": "transsion", "hmd": "nokia", "redmi": "xiaomi",
    "poco": "xiaomi",
    "iqoo": "vivo", "lenovo": "motorola", "nubia": "zte", "alcatel": "tcl", "mi": "xiaomi", "zte nubia": "zte",
    "motorola lenovo": "motorola", "nokia hmd": "nokia", "hmd global": "nokia", "tcl alcatel": "tcl",
}  # fmt: skip
CITY = {
    "bangalore": "bengaluru", "gurgaon": "gurugram", "new delhi": "delhi", "saigon": "ho chi minh city",
    "bombay": "mumbai",
    "frankfurt": "frankfurt am main", "koln": "cologne", "munchen": "munich",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One candidate with its features, the class it was aligned to, whether it is one store (None: not asked), and the
    event it was aligned to (article and number; None for "none")."""

    kind: str
    found: dict[str, float]
    label: int
    single: int | None
    event: tuple[str, int] | None


def norm(value: object) -> str:
    text = unicodedata.normalize("NFKD", str(value or "").replace("ß", "ss").replace("ø", "o").replace("ł", "l"))
    text = "".join(c for c in text if not unicodedata.combining(c)).lower()
    return " ".join(re.sub(r"[^\w]+", " ", text).split())


def cities(value: object) -> set[str]:
    return {CITY.get(c, c) for c in map(norm, str(value or "").split(";")) if c}


def vendor(name: object) -> str:
    return FOLD.get(norm(name), norm(name))


def moment(said: str | None) -> Moment | None:
    if not said:
        return None
    parts = [int(p) for p in said.split("T")[0].split("-")]
    precision = ("year", "month", "day")[len(parts) - 1]
    year, month, day = [*parts, 1, 1][:3]
    return Moment(at=datetime(year, month, day, tzinfo=UTC), precision=precision)  # type: ignore[arg-type]  # one of the three


def document(row: dict[str, Any]) -> Document:
    return Document(
        title=row["title"] or "", text=row["text"], lang=row["lang"].split("-")[0], published=moment(row["published"])
    )


def fit(candidate: Candidate, event: dict[str, Any]) -> float:
    """How well a candidate and a labelled event go together; 0: not at all."""
    if vendor(event["vendor"]) != vendor(candidate.owner.vendor):
        return 0
    count, number = event["store_count"], candidate.number
    if candidate.kind == "market":
        if event["store_type"] not in ("market", "online", None) and event["action"] != "market_entry":
            return 0
        return 2.0 if event["country"] and event["country"] == candidate.where.country else 0
    if candidate.kind == "partner":
        if event["action"] != "partner":
            return 0
        same = candidate.partner is not None and norm(candidate.partner[0]) in norm(event["partner"])
        return 2.0 if same else 1.0
    if event["store_type"] == "market":
        return 0
    if candidate.kind == "rank":
        if event["action"] != "stock" or count is None or number is None or count not in (number, number - 1):
            return 0
    elif candidate.counted is None:
        if count not in (1, None):
            return 0
    elif count != number:
        return 0
    return _place_fit(candidate, event)


def _elsewhere(candidate: Candidate, events: Sequence[dict[str, Any]]) -> tuple[float, int] | None:
    """The event of the same vendor and number whose place does not fit, if all such events have one action: the place
    was misread or is named otherwise, but what happens is the same."""
    if candidate.kind not in ("store", "bare", "whole"):
        return None
    blind = replace(candidate, where=Where())
    fitting = [index for index, event in enumerate(events) if fit(blind, event)]
    return (0.5, fitting[0]) if len({events[index]["action"] for index in fitting}) == 1 else None


def _place_fit(candidate: Candidate, event: dict[str, Any]) -> float:
    here, there = cities(candidate.where.city), cities(event["city"])
    if here and there:
        return 3.0 if here & there else 0
    score = 1.0
    if candidate.where.country and event["country"]:
        if candidate.where.country != event["country"]:
            return 0
        score += 0.5
    return score


def rows_of(article: dict[str, Any], topic: topics.Topic) -> list[tuple[Candidate, Row]]:
    reading = read(document(article), topic)
    around = setting(reading, dominant(reading))
    out: list[tuple[Candidate, Row]] = []
    for candidate in candidates(reading):
        found, signals = features(candidate, reading, around)
        rule = finder.store_action(candidate.head, signals, "")
        best: tuple[float, int] | None = None
        for index, event in enumerate(article["events"]):
            score = fit(candidate, event)
            if score and event["action"] == rule:
                score += 0.6
            if score and (best is None or score > best[0]):
                best = (score, index)
        if best is None:
            best = _elsewhere(candidate, article["events"])
        event = article["events"][best[1]] if best else None
        label = CLASSES.index(event["action"]) if event else 0
        single = None
        if event and candidate.counted is None and candidate.kind in ("store", "city"):
            single = int(event["store_count"] == 1)
        out.append((candidate, Row(candidate.kind, found, label, single, (article["id"], best[1]) if best else None)))
    return out


def softmax_fit(
    rows: Sequence[dict[str, float]], labels: np.ndarray, classes: int, l2: float, steps: int
) -> tuple[list[str], np.ndarray, np.ndarray]:
    seen = Counter(name for row in rows for name in row)
    names = sorted(name for name, count in seen.items() if count >= RARE)
    index = {name: i for i, name in enumerate(names)}
    x = np.zeros((len(rows), len(names)), dtype=np.float32)
    for i, row in enumerate(rows):
        for name, value in row.items():
            if name in index:
                x[i, index[name]] = value
    y = np.eye(classes, dtype=np.float32)[labels]
    w, b = np.zeros((len(names), classes), np.float32), np.zeros(classes, np.float32)
    state = [np.zeros_like(w), np.zeros_like(w), np.zeros_like(b), np.zeros_like(b)]
    for step in range(1, steps + 1):
        z = x @ w + b
        z -= z.max(axis=1, keepdims=True)
        p = np.exp(z)
        p /= p.sum(axis=1, keepdims=True)
        g = (p - y) / len(rows)
        gw, gb = x.T @ g + l2 / len(rows) * w, g.sum(axis=0)
        rate = 0.05 * (1 - step / (steps + 1)) + 0.002
        for value, grad, m, v in ((w, gw, state[0], state[1]), (b, gb, state[2], state[3])):
            m += 0.1 * (grad - m)
            v += 0.01 * (grad * grad - v)
            value -= rate * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.99**step)) + 1e-8)
    return names, w, b


def telling(rows: Sequence[Row], model: Weights) -> list[Row]:
    """The rows without those that only stand beside an event: of the candidates aligned with one event those stay
    that tell it nearly as clearly as the clearest does. (Every mention of a store is aligned; most say nothing.)"""
    clearest: dict[tuple[str, int], float] = {}
    chances = [model.chances(row.kind, row.found)[CLASSES[row.label]] for row in rows]
    for row, chance in zip(rows, chances, strict=True):
        if row.event is not None:
            clearest[row.event] = max(clearest.get(row.event, 0.0), chance)
    return [
        row
        for row, chance in zip(rows, chances, strict=True)
        if row.event is None or chance >= KEPT * clearest[row.event]
    ]


def train(rows: Sequence[Row], l2: float, steps: int, rounds: int = 3) -> dict[str, Any]:
    """Fits both models; every further round leaves out the candidates that tell their event less clearly."""
    raw = _train(rows, l2, steps)
    for _ in range(rounds):
        raw = _train(telling(rows, Weights.of(raw)), l2, steps)
    return raw


def _train(rows: Sequence[Row], l2: float, steps: int) -> dict[str, Any]:
    found = [by_kind(row.kind, row.found) for row in rows]
    names, w, b = softmax_fit(found, np.array([row.label for row in rows]), len(CLASSES), l2, steps)
    asked = [r for r in rows if r.single is not None]
    found = [by_kind(row.kind, row.found) for row in asked]
    sn, sw, sb = softmax_fit(found, np.array([row.single for row in asked]), 2, l2, steps)
    single = {name: round(float(sw[i, 1] - sw[i, 0]), 3) for i, name in enumerate(sn)}
    return {
        "classes": list(CLASSES),
        "bias": [round(float(v), 3) for v in b],
        "weights": {
            name: [round(float(v), 3) for v in w[i]] for i, name in enumerate(names) if np.abs(w[i]).max() > 0.02
        },
        "single_bias": round(float(sb[1] - sb[0]), 3),
        "single": {name: value for name, value in single.items() if abs(value) > 0.02},
    }


def fit_rows(rows: Sequence[Mapping[str, float]], true: Sequence[bool], l2: float = 8.0) -> dict[str, Any]:
    """A logistic regression over the features of rows, by Newton's method."""
    seen = Counter(name for row in rows for name, value in row.items() if value)
    names = sorted(name for name, count in seen.items() if count >= 10)
    x = np.array([[1.0, *(row.get(name, 0.0) for name in names)] for row in rows])
    y, w = np.array(true, dtype=float), np.zeros(len(names) + 1)
    ridge = np.diag([1e-6, *[l2] * len(names)])
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ w))
        step = np.linalg.solve((x.T * (p * (1 - p))) @ x + ridge, x.T @ (y - p) - ridge @ w)
        w += step
        if np.abs(step).max() < 1e-6:
            break
    return {
        "told_bias": round(float(w[0]), 4),
        "told": {n: round(float(v), 4) for n, v in zip(names, w[1:], strict=True)},
    }


def whole_model(
    articles: Sequence[dict[str, Any]],
    rows: Sequence[Sequence[Row]],
    own: Sequence[Row],
    topic: topics.Topic,
    l2: float,
    steps: int,
    parts: int = PARTS,
) -> dict[str, Any]:
    """Both stages: the candidates' weights, and those of the rows, fitted on what the former say of unseen articles."""
    found: list[Mapping[str, float]] = []
    true: list[bool] = []
    part = [int(hashlib.sha256(a["id"].encode()).hexdigest(), 16) % parts for a in articles]
    for one in range(parts):
        kept = [row for mine, of in zip(part, rows, strict=True) if mine != one for row in of]
        model = Weights.of(train([*own, *kept], l2, steps, rounds=1))
        for article, mine in zip(articles, part, strict=True):
            if mine == one:
                said = facts(article["events"], "row")
                for row, features_of in row_features(
                    list(scored_candidates(read(document(article), topic), model))
                ).items():
                    found.append(features_of)
                    true.append((vendor(row[0]), row[1], row[2]) in said)
    raw = train([*own, *(row for of in rows for row in of)], l2, steps)
    return raw | fit_rows(found, true)


def facts(events: Iterable[dict[str, Any]], kind: str) -> set[tuple[Any, ...]]:
    out: set[tuple[Any, ...]] = set()
    for e in events:
        v = vendor(e["vendor"])
        if kind == "vendor":
            out.add((v,))
        elif kind == "action":
            out.add((v, e["action"]))
        elif kind == "count" and e["store_count"] is not None:
            out.add((v, e["store_count"]))
        elif kind == "country" and e["country"]:
            out.add((v, e["country"]))
        elif kind == "city" and e["city"] and not e.get("city_inferred"):
            out |= {(v, c) for c in cities(e["city"])}
        elif kind == "row":
            out.add((v, e["action"], e["store_count"]))
    return out


def score(pairs: Iterable[tuple[dict[str, Any], list[dict[str, Any]]]]) -> dict[str, float]:
    """The fact figures of score.py over (article, predicted events)."""
    pairs = list(pairs)
    result = {}
    for kind in ("vendor", "action", "count", "country", "city", "row"):
        tp = fp = fn = 0
        for article, predicted in pairs:
            a, b = facts(article["events"], kind), facts(predicted, kind)
            if kind == "city":
                b -= {
                    (vendor(e["vendor"]), c)
                    for e in article["events"]
                    if e.get("city_inferred")
                    for c in cities(e["city"])
                } - a
            tp, fp, fn = tp + len(a & b), fp + len(b - a), fn + len(a - b)
        result[kind] = round(2 * tp / (2 * tp + fp + fn), 3) if tp else 0.0
    return result


def predicted(article: dict[str, Any], topic: topics.Topic, model: Weights) -> list[dict[str, Any]]:
    events = finder.find_events(document(article), topic, model=model)
    return [
        {
            "vendor": e.vendor,
            "action": e.action,
            "store_count": e.store_count,
            "city": e.city,
            "country": e.country,
            "store_type": e.store_type,
            "horizon_text": e.horizon_text,
            "evidence": e.evidence.text,
        }
        for e in events
    ]


def examples() -> list[dict[str, Any]]:
    """Our own sentences (tools/data/event_examples.tsv) as articles."""
    articles: list[dict[str, Any]] = []
    for number, line in enumerate(EXAMPLES.read_text("utf-8").splitlines()):
        if line.startswith("#"):
            continue
        lang, published, text, *rest = line.split("\t")
        events = [_example(said) for said in (rest[0].split(" / ") if rest and rest[0] else [])]
        article = {"id": f"own-{number}", "lang": lang, "published": published, "title": "", "text": text}
        articles.append(article | {"relevant": True, "events": events})
    return articles


def _example(said: str) -> dict[str, Any]:
    name, action, count, city, country, *more = said.split(";")
    return {
        "vendor": name,
        "action": action,
        "store_count": int(count) if count else None,
        "city": city or None,
        "country": country or None,
        "store_type": more[0] if more else "own_store",
        "partner": more[1] if len(more) > 1 else None,
    }


def load(paths: Sequence[str]) -> list[dict[str, Any]]:
    articles = [
        json.loads(line) for path in paths for line in Path(path).read_text("utf-8").splitlines() if line.strip()
    ]
    return [a for a in articles if a["relevant"] and a["events"]]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+")
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--dump", help="with --folds: write the predictions here")
    parser.add_argument("--l2", type=float, default=8.0)
    parser.add_argument("--steps", type=int, default=300)
    args = parser.parse_args()
    topic = topics.load()
    articles = load(args.files)
    rows = [[row for _, row in rows_of(article, topic)] for article in articles]
    own = [row for article in examples() for _, row in rows_of(article, topic)]
    if args.folds:
        pairs = []
        for fold in range(args.folds):
            seen = [i for i in range(len(articles)) if i % args.folds != fold]
            kept = [articles[i] for i in seen], [rows[i] for i in seen]
            model = Weights.of(whole_model(*kept, own, topic, args.l2, args.steps))
            pairs += [(a, predicted(a, topic, model)) for i, a in enumerate(articles) if i % args.folds == fold]
        if args.dump:
            lines = (json.dumps({"id": a["id"], "relevant": True, "events": e}, ensure_ascii=False) for a, e in pairs)
            Path(args.dump).write_text("\n".join(lines) + "\n", "utf-8")
        print(f"{len(articles)} articles, {sum(map(len, rows))} candidates, {args.folds} folds:", score(pairs))
        return
    model = whole_model(articles, rows, own, topic, args.l2, args.steps)
    TARGET.write_text(json.dumps(model, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n", "utf-8")
    print(f"{TARGET}: {len(model['weights'])} features, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
