"""Ways in which pages lead an extractor astray, put right in the tree.

*Split bodies*: an article cut into several containers of the same class, with advertisements between them. trafilatura
takes the first of them; here their common ancestor becomes the body.

*Articles inside articles*: teasers of other articles, marked up as ``<article>``, inside the article's own element.

*Layout by tables*: the whole article in one cell of a table whose other cells are menus. As a table it would become one
line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import etree
from lxml.html import HtmlElement

from pipelines.extract.mass import Mass

# Names by which trafilatura knows the body of an article.
_BODY_NAME = re.compile(
    r"^(?:post|entry|text|story)$|post[-_]text|post-body|post-?entry|post[-_]?content|post_inner_wrapper|article-?text|"
    r"(?:entry|page|text|article|art)-content|article__content|article(?:-|__)?body|body-text|article__container|"
    r"post-bodycopy|story-?content|(?:theme|blog|section|single)-content|wpb_text_column|story-body|field-body|fulltext|"
    r"content[-_](?:main|body)|content__body",
    re.IGNORECASE,
)
_PIECE_SHARE = 0.1
_PIECES_SHARE = 0.6
_MOST_PIECES = 40
_HIGHEST_JOINT = 3
"""Levels between a piece and the element that holds all pieces."""
_OWN_TEXT = 300
_SENTENCE = 60
_SENTENCE_ENDS = tuple('.!?…。！？।؟”"»’)')
_LINKED_SHARE = 0.6
_LINKED_SHARE_ITEM = 0.5


def join_split_body(tree: HtmlElement, mass: Mass) -> None:
    """Move the children of the later pieces of a split body into the first piece."""
    pieces_by_name: dict[tuple[str, str], list[HtmlElement]] = {}
    for element in mass.by_element:
        names = element.get("class")
        if (
            names
            and element.tag in ("div", "section")
            and mass.share(element) >= _PIECE_SHARE
            and _BODY_NAME.search(names)
        ):
            pieces_by_name.setdefault((element.tag, names), []).append(element)
    for pieces in pieces_by_name.values():
        if 2 <= len(pieces) <= _MOST_PIECES and sum(map(mass.share, pieces)) >= _PIECES_SHARE:
            joint = _joint(pieces)
            if joint is not None:
                for piece in pieces:
                    del piece.attrib["class"]
                joint.set("class", "article-body")
                return


def _joint(pieces: list[HtmlElement]) -> HtmlElement | None:
    """The nearest element that holds all pieces, if it is near, and no piece is headed like an article of its own."""
    every = set(pieces)
    chains = []
    for piece in pieces:
        ancestors = list(piece.iterancestors())
        if any(a in every for a in ancestors) or piece.find(".//h1") is not None:
            return None
        chains.append(ancestors[: _HIGHEST_JOINT + 1])
    joint = next((a for a in chains[0] if all(a in chain for chain in chains)), None)
    if joint is None or joint.tag in ("body", "html"):
        return None
    between = [a for chain in chains for a in chain[: chain.index(joint)]]
    return None if any(map(_has_linked_heading, between)) else joint


def _has_linked_heading(element: HtmlElement) -> bool:
    return any(child.tag in ("h1", "h2", "h3") and child.find(".//a") is not None for child in element)


def drop_inner_articles(tree: HtmlElement, mass: Mass) -> None:
    """Remove ``<article>`` elements inside another that has text of its own and whose headings lead elsewhere."""
    for outer in tree.iter("article"):
        if outer.getparent() is None or any(a.tag == "article" for a in outer.iterancestors()):
            continue
        inner = list(outer.iterdescendants("article"))
        if not inner:
            continue
        inside = sum(mass.by_element.get(a, 0) for a in inner if _outermost(a, outer))
        if mass.by_element.get(outer, 0) - inside < max(_OWN_TEXT, inside):
            continue
        for article in inner:
            if article.getparent() is not None and _is_teaser(article):
                article.drop_tree()


def _outermost(article: HtmlElement, outer: HtmlElement) -> bool:
    return next(a for a in article.iterancestors("article")) is outer


def _is_teaser(article: HtmlElement) -> bool:
    headings = list(article.iter("h1", "h2", "h3", "h4", "h5"))
    return any(heading.find(".//a") is not None or heading.getparent().tag == "a" for heading in headings)


def unlink_sentences(tree: HtmlElement) -> None:
    """Dissolve the links in paragraphs that are sentences: extractors take paragraphs full of links for navigation."""
    for paragraph in tree.iter("p", "li"):
        if paragraph.find(".//a") is None:
            continue
        text = "".join(paragraph.itertext()).strip()
        if len(text) < _SENTENCE or not text.endswith(_SENTENCE_ENDS):
            continue
        linked = sum(len("".join(a.itertext())) for a in paragraph.iter("a"))
        if linked <= (_LINKED_SHARE if paragraph.tag == "p" else _LINKED_SHARE_ITEM) * len(text):
            etree.strip_tags(paragraph, "a")


def drop_empty_inline(tree: HtmlElement) -> None:
    """Remove empty inline elements (icons, anchors): trafilatura's precise mode loses the text that follows them."""
    for element in list(tree.iter("span", "b", "i", "em", "strong", "q")):
        if element.text is None and len(element) == 0 and element.tail and element.getparent() is not None:
            element.drop_tree()


_INLINE_TAGS = "a abbr b big br cite code em font i q small span strong sub sup u"
_INLINE = frozenset(_INLINE_TAGS.split())
_ROW_TAGS = frozenset({"tr", "td", "th", "tbody", "thead", "tfoot", "caption", "col", "colgroup"})


def dissolve_layout(frames: Iterable[HtmlElement]) -> None:
    """Make divisions of the tables of which a single cell is one of ``frames``: they lay a page out, and tell nothing.

    Tables inside such a cell that hold no frame in a cell of theirs are left: those are the article's own.
    """
    tables = {next(cell.iterancestors("table"), None) for cell in frames if cell.tag in ("td", "th")}
    for table in tables:
        if table is None:
            continue
        for part in list(_parts(table)):
            if part.tag in ("td", "th"):
                _wrap_opening(part)
            part.tag = "div"
    for table in tables:
        if table is not None:
            table.tag = "div"


def _parts(table: HtmlElement) -> Iterator[HtmlElement]:
    """The rows, cells and the like of a table, not those of the tables in its cells."""
    for child in table:
        if child.tag in _ROW_TAGS:
            yield child
            if child.tag not in ("td", "th", "caption"):
                yield from _parts(child)


def _wrap_opening(cell: HtmlElement) -> None:
    """Make a paragraph of what stands in ``cell`` before its first one: beside paragraphs bare text is thrown away."""
    if not (cell.text or "").strip() or cell.find("p") is None:
        return
    opening = cell.makeelement("p")
    opening.text, cell.text = cell.text, None
    for child in list(cell):
        if child.tag not in _INLINE:
            break
        opening.append(child)
    cell.insert(0, opening)
