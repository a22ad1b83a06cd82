"""What pages said, what people say of it, and what is let go."""

from __future__ import annotations

import gzip
from datetime import datetime

from sqlalchemy import Connection

from storewatch.db import articles, bookkeeping, retention
from storewatch.db import lines as host_lines
from storewatch.db.candidates import address_of
from storewatch.db.grouping import Kinship
from storewatch.db.retention import KeptSince
from storewatch.db.saving import Arrival, Decide
from storewatch.db.saving import reject as save_rejected
from storewatch.db.saving import save as save_arrival
from storewatch.db.stores.connected import Connected
from storewatch.types import (
    Decision,
    Page,
    PageRead,
    Processed,
    Rejected,
)


class ResultsStore(Connected):
    """Articles, rejected pages, labels."""

    def save(
        self,
        processed: Processed,
        read: PageRead,
        *,
        page: Page,
        text_sha: str,
        decide: Decide,
        kinship: Kinship | None = None,
    ) -> Decision:
        """Store what a page said: candidates, decision and every write in one transaction; returns the decision.

        ``kinship`` finds and arranges texts that are nearly the same; without it only equal ones are found.

        ``decide`` may be corrected where the store knows better (``saving.settle``). A page judged ``rejected`` is
        stored as by :meth:`reject`; the decision returned then is ``new`` with the reason as its detail.
        """
        verdict = processed.judgement.verdict
        if verdict.verdict == "rejected":
            self.reject(_as_rejected(processed, page), read, page=page, kinship=kinship)
            return Decision(kind="new", detail=f"rejected: {verdict.reason}")
        keys, words = _likeness(processed, kinship)
        content = articles.Content(
            article=processed.article,
            judgement=processed.judgement,
            text_sha=text_sha,
            read=read,
            keys=keys,
            words=words,
        )
        # Compressed before the transaction: nobody has to wait for it.
        html = gzip.compress(page.body, 6, mtime=0)
        arrival = Arrival(content=content, address=address_of(processed.article, page), page=page, html=html)
        with self.writing() as connection:
            decision = save_arrival(connection, arrival, decide, kinship)
            _learn(connection, read)
            return decision

    def reject(self, rejected: Rejected, read: PageRead, *, page: Page | None, kinship: Kinship | None = None) -> None:
        """Store why a page is no article; ``kinship`` as in :meth:`save`."""
        with self.writing() as connection:
            save_rejected(connection, rejected, read, page=page, kinship=kinship)
            _learn(connection, read)

    def repeated_lines(self, host: str, before: datetime) -> frozenset[int]:
        """The lines known before ``before`` to be repeated on the pages of ``host``, as their keys."""
        with self.reading() as connection:
            return host_lines.known(connection, host, before)

    def label(self, article_id: int, relevant: bool, now: datetime, *, by: str = "", note: str = "") -> bool:
        """Write a person's decision, which wins over the judge in every view. False: no such article."""
        with self.writing() as connection:
            shown = articles.shown(connection, article_id)
            if not articles.label(connection, shown, relevant, now, by, note):
                return False
            bookkeeping.refresh(connection, bookkeeping.shown_as(connection, shown))
            return True

    def expire(self, since: KeptSince) -> dict[str, int]:
        """Let go of what is old, see :mod:`storewatch.db.retention`; returns how many rows, by what they are."""
        with self.writing() as connection:
            return retention.expire(connection, since)


def _learn(connection: Connection, read: PageRead) -> None:
    if read.lines is not None:
        host_lines.learn(connection, read.page_id, read.lines, read.now)


def _likeness(processed: Processed, kinship: Kinship | None) -> tuple[frozenset[int], int | None]:
    """What a text is found again by: the keys of its sketch and its number of words."""
    article = processed.article
    return (kinship.keys(article.title, article.text), kinship.words(article.text)) if kinship else (frozenset(), None)


def _as_rejected(processed: Processed, page: Page) -> Rejected:
    """A judged page whose verdict is no."""
    article, verdict = processed.article, processed.judgement.verdict
    return Rejected(
        url=page.url,
        reason=verdict.reason,
        score=verdict.score,
        title=article.title,
        text=article.text,
        access=article.access,
        access_evidence=article.access_evidence,
    )
