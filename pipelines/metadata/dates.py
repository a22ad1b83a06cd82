"""When it was published and when changed, to the precision and in the zone the page says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any

from lxml.html import HtmlElement

from pipelines.metadata.head import Head
from pipelines.metadata.values import text_of
from storewatch.types import Moment

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
"""Before the news were on the web: an earlier date is a placeholder (1970) or the date of something else."""
_SLACK = timedelta(hours=26)
"""How far ahead of the fetch a date may lie: a day that has begun somewhere on Earth, and clocks that go wrong."""

_PUBLISHED_METAS = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "article:published", "article.published",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "dc.date.issued", "dcterms.issued",
    "dcterms.created", "dc.date.created", "publish-date", "publish_date", "publication_date", "publicationdate", "pubdate", "published_time",
    "originalpublicationdate", "date.release", "citation_publication_date", "citation_online_date", "rnews:datepublished", "vr:published_time", "ptime",
    "iso-8601-publish-date", "dc.date", "dcterms.date", "date", "created", "datecreated", "displaydate", "bt:pubdate", "shareaholic:article_published_time",
)  # fmt: skip
_MODIFIED_METAS = (
    "article:modified_time", "og:updated_time", "og:article:modified_time", "article:updated_time", "datemodified", "dc.date.modified", "dcterms.modified",
    "lastmod", "last-modified", "revision_date", "utime", "rnews:datemodified", "shareaholic:article_modified_time", "cxenseparse:recs:articlemodified",
)  # fmt: skip

_ISO = re.compile(
    r"^\s*(?P<y>\d{4})(?:[-/.](?P<m>\d{1,2})(?:[-/.](?P<d>\d{1,2})|(?=\s*$))|(?P<m2>\d{2})(?P<d2>\d{2})|(?=\s*$))"
    r"(?:[T\s,_-]+(?P<H>\d{1,2}):?(?P<M>\d{2})(?::?(?P<S>\d{2})(?:[.,](?P<f>\d{1,9}))?)?"
    r"\s*(?P<ampm>[AaPp]\.?[Mm]\.?)?\s*(?P<z>Z|z|UTC|GMT|[+\-\u2212]\s?\d{1,2}(?::?\d{2})?|[A-Z]{2,5})?(?:\[[^\]]*\])?)?\s*$"
)
_EPOCH = re.compile(r"^\s*(\d{10})(\d{3})?\s*$")
_ZONES = {"EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420, "CET": 60, "CEST": 120,
          "BST": 60, "IST": 330, "JST": 540, "KST": 540, "MSK": 180, "WIB": 420, "HKT": 480, "SGT": 480, "AEST": 600, "AEDT": 660, "EET": 120, "EEST": 180}  # fmt: skip
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner janvier enero janeiro gennaio januari styczeń stycznia leden ledna января ocak tammikuuta",
            "february feb februar février fevrier febrero fevereiro febbraio februari luty lutego února февраля şubat helmikuuta",
            "march mar märz mars marzo março maart mac marzec marca března марта mart maaliskuuta",
            "april apr avril abril aprile kwiecień kwietnia dubna апреля nisan huhtikuuta",
            "may mai mayo maio maggio mei maj maja května мая mayıs toukokuuta",
            "june jun juni juin junio junho giugno czerwiec czerwca června июня haziran kesäkuuta",
            "july jul juli juillet julio julho luglio lipiec lipca července июля temmuz heinäkuuta",
            "august aug août aout agosto augustus augusti sierpień sierpnia srpna августа ağustos elokuuta",
            "september sep sept septembre septiembre setembro settembre wrzesień września září сентября eylül syyskuuta",
            "october oct okt oktober octobre octubre outubro ottobre październik października října октября ekim lokakuuta",
            "november nov novembre noviembre novembro listopad listopada listopadu ноября kasım marraskuuta",
            "december dec dez dezember décembre decembre diciembre dezembro dicembre desember grudzień grudnia prosince декабря aralık joulukuuta",
        ),
        start=1,
    )
    for name in names.split()
}
_DAY_MONTH = re.compile(
    r"(?<!\d)(?P<d>\d{1,2})(?:st|nd|rd|th|er|º)?\.?\s+(?:de\s+|of\s+)?(?P<n>[^\W\d_]{3,12})\.?,?\s+(?:de\s+)?(?P<y>(?:19|20)\d{2})(?!\d)"
)
_MONTH_DAY = re.compile(
    r"(?<![^\W\d_])(?P<n>[^\W\d_]{3,12})\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>(?:19|20)\d{2})(?!\d)"
)
_DOTTED = re.compile(r"(?<![\d.])(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>(?:19|20)\d{2})(?!\d)")
_CJK = re.compile(r"(?P<y>(?:19|20)\d{2})\s?[年년]\s?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日일]")
_URL_DAY = re.compile(r"/(?P<y>(?:19|20)\d{2})[/-]?(?P<m>0[1-9]|1[0-2])[/-]?(?P<d>0[1-9]|[12]\d|3[01])(?=[/_-]|$)")


def read(
    tree: HtmlElement, head: Head, article: dict[str, Any], page: dict[str, Any], *, now: datetime | None
) -> tuple[Moment | None, Moment | None]:
    """Published and modified, each from the first source whose date can be believed.

    A change earlier than the publication is no change; a later one is kept.
    """
    published = best(_published(tree, head, article, page), now=now)
    modified = best(_modified(head, article, page), now=now)
    if published and modified and modified.at < published.at:
        modified = None
    return published, modified


def best(values: Iterable[str], *, now: datetime | None) -> Moment | None:
    """The first value that is a believable date; a later source may make its day an instant."""
    chosen: Moment | None = None
    for value in values:
        moment = parse(value)
        if moment is None or not believable(moment, now=now):
            continue
        if chosen is None:
            chosen = moment
            if moment.precision == "instant" and moment.offset_min is not None:
                return chosen
        elif _refines(moment, chosen):
            chosen = moment
    return chosen


def believable(moment: Moment, *, now: datetime | None) -> bool:
    """Not before the web, not ahead of the fetch."""
    return moment.at >= EARLIEST and (now is None or moment.at <= now + _SLACK)


def _refines(moment: Moment, chosen: Moment) -> bool:
    """Does it say the same more exactly? The same day to the instant, or the same wall clock with its zone."""
    if moment.precision != "instant":
        return False
    if chosen.precision == "day":
        return _wall(moment).date() == _wall(chosen).date()
    if chosen.precision == "instant" and chosen.offset_min is None and moment.offset_min is not None:
        return abs(_wall(moment) - _wall(chosen)) < timedelta(minutes=2) or abs(moment.at - chosen.at) < timedelta(
            minutes=2
        )
    return False


def _wall(moment: Moment) -> datetime:
    return moment.at.replace(tzinfo=None) + timedelta(minutes=moment.offset_min or 0)


def _published(tree: HtmlElement, head: Head, article: dict[str, Any], page: dict[str, Any]) -> Iterator[str]:
    yield text_of(article.get("datePublished"))
    for name in _PUBLISHED_METAS:
        yield from head.metas(name)[:2]
    yield text_of(page.get("datePublished"))
    yield text_of(article.get("dateCreated"))
    for element in tree.xpath("//*[@itemprop='datePublished' or @property='datePublished'][not(self::meta)]")[:3]:
        yield _time_value(element)
    yield from _times(head)


def _modified(head: Head, article: dict[str, Any], page: dict[str, Any]) -> Iterator[str]:
    yield text_of(article.get("dateModified"))
    for name in _MODIFIED_METAS:
        yield from head.metas(name)[:2]
    yield text_of(page.get("dateModified"))


def _times(head: Head) -> Iterator[str]:
    """``<time>`` elements that say they are the publication, else the only one before or inside the article."""
    marked = [e for e in head.times if e.get("pubdate") is not None or _says_published(e)]
    if marked:
        yield from (_time_value(element) for element in marked[:3])
    elif len({_time_value(element) for element in head.times}) == 1:
        yield _time_value(head.times[0])


def _says_published(element: HtmlElement) -> bool:
    classes = (element.get("class") or "").lower()
    return "publish" in classes or "entry-date" in classes or "post-date" in classes


def _time_value(element: HtmlElement) -> str:
    return (
        element.get("datetime") or element.get("content") or element.get("title") or "".join(element.itertext())
    ).strip()


def from_url(url: str) -> Moment | None:
    """The day in an address such as ``/2024/05/03/``, else None."""
    match = _URL_DAY.search(url)
    return _day(int(match["y"]), int(match["m"]), int(match["d"])) if match else None


def parse(value: str) -> Moment | None:
    """A date as pages write it: ISO 8601 and its relatives, RFC 5322, epoch seconds, or a day with a month's name."""
    value = value.strip()
    if not value or len(value) > 100:
        return None
    try:
        match = _ISO.match(value)
        if match:
            return _from_iso(match)
        match = _EPOCH.match(value)
        if match:
            at = datetime.fromtimestamp(int(match[1]), UTC) + timedelta(milliseconds=int(match[2] or 0))
            return Moment(at=at, offset_min=0, precision="instant")
        return _from_mail(value) or _from_words(value)
    except (ValueError, OverflowError, OSError):
        return None


