"""Addresses without end: one article under thousands of slugs, sessions in paths, calendars, pages of pages.

Pure. A trap is told by three things together: several addresses of a feed differ only in what does not name an article
(the slug beside one number, a session, a page number, a day of a calendar), there are at least :data:`LEAST` of them,
and what the feed says of them does not differ either. Ordinary articles that share a number, because it is their
category's, have titles of their own, and stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit

from storewatch.types import FeedEntry

#: Reason code of the entries that are left out.
TRAP = "trap"
#: So many addresses must share what names the article.
LEAST = 3
# Where nothing but the address speaks, a number is an article's from so many digits on.
_SURE_DIGITS = 6
_LEAST_DIGITS = 4
# So many items of one number are one article under made-up slugs also where their titles differ in numbers only or
# have nothing to do with the slugs, or where the number is so short that it might be a category's.
_MANY = 20
_SLUG = re.compile(r"[^\W\d_]+(?:[-_+%.][\w%]+)*", re.UNICODE)
_NUMBER = re.compile(r"(?<!\d)\d{4,}(?!\d)")
_SMALL = re.compile(r"(?<![<\d])\d{1,3}(?![\d>])")
_FOLDER = re.compile(r"(?<=/)\d+(?=/)")
_DATE = re.compile(r"(?:19|20)\d\d(?:[01]\d(?:[0-3]\d(?:[0-2]\d(?:[0-5]\d){0,2})?)?)?")
_HEX, _UUID = r"[0-9a-f]{16,}", r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_SESSION = re.compile(rf"(?=[^/]*\d)(?=[^/]*[a-z])(?:{_HEX}|{_UUID}|[0-9a-z]{{24,}})", re.IGNORECASE)
_SESSION_NAMES = frozenset({"sid", "session", "sessionid", "session_id", "phpsessid", "jsessionid", "token", "s_id"})
_PAGE_NAMES = frozenset({"page", "paged", "pg", "seite", "pagina", "start", "offset", "from"})
_PAGE_PATH = re.compile(r"/(?:page|seite|pagina)[/-]?\d+/?$", re.IGNORECASE)
_CALENDAR_WORDS = frozenset(
    {"calendar", "calendario", "calendrier", "kalender", "kalendarz", "agenda", "termine", "events", "event", "takvim"}
)
_CALENDAR_NAMES = frozenset({"date", "day", "month", "year", "datum", "tag", "monat", "jahr", "week", "ical"})
_WORD = re.compile(r"[^\W\d_]{3,}", re.UNICODE)

Query = Sequence[tuple[str, str]]


def collapse(entries: Sequence[FeedEntry]) -> tuple[tuple[FeedEntry, ...], int]:
    """``entries`` with each trap reduced to its first address, and how many were left out."""
    groups: dict[tuple[str, ...], list[FeedEntry]] = {}
    for entry in entries:
        for key in dict.fromkeys(_keys(entry)):
            groups.setdefault(key, []).append(entry)
    dropped: set[int] = set()
    for (kind, *_), group in groups.items():
        if len({entry.url for entry in group}) >= LEAST and _is_trap(kind, group):
            dropped.update(id(entry) for entry in group[1:])
    return tuple(entry for entry in entries if id(entry) not in dropped), len(dropped)


def _keys(entry: FeedEntry) -> Iterator[tuple[str, ...]]:
    """What several addresses of one trap share, with the kind of trap first; nothing for an address like any other."""
    try:
        parts = urlsplit(entry.url)
    except ValueError:
        return
    query = parse_qsl(parts.query, keep_blank_values=True)
    host = parts.netloc.lower()
    for key_of in (_calendar_key, _page_key, _session_key):
        if (found := key_of(parts.path, query)) is not None:
            yield (found[0], host, found[1])
            return
    if any(_SESSION.fullmatch(segment) for segment in parts.path.split("/")):
        return
    # A slug may have numbers too. Where titles speak beside the address, a folder's number is looked at by itself.
    for number in (_NUMBER, _FOLDER) if entry.title.strip() else (_NUMBER,):
        if (found := _slug_key(parts.path, query, number)) is not None:
            yield (found[0], host, found[1])


def _calendar_key(path: str, query: Query) -> tuple[str, str] | None:
    """A calendar's day, month or week: nothing but numbers beside the word."""
    words = [segment.casefold() for segment in path.split("/") if segment]
    numeric = [word for word in words if re.fullmatch(r"[\d-]+", word)]
    named = [(name, value) for name, value in query if name.casefold() in _CALENDAR_NAMES]
    others = [word for word in words if word not in numeric]
    if not _CALENDAR_WORDS & set(others) or not (numeric or named):
        return None
    rest = [(name, value) for name, value in query if (name, value) not in named]
    if words and words[-1] not in numeric and words[-1] not in _CALENDAR_WORDS and numeric:
        return None  # a slug stands behind the date: an article about an event
    return "calendar", "/".join(others) + "?" + urlencode(rest)


