"""Watches, and what they find: each thing is noted once, in the transaction that finds it.

A watch notes what its query finds in texts that came into the database after it was made. What it has noted is known by
the event's number, so nothing depends on the order in which numbers were given or transactions ended: what is not noted
yet is news, however late it became visible (a label, a merger, a slow transaction). The bound is a number, too, not a
time, so a clock that jumps loses nothing; of the ``MARGIN`` texts before it all is noted as known when a watch is made.

Most looks need not go so far back: they look at the texts that came since the last one, and ``MARGIN`` before them. A
full look follows every hour, and whenever a person has labelled something.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, String, cast, delete, func, insert, literal, select, update

from storewatch.db import event_terms
from storewatch.db import models as m
from storewatch.db.queries import article_ids, of_query, v_articles, v_events
from storewatch.db.rows import Filters
from storewatch.db.watch_rows import (
    StoredWatch,
    article_facts,
    event_facts,
    found_fact,
    news_json,
    noted_json,
    noted_of,
    older_facts,
    watch_of,
    watch_values,
)
from storewatch.errors import InputError
from storewatch.search.language import Node
from storewatch.types import Ailment, Found, News, Noted, Watch

if TYPE_CHECKING:
    from storewatch.db.store import Store

#: What to make of what was found, by what is known of each article already: ``scheduler.alerts.facts.news``.
Decide = Callable[[Sequence[Found], Mapping[int, Sequence[Noted]]], Sequence[Noted]]

#: So many texts before a watch count as perhaps not committed yet when it was made.
MARGIN = 1_000
#: A look at all texts since the watch was made follows after so long, for those that became visible without a new text.
FULL_EVERY = timedelta(hours=1)
#: Clocks of the machines that write labels may differ by so much.
_SKEW = timedelta(minutes=5)
_PORTION = 500
_w, _i = m.watches, m.watch_items


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How far back to look: at texts with a number above ``after``. ``newest`` is the last one there is; ``full``: all
    texts since the watch was made are looked at."""

    after: int
    newest: int
    full: bool


def watches(store: Store) -> tuple[StoredWatch, ...]:
    """All watches by name, those that are off too."""
    with store.reading() as connection:
        return tuple(watch_of(row) for row in connection.execute(select(_w).order_by(_w.c.name)))


def add(store: Store, watch: Watch, node: Node | None, now: datetime) -> None:
    """Make a watch. What is in the database already is not news to it.

    :raises InputError: where there is one of this name.
    """
    with store.writing() as connection:
        if connection.scalar(select(_w.c.watch_id).where(_w.c.name == watch.name)) is not None:
            hint = f"`storewatch watch remove {watch.name}` takes it away"
            raise InputError(f"watch {watch.name}", "there is one of this name", hint=hint)
        values = watch_values(watch) | {"added_at": now, "digested_at": now, "looked_at": now, "ailing": {}}
        values |= {"after_revision": 0, "looked_revision": 0}
        watch_id = connection.execute(insert(_w).values(values).returning(_w.c.watch_id)).scalar_one()
        _begin(connection, _stored(connection, watch_id), node, now)


def change(store: Store, stored: StoredWatch, watch: Watch, nodes: tuple[Node | None, Node | None], decide: Decide,
           now: datetime) -> None:  # fmt: skip
    """Let a watch be as ``watch`` says. With another query (``nodes``: the one before and the new one) it first notes
    what the one before still finds, and then begins anew."""
    old, new = nodes
    with store.writing() as connection:
        if watch.query != stored.watch.query and old is not None:
            note(connection, stored, old, decide, now)
        connection.execute(update(_w).where(_w.c.watch_id == stored.watch_id).values(watch_values(watch)))
        if watch.query != stored.watch.query:
            _begin(connection, _stored(connection, stored.watch_id), new, now)


