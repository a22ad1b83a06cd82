"""Taking an article out for good: the rows go, and what is left of its pages keeps them from being fetched again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, select, update

from storewatch.db import articles, polling
from storewatch.db import models as m
from storewatch.db.columns import upsert

if TYPE_CHECKING:
    from storewatch.db.store import Store

#: The reason of a page that a person deleted; no feed brings it back.
DELETED = "deleted"


def delete_article(store: Store, article_id: int, now: datetime) -> tuple[str, ...] | None:
    """Delete an article with its texts, events, copies and label; the addresses that are not fetched any more.

    None when there is no such article.
    """
    with store.writing() as connection:
        article_id = articles.resolve(connection, article_id)
        own = connection.scalar(select(m.articles.c.url).where(m.articles.c.article_id == article_id))
        if own is None:
            return None
        copies = select(m.article_copies.c.url).where(m.article_copies.c.article_id == article_id)
        urls = (own, *sorted(connection.scalars(copies)))
        pages = m.pages.c.article_id == article_id
        kept = select(m.pages.c.page_id).where(pages)
        connection.execute(delete(m.page_bodies).where(m.page_bodies.c.page_id.in_(kept)))
        connection.execute(update(m.pages).where(pages).values(_TOMBSTONE | {"fetched_at": now}))
        for url in urls:
            _bury(connection, url, now)
        connection.execute(delete(m.articles).where(m.articles.c.article_id == article_id))
        return urls


def delete_url(store: Store, url: str, now: datetime) -> bool:
    """Delete what stands at an address, and never fetch it again; True when something was stored of it.

    An article of which it is the only text goes; one that also stands elsewhere only loses this copy.
    """
    page = polling.new_page(url)
    with store.writing() as connection:
        own = select(m.articles.c.article_id).where(m.articles.c.url_key == page.url_key)
        article_id = connection.scalar(own)
        if article_id is None:
            gone = connection.execute(delete(m.article_copies).where(m.article_copies.c.url_key == page.url_key))
            _bury(connection, url, now)
            return gone.rowcount > 0
    return delete_article(store, article_id, now) is not None


_TOMBSTONE = {"state": "rejected", "reason": DELETED, "detail": None, "next_try_at": None, "lease_until": None}


def _bury(connection: Connection, url: str, now: datetime) -> None:
    """Leave a tombstone at an address, known or not."""
    values = polling.pending_values(polling.new_page(url), None, now) | _TOMBSTONE | {"fetched_at": now}
    statement = upsert(connection, m.pages).values(values)
    changed = _TOMBSTONE | {"fetched_at": now, "article_id": None}
    connection.execute(statement.on_conflict_do_update(index_elements=[m.pages.c.url_key], set_=changed))
