"""Numbers said in a text: digits of any grouping and script, number words, dozens, ordinals, shares, ranges.

``find_counts`` reads a text in one language and says for each number where it stands, its value, whether it counts
(cardinal), ranks (ordinal) or takes a part (share), how exact it is, and what is counted when that is said right beside
it and is plainly no store (square metres, people, money, time, goods, places).
"""

from pipelines.counts.finder import find_counts
from pipelines.counts.model import Count, Unit

__all__ = ["Count", "Unit", "find_counts"]
