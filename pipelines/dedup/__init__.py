"""What a new text is to what is stored, and which texts tell the same article. Pure.

``words`` takes texts apart, ``sketch`` gives the keys under which similar texts are found, ``align``, ``facts`` and
``compare`` judge a pair, ``decide`` speaks on a new text, ``groups`` arranges a text group, ``batch`` does it all for
a file of texts.
"""

from pipelines.dedup.batch import group
from pipelines.dedup.decide import decide
from pipelines.dedup.words import MIN_WORDS, text_key, words

__all__ = ["MIN_WORDS", "decide", "group", "text_key", "words"]
