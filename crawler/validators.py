"""ETag and Last-Modified: when to rely on them, and how to find out that they lie.

Pure. Some servers keep the same ETag although the feed has changed, or answer 304 whatever they are asked. Who only
asks conditionally never hears of it: the source looks silent. So a source that should have brought something by its
rhythm is asked for its whole body now and then, and whoever is caught lying is asked for it always
(``sources.trusts_validators``); the hash of the body still saves reading the same feed twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from crawler import rhythm
from storewatch.types import FeedEntry, Source

# Silence is looked into at the earliest so long after the body was last read whole, when so many items should have come
# since (by chance none comes of three once in twenty times); and at the latest so long after, whatever the rhythm says.
VERIFY_AFTER = timedelta(days=1)
VERIFY_ITEMS = 3.0
VERIFY_AT_LEAST = timedelta(days=14)
# So many items, dated so long before a 304 that should have told of them, are no accident of an editor or a cache.
_HIDDEN_ITEMS = 3
_HIDDEN_FOR = timedelta(hours=3)


def headers(source: Source, now: datetime) -> dict[str, str]:
    """The conditional headers of the next poll of ``source``; none to read it whole."""
    if not (source.etag or source.last_modified) or not _rely_on(source, now):
        return {}
    named = {"If-None-Match": source.etag, "If-Modified-Since": source.last_modified}
    return {name: value for name, value in named.items() if value}


def _rely_on(source: Source, now: datetime) -> bool:
    if not source.trusts_validators or source.verified_at is None:
        return False
    age = now - source.verified_at
    if age < VERIFY_AFTER:
        return True
    if age >= VERIFY_AT_LEAST:
        return False
    return rhythm.load(source.history).expected_items(source.verified_at, now) < VERIFY_ITEMS


def lie(
    source: Source, *, etag: str | None, last_modified: str | None, fresh: Sequence[FeedEntry], whole: bool
) -> bool:
    """Whether an answer with another body than last time, and with the ``fresh`` items in it, gives the server away.

    So when its validator is still the same one, by which the next conditional poll would get a 304; or when it was
    asked for the ``whole`` body and shows items that an earlier 304 had kept back.
    """
    if not fresh or not source.trusts_validators:
        return False
    if etag or source.etag:
        same = etag == source.etag
    else:
        same = last_modified is not None and last_modified == source.last_modified
    return same or (whole and _kept_back(source, fresh) >= _HIDDEN_ITEMS)


def _kept_back(source: Source, fresh: Sequence[FeedEntry]) -> int:
    """How many items are older than the last 304 but newer than the body known by then."""
    if source.verified_at is None or source.last_ok_at is None or source.verified_at >= source.last_ok_at:
        return 0
    dates = [entry.published.at for entry in fresh if entry.published and entry.published.precision == "instant"]
    return sum(source.verified_at < at < source.last_ok_at - _HIDDEN_FOR for at in dates)
