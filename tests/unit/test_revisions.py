"""What kind of edit was made, which facts it changed, and what the diff shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import topics
from pipelines.judge import judge
from pipelines.revisions import classify, diff, fact_changes
from pipelines.revisions.edits import is_typo
from storewatch.types import DiffBlock, Document, Evidence, FactChange, RetailEvent, Version

TITLE = "Xiaomi plans stores"
TEXT = (
    "Xiaomi plans to open 2,000 stores in Spain by 2020, the company announced on Monday.\n"
    "The vendor wants to run them itself and to sell phones, watches and service there. It has hired 300 people.\n"
    "Updated 12 March 2020, 14:35"
)
CHINESE = "小米计划到2020年在西班牙开设2000家门店。该公司周一宣布了这一消息。"


def read(text: str = TEXT, title: str = TITLE, lang: str = "en") -> Version:
    found = judge(Document(title=title, text=text, lang=lang), topics.load())
    return Version(title=title, text=text, lang=lang, events=found.events, verdict=found.verdict.verdict)


@pytest.mark.parametrize(
    ("old", "new", "kind", "detail"),
    [
        pytest.param("announced", "annuonced", "trivial", "a typo", id="typo"),
        pytest.param("The vendor wants", "The the vendor wants", "trivial", "a typo", id="a word twice"),
        pytest.param("Updated", "Investors waited.\nUpdated", "wording", "sentences: 1 added", id="a short sentence"),
        pytest.param("14:35", "18:01", "trivial", "a time stamp", id="time stamp"),
        pytest.param("\nUpdated 12 March 2020, 14:35", "", "trivial", "a time stamp", id="time stamp gone"),
        pytest.param("14:35", "14:35\nAdvertisement", "trivial", "an ad", id="ad"),
        pytest.param("Monday.\n", "monday!\n\n", "trivial", "spacing, case or punctuation", id="spacing"),
        pytest.param("Monday.\nThe", "Monday; the", "trivial", "spacing, case or punctuation", id="one sentence less"),
        pytest.param("watches", "watches and televisions", "wording", "sentences: 1 changed", id="wording"),
        pytest.param("300", "200", "wording", "sentences: 1 changed; a figure: 300 -> 200", id="another figure"),
        pytest.param("2,000", "1,000", "facts", "Xiaomi plan: count 2000 -> 1000", id="count"),
        pytest.param("Spain", "Portugal", "facts", "Xiaomi plan: place ES -> PT", id="place"),
        pytest.param("by 2020", "by 2021", "facts", "Xiaomi plan: horizon 2020 -> 2021", id="horizon"),
        pytest.param("Xiaomi", "Oppo", "facts", "Xiaomi plan: vendor Xiaomi -> Oppo", id="vendor"),
    ],
)
def test_kinds_of_edits(old: str, new: str, kind: str, detail: str) -> None:
    edit = classify(read(), read(TEXT.replace(old, new)))
    assert (edit.kind, edit.detail) == (kind, detail)


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        pytest.param("2000", "1000", "facts", id="count"),
        pytest.param("西班牙", "葡萄牙", "facts", id="place"),
        pytest.param("周一", "昨天", "wording", id="wording"),
    ],
)
def test_edits_of_a_chinese_article(old: str, new: str, kind: str) -> None:
    edited = read(CHINESE.replace(old, new), "小米开店", "zh")
    assert classify(read(CHINESE, "小米开店", "zh"), edited).kind == kind


def test_a_headline_is_a_part_of_the_article() -> None:
    assert classify(read(), read(title="Xiaomi has plans")).detail == "another headline"
    assert classify(read(), read(title="Xiaomi plans sotres")).kind != "facts"
    plain = Version(title="The company announced plans", text=TEXT)
    assert classify(plain, Version(title="The company annuonced plans", text=TEXT)).kind == "trivial"


def test_a_typo_takes_nothing_away_and_its_correction_brings_it_back() -> None:
    """Whatever the judge makes of a misspelt word."""
    typo = TEXT.replace("announced", "annuonced")
    right, wrong = (Version(title=TITLE, text=text, verdict=v) for text, v in ((TEXT, "relevant"), (typo, "uncertain")))
    assert classify(right, wrong).kind == "trivial"
    assert classify(wrong, right).detail == "it reads as relevant now, as uncertain before"
    said = event("Xiaomi plans to open 2,000 stores in Spain by 2020, the company announced on Monday.", TEXT)
    right, wrong = Version(title=TITLE, text=TEXT, events=(said,)), Version(title=TITLE, text=typo)
    assert classify(right, wrong).kind == "trivial"
    assert classify(wrong, right).kind == "facts"


def test_another_verdict_of_other_words_is_a_revision() -> None:
    other = Version(title=TITLE, text=TEXT.replace("watches", "fridges"), verdict="uncertain")
    assert classify(Version(title=TITLE, text=TEXT), other).detail == "it reads as uncertain now, as relevant before"


def test_a_typo_in_a_short_sentence() -> None:
    one, other = (Version(title=TITLE, text=f"{TEXT}\n{short}") for short in ("Investors waited.", "Investros waited."))
    assert classify(one, other).detail == "a typo"


def test_paragraphs_that_moved_are_wording() -> None:
    lines = TEXT.split("\n")
    moved = Version(title=TITLE, text="\n".join([lines[1], lines[0], lines[2]]))
    assert classify(Version(title=TITLE, text=TEXT), moved).detail == "sentences moved"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param("announced", "annuonced", True, id="swapped letters"),
        pytest.param("stores", "strores", True, id="a letter more"),
        pytest.param("recieved", "received", True, id="swapped in a long word"),
        pytest.param("million", "billion", False, id="another first letter"),
        pytest.param("could", "would", False, id="another verb"),
        pytest.param("now", "not", False, id="short words"),
        pytest.param("austria", "australia", False, id="two letters in a word of seven"),
        pytest.param("12345", "12346", False, id="figures"),
        pytest.param("a" * 61, "a" * 62, False, id="no word"),
        pytest.param("西班牙", "葡萄牙", False, id="characters"),
    ],
)
def test_what_may_be_a_typo(one: str, other: str, expected: bool) -> None:
    assert is_typo(one, other) is is_typo(other, one) is expected


def event(sentence: str, text: str, **more: object) -> RetailEvent:
    start = text.index(sentence)
    evidence = Evidence(where="text", text=sentence, start=start, end=start + len(sentence))
    values: dict[str, object] = {"vendor": "Xiaomi", "action": "open", "country": "ES", **more}
    return RetailEvent(evidence=evidence, **values)  # type: ignore[arg-type]  # checked where they are read


def test_another_reading_of_the_same_words_is_no_edit() -> None:
    text = "Xiaomi opens a store in Madrid. Oppo opens one in Bilbao."
    both = (event("Xiaomi opens a store in Madrid.", text), event("Oppo opens one in Bilbao.", text, vendor="Oppo"))
    old = Version(title="t", text=text, events=both)
    assert fact_changes(old, Version(title="t", text=f"{text} More.", events=both[:1])) == ()
    gone = Version(title="t", text="Xiaomi opens a store in Madrid.", events=both[:1])
    assert fact_changes(old, gone) == (FactChange(about="Oppo open", fact="event", old="Oppo open, ES", new=None),)
    assert fact_changes(gone, old) == (FactChange(about="Oppo open", fact="event", old=None, new="Oppo open, ES"),)


def test_what_another_event_says_too_is_still_said() -> None:
    text = "Xiaomi opens a store in Spain. Xiaomi opens 20 stores in Spain."
    both = (
        event("Xiaomi opens a store in Spain.", text),
        event("Xiaomi opens 20 stores in Spain.", text, store_count=20),
    )
    old = Version(title="t", text=text, events=both)
    assert fact_changes(old, Version(title="t", text=both[1].evidence.text, events=both[1:])) == ()


def written(blocks: tuple[DiffBlock, ...]) -> list[str]:
    """A diff as `git diff --word-diff` writes it."""
    signs = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return [
        f"={block.skipped}" if block.skipped else "".join(signs[part.mark].format(part.text) for part in block.parts)
        for block in blocks
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("a b", "a b", [], id="equal"),
        pytest.param("Of 2,000 stores.", "Of 1,000 stores.", ["Of [-2,000-]{+1,000+} stores."], id="a figure"),
        pytest.param("two old stores", "a few stores", ["[-two old-]{+a few+} stores"], id="words in a row are one"),
        pytest.param("小米开设2000家。", "小米开设30家。", ["小米开设[-2000-]{+30+}家。"], id="characters"),
        pytest.param("ร้านใหม่", "ร้านเก่า", ["ร้าน[-ใหม่-]{+เก่า+}"], id="thai"),
        pytest.param("one\ntwo", "one\ntwo\nthree", ["=2", "{+three+}"], id="a paragraph more"),
        pytest.param("one\ntwo\nthree", "one\nthree", ["=1", "[-two-]", "=1"], id="a paragraph less"),
        pytest.param("all is new here", "nothing stays", ["[-all is new here-]", "{+nothing stays+}"], id="unlike"),
    ],
)
def test_a_diff(old: str, new: str, expected: list[str]) -> None:
    assert written(diff(("t", old), ("t", new))) == expected


def test_a_diff_of_the_title() -> None:
    (block,) = diff(("Two stores", "x"), ("Ten stores", "x"))
    assert (block.where, written((block,))) == ("title", ["[-Two-]{+Ten+} stores"])


PARAGRAPHS = st.lists(st.text(st.sampled_from("ab 小.,7"), max_size=12), max_size=8).map("\n".join)


@given(PARAGRAPHS, PARAGRAPHS)
def test_a_diff_has_all_of_both_texts(old: str, new: str) -> None:
    """Equal paragraphs aside, what is not added is the old text and what is not removed the new one."""
    blocks = diff(("t", old), ("t", new))
    for text, other in ((old, "added"), (new, "removed")):
        shown = "".join(part.text for block in blocks for part in block.parts if part.mark != other)
        rest = [line for line in text.split("\n") if line]
        assert all(char in text for char in shown)
        if not any(block.skipped for block in blocks) and blocks:
            assert shown == "".join(rest)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("word " * 60_000, "other " * 60_000, id="one line"),
        pytest.param("a\n" * 30_000, "b\n" + "a\n" * 20_000, id="equal lines"),
        pytest.param("x" * 500_000, "x" * 250_000 + "y" + "x" * 249_999, id="one word"),
        pytest.param("\n".join(map(str, range(60_000))), "\n".join(map(str, range(60_000, 0, -1))), id="turned"),
    ],
)
def test_vast_texts_are_compared_as_a_whole(old: str, new: str) -> None:
    """Each with each these would be thousands of millions of comparisons."""
    assert diff(("t", old), ("t", new))
    assert classify(Version(title="t", text=old), Version(title="t", text=new)).kind == "wording"
