"""Dates as people write them: "2. November 2026, 14:30 Uhr", "2 de nov. de 2026", "2026年11月2日"."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from functools import cache

from crawler.feeds.zones import offset_of
from storewatch.types import Moment

LONGEST = 120

# The beginnings of month names, in the Latin, Cyrillic, Greek, Arabic and Devanagari scripts, without accents. Croatian
# names are left out: `listopad` is November in Polish and Czech and October in Croatian.
_MONTHS = """
jan ene gen sty led tammi oca ian янв січ ιαν ιανουαρ يناير كانون_الثاني जनवरी जन มกราคม ม.ค
feb fev lut uno helmi sub фев лют φεβ فبراير شباط फरवरी फर กุมภาพันธ์ ก.พ
mar mrz maart mrt brez maalis мар берез бер μαρ مارس آذار मार्च มีนาคม มี.ค
apr abr avr kwi dub huhti nis апр квіт кві απρ أبريل ابريل نيسان अप्रैल เมษายน เม.ย
mai may maj mag mei kve touko май мая трав тра μαι مايو أيار मई พฤษภาคม พ.ค
jun juin giu cze cervn cerven haz kesa июн черв чер ιουν يونيو يونيه حزيران जून มิถุนายน มิ.ย
jul juil lug lip cervene cervenc heina tem июл лип ιουλ يوليو يوليه تموز जुलाई กรกฎาคม ก.ค
aug ago aou sie srp elo agu авг сер αυγ أغسطس اغسطس آب अगस्त สิงหาคม ส.ค
sep set wrz zar syys eyl сен вер σεπ سبتمبر أيلول सितंबर सितम्बर กันยายน ก.ย
oct okt ott out paz rij loka eki окт жов οκτ أكتوبر اكتوبر تشرين_الأول अक्टूबर अक्तूबर ตุลาคม ต.ค
nov lis marras kas noy ноя нов νοε نوفمبر تشرين_الثاني नवंबर नवम्बर พฤศจิกายน พ.ย
dec dez dic des gru pros joulu ara дек гру δεκ ديسمبر كانون_الأول दिसंबर दिसम्बर ธันวาคม ธ.ค
""".strip().splitlines()

_NAME = r"(?P<name>[^\W\d_][^\W\d]*(?:[\u0300-\u036f\u0900-\u097f\u0e30-\u0e4e.][^\W\d_]*)*)"
_D, _Y = r"(?P<day>\d{1,2})", r"(?P<year>(?:19|20)\d\d)"
_SHAPES = tuple(
    re.compile(shape, re.I)
    for shape in (
        rf"(?<!\d){_Y}\s*[年년]\s*(?P<month>\d{{1,2}})\s*[月월]\s*(?:{_D}\s*[日일]?)?",
        rf"(?<!\d){_D}\s*(?:th[aá]ng|th)\s*(?P<month>\d{{1,2}})[\s,/năm]*{_Y}",
        rf"(?<!\d){_D}(?:\.|º|\.?ª|st|nd|rd|th|er|-?го)?[\s-]*(?:of\s|de\s|d['’])?\s*{_NAME}\.?[\s,-]*(?:de\s|del\s)?{_Y}(?!\d)",
        rf"{_NAME}\.?\s*{_D}(?:st|nd|rd|th)?(?:,|\s)\s*{_Y}(?!\d)",
        rf"(?<!\d){_Y}\.?,?\s*{_NAME}\.?\s*{_D}(?!\d)",
        rf"(?<!\d){_Y}[-/.](?P<month>\d{{1,2}})[-/.]{_D}(?!\d)",
        rf"(?<!\d){_D}(?P<mark>[./-])(?P<month>\d{{1,2}})(?P=mark){_Y}(?!\d)",
    )
)
_TIME = re.compile(
    r"(?<!\d)(?P<hour>[01]?\d|2[0-3])(?:[:.h]|時|시\s*|点)(?P<minute>[0-5]\d)(?![.\d])(?::(?P<second>[0-5]\d))?"
    r"\s*(?P<half>[ap]\.?m\b)?(?:\s*Uhr)?\s*\(?(?P<zone>Z\b|[A-Z]{2,4}\b(?!\s*[+-]\d))?\s*(?:UTC|GMT)?(?P<offset>[+-]\d\d:?\d\d)?",
    re.I,
)


def read_written(raw: str) -> Moment | None:
    """The date in ``raw``, a short text; None where there is none, or one that can be read as two days (3/4/2026)."""
    text = unicodedata.normalize("NFC", raw[:LONGEST])
    for shape in _SHAPES:
        for match in shape.finditer(text):
            if moment := _moment(match, text):
                return moment
    return None


def _moment(match: re.Match[str], text: str) -> Moment | None:
    part = match.groupdict()
    month = _month(part["name"]) if part.get("name") else int(part["month"])
    day = int(part["day"]) if part["day"] else None
    if month is None:
        return None
    if part.get("mark") in ("/", "-") and day is not None and day != month:
        if day <= 12 and month <= 12:
            return None
        day, month = (month, day) if month > 12 else (day, month)
    # The time stands behind the day, seldom before it.
    time = _TIME.search(text, match.end()) or _TIME.search(text[: match.start()])
    try:
        if day is None:
            return Moment(at=datetime(int(part["year"]), month, 1, tzinfo=UTC), precision="month")
        at = datetime(int(part["year"]), month, day, tzinfo=UTC)
        return _with_time(at, time) if time else Moment(at=at, precision="day")
    except (ValueError, OverflowError):
        return None


def _with_time(day: datetime, time: re.Match[str]) -> Moment:
    hour = int(time["hour"])
    if time["half"]:
        hour = hour % 12 + (12 if time["half"][0] in "pP" else 0)
    offset = offset_of(time["offset"] or time["zone"])
    zone = timezone(timedelta(minutes=offset or 0))
    at = day.replace(hour=hour, minute=int(time["minute"]), second=int(time["second"] or 0), tzinfo=zone)
    return Moment(at=at.astimezone(UTC), offset_min=offset)


@cache
def _stems() -> tuple[tuple[str, int], ...]:
    stems = [(_plain(stem.replace("_", " ")), number) for number, row in enumerate(_MONTHS, 1) for stem in row.split()]
    return tuple(sorted(stems, key=lambda stem: -len(stem[0])))


@cache
def _month(name: str) -> int | None:
    plain = _plain(name)
    return next((number for stem, number in _stems() if plain.startswith(stem)), None) if len(plain) <= 15 else None


def _plain(word: str) -> str:
    """Lower case without accents; Turkish ``ı`` as ``i``."""
    decomposed = unicodedata.normalize("NFKD", word.replace("İ", "i").casefold().replace("ı", "i"))
    return "".join(char for char in decomposed if not "\u0300" <= char <= "\u036f")


__all__ = ["read_written"]
