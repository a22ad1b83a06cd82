"""Edits of stored articles: the text in force as it is compared with a new one, and how many texts are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Protocol

from sqlalchemy import Connection, and_, bindparam, delete, select, update

from storewatch.db import models as m
from storewatch.db.noting import note
from storewatch.db.records import AnyRow, Values
from storewatch.fulltext import FEED_TEXT
from storewatch.types import Article, Decision, Edit, Evidence, Judgement, Rejected, RetailEvent, Span, Version

#: So many texts of an article are kept; of an edit war the first, the newest, and rather those that changed facts.
KEPT_REVISIONS = 20

_a, _r, _e = m.articles, m.revisions, m.events
_PRESENT = (
    select(_r, _a.c.lang, _a.c.access)
    .join(_a, and_(_a.c.article_id == _r.c.article_id, _a.c.revision == _r.c.number))
    .where(_r.c.article_id == bindparam("this"))
)
_EVENTS = select(_e).where(_e.c.revision_id == bindparam("this")).order_by(_e.c.position)


class Editor(Protocol):
    """Who tells what an edit is; a part of :class:`storewatch.db.grouping.Kinship`."""

    def classify(self, old: Version, new: Version) -> Edit: ...


def judge_edit(
    connection: Connection, editor: Editor, decision: Decision, *, page_id: int, article: Article, judgement: Judgement
) -> Decision:
    """A ``revision`` with what kind of edit it is; ``same`` where it changes nothing worth one, or takes text away."""
    assert decision.of is not None
    old = version_in_force(connection, decision.of)
    new = Version(
        title=article.title,
        text=article.text,
        lang=article.lang,
        events=judgement.events,
        verdict=judgement.verdict.verdict,
        access="teaser" if FEED_TEXT in article.flags and article.access == "full" else article.access,
    )
    if gives_less(old, new):
        return replace(decision, kind="same", detail=f"the page gives less of it now: {article.access}", links=())
    edit = editor.classify(old, new)
    if edit.kind != "trivial":
        return replace(decision, edit=edit)
    # The stored text stays, so each further look finds the same edit again: it counts once.
    kept = connection.execute(
        select(m.page_bodies.c.title, m.page_bodies.c.text).where(m.page_bodies.c.page_id == page_id)
    ).one_or_none()
    fresh = kept is None or (kept.title, kept.text) != (article.title, article.text)
    detail = f"a trivial edit: {edit.detail}"
    return replace(decision, kind="same", detail=detail, links=(), edit=edit if fresh else None)


def gives_less(old: Version, new: Version) -> bool:
    """Whether a page has closed: a wall or the beginning only, where the whole article stood."""
    closed = new.access not in (None, "full") and old.access == "full"
    return closed and old.verdict != "rejected" and len(new.text) < len(old.text)


def keeps(connection: Connection, article_id: int, rejected: Rejected, editor: Editor | None) -> bool:
    """Whether an article stays although its page's new text was judged not to be about the topic: what a wall shows
    says nothing of the article, and a typo or a time stamp changes nothing that it says."""
    if rejected.access not in (None, "full"):
        access = connection.scalar(select(_a.c.access).where(_a.c.article_id == article_id))
        return access == "full"
    if editor is None or rejected.text is None:
        return False
    old = version_in_force(connection, article_id)
    new = Version(title=rejected.title, text=rejected.text, lang=old.lang, verdict="rejected")
    return old.verdict != "rejected" and editor.classify(old, new).kind == "trivial"


def count_trivial(connection: Connection, article_id: int) -> None:
    """One more edit of the article that made no revision."""
    statement = update(_a).where(_a.c.article_id == article_id)
    connection.execute(statement.values(trivial_edits=_a.c.trivial_edits + 1))


def thin(connection: Connection, article_id: int) -> None:
    """Forget texts beyond `KEPT_REVISIONS`: the oldest that changed no facts first; never the first or the newest."""
    statement = select(_r.c.revision_id, _r.c.edit).where(_r.c.article_id == article_id).order_by(_r.c.number)
    rows = connection.execute(statement).all()
    between = rows[1:-1]
    spare = [row for row in between if row.edit != "facts"] + [row for row in between if row.edit == "facts"]
    gone = [row.revision_id for row in spare[: max(0, len(rows) - KEPT_REVISIONS)]]
    if gone:
        said = "article %d has been edited more than %d times: texts between the first and the newest are let go"
        note(connection, ("edits", article_id), said, article_id, KEPT_REVISIONS)
        connection.execute(delete(_r).where(_r.c.revision_id.in_(gone)))


def version_in_force(connection: Connection, article_id: int) -> Version:
    """The present text of an article with the events that were read from it."""
    row = connection.execute(_PRESENT, {"this": article_id}).one()
    events = tuple(event_of(event) for event in connection.execute(_EVENTS, {"this": row.revision_id}))
    return Version(title=row.title, text=row.text, lang=row.lang, events=events, verdict=row.verdict, access=row.access)


def event_of(row: AnyRow) -> RetailEvent:
    """An event as it was read; ``more_evidence`` is left out, no fact lies in it."""
    return RetailEvent(
        vendor=row.vendor,
        action=row.action,
        evidence=Evidence(where=row.evidence_in, text=row.evidence, start=row.evidence_start, end=row.evidence_end),
        store_count=row.store_count,
        count_is=row.count_is,
        store_type=row.store_type,
        city=row.city,
        country=row.country,
        region=row.region,
        share=row.share,
        horizon=row.horizon,
        horizon_text=row.horizon_text,
        partner=row.partner,
        certainty=row.certainty,
        speaker=row.speaker,
        source_outlet=row.source_outlet,
        spans={name: _span(span) for name, span in (row.spans or {}).items()},
    )


def _span(stored: Mapping[str, Any]) -> Span:
    return Span(where=stored["in"], start=stored["start"], end=stored["end"])


def edit_values(edit: Edit | None) -> Values:
    """What ``revisions`` says of the edit that made one."""
    if edit is None:
        return {}
    changes = [asdict(change) for change in edit.changes]
    return {"edit": edit.kind, "edit_detail": edit.detail or None, "edit_changes": changes or None}
