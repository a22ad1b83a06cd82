"""Where pages come from: sources, their polls and gaps, pages that wait, failures, and the runs that fetch them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from storewatch.types.pages import FeedEntry

SourceKind = Literal["feed", "sitemap", "listing"]


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
    """A URL that waits to be fetched, with what its feed said. ``attempts`` counts fetches that failed so far.
    ``recheck``: it is stored, and only looked at again; ``etag`` and ``last_modified`` are those of its last answer."""

    page_id: int
    url: str
    source_id: int | None = None
    source: str | None = None
    attempts: int = 0
    entry: FeedEntry | None = None
    recheck: bool = False
    etag: str | None = None
    last_modified: str | None = None


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

    ``extracted`` counts the pages that were read, whatever that gave: those that the prefilter turned away were not.
    ``judged`` counts the judge's verdicts on new pages, copies included and audited ones
    left out; ``errors`` counts what could not be polled, fetched, read (by reason code) or stored (``storage``).
    ``audited`` counts the pages read although the prefilter did not pass them, ``audit_found`` those of them that were
    relevant after all. ``rechecked`` stored articles were looked at again: ``unchanged`` counts those whose page said
    the same, ``revised`` those with another text, ``gone`` those that are no more; ``trivial_edits`` are the edits that
    changed nothing worth a revision.
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
    extracted: int = 0
    judged: Mapping[str, int] = field(default_factory=dict, hash=False)
    relevant: int = 0
    uncertain: int = 0
    copies: int = 0
    revisions: int = 0
    events: int = 0
    storage_errors: int = 0
    errors: Mapping[str, int] = field(default_factory=dict, hash=False)
    audited: int = 0
    audit_found: int = 0
    rechecked: int = 0
    unchanged: int = 0
    revised: int = 0
    gone: int = 0
    trivial_edits: int = 0

    @property
    def polled(self) -> int:
        """Sources that answered."""
        return self.polls_ok + self.polls_unchanged

    @property
    def prefiltered(self) -> int:
        """Pages that the prefilter turned away."""
        return self.rejected.get("prefilter", 0)

    @property
    def stored(self) -> int:
        """Texts that were stored: new articles, copies of known ones, new texts of known ones."""
        return self.relevant + self.uncertain + self.copies + self.revisions


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnd:
    """How a run ended, and what it did; fields as in :class:`Run`."""

    finished_at: datetime
    finish_reason: str
    exit_code: int
    counts: RunCounts
    problems: tuple[str, ...] = ()
    peak_mb: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run as stored. ``finish_reason`` is Scrapy's (``finished``, ``shutdown``) or ours (``locked``, ``killed``);
    None while it runs. ``noted_at`` is when it last said how far it had come: ``counts`` and ``peak_mb`` are of then,
    the latter the most memory that it and its workers held, None where the system does not say."""

    run_id: int
    command: str
    started_at: datetime
    finished_at: datetime | None = None
    finish_reason: str | None = None
    exit_code: int | None = None
    counts: RunCounts = RunCounts()
    problems: tuple[str, ...] = ()
    noted_at: datetime | None = None
    peak_mb: float | None = None

    @property
    def seconds(self) -> float | None:
        """How long it took, as far as is known."""
        last = self.finished_at or self.noted_at
        return None if last is None else (last - self.started_at).total_seconds()
