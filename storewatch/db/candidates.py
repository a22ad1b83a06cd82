"""What is stored already and may be the same as a new text: found by address, by text and by likeness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    and_,
    bindparam,
    literal_column,
    or_,
    select,
    union_all,
)

from storewatch.db import models as m
from storewatch.db.columns import among
from storewatch.db.records import AnyRow, moment_of
from storewatch.types import Article, Candidate, Page

#: Very short texts ("The page was moved.") may stand in many articles; so many are enough to decide on.
MAX_CANDIDATES = 50


#: Two texts of one page share at least this part of the shorter one's runs of 16 characters; an update or a shorter
#: version of an article shares most, another article of the same site next to nothing.
_AKIN = 0.3
_RUN = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a new text lives: the address it is stored under, and the keys under which it may be known.

    ``plain`` is the same without the address that the page calls canonical, None where that changes nothing.
    """

    url: str
    url_key: str
    outlet: str
    own_key: str
    final_key: str
    canonical_key: str
    plain: Address | None = None


def address_of(article: Article, page: Page) -> Address:
    """The canonical address counts within its own outlet only: one elsewhere names the origin of a copy."""
    from storewatch.urls import outlet

    canonical = article.canonical_url or page.final_url
    plain = _address(article, page, page.final_url)
    if outlet(canonical) not in (outlet(page.final_url), outlet(article.url)):
        return plain
    address = _address(article, page, canonical)
    return plain if address == plain else replace(address, plain=plain)


def _address(article: Article, page: Page, home: str) -> Address:
    from storewatch.urls import canonical_url, outlet, url_key

    url = canonical_url(home)
    return Address(
        url=url,
        url_key=url_key(url),
        outlet=outlet(url),
        own_key=url_key(article.url),
        final_key=url_key(page.final_url),
        canonical_key=url_key(home),
    )


def akin(one: str, other: str) -> bool:
    """Whether two texts can be versions of the same article, in any language."""
    runs = [_runs(text) for text in (one, other)]
    shorter, longer = sorted(runs, key=len)
    return not shorter or len(shorter & longer) >= _AKIN * len(shorter)


def _runs(text: str) -> set[str]:
    plain = "".join(text.casefold().split())
    return {plain[start : start + _RUN] for start in range(max(1, len(plain) - _RUN + 1))} if plain else set()


def _candidates(condition: ColumnElement[bool]) -> Select[Any]:
    a, r = m.articles.c, m.revisions.c
    return (
        select(a.article_id, a.url, a.url_key, a.outlet, a.first_seen_at, a.revision)
        .add_columns(a.published_at, a.published_offset_min, a.published_precision)
        .add_columns(a.group_id, r.revision_id, r.title, r.text, r.text_sha, r.number)
        .join(m.revisions, r.article_id == a.article_id)
        .where(condition)
    )


@cache
def _known(dialect: str) -> CompoundSelect[Any]:
    """What stands at the address (``how`` is 0), and what has the text (1), in one question. Made once, because to make
    it takes longer than to run it.

    A text whose page was rejected later must not take a good page elsewhere down with it.
    """
    a, r, t = m.articles.c, m.revisions.c, m.fingerprints.c
    is_here = or_(among(a.url_key, "keys", dialect), a.article_id == bindparam("article_id", type_=a.article_id.type))
    here = _candidates(and_(r.number == a.revision, is_here)).add_columns(literal_column("0").label("how"))
    has_text = r.revision_id.in_(select(t.revision_id).where(t.kind == "text", t.key == bindparam("text_sha")))
    told = _candidates(and_(has_text, a.verdict != "rejected")).add_columns(literal_column("1").label("how"))
    first = told.order_by(a.article_id, r.number).limit(MAX_CANDIDATES).subquery()
    return union_all(here, select(first))


_SIMILAR = _candidates(m.revisions.c.revision_id.in_(bindparam("alike", expanding=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The candidates for a decision, and which of their articles share the new text's address."""

    candidates: tuple[Candidate, ...]
    by_address: frozenset[int]
    #: Articles that had the new text once, but have another one now.
    outdated: frozenset[int]
    #: Where the new text is stored: the address that was asked for, or its plain one.
    address: Address


def find_known(
    connection: Connection,
    address: Address,
    *,
    article_id: int | None,
    text: str,
    text_sha: str,
    alike: Sequence[int] = (),
) -> Known:
    """Every stored article that shares an address or the text with a new one, or has a revision among ``alike``.

    ``article_id``: the article that the page was stored as before; not the one that it is a copy of.

    A candidate found by address is shown with its present text, one found by text with the revision that has it; the
    most promising of the others stand first. An address that the page only calls canonical, and where quite another
    article stands, is not believed: some sites give all their pages one, and each would replace the one before.
    """
    keys = {address.own_key, address.final_key, address.canonical_key, address.url_key}
    asked = {"keys": sorted(keys), "article_id": article_id, "text_sha": text_sha}
    rows = sorted(
        connection.execute(_known(connection.dialect.name), asked), key=lambda row: (row.article_id, row.number)
    )
    here = [row for row in rows if not row.how]
    if address.plain is not None and _is_taken(here, address, article_id, text):
        return find_known(connection, address.plain, article_id=article_id, text=text, text_sha=text_sha, alike=alike)
    ids = {row.article_id for row in here}
    elsewhere: dict[int, AnyRow] = {}
    for row in rows:
        if row.how and row.article_id not in ids:
            elsewhere[row.article_id] = row
    ids |= elsewhere.keys()
    similar = {row.revision_id: row for row in connection.execute(_SIMILAR, {"alike": alike})} if alike else {}
    found = [_candidate(row, key=_shown_key(row, address, article_id)) for row in here]
    found += [_candidate(row, key=row.url_key) for row in elsewhere.values()]
    ordered = [similar[revision_id] for revision_id in alike if revision_id in similar]
    found += [_candidate(row, key=row.url_key) for row in ordered if row.article_id not in ids]
    return Known(
        candidates=tuple(found),
        by_address=frozenset(row.article_id for row in here),
        outdated=frozenset(row.article_id for row in elsewhere.values() if row.number != row.revision),
        address=address,
    )


def _is_taken(here: Sequence[AnyRow], address: Address, article_of_page: int | None, text: str) -> bool:
    """Whether quite another article stands where the new text's page only says that it lives."""
    claimed = [
        row
        for row in here
        if row.article_id != article_of_page and row.url_key not in (address.own_key, address.final_key)
    ]
    return any(not akin(row.text, text) for row in claimed)


def _shown_key(row: AnyRow, address: Address, article_of_page: int | None) -> str:
    """The key under which ``decide`` recognises a candidate that is at the new text's address.

    ``decide`` compares with the text's own address; that the page led on to another one, or was stored as this article
    under another canonical address, only the store knows.
    """
    if row.article_id == article_of_page or row.url_key in (address.own_key, address.final_key, address.url_key):
        return address.own_key
    return str(row.url_key)


def _candidate(row: AnyRow, *, key: str) -> Candidate:
    return Candidate(
        article_id=row.article_id,
        url=row.url,
        url_key=key,
        title=row.title,
        text=row.text,
        text_sha=row.text_sha or "",
        outlet=row.outlet,
        published=moment_of(row.published_at, row.published_offset_min, row.published_precision),
        first_seen_at=row.first_seen_at,
        group_id=row.group_id,
    )
