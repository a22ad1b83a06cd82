"""Watches: saved queries that people are told about, and what they are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Every = Literal["instant", "daily", "weekly"]
NewsKind = Literal["new", "changed", "health"]
LetterState = Literal["pending", "sent", "dead"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A saved query and whom to tell of what it finds.

    ``targets`` are addresses as they are stored: secrets in them are references (``env:NAME``, ``${NAME}``), never
    values. ``health``: tell of sources that fall ill and recover, too. ``origin`` is ``command``, or where the watch
    stands in the configuration file. Without a query (None) no article is told of.
    """

    name: str
    query: str | None
    targets: tuple[str, ...]
    every: Every = "instant"
    health: bool = False
    origin: str = "command"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What a watch tells of: one event of an article, or the whole article where it has none (``event_id`` None).

    ``published`` is as much of the date as was said (``2017``, ``2017-07``, ``2017-07-12``).
    """

    article_id: int
    revision_id: int
    url: str
    outlet: str
    title: str
    event_id: int | None = None
    story_id: int | None = None
    published: str | None = None
    vendor: str | None = None
    action: str | None = None
    store_count: int | None = None
    count_is: str | None = None
    store_type: str | None = None
    city: str | None = None
    country: str | None = None
    region: str | None = None
    share: float | None = None
    horizon: str | None = None
    horizon_text: str | None = None
    partner: str | None = None
    certainty: str | None = None
    speaker: str | None = None
    source_outlet: str | None = None
    evidence: str | None = None

    @property
    def key(self) -> str:
        """By this a watch knows what it has told of already."""
        return f"article:{self.article_id}" if self.event_id is None else f"event:{self.event_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ailment:
    """A source whose health changed: it is ``status`` now (``ok`` after a recovery). ``evidence`` and ``todo`` are
    sentences."""

    source: str
    status: str
    evidence: str
    todo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing to tell: a new fact, a changed one (``before``: what its fields said that say something else now), or
    a source's health."""

    kind: NewsKind
    fact: Fact | None = None
    before: Mapping[str, str | int | float | None] = field(default_factory=dict, hash=False)
    ailment: Ailment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A fact that a watch has not noted yet. ``fits``: the query finds it; else it only stands in a text that the
    watch has told of before."""

    fact: Fact
    fits: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What a watch makes of a found fact: news, or (None) nothing to tell. ``told``: people know it, from this news or
    from earlier ones that said the same."""

    fact: Fact
    news: News | None = None
    told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What one message says. ``number`` of ``of``: a long one is told in several messages."""

    watch: str
    query: str | None
    every: Every
    news: tuple[News, ...]
    number: int = 1
    of: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A digest on its way to one target. ``message_id`` stays the same however often it is sent."""

    delivery_id: int
    message_id: str
    watch: str
    target: str
    digest: Digest
    created_at: datetime
    failures: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What came of sending a letter once. ``permanent``: the receiver will never take this letter; ``wait_s``: it asks
    not to be tried again sooner."""

    ok: bool
    problem: str = ""
    permanent: bool = False
    wait_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """A letter that has failed so far (``pending``) or for good (``dead``)."""

    delivery_id: int
    message_id: str
    watch: str
    target: str
    state: str
    items: int
    failures: int
    created_at: datetime
    next_try_at: datetime | None
    error: str | None
