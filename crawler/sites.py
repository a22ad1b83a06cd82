"""A look at an address that may be a feed or a site: fetches what discovery proposes, within bounds, and compares.

The order spares the site: what its page names comes first, then where sites of its software have their feeds, then its
sitemaps; the search ends with the first feed that is good enough. The page itself, as a list of articles, costs no
request and is the last resort.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit, urlunsplit

from scrapy import Request
from scrapy.http import Response

from crawler import discovery, policy
from crawler.answers import header, make_request
from crawler.discovery import Candidate, Facts, Finding, PageLook
from crawler.failures import failure_of
from crawler.robots import site_of
from crawler.robots_book import RobotsBook
from crawler.suspicion import Suspicion
from storewatch.errors import FeedError, WorkerError
from storewatch.types import FetchFailure, NewSource, SourceKind
from storewatch.urls import url_key

# How many of each are asked for, and in all. A site that names more without one of them working is not worth more.
MAX_ASKED = 20
MAX_NAMED = 4
MAX_NAMED_THERE = 2
MAX_LINKED = 3
MAX_LISTED = 3
MAX_TRIED = 6
MAX_TRIED_UNSEEN = 3
MAX_SITEMAPS = 3
# A site that has not answered so often is let be: each silence may last as long as fetch.timeout_s.
MAX_SILENCES = 2

NOTHING_FOUND = (
    "is an HTML page; it names no feed, none lies where feeds usually lie, there is no sitemap, and no links on it "
    "that could be told to be articles"
)


class Looks(Protocol):
    """What of a crawl's runtime is used here."""

    robots: RobotsBook

    async def work(self, function: Callable[..., Any], *args: object, subject: str, **kwargs: object) -> Any: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a line of a feeds file stands for: the source, and the answer to it (the feed's, or the site's own).
    ``nothing`` says so when a site was looked into in vain."""

    source: NewSource
    response: Response
    nothing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """An address that was not taken into the choice, and why."""

    url: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What was found at an address: ``findings`` the best first, ``tried`` in vain, the ``systems`` that the page
    shows; ``itself``: the address is a feed or sitemap; ``problem`` says why there is nothing."""

    asked: str
    findings: tuple[Finding, ...] = ()
    tried: tuple[Tried, ...] = ()
    systems: tuple[str, ...] = ()
    suspicion: Suspicion | None = None
    itself: bool = False
    problem: str = ""


class SiteLooker:
    """``download`` fetches under the same guard, robots.txt and delays as everything else; reading happens in the
    workers of ``runtime``."""

    def __init__(self, runtime: Looks, download: Callable[[Request], Awaitable[Response]]) -> None:
        self._runtime = runtime
        self._download = download

    async def look(self, row: NewSource, response: Response) -> Found:
        """``response`` is the answer to ``row.url``. A site gives its best source; where there is none the row stays as
        it is, and reading its answer says why."""
        if row.kind != "feed" or not 200 <= response.status < 300:
            return Found(source=row, response=response)
        search = _Search(self, given=row.url, response=response)
        survey = await search.run()
        if not survey.findings:
            return Found(source=row, response=response, nothing=survey.problem)
        best = survey.findings[0]
        kind = best.facts.kind
        if survey.itself:
            return Found(source=replace(row, kind=kind), response=response)
        source = replace(row, url=best.url, site=row.site or row.url, kind=kind)
        return Found(source=source, response=search.answers[url_key(best.url)])

    async def survey(self, asked: str, response: Response) -> Survey:
        """``response`` is the answer to ``asked``. Where that is none, the site's front page is looked at instead."""
        front = urljoin(response.url, "/")
        if not 200 <= response.status < 300 and url_key(front) != url_key(response.url):
            answer = await self.ask(front, kind="feed")
            if isinstance(answer, Response) and 200 <= answer.status < 300:
                gone = Tried(url=asked, problem=policy.failure_of_status(response.status).detail)
                survey = await _Search(self, given=front, response=answer).run()
                return replace(survey, asked=asked, itself=False, tried=(gone, *survey.tried))
        return await _Search(self, given=asked, response=response).run()

    async def fetch(self, url: str, *, kind: str) -> Response | None:
        """The answer, None where there is none."""
        answer = await self.ask(url, kind=kind)
        return None if isinstance(answer, FetchFailure) else answer

    async def ask(self, url: str, *, kind: str) -> Response | FetchFailure:
        meta: dict[str, object] = {"kind": kind}
        if kind == "robots":
            meta["dont_obey_robotstxt"] = True
        if (request := make_request(url, meta=meta)) is None:
            return policy.failure("bad_url")
        try:
            return await self._download(request)
        except Exception as error:  # noqa: BLE001  a candidate that cannot be had is none, for whatever reason
            return failure_of(error)

    async def sitemaps(self, url: str) -> tuple[Candidate, ...]:
        """The sitemaps that the site's robots.txt names; it has been read before anything else of the site."""
        site = site_of(url)
        copy = await self._runtime.robots.recall(site)
        return discovery.sitemaps_of(copy.rules, url=f"{site}/robots.txt") if copy and copy.rules else ()

    async def look_at(self, response: Response, *, asked: str) -> PageLook:
        """What an answer is."""
        headers = {
            name.decode("latin-1"): b", ".join(values).decode("latin-1") for name, values in response.headers.items()
        }
        try:
            look: PageLook = await self._runtime.work(
                discovery.look_at,
                response.body,
                url=response.url,
                asked=asked,
                status=response.status,
                headers=headers,
                now=datetime.now(UTC),
                subject=response.url,
            )
        except WorkerError as error:
            return PageLook(kind="other", problem=error.problem)
        return look

    async def read(self, response: Response, *, asked: str, kind: SourceKind | None = None) -> Facts:
        """The facts of a feed or sitemap; those of an index are those of its best sitemap.

        :raises FeedError: where it is none; WorkerError where reading it fails.
        """
        facts = await self._read_one(response, asked=asked, kind=kind)
        for child in facts.children[:1]:
            answer = await self.fetch(child, kind="feed")
            if answer is not None and answer.status == 200:
                inner = await self._read_one(answer, asked=asked, kind=None)
                return replace(inner, url=facts.url, format=facts.format, children=facts.children)
        return facts

    async def _read_one(self, response: Response, *, asked: str, kind: SourceKind | None) -> Facts:
        facts: Facts = await self._runtime.work(
            discovery.read_facts,
            response.body,
            url=response.url,
            asked=asked,
            now=datetime.now(UTC),
            content_type=header(response, b"Content-Type"),
            kind=kind,
            subject=response.url,
        )
        return facts


