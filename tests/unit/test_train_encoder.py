"""The encoder's trainer, without PyTorch: folds, mix, what is recalled, and the file as the heads read it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from numpy.typing import NDArray

from pipelines.encoder import Adapter
from pipelines.encoder.heads import at_places, event_head, relevance_head
from pipelines.events.rows import RowWeights
from pipelines.events.weights import Thought

TOOLS = Path(__file__).resolve().parents[2] / "tools"
HIDDEN, RANK, INNER, NAMES = 64, 3, 80, ("kind store", "verb past")
MIX = (-0.25, 0.5, 0.75)


@pytest.fixture(scope="module")
def tool() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(TOOLS))  # scripts import those beside them
        yield import_module("train_encoder")


def sample(count: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Two margins and what is relevant, drawn with the log-odds of ``MIX``."""
    rng = np.random.default_rng(7)
    rules, ours = rng.normal(scale=2, size=count), rng.normal(scale=4, size=count)
    odds = MIX[0] + MIX[1] * rules + MIX[2] * ours
    return rules, ours, (rng.random(count) < 1 / (1 + np.exp(-odds))).astype(float)


def fitted() -> dict[str, NDArray[np.float32]]:
    rng = np.random.default_rng(3)
    classes = 9
    shapes = {f"l{layer}.q.{part}": shape for layer in (0, 1) for part, shape in (("a", (3, 64)), ("b", (64, 3)))}
    shapes |= {"l1.aln.w": (HIDDEN,), "l1.aln.b": (HIDDEN,)}
    heads = {"relevance.choice": (1, HIDDEN), "relevance.out": (1, 2 * HIDDEN), "event.inner": (INNER, 5 * HIDDEN + 5)}
    heads |= {"event.out": (classes, INNER), "event.single": (1, INNER)}
    heads |= {"event.features": (classes, len(NAMES)), "event.single_features": (1, len(NAMES))}
    for name, shape in heads.items():
        shapes |= {f"{name}.w": shape, f"{name}.b": shape[:1]}
    return {name: rng.normal(scale=0.1, size=shape).astype(np.float32) for name, shape in shapes.items()}


def test_the_mix_finds_what_margins_are_worth(tool: ModuleType) -> None:
    rules, ours, relevant = sample(6000)
    assert tool.fit_mix(rules, ours, relevant, np.ones(6000)) == pytest.approx(MIX, abs=0.1)


def test_a_weight_counts_like_so_many_articles(tool: ModuleType) -> None:
    rules, ours, relevant = sample(300)
    twice = [np.concatenate([values, values]) for values in (rules, ours, relevant)]
    assert tool.fit_mix(rules, ours, relevant, np.full(300, 2.0)) == tool.fit_mix(*twice, np.ones(600))


def test_margins_that_are_never_wrong_stay_finite(tool: ModuleType) -> None:
    rules = np.array([-3.0, -2.0, 2.0, 3.0])
    constant, of_rules, of_ours = tool.fit_mix(rules, 2 * rules, (rules > 0).astype(float), np.ones(4))
    assert constant == pytest.approx(0, abs=1e-3)
    assert 0 < of_rules < of_ours < 5


def test_the_encoder_is_not_asked_without_hope(tool: ModuleType) -> None:
    rules, ours = np.array([-9.0, -1.0, 2.0]), np.array([9.0, 9.0, -9.0])
    assert tool.mixed(MIX, rules, ours).tolist() == [-9.0, 6.0, -6.0]


def test_a_story_stays_in_one_fold(tool: ModuleType) -> None:
    groups = np.arange(400) // 2
    fold = tool.train_judge.folds_of(groups, 3)
    assert (fold[::2] == fold[1::2]).all()
    assert min(np.bincount(fold, minlength=3)) > 80
    assert set(fold.tolist()) == {0, 1, 2}


def test_what_was_thought_is_said_again(tool: ModuleType) -> None:
    thoughts = [Thought(chances={"none": 1 - p, "open": p}, single=False) for p in (0.1, 0.7, 0.9)]
    model = tool.Recalled(thoughts, RowWeights(0.0, {}))
    assert model.think(None, [None, None]) == thoughts[:2]


