"""The ledger: what each vendor has announced, opened and closed, one row per claim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

#: What an event does to a claim: ``plan`` and ``open`` are one family, for a plan is what is opened later.
Family = Literal["opening", "stock", "close", "relocate", "partner", "market_entry", "online_store"]

ClaimState = Literal["rumoured", "announced", "opened", "confirmed", "cancelled", "denied"]

ClaimStatus = Literal[
    "rumoured", "announced", "under_way", "reached", "opened", "overdue", "confirmed", "cancelled", "denied"
]

ProgressBasis = Literal["opened", "stock", "growth", "openings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One event as the ledger reads it: what is said, where, and when it was published.

    ``said_at``: the article's publication or, without a date, its first sight; ``said_by``: the last moment that fits
    where the article names only a day, a month or a year (None: ``said_at`` is exact). ``copied_by``: outlets that
    carry a copy of the article's text. ``story``: the article's story, None where stories are not known. ``position``:
    the event's place among those of its article.
    """

    event_id: int
    article_id: int
    position: int
    said_at: datetime
    said_by: datetime | None = None
    url: str
    outlet: str
    vendor: str
    action: str
    certainty: str
    store_type: str = "own_store"
    store_count: int | None = None
    city: str | None = None
    country: str | None = None
    region: str | None = None
    horizon: str | None = None
    partner: str | None = None
    speaker: str | None = None
    source_outlet: str | None = None
    lang: str | None = None
    story: int | None = None
    copied_by: frozenset[str] = frozenset()

    @property
    def order(self) -> tuple[datetime, str, int]:
        """Who surely was earliest first; the same whatever ids the database has given."""
        return self.said_by or self.said_at, self.url, self.position


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimValue:
    """One of several values that the tellings of a claim give, with who says so. ``articles`` counts texts,
    ``outlets`` also those that copy them; ``first_at``, ``first_url``: who said it first."""

    value: int | str
    articles: int
    outlets: int
    first_at: datetime
    first_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTurn:
    """When a claim became more (or less) certain, and by whose telling."""

    state: ClaimState
    at: datetime
    outlet: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What is known of the way to a plan's number.

    ``basis`` says what ``count`` counts: ``opened`` (the plan itself was carried out), ``stock`` (stores there are),
    ``growth`` (stores there are more than at the time of the plan), ``openings`` (stores opened since). ``baseline``:
    how many there were when the plan was told.
    """

    count: int | None = None
    at: datetime | None = None
    basis: ProgressBasis | None = None
    reached: bool = False
    baseline: int | None = None
    baseline_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What matters of a claim for the progress of plans. ``kind`` and ``spot``: its kind of store, and the city or part
    of its area that it is about ("": all of it)."""

    family: Family
    kind: str
    spot: str
    store_count: int | None
    certainty: str
    first_said_at: datetime
    due_on: date | None
    opened_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim with all its tellings; ``events`` are theirs, in the order of time.

    ``action`` is ``plan`` for an opening that was announced before it happened, else the events' own. ``store_count``,
    ``store_type`` and ``horizon`` are what most texts say (of equally many the first); ``counts`` and ``horizons``
    hold all values. ``outlets`` counts every outlet that carries it, copies included, ``articles`` texts of their own.
    ``due_on``: the last day of the horizon. ``opened_at``: when it was first told as done.
    """

    vendor: str
    family: Family
    action: str
    store_count: int | None
    store_type: str
    city: str | None
    country: str | None
    region: str | None
    partner: str | None
    horizon: str | None
    due_on: date | None
    certainty: str
    first_said_at: datetime
    last_said_at: datetime
    first_url: str
    first_outlet: str
    speaker: str | None
    source_outlet: str | None
    outlets: int
    articles: int
    langs: tuple[str, ...]
    counts: tuple[ClaimValue, ...]
    horizons: tuple[ClaimValue, ...]
    timeline: tuple[ClaimTurn, ...]
    opened_at: datetime | None
    events: tuple[int, ...]
