"""What became of a page: stored, rejected with its reason, or not fetched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storewatch.types.facts import Judgement
from storewatch.types.fetching import FetchFailure
from storewatch.types.pages import Access, Article, HostLines, Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A page that will not become an article: ``reason`` is a stable code, ``detail`` a sentence for people.

    ``access`` is None where the page was not read so far. ``audited``: the prefilter did not pass it, it was read all
    the same to measure what the prefilter loses.
    """

    url: str
    reason: str
    detail: str = ""
    score: float | None = None
    title: str = ""
    text: str | None = None
    access: Access | None = None
    access_evidence: tuple[str, ...] = ()
    audited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Processed:
    """What the pure pipeline made of one page: an article with its judgement. ``audited`` as in :class:`Rejected`."""

    article: Article
    judgement: Judgement
    audited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRead:
    """That a run has read a page: the run ``run_id`` the page ``page_id``, at ``now``, with these versions of the topic
    and of the extractor. ``lines`` is what the page teaches about the lines that its host repeats, if anything.
    """

    page_id: int
    run_id: int
    now: datetime
    topic_version: str
    extractor_version: str
    lines: HostLines | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedPage:
    """The item of a crawl: a page on its way from the spider through the stages. ``page_id`` is None where nothing is
    stored; ``result`` is None until the page has been read, and a failure where reading it failed through no fault of
    the page's that is known (a crash, a time limit, a bug). ``recheck``: the page is stored and was looked at again.
    ``source`` is the name of the source that brought it, where one did.
    """

    page: Page
    page_id: int | None = None
    result: Processed | Rejected | FetchFailure | None = None
    recheck: bool = False
    source: str | None = None

    def __repr__(self) -> str:
        # Scrapy writes items into its log, and nobody wants ten megabytes of HTML there.
        return f"<{self.page.url}>"
