"""Dates as pages write them, to the precision and in the zone they say."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from storewatch.types import Moment

_ISO = re.compile(
    r"""
    ^\s*(?P<year>\d{4})
    (?:[-/.](?P<month>\d{1,2})(?:[-/.](?P<day>\d{1,2})|(?=\s*$))|(?P<month2>\d{2})(?P<day2>\d{2})|(?=\s*$))
    (?:[T\s,_-]+(?P<hour>\d{1,2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?
       \s*(?P<half>[AaPp]\.?[Mm]\.?)?
       \s*(?P<zone>Z|z|UTC|GMT|[+\-\u2212]\s?\d{1,2}(?::?\d{2})?|[A-Z]{2,5})?(?:\[[^\]]*\])?
    )?\s*$""",
    re.VERBOSE,
)
_EPOCH = re.compile(r"^\s*(\d{10})(\d{3})?\s*$")
# Zone abbreviations that stand for one offset in the press; minutes east of UTC.
_ZONES = {
    "EST": -300,
    "EDT": -240,
    "CST": -360,
    "CDT": -300,
    "MST": -420,
    "MDT": -360,
    "PST": -480,
    "PDT": -420,
    "CET": 60,
    "CEST": 120,
    "BST": 60,
    "EET": 120,
    "EEST": 180,
    "MSK": 180,
    "IST": 330,
    "JST": 540,
    "KST": 540,
    "WIB": 420,
    "HKT": 480,
    "SGT": 480,
    "AEST": 600,
    "AEDT": 660,
}
_FARTHEST_ZONE = 14 * 60
_MONTH_NAMES = """
january jan januar jänner janvier enero janeiro gennaio januari styczeń stycznia leden ledna января ocak tammikuuta
february feb februar février fevrier febrero fevereiro febbraio februari luty lutego února февраля şubat helmikuuta
march mar märz mars marzo março maart mac marzec marca března марта mart maaliskuuta
april apr avril abril aprile kwiecień kwietnia dubna апреля nisan huhtikuuta
may mai mayo maio maggio mei maj maja května мая mayıs toukokuuta
june jun juni juin junio junho giugno czerwiec czerwca června июня haziran kesäkuuta
july jul juli juillet julio julho luglio lipiec lipca července июля temmuz heinäkuuta
august aug août aout agosto augustus augusti sierpień sierpnia srpna августа ağustos elokuuta
september sep sept septembre septiembre setembro settembre wrzesień września září сентября eylül syyskuuta
october oct okt oktober octobre octubre outubro ottobre październik października října октября ekim lokakuuta
november nov novembre noviembre novembro listopad listopada listopadu ноября kasım marraskuuta
december dec dez dezember décembre decembre diciembre dezembro dicembre desember grudzień grudnia prosince декабря aralık joulukuuta
"""  # noqa: E501  one month a line
MONTHS = {
    name: number for number, line in enumerate(_MONTH_NAMES.strip().split("\n"), start=1) for name in line.split()
}
"""The names of months in the languages of the press, lower case -> 1..12."""

_YEAR = r"(?P<year>(?:19|20)\d{2})(?!\d)"
_DAY_NAME = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th|er|º)?\.?\s+(?:de\s+|of\s+)?(?P<name>[^\W\d_]{3,12})\.?,?\s+(?:de\s+)?"
    + _YEAR
)
_NAME_DAY = re.compile(r"(?<![^\W\d_])(?P<name>[^\W\d_]{3,12})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+" + _YEAR)
_DOTTED = re.compile(r"(?<![\d.])(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?" + _YEAR)
_CJK = re.compile(r"(?P<year>(?:19|20)\d{2})\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일]")
_IN_URL = re.compile(
    r"/(?P<year>(?:19|20)\d{2})[/-]?(?P<month>0[1-9]|1[0-2])[/-]?(?P<day>0[1-9]|[12]\d|3[01])(?=[/_-]|$)"
)
_LONGEST = 100


def parse(value: str) -> Moment | None:
    """ISO 8601 and its relatives, RFC 5322, epoch seconds or milliseconds, or a day with a month's name; else None."""
    value = value.strip()
    if not value or len(value) > _LONGEST:
        return None
    try:
        iso = _ISO.match(value)
        if iso:
            return _from_iso(iso)
        epoch = _EPOCH.match(value)
        if epoch:
            at = datetime.fromtimestamp(int(epoch[1]), UTC) + timedelta(milliseconds=int(epoch[2] or 0))
            return Moment(at=at, offset_min=0, precision="instant")
        return _from_mail(value) or _from_words(value)
    except (ValueError, OverflowError, OSError):
        return None


def from_url(url: str) -> Moment | None:
    """The day in an address such as ``/2024/05/03/``, else None."""
    match = _IN_URL.search(url)
    try:
        return _day(match) if match else None
    except ValueError:
        return None


def wall_clock(moment: Moment) -> datetime:
    """The local time the page said, without its zone."""
    return moment.at.replace(tzinfo=None) + timedelta(minutes=moment.offset_min or 0)


def _from_iso(match: re.Match[str]) -> Moment:
    year, month, day = int(match["year"]), match["month"] or match["month2"], match["day"] or match["day2"]
    if month is None:
        return Moment(at=datetime(year, 1, 1, tzinfo=UTC), precision="year")
    if day is None:
        return Moment(at=datetime(year, int(month), 1, tzinfo=UTC), precision="month")
    date = datetime(year, int(month), int(day), tzinfo=UTC)
    if match["hour"] is None:
        return Moment(at=date, precision="day")
    hour = int(match["hour"])
    if match["half"]:
        hour = hour % 12 + (12 if match["half"][0] in "Pp" else 0)
    time = timedelta(
        hours=hour % 24,
        minutes=int(match["minute"]),
        seconds=min(int(match["second"] or 0), 59),
        microseconds=int((match["fraction"] or "0").ljust(6, "0")[:6]),
    )
    return _instant(date + time, _offset(match["zone"]))


def _instant(wall: datetime, offset: int | None) -> Moment:
    """A local time and its offset. Midnight in no zone or in UTC is what software writes that knows only the day."""
    at = wall.replace(tzinfo=timezone(timedelta(minutes=offset or 0))).astimezone(UTC)
    midnight = wall.hour == wall.minute == wall.second == wall.microsecond == 0
    return Moment(at=at, offset_min=offset, precision="day" if midnight and not offset else "instant")


def _offset(zone: str | None) -> int | None:
    """Minutes east of UTC, None for no zone or one nobody knows."""
    if not zone:
        return None
    if zone.upper() in ("Z", "UTC", "GMT"):
        return 0
    if zone[0].isalpha():
        return _ZONES.get(zone.upper())
    digits = "".join(c for c in zone if c.isdigit())
    hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))
    total = hours * 60 + minutes
    if total > _FARTHEST_ZONE:
        return None
    return total if zone[0] == "+" else -total


def _from_mail(value: str) -> Moment | None:
    try:
        parsed = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    if ":" not in value:
        return Moment(at=datetime(parsed.year, parsed.month, parsed.day, tzinfo=UTC), precision="day")
    delta = parsed.utcoffset()
    return _instant(parsed.replace(tzinfo=UTC), None if delta is None else int(delta.total_seconds() // 60))


def _from_words(value: str) -> Moment | None:
    for pattern in (_CJK, _DOTTED):
        match = pattern.search(value)
        if match:
            return _day(match)
    for pattern in (_DAY_NAME, _NAME_DAY):
        match = pattern.search(value)
        month = MONTHS.get(match["name"].lower()) if match else None
        if match and month:
            return Moment(at=datetime(int(match["year"]), month, int(match["day"]), tzinfo=UTC), precision="day")
    return None


def _day(match: re.Match[str]) -> Moment:
    at = datetime(int(match["year"]), int(match["month"]), int(match["day"]), tzinfo=UTC)
    return Moment(at=at, precision="day")
