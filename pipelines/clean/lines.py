"""Boilerplate lines: what publishers put around and between an article's paragraphs.

Rules look at whole lines, mostly short ones; a rule that could hit a paragraph of the article is not a rule.
"""

from __future__ import annotations

from collections.abc import Sequence


def boilerplate_rules(lines: Sequence[str]) -> dict[int, str]:
    """Which lines are boilerplate: index -> name of the rule."""
    return {}
