"""Labelled articles as the encoder's trainer reads them (tools/train_encoder.py): tokens, candidates, weights."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import train_events  # the scripts beside this one
import train_judge
from numpy.typing import NDArray

from pipelines.encoder import installed_vocabulary
from pipelines.encoder.heads import Slot
from pipelines.encoder.mind import CHUNK, Chunk
from pipelines.events.candidates import Candidate
from pipelines.events.encoded import slots
from pipelines.events.reading import Reading, read
from pipelines.events.weights import by_kind
from pipelines.sentences import split
from pipelines.topics import Topic

CLEAREST_POWER = 3
"""Of the candidates of one event the clearest is what tells it: the others count the cube of their share of its
chance. From the second epoch on; before, nothing is clear."""
SLOTS = 5
"""Places of a candidate that the head reads, as ``pipelines.events.encoded.slots`` gives them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked:
    """A candidate as it is trained on; ``event`` is the one it was aligned with (None: it tells nothing), ``single``
    whether it is one store (None: not asked)."""

    slots: tuple[Slot, ...]
    found: Mapping[str, float]
    label: int
    single: int | None
    event: tuple[str, int] | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Text:
    """A labelled article: its first ``CHUNK`` tokens, and its candidates where it is relevant and tells events.

    ``seen`` are all its candidates with their features, as a model of candidates is asked about them.
    """

    article: Mapping[str, Any]
    reading: Reading
    ids: NDArray[np.int32]
    weight: float
    asked: tuple[Asked, ...]
    seen: tuple[tuple[Candidate, Mapping[str, float]], ...]

    @property
    def relevant(self) -> bool:
        return bool(self.article["relevant"])

    @property
    def tells(self) -> bool:
        """Is it an article whose events are known?"""
        return bool(self.article["relevant"] and self.article["events"])

    @property
    def size(self) -> int:
        """Tokens with <s> and </s>."""
        return len(self.ids) + 2


def text_of(article: Mapping[str, Any], topic: Topic) -> Text:
    """Reads an article."""
    whole = {"published": None, **article}
    reading = read(train_events.document(whole), topic)
    tokens = installed_vocabulary().tokenize(reading.text)
    first = Chunk(starts=tokens.starts[:CHUNK], ends=tokens.ends[:CHUNK], states=np.empty((0, 0), np.float32))
    rows = train_events.rows_of(whole, topic) if article["relevant"] and article["events"] else []
    places = [slots(candidate, first) for candidate, _ in rows]
    return Text(
        article=article,
        reading=reading,
        ids=tokens.ids[:CHUNK],
        weight=train_judge.BORDERLINE_WEIGHT if article["borderline"] else 1.0,
        asked=tuple(
            Asked(
                slots=where,
                found=by_kind(row.kind, row.found),
                label=row.label,
                single=row.single,
                event=row.event,
            )
            for where, (_, row) in zip(places, rows, strict=True)
            if where[0] is not None
        ),
        seen=tuple((candidate, row.found) for candidate, row in rows),
    )


def amid_others(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The single sentences among ``rows``, each once more between two sentences of articles that are about something
    else: so news stand in round-ups, and the judge looks at an event's sentence with its neighbours."""
    others: dict[str, list[str]] = {}
    for row in rows:
        if row["title"] and not row["relevant"] and not row["borderline"]:
            for start, end in split(row["text"], row["lang"]):
                others.setdefault(row["lang"], []).append(row["text"][start:end])
    usual = max(others.values(), key=len)
    out: list[Mapping[str, Any]] = []
    for row in rows:
        if not row["title"]:
            near = others.get(row["lang"], usual)
            place = int(hashlib.sha256(row["text"].encode()).hexdigest(), 16)
            before, behind = near[place % len(near)], near[place // len(near) % len(near)]
            amid = {"id": f"{row['id']}-amid", "text": f"{before}\n{row['text']}\n{behind}", "events": []}
            out.append({**row, **amid})
    return out


def feature_names(texts: Iterable[Text]) -> tuple[str, ...]:
    """The features that enough candidates have, sorted."""
    seen = Counter(name for text in texts for candidate in text.asked for name in candidate.found)
    return tuple(sorted(name for name, count in seen.items() if count >= train_events.RARE))


def table(candidates: Sequence[Asked], columns: Mapping[str, int]) -> NDArray[np.float32]:
    """The features of candidates, a row each."""
    values = np.zeros((len(candidates), len(columns)), dtype=np.float32)
    for row, candidate in enumerate(candidates):
        for name, value in candidate.found.items():
            if name in columns:
                values[row, columns[name]] = value
    return values


def shares(asked: Sequence[Asked], chances: Sequence[float]) -> list[float]:
    """What each candidate counts, by the chance that it is given of its own label."""
    clearest: dict[tuple[str, int], float] = {}
    for candidate, chance in zip(asked, chances, strict=True):
        if candidate.event is not None:
            clearest[candidate.event] = max(clearest.get(candidate.event, 1e-6), chance)
    return [
        1.0 if candidate.event is None else min(1.0, chance / clearest[candidate.event]) ** CLEAREST_POWER
        for candidate, chance in zip(asked, chances, strict=True)
    ]
