"""The labels of ad slots as they stand on lines of their own, in fifty languages (``pipelines/data/ad_labels.txt``)."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.clean.phrases import RULES
from pipelines.clean.words import read_words

_LABELS, _IN_FRAME = read_words("ad_labels.txt")

# Sentences that belong to a slot ("story continues below") and fill their line.
_SENTENCE = next(rule.pattern for rule in RULES if rule.name == "ad_label")
# What may stand around a label: brackets, dashes, arrows.
_FRAME = " \t\u00a0[]()（）【】《》〔〕「」<>«»-–—_*=~|:：.·•…↓▼▲#/"
_LONGEST = 90
_SHORTEST_SENTENCE = 12


def is_label(line: str, *, further: Sequence[str] = ()) -> bool:
    """Is the whole line the label of an ad slot, whatever brackets or dashes stand around it?

    ``further`` are labels that the user names, in any case.
    """
    if not line or len(line) > _LONGEST:
        return False
    bare = line.strip(_FRAME).casefold()
    if not bare:
        return False
    if bare in _LABELS or (further and bare in {label.strip(_FRAME).casefold() for label in further}):
        return True
    if bare in _IN_FRAME:
        return line.strip().isupper() or line.strip().casefold() != bare
    if len(bare) > _SHORTEST_SENTENCE and _SENTENCE.match(bare):
        return True
    half, rest = bare[: len(bare) // 2], bare[len(bare) // 2 :]
    return half == rest.strip() and half in _LABELS and rest != half  # set twice, one for screen readers
