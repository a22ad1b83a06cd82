"""What a page looks like before its text is looked for: is it an article's page, or a list of teasers?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from urllib.parse import urljoin

from lxml.html import HtmlElement

from pipelines.extract.paragraphs import normalise, text_of_element
from pipelines.metadata import Metadata

_HEADINGS = ("h2", "h3", "h4")
_SEVERAL = 3
"""Linked headings that make a list."""
_MOST_TEASERS = 400
_MOST_HEADINGS = 2_000
_HIGHEST_BLOCK = 4
"""Levels between a linked heading and the block that is its teaser."""
_LONGEST_BLOCK = 2_500
"""Characters of a teaser: more is an article whose heading links to itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """``linked_headings``: headings below the first rank that lead to other pages; ``teasers``: the lines of the block
    around each, none where the page calls itself an article; ``headings``: the ``h1`` texts."""

    linked_headings: int = 0
    teasers: tuple[frozenset[str], ...] = ()
    headings: tuple[str, ...] = ()

    def inside(self, lines: list[str]) -> tuple[float, int]:
        """Which part of the text of ``lines`` stands in teasers, and in how many of them."""
        every = frozenset().union(*self.teasers)
        length = sum(map(len, lines))
        here = {line for line in lines if line in every}
        inside = sum(len(line) for line in lines if line in here)
        return (inside / length if length else 0.0), sum(1 for teaser in self.teasers if teaser & here)


def read_signs(tree: HtmlElement, meta: Metadata, url: str) -> Signs:
    """Look at the parsed page at ``url``, which later steps change."""
    own = {_place(url), _place(meta.canonical_url or url)}
    headings = islice(tree.iter(*_HEADINGS), _MOST_HEADINGS)
    linked = [heading for heading in headings if _leads_away(heading, url, own)]
    teasers: tuple[frozenset[str], ...] = ()
    if len(linked) >= _SEVERAL and not meta.is_article:
        teasers = _teasers(linked[:_MOST_TEASERS])
    first = (" ".join("".join(h.itertext()).split())[:300] for h in islice(tree.iter("h1"), 3))
    return Signs(linked_headings=len(linked), teasers=teasers, headings=tuple(first))


def _leads_away(heading: HtmlElement, url: str, own: set[str]) -> bool:
    """Is it a link to another page? An article's own heading often is one to the article itself."""
    parent = heading.getparent()
    link = parent if parent is not None and parent.tag == "a" else heading.find(".//a[@href]")
    href = None if link is None else (link.get("href") or "").strip()
    if not href or href.startswith(("#", "javascript:", "mailto:")):
        return False
    try:
        return _place(urljoin(url, href)) not in own
    except ValueError:
        return False


def _place(url: str) -> str:
    """The address without what does not matter for telling pages apart."""
    return url.split("#", 1)[0].partition("://")[2].removeprefix("www.").rstrip("/")


def _teasers(linked: list[HtmlElement]) -> tuple[frozenset[str], ...]:
    """The lines of each linked heading's block: the highest element around it that holds no other linked heading."""
    every = set(linked)
    found: list[frozenset[str]] = []
    for heading in linked:
        block = heading
        for ancestor in list(heading.iterancestors())[:_HIGHEST_BLOCK]:
            inside = (h for h in ancestor.iter(*_HEADINGS) if h in every)
            if ancestor.tag in ("body", "html") or next(islice(inside, 1, None), None) is not None:
                break
            block = ancestor
        text = normalise(text_of_element(block))
        if len(text) <= _LONGEST_BLOCK:
            found.append(frozenset(text.split("\n")))
    return tuple(found)
