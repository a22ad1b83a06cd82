"""One row of a source list: what it may say, and what becomes of it.

Names are slugs; they are what people type (``storewatch crawl golem heise``), so they are made from titles where there
are any, and from addresses otherwise. They depend on nothing but the row, so the same list gives the same names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from storewatch.types import NewSource, SourceKind
from storewatch.urls import is_web_url

AddedBy = Literal["catalogue", "user", "file", "demo"]
NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
KINDS: Mapping[str, SourceKind] = {kind: kind for kind in get_args(SourceKind)}
MAX_NAME = 60
"""Longest name made here (characters)."""

_LANG = re.compile(r"[a-z]{2}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_FEED_WORDS = frozenset(
    {"feed", "feeds", "rss", "rss2", "atom", "rdf", "xml", "json", "index", "php", "html", "htm", "www", "default"}
)
# Letters that Unicode does not take apart into a base and a mark.
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i", "þ": "th", "&": " and "}
)


class RowError(Exception):
    """A row that is no source; the message says which field and why."""


def slug(text: str) -> str:
    """``text`` as a name, empty where no Latin letter or digit is left of it."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    plain = "".join(char for char in plain if not unicodedata.combining(char)).replace("'", "")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MAX_NAME].strip("-")


def slug_of_url(url: str) -> str:
    """A name from an address: its host, its port and those parts of its path that say more than "feed"."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("feeds.").removeprefix("rss.")
    words = [word for word in re.split(r"[^\w-]+", parts.path) if word and word.lower() not in _FEED_WORDS]
    return slug(" ".join([host, str(parts.port or ""), *words])) or "source"


def web_address(value: str) -> str:
    """The address as it stands, ``feed:`` taken off.

    :raises RowError: where it is no absolute http(s) address.
    """
    address = value.strip()
    if address.lower().startswith(("feed://", "feed:http")):
        rest = address[5:]
        address = f"http:{rest}" if rest.startswith("//") else rest
    if not is_web_url(address):
        hint = f", perhaps https://{address}" if re.fullmatch(r"[\w-]+(\.[\w-]+)+(/\S*)?", address) else ""
        raise RowError(f"{value!r} is no http(s) address{hint}")
    return address


def source(row: Mapping[str, Any], *, added_by: AddedBy) -> NewSource:
    """A source from ``{url, name?, title?, site?, kind?, lang?, country?, category?, enabled?}``; other keys are left
    alone.

    Lists of other programs call a display name ``name`` and a category ``kind``; both are understood.

    :raises RowError: where ``url`` is missing or a value is of the wrong form.
    """
    url = web_address(_text(row, "url") or "")
    name, title = _text(row, "name") or "", _text(row, "title") or ""
    kind, category = _text(row, "kind"), _text(row, "category")
    if not NAME.fullmatch(name):
        name, title = "", title or name
    if kind is not None and kind not in KINDS:
        kind, category = None, category or kind
    site = _text(row, "site")
    enabled = row.get("enabled", True)
    if not isinstance(enabled, bool):
        raise RowError(f"enabled: {enabled!r} is neither true nor false")
    return NewSource(
        name=name or slug(title) or slug_of_url(url),
        url=url,
        title=title,
        site=web_address(site) if site else None,
        kind=KINDS.get(kind or "", "feed"),
        lang=_code(row, "lang", _LANG, "two small letters (ISO 639-1)"),
        country=_code(row, "country", _COUNTRY, "two capitals (ISO 3166-1)"),
        category=category,
        enabled=enabled,
        added_by=added_by,
    )


def with_own_names(sources: Iterable[NewSource]) -> tuple[NewSource, ...]:
    """Each address once, in the order given, and no name twice: the second ``golem`` becomes ``golem-2``."""
    kept: dict[str, NewSource] = {}
    names: set[str] = set()
    for one in sources:
        if one.url in kept:
            continue
        name, number = one.name, 1
        while name in names:
            number += 1
            name = f"{one.name}-{number}"
        names.add(name)
        kept[one.url] = replace(one, name=name)
    return tuple(kept.values())


def _text(row: Mapping[str, Any], key: str) -> str | None:
    value = row.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise RowError(f"{key}: {value!r} is no text")
    return " ".join(value.split()) or None


def _code(row: Mapping[str, Any], key: str, form: re.Pattern[str], what: str) -> str | None:
    value = _text(row, key)
    if value is not None and not form.fullmatch(value):
        raise RowError(f"{key}: {value!r} is not {what}")
    return value


__all__ = ["NAME", "AddedBy", "RowError", "slug", "slug_of_url", "source", "web_address", "with_own_names"]
