"""Text groups: which articles tell the same text, which of them is shown, and what the others are to it.

Groups are the connected components of the pairs in ``relations``; who is shown is a function of the set of texts. So
the outcome does not depend on the order of arrival, and a text that changes leaves its group as it came.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from typing import Any, Protocol

from sqlalchemy import Connection, bindparam, delete, or_, select, update

from storewatch.db import models as m
from storewatch.db import similar
from storewatch.db.columns import upsert
from storewatch.db.edits import Editor
from storewatch.db.noting import note
from storewatch.db.records import AnyRow, Values, moment_of
from storewatch.db.stories import Storyteller
from storewatch.types import Kinsman, Link

#: Of larger groups only the shown texts are compared with a newcomer, so that 10,000 versions take bounded time.
MAX_ARRANGED = 200
#: Of more shown texts (each with other figures) only those that a newcomer is like are compared with it.
MAX_SHOWN = 40
#: So many members of a group that a text has left are compared each with each.
MAX_RELINKED = 40
_NO_DATE = datetime.max.replace(tzinfo=UTC)
_VERDICTS = {"relevant": 0, "uncertain": 1}

_a, _r = m.articles, m.relations
_DROP = delete(_r).where(or_(_r.c.article_id == bindparam("this"), _r.c.other_id == bindparam("this")))
#: What a role depends on.
_COLUMNS = [
    *(_a.c[name] for name in ("article_id", "words", "published_at", "url", "outlet", "verdict")),
    *(_a.c[name] for name in ("published_offset_min", "published_precision")),
    *(_a.c[name] for name in ("group_id", "leader_id", "shown_id", "kinship")),
]
_BONDS = select(_a.c.group_id, _a.c.story_id, _a.c.leader_id).where(
    _a.c.article_id.in_(bindparam("ids", expanding=True))
)
_MEMBERS = select(*_COLUMNS).where(_a.c.article_id.in_(bindparam("ids", expanding=True)))


class Likened(Protocol):
    @property
    def likeness(self) -> Any: ...

    @property
    def detail(self) -> str: ...


class Kinship(Storyteller, Editor, Protocol):
    """What the store needs to know of texts; ``pipelines.dedup.kinship`` is it."""

    @property
    def merging(self) -> Collection[str]: ...

    @property
    def enough(self) -> int: ...

    @property
    def most_words(self) -> int: ...

    def words(self, text: str) -> int: ...

    def keys(self, title: str, text: str) -> frozenset[int]: ...

    def is_special(self, key: int) -> bool: ...

    def relate(self, title_a: str, text_a: str, title_b: str, text_b: str) -> Likened: ...

    def arrange(
        self, members: Sequence[Kinsman], likeness: Callable[[int, int], Any]
    ) -> Mapping[int, tuple[int, Any]]: ...


def groups_of(connection: Connection, article_ids: Iterable[int | None]) -> set[int]:
    """The groups that articles belong to now."""
    ids = {article_id for article_id in article_ids if article_id is not None}
    found = connection.scalars(select(_a.c.group_id).where(_a.c.article_id.in_(ids))) if ids else ()
    return {group_id for group_id in found if group_id is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bonds:
    """What articles belong to: their groups, their stories, and the articles that they are shown with."""

    groups: frozenset[int]
    stories: frozenset[int]
    leaders: frozenset[int]


def bonds_of(connection: Connection, article_ids: Iterable[int | None]) -> Bonds:
    """What articles belong to now; to be asked before it may change."""
    ids = {article_id for article_id in article_ids if article_id is not None}
    rows = connection.execute(_BONDS, {"ids": sorted(ids)}).all() if ids else ()
    return Bonds(
        groups=frozenset(row.group_id for row in rows if row.group_id is not None),
        stories=frozenset(row.story_id for row in rows if row.story_id is not None),
        leaders=frozenset(row.leader_id for row in rows if row.leader_id is not None),
    )


def refresh(
    connection: Connection, kinship: Kinship, article_id: int, *, former: Collection[int], links: Sequence[Link] | None
) -> set[int]:
    """Bring the groups up to date after an article was written; returns the articles whose role changed.

    ``former``: the groups that it, or an article that was given up for it, belonged to. ``links``: what its text is
    to others; None when the text did not change.
    """
    touched = set(connection.scalars(select(_a.c.article_id).where(_a.c.group_id.in_(former)))) if former else set()
    if links is not None:
        connection.execute(_DROP, {"this": article_id})
        for link in links:
            likeness = "same" if link.kind in ("duplicate", "syndicated") else link.kind
            _note(connection, article_id, link.article_id, likeness, link.detail)
        if len(touched) > 1:
            _relink(connection, kinship, sorted(touched - {article_id}))
    if links is not None and not links and touched <= {article_id}:
        return _arrange(connection, kinship, [article_id], group_id=article_id)
    if links and not touched:
        joined = _join(connection, kinship, article_id, links)
        if joined is not None:
            return joined
    return _regroup(connection, kinship, touched | {article_id})


def leave(connection: Connection, kinship: Kinship, article_id: int) -> set[int]:
    """Take a rejected article out of its group; returns the articles whose role changed."""
    former = groups_of(connection, [article_id])
    return refresh(connection, kinship, article_id, former=former, links=())


def _note(connection: Connection, one: int, other: int, likeness: str, detail: str) -> None:
    low, high = sorted((one, other))
    values = {"article_id": low, "other_id": high, "likeness": likeness, "detail": detail or None}
    connection.execute(upsert(connection, _r).values(values).on_conflict_do_nothing())


def _relink(connection: Connection, kinship: Kinship, members: Sequence[int]) -> None:
    """Compare those that a text held together, which may never have been compared."""
    texts = _texts(connection, members[:MAX_RELINKED])
    known = _pairs(connection, members)
    for one, other in combinations(sorted(texts), 2):
        if (one, other) not in known:
            _compare(connection, kinship, one, other, texts)


def _compare(
    connection: Connection, kinship: Kinship, one: int, other: int, texts: Mapping[int, tuple[str, str]]
) -> str:
    relation = kinship.relate(*texts[one], *texts[other])
    if relation.likeness != "unrelated":
        _note(connection, one, other, relation.likeness, relation.detail)
    return str(relation.likeness)


def _join(connection: Connection, kinship: Kinship, article_id: int, links: Sequence[Link]) -> set[int] | None:
    """The quick way into one large group: compare with the shown texts only. None: go the long way."""
    joined = [link.article_id for link in links if _merges(kinship, link.kind)]
    groups = groups_of(connection, joined)
    if len(groups) != 1:
        return None
    (group_id,) = groups
    ids = connection.scalars(select(_a.c.article_id).where(_a.c.group_id == group_id).limit(MAX_ARRANGED + 1)).all()
    if len(ids) <= MAX_ARRANGED:
        return None
    said = "article %d: its text has more than %d versions; new ones are compared with those that are shown only"
    note(connection, ("group", group_id), said, group_id, MAX_ARRANGED)
    shown = [_a.c.group_id == group_id, _a.c.leader_id == _a.c.article_id]
    leaders = connection.scalars(select(_a.c.article_id).where(*shown).limit(MAX_SHOWN + 1)).all()
    if len(leaders) > MAX_SHOWN:
        near = select(_a.c.leader_id).where(_a.c.article_id.in_(joined))
        leaders = connection.scalars(select(_a.c.article_id).where(*shown, _a.c.article_id.in_(near))).all()
    changed = _arrange(connection, kinship, [*leaders, article_id], group_id=group_id, whole=False)
    if article_id not in connection.scalars(select(_a.c.article_id).where(*shown, _a.c.article_id == article_id)).all():
        # There are enough texts by which the next one is found.
        similar.drop_keys(connection, article_id)
    return changed


def _regroup(connection: Connection, kinship: Kinship, seeds: Collection[int]) -> set[int]:
    """Find the components around ``seeds`` and arrange each."""
    members, edges = _reach(connection, kinship, seeds)
    parents = {member: member for member in members}

    def root(member: int) -> int:
        while parents[member] != member:
            parents[member] = parents[parents[member]]
            member = parents[member]
        return member

    for one, other in edges:
        low, high = sorted((root(one), root(other)))
        parents[high] = low
    components: dict[int, list[int]] = {}
    for member in sorted(members):
        components.setdefault(root(member), []).append(member)
    changed: set[int] = set()
    for group_id, component in components.items():
        changed |= _arrange(connection, kinship, component, group_id=group_id)
    return changed


def _reach(connection: Connection, kinship: Kinship, seeds: Collection[int]) -> tuple[set[int], set[tuple[int, int]]]:
    """Every article that hangs together with ``seeds``, and the pairs that join them."""
    members: set[int] = set()
    edges: set[tuple[int, int]] = set()
    frontier = set(seeds)
    while frontier:
        members |= frontier
        either = or_(_r.c.article_id.in_(frontier), _r.c.other_id.in_(frontier))
        wanted = either, _r.c.likeness.in_(sorted(kinship.merging))
        found = {(row[0], row[1]) for row in connection.execute(select(_r.c.article_id, _r.c.other_id).where(*wanted))}
        edges |= found
        frontier = {member for pair in found for member in pair} - members
    return members, edges


def _arrange(
    connection: Connection, kinship: Kinship, ids: Sequence[int], *, group_id: int, whole: bool = True
) -> set[int]:
    """Write the roles of the texts of one group; not ``whole``: of its shown texts and a newcomer. Returns those that
    changed."""
    changed: set[int] = set()
    rows = {row.article_id: row for row in connection.execute(_MEMBERS, {"ids": ids})}
    if len(rows) == 1:
        (article_id,) = rows
        roles: Mapping[int, tuple[int, Any]] = {article_id: (article_id, "same")}
    else:
        roles = kinship.arrange([_kinsman(row) for row in rows.values()], _Judge(connection, kinship, rows))
    clusters: dict[int, int] = {}
    for article_id, (leader, _) in roles.items():
        lowest = article_id if whole else rows[article_id].shown_id or article_id
        clusters[leader] = min(clusters.get(leader, lowest), lowest)
    for article_id, (leader, likeness) in roles.items():
        row, shown = rows[article_id], clusters[leader]
        kinship_name = _name(article_id, leader, likeness, rows)
        values: Values = {"group_id": group_id, "leader_id": leader, "shown_id": shown, "kinship": kinship_name}
        if any(getattr(row, name) != value for name, value in values.items()):
            connection.execute(update(_a).where(_a.c.article_id == article_id).values(values))
            _follow(connection, row, values)
            # Who it was shown with has one text less.
            changed.update({article_id, row.leader_id} - {None})
    return changed


def _kinsman(row: AnyRow) -> Kinsman:
    """A doubtful text does not stand for a relevant one."""
    published = moment_of(row.published_at, row.published_offset_min, row.published_precision)
    rank = (_VERDICTS.get(row.verdict, 2), published.at_the_latest if published else _NO_DATE, row.url)
    return Kinsman(article_id=row.article_id, words=row.words or 0, rank=rank)


class _Judge:
    """The likeness of two articles: as noted, or compared now."""

    def __init__(self, connection: Connection, kinship: Kinship, rows: Mapping[int, AnyRow]) -> None:
        self._connection = connection
        self._kinship = kinship
        self._known = _pairs(connection, list(rows))
        self._texts: dict[int, tuple[str, str]] = {}

    def __call__(self, one: int, other: int) -> str:
        low, high = sorted((one, other))
        if (low, high) not in self._known:
            missing = [article_id for article_id in (low, high) if article_id not in self._texts]
            self._texts |= _texts(self._connection, missing)
            self._known[low, high] = _compare(self._connection, self._kinship, low, high, self._texts)
        return self._known[low, high]


def _name(article_id: int, leader: int, likeness: str, rows: Mapping[int, AnyRow]) -> str:
    if article_id == leader:
        return "update" if likeness == "update" else "canonical"
    if likeness == "partial":
        return "partial"
    return "duplicate" if rows[article_id].outlet == rows[leader].outlet else "syndicated"


def _follow(connection: Connection, before: AnyRow, after: Values) -> None:
    """Those shown with an article that is not shown itself any more go where it went; so does a person's label."""
    article_id = before.article_id
    if before.leader_id == article_id and after["leader_id"] != article_id:
        values = {name: after[name] for name in ("group_id", "leader_id", "shown_id")}
        connection.execute(update(_a).where(_a.c.leader_id == article_id).values(values))
    old, new = before.shown_id or article_id, after["shown_id"]
    if old != new:
        label = connection.execute(select(m.labels).where(m.labels.c.article_id == old)).one_or_none()
        if label is not None:
            row = {**label._mapping, "article_id": new}
            connection.execute(upsert(connection, m.labels).values(row).on_conflict_do_nothing())


def _pairs(connection: Connection, ids: Sequence[int]) -> dict[tuple[int, int], str]:
    wanted = _r.c.article_id.in_(ids), _r.c.other_id.in_(ids)
    return {(row.article_id, row.other_id): row.likeness for row in connection.execute(select(_r).where(*wanted))}


def _texts(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    t = m.revisions
    present = select(_a.c.article_id, t.c.title, t.c.text).join(
        t, (t.c.article_id == _a.c.article_id) & (t.c.number == _a.c.revision)
    )
    wanted = _a.c.article_id.in_(ids), _a.c.verdict != "rejected"
    return {row.article_id: (row.title, row.text) for row in connection.execute(present.where(*wanted))}


def _merges(kinship: Kinship, kind: str) -> bool:
    return kind in ("duplicate", "syndicated") or kind in kinship.merging


__all__ = ["MAX_ARRANGED", "Bonds", "Kinship", "bonds_of", "groups_of", "leave", "refresh"]
