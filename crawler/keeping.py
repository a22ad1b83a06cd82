"""How long what a crawl leaves is kept: from the configuration to moments."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from crawler import robots
from storewatch.db.retention import KeptSince

if TYPE_CHECKING:
    from storewatch.config.model import Keep


#: How many of the last runs tell whether the clock can be believed, and the longest time between two of them that is no
#: doubt of it: as long as the shortest time for which polls and runs are kept.
RUNS_ASKED = 20
LONGEST_PAUSE = timedelta(days=45)


def is_steady(starts: Iterable[datetime], now: datetime) -> bool:
    """May things go that are old by the clock? Not while one of the last runs began a leap of time after or before the
    next: a clock that says 2038 for an hour must not cost all pages. ``starts``: when they began, the newest first."""
    return all(abs(later - earlier) <= LONGEST_PAUSE for later, earlier in pairwise((now, *starts)))


def kept_since(keep: Keep, now: datetime) -> KeptSince:
    """The moments before which things go."""
    return KeptSince(
        pages=now - timedelta(days=keep.days),
        rejected=now - timedelta(days=keep.rejected_days),
        polls=now - timedelta(days=keep.polls_days),
        runs=now - timedelta(days=keep.runs_days),
        deliveries=now - timedelta(days=keep.deliveries_days),
        hosts=now - robots.STALE_FOR,
    )