def test_candidates_beside_the_clearest_of_an_event_count_little(tool: ModuleType) -> None:
    texts = import_module("encoder_texts")
    events = [("a", 0), ("a", 0), ("a", 1), None]
    asked = [texts.Asked(slots=(), found={}, label=1, single=None, event=event) for event in events]
    assert texts.shares(asked, [0.4, 0.8, 0.1, 0.2]) == pytest.approx([0.125, 1, 1, 1])


def test_features_that_few_candidates_have_are_left_out(tool: ModuleType) -> None:
    texts = import_module("encoder_texts")
    found = [{"often": 1.0, "once": 1.0}, {"often": 0.5}, {"often": 1.0}]
    asked = tuple(texts.Asked(slots=(), found=one, label=0, single=None, event=None) for one in found)
    nothing = np.zeros(0, dtype=np.int32)
    text = texts.Text(article={}, reading=None, ids=nothing, weight=1.0, asked=asked, seen=())
    assert texts.feature_names([text]) == ("often",)
    assert texts.table(asked, {"often": 0}).tolist() == [[1.0], [0.5], [1.0]]


def test_single_sentences_stand_once_more_amid_sentences_of_something_else(tool: ModuleType) -> None:
    texts = import_module("encoder_texts")
    plain = {"lang": "en", "relevant": False, "borderline": False, "events": []}
    article = {**plain, "id": "a", "title": "Weather", "text": "Rain fell. Ferries stayed in."}
    news = {**plain, "id": "s", "title": "", "text": "Xiaomi opens a store.", "relevant": True, "events": [{}]}
    (amid,) = texts.amid_others([article, news])
    before, told, behind = amid["text"].split("\n")
    assert {before, behind} <= {"Rain fell.", "Ferries stayed in."}
    assert (told, amid["relevant"], amid["events"], amid["id"]) == (news["text"], True, [], "s-amid")


def test_the_file_is_read_by_the_heads(tool: ModuleType, tmp_path: Path) -> None:
    arrays = fitted()
    path = tmp_path / "encoder.npz"
    np.savez_compressed(path, **tool.arrays_of(arrays, MIX, tool.heads_about(NAMES)))
    adapter = Adapter.read(path)
    assert adapter.layers == 2
    assert {name: values.dtype for name, values in adapter.heads.items() if values.dtype == np.float16} == {
        "event.inner.w": np.float16
    }
    relevance, events = relevance_head(adapter), event_head(adapter)
    assert relevance.mixed == MIX
    assert (relevance.choice.weights == arrays["relevance.choice.w"]).all()
    assert events.classes == tool.train_events.CLASSES
    assert events.names == {"kind store": 0, "verb past": 1}
    assert events.inner.weights == pytest.approx(arrays["event.inner.w"], abs=1e-3)
    assert (adapter.changes["l1.q.b"] == arrays["l1.q.b"]).all()


def test_the_heads_compute_with_what_was_written(tool: ModuleType) -> None:
    arrays = fitted()
    adapter = Adapter.of(tool.arrays_of(arrays, MIX, tool.heads_about(NAMES)))
    states = np.random.default_rng(1).normal(size=(7, HIDDEN)).astype(np.float32)
    weights = np.exp(states @ arrays["relevance.choice.w"][0] + arrays["relevance.choice.b"])
    both = np.concatenate([states.mean(axis=0), weights @ states / weights.sum()])
    expected = float(arrays["relevance.out.w"][0] @ both + arrays["relevance.out.b"][0])
    assert relevance_head(adapter).margin(states) == pytest.approx(expected, abs=1e-4)
    places = at_places(states, [(1, 3), None, (2, 5), None, (1, 6)])
    chances, single = event_head(adapter).chances(places[None], [{"verb past": 1.0, "unheard of": 1.0}])
    assert chances.shape == (1, 9)
    assert chances.sum() == pytest.approx(1)
    assert 0 < single[0] < 1
