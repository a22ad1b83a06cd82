"""When a page was published and when it was changed: from the first of its sources whose date can be believed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from pipelines.metadata.head import Head
from pipelines.metadata.moments import parse, wall_clock
from pipelines.metadata.values import element_text, elements, text_of
from storewatch.types import Moment, Removal

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
"""Before the news were on the web: an earlier date is a placeholder (1970) or the date of something else."""
_SLACK = timedelta(hours=26)
"""How far ahead of the fetch a date may lie: a day that has begun somewhere on Earth, and clocks that go wrong."""

_PUBLISHED = """
article:published_time og:article:published_time og:published_time datepublished article:published article.published
parsely-pub-date sailthru.date cxenseparse:recs:publishtime cxenseparse:publishtime dc.date.issued dcterms.issued
dcterms.created dc.date.created publish-date publish_date publication_date publicationdate pubdate published_time
originalpublicationdate date.release citation_publication_date citation_online_date rnews:datepublished
vr:published_time ptime iso-8601-publish-date bt:pubdate shareaholic:article_published_time dc.date dcterms.date date
created datecreated displaydate
"""
_PUBLISHED_METAS = _PUBLISHED.split()
_MODIFIED = """
article:modified_time og:updated_time og:article:modified_time article:updated_time datemodified dc.date.modified
dcterms.modified lastmod last-modified revision_date utime rnews:datemodified shareaholic:article_modified_time
cxenseparse:recs:articlemodified
"""
_MODIFIED_METAS = _MODIFIED.split()
_MARKED = etree.XPath("//*[@itemprop='datePublished' or @property='datePublished'][not(self::meta)]")
_DATED = etree.XPath(
    "//*[self::span or self::div or self::p or self::li or self::small or self::em or self::time or self::abbr"
    " or self::td or self::h5 or self::h6]"
    "[contains(@class, 'date') or contains(@class, 'Date') or contains(@class, 'ublish') or contains(@class, 'osted')"
    " or contains(@class, 'time') or contains(@id, 'date') or contains(@class, 'byline') or contains(@class, 'meta')]"
)
_OTHERS = re.compile(
    r"comment|related|sidebar|teaser|widget|footer|recommend|latest|popular|archive|calendar", re.IGNORECASE
)
_MAX_SHOWN = 20
_MOST_REJECTED = 10
_SHORTEST_SHOWN, _LONGEST_SHOWN = 6, 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """When it was published and changed; ``rejected`` are the dates that were not believed, or that lost, and why."""

    published: Moment | None = None
    modified: Moment | None = None
    rejected: tuple[Removal, ...] = ()


def read(
    tree: HtmlElement, head: Head, article: dict[str, Any], page: dict[str, Any], *, now: datetime | None
) -> Dates:
    """Published and modified. A change earlier than the publication is no change."""
    published, log = choose(_published(head, article, page), now=now)
    if not _is_complete(published):
        published, more = choose(_marked(tree, head), now=now, chosen=published)
        log += more
    if published is None and not head.is_vast:
        published, more = choose((("shown", value) for value in _shown(tree)), now=now)
        log += more
    modified, changes = choose(_modified(head, article, page), now=now)
    if published and modified and modified.at < published.at:
        changes.append(f"{modified.at.isoformat()}: before the publication")
        modified = None
    rejected = [("date_rejected", text) for text in log] + [("modified_rejected", text) for text in changes]
    unique = tuple(dict.fromkeys(rejected))[:_MOST_REJECTED]
    return Dates(
        published=published,
        modified=modified,
        rejected=tuple(Removal(rule=rule, text=text, position=0) for rule, text in unique),
    )


def best(values: Iterable[str], *, now: datetime | None) -> Moment | None:
    """The first value that is a believable date; a later one may make its day an instant or add the zone."""
    return choose((("", value) for value in values), now=now)[0]


def choose(
    sourced: Iterable[tuple[str, str]], *, now: datetime | None, chosen: Moment | None = None
) -> tuple[Moment | None, list[str]]:
    """As :func:`best`, of pairs of a source's name and its value; also what was rejected, and why, in words."""
    rejected: list[str] = []
    for source, value in sourced:
        moment = parse(value)
        if moment is None:
            continue
        problem = doubt(moment, now=now)
        if problem is None and (chosen is None or _refines(moment, chosen)):
            chosen = moment
        elif problem is None and chosen is not None and differs(moment, chosen):
            problem = "another day than the source before it"
        if problem is not None:
            rejected.append(f"{value[:60]} ({source}): {problem}")
    return chosen, rejected


