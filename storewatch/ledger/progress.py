"""What later events say about a plan."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from storewatch.types.ledger import ClaimStatus, Progress, Standing

SAME_NEWS = timedelta(days=7)
"""A number of stores told within a week of a plan belongs to the same news: it is where the plan starts."""

_TAKEN_BACK = ("cancelled", "denied")


class Figures:
    """What the claims of one vendor and area say of stores there are and of stores opened.

    A plan for a city is compared with what is said of that city, one for a country with the country's stock and the
    openings anywhere in it; always of one kind of store.
    """

    def __init__(self, standings: Iterable[Standing]) -> None:
        stock: dict[tuple[str, str], list[tuple[datetime, int]]] = defaultdict(list)
        opened: dict[tuple[str, str], list[tuple[datetime, int]]] = defaultdict(list)
        for one in standings:
            if one.certainty in _TAKEN_BACK:
                continue
            if one.family == "stock" and one.store_count is not None:
                stock[one.kind, one.spot].append((one.first_said_at, one.store_count))
            if one.opened_at is not None:
                count = one.store_count or (1 if one.spot else 0)
                for spot in {one.spot, ""}:
                    opened[one.kind, spot].append((one.opened_at, count))
        self._stock = {place: sorted(some) for place, some in stock.items()}
        self._opened = {place: _Openings(some) for place, some in opened.items()}

    def progress(self, plan: Standing) -> Progress:
        """How far a plan has come.

        Numbers told before it, or with it, are its baseline. Where that is as large as the plan's number, the number
        means additional stores, and growth is counted.
        """
        if plan.opened_at is not None:
            return Progress(count=plan.store_count or 1, at=plan.opened_at, basis="opened", reached=True)
        stock = self._stock.get((plan.kind, plan.spot), [])
        told = bisect_right(stock, plan.first_said_at + SAME_NEWS, key=lambda one: one[0])
        before = stock[told - 1] if told else None
        seen = _by_stock(plan.store_count, before[1] if before else None, stock[told:])
        openings = self._opened.get((plan.kind, plan.spot))
        since = openings.since(plan) if openings else Progress()
        if seen.count is None or (since.reached and not seen.reached):
            seen = since
        return Progress(
            count=seen.count,
            at=seen.at,
            basis=seen.basis,
            reached=seen.reached,
            baseline=before[1] if before else None,
            baseline_at=before[0] if before else None,
        )


def status(claim: Standing, seen: Progress | None, on: date) -> ClaimStatus:
    """Where a claim stands on a day; ``seen``: the progress of a plan."""
    if claim.family != "opening" or claim.certainty in _TAKEN_BACK:
        return claim.certainty  # type: ignore[return-value]  # a certainty is a status, too
    if claim.opened_at is not None:
        return "opened"
    if seen is not None and seen.reached:
        return "reached"
    if claim.certainty == "rumoured":
        return "rumoured"
    if claim.due_on is not None and claim.due_on < on:
        return "overdue"
    return "under_way" if seen is not None and seen.count else "announced"


def _by_stock(goal: int | None, start: int | None, later: list[tuple[datetime, int]]) -> Progress:
    """By the largest number told since. Without a baseline a large number may have been there before, so the plan's
    number counts as reached only where it was seen to be passed."""
    if not later:
        return Progress()
    at, count = min(later, key=lambda one: (-one[1], one[0]))
    if goal is not None and start is not None and start >= goal:
        if count <= start:
            return Progress()
        return Progress(count=count - start, at=at, basis="growth", reached=count - start >= goal)
    reached = goal is not None and count >= goal
    if reached and start is None:
        reached = any(number < goal for told, number in later if told < at)  # type: ignore[operator]  # not None if reached
    return Progress(count=count, at=at, basis="stock", reached=reached)


class _Openings:
    """Stores opened in one place, by time."""

    def __init__(self, opened: list[tuple[datetime, int]]) -> None:
        counted = sorted(one for one in opened if one[1])
        self._times = [at for at, _ in counted]
        self._sums = [0]
        for _, count in reversed(counted):
            self._sums.append(self._sums[-1] + count)

    def since(self, plan: Standing) -> Progress:
        after = len(self._times) - bisect_left(self._times, plan.first_said_at)
        if not after:
            return Progress()
        total, goal = self._sums[after], plan.store_count
        return Progress(count=total, at=self._times[-1], basis="openings", reached=goal is not None and total >= goal)
