"""The fitted weights of the judge, as tools/train_judge.py wrote them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWeights:
    """A logistic regression over ``features``; ``weights`` may lack a feature, which then counts nothing."""

    version: str
    bias: float
    weights: Mapping[str, float]

    def margin(self, found: Mapping[str, float]) -> float:
        """Log-odds of relevance."""
        return self.bias + sum(self.weights.get(name, 0.0) * value for name, value in found.items())


@cache
def rule_weights() -> RuleWeights:
    raw = json.loads((files("pipelines") / "data" / "relevance_rules.json").read_text("utf-8"))
    return RuleWeights(version=raw["version"], bias=raw["bias"], weights=raw["weights"])


def logistic(margin: float) -> float:
    """The probability of log-odds ``margin``."""
    if margin >= 0:
        return 1 / (1 + exp(-margin))
    return exp(margin) / (1 + exp(margin))
