"""Texts as words: the same for what is stored and for what is asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storewatch.search.folding import MAX_WORDS, Sought, fold, sought, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("Die 2.000 Läden in İstanbul", "die 2 000 laden in istanbul", id="german, turkish capital"),
        pytest.param("ırmak ŁÓDŹ Đà Nẵng øre straße", "irmak lodz da nang ore strasse", id="latin letters"),
        pytest.param("小米之家 opens 2,000家", "小米 米之 之家 家 opens 2 000 家", id="chinese"),
        pytest.param("直営店をオープン", "直営 営店 店を をオ オー ープ プン ン", id="japanese"),
        pytest.param("매장을", "매장 장을 을", id="korean"),
        pytest.param("स्टोर खुला", "स्टोर खुला", id="hindi keeps its vowel signs"),
        pytest.param("أحمد متجرًا", "احمد متجرا", id="arabic without its vowel marks"),
        pytest.param("ёлка Москва́ Йод", "елка москва йод", id="russian: stress goes, й stays"),
        pytest.param("ﬁne ｘ² ½ ①", "fine x2 1 2 1", id="compatibility forms"),
        pytest.param("café cafe\u0301", "cafe cafe", id="composed and not"),
        pytest.param("... —\u200b!", "", id="nothing to search"),
        pytest.param("x" * 300, "x" * 100, id="no endless words"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "prefix", "wanted"),
    [
        pytest.param("Xiaomi", False, Sought(words=("xiaomi",)), id="word"),
        pytest.param("Xiao", True, Sought(words=("xiao",), prefix=True), id="beginning of a word"),
        pytest.param("mi store", False, Sought(words=("mi", "store")), id="phrase"),
        pytest.param("小米", False, Sought(words=("小米",)), id="pair"),
        pytest.param("小米之", False, Sought(words=("小米", "米之")), id="three characters"),
        pytest.param("店", False, Sought(words=("店",), prefix=True), id="one character begins a pair"),
        pytest.param("小米 store", False, Sought(words=("小米", "米", "store")), id="run, then a word"),
        pytest.param("!?", False, Sought(words=()), id="nothing"),
    ],
)
def test_sought(text: str, prefix: bool, wanted: Sought) -> None:
    assert sought(text, prefix=prefix) == wanted


@given(st.text(max_size=60))
def test_a_text_is_found_by_itself(text: str) -> None:
    wanted = sought(text)
    if wanted.words:
        needle = " " + " ".join(wanted.words) + ("" if wanted.prefix else " ")
        assert needle in f" {fold(text)} "


@given(st.text(max_size=60))
def test_words_know_where_they_stand(text: str) -> None:
    for word in words(text):
        assert 0 <= word.start < word.end <= len(text)
        assert fold(text[word.start : word.end]).split()[0].startswith(word.text[:1]) or len(word.text) < 100
        assert " " not in word.text


def test_a_long_text_has_a_bound() -> None:
    assert fold("ab " * 50_000).count(" ") == MAX_WORDS - 1