def differs(one: Moment, other: Moment) -> bool:
    """Do they mean different days, in their own zones and in UTC?"""
    if "year" in (one.precision, other.precision):
        return one.at.year != other.at.year
    return one.at.date() != other.at.date() and wall_clock(one).date() != wall_clock(other).date()


def doubt(moment: Moment, *, now: datetime | None) -> str | None:
    """Why a date is not believed, None where it may be."""
    if moment.at < EARLIEST:
        return "before 1995"
    return "in the future" if now is not None and moment.at > now + _SLACK else None


def believable(moment: Moment, *, now: datetime | None) -> bool:
    """Not before the web, not ahead of the fetch."""
    return doubt(moment, now=now) is None


def _is_complete(moment: Moment | None) -> bool:
    return moment is not None and moment.precision == "instant" and moment.offset_min is not None


def _refines(moment: Moment, chosen: Moment) -> bool:
    """Does it say the same more exactly? The same day to the instant, or the same time with its zone."""
    if moment.precision != "instant":
        return False
    if chosen.precision == "day":
        return wall_clock(moment).date() == wall_clock(chosen).date()
    if chosen.precision == "instant" and chosen.offset_min is None and moment.offset_min is not None:
        tolerance = timedelta(minutes=2)
        return abs(wall_clock(moment) - wall_clock(chosen)) < tolerance or abs(moment.at - chosen.at) < tolerance
    return False


def _published(head: Head, article: dict[str, Any], page: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "JSON-LD datePublished", text_of(article.get("datePublished"))
    for name in _PUBLISHED_METAS:
        for value in head.metas(name)[:2]:
            yield name, value
    yield "JSON-LD of the page", text_of(page.get("datePublished"))
    yield "JSON-LD dateCreated", text_of(article.get("dateCreated"))


def _marked(tree: HtmlElement, head: Head) -> Iterator[tuple[str, str]]:
    for element in [] if head.is_vast else elements(_MARKED(tree))[:3]:
        yield "microdata", _time_value(element)
    for value in _times(head):
        yield "time", value


def _modified(head: Head, article: dict[str, Any], page: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "JSON-LD dateModified", text_of(article.get("dateModified"))
    for name in _MODIFIED_METAS:
        for value in head.metas(name)[:2]:
            yield name, value
    yield "JSON-LD of the page", text_of(page.get("dateModified"))


def _times(head: Head) -> Iterator[str]:
    """``<time>`` elements that say they are the publication, else the value that all of them share."""
    marked = [e for e in head.times if e.get("pubdate") is not None or _says_published(e)]
    if marked:
        yield from (_time_value(element) for element in marked[:3])
    elif len({_time_value(element) for element in head.times}) == 1:
        yield _time_value(head.times[0])


def _says_published(element: HtmlElement) -> bool:
    classes = (element.get("class") or "").lower()
    return "publish" in classes or "entry-date" in classes or "post-date" in classes


def _time_value(element: HtmlElement) -> str:
    said = element.get("datetime") or element.get("content") or element.get("title")
    return said.strip() if said else element_text(element, longest=_LONGEST_SHOWN)


def _shown(tree: HtmlElement) -> Iterator[str]:
    """Short texts in elements whose class or id says "date", outside of boxes with other articles and comments."""
    for element in elements(_DATED(tree))[:_MAX_SHOWN]:
        text = element_text(element, longest=_LONGEST_SHOWN)
        if len(text) >= _SHORTEST_SHOWN and any(c.isdigit() for c in text) and not _elsewhere(element):
            yield text


def _elsewhere(element: HtmlElement) -> bool:
    return any(
        ancestor.tag in ("aside", "nav", "footer")
        or _OTHERS.search(f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}")
        for ancestor in (element, *element.iterancestors())
    )
