"""Do two polls of a feed overlap? If not, items were lost between them; and are its addresses to be relied on?

Pure. What a source's last polls brought is remembered as keys (``sources.seen_items``): two for each item, one of its
address (``u...``), one of its title and date (``t...``). An item is known when either is.

A *gap* is a full feed of which nothing is known, or only an item that is pinned to it: what stood between was pushed
out before we asked. *Unstable addresses* are those of a feed that names the same titles and dates under other addresses
than last time; fetching them again would store every article anew at each poll.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crawler import rhythm
from crawler.traps import TRAP, collapse
from storewatch.types import Feed, FeedEntry, Gap, Source
from storewatch.urls import url_key

#: Reason code of items that are known under another address.
UNSTABLE = "unstable_address"
#: Items of one poll whose keys are remembered (the newest), and keys of earlier polls that are kept beside them.
MAX_ITEMS = 500
KEPT_KEYS = 400
# An item without a date is known by its title alone when that says enough, else by its summary too.
_TELLING_TITLE = 40
_SUMMARY_CHARS = 200
# A feed with fewer items than this share of its usual number was emptied or begun anew: nothing was pushed out of it.
_FULL_SHARE = 0.5
# So many known items, older by so much than the newest one known, are pinned ones.
_PINNED = 2
_PINNED_AGE = timedelta(hours=24)
_LEAST_PUSHED_OUT = 5
# Fewer items at other addresses than this are corrections; the texts will tell.
_LEAST_MOVED = 3
# A newest date so long after the poll that saw it was no date of an item.
_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """What a poll's items are to those of the polls before.

    ``entries`` are those to be stored, ``fresh`` those of them that are not known yet, ``unstable`` how many others are
    known under another address; ``gap``: items were lost; ``seen_items`` is what to remember.
    """

    entries: tuple[FeedEntry, ...]
    seen_items: tuple[str, ...]
    fresh: tuple[FeedEntry, ...] = ()
    unstable: int = 0
    gap: bool = False


def overlap(
    entries: Sequence[FeedEntry],
    *,
    seen_items: Sequence[str],
    last_ok_at: datetime | None,
    newest_at: datetime | None,
    window: int = 0,
) -> Overlap:
    """Compare a feed with what is remembered of its source.

    ``last_ok_at`` is the last poll that brought a feed and ``newest_at`` the newest date in it; ``window`` is how many
    items the feed usually holds (0: not known).
    """
    seen, stamped = frozenset(seen_items), _stamped(entries)
    keyed = [(entry, url_item(entry.url), title_item(entry, dated=not stamped)) for entry in entries]
    moved = _moved(keyed, seen)
    kept = tuple(entry for entry, address, _ in keyed if address not in moved)
    is_known = [address in seen or (title is not None and title in seen) for _, address, title in keyed]
    known = [entry for (entry, _, _), one in zip(keyed, is_known, strict=True) if one]
    fresh = tuple(entry for (entry, _, _), one in zip(keyed, is_known, strict=True) if not one)
    reliable = newest_at if newest_at and last_ok_at and newest_at <= last_ok_at + _AHEAD else None
    usual = window or sum(key.startswith("u") for key in seen_items)
    full = len(entries) >= max(1.0, _FULL_SHARE * min(usual, MAX_ITEMS))
    lost = bool(seen) and full and last_ok_at is not None and _is_lost(entries, known, reliable, stamped=stamped)
    remembered = _remembered(keyed, seen_items)
    return Overlap(entries=kept, fresh=fresh, seen_items=remembered, unstable=len(moved), gap=lost)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """A feed as it is to be stored: ``feed`` without what is left out (counted in its ``skipped``), ``items`` how many
    it had; ``fresh``, ``seen_items`` and ``gap`` as in :class:`Overlap`."""

    feed: Feed
    items: int
    fresh: tuple[FeedEntry, ...]
    seen_items: tuple[str, ...]
    gap: bool


def sift(source: Source, feed: Feed) -> Sifted:
    """Leave out of a feed what must not be fetched (traps, known items at other addresses) and look for a gap."""
    entries, trapped = collapse(feed.entries)
    found = overlap(
        entries,
        seen_items=source.seen_items,
        last_ok_at=source.last_ok_at,
        newest_at=source.newest_at,
        window=rhythm.load(source.history).window,
    )
    skipped = Counter(feed.skipped) + Counter({TRAP: trapped, UNSTABLE: found.unstable})
    return Sifted(
        feed=replace(feed, entries=found.entries, skipped=dict(skipped)),
        items=len(feed.entries),
        fresh=found.fresh,
        seen_items=found.seen_items,
        gap=found.gap,
    )


def gap_sentence(gap: Gap) -> str:
    """One sentence for people, to stand behind the name of a source."""
    since = f" since {gap.since_at:%Y-%m-%d %H:%M} UTC" if gap.since_at else ""
    back = f"{gap.recovered} brought back from older pages ({gap.method})" if gap.recovered else "none brought back"
    if gap.state == "closed":
        return f"items had left the feed between two polls{since}; {back}, none missing"
    return f"items left the feed between two polls{since}: {back}, others may be missing"


def url_item(url: str) -> str:
    """The key of an item's address."""
    return "u" + _hash(url_key(url))


