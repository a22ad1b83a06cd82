"""How long what a crawl leaves is kept: from the configuration to moments."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from crawler import robots
from storewatch.db.retention import KeptSince

if TYPE_CHECKING:
    from storewatch.config.model import Keep


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
