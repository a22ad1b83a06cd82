"""Pages that list articles, read as feeds."""

from __future__ import annotations

from datetime import datetime

from storewatch.types import Feed


def read_listing(text: str, *, url: str, now: datetime) -> Feed:
    return Feed(url=url, format="listing")
