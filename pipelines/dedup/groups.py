"""A text group: which of its texts is the canonical one, and what the others are to it. Pure.

A function of the set of texts alone, so that no order of arrival can show in it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pipelines.dedup.compare import PART, Likeness

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(Generic[K]):
    """A text of a group. ``words``: how many it has; ``rank`` sorts: the smallest is the original."""

    key: K
    words: int
    rank: tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(Generic[K]):
    """``leader``: the text it is shown with, or itself; ``likeness``: what it is to that text (to the canonical one,
    for a leader with other facts, an ``update``)."""

    leader: K
    likeness: Likeness


def canonical(members: Iterable[Member[K]]) -> K:
    """The original of a group: the first by rank of its whole texts. A teaser is never canonical while the text that
    it was cut from is there."""
    return _whole(members)[0].key


def arrange(members: Sequence[Member[K]], likeness: Callable[[K, K], Likeness]) -> dict[K, Role[K]]:
    """The role of each text. Texts that say other facts than every leader so far lead themselves: they stay visible
    beside the canonical text, and their own copies gather under them."""
    whole = _whole(members)
    whole_keys = {member.key for member in whole}
    rest = sorted((m for m in members if m.key not in whole_keys), key=lambda member: member.rank)
    roles: dict[K, Role[K]] = {}
    leaders: list[K] = []
    for member in (*whole, *rest):
        found = _copy_of(member.key, leaders, likeness)
        if found is None:
            found = Role(leader=member.key, likeness="update" if leaders else "same")
            leaders.append(member.key)
        roles[member.key] = found
    return roles


def _copy_of(key: K, leaders: Sequence[K], likeness: Callable[[K, K], Likeness]) -> Role[K] | None:
    for leader in leaders:
        what = likeness(leader, key)
        if what in ("equal", "same", "partial"):
            return Role(leader=leader, likeness=what)
    return None


def _whole(members: Iterable[Member[K]]) -> list[Member[K]]:
    members = list(members)
    enough = PART * max(member.words for member in members)
    return sorted((member for member in members if member.words >= enough), key=lambda member: member.rank)


class Components(Generic[K]):
    """Which texts hang together: connected components of the pairs that were joined."""

    def __init__(self) -> None:
        self._parents: dict[K, K] = {}

    def add(self, key: K) -> None:
        self._parents.setdefault(key, key)

    def root(self, key: K) -> K:
        parents = self._parents
        while parents[key] != key:
            parents[key] = parents[parents[key]]  # halve the path
            key = parents[key]
        return key

    def join(self, one: K, other: K) -> None:
        self.add(one)
        self.add(other)
        self._parents[self.root(other)] = self.root(one)

    def all(self) -> Mapping[K, list[K]]:
        """Every component, by its root."""
        found: dict[K, list[K]] = {}
        for key in self._parents:
            found.setdefault(self.root(key), []).append(key)
        return found
