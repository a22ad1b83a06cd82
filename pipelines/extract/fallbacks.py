"""When the page's own data is silent about its date: the feed, the address, htmldate's search through the markup.

trafilatura's rules for by-lines are not asked: of the names they found where ours found none, 40 % were no author."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lxml.html import HtmlElement

from pipelines.metadata import Metadata, dates, moments
from storewatch.types import Moment, Page, Removal


def published(meta: Metadata, page: Page, tree: HtmlElement) -> Moment | None:
    """The page's own date; the feed's where it has none or is more exact about the same day; the address; htmldate."""
    own, feed = meta.published, page.entry_published
    if feed is not None and not dates.believable(feed, now=page.fetched_at):
        feed = None
    if own is not None:
        finer = feed is not None and feed.precision == "instant" and own.precision == "day"
        return feed if finer and feed is not None and _same_day(own, feed) else own
    return feed or _valid(moments.from_url(page.final_url), page) or _searched(page, tree)


def rivals(chosen: Moment | None, meta: Metadata, page: Page) -> tuple[Removal, ...]:
    """The dates that were not taken: those of the page's data, and those of feed and address that mean another day."""
    found: list[str] = []
    for source, moment in (("feed", page.entry_published), ("address", moments.from_url(page.final_url))):
        if moment is None:
            continue
        problem = dates.doubt(moment, now=page.fetched_at)
        if problem is None and chosen is not None and dates.differs(moment, chosen):
            problem = "another day than the page says"
        if problem is not None:
            found.append(f"{moment.at.isoformat()} ({source}): {problem}")
    return meta.rejected + tuple(Removal(rule="date_rejected", text=text, position=0) for text in found)


def _same_day(one: Moment, other: Moment) -> bool:
    return abs(one.at - other.at) < timedelta(hours=36)


def _valid(moment: Moment | None, page: Page) -> Moment | None:
    return moment if moment is not None and dates.believable(moment, now=page.fetched_at) else None


def _searched(page: Page, tree: HtmlElement) -> Moment | None:
    """htmldate's search through the markup; it only knows days.

    Its search through the whole text is left out (one date in three was wrong, and it took up to two seconds a page),
    and so are first days of a year, which it makes of a bare year in a copyright line.
    """
    from htmldate import find_date  # slow to import, see body.py

    latest = page.fetched_at or datetime.now(UTC)
    try:
        found = find_date(tree, original_date=True, extensive_search=False, max_date=latest.strftime("%Y-%m-%d"))
    except Exception:  # noqa: BLE001  third-party search over foreign markup: without a date the article is still one
        return None
    return _valid(moments.parse(found), page) if found and not found.endswith("-01-01") else None
