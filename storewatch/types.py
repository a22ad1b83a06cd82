"""The values that cross every border: frozen, slotted, keyword-only.

Times are aware datetimes in UTC unless a field says otherwise; offsets into texts are 0-based, half-open and count
Unicode code points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Precision = Literal["year", "month", "day", "instant"]
VerdictName = Literal["relevant", "uncertain", "rejected"]
Action = Literal["open", "plan", "stock", "close", "relocate", "partner", "market_entry", "online_store"]
StoreType = Literal[
    "own_store",
    "flagship",
    "experience",
    "partner_store",
    "shop_in_shop",
    "popup",
    "kiosk",
    "online",
    "market",
    "service_centre",
]
CountIs = Literal["exact", "at_least", "about", "at_most"]
Certainty = Literal["confirmed", "announced", "rumoured", "cancelled", "denied"]
Where = Literal["text", "title"]
SourceKind = Literal["feed", "sitemap", "listing"]
Access = Literal["full", "teaser", "paywalled", "consent_wall", "bot_wall", "error_page", "listing", "empty"]
DecisionKind = Literal["new", "same", "revision", "duplicate", "syndicated", "partial", "update", "quotes", "distinct"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When something was published, as well as the page said it.

    ``at`` is the first instant (UTC) that fits what was said; ``offset_min`` the page's own zone in minutes east of
    UTC, None where it named none; ``precision`` how much was said.
    """

    at: datetime
    offset_min: int | None = None
    precision: Precision = "instant"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One item of a feed. ``url`` is absolute http(s); ``summary`` is text without tags; ``content_html`` the full
    content where the feed carries it."""

    url: str
    title: str = ""
    summary: str = ""
    guid: str | None = None
    published: Moment | None = None
    updated: Moment | None = None
    authors: tuple[str, ...] = ()
    content_html: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A parsed feed. ``format`` is ``rss``, ``rdf``, ``atom``, ``json``, ``sitemap``, ``sitemap_index`` or
    ``listing``; ``skipped`` counts unusable items by reason code; ``ttl_s`` is how often the feed says it changes
    (``ttl``, ``sy:updatePeriod``); ``generator`` the software it names; ``links`` the feed's own links by relation
    (``self``, ``next``, ``prev-archive``, ``alternate``), absolute."""

    url: str
    format: str
    title: str = ""
    entries: tuple[FeedEntry, ...] = ()
    ttl_s: int | None = None
    generator: str = ""
    links: Mapping[str, str] = field(default_factory=dict, hash=False)
    skipped: Mapping[str, int] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A fetched page as it came. ``url`` is what was asked for, ``final_url`` where redirects led; ``charset`` is the
    one the HTTP header names; the ``entry_*`` fields are what the feed said of it. ``unreachable`` is set where the
    page itself could not be had: the reason code, and ``body`` then is the feed's own full text, made into a page."""

    url: str
    final_url: str
    body: bytes
    charset: str | None = None
    status: int = 200
    fetched_at: datetime | None = None
    entry_title: str = ""
    entry_summary: str = ""
    entry_published: Moment | None = None
    entry_content_html: str | None = None
    unreachable: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """Something taken out of a text: by which rule, what, and where (offset in the text as it is afterwards)."""

    rule: str
    text: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A page's article. ``text`` has one paragraph a line; ``lang`` is an ISO 639-1 code or None.

    ``access`` says how much of the article this is, ``access_evidence`` why, in sentences; ``flags`` what is wrong with
    the text all the same (``mojibake``).
    """

    url: str
    canonical_url: str
    title: str
    text: str
    lang: str | None = None
    authors: tuple[str, ...] = ()
    published: Moment | None = None
    modified: Moment | None = None
    site_name: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    paywalled: bool | None = None
    removed: tuple[Removal, ...] = ()
    access: Access = "full"
    access_evidence: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What the judge reads: offsets in its answer refer to exactly these strings."""

    title: str
    text: str
    lang: str | None = None
    published: Moment | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where a value was read."""

    where: Where
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A verbatim sentence: ``text`` equals the document's text (or title) between ``start`` and ``end``."""

    where: Where
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Is it about the topic? ``score`` is 0..1; ``reason`` a stable code (``retail_event`` or why not); ``signals``
    says in words what spoke for and against it."""

    verdict: VerdictName
    score: float
    reason: str
    lang: str | None = None
    vendors: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    signals: tuple[str, ...] = ()

    @property
    def relevant(self) -> bool:
        return self.verdict == "relevant"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetailEvent:
    """One thing said about a vendor's retail. Field meanings: docs/topic.md.

    ``spans`` maps a field's name to where its value was read; a field without a span was inferred (a country from its
    city) or is a default.
    """

    vendor: str
    action: Action
    evidence: Evidence
    store_count: int | None = None
    count_is: CountIs | None = None
    store_type: StoreType = "own_store"
    city: str | None = None
    country: str | None = None
    region: str | None = None
    share: float | None = None
    horizon: str | None = None
    horizon_text: str | None = None
    partner: str | None = None
    certainty: Certainty = "confirmed"
    speaker: str | None = None
    source_outlet: str | None = None
    more_evidence: tuple[Evidence, ...] = ()
    spans: Mapping[str, Span] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict with the events it rests on; events are only given for relevant and uncertain documents."""

    verdict: Verdict
    events: tuple[RetailEvent, ...] = ()


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
class Cleaning:
    """What the cleaning of texts is told: the user's switches and names, and what is known of the page's host.

    ``other_shortcodes``: take out the second list of shortcodes too (forms, sharing, reading time); ``ad_names`` are
    further names of ad tokens, ``ad_labels`` further labels of ad slots, as the user writes them; ``repeated`` the keys
    (:func:`pipelines.repeated.key_of`) of lines that the host repeats on many of its pages.
    """

    other_shortcodes: bool = True
    ad_names: tuple[str, ...] = ()
    ad_labels: tuple[str, ...] = ()
    repeated: frozenset[int] = frozenset()


