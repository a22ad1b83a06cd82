"""What stands around a link to an article: its box with heading, date and summary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml.html import HtmlElement

from crawler.feeds.anchors import Target, says_much, text_of
from crawler.feeds.dates import read_date
from crawler.feeds.entries import MAX_TITLE
from storewatch.types import Moment

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_DATE_NAMES = re.compile(r"date|time|publi|posted|datum|fecha|data\b|day", re.I)
_ONE_OF_MANY = re.compile(r"\d|first|last|odd|even|feature|lead")
# Texts that may be a date: short, with a digit. More than so many of them are no teaser's.
_LONGEST_DATE = 60
_MOST_TEXTS = 40
_LEAST_SUMMARY = 40
_ANCESTORS = 4
_STOP = frozenset({"body", "html", "main"})


@dataclass(frozen=True, slots=True)
class Teaser:
    """A target with its box on the page: the largest element that leads nowhere else.

    ``place``: where its link stands, the same for all of a list; ``points``: how much speaks for an article.
    """

    target: Target
    box: HtmlElement
    place: str
    title: str
    heading: bool
    published: Moment | None
    points: int

    @property
    def summary(self) -> str:
        """The first paragraph of the box that is not its title."""
        for node in self.box.iter("p"):
            text = text_of(node)
            if len(text) >= _LEAST_SUMMARY and text != self.title:
                return text
        return ""


def teasers_of(targets: Sequence[Target], *, now: datetime) -> list[Teaser]:
    """The targets with their boxes; ``now`` bounds their dates."""
    owners: dict[HtmlElement, int] = {}
    for number, target in enumerate(targets):
        for anchor in target.elements:
            for node in (anchor, *anchor.iterancestors()):
                if owners.setdefault(node, number) != number:
                    owners[node] = -1
    return [_teaser(target, number, owners, now) for number, target in enumerate(targets)]


def _teaser(target: Target, number: int, owners: dict[HtmlElement, int], now: datetime) -> Teaser:
    main = max(target.elements, key=lambda anchor: len(text_of(anchor)))
    box = main
    for node in main.iterancestors():
        if owners.get(node) != number or node.tag in _STOP:
            break
        box = node
    heading = any(True for _ in box.iter(*_HEADINGS)) or any(
        node.tag in _HEADINGS for anchor in target.elements for node in anchor.iterancestors()
    )
    published = next((moment for text in _dates(box, target) if (moment := read_date(text, now=now))), None)
    headings = (text[:MAX_TITLE] for node in box.iter(*_HEADINGS) if (text := text_of(node)))
    title = target.title or next(headings, "") or target.label
    points = target.shape + says_much(title) + heading + 2 * (published is not None)
    return Teaser(
        target=target, box=box, place=_place(main), title=title, heading=heading, published=published, points=points
    )


def _place(anchor: HtmlElement) -> str:
    """Where a link stands, in tags and classes: the same for all links of one list."""
    steps: list[str] = []
    for node in (anchor, *anchor.iterancestors()):
        if len(steps) > _ANCESTORS or node.tag in _STOP:
            break
        # Classes that number or mark single items (`post-4711`, `first`) differ within a list.
        names = sorted(name for name in (node.get("class") or "").split() if not _ONE_OF_MANY.search(name))
        steps.append(".".join((str(node.tag), *names[:2])))
    return "<".join(steps)


def _dates(box: HtmlElement, target: Target) -> Iterator[str]:
    """Texts of the box that may be its date, the surest first."""
    for node in box.iter("time"):
        yield from (text for text in (node.get("datetime") or "", text_of(node)) if text)
    marked: list[str] = []
    others: list[str] = []
    for count, node in enumerate(box.iter()):
        if count >= 10 * _MOST_TEXTS or len(others) >= _MOST_TEXTS:
            break
        if not isinstance(node.tag, str) or node.tag in _HEADINGS:
            continue
        text = _short_text(node)
        if 6 <= len(text) <= _LONGEST_DATE and any(char.isdigit() for char in text) and text != target.title:
            names = f"{node.get('class') or ''} {node.get('itemprop') or ''} {node.get('id') or ''}"
            (marked if _DATE_NAMES.search(names) else others).append(text)
        tail = (node.tail or "").strip()
        if node is not box and 6 <= len(tail) <= _LONGEST_DATE and any(char.isdigit() for char in tail):
            others.append(tail)
    term = box.getprevious() if box.tag == "dd" else None
    yield from (*marked, *others, *([_short_text(term)] if term is not None and term.tag == "dt" else []))


def _short_text(element: HtmlElement) -> str:
    """The text of an element, or nothing when it is too long for a date."""
    words: list[str] = []
    for piece in element.itertext():
        words += piece.split()
        if sum(map(len, words)) > _LONGEST_DATE:
            return ""
    return " ".join(words)


__all__ = ["Teaser", "teasers_of"]
