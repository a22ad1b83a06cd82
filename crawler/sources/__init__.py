"""The shipped catalogue of sources, and lists of sources that people bring along.

Pure but for reading the files it is asked to read; formats are described in docs/sources.md.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from crawler.sources.lists import parse_list, read_jsonl, read_list, write_text
from crawler.sources.opml import write_opml
from storewatch.types import NewSource

CATALOGUE = "catalogue.jsonl"


@lru_cache(maxsize=1)
def catalogue() -> tuple[NewSource, ...]:
    """The sources that come with storewatch, in the order of the file; those that are doubtful are not enabled."""
    data = resources.files(__name__).joinpath(CATALOGUE).read_bytes()
    return read_jsonl(data, subject=CATALOGUE, added_by="catalogue")


__all__ = ["catalogue", "parse_list", "read_list", "write_opml", "write_text"]
