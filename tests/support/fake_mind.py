"""An encoder whose answers a test chooses, with the interface of ``pipelines.encoder.mind.Mind``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from pipelines.encoder.heads import Floats, Linear, RelevanceHead
from pipelines.encoder.mind import Chunk

CLASSES = ("none", "open", "plan", "stock", "close", "relocate", "partner", "market_entry", "online_store")


def linear(outputs: int, inputs: int, *, bias: float = 0.0) -> Linear:
    """A layer that says ``bias`` to everything."""
    return Linear(weights=np.zeros((outputs, inputs), np.float32), bias=np.full(outputs, bias, np.float32))


class FakeEvents:
    """Says ``action`` of every candidate, and keeps what it was asked about."""

    classes = CLASSES

    def __init__(self, action: str) -> None:
        self.action = action
        self.asked: list[tuple[NDArray[np.float32], Mapping[str, float]]] = []

    def chances(self, places: Floats, features: Sequence[Mapping[str, float]]) -> tuple[Floats, Floats]:
        self.asked += list(zip(places, features, strict=True))
        sure = np.full((len(features), len(CLASSES)), 0.01, np.float32)
        sure[:, CLASSES.index(self.action)] = 0.92
        return sure, np.ones(len(features), np.float32)


class FakeMind:
    """Gives every text one margin; reads the first ``reach`` characters of a text, each character a token."""

    def __init__(self, *, margin: float = 0.0, action: str = "open", reach: int = 10_000) -> None:
        self.relevance = RelevanceHead(choice=linear(1, 2), out=linear(1, 4), mixed=(0.0, 0.5, 0.5))
        self.events = FakeEvents(action)
        self.texts: list[str] = []
        self._margin = margin
        self._reach = reach

    def margin(self, text: str) -> float:
        self.texts.append(text)
        return self._margin

    def read(self, text: str, title: int, wanted: Sequence[tuple[int, int]]) -> list[Chunk]:
        count = min(len(text), self._reach)
        places = np.arange(count, dtype=np.int32)
        states = np.stack([np.arange(count + 2), np.ones(count + 2)], axis=1).astype(np.float32)
        return [Chunk(starts=places, ends=places + 1, states=states)]
