"""What a finding is, and what there is to do about each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

#: Every status, the gravest first: of several findings about a source the first one names its status. The sentence says
#: what to do.
STATUSES: Mapping[str, str] = {
    "robots": "Follow the site by a part that its robots.txt allows, ask its owner, or switch the source off.",
    "parking": "Look for the outlet's new address and add that; remove this source.",
    "moved": "Look for the feed's new address: `storewatch sources add` with the site's address finds it.",
    "blocked": "Set fetch.contact, raise fetch.delay_s, ask the site's owner to let storewatch in, or follow a feed of"
    " another host.",
    "consent": "Give the source the site's consent cookie (headers and cookies per source), or follow another feed.",
    "dead": "Look for a new address (`storewatch sources check`); remove the source if there is none.",
    "malformed": "Open the feed in a browser; if it is broken there too, tell its owner or choose another feed of the"
    " site.",
    "failing": "`storewatch sources check` shows what the server answers; it is asked again by itself.",
    "unpolled": "See that `storewatch crawl` runs (cron, service), and that no earlier run hangs: `storewatch runs`.",
    "empty": "Look whether the site has another feed (`storewatch sources add` with the site's address).",
    "gap": "Poll more often (run `storewatch crawl` at shorter intervals), or follow a fuller feed or sitemap as well.",
    "unstable": "Nothing is stored twice; an edited item may be missed. A sitemap of the site may have lasting"
    " addresses.",
    "stale_dates": "Articles are dated by their pages instead; `silent` is judged by new items alone.",
    "silent": "Look at the site: if it has news, this feed is frozen; follow another one of it.",
    "volume_low": "Look whether the feed became a part of what it was, or the site is closing down.",
    "volume_high": "Look whether the feed now carries other things (comments, shop, spam), and choose a narrower one.",
    "thin": "The feed leads to teasers or a paywall: give the source the cookies of a subscription, or follow another.",
    "irrelevant": "Look whether the feed's subject has changed; if so, choose another part of the site.",
    "new": "Nothing: its habits are still being learned.",
    "ok": "Nothing.",
}
WELL = frozenset({"ok", "new"})
#: Statuses of a source from which nothing can be had at present.
DOWN = frozenset({"robots", "parking", "moved", "blocked", "consent", "dead", "malformed", "failing"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong with a source. ``reason`` is a stable code, ``evidence`` one sentence."""

    status: str
    reason: str
    evidence: str
    since: datetime | None = None


def span(length: timedelta) -> str:
    """A length of time as people say it: ``40 minutes``, ``5 hours``, ``9 days``."""
    minutes = max(0, round(length.total_seconds() / 60))
    if minutes < 120:
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    hours = round(minutes / 60)
    return f"{hours} hours" if hours < 48 else f"{round(hours / 24)} days"


def count(number: int, noun: str) -> str:
    """``1 item``, ``2 items``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def day(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