def switch_off(store: Store, watch_id: int) -> None:
    """Keep a watch and what it has noted, but let it rest."""
    with store.writing() as connection:
        connection.execute(update(_w).where(_w.c.watch_id == watch_id).values(enabled=False))


def remove(store: Store, name: str) -> int | None:
    """Take a watch away, with all that waits; how many messages that were not sent go with it. None: there is none."""
    d = m.deliveries
    with store.writing() as connection:
        watch_id = connection.scalar(select(_w.c.watch_id).where(_w.c.name == name))
        if watch_id is None:
            return None
        unsent = select(func.count()).where(d.c.watch_id == watch_id, d.c.state != "sent")
        count = connection.scalar(unsent) or 0
        connection.execute(delete(_w).where(_w.c.watch_id == watch_id))
        return count


def look(connection: Connection, stored: StoredWatch, now: datetime) -> Look | None:
    """The look that a watch needs; None where nothing can have changed since the last one."""
    newest = connection.scalar(select(func.max(m.revisions.c.revision_id))) or 0
    seen = stored.looked_at
    labelled = connection.scalar(select(func.max(m.labels.c.labelled_at)))
    if not seen <= now < seen + FULL_EVERY or (labelled is not None and labelled > seen - _SKEW):
        return Look(after=stored.after_revision, newest=newest, full=True)
    if newest == stored.looked_revision:
        return None
    return Look(after=max(stored.after_revision, stored.looked_revision - MARGIN), newest=newest, full=False)


def finds(connection: Connection, stored: StoredWatch, node: Node, wanted: Look) -> bool:
    """Is there anything to note? For a look without the write lock."""
    return bool(_found(connection, stored, node, wanted.after))


def looked(connection: Connection, stored: StoredWatch, done: Look, now: datetime) -> None:
    """Remember a look, once what it found is noted."""
    values: dict[str, Any] = {"looked_revision": done.newest} | ({"looked_at": now} if done.full else {})
    connection.execute(update(_w).where(_w.c.watch_id == stored.watch_id).values(values))


def note(
    connection: Connection, stored: StoredWatch, node: Node, decide: Decide, now: datetime, *, after: int | None = None
) -> None:
    """Note what the watch finds and has not noted yet; in texts above ``after``, or since it was made."""
    found = _found(connection, stored, node, stored.after_revision if after is None else after)
    if not found:
        return
    known = _known(connection, stored, {one.fact.article_id for one in found})
    _insert(connection, stored.watch_id, decide(found, known), now)


def note_health(connection: Connection, stored: StoredWatch, changes: Sequence[Ailment], now: datetime) -> None:
    """Note how sources' health has changed since the watch last looked."""
    if not changes:
        return
    ailing = {**stored.ailing}
    for one in changes:
        ailing[one.source] = one.status
        key = f"health:{one.source}:{one.status}:{now.isoformat()}"
        content = news_json(News(kind="health", ailment=one))
        values = {"watch_id": stored.watch_id, "key": key, "kind": "health", "content": content, "found_at": now}
        connection.execute(insert(_i).values(values))
    connection.execute(update(_w).where(_w.c.watch_id == stored.watch_id).values(ailing=ailing))


def _stored(connection: Connection, watch_id: int) -> StoredWatch:
    return watch_of(connection.execute(select(_w).where(_w.c.watch_id == watch_id)).one())


def _begin(connection: Connection, stored: StoredWatch, node: Node | None, now: datetime) -> None:
    """Set the bound, and note as known what stands just before it."""
    last = connection.scalar(select(func.max(m.revisions.c.revision_id))) or 0
    after = max(0, last - MARGIN)
    begun = {"after_revision": after, "looked_revision": last, "looked_at": now}
    connection.execute(update(_w).where(_w.c.watch_id == stored.watch_id).values(begun))
    if node is not None:
        found = _found(connection, stored, node, after)
        _insert(connection, stored.watch_id, [Noted(fact=one.fact) for one in found], now)


