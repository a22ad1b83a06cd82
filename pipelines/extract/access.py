"""How much of an article a page gives: all of it, the beginning, or a wall, an error message, a list in its place.

Every answer comes with its evidence, a few sentences for people. Most pages pay for a few comparisons only: the
searches through the markup are made for pages with little text.

* ``full``: nothing speaks against it;
* ``teaser``: the beginning of an article whose rest is elsewhere or costs money; stored, and marked;
* ``paywalled``: a paywall and almost nothing of the article; ``consent_wall``, ``bot_wall``, ``error_page``,
  ``listing`` (a page of links to articles), ``empty``: no article, never stored as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import SplitResult, urlsplit

from pipelines.clean.words import read_sections
from pipelines.extract.paragraphs import normalise, text_of_element
from pipelines.extract.signs import Signs
from pipelines.extract.tree import parse
from pipelines.metadata import Metadata
from storewatch.fulltext import extent
from storewatch.types import Access, Page

MIN_CHARS = 80
"""An article has at least this much text (:func:`~storewatch.fulltext.extent`): less is a caption, an error message or
a wall."""
_LITTLE = 600
"""Below this the whole page is looked at, not only what was taken for its article."""
_SHORT = 1_500
_SENTENCE, _SENTENCE_UNSPACED = 40, 15
"""Characters of a line that may be a sentence."""
_UNSPACED = "\u2e80"
"""From here on stand the scripts of East Asia."""
_LONGEST_WALL = 4_000
_LONGEST_TEASER = 2_500
_LARGEST_WALL = 400_000
"""Characters of markup: walls are small, and larger pages take too long to search."""
_TAIL = 4
_SEVERAL = 3
"""Linked headings of a list; fewer are the related articles of any page."""
_LONGEST_TAIL_LINE = 300
_CONSENT_HITS = 3
_CONSENT_SHARE = 0.5
_TEASER_SHARE = 0.7
"""Part of the text that stands in teasers of other pages, from which on the page is a list of them."""
_WORD_COUNT_SHARE = 0.4
_WORD = re.compile(r"\w+")
_ELLIPSIS = re.compile(r"(?:…|\.\.\.|\[\s*(?:…|\.\.\.)\s*\]|\(\s*(?:…|\.\.\.)\s*\))\s*$")
_TITLE_PARTS = re.compile(r"\s+[|–—\-·•»«:/]+\s+|\s*[|｜]\s*")
_PAYWALL_NAMES = re.compile(
    r"""(?:class|id|data-[\w-]+)\s*=\s*["'][^"']{0,200}?\b(pay-?wall|regwall|registration-wall|subscriber-only|subscribe-wall|
    piano-[\w-]+|plus-teaser|paid-content|premium-content|locked-content|article-locked|c-paywall)""",
    re.IGNORECASE | re.VERBOSE,
)
_CONSENT_ADDRESS = re.compile(
    r"^(?:consent|cookies?|privacy|guce|zustimmung|myprivacy)\.|/(?:consent|cookie-?wall|privacy-?gate|collectconsent|"
    r"zustimmung|cookie-consent|consent-?wall)(?:[/?.]|$)",
    re.IGNORECASE,
)
_LIST_ADDRESS = re.compile(
    r"/(?:tags?|category|categories|kategorie|categorie|categoria|topics?|themen?|author|autor|auteur|archives?|search|"
    r"suche|page)(?:/|$)|[?&](?:s|q|query|search|paged?)=",
    re.IGNORECASE,
)
_ESCAPE = re.compile(r"\\.|[^\\]+")
_ROOT = re.compile(r"/?(?:(?:[a-z]{2}(?:[-_][a-zA-Z]{2})?)/?|index\.\w{2,5}|home/?)?")
_LIST_KINDS = frozenset({"CollectionPage", "ItemList", "SearchResultsPage", "ProfilePage"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A status with what speaks for it."""

    status: Access = "full"
    evidence: tuple[str, ...] = ()


def judge_access(text: str, *, markup: str, signs: Signs, meta: Metadata, page: Page) -> Finding:
    """The access status of a page whose article was taken to be ``text`` (before its lines are cleaned)."""
    if len(text) <= _LONGEST_WALL:
        shown = _shown(text, markup)
        wall = _bot_wall(text, shown, markup, signs, meta) or _error_page(text, shown, signs, meta, page)
        wall = wall or _consent_wall(text, shown, meta, page) or _paywalled(text, shown, markup, meta)
        if wall:
            return wall
        if extent(text) < MIN_CHARS or (len(text) < _LITTLE and not any(map(_is_sentence, text.split("\n")))):
            return Finding(status="empty", evidence=(f"{len(text)} characters of text without a sentence",))
    listing = tuple(_listing(text, signs, meta, page))
    if listing:
        return Finding(status="listing", evidence=listing)
    teaser = tuple(_teaser(text, markup, meta))
    return Finding(status="teaser", evidence=teaser) if teaser else Finding()


