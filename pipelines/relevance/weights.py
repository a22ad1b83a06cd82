"""The fitted weights of the judge, as tools/train_judge.py wrote them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from math import exp, log1p
from typing import TYPE_CHECKING

from pipelines.relevance.wording import BUCKETS, buckets

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RULES_FILE = "judge_rules.json"
WORDING_FILE = "judge_wording.bin"


@dataclass(frozen=True, kw_only=True, eq=False)
class Weights:
    """A logistic regression over rule features and wording, fitted together.

    ``rules`` may lack a feature, which then counts nothing; ``wording`` has one weight a bucket, and
    ``usual_wording`` is what it adds up to for the mean article, so that the rest is what this article says.
    """

    bias: float
    rules: Mapping[str, float]
    wording: NDArray[np.float32]
    usual_wording: float = 0.0
    most_of_wording: float = 1.5
    """The wording of no labelled article adds more than half of it."""

    def of_rules(self, found: Mapping[str, float]) -> float:
        """What the rule features add to the log-odds of relevance."""
        return sum(self.rules.get(name, 0.0) * value for name, value in found.items())

    @cached_property
    def most_of_events(self) -> float:
        """The most that events can add: every sign that speaks for relevance, half a dozen times."""
        gains = {name: weight for name, weight in self.rules.items() if "event" in name.split()[:2] and weight > 0}
        return sum(weight * (log1p(5) if name == "many event" else 1.0) for name, weight in gains.items())

    def of_wording(self, title: str, text: str) -> float:
        """What the wording adds to the log-odds of relevance."""
        index, values = buckets(title, text)
        return float(self.wording[index] @ values) - self.usual_wording


@cache
def weights() -> Weights:
    """The shipped weights."""
    import numpy as np

    folder = files("pipelines") / "data"
    head = json.loads((folder / RULES_FILE).read_text("utf-8"))
    raw = np.frombuffer((folder / WORDING_FILE).read_bytes(), dtype=np.int8)
    if len(raw) != BUCKETS:
        raise RuntimeError(f"{WORDING_FILE} has {len(raw)} weights instead of {BUCKETS}: run tools/train_judge.py")
    return Weights(
        bias=head["bias"],
        rules=head["rules"],
        wording=raw.astype(np.float32) * head["wording_scale"],
        usual_wording=head["usual_wording"],
    )


def logistic(margin: float) -> float:
    """The probability of log-odds ``margin``."""
    if margin >= 0:
        return 1 / (1 + exp(-margin))
    return exp(margin) / (1 + exp(margin))
