"""How to get back what a feed dropped between two polls: which older pages to ask for, and when it is enough.

Pure: :func:`begin` says what to ask for first, :func:`after` takes the answer and says what next; the spider fetches.
The ways, in this order, as far as the feed gives reason to try them:

============  ==================================================================================================
``archive``   ``prev-archive`` links (RFC 5005, archived feeds)
``next``      ``next`` links (RFC 5005, paged feeds; JSON Feed's ``next_url``)
``wordpress`` ``?paged=N``, where the generator or the address is WordPress's
``blogger``   ``?start-index=N``, the same of Blogger
``page``      ``?page=N`` anywhere, believed only when the answer's items are others and older
``sitemap``   entries of the site's sitemaps with a date in the gap, of the same part of the site
============  ==================================================================================================

A server that does not know a parameter answers with the same items: that is noticed with the first answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from crawler.gaps import title_item, url_item
from storewatch.types import Feed, FeedEntry

Method = Literal["archive", "next", "wordpress", "blogger", "page", "sitemap"]
State = Literal["open", "closed", "partly", "given_up"]

#: Pages asked for by one way, requests in all, and entries taken from sitemaps.
MAX_PAGES = 5
MAX_REQUESTS = 10
MAX_SITEMAP = 200
# An item dated so long before the gap was no part of it: it is older than our interest in the feed.
_SLACK = timedelta(days=1)
_WORDPRESS = re.compile(r"/(?:feed|rss2?|atom)/?$", re.IGNORECASE)
_BLOGGER = re.compile(r"^/feeds/posts/(?:default|summary)", re.IGNORECASE)
_LINKS = {"archive": "prev-archive", "next": "next"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One request: ``number`` is the page's, counted from 1 (the feed itself). For ``sitemap``, ``url`` is the site's
    robots.txt, and the answer wanted is the first sitemap it names that can be read."""

    method: Method
    url: str
    number: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A repair under way: ``step`` is what to ask for next, None when it is over, and then ``state`` says how.

    ``recovered`` are the entries brought back so far, by ``method`` with ``tries`` requests.
    """

    feed: Feed
    url: str
    known: frozenset[str]
    since: datetime | None
    ways: tuple[Step, ...]
    step: Step | None
    have: frozenset[str]
    asked: frozenset[str] = frozenset()
    state: State = "open"
    method: Method | None = None
    tries: int = 0
    recovered: tuple[FeedEntry, ...] = ()


def begin(feed: Feed, *, url: str, seen_items: Iterable[str], since: datetime | None) -> Repair:
    """Begin to repair the gap before the items of ``feed``, which was asked for as ``url``.

    ``seen_items`` are the keys of what was known before the gap (:mod:`crawler.gaps`); ``since`` is the newest date
    then known, or the time of that poll.
    """
    have = frozenset(_keys(feed.entries))
    ways = tuple(_ways(feed, url))
    return Repair(
        feed=feed,
        url=url,
        known=frozenset(seen_items) - have,
        since=since,
        ways=ways[1:],
        step=ways[0] if ways else None,
        have=have,
        asked=frozenset({url}),
    )


def _ways(feed: Feed, url: str) -> Iterable[Step]:
    for method, relation in (("archive", "prev-archive"), ("next", "next")):
        if (link := feed.links.get(relation)) and link != url:
            yield Step(method=method, url=link)  # type: ignore[arg-type]  # the two literals of the tuple
    parts, generator = urlsplit(url), feed.generator.casefold()
    host = parts.hostname or ""
    if "blogger" in generator or _BLOGGER.search(parts.path) or ".blogspot." in f".{host}":
        yield _numbered("blogger", url, 2, len(feed.entries))
    elif "wordpress" in generator or _WORDPRESS.search(parts.path) or "feed=" in parts.query:
        yield _numbered("wordpress", url, 2, len(feed.entries))
    else:
        yield _numbered("page", url, 2, len(feed.entries))
    if feed.format not in ("sitemap", "listing"):
        yield Step(method="sitemap", url=urljoin(_home(feed, url), "/robots.txt"), number=1)


def _home(feed: Feed, url: str) -> str:
    """The site whose robots.txt names the sitemaps: that of the items, which is not always the feed's own host."""
    return feed.entries[0].url if feed.entries else url


def _numbered(method: Method, url: str, number: int, size: int) -> Step:
    """The address of a feed's page ``number``, where a page has ``size`` items."""
    values = {
        "wordpress": {"paged": str(number)},
        "page": {"page": str(number)},
        "blogger": {"start-index": str(1 + (number - 1) * size), "max-results": str(size)},
    }[method]
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in values]
    return Step(
        method=method,
        url=urlunsplit(parts._replace(query=urlencode([*query, *values.items()]), fragment="")),
        number=number,
    )


