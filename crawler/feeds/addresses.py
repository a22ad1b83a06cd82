"""What addresses tell without being fetched: the day that stands in a path, the age in a sitemap's name."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

from storewatch.types import Moment

_YEAR, _MONTH, _DAY = r"(?P<year>20\d\d|199\d)", r"(?P<month>0?[1-9]|1[0-2])", r"(?P<day>0?[1-9]|[12]\d|3[01])"
# /2026/11/02/, /2026-11-02-title, /20261102/title, /2026/11/title. Digits alone need the whole segment: they are ids.
_DAY_IN_PATH = re.compile(rf"/{_YEAR}([/_.-]?){_MONTH}\2{_DAY}(?=[/_.-]|$)")
_MONTH_IN_PATH = re.compile(rf"/{_YEAR}[/_-]{_MONTH}(?=/)")
_MONTH_NAMES = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NAMED_MONTH_IN_PATH = re.compile(rf"/{_YEAR}/(?P<name>{'|'.join(_MONTH_NAMES)})[a-z]{{0,6}}(?:/{_DAY})?(?=/)", re.I)
# Names of sitemaps: sitemap-2026-11.xml, sitemap_20261102.xml.gz, sitemap.xml?yyyy=2026&mm=11&dd=02, sitemap-2026.xml
_IN_NAME = re.compile(r"(?<!\d)(20\d\d)(?:[/_.-]?(0[1-9]|1[0-2])(?:[/_.-]?(0[1-9]|[12]\d|3[01]))?)?(?!\d)")
_IN_QUERY = re.compile(
    r"[?&](?:y|yy|yyyy|year)=(20\d\d)(?:&(?:m|mm|month)=(1[0-2]|0?[1-9])(?:&(?:d|dd|day)=([12]\d|3[01]|0?[1-9]))?)?",
    re.I,
)


def date_in_path(url: str) -> Moment | None:
    """The date that an article's address carries in its path, as a day or a month; None where it carries none."""
    path = url.partition("?")[0]
    for pattern in (_DAY_IN_PATH, _NAMED_MONTH_IN_PATH, _MONTH_IN_PATH):
        if match := pattern.search(path):
            part = match.groupdict()
            month = _MONTH_NAMES.index(part["name"].lower()) + 1 if part.get("name") else int(part["month"])
            day = part.get("day")
            try:
                at = datetime(int(part["year"]), month, int(day or 1), tzinfo=UTC)
            except ValueError:
                continue
            return Moment(at=at, precision="day" if day else "month")
    return None


def end_of(moment: Moment) -> datetime:
    """The first instant after a day or month that a path names, in the westernmost zone."""
    at = moment.at
    if moment.precision == "month":
        return at + timedelta(days=monthrange(at.year, at.month)[1], hours=12)
    return at + timedelta(days=1, hours=12)


def end_in_name(url: str, *, bare_years: bool = True) -> datetime | None:
    """Until when a sitemap holds pages, by the year, month or day in its address; None where that names none.

    ``bare_years``: a year alone counts (``sitemap-2026.xml``); where sitemaps are numbered it is a number.
    """
    match = _IN_QUERY.search(url) or _IN_NAME.search(unquote(url).partition("://")[2])
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    try:
        if month is None:
            if not bare_years:
                return None
            return datetime(year + 1, 1, 1, tzinfo=UTC)
        if day is None:
            return datetime(year, month, monthrange(year, month)[1], tzinfo=UTC) + timedelta(days=1)
        return datetime(year, month, day, tzinfo=UTC) + timedelta(days=1)
    except ValueError:
        return None
