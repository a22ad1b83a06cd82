"""Pages that list articles, for sites without a feed: the links to articles are read as the items of a feed.

No rules for single sites. A link is taken for an article's by its address (a date, a long slug, a number), its words (a
headline is longer than a menu's entry), a heading or a date beside it, and because it stands there several times in the
same form or the same place of the page. Menus, tags, authors, pagers, footers and other hosts are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from statistics import fmean

from lxml import etree, html
from lxml.html import HtmlElement

from crawler.feeds.addresses import date_in_path
from crawler.feeds.anchors import says_much, targets, text_of
from crawler.feeds.entries import MAX_TITLE, Collector, plain_text, web_url
from crawler.feeds.teasers import Teaser, teasers_of
from storewatch.errors import FeedError
from storewatch.types import Feed

# Points of one link: up to 8 for its address, 2 for its words, 1 for a heading, 2 for a date beside it.
_ENOUGH = 4.5
# Repeated headlines in one place of the page are articles, whatever their addresses look like.
_HEADLINES = 1.4
_REPEATED, _OFTEN = 3, 5
_LEAST = 3
_STRONG = 6


def read_listing(text: str, *, url: str, now: datetime) -> Feed:
    """The articles that an HTML page links to, in its order.

    An entry's title is what its links say, or the heading beside them; its date that of the ``<time>`` or of a text
    near it, else the day in its address. Raises :class:`FeedError`: ``empty``, or ``not_a_feed`` for a page without
    links to articles, which is often something else in the place of the list (a wall, a page that needs scripts).
    """
    tree = _tree(text, url)
    head = tree.find(".//base")
    base = web_url((head.get("href") if head is not None else "") or "", url) or url
    chosen: list[Teaser] = []
    for strict in (True, False):
        found = teasers_of(targets(tree, base=base, url=url, strict=strict), now=now)
        chosen = choose(found)
        if len(chosen) >= _REPEATED:
            break
    if not chosen:
        raise FeedError(url, "is a page without links to articles", reason="not_a_feed")
    collector = Collector(base=url)
    for teaser in chosen:
        in_path = date_in_path(teaser.target.url)
        collector.add(
            links=[teaser.target.url],
            title=teaser.title,
            summary=teaser.summary,
            published=teaser.published or (in_path if in_path and in_path.precision == "day" else None),
        )
    return Feed(
        url=url,
        format="listing",
        title=_title(tree),
        entries=tuple(collector.entries),
        generator=_generator(tree),
        links=_links(tree, base),
        skipped=dict(collector.skipped),
    )


def choose(teasers: Sequence[Teaser]) -> list[Teaser]:
    """Those that lead to articles, in their order."""
    groups = [*_groups(teasers, lambda teaser: teaser.target.pattern), *_groups(teasers, lambda teaser: teaser.place)]
    good, least = [group for group in groups if _is_good(group)], _LEAST
    if not good:
        good, least = [group for group in groups if _are_headlines(group)], 1
    kept = {id(teaser) for group in good for teaser in group if teaser.points >= least}
    forms = {form for group in good for teaser in group for form in (teaser.place, teaser.target.pattern)}
    return [teaser for teaser in teasers if id(teaser) in kept or (good and _is_lead(teaser, forms))]


def _is_lead(teaser: Teaser, forms: Collection[str]) -> bool:
    """The first article of a page stands alone in its place, in large letters."""
    akin = teaser.place in forms or teaser.target.pattern in forms
    return teaser.points >= (_LEAST if akin and teaser.heading else _STRONG) and (akin or teaser.heading)


def _groups(teasers: Iterable[Teaser], key: Callable[[Teaser], str]) -> list[list[Teaser]]:
    groups: defaultdict[str, list[Teaser]] = defaultdict(list)
    for teaser in teasers:
        groups[key(teaser)].append(teaser)
    return list(groups.values())


def _is_good(group: Sequence[Teaser]) -> bool:
    return len(group) >= _REPEATED and fmean(teaser.points for teaser in group) >= _ENOUGH


def _are_headlines(group: Sequence[Teaser]) -> bool:
    return len(group) >= _OFTEN and fmean(says_much(teaser.title) for teaser in group) >= _HEADLINES


def _tree(text: str, url: str) -> HtmlElement:
    parser = html.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        tree = html.document_fromstring(text, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise FeedError(url, f"is a page without content ({error})", reason="empty") from error
    etree.strip_elements(tree, "script", "style", with_tail=False)
    return tree


def _title(tree: HtmlElement) -> str:
    node = tree.find(".//title")
    return plain_text(text_of(node))[:MAX_TITLE] if node is not None else ""


def _generator(tree: HtmlElement) -> str:
    names = (meta.get("content") or "" for meta in tree.iter("meta") if (meta.get("name") or "").lower() == "generator")
    return plain_text(next(names, ""))[:MAX_TITLE]


def _links(tree: HtmlElement, base: str) -> dict[str, str]:
    """The next page of the list, where it says so."""
    found: dict[str, str] = {}
    for node in tree.iter("link", "a"):
        relations = (node.get("rel") or "").lower().split()
        address = web_url(node.get("href") or "", base) if "next" in relations else None
        if address:
            found.setdefault("next", address)
    return found
