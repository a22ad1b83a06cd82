"""What health is judged by: values read from the database, for one source each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from storewatch.types.fetching import Gap, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class PollFact:
    """One poll that brought a feed (``ok``) or nothing (``failed``)."""

    polled_at: datetime
    outcome: str
    status: int | None = None
    reason: str | None = None
    error: str | None = None
    url: str | None = None
    items: int = 0
    new_pages: int = 0
    newest_at: datetime | None = None
    skipped_by: Mapping[str, int] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFact:
    """One page of a source that was read, or that could not be had so far. ``access`` is what it gave access to, None
    where it was not read; ``length`` that of its text in characters, None where none is kept."""

    first_seen_at: datetime
    state: str
    reason: str | None = None
    access: str | None = None
    last_status: int | None = None
    length: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """What is known of one source.

    ``ok`` and ``failed`` are its last such polls, ``pages`` its last pages of each state, all newest first; ``days``
    counts its new pages by day (UTC). Of the pages read in the last months, ``hits`` were accepted, the last of them
    first seen at ``last_hit_at``; ``judged`` is how many were read until then, ``missed`` how many after it.
    """

    source: Source
    added_at: datetime
    ok: tuple[PollFact, ...] = ()
    failed: tuple[PollFact, ...] = ()
    pages: tuple[PageFact, ...] = ()
    days: Mapping[date, int] = field(default_factory=dict, hash=False)
    hits: int = 0
    judged: int = 0
    missed: int = 0
    last_hit_at: datetime | None = None
    gaps: tuple[Gap, ...] = ()
