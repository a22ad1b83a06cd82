"""The page of a site on which its news stand, where that is not the front page: vendors' newsrooms, for the most part.

Pure. Such a page is found by its link: by the words of it, or by the last part of its address.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources
from urllib.parse import unquote, urlsplit

from lxml import etree, html

from crawler.discovery.candidates import Candidate
from crawler.feeds.entries import web_url
from storewatch.urls import outlet, url_key

#: A site has one such page, or one for the press and one for the rest.
MAX_PAGES = 2

_HOST = re.compile(r"^(?:news(?:room)?|press|presse|media)\.", re.I)


def news_pages(text: str, *, url: str) -> tuple[Candidate, ...]:
    """The news pages that the page ``text`` at ``url`` links, the likeliest first, at most :data:`MAX_PAGES`."""
    try:
        tree = html.document_fromstring(text)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ()
    words, _ = _patterns()
    found: dict[str, Candidate] = {}
    for link in tree.iter("a"):
        address = web_url(str(link.get("href") or ""), url)
        if address is None or outlet(address) != outlet(url) or url_key(address) == url_key(url):
            continue
        label = " ".join("".join(map(str, link.itertext())).split()).strip(" »›→>")
        by_label, by_address = bool(words.fullmatch(label)), _says_news(address)
        if not (by_label or by_address):
            continue
        points = 2 * by_address + by_label
        candidate = Candidate(
            url=address.partition("#")[0],
            format="listing",
            title=label,
            rank=290 - points,
            why=f"the articles of the site's news page ({label or address})",
            newsroom=True,
        )
        known = found.get(url_key(address))
        if known is None or candidate.rank < known.rank:
            found[url_key(address)] = candidate
    return tuple(sorted(found.values(), key=lambda one: one.rank))[:MAX_PAGES]


def _says_news(url: str) -> bool:
    """Whether an address is that of a news page: its last part, or its host where it is a front page."""
    _, paths = _patterns()
    parts = urlsplit(url)
    segments = [segment for segment in unquote(parts.path).split("/") if segment]
    if segments and len(segments) <= 4 and paths.fullmatch(segments[-1]):
        return True
    return bool(_HOST.search(parts.hostname or "")) and len(segments) <= 1


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    data = tomllib.loads((resources.files("crawler") / "data" / "newsroom.toml").read_text("utf-8"))
    words, paths = (re.compile("|".join(f"(?:{one})" for one in data[key]), re.I) for key in ("words", "paths"))
    return words, re.compile(rf"(?:{paths.pattern})(?:\.\w{{2,5}})?", re.I)


__all__ = ["MAX_PAGES", "news_pages"]