@dataclass(slots=True)
class _Search:
    """One search: what was asked for already, what came of it."""

    looker: SiteLooker
    given: str
    response: Response
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    found: list[tuple[Candidate, Facts]] = field(default_factory=list)
    tried: list[Tried] = field(default_factory=list)
    answers: dict[str, Response] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    requests: int = 0
    silences: int = 0
    listed: bool = False

    @property
    def asked(self) -> str:
        """What is really asked about where the given address leads elsewhere: the host that it has moved to, the part
        of the site that was named."""
        final, wanted = urlsplit(self.response.url), urlsplit(self.given)
        return urlunsplit((final.scheme, final.netloc, wanted.path, wanted.query, ""))

    async def run(self) -> Survey:
        look = await self.looker.look_at(self.response, asked=self.asked)
        if look.kind in ("feed", "sitemap"):
            return await self._itself(look)
        # A page for scripts or consent names its feeds in its head all the same; a wall is no page of the site.
        is_wall = look.suspicion is not None and look.suspicion.kind in ("bot_wall", "parking")
        usable = 200 <= self.response.status < 300 and not is_wall
        await self._named([link for link in look.links if usable])
        # Who does not even let us see the front page is not asked for much.
        await self._hidden(look.systems, limit=MAX_TRIED if usable else MAX_TRIED_UNSEEN)
        if not self._has_living_feed():
            await self._mapped(look.systems)
        if usable and not self._has_living_feed() and not discovery.section_of(self.asked):
            await self._newsrooms(look.news_pages)
        if usable and look.facts is not None:
            page = Candidate(url=self.response.url, format="listing", rank=300, why="the articles that the page links")
            self._keep(page, look.facts, self.response)
        findings = self._ranked()
        return Survey(
            asked=self.given,
            findings=findings,
            tried=tuple(self.tried),
            systems=look.systems,
            suspicion=look.suspicion,
            problem="" if findings else self._problem(look),
        )

    async def _itself(self, look: PageLook) -> Survey:
        """A feed stays what was asked for, however little there is in it."""
        try:
            facts = await self.looker.read(self.response, asked=self.asked)
        except (FeedError, WorkerError) as error:
            return Survey(asked=self.given, itself=True, problem=look.problem or error.problem)
        self._keep(Candidate(url=self.given, format=facts.format, why="is one itself"), facts, self.response)
        return Survey(asked=self.given, findings=self._ranked(), itself=True)

    async def _named(self, links: Sequence[Candidate]) -> None:
        """What the page declares, then what it links; comments are never asked for."""
        for candidate in links:
            if candidate.comments:
                self.tried.append(Tried(url=candidate.url, problem="not asked for: comments only"))
        wanted = [link for link in links if not link.comments]
        declared = [link for link in wanted if link.named_by == "link"]
        await self._try(declared[:MAX_NAMED])
        left = len(declared) - MAX_NAMED
        if left > 0:
            self.tried.append(
                Tried(url=self.response.url, problem=f"names {left} more feeds, which were not asked for")
            )
        if not self._is_enough():
            await self._try([link for link in wanted if link.named_by == "anchor"][:MAX_LINKED])

    async def _hidden(self, systems: Sequence[str], *, limit: int) -> None:
        """Where feeds usually lie; with a feed of the whole site in hand, only that of the part asked for."""
        candidates: Iterable[Candidate] = discovery.feeds_to_try(self.response.url, systems)
        if self._has_living_feed():
            candidates = [one for one in candidates if "asked for" in one.why][:2]
        for candidate in list(candidates)[:limit]:
            if self._is_enough():
                return
            await self._try([candidate])

    async def _mapped(self, systems: Sequence[str]) -> None:
        named = await self.looker.sitemaps(self.response.url)
        await self._try(named[:MAX_SITEMAPS])
        if not any(facts.kind == "sitemap" and facts.items for _, facts in self.found):
            await self._try(discovery.sitemaps_to_try(self.response.url, systems)[:MAX_SITEMAPS])

    async def _newsrooms(self, pages: Sequence[Candidate]) -> None:
        """The pages that the site calls its news: the feeds that they name, and the articles that they link."""
        for page in pages:
            if (answer := await self._ask(page)) is None:
                continue
            look = await self.looker.look_at(answer, asked=self.asked)
            if look.facts is not None:
                self._keep(page, look.facts, answer)
            await self._try([link for link in look.links if link.named_by == "link" and link.whole][:MAX_NAMED_THERE])
            if self._has_living_feed():
                return

    async def _try(self, candidates: Iterable[Candidate]) -> None:
        for candidate in candidates:
            if (answer := await self._ask(candidate)) is not None:
                await self._read(candidate, answer)

    async def _ask(self, candidate: Candidate) -> Response | None:
        """The answer of an address that has not been asked for yet, as long as there is a request left."""
        key = url_key(candidate.url)
        if key in self.seen or self.requests >= MAX_ASKED or self.silences >= MAX_SILENCES:
            return None
        self.seen.add(key)
        self.requests += 1
        answer = await self.looker.ask(candidate.url, kind="feed")
        if isinstance(answer, Response) and answer.status == 200:
            return answer
        failure = answer if isinstance(answer, FetchFailure) else policy.failure_of_status(answer.status)
        self.silences += failure.reason in policy.NETWORK_REASONS
        self.tried.append(Tried(url=candidate.url, problem=failure.detail))
        return None

    async def _read(self, candidate: Candidate, answer: Response) -> None:
        try:
            facts = await self.looker.read(answer, asked=self.asked)
        except (FeedError, WorkerError) as error:
            self.tried.append(Tried(url=candidate.url, problem=error.problem))
            if candidate.named_by == "anchor" and not self.listed:
                await self._listed(answer)
        else:
            self._keep(candidate, facts, answer)

    async def _listed(self, answer: Response) -> None:
        """The page behind a site's "RSS" is often a list of its feeds."""
        self.listed = True
        look = await self.looker.look_at(answer, asked=self.asked)
        links = [link for link in look.links if not link.comments]
        await self._try(links[:MAX_LISTED])
        left = len(links) - MAX_LISTED
        if left > 0:
            self.tried.append(Tried(url=answer.url, problem=f"lists {left} more feeds, which were not asked for"))

    def _keep(self, candidate: Candidate, facts: Facts, answer: Response) -> None:
        self.found.append((candidate, facts))
        self.answers[url_key(candidate.url)] = answer

    def _ranked(self) -> tuple[Finding, ...]:
        return discovery.ranked(self.found, asked=self.asked, now=self.now)

    def _is_enough(self) -> bool:
        return discovery.is_enough(self._ranked(), asked=self.asked)

    def _has_living_feed(self) -> bool:
        return any(one.facts.kind == "feed" and one.state == "living" for one in self._ranked())

    def _problem(self, look: PageLook) -> str:
        """Why there is nothing to follow."""
        problem = NOTHING_FOUND
        if not 200 <= self.response.status < 300:
            problem = policy.failure_of_status(self.response.status).detail
        elif look.kind != "html":
            problem = look.problem or "is neither a feed nor a page"
        if look.suspicion is not None:
            kind = look.suspicion.kind.replace("_", " ")
            problem = f"{problem}; it looks like a {kind}: {look.suspicion.evidence}"
        return problem
