"""From a fetched page to its article: bytes -> text, language, metadata, and what was taken out.

The route: refuse what is no page (:mod:`~pipelines.extract.sniff`), decode once by evidence
(:mod:`~pipelines.extract.charset`), parse once (:mod:`~pipelines.extract.tree`), read the metadata
(:mod:`pipelines.metadata`), find the text (:mod:`~pipelines.extract.body`), clean it (:mod:`pipelines.clean`), name its
language (:mod:`~pipelines.extract.language`).
"""

from __future__ import annotations

from pipelines import metadata
from pipelines.clean import clean
from pipelines.extract import charset, fallbacks, sniff
from pipelines.extract.body import main_text
from pipelines.extract.language import identify
from pipelines.extract.opening import strip_opening
from pipelines.extract.paragraphs import normalise, text_of_fragment
from pipelines.extract.tree import code_tokens, parse
from storewatch.errors import PageError
from storewatch.types import Article, Page

EXTRACTOR_VERSION = "1"
"""Goes up whenever the text or the metadata of stored pages may come out differently."""

MIN_CHARS = 80
"""An article has at least this many characters of text: less is a caption, an error message or a wall."""
MAX_CHARS = 500_000
"""More is no article: a table of data, a log, a whole book."""
_FEED_SHARE = 0.6
"""The feed's full text is taken when the page yields less than this part of it: a wall, or a failed extraction."""


def extract(page: Page, *, lenient: bool = False) -> Article:
    """The article on a page.

    ``lenient`` is for a page a person asks for: text without any markup and articles of a single line are taken too.

    Raises :class:`~storewatch.errors.PageError` with reason ``empty_page``, ``too_large``, ``not_html``, ``no_text`` or
    ``extraction_failed``, and nothing else.
    """
    try:
        return _extract(page, lenient=lenient)
    except PageError:
        raise
    except Exception as err:  # foreign bytes through foreign parsers: whatever they raise, it is about this page only
        raise PageError(
            page.url, f"reading it failed ({type(err).__name__}: {err})", reason="extraction_failed"
        ) from err


def _extract(page: Page, *, lenient: bool) -> Article:
    markup = _markup(page, lenient=lenient)
    tree = parse(markup)
    if tree is None:
        raise PageError(page.url, "there is nothing in its HTML", reason="empty_page")
    meta = metadata.read(tree, page.final_url, now=page.fetched_at)
    kept = code_tokens(tree, markup)
    text = _or_feed_text(main_text(tree, article_body=meta.article_body), page)
    if len(text) > MAX_CHARS:
        raise PageError(page.url, f"its text has {len(text):,} characters, more than {MAX_CHARS:,}", reason="too_large")
    text, opening = strip_opening(text, titles=(meta.title, page.entry_title), authors=meta.authors)
    text, removed = clean(text, keep=kept)
    if len(text) < (1 if lenient else MIN_CHARS):
        raise PageError(page.url, f"no article text in it ({len(text)} characters)", reason="no_text")
    title = meta.title or page.entry_title
    return Article(
        url=page.final_url,
        canonical_url=meta.canonical_url or page.final_url,
        title=normalise(title).replace("\n", " "),
        text=text,
        lang=identify(text, title=title, declared=meta.lang),
        authors=meta.authors,
        published=fallbacks.published(meta, page, tree),
        modified=meta.modified,
        site_name=meta.site_name,
        section=meta.section,
        tags=meta.tags,
        image=meta.image,
        paywalled=meta.paywalled,
        removed=opening + removed,
    )


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


def _or_feed_text(text: str, page: Page) -> str:
    """The text of the page, or the full text the feed carried where the page yields clearly less."""
    if not page.entry_content_html:
        return text
    full = normalise(text_of_fragment(page.entry_content_html))
    return full if len(text) < _FEED_SHARE * len(full) else text


__all__ = ["EXTRACTOR_VERSION", "MIN_CHARS", "extract"]
