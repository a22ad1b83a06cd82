"""What becomes of a fetched page: an article, a revision, a copy, or a rejection with its reason.

Everything here runs inside the write transaction of one page: look up the candidates, let the pure ``decide`` speak,
write.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from storewatch.db import articles, bookkeeping, edits, grouping, similar, stories
from storewatch.db import models as m
from storewatch.db.articles import Content, Place
from storewatch.db.candidates import Address, Known, find_known
from storewatch.db.columns import upsert
from storewatch.db.grouping import Kinship
from storewatch.db.records import AnyRow, Values
from storewatch.types import Article, Candidate, Decision, DecisionKind, Page, Rejected

Decide = Callable[[Article, Sequence[Candidate]], Decision]

COPIES = frozenset({"duplicate", "syndicated", "partial"})
#: The page's own article, known or not; every other kind makes one.
AT_THE_ADDRESS = frozenset({"same", "revision"})

_PAGE = select(m.pages).where(m.pages.c.page_id == bindparam("this"))
_UPDATE_PAGE = update(m.pages).where(m.pages.c.page_id == bindparam("this"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A page on its way into the database: what it says, where it stands, and its HTML as gzip."""

    content: Content
    address: Address
    page_id: int
    page: Page
    html: bytes


def save(connection: Connection, arrival: Arrival, decide: Decide, kinship: Kinship | None = None) -> Decision:
    """Store an accepted page and its state; returns what it turned out to be.

    Without ``kinship`` only equal texts are found.
    """
    content = arrival.content
    known = find_known(
        connection,
        arrival.address,
        page_id=arrival.page_id,
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
    row = _page_row(connection, arrival.page_id)
    previous = _owned_article(connection, row)
    former = grouping.groups_of(connection, [previous, decision.of if decision.kind in AT_THE_ADDRESS else None])
    told = stories.stories_of(connection, [previous, decision.of if decision.kind in AT_THE_ADDRESS else None])
    claimed = bookkeeping.claims_of(connection, [previous, decision.of])
    changed = bookkeeping.holders(connection, page_id=arrival.page_id, url_key=arrival.address.url_key)
    article_id = _apply(connection, decision, arrival, row)
    if previous is not None and previous != article_id:
        articles.merge(connection, previous, article_id, reason=decision.kind, now=content.now)
    changed.add(article_id)
    if kinship is not None and decision.kind != "same":
        changed |= _group(connection, kinship, decision, article_id, former)
        changed |= stories.refresh(connection, kinship, article_id, former=told)
    if decision.kind != "same" or previous not in (None, article_id):
        bookkeeping.refresh(connection, changed, former=claimed)
    _finish_stored(connection, arrival, decision, article_id)
    return decision


def _alike(connection: Connection, content: Content, kinship: Kinship | None) -> list[int]:
    if kinship is None:
        return []
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


def _apply(connection: Connection, decision: Decision, arrival: Arrival, row: AnyRow) -> int:
    """Write what was decided; returns the article that the page belongs to."""
    content, place = arrival.content, _place(arrival, row)
    of = decision.of
    if decision.kind == "same" and of is not None:
        if decision.edit is not None:
            edits.count_trivial(connection, of)
        return of
    articles.drop_copies(connection, page_id=arrival.page_id, url_key=place.url_key)
    if of is None or decision.kind not in COPIES | AT_THE_ADDRESS or _is_alike(decision):
        return articles.insert_article(connection, place, content)
    if decision.kind == "revision":
        articles.add_revision(connection, of, arrival.page_id, content)
    elif decision.takes_over:
        articles.take_over(connection, of, place, content)
    else:
        articles.add_copy(connection, of, place, content, decision.kind)
    return of


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


def _page_row(connection: Connection, page_id: int) -> AnyRow:
    return connection.execute(_PAGE, {"this": page_id}).one()


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
    values = _done(arrival.page, content.run_id, content.now) | {
        "state": "stored",
        "article_id": article_id,
        "reason": decision.kind,
        "detail": decision.detail or None,
        "score": verdict.score,
        "access": content.article.access,
        "access_evidence": list(content.article.access_evidence),
        "topic_version": content.topic_version,
        "extractor_version": content.extractor_version,
    }
    _update_page(connection, arrival.page_id, values)
    body = {"title": content.article.title, "text": content.article.text, "html": arrival.html}
    _keep(connection, arrival.page_id, content.now, body | {"charset": arrival.page.charset})


def _done(page: Page | None, run_id: int, now: datetime) -> Values:
    values: Values = {"attempts": 0, "next_try_at": None, "lease_until": None, "run_id": run_id}
    if page is not None:
        values |= {
            "last_status": page.status or None,
            "fetched_at": page.fetched_at or now,
            "final_url": page.final_url,
            "etag": page.etag,
            "last_modified": page.last_modified,
        }
        if page.unreachable is None:
            values["gone_at"] = None
    return values


def _keep(connection: Connection, page_id: int, now: datetime, body: Values) -> None:
    values = {"title": None, "text": None, "html": None, "charset": None, **body, "kept_at": now}
    statement = upsert(connection, m.page_bodies)
    given = {name: statement.excluded[name] for name in values}
    statement = statement.on_conflict_do_update(index_elements=[m.page_bodies.c.page_id], set_=given)
    connection.execute(statement, values | {"page_id": page_id})


def reject(
    connection: Connection,
    rejected: Rejected,
    *,
    page_id: int,
    run_id: int,
    page: Page | None,
    now: datetime,
    topic_version: str,
    extractor_version: str,
    kinship: Kinship | None = None,
) -> None:
    """Store why a page is no article.

    A page that was an article before: a judged text (one with a score) is its newest revision, and rejected; anything
    else (a PDF, an empty page) leaves the article as it was.
    """
    row = _page_row(connection, page_id)
    values = _done(page, run_id, now) | {
        "reason": rejected.reason,
        "detail": rejected.detail or None,
        "access": rejected.access,
        "access_evidence": list(rejected.access_evidence) or None,
        "topic_version": topic_version,
        "extractor_version": extractor_version,
    }
    judged = rejected.text is not None and rejected.score is not None
    if judged and row.article_id is not None:
        judged = not edits.keeps(connection, row.article_id, rejected, kinship)
    if row.article_id is not None and not judged:
        _update_page(connection, page_id, values | {"state": "stored"})
        return
    if row.article_id is not None:
        versions = {"topic_version": topic_version, "extractor_version": extractor_version}
        revision = _rejected_revision(rejected) | versions | {"run_id": run_id, "seen_at": now}
        if not _reject_article(connection, row, revision, now, kinship):
            values["article_id"] = None
    # The feed's own full text goes too: of rejected pages only what they were judged by is kept.
    values |= {"state": "rejected", "score": rejected.score, "entry_content_html": None}
    _update_page(connection, page_id, values)
    text = None if rejected.reason == "prefilter" else rejected.text
    _keep(connection, page_id, now, {"title": rejected.title or None, "text": text})


def _reject_article(
    connection: Connection, row: AnyRow, revision: Values, now: datetime, kinship: Kinship | None
) -> bool:
    """Put the rejected text into the article that is the page's own, with all that depends on it; False where the page
    was a copy only, which is dropped."""
    article_id = _owned_article(connection, row)
    if article_id is None:
        changed = bookkeeping.holders(connection, page_id=row.page_id)
        articles.drop_copies(connection, page_id=row.page_id)
        bookkeeping.refresh(connection, changed)
        return False
    claimed = bookkeeping.claims_of(connection, [article_id])
    articles.reject_article(connection, article_id, revision, now)
    changed = {article_id}
    if kinship is not None:
        told = stories.stories_of(connection, [article_id])
        changed |= grouping.leave(connection, kinship, article_id)
        changed |= stories.refresh(connection, kinship, article_id, former=told)
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
