"""The spider ``discover``: what of a site can be followed, as lines of JSON on stdout, best first.

``-a url=URL`` (several: separated by blanks), or ``-a list=FILE`` with one address a line. Each line has ``asked``,
``url``, ``kind`` (``feed``, ``sitemap``, ``listing``), ``format``, ``title``, ``items``, ``newest_at``, ``full`` (share
of the items with their whole text), ``on_site`` (share at the site), ``state`` (``living``, ``quiet``, ``dead``,
``empty``, ``undated``), ``score``, ``why``, ``site`` (the page that it was found at; null for the address itself),
``copy_of`` and ``systems``. Lines without ``url`` say what was looked at in vain (``tried`` and ``problem``), the last
of an address where nothing was found has ``error``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from scrapy import Request
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import policy
from crawler.answers import make_request, request_failure
from crawler.discovery import Finding
from crawler.sites import SiteLooker, Survey
from crawler.spiders.base import BaseSpider
from crawler.spiders.page import print_line
from storewatch.errors import InputError


class DiscoverSpider(BaseSpider):
    """See the module."""

    name = "discover"
    stores = False

    def __init__(self, url: str = "", list: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.urls = tuple(Path(list).read_text("utf-8").split()) if list else tuple(url.split())

    async def start(self) -> AsyncIterator[Request]:
        self._looker = SiteLooker(self.runtime, self.crawler.engine.download_async)
        if not self.urls:
            self.runtime.refuse(InputError("scrapy crawl discover", "wants an address", hint="-a url=https://..."))
            raise CloseSpider("usage")
        for asked in self.urls:
            request = self._request(asked, asked if "://" in asked else f"https://{asked}")
            if request is None:
                self._nothing(asked, policy.failure("bad_url").detail)
            else:
                yield request

    def _request(self, asked: str, url: str) -> Request | None:
        arguments = {"asked": asked, "url": url}
        return make_request(
            url, callback=self.on_site, errback=self.on_failed, meta={"kind": "feed"}, cb_kwargs=arguments
        )

    async def on_site(self, response: Response, asked: str, url: str) -> None:
        survey = await self._looker.survey(url, response)
        for finding in survey.findings:
            print_line({"asked": asked, **finding_line(finding, survey)})
        for tried in survey.tried:
            print_line({"asked": asked, "url": None, "tried": tried.url, "problem": tried.problem})
        if not survey.findings:
            self._nothing(asked, survey.problem)

    async def on_failed(self, failure: Failure) -> list[Request]:
        """A site that was named without a scheme may have no HTTPS."""
        arguments = failure.request.cb_kwargs  # type: ignore[attr-defined]  # Scrapy puts it there
        asked, why = arguments["asked"], request_failure(failure)
        plain = self._request(asked, f"http://{asked}") if "://" not in asked else None
        if plain is not None and arguments["url"].startswith("https:") and why.reason in _NO_HTTPS:
            return [plain]
        self._nothing(asked, why.detail)
        return []

    def _nothing(self, asked: str, why: str) -> None:
        self.runtime.fail_with(1)
        print_line({"asked": asked, "url": None, "error": why})


# How it shows that a host does not speak HTTPS.
_NO_HTTPS = frozenset({"tls", "connect", "timeout", "broken"})


def finding_line(finding: Finding, survey: Survey) -> dict[str, Any]:
    """A finding as it is printed; see the module."""
    facts = finding.facts
    return {
        "url": finding.url,
        "kind": facts.kind,
        "format": facts.format,
        "title": facts.title or finding.candidate.title,
        "items": facts.items,
        "newest_at": facts.newest_at.isoformat() if facts.newest_at else None,
        "full": round(facts.full, 2),
        "on_site": round(facts.on_site, 2),
        "state": finding.state,
        "score": finding.score,
        "why": finding.why,
        "site": None if survey.itself else survey.asked,
        "copy_of": finding.copy_of,
        "systems": list(survey.systems),
    }
