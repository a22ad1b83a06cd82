"""Which model judges candidates: the shipped signs, or the encoder beside them where it can run.

Numpy and the encoder's weights are loaded when an article first needs them; most of a feed never does.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pipelines.events.weights import Model
from pipelines.events.weights import weights as signs
from pipelines.topics import Topic

if TYPE_CHECKING:
    from pipelines.encoder.mind import Mind

__all__ = ["best", "encoded", "serves", "shipped", "signs"]

FITTED_ON = "retail"
"""The name of the topic whose articles the shipped encoder was fitted on."""


def serves(topic: Topic) -> bool:
    """Is it a topic that the shipped encoder knows? Of another one's articles it would say that they are about no phone
    maker; the signs know no names and serve any."""
    return topic.name == FITTED_ON


def shipped() -> Mind | None:
    """The shipped encoder; None where none is installed. Raises ``EncoderError`` when its files are broken."""
    from pipelines.encoder import mind

    return mind.shipped()


@lru_cache(maxsize=1)
def encoded(mind: Mind) -> Model:
    """The encoder as a model, with the shipped signs for what it does not read."""
    from pipelines.events.encoded import Encoded

    return Encoded(mind=mind, signs=signs())


def best(topic: Topic) -> Model:
    """The shipped encoder where it can run and knows the topic, else the shipped signs."""
    mind = shipped() if serves(topic) else None
    return signs() if mind is None else encoded(mind)
