"""What a crawl would ask of whom, for ``crawl --dry-run``: from what is known, without asking anybody. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from storewatch.cli.output import Column
from storewatch.cli.rows import Row, instant_text

if TYPE_CHECKING:
    from storewatch.types import RobotsTxt, Source

FIELDS = ("what", "name", "url", "host", "pages", "last_polled_at", "conditional", "waits_until", "robots")
COLUMNS = (
    Column(head="what", value=lambda row: row["what"]),
    Column(head="source", value=lambda row: row["name"], least=6, most=28),
    Column(head="host", value=lambda row: row["host"], least=10, most=32),
    Column(head="pages", value=lambda row: row["pages"], right=True),
    Column(head="last polled", value=lambda row: row["last_polled_at"], most=20, rank=2),
    Column(head="conditional", value=lambda row: {True: "yes", False: "no"}.get(row["conditional"], ""), rank=3),
    Column(head="waits until", value=lambda row: row["waits_until"], most=20, rank=1),
    Column(head="robots", value=lambda row: row["robots"], rank=1),
    Column(head="address", value=lambda row: row["url"], least=20, most=80, rank=2),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the database knows of hosts and sites: waiting pages, and stored ones to be looked at again, with one of
    their addresses; hosts that want to be left alone; robots.txt by site."""

    waiting: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    rechecks: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    deferred: Mapping[str, datetime] = field(default_factory=dict)
    robots: Mapping[str, RobotsTxt] = field(default_factory=dict)


def plan(sources: Sequence[Source], known: Known, *, token: str, now: datetime) -> list[Row]:
    """A row for each source to poll, then one for each host with pages that wait, then one for each with stored pages
    that are due to be looked at again.

    ``token`` is the name that robots.txt calls us by.
    """
    polls = [
        {
            "what": "poll",
            "name": source.name,
            "url": source.url,
            "host": _host(source.url),
            "pages": None,
            "last_polled_at": instant_text(source.last_polled_at),
            "conditional": bool(source.etag or source.last_modified) and source.trusts_validators,
            **_manners(source.url, known, token=token, now=now),
        }
        for source in sources
    ]
    pages = [
        {
            "what": what,
            "name": None,
            "url": example,
            "host": host,
            "pages": count,
            "last_polled_at": None,
            "conditional": None,
            **_manners(example, known, token=token, now=now),
        }
        for what, by_host in (("pages", known.waiting), ("recheck", known.rechecks))
        for host, (count, example) in sorted(by_host.items(), key=lambda item: (-item[1][0], item[0]))
    ]
    return polls + pages


def by_host(urls: Iterable[str]) -> dict[str, tuple[int, str]]:
    """How many addresses of each host, with the first of them."""
    found: dict[str, tuple[int, str]] = {}
    for url in urls:
        count, first = found.get(_host(url), (0, url))
        found[_host(url)] = (count + 1, first)
    return found


def _manners(url: str, known: Known, *, token: str, now: datetime) -> Row:
    until = known.deferred.get(_host(url))
    return {
        "waits_until": instant_text(until) if until is not None and until > now else None,
        "robots": _robots(url, known.robots, token=token, now=now),
    }


def _robots(url: str, kept: Mapping[str, RobotsTxt], *, token: str, now: datetime) -> str:
    """``allows`` or ``forbids`` by what is kept, ``unread`` for a robots.txt that could not be had lately (which counts
    as a no), ``unknown`` for one that would be asked for first."""
    from crawler import robots

    copy = kept.get(robots.site_of(url))
    if copy is None or not robots.is_fresh(copy, now):
        return "unknown"
    if copy.status is None:
        return "unread"
    return "forbids" if robots.Rules(copy, token=token).refusal(url) else "allows"


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