def title_item(entry: FeedEntry, *, dated: bool = True) -> str | None:
    """The key of an item's title and date, or of its title and summary without ``dated``; None where they say nothing.

    Most feeds name the second or at least the minute; a day alone does not tell two items of one title apart, and needs
    a telling title.
    """
    title = " ".join(entry.title.casefold().split())
    if not title:
        return None
    published = entry.published if dated else None
    if published is not None and published.precision == "instant":
        return "t" + _hash(f"{title}\n{published.at.isoformat()}")
    summary = " ".join(entry.summary.casefold().split())[:_SUMMARY_CHARS]
    if len(title) < _TELLING_TITLE and not summary:
        return None
    day = published.at.date().isoformat() if published else ""
    return "t" + _hash(f"{title}\n{day}\n{summary}")


def _hash(text: str) -> str:
    return hashlib.sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()[:10]


def _stamped(entries: Sequence[FeedEntry]) -> bool:
    """Whether the dates are a stamp of the feed's making (all the same): they will be others next time."""
    stamps = {entry.published.at for entry in entries if entry.published}
    return len(entries) > 2 and len(stamps) == 1 and all(entry.published for entry in entries)


def _moved(keyed: Sequence[tuple[FeedEntry, str, str | None]], seen: frozenset[str]) -> frozenset[str]:
    """Keys of the addresses under which known items stand now; none where these are only a few corrections."""
    often = Counter(title for _, _, title in keyed if title)
    stable = sum(address in seen for _, address, _ in keyed)
    moved = {
        address for _, address, title in keyed if address not in seen and title and title in seen and often[title] == 1
    }
    systematic = len(moved) >= min(_LEAST_MOVED, len(keyed)) and len(moved) > stable
    return frozenset(moved) if systematic else frozenset()


def _is_lost(
    entries: Sequence[FeedEntry], known: Sequence[FeedEntry], newest_at: datetime | None, *, stamped: bool
) -> bool:
    """Whether a full feed shows that something was pushed out of it."""
    dates = [] if stamped else [entry.published.at for entry in entries if entry.published]
    newer = sum(at > newest_at for at in dates) if newest_at else 0
    if not known:
        # Mostly older than what was known: another selection of items (a relaunch), not a later one.
        return newest_at is None or not dates or newer >= len(dates) / 2
    if newest_at is None or len(known) > _PINNED or len(entries) - len(known) < _LEAST_PUSHED_OUT:
        return False
    pinned = [entry.published.at for entry in known if entry.published]
    all_old = len(pinned) == len(known) and all(at < newest_at - _PINNED_AGE for at in pinned)
    return all_old and not stamped and newer == len(entries) - len(known)


def _published(entry: FeedEntry) -> float:
    return entry.published.at.timestamp() if entry.published else 0.0


def _remembered(keyed: Sequence[tuple[FeedEntry, str, str | None]], before: Iterable[str]) -> tuple[str, ...]:
    """The keys of these items, the newest first, then of those before."""
    if len(keyed) > MAX_ITEMS and all(entry.published for entry, _, _ in keyed):
        keyed = sorted(keyed, key=lambda one: _published(one[0]), reverse=True)
    keys: dict[str, None] = {}
    for _, address, title in keyed[:MAX_ITEMS]:
        keys[address] = None
        if title:
            keys[title] = None
    now = len(keys)
    for key in before:
        if len(keys) >= max(KEPT_KEYS, now):
            break
        keys[key] = None
    return tuple(keys)
