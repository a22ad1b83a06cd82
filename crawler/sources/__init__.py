"""The shipped catalogue of sources, and lists of sources that people bring along.

Pure but for reading the files it is asked to read; formats are described in docs/sources.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

from crawler.sources.lists import parse_list, read_jsonl, read_list, write_text
from crawler.sources.opml import write_opml
from storewatch.types import NewSource

CATALOGUE = "catalogue.jsonl"


@lru_cache(maxsize=1)
def catalogue() -> tuple[NewSource, ...]:
    """The sources that come with storewatch, in the order of the file; those that are doubtful are not enabled."""
    return read_jsonl(_data(), subject=CATALOGUE, added_by="catalogue")


@lru_cache(maxsize=1)
def guessed_rates() -> Mapping[str, float]:
    """How many items a day each address of the catalogue is thought to bring: a guess of an order of magnitude, for
    what has not been polled yet. The first poll already knows better."""
    rows = [json.loads(line) for line in _data().splitlines()]
    return {row["url"]: float(row["per_day"]) for row in rows}


def _data() -> bytes:
    return resources.files(__name__).joinpath(CATALOGUE).read_bytes()


__all__ = ["catalogue", "guessed_rates", "parse_list", "read_list", "write_opml", "write_text"]
