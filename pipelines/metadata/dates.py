"""When a page was published and when it was changed: from the first of its sources whose date can be believed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from pipelines.metadata.head import Head
from pipelines.metadata.moments import parse, wall_clock
from pipelines.metadata.values import element_text, elements, text_of
from storewatch.types import Moment

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
_SHORTEST_SHOWN, _LONGEST_SHOWN = 6, 70


def read(
    tree: HtmlElement, head: Head, article: dict[str, Any], page: dict[str, Any], *, now: datetime | None
) -> tuple[Moment | None, Moment | None]:
    """Published and modified. A change earlier than the publication is no change."""
    published = best(_published(tree, head, article, page), now=now) or best(_shown(tree), now=now)
    modified = best(_modified(head, article, page), now=now)
    if published and modified and modified.at < published.at:
        modified = None
    return published, modified


def best(values: Iterable[str], *, now: datetime | None) -> Moment | None:
    """The first value that is a believable date; a later one may make its day an instant or add the zone."""
    chosen: Moment | None = None
    for value in values:
        moment = parse(value)
        if moment is None or not believable(moment, now=now):
            continue
        if chosen is None or _refines(moment, chosen):
            chosen = moment
        if chosen.precision == "instant" and chosen.offset_min is not None:
            break
    return chosen


def believable(moment: Moment, *, now: datetime | None) -> bool:
    """Not before the web, not ahead of the fetch."""
    return moment.at >= EARLIEST and (now is None or moment.at <= now + _SLACK)


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


def _published(tree: HtmlElement, head: Head, article: dict[str, Any], page: dict[str, Any]) -> Iterator[str]:
    yield text_of(article.get("datePublished"))
    for name in _PUBLISHED_METAS:
        yield from head.metas(name)[:2]
    yield text_of(page.get("datePublished"))
    yield text_of(article.get("dateCreated"))
    for element in elements(_MARKED(tree))[:3]:
        yield _time_value(element)
    yield from _times(head)


def _modified(head: Head, article: dict[str, Any], page: dict[str, Any]) -> Iterator[str]:
    yield text_of(article.get("dateModified"))
    for name in _MODIFIED_METAS:
        yield from head.metas(name)[:2]
    yield text_of(page.get("dateModified"))


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
