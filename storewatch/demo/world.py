"""The demo's small press world: outlets, their stories, and what is known about each.

Everything in it is written for storewatch; firms' names are real, what they do here is invented, but for the first
story. A world is data (``world/*.toml``, one file an outlet); this module turns it into values once.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from importlib import resources
from typing import Any, Literal

Expect = Literal["relevant", "copy", "rejected", "robots", "gone"]
DAYS = (1, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How a story stands on its page on one day. ``changed`` is when it was edited, None for the first telling."""

    title: str
    summary: str
    text: str
    published: datetime
    changed: datetime | None = None
    facts: tuple[Mapping[str, Any], ...] = field(default=(), hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One page of an outlet. ``expect`` is what a crawl should make of it."""

    path: str
    author: str
    day: int
    expect: Expect
    first: Telling
    edited: Telling | None = None

    def on(self, day: int) -> Telling | None:
        """The telling of that day, None before the story appears."""
        if day < self.day:
            return None
        return self.edited if self.edited and day > self.day else self.first


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A site with one feed. ``feed`` names the format, ``gone`` for a feed that is no longer there."""

    name: str
    title: str
    about: str
    lang: str
    country: str
    category: str
    template: str
    feed: str
    feed_path: str
    validator: Literal["etag", "modified"] = "etag"
    encoding: str = "utf-8"
    charset_in_header: bool = True
    tracking: str = ""
    disallow: tuple[str, ...] = ()
    menu: tuple[str, ...] = ()
    share: tuple[str, ...] = ()
    related: str = ""
    discussion: str = ""
    newsletter: str = ""
    footer: str = ""
    comments: tuple[tuple[str, str], ...] = ()
    stories: tuple[Story, ...] = ()

    def on(self, day: int) -> tuple[tuple[Story, Telling], ...]:
        """The stories of that day, the newest first."""
        shown = [(story, telling) for story in self.stories if (telling := story.on(day))]
        return tuple(sorted(shown, key=lambda pair: pair[1].changed or pair[1].published, reverse=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """All outlets, by name in the order of their files."""

    outlets: tuple[Outlet, ...]

    def story(self, outlet: str, path: str) -> Story:
        return next(s for o in self.outlets if o.name == outlet for s in o.stories if s.path == path)


@lru_cache(maxsize=1)
def load() -> World:
    """The shipped world."""
    folder = resources.files(__package__).joinpath("world")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    tables = [tomllib.loads(file.read_text(encoding="utf-8")) for file in files]
    texts = {
        f"{table['outlet']['name']}{article['path']}": article["text"]
        for table in tables
        for article in table.get("articles", ())
        if "text" in article
    }
    return World(outlets=tuple(_outlet(table, texts) for table in tables))


def _outlet(table: Mapping[str, Any], texts: Mapping[str, str]) -> Outlet:
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in table["outlet"].items()
    }
    values["comments"] = tuple((name, text) for name, text in values.get("comments", ()))
    return Outlet(**values, stories=tuple(_story(article, texts) for article in table.get("articles", ())))


def _story(article: Mapping[str, Any], texts: Mapping[str, str]) -> Story:
    first = Telling(
        title=article["title"],
        summary=article["summary"],
        text=(article.get("text") or texts[article["copy_of"]]).strip(),
        published=datetime.fromisoformat(article["published"]),
        facts=tuple(article.get("facts", ())),
    )
    edited = None
    if change := article.get("edited"):
        edited = Telling(
            title=change.get("title", first.title),
            summary=change.get("summary", first.summary),
            text=change["text"].strip(),
            published=first.published,
            changed=datetime.fromisoformat(change["published"]),
            facts=tuple(change.get("facts", ())),
        )
    return Story(
        path=article["path"],
        author=article["author"],
        day=article.get("day", 1),
        expect=article.get("expect", "rejected"),
        first=first,
        edited=edited,
    )


__all__ = ["DAYS", "Outlet", "Story", "Telling", "World", "load"]
