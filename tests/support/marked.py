"""Texts of table tests with the words in question marked: ``"It runs [2,000] stores."``."""

from __future__ import annotations

_CODES = (
    "en de zh es fr it pt pl nl ru uk tr id vi th hi bn ja ko ar fa cs hu el sv "
    "sk hr ro da no fi et lt ca bg mr pa te ta ml sw ur ms"
)
LANGUAGES = _CODES.split()
"""ISO 639-1 codes of the languages that have words of their own in pipelines/data."""


def marked(text: str) -> tuple[str, int, int]:
    """The text without its one pair of square brackets, and the offsets of what stood between them."""
    start, end = text.index("["), text.index("]") - 1
    assert (text.count("["), text.count("]")) == (1, 1), text
    return text.replace("[", "").replace("]", ""), start, end
