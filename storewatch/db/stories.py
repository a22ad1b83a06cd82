"""Stories: which articles tell the same event. ``articles.story_id`` is the lowest article id of the story.

Stories are connected components (``pipelines.stories``): whatever an article links to is taken with its whole story,
so what is computed anew here is what a computation over all articles would give.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Protocol

from sqlalchemy import Connection, bindparam, or_, select, update

from storewatch.db import models as m
from storewatch.db.noting import note
from storewatch.db.records import AnyRow

#: A story of more articles only grows; it is not computed anew with each of them.
MAX_MEMBERS = 500

#: So many articles of the same days are compared before it is asked which others are left.
_AT_ONCE = 100

_a, _e, _r = m.articles, m.events, m.revisions
_CLAIM = ("vendor", "action", "store_count", "city", "country", "region", "horizon", "partner")

# Every save asks these; making them takes longer than running them.
_OWN_GROUP = select(_a.c.group_id).where(_a.c.article_id == bindparam("this")).scalar_subquery()
_IN_GROUP = select(_a.c.story_id).where(_a.c.group_id == _OWN_GROUP, _a.c.story_id.is_not(None)).distinct()
_MEMBERS = (
    select(_a.c.article_id, _a.c.group_id, _a.c.dated_at, _a.c.story_id)
    .where(_a.c.story_id.in_(bindparam("stories", expanding=True)) | (_a.c.article_id == bindparam("this")))
    .order_by(_a.c.article_id)
    .limit(MAX_MEMBERS + 1)
)
_CLAIMS = (
    select(_a.c.article_id, _a.c.dated_at, *(_e.c[name] for name in _CLAIM))
    .join(_r, _r.c.revision_id == _e.c.revision_id)
    .join(_a, (_a.c.article_id == _r.c.article_id) & (_a.c.revision == _r.c.number))
    .where(_a.c.article_id.in_(bindparam("ids", expanding=True)), _a.c.verdict != "rejected")
    .order_by(_e.c.event_id)
)
_number = _a.c.article_id + 0
_NEAR = (
    select(_a.c.article_id, _a.c.dated_at, _a.c.story_id, _number.label("number"))
    .join(_r, (_r.c.article_id == _a.c.article_id) & (_r.c.number == _a.c.revision))
    .join(_e, _e.c.revision_id == _r.c.revision_id)
    .where(_a.c.dated_at.between(bindparam("since"), bindparam("until")), _a.c.article_id != bindparam("this"))
    .where(_a.c.story_id.is_not(None), _a.c.story_id.not_in(bindparam("known", expanding=True)))
    # The sum keeps the planner from going through all articles by their numbers, in the order that is asked for.
    .where(_number > bindparam("after"))
    # The concatenation keeps the planner from the index of vendors: a week has fewer articles than a vendor.
    .where(_e.c.vendor.op("||")("").in_(bindparam("vendors", expanding=True)), _a.c.verdict != "rejected")
    # Two countries never agree.
    .where(or_(_e.c.country.is_(None), bindparam("anywhere"), _e.c.country.in_(bindparam("countries", expanding=True))))
    .distinct()
    .order_by(_number)
    .limit(_AT_ONCE)
)


class Storyteller(Protocol):
    """What the store needs to know of stories; ``pipelines.dedup.kinship`` is it."""

    @property
    def window(self) -> timedelta: ...

    def telling(self, at: Any, claims: Iterable[Mapping[str, Any]]) -> Any: ...

    def same_story(self, one: Any, other: Any) -> bool: ...

    def stories(self, tellings: Sequence[Any], joined: Sequence[tuple[int, int]]) -> list[int]: ...


def refresh(connection: Connection, teller: Storyteller, article_id: int, *, former: Collection[int]) -> set[int]:
    """Bring the stories up to date after an article and its text group were written; returns whose story changed.

    ``former``: the stories that it, or an article that was given up for it, belonged to.
    """
    wanted = {*former, *connection.scalars(_IN_GROUP, {"this": article_id})}
    wanted |= _linked(connection, teller, article_id, wanted)
    rows = connection.execute(_MEMBERS, {"stories": sorted(wanted), "this": article_id}).all()
    if len(rows) > MAX_MEMBERS:
        story_id = min({*wanted, article_id})
        said = "story %d has more than %d articles: it only grows from now on"
        note(connection, ("story", story_id), said, story_id, MAX_MEMBERS)
        moved = _a.c.story_id.in_(wanted - {story_id}) | (_a.c.article_id == article_id)
        moves = update(_a).where(moved, _a.c.story_id.is_distinct_from(story_id)).values(story_id=story_id)
        return set(connection.scalars(moves.returning(_a.c.article_id)))
    changed = set()
    for row, story_id in zip(rows, _computed(connection, teller, rows), strict=True):
        if row.story_id != story_id:
            connection.execute(update(_a).where(_a.c.article_id == row.article_id).values(story_id=story_id))
            changed.add(row.article_id)
    return changed


def _computed(connection: Connection, teller: Storyteller, rows: Sequence[AnyRow]) -> list[int]:
    """The story of each of ``rows``, which stand in the order of their ids."""
    if len(rows) == 1:
        return [rows[0].article_id]
    claims = _claims(connection, [row.article_id for row in rows])
    tellings = [teller.telling(row.dated_at, claims.get(row.article_id, ())) for row in rows]
    first: dict[int, int] = {}
    joined = [(first.setdefault(row.group_id, index), index) for index, row in enumerate(rows)]
    return [int(rows[index].article_id) for index in teller.stories(tellings, joined)]


def _linked(connection: Connection, teller: Storyteller, article_id: int, known: Collection[int]) -> set[int]:
    """The stories of the articles that tell the same event, other than ``known``, which it is joined with anyway."""
    rows = connection.execute(_CLAIMS, {"ids": [article_id]}).all()
    if not rows:
        return set()
    own, at = [_claim(row) for row in rows], rows[0].dated_at
    telling = teller.telling(at, own)
    countries = {claim["country"] for claim in own}
    asked = {
        "this": article_id,
        "since": at - teller.window,
        "until": at + teller.window,
        "vendors": sorted({claim["vendor"] for claim in own}),
        "countries": sorted(countries - {None}),
        "anywhere": None in countries,
    }
    found: set[int] = set()
    after = 0
    while near := connection.execute(_NEAR, asked | {"known": sorted(found.union(known)), "after": after}).all():
        claims = _claims(connection, [row.article_id for row in near])
        for row in near:
            if row.story_id not in found and teller.same_story(
                telling, teller.telling(row.dated_at, claims.get(row.article_id, ()))
            ):
                found.add(row.story_id)
        after = near[-1].article_id
        if len(near) < _AT_ONCE:
            break
    return found


def _claims(connection: Connection, article_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """What the present texts say, by article; rejected ones say nothing."""
    found: dict[int, list[dict[str, Any]]] = {}
    for row in connection.execute(_CLAIMS, {"ids": article_ids}):
        found.setdefault(row.article_id, []).append(_claim(row))
    return found


def _claim(row: AnyRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _CLAIM}
