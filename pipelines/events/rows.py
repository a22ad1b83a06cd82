"""What an article says all in all: each possible row (vendor, action, number) weighed beside the others.

A candidate is judged by its sentence alone. Whether it is news depends on its neighbours: a number is rarely told as
opened, planned and had at once, and the tenth possible opening of an article is rarely one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.events.choose import Scored

Key = tuple[str, int | None]
"""Vendor and number of stores."""
Row = tuple[str, str, int | None]
"""Vendor, action and number of stores, as an event has them."""

LEAST = 0.08
"""Rows that no candidate thinks likelier than this are not looked at."""

_TOLD_BY = ("verb", "date ", "rule", "first", "owner", "rank", "number", "text date", "type", "alone")
"""The features of the clearest candidate that are looked at again."""
_RIVALS = ("open", "plan", "stock")


@dataclass(frozen=True, slots=True, eq=False)
class _Sum:
    """All candidates of a key: the best chance of each action, and the candidates."""

    best: Mapping[str, float]
    members: Sequence[Scored]


def row_features(scored: Sequence[Scored]) -> dict[Row, dict[str, float]]:
    """The features of every row that some candidate thinks possible."""
    members: dict[Key, list[Scored]] = defaultdict(list)
    for item in scored:
        members[(item.candidate.owner.vendor, item.number)].append(item)
    sums = {key: _Sum(_best(found), found) for key, found in members.items()}
    shares = Counter(item.candidate.owner.vendor for item in scored)
    return {
        (key[0], action, key[1]): dict(_row(key, action, sums, shares))
        for key, summed in sums.items()
        for action, chance in summed.best.items()
        if chance >= LEAST
    }


def _best(found: Iterable[Scored]) -> dict[str, float]:
    best: dict[str, float] = {}
    for item in found:
        for action, chance in item.chances.items():
            if action != "none" and chance > best.get(action, 0.0):
                best[action] = chance
    return best


def _logit(chance: float) -> float:
    chance = min(max(chance, 0.01), 0.99)
    return log(chance / (1 - chance))


def _row(key: Key, action: str, sums: Mapping[Key, _Sum], shares: Counter[str]) -> Iterator[tuple[str, float]]:
    vendor, number = key
    found = sums[key]
    chance = found.best[action]
    ranked = sorted(found.best.values(), reverse=True)
    clearest = max(found.members, key=lambda s: s.chances[action])
    yield f"action {action}", 1.0
    yield f"action {action} number {_amount(number)}", 1.0
    yield "chance", _logit(chance)
    yield "any chance", _logit(max(1 - s.chances["none"] for s in found.members))
    yield "mean chance", sum(s.chances[action] for s in found.members) / len(found.members)
    missed = 1.0
    for item in found.members:
        missed *= 1 - min(item.chances[action], 0.99)
    yield "told at least once", _logit(1 - missed)
    yield "likeliest action", float(chance == ranked[0])
    yield "behind the likeliest", ranked[0] - chance
    yield "told", log(len(found.members))
    yield "first told", min(min(s.candidate.sentence.index for s in found.members), 12) / 12
    titled = [s.chances[action] for s in found.members if s.candidate.sentence.title]
    yield "in title", max(titled, default=0.0)
    yield "only in title", float(len(titled) == len(found.members))
    yield "keys", log(len(sums))
    yield "share of vendor", shares[vendor] / sum(shares.values())
    yield "vendors", float(min(len(shares), 5)) / 5
    yield f"kind {clearest.candidate.kind}", 1.0
    yield f"kind {clearest.candidate.kind} number {_amount(number)}", 1.0
    yield from _beside(key, action, sums)
    for name in clearest.found:
        if name.startswith(_TOLD_BY):
            yield f"by {name}", 1.0


def _beside(key: Key, action: str, sums: Mapping[Key, _Sum]) -> Iterator[tuple[str, float]]:
    """What the other numbers of the vendor are said to be."""
    vendor, number = key
    others = {n: s.best for (v, n), s in sums.items() if v == vendor and n != number}
    yield "another row", max((max(best.values()) for best in others.values()), default=0.0)
    yield "same action elsewhere", max((best[action] for best in others.values()), default=0.0)
    numbered = [best[action] for n, best in others.items() if n is not None]
    yield "same action with another number", max(numbered, default=0.0)
    for rival in _RIVALS:
        yield f"{rival} elsewhere", max((best[rival] for best in others.values()), default=0.0)
    if number is not None and number > 1:
        likely = [n for n, best in others.items() if n is not None and n > 1 and max(best.values()) > 0.3]
        yield "larger number", float(any(n > number for n in likely))
        yield "smaller number", float(any(n < number for n in likely))
        yield "size", min(log10(number), 6) / 6


def _amount(number: int | None) -> str:
    if number is None:
        return "none"
    return "one" if number == 1 else "few" if number < 8 else "many" if number < 200 else "mass"


@dataclass(frozen=True, slots=True, eq=False)
class RowWeights:
    """A logistic regression over the features of rows."""

    bias: float
    weights: Mapping[str, float]

    def chance(self, found: Mapping[str, float]) -> float:
        """The probability that the article says the row."""
        margin = self.bias + sum(self.weights.get(name, 0.0) * value for name, value in found.items())
        return 1 / (1 + exp(-min(max(margin, -30.0), 30.0)))

    def chances(self, scored: Sequence[Scored]) -> dict[Row, float]:
        """The probability of every row that some candidate thinks possible."""
        return {row: self.chance(found) for row, found in row_features(scored).items()}
