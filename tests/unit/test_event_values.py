"""Every field of an event can be read again from its span alone: nothing is made up, nothing points to another word."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import topics
from pipelines.counts import find_counts
from pipelines.events import find_events
from pipelines.places import find_places
from storewatch.types import Document, Moment, RetailEvent

DATA = Path(__file__).parent.parent / "data"
TOPIC = topics.load()
PUBLISHED = Moment(at=datetime(2025, 3, 10, tzinfo=UTC), precision="day")
SENTENCES = [
    (line.split("\t")[0], line.split("\t")[3])
    for part in (1, 2, 3)
    for line in (DATA / f"facts_{part}.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
BY_LANGUAGE: dict[str, list[str]] = {}
for code, sentence in SENTENCES:
    BY_LANGUAGE.setdefault(code, []).append(sentence)


def said(document: Document, event: RetailEvent, field: str, more: int = 0) -> str | None:
    span = event.spans.get(field)
    if span is None:
        return None
    return (document.text if span.where == "text" else document.title)[span.start : span.end + more]


def check(document: Document) -> None:
    for event in find_events(document, TOPIC):
        words = said(document, event, "vendor")
        if words is not None:
            assert event.vendor in {v.vendor for v in TOPIC.find_vendors(words, document.lang)}, (event, words)
        words = said(document, event, "store_count")
        if words is not None and event.store_count is not None:
            # With the character behind it: 一 alone is a word, 一家 a number.
            values = {
                int(c.value) for c in find_counts(said(document, event, "store_count", more=1) or "", document.lang)
            }
            # The 16th store that is still to come tells that there are 15.
            assert values & {event.store_count, event.store_count + 1}, (event, words)
        words = said(document, event, "city")
        if words is not None and event.city is not None:
            cities = {p.city for p in find_places(words, document.lang)}
            assert cities & set(event.city.split("; ")) or words[:2].casefold() == event.city[:2].casefold(), words
        words = said(document, event, "horizon_text")
        assert words == event.horizon_text
        for field, value in (("partner", event.partner), ("speaker", event.speaker)):
            words = said(document, event, field)
            assert words is None or words == value or {b.name for b in TOPIC.find_brands(words)} == {value}


@pytest.mark.parametrize(("lang", "text"), [pytest.param(*c, id=f"{c[0]}-{i}") for i, c in enumerate(SENTENCES)])
def test_values_stand_where_their_spans_say(lang: str, text: str) -> None:
    check(Document(title="", text=text, lang=lang, published=PUBLISHED))


@given(data=st.data(), lang=st.sampled_from(sorted(BY_LANGUAGE)))
def test_values_stand_where_their_spans_say_in_longer_texts(data: st.DataObject, lang: str) -> None:
    parts = data.draw(st.lists(st.sampled_from(BY_LANGUAGE[lang]), min_size=1, max_size=5))
    title = data.draw(st.sampled_from(["", *BY_LANGUAGE[lang]]))
    check(Document(title=title, text="\n".join(parts), lang=lang, published=PUBLISHED))


NOISE = [
    ("sixty kilobytes", "Xiaomi will open 40 new stores in Madrid by the end of 2025. " * 1_000),
    ("ten thousand vendors", "Xiaomi Apple Samsung Huawei Oppo " * 2_000),
    ("only capitals", "XIAOMI WILL OPEN 40 NEW STORES IN MADRID BY THE END OF 2025. " * 200),
    ("no spaces", "Xiaomiwillopen40newstoresinMadridbytheendof2025." * 400),
    ("mojibake", "Xiaomi erÃ¶ffnet in MÃ¼nchen zwei LÃ¤den. " * 200),
    (
        "many languages",
        "Xiaomi öffnet Läden. 小米开店。 Сяоми открыла магазин. シャオミ開店。 شاومي تفتتح متجرا. " * 60,
    ),
    ("lone surrogates", "Xiaomi opens a store in \ud800Madrid\udfff. " * 20),
    ("nulls and controls", "Xiaomi\x00 opens\x07 a store\u200b in\u202e Madrid. " * 50),
    ("only numbers", "2,000 " * 5_000),
]


@pytest.mark.parametrize(("name", "text"), [pytest.param(*c, id=c[0]) for c in NOISE])
def test_bad_input_is_read_like_any_other(name: str, text: str) -> None:
    for lang in ("en", None):
        check(Document(title="", text=text, lang=lang, published=PUBLISHED))