@cache
def _phrases(section: str, *, whole: bool = False) -> re.Pattern[str]:
    """The phrases of a section, for lower-case text: a search that ignores case takes four times as long."""
    phrases = read_sections("access_phrases.txt")[section]
    either = "|".join(f"(?:{_ESCAPE.sub(_lower, phrase)})" for phrase in phrases)
    return re.compile(rf"\s*(?:{either})\s*$" if whole else either)


def _lower(part: re.Match[str]) -> str:
    return part[0] if part[0].startswith("\\") else part[0].lower()


def _shown(text: str, markup: str) -> str:
    """All that the page shows, where the article's text is little; else that text."""
    if len(text) >= _LITTLE or len(markup) > _LARGEST_WALL:
        return text
    tree = parse(markup)
    return text if tree is None else normalise(text_of_element(tree))


def _titles(signs: Signs, meta: Metadata) -> Iterator[str]:
    """The window's title whole and in its parts, and the headings."""
    title = meta.window_title or meta.title
    yield from (title, *_TITLE_PARTS.split(title), *signs.headings)


def _is_sentence(line: str) -> bool:
    """Long enough for one: the words of menus and captions are not. Scripts of East Asia say more in a character."""
    return len(line) >= (_SENTENCE_UNSPACED if line[:1] >= _UNSPACED else _SENTENCE)


