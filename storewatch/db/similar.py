"""Stored texts that share keys of their sketches with a new one: an index look-up, nothing in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Protocol

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Connection,
    Insert,
    Select,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from storewatch.db import models as m
from storewatch.db.columns import among
from storewatch.db.noting import note

#: So many texts are handed to the comparison, the most promising first.
MAX_SIMILAR = 64
#: A key in more texts than this, and in more text groups than the second number, is a site's standard paragraph.
_HOT_TEXTS, _HOT_GROUPS = 50, 20
#: Keys are weighed anew when there are so many more articles than last time.
_GROWTH = 1.1
#: So many old texts get their keys in one transaction.
_AT_ONCE = 200

_k = m.sketch_keys


@lru_cache
def _like(dialect: str) -> Select[int]:
    """Made once: a statement with a hundred keys spelt out takes longer to make than to run."""
    a, r = m.articles.c, m.revisions.c
    shared = func.count().label("shared")
    special = func.max(case((among(_k.c.key, "special", dialect), 1), else_=0))
    hot = select(m.hot_keys.c.key).where(among(m.hot_keys.c.key, "keys", dialect))
    found = (
        select(_k.c.revision_id, shared)
        .where(among(_k.c.key, "keys", dialect), _k.c.key.not_in(hot))
        .group_by(_k.c.revision_id)
        .having(or_(shared >= bindparam("enough"), special == 1))
        .subquery()
    )
    return (
        select(found.c.revision_id)
        .join(m.revisions, r.revision_id == found.c.revision_id)
        .join(m.articles, (a.article_id == r.article_id) & (a.revision == r.number))
        .where(a.verdict != "rejected")
        .order_by(found.c.shared.desc(), r.text_sha, a.url_key)
        .limit(MAX_SIMILAR)
    )


def revisions_like(connection: Connection, keys: Collection[int], special: Collection[int], enough: int) -> list[int]:
    """Revisions in force that share ``enough`` of ``keys``, or one of the ``special`` ones, the most keys first.

    Ties are settled by the text, so that no order of arrival shows.
    """
    if not keys:
        return []
    values = {"keys": list(keys), "special": list(special), "enough": enough}
    return list(connection.scalars(_like(connection.dialect.name), values))


@lru_cache
def _store(dialect: str) -> Insert:
    if dialect != "postgresql":
        return insert(_k)
    # One statement with an array: a server takes a row at a time several times as long.
    key = func.unnest(bindparam("keys", type_=ARRAY(BigInteger)))
    return insert(_k).from_select(["key", "revision_id"], select(key, bindparam("to", type_=_k.c.revision_id.type)))


def store_keys(connection: Connection, revision_id: int, keys: Collection[int]) -> None:
    if not keys:
        return
    statement, ordered = _store(connection.dialect.name), sorted(keys)
    if connection.dialect.name == "postgresql":
        connection.execute(statement, {"keys": ordered, "to": revision_id})
    else:
        connection.execute(statement, [{"key": key, "revision_id": revision_id} for key in ordered])


def drop_keys(connection: Connection, article_id: int) -> None:
    """Forget the keys of an article's texts: only the one in force is compared."""
    own = select(m.revisions.c.revision_id).where(m.revisions.c.article_id == article_id)
    connection.execute(delete(_k).where(_k.c.revision_id.in_(own)))


class Sketcher(Protocol):
    """What makes the keys of a text; ``pipelines.dedup.kinship`` is one."""

    def words(self, text: str) -> int: ...

    def keys(self, title: str, text: str) -> frozenset[int]: ...


def store_missing(connection: Connection, sketcher: Sketcher, after: int) -> tuple[int, int]:
    """Give the next texts that were stored before there were keys (schema 0007) theirs; returns how many, and the last
    article looked at. ``after``: the last one of the call before, 0 in the first.

    From then on new texts are compared with them. They themselves are not compared with each other: that takes as long
    as to store them anew.
    """
    a, r = m.articles.c, m.revisions.c
    texts = (
        select(a.article_id, r.revision_id, r.title, r.text)
        .join(m.revisions, (r.article_id == a.article_id) & (r.number == a.revision))
        .where(a.words.is_(None), a.verdict != "rejected", a.article_id > after)
        .order_by(a.article_id)
        .limit(_AT_ONCE)
    )
    found = connection.execute(texts).all()
    for row in found:
        drop_keys(connection, row.article_id)
        store_keys(connection, row.revision_id, sketcher.keys(row.title, row.text))
        values = {"words": sketcher.words(row.text)}
        connection.execute(update(m.articles).where(a.article_id == row.article_id).values(values))
    return len(found), found[-1].article_id if found else after


def freeze_hot_keys(connection: Connection) -> None:
    """Find the keys that say nothing because they stand everywhere; at the start of a run, so that within it no order
    of arrival matters. Keys are counted by text groups: a story that everybody prints must not kill its own keys.
    """
    articles = connection.scalar(select(func.count()).select_from(m.articles)) or 0
    known = connection.scalar(select(m.hot_keys.c.articles).where(m.hot_keys.c.key == 0)) or 0
    if articles < max(_HOT_TEXTS, known * _GROWTH):
        return
    frequent = select(_k.c.key).group_by(_k.c.key).having(func.count() > _HOT_TEXTS).subquery()
    groups = func.count(m.articles.c.group_id.distinct())
    hot: Sequence[int] = connection.scalars(
        select(_k.c.key)
        .join(frequent, frequent.c.key == _k.c.key)
        .join(m.revisions, m.revisions.c.revision_id == _k.c.revision_id)
        .join(m.articles, m.articles.c.article_id == m.revisions.c.article_id)
        .group_by(_k.c.key)
        .having(groups > _HOT_GROUPS)
    ).all()
    connection.execute(delete(m.hot_keys))
    if hot:
        said = (
            "%d runs of words stand in more than %d texts and %d groups each: boilerplate, not looked for in new texts"
        )
        note(connection, ("hot keys", articles), said, len(hot), _HOT_TEXTS, _HOT_GROUPS)
    rows = [{"key": key, "articles": articles} for key in {0, *hot}]
    connection.execute(insert(m.hot_keys), rows)
