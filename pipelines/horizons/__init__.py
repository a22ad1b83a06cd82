"""When: words of time and what they mean on the day of publication.

``find_horizons`` reads "in the next three years", "bis Ende 2025", "до конца года", "年内", "Q3", "next Saturday" and
resolves them with the precision of the words: ``2020``, ``2020-H1``, ``2020-Q3``, ``2020-07``, ``2020-07-12``. What the
words leave open ("soon"; a relative time without a publication date) has no value, but keeps its place.
"""

from pipelines.horizons.finder import find_horizons
from pipelines.horizons.model import Horizon

__all__ = ["Horizon", "find_horizons"]
