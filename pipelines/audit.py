"""The audit draw: which pages below the prefilter are read all the same, to measure what it loses. Pure."""

from __future__ import annotations

import hashlib


def draw_of(url: str) -> float:
    """The lot of a page, 0 <= lot < 1, evenly spread: from its address, so that every run draws the same pages."""
    return int.from_bytes(hashlib.sha256(url.encode("utf-8", "replace")).digest()[:7], "big") / 2**56