def after(repair: Repair, answer: Feed | None) -> Repair:
    """The repair after the answer to its step; ``answer`` is None where there was none that could be read."""
    step = repair.step
    assert step is not None, "the repair is over"
    repair = replace(repair, tries=repair.tries + 1, asked=repair.asked | {step.url})
    entries = answer.entries if answer else ()
    if answer is not None and step.method == "sitemap":
        return _sitemap(repair, answer)
    fresh = tuple(entry for entry in entries if not _keys([entry]) & repair.have)
    if answer is None or not fresh or not _goes_back(step.method, fresh, repair):
        return _next_way(repair)
    repair = _taken(repair, step.method, fresh)
    if _keys(fresh) & repair.known or _reached(fresh, repair.since):
        return replace(repair, state="closed", step=None)
    following = _following(repair, step, answer)
    if following is None or step.number > MAX_PAGES or repair.tries >= MAX_REQUESTS:
        return _over(repair)
    return replace(repair, step=following)


def _keys(entries: Sequence[FeedEntry]) -> frozenset[str]:
    """The keys of items: an item whose address changes is the same by its title."""
    addresses = {url_item(entry.url) for entry in entries}
    return frozenset(addresses | {key for entry in entries if (key := title_item(entry))})


def _goes_back(method: Method, fresh: Sequence[FeedEntry], repair: Repair) -> bool:
    """Whether other items are older ones. Of a parameter that was only guessed, that must be seen."""
    dates = [entry.published.at.timestamp() for entry in fresh if entry.published]
    had = [entry.published.at.timestamp() for entry in repair.feed.entries if entry.published]
    if not dates or not had:
        return method != "page"
    return median(dates) < median(had)


def _taken(repair: Repair, method: Method, fresh: Sequence[FeedEntry]) -> Repair:
    """With those of ``fresh`` that were not known and may have stood in the gap."""
    lost = [entry for entry in fresh if not _keys([entry]) & repair.known and not _before(entry, repair.since)]
    return replace(repair, method=method, recovered=(*repair.recovered, *lost), have=repair.have | _keys(fresh))


def _before(entry: FeedEntry, since: datetime | None) -> bool:
    return since is not None and entry.published is not None and entry.published.at < since - _SLACK


def _reached(fresh: Sequence[FeedEntry], since: datetime | None) -> bool:
    """Whether a page lies before the gap as a whole."""
    dates = [entry.published.at for entry in fresh if entry.published]
    return since is not None and bool(dates) and median(at.timestamp() for at in dates) < since.timestamp()


def _following(repair: Repair, step: Step, answer: Feed) -> Step | None:
    if relation := _LINKS.get(step.method):
        link = answer.links.get(relation)
        return replace(step, url=link, number=step.number + 1) if link and link not in repair.asked else None
    return _numbered(step.method, repair.url, step.number + 1, len(repair.feed.entries))


def _next_way(repair: Repair) -> Repair:
    """A way that led nowhere; the next is tried only if this one brought nothing at all."""
    if repair.recovered or not repair.ways or repair.tries >= MAX_REQUESTS:
        return _over(repair)
    return replace(repair, step=repair.ways[0], ways=repair.ways[1:])


def _over(repair: Repair) -> Repair:
    return replace(repair, step=None, state="partly" if repair.recovered else "given_up")


def _sitemap(repair: Repair, answer: Feed) -> Repair:
    """Take what a sitemap has between the two polls, of the part of the site that the feed is about.

    A sitemap cannot overlap with a feed as its pages do: it closes a gap when it names something known, or goes back
    beyond it.
    """
    dates = [entry.published.at for entry in repair.feed.entries if entry.published]
    until = min(dates, default=None)
    places = {_place(entry.url) for entry in repair.feed.entries}
    dated = [entry for entry in answer.entries if entry.published and not _keys([entry]) & repair.have]
    lost = [
        entry
        for entry in dated
        if entry.published
        and repair.since is not None
        and repair.since <= entry.published.at
        and (until is None or entry.published.at <= until)
        and _place(entry.url) in places
    ][:MAX_SITEMAP]
    if not lost:
        return _next_way(repair)
    repair = _taken(repair, "sitemap", lost)
    complete = any(_before(entry, repair.since) or _keys([entry]) & repair.known for entry in dated)
    return replace(repair, step=None, state="closed") if complete else _over(repair)


def _place(url: str) -> tuple[str, str]:
    """The host of an address and its first folder; a date or number there is none."""
    parts = urlsplit(url)
    folders = [folder for folder in parts.path.split("/")[:-1] if folder]
    first = folders[0].casefold() if folders else ""
    return (parts.hostname or "").removeprefix("www."), "" if first.isdigit() else first
