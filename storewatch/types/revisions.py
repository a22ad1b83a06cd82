"""What becomes of an article after its first text: when to look again, what an edit is, and how it differs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from storewatch.types.facts import RetailEvent, VerdictName
from storewatch.types.pages import Access, Moment

EditKind = Literal["trivial", "wording", "facts"]
FactName = Literal["event", "vendor", "action", "count", "place", "horizon", "partner", "certainty"]
Mark = Literal["same", "removed", "added"]


@dataclass(frozen=True, slots=True, kw_only=True)
class YoungArticle:
    """A stored article that may still be edited: its page, when it was published and first seen, when its page was
    last looked at and how often it has been for this only, and whether the last look found another text."""

    page_id: int
    host: str
    first_seen_at: datetime
    looked_at: datetime
    published: Moment | None = None
    checks: int = 0
    edited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One text of an article with what was read from it. ``access`` None: not known."""

    title: str
    text: str
    lang: str | None = None
    events: tuple[RetailEvent, ...] = ()
    verdict: VerdictName = "relevant"
    access: Access | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactChange:
    """A fact that an edit changed; ``about`` says which event (``Xiaomi open``). None: it was not, or is no more,
    said."""

    about: str
    fact: FactName
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What an edit is: ``trivial`` (a typo, a time stamp, an ad), ``wording``, or ``facts`` with those it changed.
    ``detail`` says it in words."""

    kind: EditKind
    detail: str = ""
    changes: tuple[FactChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffPart:
    """A piece of a paragraph, as it stands there, blanks included."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffBlock:
    """A paragraph that was removed, added or changed (``parts`` of several marks), or ``skipped`` equal paragraphs.
    ``where``: the title or the text."""

    where: Literal["title", "text"]
    parts: tuple[DiffPart, ...] = ()
    skipped: int = 0