def _squeeze(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _split(url: str) -> SplitResult:
    """The parts of an address, empty ones for what is none."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _quoted(what: str, words: str) -> str:
    words = " ".join(words.split())
    return f'{what}: "{words[:100]}"'


# --- walls ------------------------------------------------------------------------------------------------------------


def _bot_wall(text: str, shown: str, markup: str, signs: Signs, meta: Metadata) -> Finding | None:
    if len(text) >= _SHORT or len(shown) > _LONGEST_WALL:
        return None
    says = _phrases("bot")
    found = [_quoted("title", title) for title in _titles(signs, meta) if says.match(title.lower())][:1]
    if len(shown) < _SHORT and not meta.is_article:
        found += [_quoted("text", match.group()) for match in [says.search(shown.lower())] if match]
    names = _phrases("bot_markup").search(markup.lower()) if len(markup) <= _LARGEST_WALL else None
    if names and (found or (extent(text) < MIN_CHARS and len(shown) < _LITTLE)):
        found.append(_quoted("markup", names.group()))
    return Finding(status="bot_wall", evidence=tuple(found)) if found else None


def _error_page(text: str, shown: str, signs: Signs, meta: Metadata, page: Page) -> Finding | None:
    if page.status >= 400:
        return Finding(status="error_page", evidence=(f"the server answered {page.status}",))
    if meta.is_article and len(text) >= _LITTLE:
        return None
    says = _phrases("error", whole=True)
    for title in _titles(signs, meta):
        if title and says.match(title.lower()):
            return Finding(status="error_page", evidence=(_quoted("title", title),))
    if len(shown) < _SHORT and len(text) < _LITTLE:
        for line in shown.split("\n")[:12]:
            if len(line) <= _LONGEST_TAIL_LINE and says.match(line.lower()):
                return Finding(status="error_page", evidence=(_quoted("text", line),))
    return None


def _consent_wall(text: str, shown: str, meta: Metadata, page: Page) -> Finding | None:
    """A page about cookies in place of an article: by its address or title, or by nearly every line of its text."""
    hits, share = _consent_share(text)
    if len(text) < _LITTLE and len(shown) <= _LONGEST_WALL and (every := _consent_share(shown))[0] > hits:
        hits, share = every
    parts = _split(page.final_url)
    address = _CONSENT_ADDRESS.search(parts.netloc) or _CONSENT_ADDRESS.search(parts.path)
    named = _phrases("consent_title", whole=True).match((meta.window_title or meta.title).lower())
    evidence = [_quoted("address", page.final_url)] if address else []
    evidence += [_quoted("title", meta.window_title or meta.title)] if named else []
    enough = share >= _CONSENT_SHARE and hits >= (1 if evidence else _CONSENT_HITS)
    if address and not meta.is_article:
        enough = hits > 0
    elif named:
        enough = hits > 0 and (share >= _CONSENT_SHARE or len(text) < _LITTLE)
    if not enough:
        return None
    return Finding(status="consent_wall", evidence=(*evidence, f"{hits} phrases of consent in {share:.0%} of the text"))


def _consent_share(text: str) -> tuple[int, float]:
    """How many different phrases of consent, and which part of the text stands in lines that have one."""
    says = _phrases("consent")
    found: set[str] = set()
    inside = 0
    lowered = text.lower()
    if says.search(lowered) is None:
        return 0, 0.0
    for line in lowered.split("\n"):
        phrases = {match.group() for match in says.finditer(line)}
        found |= phrases
        # A long line with a single phrase in it is a sentence about cookies, not a banner.
        if phrases and (len(line) <= _LONGEST_TAIL_LINE or len(phrases) > 1):
            inside += len(line)
    return len(found), inside / len(text) if text else 0.0


def _paywalled(text: str, shown: str, markup: str, meta: Metadata) -> Finding | None:
    """Almost nothing of the article is left when the wall's own lines are taken away."""
    if len(text) >= _LITTLE:
        return None
    says = _phrases("paywall")
    lines = text.split("\n")
    own = [line for line in lines if _is_sentence(line) and not says.search(line.lower())]
    if sum(map(extent, own)) >= MIN_CHARS:
        return None
    evidence = _paywall_signs(lines, meta)
    if not evidence:
        evidence = [_quoted("text", match.group()) for match in [says.search(shown.lower())] if match]
        names = _PAYWALL_NAMES.search(markup) if evidence else None
        evidence += [_quoted("markup", names[1])] if names else []
        if not names and len(shown) > _LONGEST_WALL:
            return None
    return Finding(status="paywalled", evidence=tuple(evidence)) if evidence else None


def _paywall_signs(lines: Sequence[str], meta: Metadata) -> list[str]:
    says = _phrases("paywall")
    found = ["isAccessibleForFree: false"] if meta.paywalled else []
    tail = (line for line in lines[-_TAIL:] if len(line) <= _LONGEST_TAIL_LINE and says.search(line.lower()))
    return [*found, *(_quoted("text ends with", line) for line in tail)][:3]


# --- lists and teasers ------------------------------------------------------------------------------------------------


def _listing(text: str, signs: Signs, meta: Metadata, page: Page) -> Iterator[str]:
    """Why the page is a list of articles; nothing for a page that calls itself an article."""
    if meta.is_article:
        return
    asked, got = _split(page.url), _split(page.final_url)
    is_root = bool(_ROOT.fullmatch(got.path)) and not got.query and bool(got.netloc)
    if is_root and asked.netloc and not _ROOT.fullmatch(asked.path):
        yield "redirected to the site's start page"
    if page.entry_title and _squeeze(page.entry_title) == _squeeze(meta.title):
        return  # a feed announced this very page as an article
    several = signs.linked_headings >= _SEVERAL
    lines = [line for line in text.split("\n") if line]
    share, teasers = signs.inside(lines)
    if share >= _TEASER_SHARE and teasers >= _SEVERAL:
        yield f"{share:.0%} of the text stands in {teasers} teasers of other pages"
        return
    long = sum(len(line) >= _LONGEST_TAIL_LINE for line in lines)
    if several and signs.linked_headings > 2 * long:
        if is_root:
            yield f"the site's start page, with {signs.linked_headings} linked headings"
        elif kinds := sorted(meta.page_kinds & _LIST_KINDS):
            yield f"says it is a {kinds[0]}, with {signs.linked_headings} linked headings"
        elif meta.published is None and _LIST_ADDRESS.search(got.path + ("?" + got.query if got.query else "")):
            yield f"the address of a list, with {signs.linked_headings} linked headings"


def _teaser(text: str, markup: str, meta: Metadata) -> Iterator[str]:
    """Why the text is only the beginning of the article."""
    if len(text) >= _LONGEST_TEASER:
        return
    lines = text.split("\n")
    short = len(text) < _SHORT
    signs = _paywall_signs(lines, meta)
    if signs and (short or not meta.paywalled or len(signs) > 1):
        yield from signs
    if meta.word_count and (words := len(_WORD.findall(text))) < _WORD_COUNT_SHARE * meta.word_count:
        yield f"wordCount {meta.word_count}, {words} words here"
    last = lines[-1]
    if len(text) < _LITTLE and _phrases("continues", whole=True).match(last.lower()):
        yield _quoted("text ends with", last)
    elif short and _ELLIPSIS.search(last) and (len(text) < _LITTLE or signs or _PAYWALL_NAMES.search(markup)):
        yield _quoted("text breaks off", last[-60:])
    elif short and not signs and len(markup) <= _LARGEST_WALL and (names := _PAYWALL_NAMES.search(markup)):
        said = _phrases("paywall").search(markup.lower(), names.end())
        if said and markup.rfind("<", 0, said.start()) < markup.rfind(">", 0, said.start()):  # not inside a tag
            yield _quoted("markup", names[1])
            yield _quoted("page says", said.group())


__all__ = ["MIN_CHARS", "Finding", "judge_access"]
