"""The encoder with what was fitted on it, as the judge and the events use it: a text in, states and places out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipelines.encoder.adapter import Adapter
from pipelines.encoder.base import available, installed_base
from pipelines.encoder.forward import Encoder
from pipelines.encoder.heads import EventHead, Floats, RelevanceHead, Slot, event_head, relevance_head
from pipelines.encoder.vocabulary import Tokens, Vocabulary, installed_vocabulary

FILE = "encoder.npz"

Place = tuple[int, int]
"""Where something starts and ends in a text, in code points."""

CHUNK = 480
"""Tokens of a text that are read at once; an article of a phone blog has 100 to 900."""
_TITLE = 100
"""Tokens of a title that every chunk repeats."""
MOST_CHUNKS = 3
"""Chunks of a text that are read, half a second's work. Events behind them are judged by their signs alone."""
_CHARACTERS = 24_000
"""Characters that are cut into tokens: an article of eight pages."""
_REMEMBERED = 4
"""Texts whose states are kept: the judge reads a text, and the events read it again."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chunk:
    """A piece of a text: the places of its tokens in the text, and their states with <s> before and </s> behind."""

    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    states: Floats

    def slot(self, start: int, end: int) -> Slot:
        """The rows of the states of what stands at ``[start, end)`` of the text; None where it is not in the chunk."""
        first = int(np.searchsorted(self.ends, start, side="right"))
        behind = int(np.searchsorted(self.starts, end, side="left"))
        return (first + 1, behind + 1) if start < end and first < behind else None


class Mind:
    """The fitted encoder. May be called by several threads; the same text read twice in a row is read once."""

    def __init__(self, vocabulary: Vocabulary, encoder: Encoder, adapter: Adapter) -> None:
        self._vocabulary = vocabulary
        self._encoder = encoder
        self.relevance: RelevanceHead = relevance_head(adapter)
        self.events: EventHead = event_head(adapter)
        self._states = lru_cache(_REMEMBERED)(self._read_ids)

    def margin(self, text: str) -> float:
        """The log-odds that a text (title, line break, passage) is relevant, by its first ``CHUNK`` tokens."""
        tokens = self._vocabulary.tokenize(text[:_CHARACTERS])
        return self.relevance.margin(self._states(tokens.ids[:CHUNK].tobytes()))

    def read(self, text: str, title: int, wanted: Sequence[Place]) -> list[Chunk]:
        """A text whose first ``title`` characters are its title. A short one is one chunk; of a longer one the
        sentences ``wanted`` are read, in chunks that each begin with the title and end with a sentence."""
        tokens = self._vocabulary.tokenize(text[:_CHARACTERS])
        chunks = []
        for rows in _cut(tokens, title, wanted)[:MOST_CHUNKS]:
            states = self._states(tokens.ids[rows].tobytes())
            chunks.append(Chunk(starts=tokens.starts[rows], ends=tokens.ends[rows], states=states))
        return chunks

    def _read_ids(self, ids: bytes) -> Floats:
        (states,) = self._encoder.states([np.frombuffer(ids, dtype=np.int32)])
        states.setflags(write=False)
        return states


def _cut(tokens: Tokens, title: int, wanted: Sequence[Place]) -> list[NDArray[np.intp]]:
    """The rows of the tokens of each chunk."""
    count = len(tokens.ids)
    if count <= CHUNK:
        return [np.arange(count)]
    head = range(min(int(np.searchsorted(tokens.starts, title)), _TITLE))
    chunks: list[NDArray[np.intp]] = []
    rows = list(head)
    for start, end in wanted:
        first, behind = (int(place) for place in np.searchsorted(tokens.starts, (max(start, title), end)))
        while first < behind:
            if behind - first > CHUNK - len(rows) and len(rows) > len(head):  # the sentence begins the next chunk
                chunks.append(np.array(rows))
                rows = list(head)
            taken = min(behind, first + CHUNK - len(rows))
            rows += range(first, taken)
            first = taken
    return [*chunks, np.array(rows)]


def load(path: Path) -> Mind:
    """The installed encoder with the adapter of a file; raises ``EncoderError``."""
    adapter = Adapter.read(path)
    return Mind(installed_vocabulary(), Encoder(installed_base(), adapter), adapter)


@cache
def shipped() -> Mind | None:
    """The shipped adapter on the installed encoder, loaded once a process; None where no encoder is installed."""
    return load(Path(str(files("pipelines") / "data" / FILE))) if available() else None
