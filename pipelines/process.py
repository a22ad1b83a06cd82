"""One fetched page -> what is stored of it. Pure; runs in a worker process."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import get_args

from pipelines import topics
from pipelines.extract import EXTRACTOR_VERSION, extract
from pipelines.judge import judge
from pipelines.prefilter import passes
from storewatch.errors import PageError
from storewatch.fulltext import FEED_TEXT, in_place_of
from storewatch.types import AS_SHIPPED, Access, Article, Cleaning, Document, Page, Processed, Rejected, Verdict


def process(
    page: Page,
    *,
    draw: float,
    prefilter: bool = True,
    audit_share: float = 0.01,
    cleaning: Cleaning = AS_SHIPPED,
) -> Processed | Rejected:
    """Prefilter, extraction, relevance and events of one page.

    A page that the prefilter does not pass is read all the same when ``draw`` (:mod:`pipelines.audit`) is below
    ``audit_share``, and says so (``audited``): what the prefilter loses is measured. ``cleaning`` is what the user and
    the page's host say about its text. Never raises for anything a page can be.
    """
    topic = topics.load()
    audited = False
    if prefilter:
        passed, why = passes(
            entry_title=page.entry_title, entry_summary=page.entry_summary, html=page.body, topic=topic
        )
        audited = not passed
        if audited and draw >= audit_share:
            return Rejected(url=page.url, reason="prefilter", detail=why, title=page.entry_title)
    try:
        article = _article(page, cleaning)
    except PageError as error:
        return _unreadable(page, error, audited=audited)
    document = Document(
        title=article.title,
        text=article.text,
        lang=article.lang,
        published=article.published or page.entry_published,
        url=article.canonical_url,
    )
    judgement = judge(document, topic)
    if judgement.verdict.verdict == "rejected":
        return _off_topic(page, article, judgement.verdict, audited=audited)
    return Processed(article=article, judgement=judgement, audited=audited)


def _article(page: Page, cleaning: Cleaning) -> Article:
    """The page's article. Where the page could not be had, is a wall or an error, or gives only the beginning, it is
    made of its feed's full text, if there is one, and marked. Raises :class:`PageError`."""
    if page.unreachable:
        return _of_feed(extract(replace(page, status=200), cleaning=cleaning), page.unreachable)
    try:
        article = extract(page, cleaning=cleaning)
    except PageError as error:
        instead = in_place_of(page, reason=error.reason)
        if instead is None:
            raise
        try:
            return _of_feed(extract(instead, cleaning=cleaning), error.reason)
        except PageError:
            raise error from None
    instead = in_place_of(page, reason=article.access) if article.access != "full" else None
    if instead is None:
        return article
    with contextlib.suppress(PageError):
        full = extract(instead, cleaning=cleaning)
        if full.access == "full" and len(full.text) >= len(article.text):
            whole = replace(article, text=full.text, removed=full.removed, access="full", access_evidence=())
            return _of_feed(whole, article.access)
    return article


def _of_feed(article: Article, reason: str) -> Article:
    """Marked as made of the feed's text, because of ``reason``."""
    evidence = (*article.access_evidence, f"this is the text of its feed; the page: {reason}")
    return replace(article, access_evidence=evidence, flags=tuple(dict.fromkeys((*article.flags, FEED_TEXT))))


def _off_topic(page: Page, article: Article, verdict: Verdict, *, audited: bool) -> Rejected:
    return Rejected(
        url=page.url,
        reason=verdict.reason,
        detail="; ".join(verdict.signals),
        score=verdict.score,
        title=article.title,
        text=article.text,
        access=article.access,
        access_evidence=article.access_evidence,
        audited=audited,
    )


def _unreadable(page: Page, error: PageError, *, audited: bool) -> Rejected:
    access = next((status for status in get_args(Access) if status == error.reason), None)
    return Rejected(
        url=page.url,
        reason=error.reason,
        detail=error.problem,
        title=page.entry_title,
        access=access,
        access_evidence=error.evidence,
        audited=audited,
    )


def versions() -> tuple[str, str]:
    """The versions of the topic and of the extractor, which are stored with all that they made."""
    return topics.load().version, EXTRACTOR_VERSION
