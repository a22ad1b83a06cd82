"""What was fitted on the encoder's states: is a text relevant, and what becomes of the stores it names?

Two small networks. The first reads the mean of all states and a second mean whose weights it chose itself; it gives
log-odds of relevance. The second reads the means of the states at some places of a text (the noun, its number, its
owner, ...) and features by name; it gives a probability for each class and one for "a single store".
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import pi, sqrt

import numpy as np
from numpy.typing import NDArray

from pipelines.encoder.adapter import Adapter
from storewatch.errors import EncoderError

Floats = NDArray[np.float32]
Slot = tuple[int, int] | None
"""First token and the one behind the last, as rows of the states; None where a text names no such thing."""

CLIP = 15.0
"""Bounds the logarithm of a weight of the second mean, as in the fitting."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Linear:
    """Weights (outputs x inputs) and biases."""

    weights: Floats
    bias: Floats

    def __call__(self, rows: Floats) -> Floats:
        return np.asarray(rows @ self.weights.T + self.bias, dtype=np.float32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RelevanceHead:
    """Log-odds of relevance. ``mixed`` is (constant, weight of the rules' log-odds, weight of ours): both together
    make the verdict."""

    choice: Linear
    out: Linear
    mixed: tuple[float, float, float]

    def margin(self, states: Floats) -> float:
        """The log-odds that a text with these states is relevant, by its states alone."""
        weights = np.exp(np.clip(self.choice(states)[:, 0], -CLIP, CLIP))
        chosen = (weights @ states) / weights.sum()
        return float(self.out(np.concatenate([states.mean(axis=0), chosen]))[0])

    def together(self, rules: float, ours: float) -> float:
        """The log-odds of rules and states together."""
        constant, of_rules, of_ours = self.mixed
        return constant + of_rules * rules + of_ours * ours


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventHead:
    """The class of a candidate and whether it is one store; ``names`` gives the column of a feature."""

    classes: tuple[str, ...]
    names: Mapping[str, int]
    inner: Linear
    out: Linear
    single: Linear
    of_features: Linear
    single_of_features: Linear

    def chances(self, places: Floats, features: Sequence[Mapping[str, float]]) -> tuple[Floats, Floats]:
        """For each candidate the probabilities of ``classes`` and that of a single store.

        ``places``: a row a candidate, as `at_places` makes them.
        """
        table = np.zeros((len(features), len(self.names)), dtype=np.float32)
        for row, found in enumerate(features):
            for name, value in found.items():
                column = self.names.get(name)
                if column is not None:
                    table[row, column] = value
        inner = gelu(self.inner(places))
        odds = self.out(inner) + self.of_features(table)
        odds = np.exp(odds - odds.max(axis=1, keepdims=True))
        single = self.single(inner) + self.single_of_features(table)
        return odds / odds.sum(axis=1, keepdims=True), 1 / (1 + np.exp(-np.clip(single[:, 0], -30, 30)))


def at_places(states: Floats, slots: Sequence[Slot]) -> Floats:
    """The means of the states at each slot, side by side, and for each slot whether there is one."""
    width = states.shape[1]
    row = np.zeros(len(slots) * (width + 1), dtype=np.float32)
    for index, slot in enumerate(slots):
        if slot is not None:
            row[index * width : (index + 1) * width] = states[slot[0] : slot[1]].mean(axis=0)
            row[len(slots) * width + index] = 1.0
    return row


def gelu(values: Floats) -> Floats:
    """GELU by its usual approximation with tanh."""
    return np.asarray(0.5 * values * (1 + np.tanh(sqrt(2 / pi) * (values + 0.044715 * values**3))), dtype=np.float32)


def relevance_head(adapter: Adapter) -> RelevanceHead:
    """The head of an adapter's file; raises ``EncoderError`` when it has none."""
    constant, of_rules, of_ours = (float(value) for value in _array(adapter, "relevance.mixed"))
    return RelevanceHead(
        choice=_linear(adapter, "relevance.choice"),
        out=_linear(adapter, "relevance.out"),
        mixed=(constant, of_rules, of_ours),
    )


def event_head(adapter: Adapter) -> EventHead:
    """The head of an adapter's file; raises ``EncoderError`` when it has none."""
    about = json.loads(bytes(_array(adapter, "event.about").tobytes()))
    return EventHead(
        classes=tuple(about["classes"]),
        names={name: column for column, name in enumerate(about["names"])},
        inner=_linear(adapter, "event.inner"),
        out=_linear(adapter, "event.out"),
        single=_linear(adapter, "event.single"),
        of_features=_linear(adapter, "event.features"),
        single_of_features=_linear(adapter, "event.single_features"),
    )


def _linear(adapter: Adapter, name: str) -> Linear:
    weights, bias = (np.asarray(_array(adapter, f"{name}.{part}"), dtype=np.float32) for part in "wb")
    if weights.ndim != 2 or bias.shape != weights.shape[:1]:
        raise EncoderError(adapter.name, f"{name} has no shape of a layer", hint="fit the adapter anew")
    return Linear(weights=weights, bias=bias)


def _array(adapter: Adapter, name: str) -> NDArray[np.generic]:
    found = adapter.heads.get(name)
    if found is None:
        raise EncoderError(adapter.name, f"has no array {name}", hint="fit the adapter anew")
    return found
