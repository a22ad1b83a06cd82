"""Feeds that have moved: when a permanent redirect is believed, and when no more.

Pure. ``sources.url`` stays what the catalogue or the user said. Where it has led by permanent redirects (301, 308) to
one and the same readable feed in :data:`POLLS` polls in a row over at least :data:`LASTING`, that address
(``sources.moved_to``) is polled in its place. Temporary redirects are followed and forgotten; so is whatever leads to a
home page, to another kind of content or, of a listing, to another host: parking pages and portals look like that.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from storewatch.types import Feed, Move, Source
from storewatch.urls import url_key

PERMANENT = frozenset({301, 308})
POLLS = 3
LASTING = timedelta(days=1)
# A new address that fails so often in a row is given up: the old one is asked again.
FAILURES = 4
_LONGEST_URL = 2000
_FORMATS = {"sitemap": "sitemap", "sitemap_index": "sitemap", "listing": "listing"}


def taken_over(source: Source) -> bool:
    """Whether the source is polled where it has moved to."""
    return source.moved_to is not None and source.moved_polls >= POLLS


def address(source: Source) -> str:
    """The address to poll."""
    return source.moved_to if source.moved_to is not None and source.moved_polls >= POLLS else source.url


def permanent_target(urls: Sequence[str], reasons: Sequence[object], final_url: str) -> str | None:
    """How far the permanent redirects at the beginning of a chain lead.

    ``urls`` are the addresses that redirected and ``reasons`` their statuses; ``final_url`` is where the chain ended.
    None when there is no redirect, or a temporary one comes first.
    """
    length = next((number for number, reason in enumerate(reasons) if reason not in PERMANENT), len(urls))
    if not length:
        return None
    return urls[length] if length < len(urls) else final_url


def fits(source: Source, feed: Feed) -> bool:
    """Whether what stands behind a redirect is of the kind that the source is, and not empty."""
    return bool(feed.entries) and _FORMATS.get(feed.format, "feed") == source.kind


def after_answer(source: Source, target: str | None, now: datetime) -> Move | None:
    """What to remember after a poll that brought a feed, new or unchanged; None: nothing changes.

    ``target`` is where the asked address has moved to by :func:`permanent_target`, None also where the feed does not
    fit (:func:`fits`).
    """
    if taken_over(source):
        # The new address moves on: the whole chain counts again from the address that was given.
        return Move() if target is not None else None
    if target is None or not _believable(source, target):
        return Move() if source.moved_to is not None else None
    if source.moved_to != target or source.moved_since is None:
        return Move(to=target, polls=1, since=now)
    lasting = now - source.moved_since >= LASTING
    return Move(to=target, polls=min(source.moved_polls + 1, POLLS if lasting else POLLS - 1), since=source.moved_since)


def after_failure(source: Source, failures: int) -> Move | None:
    """What to remember after the last of ``failures`` polls in a row; None: nothing changes."""
    if source.moved_to is None or (taken_over(source) and failures < FAILURES):
        return None
    return Move()


def worth_telling(source: Source, move: Move | None) -> bool:
    """Whether a person wants to hear of it: that an address is believed from now on, and more than ``https`` or
    ``www`` came into it."""
    if move is None or move.to is None or move.polls < POLLS:
        return False
    return url_key(move.to) != url_key(source.url)


def _believable(source: Source, target: str) -> bool:
    try:
        old, new = urlsplit(source.url), urlsplit(target)
    except ValueError:
        return False
    if new.scheme not in ("http", "https") or target == source.url or len(target) > _LONGEST_URL:
        return False
    if source.kind == "listing" and _host(old.hostname) != _host(new.hostname):
        return False
    home = new.path in ("", "/") and not new.query
    return not home and not (old.scheme == "https" and new.scheme == "http")


def _host(name: str | None) -> str:
    return (name or "").lower().removeprefix("www.")
