"""The network itself: BERT with the layer norm behind each sum, in numpy.

Each weight is read once a call: the tokens of all sequences lie one below the other in one matrix, and only the
attention looks at sequences one by one. What can be multiplied into weights beforehand is: the attention's scale into
the queries, GELU's half into the matrix behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import pi, sqrt

import numpy as np
from numpy.typing import NDArray

from pipelines.encoder.adapter import Adapter, sizes
from pipelines.encoder.base import Base
from storewatch.errors import EncoderError

Floats = NDArray[np.float32]
ROWS = 512
"""Tokens that go through the inner layer at a time: more are no faster and would need 6 kB each."""
BENT = 64
"""Rows of the inner layer that are bent at a time, so that they and the scratch stay in a core's cache (800 kB)."""
GELU_SCALE = np.float32(sqrt(2 / pi))
GELU_CUBIC = np.float32(sqrt(2 / pi) * 0.044715)
"""GELU(x) is nearly x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))): Hendrycks and Gimpel, arXiv:1606.08415."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dense:
    """Weights (outputs x inputs, C-contiguous) and biases of one multiplication."""

    weights: Floats
    bias: Floats

    def __call__(self, rows: Floats, out: Floats | None = None) -> Floats:
        result: Floats = np.matmul(rows, self.weights.T, out=out)
        result += self.bias
        return result


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Norm:
    """A layer norm."""

    weights: Floats
    bias: Floats
    epsilon: float

    def __call__(self, rows: Floats) -> None:
        """Normalizes each row in place."""
        rows -= rows.mean(axis=1, keepdims=True)
        spread = np.einsum("ij,ij->i", rows, rows)
        spread /= rows.shape[1]
        spread += self.epsilon
        np.sqrt(spread, out=spread)
        rows /= spread[:, None]
        rows *= self.weights
        rows += self.bias


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layer:
    """One layer; ``attention`` makes queries, keys and values side by side."""

    attention: Dense
    output: Dense
    after_attention: Norm
    inner: Dense
    outer: Dense
    after_layer: Norm


class Encoder:
    """The network with an adapter's changes; may be called by several threads at a time.

    The weights are held as float32: 7 MB a layer.
    """

    __slots__ = ("_base", "_first", "_heads", "_layers", "_places", "_specials")

    def __init__(self, base: Base, adapter: Adapter) -> None:
        shape = base.shape
        if not 0 < adapter.layers <= shape.layers:
            raise EncoderError(
                adapter.name, f"has {adapter.layers} layers, the base {shape.layers}", hint="fit the adapter anew"
            )
        self._base = base
        self._heads = shape.heads
        self._specials = base.specials
        kind = base.vector("emb.type", 2, shape.hidden)[0]
        self._places = base.vector("emb.pos", shape.positions, shape.hidden) + kind
        self._first = Norm(
            weights=base.vector("emb.ln.w", shape.hidden),
            bias=base.vector("emb.ln.b", shape.hidden),
            epsilon=shape.epsilon,
        )
        self._layers = tuple(_layer(base, adapter, number) for number in range(adapter.layers))

    @property
    def longest(self) -> int:
        """The most tokens of a sequence, without <s> and </s>."""
        return len(self._places) - 2

    def states(self, sequences: Sequence[NDArray[np.int32]]) -> list[Floats]:
        """The last layer's states of each sequence of token ids: a row for <s>, one a token, one for </s>.

        Raises ``ValueError`` for a sequence of more than ``longest`` tokens.
        """
        if not sequences:
            return []
        if (most := max(map(len, sequences))) > self.longest:
            raise ValueError(f"a sequence has {most} tokens, the encoder takes {self.longest}: cut it")
        begin, end = ([special] for special in (self._specials.begin, self._specials.end))
        ids = np.concatenate([part for sequence in sequences for part in (begin, sequence, end)]).astype(np.int32)
        lengths = [len(sequence) + 2 for sequence in sequences]
        borders = [0, *np.cumsum(lengths).tolist()]
        states = self._base.words(ids)
        for start, stop in pairwise(borders):
            states[start:stop] += self._places[: stop - start]
        self._first(states)
        for layer in self._layers:
            _attend(layer, states, borders, self._heads)
            _think(layer, states)
        return [states[start:stop] for start, stop in pairwise(borders)]


def _attend(layer: Layer, states: Floats, borders: Sequence[int], heads: int) -> None:
    """Attention within each sequence, added to the states in place."""
    width = states.shape[1]
    mixed = layer.attention(states).reshape(len(states), 3, heads, width // heads)
    seen = np.empty((len(states), heads, width // heads), dtype=np.float32)
    for start, stop in pairwise(borders):
        queries, keys, values = mixed[start:stop].transpose(1, 2, 0, 3)
        weights = queries @ keys.transpose(0, 2, 1)
        weights -= weights.max(axis=2, keepdims=True)
        np.exp(weights, out=weights)
        found = weights @ values
        found /= weights.sum(axis=2, keepdims=True)
        seen[start:stop] = found.transpose(1, 0, 2)
    states += layer.output(seen.reshape(states.shape))
    layer.after_attention(states)


def _think(layer: Layer, states: Floats) -> None:
    """The two dense layers behind the attention, added to the states in place, some rows at a time."""
    rows = -(-len(states) // -(-len(states) // ROWS))  # parts of one size
    inner = np.empty((rows, len(layer.inner.bias)), dtype=np.float32)
    scratch = np.empty((min(rows, BENT), len(layer.inner.bias)), dtype=np.float32)
    for start in range(0, len(states), rows):
        part = states[start : start + rows]
        hidden = layer.inner(part, out=inner[: len(part)])
        for first in range(0, len(part), BENT):
            _gelu_twice(hidden[first : first + BENT], scratch)
        part += layer.outer(hidden)
    layer.after_layer(states)


def _gelu_twice(values: Floats, scratch: Floats) -> None:
    """Twice the GELU of the values, in place; the scratch has at least as many rows."""
    bent = scratch[: len(values)]
    np.multiply(values, values, out=bent)
    bent *= GELU_CUBIC
    bent += GELU_SCALE
    bent *= values
    np.tanh(bent, out=bent)
    bent += np.float32(1)
    values *= bent


def _layer(base: Base, adapter: Adapter, number: int) -> Layer:
    shape = base.shape

    def dense(matrix: str, factor: float = 1.0, of_bias: float = 1.0) -> Dense:
        outputs, inputs = sizes(shape, matrix)
        key = f"l{number}.{matrix}"
        weights = adapter.matrix(number, matrix, base.matrix(f"{key}.w", outputs, inputs))
        return Dense(weights=weights * np.float32(factor), bias=base.vector(f"{key}.b", outputs) * np.float32(of_bias))

    def norm(name: str) -> Norm:
        weights, bias = (
            adapter.norm(number, name, part, base.vector(f"l{number}.{name}.{part}", shape.hidden)) for part in "wb"
        )
        return Norm(weights=weights, bias=bias, epsilon=shape.epsilon)

    scale = 1 / sqrt(shape.hidden / shape.heads)
    three = (dense("q", scale, scale), dense("k"), dense("v"))
    return Layer(
        attention=Dense(
            weights=np.concatenate([part.weights for part in three]),
            bias=np.concatenate([part.bias for part in three]),
        ),
        output=dense("ao"),
        after_attention=norm("aln"),
        inner=dense("fi"),
        outer=dense("fo", 0.5),
        after_layer=norm("oln"),
    )
