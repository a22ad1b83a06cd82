"""From a fetched page to its article: bytes -> text, language, metadata, and what was taken out.

The route: refuse what is no page (:mod:`~pipelines.extract.sniff`), decode once by evidence
(:mod:`~pipelines.extract.charset`), parse once (:mod:`~pipelines.extract.tree`), read the metadata
(:mod:`pipelines.metadata`), find the text (:mod:`~pipelines.extract.body`), clean it (:mod:`pipelines.clean`), name its
language (:mod:`~pipelines.extract.language`).
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines import metadata
from pipelines.clean import clean
from pipelines.extract import charset, fallbacks, sniff
from pipelines.extract.access import MIN_CHARS, Finding, judge_access
from pipelines.extract.body import main_text
from pipelines.extract.language import identify
from pipelines.extract.mojibake import is_mojibake, repair
from pipelines.extract.opening import strip_opening
from pipelines.extract.paragraphs import normalise, text_of_fragment
from pipelines.extract.signs import read_signs
from pipelines.extract.tree import code_tokens, parse
from storewatch.errors import PageError
from storewatch.fulltext import FEED_TEXT, extent
from storewatch.types import AS_SHIPPED, Article, Cleaning, Page

EXTRACTOR_VERSION = "3"
"""Goes up whenever the text or the metadata of stored pages may come out differently."""

MAX_CHARS = 500_000
"""More is no article: a table of data, a log, a whole book."""
_FEED_SHARE = 0.6
"""The feed's full text is taken when the page yields less than this part of it: a wall, or a failed extraction."""


STORED = frozenset({"full", "teaser"})
"""The access statuses with which a page is an article."""
_READ = STORED | {"listing", "empty"}
"""Those with which a person who asks for a page gets its text."""


def extract(page: Page, *, lenient: bool = False, cleaning: Cleaning = AS_SHIPPED) -> Article:
    """The article on a page.

    ``lenient`` is for a page a person asks for: text without any markup, articles of a single line and lists are taken
    too, and say so in ``Article.access``.

    Raises :class:`~storewatch.errors.PageError`, and nothing else, with one of these reasons and the evidence for it:
    ``empty``, ``consent_wall``, ``bot_wall``, ``error_page``, ``paywalled``, ``listing`` (the access status of
    :mod:`pipelines.extract.access`), ``too_large``, ``not_html`` or ``extraction_failed``.
    """
    try:
        return _extract(page, lenient=lenient, cleaning=cleaning)
    except PageError:
        raise
    except Exception as err:  # foreign bytes through foreign parsers: whatever they raise, it is about this page only
        raise PageError(
            page.url, f"reading it failed ({type(err).__name__}: {err})", reason="extraction_failed"
        ) from err


def _extract(page: Page, *, lenient: bool, cleaning: Cleaning) -> Article:
    markup = _markup(page, lenient=lenient)
    tree = parse(markup)
    if tree is None:
        raise PageError(page.url, "there is nothing in its HTML", reason="empty")
    meta = metadata.read(tree, page.final_url, now=page.fetched_at)
    signs = read_signs(tree, meta, page.final_url)
    kept = code_tokens(tree, markup, cleaning)
    own = main_text(tree, article_body=meta.article_body)
    chosen = _or_feed_text(own, page)
    from_feed, text = chosen is not own, repair(chosen)
    if len(text) > MAX_CHARS:
        raise PageError(page.url, f"its text has {len(text):,} characters, more than {MAX_CHARS:,}", reason="too_large")
    finding = judge_access(text, markup=markup, signs=signs, meta=meta, page=page)
    _require(finding, _READ if lenient else STORED, page)
    text, opening = strip_opening(text, titles=(meta.title, page.entry_title), authors=meta.authors)
    text, removed = clean(text, keep=kept, cleaning=cleaning)
    if extent(text) < (1 if lenient else MIN_CHARS):
        raise PageError(page.url, f"no article text in it ({len(text)} characters)", reason="empty")
    title = repair(meta.title or page.entry_title)
    published = fallbacks.published(meta, page, tree)
    return Article(
        url=page.final_url,
        canonical_url=meta.canonical_url or page.final_url,
        title=normalise(title).replace("\n", " "),
        text=text,
        lang=identify(text, title=title, declared=meta.lang),
        authors=tuple(map(repair, meta.authors)),
        published=published,
        modified=meta.modified,
        site_name=meta.site_name and repair(meta.site_name),
        section=meta.section and repair(meta.section),
        tags=tuple(map(repair, meta.tags)),
        image=meta.image,
        paywalled=meta.paywalled,
        removed=fallbacks.rivals(published, meta, page) + opening + removed,
        access=finding.status,
        access_evidence=finding.evidence,
        flags=tuple(_flags(title, text, from_feed=from_feed)),
    )


_NO_ARTICLE = {
    "paywalled": "a paywall stands in place of the article",
    "consent_wall": "a consent wall stands in place of the article",
    "bot_wall": "a wall against robots stands in place of the article",
    "error_page": "it is an error page",
    "listing": "it is a list of articles",
    "empty": "no article text in it",
}


def _require(finding: Finding, statuses: frozenset[str], page: Page) -> None:
    """Refuse a page whose access status is none of ``statuses``."""
    if finding.status not in statuses:
        problem = f"{_NO_ARTICLE[finding.status]}: {'; '.join(finding.evidence)}"
        raise PageError(page.url, problem, reason=finding.status, evidence=finding.evidence)


def _markup(page: Page, *, lenient: bool) -> str:
    """The page's decoded HTML; raises for what is none."""
    problem = sniff.refuse(page.body)
    if problem is not None:
        raise PageError(page.url, problem.detail, reason=problem.reason)
    markup = charset.decode(page.body, page.charset)
    if not sniff.has_markup(markup):
        if not lenient or not markup.strip():
            raise PageError(page.url, "it is text without any HTML", reason="not_html")
        return sniff.wrap_text(markup)
    return markup


def _flags(title: str, text: str, *, from_feed: bool) -> Iterator[str]:
    if from_feed:
        yield FEED_TEXT
    if is_mojibake(f"{title}\n{text}"):
        yield "mojibake"


def _or_feed_text(text: str, page: Page) -> str:
    """The text of the page, or the full text the feed carried where the page yields clearly less."""
    if not page.entry_content_html:
        return text
    full = normalise(text_of_fragment(page.entry_content_html))
    return full if len(text) < _FEED_SHARE * len(full) else text


__all__ = ["EXTRACTOR_VERSION", "MIN_CHARS", "extract"]
