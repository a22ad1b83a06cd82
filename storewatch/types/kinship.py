"""How texts belong together: candidates, and what was decided about an article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from storewatch.types.pages import Moment
from storewatch.types.revisions import Edit

DecisionKind = Literal["new", "same", "revision", "duplicate", "syndicated", "partial", "update", "quotes", "distinct"]


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
    it was found akin to. ``edit``: of a page that is known, what its change is; a trivial one is the ``same``.
    """

    kind: DecisionKind
    of: int | None = None
    takes_over: bool = False
    detail: str = ""
    links: tuple[Link, ...] = ()
    edit: Edit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinsman:
    """A stored text of a text group. ``rank`` sorts: the smallest is the original."""

    article_id: int
    words: int
    rank: tuple[Any, ...]