def _page_key(path: str, query: Query) -> tuple[str, str] | None:
    """A page of a list or of an article that was cut into several."""
    pages = [name for name, value in query if name.casefold() in _PAGE_NAMES and value.isdigit()]
    bare = _PAGE_PATH.sub("", path)
    if not pages and bare == path:
        return None
    rest = [(name, value) for name, value in query if name not in pages]
    return "page", bare.rstrip("/") + "?" + urlencode(rest)


def _session_key(path: str, query: Query) -> tuple[str, str] | None:
    """A session in the path or query; what is left must name the article by itself."""
    segments = path.split("/")
    left = [segment for segment in segments if not _SESSION.fullmatch(segment)]
    rest = [(name, value) for name, value in query if name.casefold() not in _SESSION_NAMES]
    if len(left) == len(segments) and len(rest) == len(query):
        return None
    names_it = any(len(_WORD.findall(segment)) >= 2 or _NUMBER.search(segment) for segment in left)
    names_it = names_it or any(_NUMBER.fullmatch(value) for _, value in rest)
    return ("session", "/".join(left) + "?" + urlencode(rest)) if names_it else None


def _slug_key(path: str, query: Query, number: re.Pattern[str]) -> tuple[str, str] | None:
    """An address with the words of its slug left out; ``number`` finds what may be the article's."""
    found = [digits for digits in number.findall(path) if not _DATE.fullmatch(digits)]
    if not found or not any(_SLUG.search(_NUMBER.sub("", segment)) for segment in path.split("/")):
        return None
    longest = max(map(len, found))
    kind = "tiny" if longest < _LEAST_DIGITS else "short" if longest < _SURE_DIGITS else "slug"
    marked = number.sub(lambda digits: digits[0] if _DATE.fullmatch(digits[0]) else f"<{digits[0]}>", path)
    # How many words a slug has does not matter, nor which small numbers stand among them; where the number stands
    # among the segments does.
    segments = (
        _SMALL.sub("*", segment) if "*" in segment else segment for segment in _SLUG.sub("*", marked).split("/")
    )
    shape = re.sub(r"\*(?:[-_+.%]?[\w%*]*\*)*", "*", "/".join(segments))
    return kind, f"{shape}?{urlencode(query)}"


def _is_trap(kind: str, group: Sequence[FeedEntry]) -> bool:
    """Whether what the feed says of these addresses is one thing said again and again."""
    titled = sum(bool(entry.title.strip()) for entry in group)
    if titled == len(group):
        return _is_one_title(kind, group)
    if titled:
        return False
    dates = {entry.published.at for entry in group if entry.published}
    if kind == "calendar":
        return True
    return len(dates) <= 1 and (kind not in ("short", "tiny") or len(group) >= _MANY)


def _is_one_title(kind: str, group: Sequence[FeedEntry]) -> bool:
    many = len(group) >= _MANY
    if len({" ".join(entry.title.casefold().split()) for entry in group}) == 1:
        return many or kind != "tiny"
    if not many:
        return False
    if len({_plain(entry.title) for entry in group}) == 1:
        return True
    strangers = sum(not _resembles(entry) for entry in group)
    return kind not in ("page", "session") and strangers >= 0.9 * len(group)


def _plain(title: str) -> str:
    """A title without its numbers, case and punctuation."""
    return " ".join(_WORD.findall(title.casefold()))


def _resembles(entry: FeedEntry) -> bool:
    """Whether the address has words of the title, as an article's slug has."""
    address = set(_WORD.findall(urlsplit(entry.url).path.casefold()))
    return bool(address & set(_WORD.findall(entry.title.casefold())))
