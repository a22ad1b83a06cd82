"""A digest put in order: by story, each fact once, with all who tell it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scheduler.alerts.facts import COMPARED
from storewatch.types import Digest, Fact, News, NewsKind

_WORDS: Mapping[NewsKind, str] = {"new": "new", "changed": "changed", "health": "of health"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One fact of a story, as its first article has it; ``others`` tell the same in this digest."""

    news: News
    fact: Fact
    others: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What a digest says of one story; ``first`` is the article whose title heads it."""

    first: Fact
    lines: tuple[Line, ...]


def stories(digest: Digest) -> tuple[Story, ...]:
    """The stories of a digest, in the order in which they were found."""
    grouped: dict[tuple[str, int], dict[object, list[tuple[News, Fact]]]] = {}
    for one in digest.news:
        if one.fact is not None:
            fact = one.fact
            key = ("story", fact.story_id) if fact.story_id is not None else ("article", fact.article_id)
            grouped.setdefault(key, {}).setdefault(_said(one, fact), []).append((one, fact))
    return tuple(_story(list(lines.values())) for lines in grouped.values())


def _said(news: News, fact: Fact) -> object:
    """Equal for what is one line."""
    if fact.event_id is None:
        return fact.article_id
    return news.kind, fact.vendor, *(getattr(fact, name) for name in COMPARED), tuple(sorted(news.before.items()))


def _story(lines: Sequence[Sequence[tuple[News, Fact]]]) -> Story:
    facts = [fact for line in lines for _, fact in line]
    first = min(facts, key=lambda fact: fact.published or "~")
    told = tuple(
        Line(news=line[0][0], fact=line[0][1], others=_elsewhere(line[0][1], [fact for _, fact in line[1:]]))
        for line in lines
    )
    return Story(first=first, lines=told)


def _elsewhere(fact: Fact, others: Sequence[Fact]) -> tuple[Fact, ...]:
    """The other articles that say it, each once."""
    urls = {other.url: other for other in reversed(others) if other.url != fact.url}
    return tuple(reversed(urls.values()))


def counted(digest: Digest) -> str:
    """``3 new, 1 changed``."""
    counts = Counter(one.kind for one in digest.news)
    return ", ".join(f"{counts[kind]} {word}" for kind, word in _WORDS.items() if counts[kind])
