"""Dates of feeds -> :class:`Moment`: RFC 822 with all its dialects, W3C dates, dates in words, and what feedparser
understands."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from time import struct_time

from crawler.feeds.written import read_written
from crawler.feeds.zones import ZONES, offset_of
from storewatch.types import Moment, Precision

# The first web page was served in 1990; dates before it are epoch zeros and typing errors.
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
# A wrong or missing zone moves a date by at most 14 hours (UTC+14 is the easternmost zone).
FUTURE_TOLERANCE = timedelta(hours=14)

_W3C = re.compile(
    r"""^\s*(?P<year>\d{4})(?:-?(?P<month>\d{2})(?:-?(?P<day>\d{2})
        (?:[T\s]+(?P<hour>\d{1,2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?
           \s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2}|[A-Z]{2,4})?)?)?)?\s*$""",
    re.X | re.I,
)
# "GMT+3", which email.utils reads as GMT.
_GMT_PLUS = re.compile(r"\b(?:GMT|UTC)\s?([+-])(\d{1,2}):?(\d{2})?\b")
_EPOCH = re.compile(r"\s*(1\d{9})(?:\d{3})?\s*")
_TRAILING_ZONE = re.compile(r"\b([A-Za-z]{2,4})\s*$")
_NEGATIVE_ZERO = re.compile(r"-00:?00\s*$")


def read_date(raw: str | None, parsed: struct_time | None = None, *, now: datetime) -> Moment | None:
    """Read a feed's date; ``parsed`` is feedparser's reading (UTC), used when ours fails.

    A date before :data:`EARLIEST` is none. One in the future is taken as ``now`` within :data:`FUTURE_TOLERANCE` (a
    zone was left out) and as none beyond it (a scheduled or mistyped date does not say when the text appeared).
    """
    moment = _w3c(raw) or _rfc822(raw) or read_written(raw) or _epoch(raw) if raw else None
    if moment is None and parsed is not None:
        try:
            precision: Precision = "instant" if ":" in (raw or "") else "day"
            moment = Moment(at=datetime(*parsed[:6], tzinfo=UTC), precision=precision)
        except ValueError:
            return None
    return _within_reason(moment, now) if moment else None


def _within_reason(moment: Moment, now: datetime) -> Moment | None:
    if moment.at < EARLIEST or moment.at > now + FUTURE_TOLERANCE:
        return None
    if moment.at > now:
        return Moment(at=now, offset_min=moment.offset_min, precision=moment.precision)
    return moment


def _w3c(raw: str) -> Moment | None:
    match = _W3C.match(raw)
    if not match:
        return None
    part = match.groupdict()
    precision: Precision = "instant" if part["hour"] else "day" if part["day"] else "month" if part["month"] else "year"
    offset = offset_of(part["zone"])
    try:
        at = datetime(
            int(part["year"]), int(part["month"] or 1), int(part["day"] or 1),
            int(part["hour"] or 0), int(part["minute"] or 0), min(int(part["second"] or 0), 59),
            int((part["fraction"] or "0")[:6].ljust(6, "0")),
            tzinfo=timezone(timedelta(minutes=offset or 0)),
        ).astimezone(UTC)  # fmt: skip
    except (ValueError, OverflowError):
        return None
    return Moment(at=at, offset_min=offset, precision=precision)


def _epoch(raw: str) -> Moment | None:
    """Seconds or milliseconds since 1970, as programs write them."""
    match = _EPOCH.fullmatch(raw)
    return Moment(at=datetime.fromtimestamp(int(match.group(1)), UTC), offset_min=0) if match else None


def _rfc822(raw: str) -> Moment | None:
    raw = _GMT_PLUS.sub(lambda zone: f"{zone[1]}{zone[2]:0>2}{zone[3] or '00'}", raw)
    try:
        fields = parsedate_tz(raw)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    if not fields:
        return None
    offset: int | None = None
    name = _TRAILING_ZONE.search(raw)
    if name and name.group(1).upper() in ZONES:
        offset = ZONES[name.group(1).upper()]
    elif fields[9] is not None and not _NEGATIVE_ZERO.search(raw):
        # email.utils says 0 for an unknown name too; then only GMT and its kin are known to be meant.
        known = fields[9] != 0 or re.search(r"(GMT|UTC?|Z|[+]?00:?00)\s*(\(.*\))?\s*$", raw, re.I)
        offset = fields[9] // 60 if known else None
    has_time = ":" in raw
    try:
        at = datetime(
            fields[0], fields[1], fields[2], fields[3], fields[4], min(fields[5], 59),
            tzinfo=timezone(timedelta(minutes=offset or 0)),
        ).astimezone(UTC)  # fmt: skip
    except (ValueError, OverflowError):
        return None
    return Moment(at=at, offset_min=offset if has_time else None, precision="instant" if has_time else "day")
