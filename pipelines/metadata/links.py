"""Addresses a page gives for itself and its picture, and whether to believe them."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, urljoin, urlsplit

from pipelines.metadata.head import Head
from storewatch.urls import canonical_url, outlet

_LANGUAGE_ROOT = re.compile(r"/(?:[a-z]{2}(?:[-_][a-zA-Z]{2})?/?)?")
_ID_NAME = re.compile(r"p|n|no|nr|num|seq|idx(?:no)?|\w*id")
_ARTICLE_NAME = re.compile(r"[^/]*-[^/]*-[^/]*|\d{5,}")


def canonical(head: Head, url: str) -> str | None:
    """``rel=canonical``, else ``og:url``, when it may be believed: an http(s) address of the same registrable domain
    that is neither the site's start page nor the section the page stands in (unless the page is that), nor the
    page's own address without the number by which it is told from others."""
    candidates = [href for rel, href in head.links if "canonical" in rel.split()]
    for candidate in [*candidates, head.meta("og:url")]:
        address = absolute(candidate, url)
        if address and _believable(address, url):
            return address
    return None


def absolute(address: str, url: str) -> str | None:
    """``address`` as an absolute http(s) address without fragment, None when it is none."""
    address = address.strip()
    if not address or len(address) > 2_000:
        return None
    try:
        joined = urljoin(url, address)
        parts = urlsplit(joined)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return joined.split("#", 1)[0]


def host_of(url: str) -> str:
    """The host of an address, the empty string for what has none (a file's name, say)."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _believable(address: str, url: str) -> bool:
    if not host_of(url):
        return True
    there, here = urlsplit(address), urlsplit(url)
    if outlet(address) != outlet(url):
        return False
    if _LANGUAGE_ROOT.fullmatch(there.path) and not there.query:
        return bool(_LANGUAGE_ROOT.fullmatch(here.path))
    return not (_is_section_of(there.path, here.path) or _lacks_number(there, here))


def _lacks_number(there: SplitResult, here: SplitResult) -> bool:
    """Does ``news.php`` call itself canonical for ``news.php?id=7``? It would be every article of the site."""
    if there.path.rstrip("/") != here.path.rstrip("/") or _ARTICLE_NAME.search(here.path):
        return False
    given = {name.lower(): value for name, value in parse_qsl(urlsplit(canonical_url(here.geturl())).query)}
    known = {name.lower() for name, _ in parse_qsl(there.query)}
    return any(_ID_NAME.fullmatch(name) and value.isdigit() for name, value in given.items() if name not in known)


def _is_section_of(section: str, path: str) -> bool:
    """Is the first path a folder of the second, which goes on with an article's own name? A template's mistake."""
    folder = section.rstrip("/") + "/"
    return path.startswith(folder) and _ARTICLE_NAME.search(path[len(folder) :]) is not None
