"""Whether two polls overlap, and whether the addresses of a feed can be relied on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.gaps import KEPT_KEYS, MAX_ITEMS, Overlap, overlap, title_item
from storewatch.types import FeedEntry, Moment, Precision

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def item(
    number: int, *, path: str = "/a", title: str | None = None, at: datetime | None = None, dated: bool = True
) -> FeedEntry:
    """Item ``number`` of a feed that has one an hour; the higher the newer."""
    when = Moment(at=at or NOW + number * HOUR) if dated else None
    return FeedEntry(url=f"https://x.example{path}/{number}", title=title or f"Report {number}", published=when)


def items(first: int, last: int, **more: Any) -> list[FeedEntry]:
    """Items from ``last`` down to ``first``."""
    return [item(number, **more) for number in range(last, first - 1, -1)]


def two_polls(before: Sequence[FeedEntry], after: Sequence[FeedEntry], *, newest_at: datetime | None = None) -> Overlap:
    first = overlap(before, seen_items=(), last_ok_at=None, newest_at=None)
    dates = [entry.published.at for entry in before if entry.published]
    newest = newest_at or max(dates, default=None)
    polled = max(newest or NOW, *dates) if dates else NOW
    return overlap(after, seen_items=first.seen_items, last_ok_at=polled, newest_at=newest, window=len(before))


GAPS = {
    "one item left": (items(1, 20), items(20, 39), False),
    "none left": (items(1, 20), items(21, 40), True),
    "none left, no dates": (items(1, 20, dated=False), items(21, 40, dated=False), True),
    "nothing new": (items(1, 20), items(1, 20), False),
    "a feed of one item": ([item(1)], [item(2)], True),
    "begun anew with few": (items(1, 20), items(21, 25), False),
    "half full counts": (items(1, 20), items(21, 30), True),
    "emptied": (items(1, 20), [], False),
    "filled after it was empty": ([], items(1, 20), False),
    "older items: another selection": (items(100, 120), items(1, 20), False),
    "one pinned item": ([*items(51, 70), item(1)], [*items(80, 99), item(1)], True),
    "one pinned, overlapping": ([*items(51, 70), item(1)], [*items(70, 89), item(1)], False),
    "the newest was taken back": (items(51, 70), [*items(71, 89), item(69)], False),
    "same titles and dates elsewhere": (items(1, 20), items(1, 20, path="/b"), False),
    "dates of the feed's making": (
        [item(n, at=NOW) for n in range(20)], [item(n, at=NOW + HOUR) for n in range(15, 35)], False,
    ),
    "dates of the feed's making, none left": (
        [item(n, at=NOW) for n in range(20)], [item(n, at=NOW + HOUR) for n in range(20, 40)], True,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GAPS)
def test_gaps(name: str) -> None:
    before, after, gap = GAPS[name]
    assert two_polls(before, after).gap is gap


def test_a_first_poll_has_no_gap() -> None:
    assert not overlap(items(1, 20), seen_items=(), last_ok_at=None, newest_at=None).gap


def test_a_newest_date_in_the_future_proves_nothing() -> None:
    seen = overlap(items(1, 20), seen_items=(), last_ok_at=None, newest_at=None).seen_items
    late = NOW + timedelta(days=300)
    assert overlap(items(21, 40), seen_items=seen, last_ok_at=NOW + 20 * HOUR, newest_at=late).gap


def test_what_is_known_under_another_address_is_left_out() -> None:
    new = item(21, path="/b")
    found = two_polls(items(1, 20), [new, *items(2, 20, path="/b")])
    assert (found.entries, found.unstable, found.gap) == ((new,), 19, False)


def test_at_the_third_poll_too() -> None:
    first = overlap(items(1, 20), seen_items=(), last_ok_at=None, newest_at=None)
    second = overlap(items(2, 21, path="/b"), seen_items=first.seen_items, last_ok_at=NOW, newest_at=NOW)
    third = overlap(items(3, 22, path="/c"), seen_items=second.seen_items, last_ok_at=NOW, newest_at=NOW)
    assert [entry.title for entry in third.entries] == ["Report 22"]
    assert third.unstable == 19


def test_two_corrected_addresses_are_stored() -> None:
    after = [item(20, path="/b"), item(19, path="/b"), *items(1, 18)]
    found = two_polls(items(1, 20), after)
    assert (found.entries, found.unstable) == (tuple(after), 0)


def test_one_title_and_date_for_several_items_tells_nothing() -> None:
    before = [item(n, title="Ad hoc", at=NOW) for n in range(10)]
    after = [item(n, title="Ad hoc", at=NOW) for n in range(10, 20)]
    assert two_polls(before, after).unstable == 0


def test_changing_dates_do_not_hide_unstable_addresses() -> None:
    before = [item(n, at=NOW, title=f"A title that is long enough to tell an item {n}") for n in range(10)]
    after = [
        item(n, at=NOW + HOUR, path="/b", title=f"A title that is long enough to tell an item {n}") for n in range(10)
    ]
    assert two_polls(before, after).unstable == 10


def entry(title: str, *, summary: str = "", precision: Precision | None = None, at: datetime = NOW) -> FeedEntry:
    published = Moment(at=at, precision=precision) if precision else None
    return FeedEntry(url="https://x.example/1", title=title, summary=summary, published=published)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param(entry("A  Title", precision="instant"), entry("a title", precision="instant"), True, id="spaces"),
        pytest.param(entry("A", precision="instant"), entry("B", precision="instant"), False, id="titles"),
        pytest.param(
            entry("A", precision="instant"), entry("A", precision="instant", at=NOW + HOUR), False, id="dates"
        ),
        pytest.param(
            entry("A", summary="x", precision="day"), entry("A", summary="x", precision="day"), True, id="days"
        ),
        pytest.param(entry("A", summary="x"), entry("A", summary="y"), False, id="summaries"),
    ],
)
def test_titles(one: FeedEntry, other: FeedEntry, same: bool) -> None:
    assert (title_item(one) == title_item(other)) is same


@pytest.mark.parametrize(
    "silent", [entry(""), entry("News"), entry("News", precision="day")], ids=["none", "short", "short of a day"]
)
def test_a_title_may_say_nothing(silent: FeedEntry) -> None:
    assert title_item(silent) is None


def test_what_is_remembered_is_bounded() -> None:
    found = overlap(items(1, 5000), seen_items=(), last_ok_at=None, newest_at=None)
    assert len(found.seen_items) == 2 * MAX_ITEMS
    assert overlap(items(4999, 5001), seen_items=found.seen_items, last_ok_at=NOW, newest_at=None).gap is False
    # Written the other way round, the newest are remembered all the same.
    assert set(overlap(items(1, 5000)[::-1], seen_items=(), last_ok_at=None, newest_at=None).seen_items) == set(
        found.seen_items
    )


def test_earlier_polls_are_remembered_for_a_while() -> None:
    seen: tuple[str, ...] = ()
    for number in range(0, 1000, 10):
        seen = overlap(items(number, number + 9), seen_items=seen, last_ok_at=NOW, newest_at=None).seen_items
    assert len(seen) == KEPT_KEYS
    assert overlap(items(850, 859), seen_items=seen, last_ok_at=NOW, newest_at=None).gap is False
