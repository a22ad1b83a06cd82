"""What is fetched and read: feed entries, pages, articles, and what was taken out of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

Precision = Literal["year", "month", "day", "instant"]
#: How long a page's own words leave its publication open.
_OPEN: dict[str, timedelta] = {"day": timedelta(days=1), "month": timedelta(days=31), "year": timedelta(days=366)}


Access = Literal["full", "teaser", "paywalled", "consent_wall", "bot_wall", "error_page", "listing", "empty"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When something was published, as well as the page said it.

    ``at`` is the first instant (UTC) that fits what was said; ``offset_min`` the page's own zone in minutes east of
    UTC, None where it named none; ``precision`` how much was said.
    """

    at: datetime
    offset_min: int | None = None
    precision: Precision = "instant"

    @property
    def at_the_latest(self) -> datetime:
        """The last instant that fits: who names a day only was not first at midnight for that."""
        return self.at + _OPEN.get(self.precision, timedelta())


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One item of a feed. ``url`` is absolute http(s); ``summary`` is text without tags; ``content_html`` the full
    content where the feed carries it."""

    url: str
    title: str = ""
    summary: str = ""
    guid: str | None = None
    published: Moment | None = None
    updated: Moment | None = None
    authors: tuple[str, ...] = ()
    content_html: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A parsed feed. ``format`` is ``rss``, ``rdf``, ``atom``, ``json``, ``sitemap``, ``sitemap_index`` or
    ``listing``; ``skipped`` counts unusable items by reason code; ``ttl_s`` is how often the feed says it changes
    (``ttl``, ``sy:updatePeriod``); ``generator`` the software it names; ``links`` the feed's own links by relation
    (``self``, ``next``, ``prev-archive``, ``alternate``), absolute."""

    url: str
    format: str
    title: str = ""
    entries: tuple[FeedEntry, ...] = ()
    ttl_s: int | None = None
    generator: str = ""
    links: Mapping[str, str] = field(default_factory=dict, hash=False)
    skipped: Mapping[str, int] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A fetched page as it came. ``url`` is what was asked for, ``final_url`` where redirects led; ``charset`` is the
    one the HTTP header names; the ``entry_*`` fields are what the feed said of it. ``unreachable`` is set where the
    page itself could not be had: the reason code, and ``body`` then is the feed's own full text, made into a page.
    ``etag`` and ``last_modified`` are the answer's, to ask later whether it has changed."""

    url: str
    final_url: str
    body: bytes
    charset: str | None = None
    status: int = 200
    fetched_at: datetime | None = None
    entry_title: str = ""
    entry_summary: str = ""
    entry_published: Moment | None = None
    entry_content_html: str | None = None
    unreachable: str | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """Something taken out of a text: by which rule, what, and where (offset in the text as it is afterwards)."""

    rule: str
    text: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A page's article. ``text`` has one paragraph a line; ``lang`` is an ISO 639-1 code or None.

    ``access`` says how much of the article this is, ``access_evidence`` why, in sentences; ``flags`` what is wrong with
    the text all the same (``mojibake``).
    """

    url: str
    canonical_url: str
    title: str
    text: str
    lang: str | None = None
    authors: tuple[str, ...] = ()
    published: Moment | None = None
    modified: Moment | None = None
    site_name: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    paywalled: bool | None = None
    removed: tuple[Removal, ...] = ()
    access: Access = "full"
    access_evidence: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What the judge reads: offsets in its answer refer to exactly these strings."""

    title: str
    text: str
    lang: str | None = None
    published: Moment | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaning:
    """What the cleaning of texts is told: the user's switches and names, and what is known of the page's host.

    ``other_shortcodes``: take out the second list of shortcodes too (forms, sharing, reading time); ``ad_names`` are
    further names of ad tokens, ``ad_labels`` further labels of ad slots, as the user writes them; ``repeated`` the keys
    (:func:`pipelines.repeated.key_of`) of lines that the host repeats on many of its pages.
    """

    other_shortcodes: bool = True
    ad_names: tuple[str, ...] = ()
    ad_labels: tuple[str, ...] = ()
    repeated: frozenset[int] = frozenset()


AS_SHIPPED = Cleaning()


@dataclass(frozen=True, slots=True, kw_only=True)
class HostLines:
    """What the text of a page teaches about the lines its host repeats: keys of its lines, and the text's own mark."""

    mark: int
    keys: tuple[int, ...] = ()