def _found(connection: Connection, stored: StoredWatch, node: Node, after: int) -> list[Found]:
    """What the query finds, and what else stands in the texts of articles that were told of; nothing noted before."""
    t, a = v_events, m.articles
    filters = Filters(query=node)
    young = select(m.revisions.c.article_id).where(m.revisions.c.revision_id > after)
    ids = article_ids(v_articles, filters, of_query(connection, filters)).where(a.c.article_id.in_(young))
    new = t.c.revision_id > after, ~_noted(stored, "event:", t.c.event_id)
    asked = event_terms.event_condition(connection, node, t.c)
    fitting = [found_fact(row) for row in connection.execute(event_facts().where(t.c.article_id.in_(ids), asked, *new))]
    told = select(_i.c.article_id).where(_i.c.watch_id == stored.watch_id, _i.c.kind.in_(("new", "changed")))
    others = [found_fact(row) for row in connection.execute(event_facts().where(t.c.article_id.in_(told), *new))]
    without = article_facts().where(
        v_articles.c.article_id.in_(ids),
        m.revisions.c.revision_id > after,
        ~_noted(stored, "article:", v_articles.c.article_id),
        ~select(t.c.event_id).where(t.c.article_id == v_articles.c.article_id, asked).exists(),
    )
    fitting += [found_fact(row) for row in connection.execute(without)]
    keys = {fact.key for fact in fitting}
    return [Found(fact=fact) for fact in fitting] + [
        Found(fact=fact, fits=False) for fact in others if fact.key not in keys
    ]


def _noted(stored: StoredWatch, kind: str, number: ColumnElement[int]) -> ColumnElement[bool]:
    key = literal(kind, String).concat(cast(number, String))
    return select(_i.c.item_id).where(_i.c.watch_id == stored.watch_id, _i.c.key == key).exists()


def _known(connection: Connection, stored: StoredWatch, article_ids: Iterable[int]) -> Mapping[int, Sequence[Noted]]:
    """What is known of these articles: what their texts said before the watch was made, then what was noted of them,
    of those shown with them and of those merged into them."""
    found: dict[int, list[Noted]] = defaultdict(list)
    ids = sorted(article_ids)
    for portion in _portions(ids):
        for row in connection.execute(older_facts(portion, stored.after_revision)):
            found[row.article_id].append(Noted(fact=found_fact(row)))
    shown = _members(connection, ids)
    for portion in _portions(sorted(shown)):
        wanted = select(_i.c.content, _i.c.article_id).where(_i.c.watch_id == stored.watch_id)
        for row in connection.execute(wanted.where(_i.c.article_id.in_(portion)).order_by(_i.c.item_id)):
            found[shown[row.article_id]].append(noted_of(row.content))
    return found


def _members(connection: Connection, shown: Sequence[int]) -> dict[int, int]:
    """Every number under which one of these articles may have been noted, with the one it is shown under."""
    a, r = m.articles.c, m.article_redirects.c
    members = {article_id: article_id for article_id in shown}
    for portion in _portions(shown):
        alike = select(a.article_id, a.shown_id).where(a.shown_id.in_(portion))
        merged = select(r.old_id, a.shown_id).join(m.articles, a.article_id == r.article_id)
        for statement in (alike, merged.where(a.shown_id.in_(portion))):
            members |= {row[0]: row[1] for row in connection.execute(statement)}
    return members


def _portions(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    return (numbers[start : start + _PORTION] for start in range(0, len(numbers), _PORTION))


def _insert(connection: Connection, watch_id: int, noted: Sequence[Noted], now: datetime) -> None:
    rows: list[dict[str, Any]] = [
        {
            "watch_id": watch_id,
            "key": one.fact.key,
            "article_id": one.fact.article_id,
            "revision_id": one.fact.revision_id,
            "kind": one.news.kind if one.news else "known",
            "content": noted_json(one),
            "found_at": now,
        }
        for one in noted
    ]
    if rows:
        connection.execute(insert(_i), rows)
