"""Any text on any day gives times that can be."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.marked import LANGUAGES

from pipelines.horizons import find_horizons
from storewatch.types import Moment

_WORDS = (
    "by|until|in|next|last|Saturday|tomorrow|yesterday|next week|last month|this quarter|soon|Q1|Q4|H2|first half of|"
    "2026|1999|31|30|29|0|00|99|999|12.13.|30.02.|31.4.2023|29/2|29 February|31 April|February 30|31.|June|Mai|bis|"
    "within 999 months|in 150 years|999 years ago|in 500 weeks|9 days ago|vor 3 Jahren|il y a 2 ans|年|月|日|2月30日|"
    "13月|0月0日|十年后|十十年内|三个月内|31日|まで|까지|2월 30일|99년 전|tháng 13/2024|ngày 31/2/2024|ปี 2567|ปี 1999|"
    "२९ फ़रवरी|本周日|下周六|来週土曜日|지난 주 월요일|"
    "31 июня|через 999 лет|до конца года|в прошлую субботу|خلال 999 سنوات|31 أبريل|۳۱ آوریل| |,|-|/|."
)
_PIECES = st.sampled_from(_WORDS.split("|"))
_TEXTS = st.one_of(st.text(max_size=120), st.lists(_PIECES, max_size=20).map(" ".join), st.lists(_PIECES).map("".join))
_DAYS = st.one_of(
    st.datetimes(timezones=st.just(UTC)),
    st.sampled_from([datetime(2024, 2, 29, tzinfo=UTC), datetime(2023, 1, 31, tzinfo=UTC)]),
)
_ALL = _WORDS.replace("|", " ")


@settings(deadline=None)
@given(text=_TEXTS, lang=st.sampled_from([*LANGUAGES, "xx", "", "zh-Hant", None]), at=st.none() | _DAYS)
@example(text=_ALL, lang="en", at=datetime(1, 1, 1, tzinfo=UTC))
@example(text=_ALL, lang="en", at=datetime(9999, 12, 31, tzinfo=UTC))
@example(text=_ALL, lang="ru", at=datetime(1, 1, 1, tzinfo=UTC))
@example(text=_ALL, lang="zh", at=datetime(9999, 12, 31, tzinfo=UTC))
@example(text=_ALL, lang="ja", at=datetime(2024, 2, 29, tzinfo=UTC))
@example(text=_ALL, lang="vi", at=datetime(2023, 1, 31, tzinfo=UTC))
def test_any_text_on_any_day_gives_ordered_times_inside_it(text: str, lang: str | None, at: datetime | None) -> None:
    end = 0
    for horizon in find_horizons(text, lang, Moment(at=at) if at else None):
        assert end <= horizon.start < horizon.end <= len(text)
        assert (horizon.value is None) == (horizon.first is None) == (horizon.last is None)
        assert horizon.first is None or horizon.last is None or horizon.first <= horizon.last
        assert horizon.lies(at.date() if at else None) in ("past", "future", "unknown")
        end = horizon.end


@settings(deadline=None, max_examples=50)
@given(text=_TEXTS, lang=st.sampled_from(LANGUAGES))
@pytest.mark.parametrize("day", [date.min, date.max, date(2024, 2, 29)], ids=["year 1", "year 9999", "leap day"])
def test_the_ends_of_the_calendar_are_no_trap(day: date, text: str, lang: str) -> None:
    moment = Moment(at=datetime(day.year, day.month, day.day, tzinfo=UTC))
    for phrase in ("tomorrow", "yesterday", "next Saturday", "last Sunday", "in 150 years", "150 years ago", text):
        for horizon in find_horizons(phrase, lang if phrase is text else "en", moment):
            assert horizon.value is None or horizon.first is not None
