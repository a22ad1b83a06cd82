"""How much of a page's text is in which of its elements."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml.html import HtmlElement

from pipelines.extract.boilerplate import kind_of
from storewatch.fulltext import extent

_FEW_PARAGRAPHS = 1_000
"""Characters in paragraphs below which every block's own text is counted: a page built of divisions and cells."""
_LITTLE_TEXT = 300
_SHORTEST_TEXT = 120
"""What is left beside threads of comments may be this little and yet the article: a short report, much discussed."""
_MIN_PARAGRAPH = 30
_MIN_BLOCK = 40
_THREAD = re.compile(
    r"(?:^|\s)(?:comments?(?:[-_]?(?:list|section|area|container|wrapper|thread))?|disqus_thread|respond)(?=\s|$)", re.I
)
_SEVERAL = 3
_BLOCKS = ("div", "td", "section", "article", "blockquote", "li", "dd", "span", "font", "main", "center", "pre")
_INLINE = frozenset({"b", "i", "em", "strong", "u"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mass:
    """Text in paragraphs (:func:`~storewatch.fulltext.extent`): of the page without its menus and boxes (``total``) and
    with them (``whole``), and of each element that holds any."""

    total: int
    whole: int
    by_element: dict[HtmlElement, int]
    outside: frozenset[HtmlElement] = frozenset()

    def share(self, element: HtmlElement) -> float:
        """The part of the page's text inside ``element``, 0..1."""
        return self.by_element.get(element, 0) / self.total if self.total else 0.0


def weigh(tree: HtmlElement) -> Mass:
    """Count the text of paragraphs; where there are few, that of any block.

    What stands in menus, side columns, comments and lists of other articles does not count, if anything is left.
    """
    frame = _site_frame(tree)
    boxes = _boxes(tree)
    for outside, least in ((frame | boxes, _SHORTEST_TEXT if boxes else _LITTLE_TEXT), (frame, _LITTLE_TEXT)):
        mass = _weigh(tree, outside)
        if mass.total >= least:
            return mass
    return _weigh(tree, set())


def _site_frame(tree: HtmlElement) -> set[HtmlElement]:
    """Menus, side columns, footers and the site's head, unless the page's author put the article into one of them."""
    found = [
        e for e in tree.iter("nav", "aside", "footer", "header") if e.tag != "header" or e.find(".//nav") is not None
    ]
    return {e for e in found if next(e.iter("h1", "main"), None) is None}


def _boxes(tree: HtmlElement) -> set[HtmlElement]:
    """Threads of comments, and boxes named after other articles that show several of them."""
    found = set()
    for element in tree.iter("div", "section", "ol", "ul"):
        classes, name = element.get("class"), element.get("id")
        names = f"{classes or ''} {name or ''}"
        kind = kind_of(names) if classes or name else None
        if kind == "comments":
            box = _THREAD.search(names) is not None
        else:
            box = kind == "related" and _linked_headings(element) >= _SEVERAL
        if box and next(element.iter("h1", "main"), None) is None:
            found.add(element)
    return found


def _linked_headings(element: HtmlElement) -> int:
    headings = element.iter("h2", "h3", "h4", "h5")
    return sum(1 for h in headings if h.find(".//a") is not None or h.getparent().tag == "a")


def _weigh(tree: HtmlElement, outside: set[HtmlElement]) -> Mass:
    by_element: dict[HtmlElement, int] = {}
    total = whole = 0
    for paragraph in tree.iter("p"):
        length = extent("".join(paragraph.itertext()).strip())
        if length >= _MIN_PARAGRAPH:
            whole += length
            total += _add(by_element, paragraph, length, outside)
    if total < _FEW_PARAGRAPHS:
        total += _weigh_blocks(tree, by_element, outside)
    return Mass(total=total, whole=max(total, whole), by_element=by_element, outside=frozenset(outside))


def _weigh_blocks(tree: HtmlElement, by_element: dict[HtmlElement, int], outside: set[HtmlElement]) -> int:
    total = 0
    for block in tree.iter(*_BLOCKS):
        length = extent((block.text or "").strip())
        for child in block:
            length += extent((child.tail or "").strip())
            if child.tag in _INLINE:
                length += extent(child.text or "")
        if length >= _MIN_BLOCK and (added := _add(by_element, block, length, outside)):
            total += added
            by_element[block] = by_element.get(block, 0) + length
    return total


def _add(by_element: dict[HtmlElement, int], element: HtmlElement, length: int, outside: set[HtmlElement]) -> int:
    """Add to the mass of everything around ``element``; nothing inside a menu, a footer or the site's head counts."""
    ancestors = list(element.iterancestors())
    if outside and not outside.isdisjoint(ancestors):
        return 0
    for ancestor in ancestors:
        by_element[ancestor] = by_element.get(ancestor, 0) + length
    return length
