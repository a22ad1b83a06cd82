"""What becomes of a fetched page: an article, a revision, a copy, or a rejection with its reason.

Everything here runs inside the write transaction of one page: look up the candidates, let the pure ``decide`` speak,
write.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, bindparam, or_, select, update

from storewatch.db import articles, bookkeeping, edits, grouping, similar, stories
from storewatch.db import models as m
from storewatch.db.articles import Content, Place
from storewatch.db.candidates import Address, Known, find_known
from storewatch.db.columns import among, upsert_into
from storewatch.db.grouping import Kinship
from storewatch.db.noting import note
from storewatch.db.postgresql import together
from storewatch.db.records import AnyRow, Values, reader_values
from storewatch.types import Article, Candidate, Decision, DecisionKind, Page, PageRead, Rejected

if TYPE_CHECKING:
    from sqlalchemy.dialects.sqlite import Insert

Decide = Callable[[Article, Sequence[Candidate]], Decision]

COPIES = frozenset({"duplicate", "syndicated", "partial"})
#: The page's own article, known or not; every other kind makes one.
AT_THE_ADDRESS = frozenset({"same", "revision"})

_UPDATE_PAGE = update(m.pages).where(m.pages.c.page_id == bindparam("this"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A page on its way into the database: what it says, where it stands, and its HTML as gzip."""

    content: Content
    address: Address
    page: Page
    html: bytes

    @property
    def page_id(self) -> int:
        return self.content.read.page_id


def save(connection: Connection, arrival: Arrival, decide: Decide, kinship: Kinship | None = None) -> Decision:
    """Store an accepted page and its state; returns what it turned out to be.

    Without ``kinship`` only equal texts are found.
    """
    content, address = arrival.content, arrival.address
    keys = {address.url_key, address.plain.url_key} if address.plain else {address.url_key}
    row = _page_row(connection, arrival.page_id, keys)
    known = find_known(
        connection,
        address,
        article_id=None if row.is_copy else row.article_id,
        text=content.article.text,
        text_sha=content.text_sha,
        alike=_alike(connection, content, kinship),
    )
    arrival = replace(arrival, address=known.address)
    decision = settle(decide(content.article, known.candidates), known, arrival)
    if decision.kind == "revision" and kinship is not None:
        decision = edits.judge_edit(
            connection,
            kinship,
            decision,
            page_id=arrival.page_id,
            article=content.article,
            judgement=content.judgement,
        )
        arrival = replace(arrival, content=replace(content, edit=decision.edit))
    _carry_out(connection, decision, arrival, row, kinship)
    return decision


def _carry_out(
    connection: Connection, decision: Decision, arrival: Arrival, row: AnyRow, kinship: Kinship | None
) -> None:
    """Write what was decided, and bring everything that depends on it up to date."""
    previous, of = _owned_article(connection, row), decision.of
    if previous is None and of is not None and _is_plain_copy(decision):
        _store_copy(connection, decision, of, arrival, row)
        return
    at_the_address = of if decision.kind in AT_THE_ADDRESS else None
    bonds = grouping.bonds_of(connection, [previous, at_the_address])
    claimed = bookkeeping.claims_of(connection, [previous, of])
    changed = set(_drop_copies(connection, arrival, row)) if decision.kind != "same" else set()
    article_id, is_new = _apply(connection, decision, arrival, row)
    if previous is not None and previous != article_id:
        articles.merge(connection, previous, article_id, reason=decision.kind, now=arrival.content.read.now)
    if decision.kind == "same" and previous in (None, article_id):
        return
    alone = is_new and previous is None and not decision.links
    if alone and not changed and not arrival.content.judgement.events:
        return  # It has to do with no other text, and says nothing: it stands as it was written.
    changed |= {article_id, *bonds.leaders}
    if kinship is not None and decision.kind != "same":
        if not alone:
            changed |= _group(connection, kinship, decision, article_id, set(bonds.groups))
        changed |= stories.refresh(connection, kinship, article_id, former=bonds.stories)
    if is_new and not claimed and changed == {article_id}:
        bookkeeping.added(connection, article_id, alone=alone)
    else:
        bookkeeping.refresh(connection, changed, former=claimed)


def _is_plain_copy(decision: Decision) -> bool:
    """Whether nothing changes of the article that the text is a copy of."""
    return decision.kind in COPIES and not _is_alike(decision) and not decision.takes_over


def _store_copy(connection: Connection, decision: Decision, of: int, arrival: Arrival, row: AnyRow) -> None:
    """One more address of a stored text. However many there are, only the outlets that carry it may be one more."""
    place = _place(arrival, row)
    dropped = _drop_copies(connection, arrival, row)
    if not dropped:
        bookkeeping.carried(connection, of, place.outlet)
    with together(connection):
        articles.add_copy(connection, of, place, arrival.content, decision.kind)
        _finish_stored(connection, arrival, decision, of)
    if dropped and dropped != {of: {place.outlet}}:
        bookkeeping.refresh(connection, {of, *dropped})


