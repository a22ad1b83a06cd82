"""A look at an address that may be a feed or a site: finds what of it can be followed, by the rules of discovery."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response

from crawler import discovery
from crawler.discovery import Candidate
from storewatch.types import NewSource

# A site that names more feeds than this without one of them working is not worth more requests.
MAX_TRIES = 4


NOTHING_FOUND = "is an HTML page; it names no feed, and its robots.txt no sitemap, that can be read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a line of a feeds file stands for: the source, and the answer to it (the feed's, or the site's own).
    ``nothing`` says so when a site was looked into in vain."""

    source: NewSource
    response: Response
    nothing: str = ""


class SiteLooker:
    """``download`` fetches under the same guard, robots.txt and delays as everything else."""

    def __init__(self, download: Callable[[Request], Awaitable[Response]]) -> None:
        self._download = download

    async def look(self, row: NewSource, response: Response) -> Found:
        """``response`` is the answer to ``row.url``. A site gives its best feed that works, or failing that a sitemap;
        where nothing works the row stays as it is, and reading its answer says why."""
        kind = self._kind(response)
        if kind == "sitemap":
            return Found(source=replace(row, kind="sitemap"), response=response)
        if kind != "html" or not 200 <= response.status < 300:
            return Found(source=row, response=response)
        tries = 0
        async for candidate in self.candidates(response):
            tries += 1
            answer = await self.fetch(candidate.url, kind="feed")
            wanted = "sitemap" if candidate.format == "sitemap" else "feed"
            if answer is not None and answer.status == 200 and self._kind(answer) == wanted:
                found = replace(row, url=candidate.url, site=row.url, kind="sitemap" if wanted == "sitemap" else "feed")
                return Found(source=found, response=answer)
            if tries >= MAX_TRIES:
                break
        return Found(source=row, response=response, nothing=NOTHING_FOUND)

    async def candidates(self, response: Response) -> AsyncIterator[Candidate]:
        """What the page names, best first, then what the site's robots.txt names."""
        for candidate in discovery.feed_links(response.body, url=response.url):
            yield candidate
        robots = await self.fetch(urljoin(response.url, "/robots.txt"), kind="robots")
        if robots is not None and robots.status == 200:
            text = robots.body.decode("utf-8", "replace")
            for candidate in discovery.sitemaps_of(text, url=robots.url):
                yield candidate

    async def fetch(self, url: str, *, kind: str) -> Response | None:
        meta: dict[str, object] = {"kind": kind}
        if kind == "robots":
            meta["dont_obey_robotstxt"] = True
        try:
            return await self._download(Request(url, dont_filter=True, meta=meta))
        except Exception:  # noqa: BLE001  a candidate that cannot be had is none; the site's own answer tells the rest
            return None

    @staticmethod
    def _kind(response: Response) -> str:
        return discovery.kind_of(response.body, url=response.url)