AS_SHIPPED = Cleaning()


@dataclass(frozen=True, slots=True, kw_only=True)
class HostLines:
    """What the text of a page teaches about the lines its host repeats: keys of its lines, and the text's own mark."""

    mark: int
    keys: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedPage:
    """The item of a crawl: a page on its way from the spider through the stages. ``page_id`` is None where nothing is
    stored; ``result`` is None until the page has been read, and a failure where reading it failed through no fault of
    the page's that is known (a crash, a time limit, a bug)."""

    page: Page
    page_id: int | None = None
    result: Processed | Rejected | FetchFailure | None = None

    def __repr__(self) -> str:
        # Scrapy writes items into its log, and nobody wants ten megabytes of HTML there.
        return f"<{self.page.url}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A stored article that a new one may relate to. ``text_sha`` is ``pipelines.dedup.text_key`` of its text,
    ``group_id`` the text group it belongs to: one comparison that joins them is enough for all of a group."""

    article_id: int
    url: str
    url_key: str
    title: str
    text: str
    text_sha: str
    outlet: str
    published: Moment | None = None
    first_seen_at: datetime | None = None
    group_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A new text and a stored one that were compared: ``kind`` is what the new one is to it. ``jaccard``: likeness of
    both; ``share_new`` and ``share_old``: the part of each that the other has, 0..1. ``detail`` says what differs."""

    article_id: int
    kind: DecisionKind
    jaccard: float = 1.0
    share_new: float = 1.0
    share_old: float = 1.0
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a new text is to what is stored; ``of`` is the related article, None for ``new``.

    ``takes_over``: the new text is a copy, but the earlier one, so it becomes the canonical text of the group and the
    stored one its copy. That makes the outcome independent of the order of arrival. ``links``: every stored text that
    it was found akin to.
    """

    kind: DecisionKind
    of: int | None = None
    takes_over: bool = False
    detail: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinsman:
    """A stored text of a text group. ``rank`` sorts: the smallest is the original."""

    article_id: int
    words: int
    rank: tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSource:
    """A source to be put into the catalogue. ``name`` is the unique slug ``[a-z0-9-]+``; ``kind`` how it is read."""

    name: str
    url: str
    title: str = ""
    site: str | None = None
    kind: SourceKind = "feed"
    lang: str | None = None
    country: str | None = None
    category: str | None = None
    enabled: bool = True
    added_by: Literal["catalogue", "user", "file", "demo"] = "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source of the catalogue with the state of its polling.

    ``failures`` counts polls failed in a row, ``failure_weight`` is their weight together and ``failing_since`` the
    first of them. ``moved_to`` is where a permanent redirect of ``url`` led in ``moved_polls`` polls in a row, since
    ``moved_since`` (:mod:`crawler.moves`). ``trusts_validators``: its 304s and ETags have never been caught lying;
    ``verified_at``: when its body was last read whole. ``history`` is what :mod:`crawler.rhythm` remembers of it, and
    ``seen_items`` the keys of the items of its last good poll.
    """

    source_id: int
    name: str
    url: str
    title: str = ""
    site: str | None = None
    kind: SourceKind = "feed"
    lang: str | None = None
    country: str | None = None
    category: str | None = None
    enabled: bool = True
    added_by: Literal["catalogue", "user", "file", "demo"] = "user"
    etag: str | None = None
    last_modified: str | None = None
    body_sha: str | None = None
    failures: int = 0
    failure_weight: float = 0.0
    failing_since: datetime | None = None
    last_polled_at: datetime | None = None
    last_ok_at: datetime | None = None
    next_poll_at: datetime | None = None
    last_reason: str | None = None
    newest_at: datetime | None = None
    moved_to: str | None = None
    moved_polls: int = 0
    moved_since: datetime | None = None
    trusts_validators: bool = True
    verified_at: datetime | None = None
    history: Mapping[str, Any] | None = field(default=None, hash=False)
    seen_items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Where a source's permanent redirect leads: ``polls`` in a row have seen that, the first one at ``since``."""

    to: str | None = None
    polls: int = 0
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """What one poll of one source brought. ``reason`` is a stable code and ``error`` a sentence for people, both only
    for ``failed``; ``url`` the address after redirects; ``newest_at`` the newest item's publication; ``skipped_by``
    counts the items left out by reason code; ``seen_items`` are the keys of the items (:mod:`crawler.gaps`), None to
    leave those of the source as they are; ``gap_since``: items were lost since then. ``failure_weight`` is that of this
    failure; ``history``, ``trusts_validators`` and ``move`` are what the source is to remember, None to leave it."""

    source_id: int
    run_id: int
    polled_at: datetime
    outcome: Literal["ok", "unchanged", "failed"]
    next_poll_at: datetime
    status: int | None = None
    reason: str | None = None
    error: str | None = None
    url: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_sha: str | None = None
    items: int = 0
    skipped: int = 0
    newest_at: datetime | None = None
    duration_ms: int | None = None
    skipped_by: Mapping[str, int] = field(default_factory=dict, hash=False)
    seen_items: tuple[str, ...] | None = None
    gap_since: datetime | None = None
    failure_weight: float = 0.0
    history: Mapping[str, Any] | None = field(default=None, hash=False)
    trusts_validators: bool | None = None
    move: Move | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Items that a feed dropped between two polls, from ``since_at`` (the last poll that still overlapped) to
    ``found_at``. ``state``: ``open`` until a repair has been tried, then ``closed`` (reached what was known),
    ``partly`` or ``given_up``; ``method`` is what brought items back, ``recovered`` how many, ``tries`` how many
    requests that took."""

    source_id: int
    found_at: datetime
    since_at: datetime | None = None
    state: Literal["open", "closed", "partly", "given_up"] = "open"
    method: str | None = None
    tries: int = 0
    recovered: int = 0
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingPage:
    """A URL that waits to be fetched, with what its feed said. ``attempts`` counts fetches that failed so far."""

    page_id: int
    url: str
    source_id: int | None = None
    source: str | None = None
    attempts: int = 0
    entry: FeedEntry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchFailure:
    """A page that could not be had. ``permanent``: no further try is made (404, 410, robots)."""

    reason: str
    detail: str = ""
    status: int | None = None
    permanent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsTxt:
    """What is kept of a site's robots.txt until ``expires_at``. ``site`` is scheme and authority
    (``https://www.golem.de``); ``status`` and ``rules`` (without comments) are those of the last answer that counts,
    None where there has been none; ``reason`` says why the newest try brought none (a reason code)."""

    site: str
    fetched_at: datetime
    expires_at: datetime
    status: int | None = None
    reason: str | None = None
    rules: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCounts:
    """What a run did, in numbers; the closing table and ``storewatch runs`` print them.

    ``audited`` counts the pages read although the prefilter did not pass them, ``audit_found`` those of them that were
    relevant after all.
    """

    sources_due: int = 0
    polls_ok: int = 0
    polls_unchanged: int = 0
    polls_failed: int = 0
    polls_failed_known: int = 0
    pages_new: int = 0
    pages_fetched: int = 0
    pages_failed: int = 0
    rejected: Mapping[str, int] = field(default_factory=dict, hash=False)
    relevant: int = 0
    uncertain: int = 0
    copies: int = 0
    revisions: int = 0
    events: int = 0
    storage_errors: int = 0
    audited: int = 0
    audit_found: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run as stored. ``finish_reason`` is Scrapy's (``finished``, ``shutdown``) or ours (``locked``); None while it
    runs or when it was killed."""

    run_id: int
    command: str
    started_at: datetime
    finished_at: datetime | None = None
    finish_reason: str | None = None
    exit_code: int | None = None
    counts: RunCounts = RunCounts()
    problems: tuple[str, ...] = ()


__all__ = [name for name, value in list(globals().items()) if isinstance(value, type) and value.__module__ == __name__]
