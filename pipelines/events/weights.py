"""The fitted weights of the events, as tools/train_events.py wrote them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp
from operator import add
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from pipelines.events.rows import RowWeights

if TYPE_CHECKING:
    from pipelines.events.candidates import Candidate
    from pipelines.events.reading import Reading

FILE = "events_weights.json"


KINDS = ("store", "rank", "whole", "bare", "city", "market", "partner")


def by_kind(kind: str, found: Mapping[str, float]) -> dict[str, float]:
    """The features with each a second time for its kind of candidate, as they are fitted."""
    return {**found, **{f"{kind} {name}": value for name, value in found.items() if not name.startswith("kind ")}}


Row = tuple[float, ...]


CLASSES = ("none", "open", "plan", "stock", "close", "relocate", "partner", "market_entry", "online_store")
NOTHING: Mapping[str, float] = MappingProxyType({name: float(name == "none") for name in CLASSES})
"""The chances of a candidate that surely tells nothing."""

Seen = tuple["Candidate", Mapping[str, float]]
"""A candidate with its features."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thought:
    """What a model thinks of a candidate: the probability of each class, and whether a store without a number is one
    store."""

    chances: Mapping[str, float]
    single: bool


class Model(Protocol):
    """What can judge candidates: `Weights`, by signs alone, or the encoder (``pipelines.events.encoded``)."""

    @property
    def told(self) -> RowWeights:
        """The weights of the rows of an article, fitted on what this model thinks of candidates."""
        ...

    def think(self, reading: Reading, seen: Sequence[Seen]) -> list[Thought]:
        """A thought for each of the candidates of a document."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Two logistic regressions over the same features, and ``told``, one over the rows of an article.

    ``rows``: for each kind of candidate and feature one weight for each of ``classes``, of which the first is "none",
    general and kind's own weight added up; ``single``: what speaks for one store where no number is said.
    """

    classes: tuple[str, ...]
    bias: Row
    rows: Mapping[str, Mapping[str, Row]]
    single_bias: float
    single: Mapping[str, Mapping[str, float]]
    told: RowWeights

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Weights:
        """The weights from the content of their file."""
        fitted: Mapping[str, Sequence[float]] = raw["weights"]
        names = {name.partition(" ")[2] if name.startswith(_PREFIXES) else name for name in (*fitted, *raw["single"])}
        zero = (0.0,) * len(raw["classes"])
        rows: dict[str, dict[str, Row]] = {}
        single: dict[str, dict[str, float]] = {}
        for kind in KINDS:
            rows[kind] = {
                name: tuple(map(add, fitted.get(name, zero), fitted.get(f"{kind} {name}", zero))) for name in names
            }
            single[kind] = {
                name: raw["single"].get(name, 0.0) + raw["single"].get(f"{kind} {name}", 0.0) for name in names
            }
        return cls(
            classes=tuple(raw["classes"]),
            bias=tuple(raw["bias"]),
            rows=rows,
            single_bias=raw["single_bias"],
            single=single,
            told=RowWeights(raw.get("told_bias", 0.0), raw.get("told", {})),
        )

    def think(self, reading: Reading, seen: Sequence[Seen]) -> list[Thought]:
        """What the features of each candidate say."""
        return [
            Thought(chances=self.chances(candidate.kind, found), single=self.is_single(candidate.kind, found))
            for candidate, found in seen
        ]

    def chances(self, kind: str, found: Mapping[str, float]) -> dict[str, float]:
        """The probability of each class for a candidate of ``kind`` with features ``found``."""
        table = self.rows[kind]
        ones = [table[name] for name, value in found.items() if value == 1.0 and name in table]
        margins = [sum(column) for column in zip(self.bias, *ones, strict=True)]
        for name, value in found.items():
            if value != 1.0 and name in table:
                margins = [m + w * value for m, w in zip(margins, table[name], strict=True)]
        top = max(margins)
        odds = [exp(m - top) for m in margins]
        total = sum(odds)
        return {name: o / total for name, o in zip(self.classes, odds, strict=True)}

    def is_single(self, kind: str, found: Mapping[str, float]) -> bool:
        """Is a store without a number one store?"""
        table = self.single[kind]
        return self.single_bias + sum(table.get(name, 0.0) * value for name, value in found.items()) > 0


_PREFIXES = tuple(f"{kind} " for kind in KINDS)


@cache
def weights() -> Weights:
    """The shipped weights."""
    return Weights.of(json.loads((files("pipelines") / "data" / FILE).read_text("utf-8")))
