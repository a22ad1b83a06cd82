"""Make a page's tree ready for trafilatura: what surely is not the article goes, what surely is, is protected.

trafilatura drops every element whose class or id has a suspicious part, whatever it holds: an article inside
``<div class="sidebar-grid">`` or ``<header>`` is lost. Here the text decides. The *mass* of an element is the text of
the paragraphs in it; what holds at least half of the page's mass is the article's frame and loses its misleading names;
what has a boilerplate name and little mass is removed.
"""

from __future__ import annotations

from lxml.html import HtmlElement

from pipelines.extract import repair
from pipelines.extract.boilerplate import kind_of, without_misleading
from pipelines.extract.mass import Mass, weigh

_FRAME_SHARE = 0.5
_WHOLE_SHARE = 0.9
_PIECE_SHARE = 0.05
_SUSPECT_SHARE = 0.25
"""A suspect holding more of the page's text than this stays: its name means something else here."""
_KIND_SHARE = 0.4
"""Suspects of one kind holding more than this together stay: the site builds its articles of them."""
_LITTLE_TEXT = 200

_SUSPECTS = (
    "div", "section", "aside", "ul", "ol", "p", "form", "figure", "details", "dl", "nav", "footer", "header", "span",
    "a", "article", "li", "table", "button",
)  # fmt: skip
# Frames of these kinds are thrown away by their tag: as plain divisions they stay.
_THROWN_AWAY = "header footer aside form nav figure fieldset details label button noscript span ul ol li"
_TAGS_THROWN_AWAY = frozenset(_THROWN_AWAY.split())
_HIDING = ("style", "aria-hidden", "role", "hidden", "data-component")


def prepare(tree: HtmlElement) -> Mass:
    """Change ``tree`` in place; the mass is that of the page before."""
    mass = weigh(tree)
    repair.drop_inner_articles(tree, mass)
    repair.drop_empty_inline(tree)
    repair.join_split_body(tree, mass)
    frames = _frames(mass)
    repair.dissolve_layout(frames)
    if frames:
        repair.unlink_sentences(min(frames, key=mass.share))
    protected = frozenset(frames) | _siblings_in_kind(frames, mass)
    for element in protected:
        if element.tag not in ("html", "body"):
            _protect(element)
    _remove_suspects(tree, mass, protected)
    return mass


def hide_outside(mass: Mass) -> list[tuple[HtmlElement, HtmlElement]]:
    """Put empty elements in the place of the site's menus, head and foot; the pairs are for :func:`show_outside`.

    They are half of a page's elements, and reading them takes half of the time.
    """
    hidden = []
    for element in mass.outside:
        parent = element.getparent()
        if element.tag != "aside" and parent is not None:
            stand_in = element.makeelement("nav")
            stand_in.tail = element.tail
            parent.replace(element, stand_in)
            hidden.append((stand_in, element))
    return hidden


def show_outside(hidden: list[tuple[HtmlElement, HtmlElement]]) -> None:
    """Undo :func:`hide_outside`."""
    for stand_in, element in reversed(hidden):
        parent = stand_in.getparent()
        if parent is not None:
            stand_in.tail = None
            parent.replace(stand_in, element)


def _frames(mass: Mass) -> list[HtmlElement]:
    if mass.total <= _LITTLE_TEXT:
        return []
    return [e for e, n in mass.by_element.items() if n >= _FRAME_SHARE * mass.total]


def _siblings_in_kind(frames: list[HtmlElement], mass: Mass) -> frozenset[HtmlElement]:
    """Elements of a frame's own tag and class: where one widget holds half of an article, others hold the rest."""
    kinds = {(f.tag, f.get("class")) for f in frames if mass.share(f) < _WHOLE_SHARE and f.get("class")}
    if not kinds:
        return frozenset()
    return frozenset(e for e in mass.by_element if (e.tag, e.get("class")) in kinds and mass.share(e) >= _PIECE_SHARE)


def _protect(frame: HtmlElement) -> None:
    for attribute in ("class", "id"):
        names = frame.get(attribute)
        if names:
            kept = without_misleading(names)
            if kept:
                frame.set(attribute, kept)
            else:
                del frame.attrib[attribute]
    for attribute in _HIDING:
        if attribute in frame.attrib:
            del frame.attrib[attribute]
    if frame.tag in _TAGS_THROWN_AWAY:
        frame.tag = "div"


def _remove_suspects(tree: HtmlElement, mass: Mass, frames: frozenset[HtmlElement]) -> None:
    suspects: dict[str, list[HtmlElement]] = {}
    for element in tree.iter(*_SUSPECTS):
        # Not a function of its own: a page has a thousand of these.
        classes, name = element.get("class"), element.get("id")
        kind = kind_of(f"{classes or ''} {name or ''}") if classes or name else None
        if kind is not None and element not in frames and mass.share(element) <= _SUSPECT_SHARE:
            suspects.setdefault(kind, []).append(element)
    for found in suspects.values():
        every = set(found)
        outer = [e for e in found if not any(a in every for a in e.iterancestors())]
        if sum(mass.share(e) for e in outer) > _KIND_SHARE:
            continue
        for element in outer:
            if element.getparent() is not None and element.find(".//h1") is None:
                element.drop_tree()
