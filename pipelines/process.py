"""One fetched page -> what is stored of it. Pure; runs in a worker process."""

from __future__ import annotations

from pipelines import topics
from pipelines.extract import EXTRACTOR_VERSION, extract
from pipelines.judge import judge
from pipelines.prefilter import passes
from storewatch.errors import PageError
from storewatch.types import Document, Page, Processed, Rejected


def process(page: Page, *, draw: float, prefilter: bool = True, audit_share: float = 0.01) -> Processed | Rejected:
    """Prefilter, extraction, relevance and events of one page.

    A page that the prefilter does not pass is read all the same when ``draw`` (:mod:`pipelines.audit`) is below
    ``audit_share``: what it loses is measured. Never raises for anything a page can be.
    """
    topic = topics.load()
    if prefilter and draw >= audit_share:
        passed, why = passes(
            entry_title=page.entry_title, entry_summary=page.entry_summary, html=page.body, topic=topic
        )
        if not passed:
            return Rejected(url=page.url, reason="prefilter", detail=why, title=page.entry_title)
    try:
        article = extract(page)
    except PageError as error:
        return Rejected(url=page.url, reason=error.reason, detail=error.problem, title=page.entry_title)
    document = Document(
        title=article.title,
        text=article.text,
        lang=article.lang,
        published=article.published or page.entry_published,
        url=article.canonical_url,
    )
    judgement = judge(document, topic)
    verdict = judgement.verdict
    if verdict.verdict == "rejected":
        return Rejected(
            url=page.url,
            reason=verdict.reason,
            detail="; ".join(verdict.signals),
            score=verdict.score,
            title=article.title,
            text=article.text,
        )
    return Processed(article=article, judgement=judgement)


def versions() -> tuple[str, str]:
    """The versions of the topic and of the extractor, which are stored with all that they made."""
    return topics.load().version, EXTRACTOR_VERSION
