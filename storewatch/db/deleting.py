"""Taking an article out for good: the rows go, and what is left of its pages keeps them from being fetched again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, select, update

from storewatch.db import articles, bookkeeping, polling
from storewatch.db import models as m
from storewatch.db.columns import upsert

if TYPE_CHECKING:
    from storewatch.db.store import Store

#: The reason of a page that a person deleted; no feed brings it back.
DELETED = "deleted"


def delete_article(store: Store, article_id: int, now: datetime) -> tuple[str, ...] | None:
    """Delete an article with its texts, events, copies and label; the addresses that are not fetched any more.

    ``article_id`` is the number that it is shown under. None when there is no such article.
    """
    a = m.articles.c
    with store.writing() as connection:
        article_id = articles.shown(connection, article_id)
        leader = connection.scalar(select(a.article_id).where(a.shown_id == article_id, a.leader_id == a.article_id))
        members = list(connection.scalars(select(a.article_id).where(a.leader_id == leader)))
        if not members:
            return None
        return _delete(connection, members, now)


def delete_url(store: Store, url: str, now: datetime) -> bool:
    """Delete what stands at an address, and never fetch it again; True when something was stored of it.

    At an article's own address the article goes with its copies, at a copy's only that copy.
    """
    page = polling.new_page(url)
    a = m.articles.c
    with store.writing() as connection:
        row = connection.execute(select(a.article_id, a.leader_id).where(a.url_key == page.url_key)).one_or_none()
        if row is None:
            copies = delete(m.article_copies).where(m.article_copies.c.url_key == page.url_key)
            gone = connection.scalars(copies.returning(m.article_copies.c.article_id)).all()
            bookkeeping.refresh(connection, gone)
            _bury(connection, url, now)
            return bool(gone)
        members = [row.article_id]
        if row.leader_id == row.article_id:
            members = list(connection.scalars(select(a.article_id).where(a.leader_id == row.article_id)))
        _delete(connection, members, now)
        return True


def _delete(connection: Connection, members: Sequence[int], now: datetime) -> tuple[str, ...]:
    """Delete rows of ``articles`` with all that belongs to them; returns the addresses, the first member's first."""
    own = connection.scalars(
        select(m.articles.c.url).where(m.articles.c.article_id.in_(members)).order_by(m.articles.c.article_id)
    ).all()
    copies = connection.scalars(select(m.article_copies.c.url).where(m.article_copies.c.article_id.in_(members))).all()
    urls = (*own, *sorted(copies))
    pages = m.pages.c.article_id.in_(members)
    kept = select(m.pages.c.page_id).where(pages)
    connection.execute(delete(m.page_bodies).where(m.page_bodies.c.page_id.in_(kept)))
    connection.execute(update(m.pages).where(pages).values(_TOMBSTONE | {"fetched_at": now}))
    for url in urls:
        _bury(connection, url, now)
    articles.withdraw(connection, members)
    claims = bookkeeping.claims_of(connection, members)
    leaders = bookkeeping.leaders(connection, members)
    connection.execute(delete(m.articles).where(m.articles.c.article_id.in_(members)))
    bookkeeping.refresh(connection, leaders, former=claims)
    return urls


_TOMBSTONE = {"state": "rejected", "reason": DELETED, "detail": None, "next_try_at": None, "lease_until": None}


def _bury(connection: Connection, url: str, now: datetime) -> None:
    """Leave a tombstone at an address, known or not."""
    values = polling.pending_values(polling.new_page(url), None, now) | _TOMBSTONE | {"fetched_at": now}
    statement = upsert(connection, m.pages).values(values)
    changed = _TOMBSTONE | {"fetched_at": now, "article_id": None}
    connection.execute(statement.on_conflict_do_update(index_elements=[m.pages.c.url_key], set_=changed))
