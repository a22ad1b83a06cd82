"""The rows that queries give: frozen, with the columns of the public views (docs/database.md) as their fields.

Times are aware and in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from storewatch.search.language import EVERYTHING, Node

if TYPE_CHECKING:
    from storewatch.types import ClaimTurn, ClaimValue, Moment, Position


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow:
    """A row of ``v_articles`` or ``v_uncertain``."""

    article_id: int
    url: str
    title: str
    text: str
    lang: str | None
    outlet: str
    source: str | None
    published_at: datetime | None
    published_offset_min: int | None
    published_precision: str | None
    first_seen_at: datetime
    score: float | None
    story_id: int | None
    copies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """A row of ``v_events``."""

    event_id: int
    article_id: int
    revision_id: int
    url: str
    outlet: str
    published_at: datetime | None
    vendor: str
    action: str
    store_count: int | None
    count_is: str | None
    store_type: str
    city: str | None
    country: str | None
    region: str | None
    share: float | None
    horizon: str | None
    horizon_text: str | None
    partner: str | None
    certainty: str
    speaker: str | None
    source_outlet: str | None
    evidence: str
    evidence_in: str
    evidence_start: int
    evidence_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyRow:
    """A row of ``v_copies``."""

    article_id: int
    url: str
    outlet: str
    kind: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionRow:
    """One text that an article has had; ``number`` counts from 1. ``edit`` is what made it of the one before (its kind;
    None for the first one, and where nobody looked), ``edit_changes`` the facts it changed."""

    revision_id: int
    number: int
    seen_at: datetime
    title: str
    text: str
    verdict: str
    score: float | None
    reason: str
    topic_version: str
    extractor_version: str
    events: int
    edit: str | None = None
    edit_detail: str | None = None
    edit_changes: list[dict[str, Any]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleDetail:
    """One article with all that is known of it, whatever its verdict.

    ``label`` is a person's decision (None: nobody decided). ``removed``, ``evidence`` and each event's
    ``more_evidence`` and ``spans`` have the JSON forms of docs/database.md. ``events`` are those of the present text.
    ``gone_at``: since when its page is known to be gone; ``checked_at``: when it was last looked at for edits.
    """

    article: ArticleRow
    verdict: str
    reason: str
    label: bool | None
    authors: tuple[str, ...]
    modified: Moment | None
    site_name: str | None
    section: str | None
    tags: tuple[str, ...]
    image: str | None
    paywalled: bool | None
    access: str
    access_evidence: tuple[str, ...]
    flags: tuple[str, ...]
    vendors: tuple[str, ...]
    signals: tuple[str, ...]
    evidence: tuple[dict[str, Any], ...]
    removed: tuple[dict[str, Any], ...]
    events: tuple[EventRow, ...]
    more_evidence: dict[int, tuple[dict[str, Any], ...]]
    spans: dict[int, dict[str, Any]]
    copies: tuple[CopyRow, ...]
    revisions: tuple[RevisionRow, ...]
    gone_at: datetime | None = None
    checked_at: datetime | None = None
    trivial_edits: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """A page that became no article. ``state`` is ``rejected`` or ``failed``; ``title`` the page's, else its feed's."""

    page_id: int
    url: str
    title: str
    source: str | None
    state: str
    reason: str
    detail: str | None
    score: float | None
    last_status: int | None
    fetched_at: datetime | None
    first_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonCount:
    """How many pages ended with one reason."""

    state: str
    reason: str
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What is asked for; None and 0 ask for everything, and all that is given must hold.

    ``query`` is a parsed query (:mod:`storewatch.search.language`). ``sort`` is one of ``queries.ARTICLE_SORTS`` or
    ``queries.EVENT_SORTS``.

    ``vendor``, ``lang``, ``source``, ``outlet`` and ``action`` match whole names whatever their case, ``country`` an
    ISO 3166-1 code. ``since`` (included) and ``until`` (excluded) compare with the publication, or the first sight of
    what has no date; of the ledger, with the moment at which a claim was first said. ``uncertain`` asks for
    ``v_uncertain`` instead of ``v_articles``. ``as_of`` asks events and ledger for what was known before that instant
    (docs/ledger.md); ``status`` is one of the ledger's. ``after`` asks for what stands behind that place in the list.
    """

    vendor: str | None = None
    country: str | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    lang: str | None = None
    source: str | None = None
    outlet: str | None = None
    query: Node = EVERYTHING
    uncertain: bool = False
    as_of: datetime | None = None
    status: str | None = None
    sort: str = "newest"
    limit: int | None = None
    offset: int = 0
    after: Position | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRow:
    """An article that a search found. ``relevance`` is comparable within one search only; ``marks`` are the places of
    what was searched for in ``snippet`` (offsets in code points, half-open)."""

    article: ArticleRow
    relevance: float
    snippet: str
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingRow:
    """One article of a story. ``told_at`` is its publication, or when it was first seen; ``source_outlets`` are those
    that it names as its own sources."""

    article_id: int
    story_id: int
    told_at: datetime
    title: str
    url: str
    outlet: str
    lang: str | None
    copies: int
    vendors: tuple[str, ...]
    countries: tuple[str, ...]
    source_outlets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryRow:
    """The articles that tell one event. ``title``, ``first_outlet`` and ``first_url`` are the earliest one's;
    ``attributed_to`` are the outlets that they name as their sources (CNBC), whether collected or not."""

    story_id: int
    title: str
    first_at: datetime
    last_at: datetime
    first_outlet: str
    first_url: str
    attributed_to: tuple[str, ...]
    articles: int
    outlets: int
    langs: tuple[str, ...]
    vendors: tuple[str, ...]
    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatRow:
    """How many articles and events have one value of what was counted by."""

    value: str
    articles: int
    events: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """A claim: the columns of ``v_ledger``, then what that view leaves out. Field meanings: docs/ledger.md.

    ``ledger_id`` is None for a claim of the past (``as_of``) whose sentences have all been edited away since.
    """

    ledger_id: int | None
    vendor: str
    action: str
    store_count: int | None
    store_type: str
    city: str | None
    country: str | None
    region: str | None
    horizon: str | None
    certainty: str
    first_said_at: datetime
    first_url: str
    outlets: int
    articles: int
    progress_count: int | None
    progress_at: datetime | None
    status: str
    partner: str | None
    first_outlet: str
    speaker: str | None
    source_outlet: str | None
    last_said_at: datetime
    langs: tuple[str, ...]
    counts: tuple[ClaimValue, ...]
    horizons: tuple[ClaimValue, ...]
    timeline: tuple[ClaimTurn, ...]
    progress_basis: str | None
    baseline_count: int | None
    baseline_at: datetime | None