def _drop_copies(connection: Connection, arrival: Arrival, row: AnyRow) -> dict[int, set[str]]:
    if not row.has_copies:
        return {}
    return articles.drop_copies(connection, page_id=arrival.page_id, url_key=arrival.address.url_key)


def _alike(connection: Connection, content: Content, kinship: Kinship | None) -> list[int]:
    if kinship is None:
        return []
    if content.words is not None and content.words > kinship.most_words:
        said = "%s: the first %d of its %d words are compared with other texts"
        note(
            connection, ("words", hash(content.text_sha)), said, content.article.url, kinship.most_words, content.words
        )
    special = [key for key in content.keys if kinship.is_special(key)]
    return similar.revisions_like(connection, content.keys, special, kinship.enough)


def _group(connection: Connection, kinship: Kinship, decision: Decision, article_id: int, former: set[int]) -> set[int]:
    """Bring the text groups up to date. An equal text elsewhere brings no new words, but it may bring an earlier date
    and, when it takes over, another headline."""
    exact = decision.of == article_id and decision.kind != "revision"
    if exact:
        former |= grouping.groups_of(connection, [article_id])
    links = None if exact and not decision.takes_over else decision.links
    return grouping.refresh(connection, kinship, article_id, former=former, links=links)


def settle(decision: Decision, known: Known, arrival: Arrival) -> Decision:
    """``decision`` as the store can carry it out.

    An address holds one article: a text that ``decide`` calls new or a copy, but that stands at the very address of a
    stored article, is that article, with the same text or another. A text that an article had only once cannot become
    its canonical text again.
    """
    ids = {candidate.article_id: candidate for candidate in known.candidates}
    if decision.of is not None and decision.of not in ids:
        raise ValueError(f"decided on article {decision.of}, which is no candidate")
    if decision.kind in AT_THE_ADDRESS:
        return decision
    here = next((ids[i] for i in sorted(known.by_address) if ids[i].url_key == arrival.address.own_key), None)
    if here is not None:
        links = tuple(link for link in decision.links if link.article_id != here.article_id)
        same = here.text_sha == arrival.content.text_sha and here.title == arrival.content.article.title
        kind: DecisionKind = "same" if same else "revision"
        return Decision(kind=kind, of=here.article_id, detail="same address", links=links)
    if decision.takes_over and decision.of in known.outdated:
        return replace(decision, takes_over=False)
    return decision


def _apply(connection: Connection, decision: Decision, arrival: Arrival, row: AnyRow) -> tuple[int, bool]:
    """Write what was decided, and the page; returns the article that it belongs to, and whether that is new."""
    content, place = arrival.content, _place(arrival, row)
    of = decision.of
    if of is None or decision.kind not in COPIES | AT_THE_ADDRESS or _is_alike(decision):
        numbers = articles.next_numbers(connection)
        with together(connection):
            articles.insert_article(connection, numbers, place, content)
            _finish_stored(connection, arrival, decision, numbers.article_id)
        return numbers.article_id, True
    if decision.kind == "same":
        if decision.edit is not None:
            edits.count_trivial(connection, of)
    elif decision.kind == "revision":
        articles.add_revision(connection, of, arrival.page_id, content)
    elif decision.takes_over:
        articles.take_over(connection, of, place, content)
    else:
        articles.add_copy(connection, of, place, content, decision.kind)
    with together(connection):
        _finish_stored(connection, arrival, decision, of)
    return of, False


def _is_alike(decision: Decision) -> bool:
    """Whether the text only resembles the other one: it keeps a row of its own, in the same text group."""
    return decision.kind in COPIES and any(link.article_id == decision.of for link in decision.links)


def _place(arrival: Arrival, row: AnyRow) -> Place:
    return Place(
        url=arrival.address.url,
        url_key=arrival.address.url_key,
        outlet=arrival.address.outlet,
        page_id=arrival.page_id,
        source_id=row.source_id,
        first_seen_at=row.first_seen_at,
    )


@cache
def _page(dialect: str) -> Select[Any]:
    """A page; whether it is a copy (``is_copy``), and whether it or one of the addresses handed in holds any."""
    c = m.article_copies.c
    of_page = c.page_id == bindparam("this")
    is_copy = select(c.copy_id).where(of_page).exists().label("is_copy")
    has_copies = select(c.copy_id).where(or_(of_page, among(c.url_key, "keys", dialect))).exists().label("has_copies")
    return select(m.pages, is_copy, has_copies).where(m.pages.c.page_id == bindparam("this"))


def _page_row(connection: Connection, page_id: int, keys: Collection[str] = ()) -> AnyRow:
    return connection.execute(_page(connection.dialect.name), {"this": page_id, "keys": list(keys)}).one()


