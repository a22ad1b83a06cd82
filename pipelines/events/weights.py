"""The fitted weights of the events, as tools/train_events.py wrote them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp
from typing import Any

FILE = "events_weights.json"


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Two logistic regressions over the same features.

    ``rows``: per feature one weight for each of ``classes``, of which the first is "none"; ``single``: per feature what
    speaks for one store where no number is said.
    """

    classes: tuple[str, ...]
    bias: tuple[float, ...]
    rows: Mapping[str, tuple[float, ...]]
    single_bias: float
    single: Mapping[str, float]

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Weights:
        """The weights from the content of their file."""
        return cls(
            classes=tuple(raw["classes"]),
            bias=tuple(raw["bias"]),
            rows={name: tuple(row) for name, row in raw["weights"].items()},
            single_bias=raw["single_bias"],
            single=dict(raw["single"]),
        )

    def chances(self, found: Mapping[str, float]) -> dict[str, float]:
        """The probability of each class."""
        margins = list(self.bias)
        for name, value in found.items():
            row = self.rows.get(name)
            if row is not None:
                margins = [m + w * value for m, w in zip(margins, row, strict=True)]
        top = max(margins)
        odds = [exp(m - top) for m in margins]
        total = sum(odds)
        return {name: o / total for name, o in zip(self.classes, odds, strict=True)}

    def is_single(self, found: Mapping[str, float]) -> bool:
        """Is a store without a number one store?"""
        return self.single_bias + sum(self.single.get(name, 0.0) * value for name, value in found.items()) > 0


@cache
def weights() -> Weights:
    """The shipped weights."""
    return Weights.of(json.loads((files("pipelines") / "data" / FILE).read_text("utf-8")))