def _from_iso(match: re.Match[str]) -> Moment | None:
    year = int(match["y"])
    month, day = match["m"] or match["m2"], match["d"] or match["d2"]
    if month is None:
        return Moment(at=datetime(year, 1, 1, tzinfo=UTC), precision="year")
    if day is None:
        return Moment(at=datetime(year, int(month), 1, tzinfo=UTC), precision="month")
    if match["H"] is None:
        return _day(year, int(month), int(day))
    hour = int(match["H"])
    if match["ampm"]:
        hour = hour % 12 + (12 if match["ampm"][0] in "Pp" else 0)
    if hour == 24:
        hour = 0
    micro = int((match["f"] or "0").ljust(6, "0")[:6])
    wall = datetime(year, int(month), int(day), hour, int(match["M"]), min(int(match["S"] or 0), 59), micro)
    return _instant(wall, _offset(match["z"]))


def _instant(wall: datetime, offset: int | None) -> Moment:
    """Exactly midnight is what software writes that knows only the day."""
    at = wall.replace(tzinfo=timezone(timedelta(minutes=offset or 0))).astimezone(UTC)
    midnight = wall.hour == wall.minute == wall.second == wall.microsecond == 0
    return Moment(at=at, offset_min=offset, precision="day" if midnight else "instant")