def _owned_article(connection: Connection, row: AnyRow) -> int | None:
    """The article whose text came from this page, if it is not just a copy there."""
    if row.article_id is None:
        return None
    t = m.articles.c
    owned = select(t.article_id).where(t.article_id == row.article_id, t.page_id == row.page_id)
    return connection.execute(owned).scalar_one_or_none()


def _finish_stored(connection: Connection, arrival: Arrival, decision: Decision, article_id: int) -> None:
    content = arrival.content
    verdict = content.judgement.verdict
    values = _done(arrival.page, content.read) | {
        "state": "stored",
        "article_id": article_id,
        "reason": decision.kind,
        "detail": decision.detail or None,
        "score": verdict.score,
        "access": content.article.access,
        "access_evidence": list(content.article.access_evidence),
    }
    _update_page(connection, arrival.page_id, values)
    body = {"title": content.article.title, "text": content.article.text, "html": arrival.html}
    _keep(connection, content.read, body | {"charset": arrival.page.charset})


def _done(page: Page | None, read: PageRead) -> Values:
    values: Values = {"attempts": 0, "next_try_at": None, "lease_until": None} | reader_values(read)
    if page is not None:
        values |= {
            "last_status": page.status or None,
            "fetched_at": page.fetched_at or read.now,
            "final_url": page.final_url,
            "etag": page.etag,
            "last_modified": page.last_modified,
        }
        if page.unreachable is None:
            values["gone_at"] = None
    return values


def _keep(connection: Connection, read: PageRead, body: Values) -> None:
    values = dict.fromkeys(_BODY) | body | {"kept_at": read.now, "page_id": read.page_id}
    connection.execute(_keeping(connection.dialect.name), values)


_BODY = ("title", "text", "html", "charset", "kept_at")


@cache
def _keeping(dialect: str) -> Insert:
    statement = upsert_into(m.page_bodies, dialect)
    given = {name: statement.excluded[name] for name in _BODY}
    return statement.on_conflict_do_update(index_elements=[m.page_bodies.c.page_id], set_=given)


def reject(
    connection: Connection,
    rejected: Rejected,
    read: PageRead,
    *,
    page: Page | None,
    kinship: Kinship | None = None,
) -> None:
    """Store why a page is no article.

    A page that was an article before: a judged text (one with a score) is its newest revision, and rejected; anything
    else (a PDF, an empty page) leaves the article as it was.
    """
    row = _page_row(connection, read.page_id)
    values = _done(page, read) | {
        "reason": rejected.reason,
        "detail": rejected.detail or None,
        "access": rejected.access,
        "access_evidence": list(rejected.access_evidence) or None,
    }
    judged = rejected.text is not None and rejected.score is not None
    if judged and row.article_id is not None:
        judged = not edits.keeps(connection, row.article_id, rejected, kinship)
    if row.article_id is not None and not judged:
        _update_page(connection, read.page_id, values | {"state": "stored"})
        return
    if row.article_id is not None:
        revision = _rejected_revision(rejected) | reader_values(read) | {"seen_at": read.now}
        if not _reject_article(connection, row, revision, read.now, kinship):
            values["article_id"] = None
    # The feed's own full text goes too: of rejected pages only what they were judged by is kept.
    values |= {"state": "rejected", "score": rejected.score, "entry_content_html": None}
    _update_page(connection, read.page_id, values)
    text = None if rejected.reason == "prefilter" else rejected.text
    _keep(connection, read, {"title": rejected.title or None, "text": text})


def _reject_article(
    connection: Connection, row: AnyRow, revision: Values, now: datetime, kinship: Kinship | None
) -> bool:
    """Put the rejected text into the article that is the page's own, with all that depends on it; False where the page
    was a copy only, which is dropped."""
    article_id = _owned_article(connection, row)
    if article_id is None:
        bookkeeping.refresh(connection, articles.drop_copies(connection, page_id=row.page_id))
        return False
    claimed = bookkeeping.claims_of(connection, [article_id])
    bonds = grouping.bonds_of(connection, [article_id])
    articles.reject_article(connection, article_id, revision, now)
    changed = {article_id, *bonds.leaders}
    if kinship is not None:
        changed |= grouping.leave(connection, kinship, article_id)
        changed |= stories.refresh(connection, kinship, article_id, former=bonds.stories)
    bookkeeping.refresh(connection, changed, former=claimed)
    return True


def _update_page(connection: Connection, page_id: int, values: Values) -> None:
    connection.execute(_UPDATE_PAGE, values | {"this": page_id})


def _rejected_revision(rejected: Rejected) -> Values:
    return {
        "title": rejected.title,
        "text": rejected.text,
        "text_sha": None,
        "verdict": "rejected",
        "score": rejected.score,
        "reason": rejected.reason,
    }
