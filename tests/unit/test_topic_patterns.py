"""Folding, pattern syntax, and what the automaton finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.topics.folding import fold, word_end, word_start
from pipelines.topics.matching import Matcher, parse


@given(st.text(alphabet=st.characters(codec=None), max_size=80))
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("Pop-up STORE", "pop up store", id="hyphen and case"),
        pytest.param("Pop\u2011up\u00a0Store", "pop up store", id="no-break hyphen and space"),
        pytest.param("l’Apple Store", "l'apple store", id="curly apostrophe"),
        pytest.param("İSTANBUL", "istanbul", id="Turkish dotted capital"),
        pytest.param("mağazası", "mağazasi", id="Turkish dotless i"),
        pytest.param("Ａｐｐｌｅ　Ｓｔｏｒｅ", "apple store", id="full-width letters"),
        pytest.param("Ещё", "еще", id="Cyrillic yo"),
        pytest.param("ΚΑΤΆΣΤΗΜΑ", "καταστημα", id="Greek capitals"),
        pytest.param("κατάστημα", "καταστημα", id="Greek accents"),
        pytest.param("أوبو", "اوبو", id="Arabic hamza"),
        pytest.param("شیائومی", "شيائومي", id="Persian yeh"),
        pytest.param("a\ud800b", "a\ufffdb", id="half a surrogate pair"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


FINDS = [
    pytest.param("store", "a store.", ["store"], id="whole word"),
    pytest.param("store", "stores restore", [], id="no part of a word"),
    pytest.param("store", "Store STORE", ["Store", "STORE"], id="any case"),
    pytest.param("store*", "the storefront", ["storefront"], id="open end spans the word"),
    pytest.param("*filiale*", "Hauptfilialen", ["Hauptfilialen"], id="open at both ends"),
    pytest.param("*laden", "ein Markenladen", ["Markenladen"], id="open start"),
    pytest.param("*laden", "Ladenpreis", [], id="open start only"),
    pytest.param("samsung~", "Samsungiem", ["Samsungiem"], id="inflection"),
    pytest.param("samsung~", "Samsungexpress", [], id="no longer than an inflection"),
    pytest.param("=Laden", "der Laden, laden", ["Laden"], id="as written"),
    pytest.param("=Mi", "MI mi Mi", ["Mi"], id="as written in any neighbourhood"),
    pytest.param("pop up", "Pop-up, pop\u00a0up", ["Pop-up", "pop\u00a0up"], id="hyphen is a space"),
    pytest.param("门店", "新门店开业", ["门店"], id="Chinese needs no word borders"),
    pytest.param("매장", "애플매장은", ["매장"], id="Korean endings stick"),
    pytest.param("สาขา", "เปิดสาขาใหม่", ["สาขา"], id="Thai needs no spaces"),
    pytest.param("apple", "在apple店", ["apple"], id="Latin word among Chinese"),
    pytest.param("магазин*", "Магазинов", ["Магазинов"], id="Cyrillic case ending"),
    pytest.param("stores", "5stores stores5", [], id="digits join Latin letters"),
    pytest.param("स्टोर", "स्टोर, स्टोरों", ["स्टोर"], id="Devanagari vowel signs belong to the word"),
]


@pytest.mark.parametrize(("source", "text", "words"), FINDS)
def test_a_pattern_finds(source: str, text: str, words: list[str]) -> None:
    matcher = Matcher([(parse(source), "x")])
    assert [text[start:end] for start, end, _ in matcher.find(text, fold(text))] == words


def test_overlapping_patterns_are_all_found() -> None:
    matcher = Matcher([(parse("store"), 1), (parse("flagship store"), 2), (parse("store"), 3)])
    text = "flagship store"
    assert sorted(value for _, _, value in matcher.find(text, fold(text))) == [1, 2, 3]


def test_a_matcher_without_patterns_finds_nothing() -> None:
    assert Matcher[int]([]).find("store", "store") == []


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        pytest.param("", "is empty", id="empty"),
        pytest.param("*", "is empty", id="only a star"),
        pytest.param("two  spaces", "extra spaces", id="double space"),
        pytest.param(" store", "extra spaces", id="leading space"),
        pytest.param("st*re", "in the middle", id="star inside"),
        pytest.param("sell* through", "in the middle", id="star inside a phrase"),
    ],
)
def test_a_wrong_pattern_is_refused(source: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        parse(source)


def test_words_without_an_end_cost_no_more_than_their_limit() -> None:
    text = "x" * 10_000
    assert word_end(text, 100) - 100 <= 60
    assert 5_000 - word_start(text, 5_000) <= 60