def _day(year: int, month: int, day: int) -> Moment:
    return Moment(at=datetime(year, month, day, tzinfo=UTC), precision="day")


def _offset(zone: str | None) -> int | None:
    """Minutes east of UTC, None for no zone or one nobody knows."""
    if not zone:
        return None
    if zone.upper() in ("Z", "UTC", "GMT"):
        return 0
    if zone[0].isalpha():
        return _ZONES.get(zone.upper())
    digits = re.sub(r"\D", "", zone)
    hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))
    total = hours * 60 + minutes
    if total > 14 * 60:
        return None
    return total if zone[0] == "+" else -total


def _from_mail(value: str) -> Moment | None:
    try:
        parsed = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    if ":" not in value:
        return _day(parsed.year, parsed.month, parsed.day)
    delta = parsed.utcoffset()
    return _instant(parsed.replace(tzinfo=None), None if delta is None else int(delta.total_seconds() // 60))


def _from_words(value: str) -> Moment | None:
    for pattern in (_CJK, _DOTTED):
        match = pattern.search(value)
        if match:
            return _day(int(match["y"]), int(match["m"]), int(match["d"]))
    for pattern in (_DAY_MONTH, _MONTH_DAY):
        match = pattern.search(value)
        month = MONTHS.get(match["n"].lower()) if match else None
        if match and month:
            return _day(int(match["y"]), month, int(match["d"]))
    return None
